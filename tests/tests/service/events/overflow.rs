//! More events than one change holds.

use std::collections::BTreeSet;

use licentia::events::DetailType::LicenseConsumptionChange;
use licentia::store::Query;
use licentia_tests::receiver::Receiver;

use super::super::{VENDOR, World, on_each_store};
use super::ids;

on_each_store! {
    events_that_do_not_fit_their_change_arrive_too
}

/// 60 seats, taken one by one and run out, come back 50 at once: with three
/// destinations that makes more deliveries than a change holds.
async fn events_that_do_not_fit_their_change_arrive_too(world: World) {
    world.license(60, |_| {}).await;
    let mut tokens = BTreeSet::new();
    for _ in 0..60 {
        let seat = world.seat(1).await.unwrap();
        tokens.insert(seat["LicenseConsumptionToken"].as_str().unwrap().to_owned());
    }
    let mut receivers = Vec::new();
    for _ in 0..3 {
        let receiver = Receiver::start([]).await;
        world.tell(VENDOR, &receiver.url, &[LicenseConsumptionChange]).await;
        receivers.push(receiver);
    }
    world.wait(60);
    world.seat(60).await.unwrap();
    let parcels = Query::prefix("Q#PARCELS", "", 100);
    let packed = world.service.store.query(&parcels).await.unwrap().items.len();
    assert_eq!(packed, 1, "50 in a parcel, 10 beside it");

    let (first, second) = (world.dispatcher(), world.dispatcher());
    let (first, second) = tokio::join!(first.pass(|| true), second.pass(|| true));
    let arrived = first + second + world.send().await;
    assert_eq!(arrived, 3 * 61);
    assert_eq!(world.service.store.query(&parcels).await.unwrap().items, []);
    for receiver in receivers {
        let messages = receiver.messages();
        assert_eq!(ids(&messages).into_iter().collect::<BTreeSet<_>>().len(), 61);
        let expired: BTreeSet<String> = messages
            .iter()
            .map(|message| message.json()["detail"].clone())
            .filter(|detail| detail["state"] == "Expired")
            .map(|detail| detail["licenseConsumptionToken"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(expired, tokens);
    }
}
