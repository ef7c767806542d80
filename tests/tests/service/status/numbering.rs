//! Each token has a place of its own, whoever makes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use licentia_core::token::status::StatusReference;

use crate::service::{CUSTOMER, VENDOR, World, on_each_store};

on_each_store! {
    no_two_tokens_of_a_license_share_a_place
    what_the_owner_takes_and_what_is_taken_under_a_grant_is_told_apart
}

async fn no_two_tokens_of_a_license_share_a_place(world: World) {
    let arn = Arc::new(world.license(1000, |_| {}).await);
    // Another process on the same store.
    let other = world.in_region("us-east-1");
    let borrowers: Vec<_> = (0..90)
        .map(|turn| {
            let (world, arn) = (if turn % 2 == 0 { world.clone() } else { other.clone() }, Arc::clone(&arn));
            tokio::spawn(async move { world.borrow(VENDOR, &arn, "JWT_ES256").await })
        })
        .collect();
    let mut places = BTreeSet::new();
    for borrower in borrowers {
        let license = world.licensed(&borrower.await.unwrap()).await;
        let StatusReference { index, uri } = license.status_reference().unwrap().clone();
        assert!(places.insert((uri, index)));
    }
    assert_eq!(places.len(), 90);
    // They stand close together: a list is used up before the next is begun.
    assert!(places.iter().all(|(uri, index)| uri.ends_with("/0") && *index < 90 + 4 * 64));
}

async fn what_the_owner_takes_and_what_is_taken_under_a_grant_is_told_apart(world: World) {
    let arn = world.license(9, |_| {}).await;
    let operations = serde_json::json!(["CheckoutBorrowLicense"]);
    let grant = world.active_grant(&arn, CUSTOMER, |input| input["AllowedOperations"] = operations).await;
    let (_, own) = world.borrowed(&arn).await;
    let granted = world.licensed(&world.borrow(CUSTOMER, &arn, "JWT_ES256").await).await;
    let id = |arn: &str| arn.rsplit_once(':').unwrap().1.to_owned();
    let expected = |arn: &str| StatusReference {
        index: 0,
        uri: format!("https://licenses.example.com/status/{VENDOR}/{}/0", id(arn)),
    };
    assert_eq!(own.status_reference(), Some(&expected(&arn)));
    assert_eq!(granted.status_reference(), Some(&expected(&grant)));
}

#[tokio::test]
async fn a_service_that_knows_no_public_url_numbers_nothing() {
    let (store, _folder) = crate::store::on_sqlite();
    let world = World::without_public_url(store);
    let arn = world.license(9, |_| {}).await;
    let (answer, license) = world.borrowed(&arn).await;
    assert_eq!(license.status_reference(), None);
    world.return_borrowed(VENDOR, &answer).await;
    let path = format!("/status/{VENDOR}/{}/0", arn.rsplit_once(':').unwrap().1);
    assert_eq!(world.fetch(&path, None).await.status(), 404);
}
