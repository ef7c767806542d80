//! What returns though nobody asks: the scheduled tidy-up.

use std::sync::Arc;

use licentia::identity::DisplayName;
use licentia::licenses::{Tidied, tidy};
use licentia_core::arn::AccountId;
use serde_json::{Value, json};

use super::events::NOWHERE;
use super::{VENDOR, World, on_each_store};

const OTHER: &str = "999988887777";

on_each_store! {
    expired_checkouts_are_reclaimed_exactly_once
    turns_reach_every_license
    what_is_at_home_elsewhere_is_left_to_that_region
}

impl World {
    pub(super) async fn with_accounts(self) -> Self {
        for account in [VENDOR, OTHER] {
            let name = DisplayName::parse("Vendor").unwrap();
            let id = AccountId::parse(account).unwrap();
            self.service.directory.create_account(Some(id), name, self.clock_now()).await.unwrap();
        }
        self
    }

    pub(super) async fn tidy(&self) -> Tidied {
        tidy(&self.service, self.clock_now()).await.unwrap()
    }

    /// What the pool itself says, whatever has expired.
    pub(super) async fn in_the_pool(&self, arn: &str) -> Value {
        let arn = licentia_core::arn::LicenseArn::parse(arn).unwrap();
        let item = self.service.store.get(&[licentia::records::pool_key(&arn)]).await.unwrap().remove(0);
        item.unwrap().body["used"]["Seats"].clone()
    }
}

async fn expired_checkouts_are_reclaimed_exactly_once(world: World) {
    let world = world.with_accounts().await;
    let (told, _) = world.tell(VENDOR, NOWHERE, &[]).await;
    let arn = world.license(200, |_| {}).await;
    for _ in 0..40 {
        world.seat(1).await.unwrap();
    }
    world.wait(30);
    world.seat(3).await.unwrap();
    assert_eq!(world.tidy().await.reclaimed, 0, "they run");
    world.wait(30);
    // Two processes have their turn at once: what one is at, the other leaves.
    let other = world.over(Arc::clone(&world.service.store));
    let (one, two) = tokio::join!(world.tidy(), other.tidy());
    let third = world.tidy().await;
    assert_eq!(one.reclaimed + two.reclaimed + third.reclaimed, 40, "{one:?} {two:?} {third:?}");
    assert_eq!(world.in_the_pool(&arn).await, json!(3));
    assert_eq!(world.tidy().await, Tidied { licenses: 1, ..Tidied::default() });
    let states = world.states(&told).await;
    assert_eq!(states.iter().filter(|state| *state == "Expired").count(), 40, "EV-1");
}

async fn turns_reach_every_license(world: World) {
    let world = world.with_accounts().await;
    let mut arns = vec![];
    for number in 0..101 {
        arns.push(world.license(1, |input| input["ProductSKU"] = json!(format!("sku-{number}"))).await);
    }
    world.wait_seconds(1);
    world.license(1, |_| {}).await;
    world.seat(1).await.unwrap();
    world.wait(60);
    let turns = [world.tidy().await, world.tidy().await, world.tidy().await];
    assert_eq!(turns.map(|turn| turn.licenses), [100, 2, 100], "from the first again");
    assert_eq!(turns.map(|turn| turn.reclaimed), [0, 1, 0]);
}

async fn what_is_at_home_elsewhere_is_left_to_that_region(world: World) {
    let world = world.with_accounts().await;
    world.license(1, |_| {}).await;
    world.seat(1).await.unwrap();
    world.wait(60);
    assert_eq!(world.in_region("eu-central-1").tidy().await.reclaimed, 0, "H-1");
    assert_eq!(world.tidy().await.reclaimed, 1);
}
