//! Several that settle one grant at once, each with another state of the
//! organization before its eyes (section 7.4).

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable};
use licentia_core::arn::AccountId;
use licentia_tests::carriers::no_carriers;
use tokio::sync::Semaphore;

use super::super::{CUSTOMER, World, on_each_store};
use super::organizations::{organization_arn, statuses};
use super::{MEMBER, OTHER};

on_each_store! {
    g_26_who_leaves_while_its_sub_grant_is_made_has_none_in_the_end
    g_26_who_joins_while_its_sub_grant_is_ended_has_one_in_the_end
}

/// A store whose commits wait until they are let through.
struct Gated {
    inner: Arc<dyn Store>,
    waiting: Semaphore,
    let_through: Semaphore,
}

#[async_trait]
impl Store for Gated {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.inner.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        self.waiting.add_permits(1);
        self.let_through.acquire().await.unwrap().forget();
        self.inner.commit(change).await
    }
}

impl Gated {
    async fn a_commit_waits(&self) {
        self.waiting.acquire().await.unwrap().forget();
    }
}

impl World {
    /// The same world, whose commits wait.
    fn gated(&self) -> (Self, Arc<Gated>) {
        let (waiting, let_through) = (Semaphore::new(0), Semaphore::new(0));
        let gate = Arc::new(Gated { inner: Arc::clone(&self.service.store), waiting, let_through });
        let world = Self::built(gate.clone(), "us-east-1", Arc::clone(&self.clock), no_carriers());
        (world, gate)
    }

    /// One settles, and stops for good after its first change; another one,
    /// which sees what is `then`, looked at the members before that change was
    /// made, and ends after it.
    async fn settle_twice_over(&self, then: impl Future<Output = ()>) {
        let ((first, first_gate), (second, second_gate)) = (self.gated(), self.gated());
        let first = tokio::spawn(async move { first.settle().await });
        first_gate.a_commit_waits().await;
        then.await;
        let second = tokio::spawn(async move { second.settle().await });
        second_gate.a_commit_waits().await;
        first_gate.let_through.add_permits(1);
        first_gate.a_commit_waits().await;
        first.abort();
        second_gate.let_through.add_permits(1000);
        second.await.unwrap();
        self.settle().await;
    }
}

async fn g_26_who_leaves_while_its_sub_grant_is_made_has_none_in_the_end(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    world.join(&organization, OTHER, None).await;
    let leaves = async { world.organizations().leave(&AccountId::parse(OTHER).unwrap()).await.unwrap() };
    world.settle_twice_over(leaves).await;
    let expected = statuses(&[(OTHER, "DELETED"), (CUSTOMER, "DISABLED"), (MEMBER, "DISABLED")]);
    assert_eq!(world.statuses(&arn).await, expected);
}

async fn g_26_who_joins_while_its_sub_grant_is_ended_has_one_in_the_end(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    world.organizations().leave(&AccountId::parse(MEMBER).unwrap()).await.unwrap();
    world.settle_twice_over(world.join(&organization, MEMBER, None)).await;
    let live = world.live_sub_grants(&arn).await;
    assert_eq!(live, statuses(&[(CUSTOMER, "DISABLED"), (MEMBER, "DISABLED")]));
}
