//! Events: in the same commit, delivered at least once.

mod aws;
mod commit;
mod delivery;
mod dispatcher;
mod failing;
mod grants;
mod overflow;

use std::sync::Arc;
use std::time::Duration;

use licentia::clock::Clock;
use licentia::events::{
    DeadLetter, Destination, DestinationId, DetailType, Dispatcher, Target, WebhookSecret, WebhookUrl,
};
use licentia::store::Query;
use licentia_core::arn::AccountId;
use licentia_tests::carriers::carriers;
use licentia_tests::receiver::{Message, Receiver};
use serde_json::Value;
use tempfile::TempDir;

use super::{VENDOR, World};

/// Nothing listens there, and nothing is sent there by these tests.
pub(super) const NOWHERE: &str = "http://127.0.0.1:1/hooks";

/// A world on SQLite that waits so long for an answer.
fn world(patience: Duration) -> (World, TempDir) {
    let (store, folder) = crate::store::on_sqlite();
    (World::sending_with(store, carriers("http://127.0.0.1:1", patience)), folder)
}

/// Longer than any test takes.
const PATIENT: Duration = Duration::from_secs(600);

impl World {
    fn dispatcher(&self) -> Dispatcher {
        Dispatcher::new(Arc::clone(&self.service))
    }

    /// Sends what is due; how much arrived.
    async fn send(&self) -> usize {
        self.dispatcher().pass(|| true).await
    }

    /// Has the account's events of these kinds sent to the URL.
    pub(super) async fn tell(
        &self,
        account: &str,
        url: &str,
        detail_types: &[DetailType],
    ) -> (DestinationId, WebhookSecret) {
        let target = Target::Webhook(WebhookUrl::parse(url).unwrap());
        let (destination, secret) = self
            .service
            .events
            .destinations
            .add(
                AccountId::parse(account).unwrap(),
                target,
                detail_types.to_vec(),
                None,
                self.clock.now().unwrap(),
            )
            .await
            .unwrap();
        (destination.id, secret.unwrap())
    }

    /// Has the vendor's changes of licenses sent to a receiver, and makes one.
    async fn tell_of_a_license(&self, receiver: &Receiver) -> DestinationId {
        let (id, _) = self.tell(VENDOR, &receiver.url, &[DetailType::LicenseChange]).await;
        self.license(1, |_| {}).await;
        id
    }

    /// What waits for a destination, in order, as it is stored.
    async fn waiting(&self, id: &DestinationId) -> Vec<Value> {
        let all = Query::prefix(format!("Q#{id}"), "", 1000);
        let page = self.service.store.query(&all).await.unwrap();
        assert!(!page.more);
        page.items.into_iter().map(|item| Value::Object(item.body)).collect()
    }

    /// The states, of grants the statuses, that wait to be told to a destination,
    /// sorted.
    pub(super) async fn states(&self, id: &DestinationId) -> Vec<String> {
        let state = |delivery: Value| {
            let detail = &delivery["envelope"]["detail"];
            let state = detail["state"].as_str().or(detail["status"].as_str());
            state.unwrap().to_owned()
        };
        let mut states: Vec<String> = self.waiting(id).await.into_iter().map(state).collect();
        states.sort();
        states
    }

    async fn destination(&self, id: &DestinationId) -> Destination {
        self.service.events.destinations.find(id).await.unwrap()
    }

    async fn dead_letters(&self) -> Vec<DeadLetter> {
        let account = AccountId::parse(VENDOR).unwrap();
        self.service.events.dead_letters.list(&account, None).await.unwrap()
    }
}

/// What tells two messages apart, and repeats from new ones.
fn ids(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| message.header("webhook-id").to_owned()).collect()
}
