//! Pools are what their checkouts hold, or are told and made so.

use std::sync::Arc;

use licentia::doctor::{Report, examine};
use licentia::records::pool_key;
use licentia::store::{Change, Edit, Path, Whole, Write};
use licentia_core::arn::LicenseArn;
use licentia_core::quantity::Quantity;
use serde_json::json;

use super::World;
use crate::store::{dynamodb, sqlite};

async fn look(store: &dyn Whole, is_to_repair: bool) -> Report {
    examine(store, is_to_repair, &mut |_| ()).await.unwrap()
}

async fn what_drifted_is_told_and_repaired(store: Arc<dyn Whole>) {
    let world = World::on(Arc::<dyn Whole>::clone(&store));
    let arn = world.license(10, |_| {}).await;
    let other = world.license(10, |license| license["ProductSKU"] = json!("other")).await;
    world.seat(1).await.unwrap();
    world.wait(60);
    // One ran out and is not reclaimed; one was returned.
    for _ in 0..3 {
        world.seat(2).await.unwrap();
    }
    let seat = world.seat(1).await.unwrap();
    world.check_in(&seat).await.unwrap();
    let sound = look(&*store, true).await;
    assert_eq!((sound.licenses, sound.drifted.len(), sound.restless.len()), (2, 0, 0), "{sound:?}");
    assert!((3..=4).contains(&sound.checkouts), "{sound:?}");

    let place = pool_key(&LicenseArn::parse(&arn).unwrap());
    let before = store.get(std::slice::from_ref(&place)).await.unwrap();
    let lost = Edit::Add(Path::entry("used", "Seats"), -2);
    store.commit(&Change(vec![Write::Update(place.clone(), vec![], vec![lost])])).await.unwrap();
    for is_repaired in [false, true] {
        let report = look(&*store, is_repaired).await;
        let [drift] = report.drifted.as_slice() else { panic!("{report:?}") };
        assert_eq!((drift.license.to_string(), drift.is_repaired), (arn.clone(), is_repaired));
        let [(name, said, counted)] = drift.entitlements.as_slice() else { panic!("{drift:?}") };
        assert_eq!((name.as_str(), counted.less(*said)), ("Seats", Quantity::new(2).unwrap()));
    }
    assert_eq!(store.get(&[place]).await.unwrap(), before);
    assert_eq!(look(&*store, false).await, sound);
    assert_eq!(world.used(&other).await, 0);
}

#[tokio::test]
async fn on_sqlite_what_drifted_is_told_and_repaired() {
    let (store, _folder) = sqlite();
    what_drifted_is_told_and_repaired(store).await;
}

#[tokio::test]
async fn on_dynamodb_what_drifted_is_told_and_repaired() {
    what_drifted_is_told_and_repaired(dynamodb().await).await;
}
