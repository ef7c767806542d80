//! How lists are served.

use axum::body::Body;
use http::{Request, StatusCode};
use licentia::http::router;
use licentia_core::token::status::{StatusList, inflate};
use licentia_core::token::{Algorithm, KeySet};
use tower::ServiceExt;

use crate::service::{VENDOR, World, on_each_store};

on_each_store! {
    a_list_is_served_to_everybody_and_to_caches
    a_list_is_signed_once_a_minute_however_many_ask
    what_names_no_list_has_none
    a_license_signed_for_rsa_verifiers_is_in_a_list_too
}

async fn a_list_is_served_to_everybody_and_to_caches(world: World) {
    let arn = world.license(9, |_| {}).await;
    let (_, license) = world.borrowed(&arn).await;
    let uri = license.status_reference().unwrap().uri.clone();
    let answer = world.fetch(&uri, None).await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header("content-type"), "application/statuslist+jwt");
    assert_eq!(header("cache-control"), "public, max-age=60");
    assert_eq!(header("access-control-allow-origin"), "*");
    let etag = header("etag");
    let again = world.fetch(&uri, Some(&etag)).await;
    assert_eq!(
        (again.status(), &again.headers()["etag"]),
        (StatusCode::NOT_MODIFIED, &answer.headers()["etag"])
    );
    world.wait(1);
    assert_eq!(world.fetch(&uri, Some(&etag)).await.status(), StatusCode::OK);

    let text = world.fetched_list(&license).await;
    // Few bytes for 65,536 tokens.
    assert!(text.len() < 700, "{}", text.len());
    let list = StatusList::verify(&text, &world.keys().await, &inflate).unwrap();
    assert_eq!(list.uri(), uri);
    assert_eq!(list.issued_at(), world.clock_now());
    assert_eq!(list.expires_at(), Some(world.clock_now().plus_days(1)));
    assert_eq!(list.seconds_to_live(), Some(900));
    assert!(list.status(65_535).is_some() && list.status(65_536).is_none());
}

async fn a_list_is_signed_once_a_minute_however_many_ask(world: World) {
    let arn = world.license(9, |_| {}).await;
    let (_, license) = world.borrowed(&arn).await;
    // ECDSA signatures of one text differ: the same text was signed once.
    let asked = (0..20).map(|_| {
        let (world, license) = (world.clone(), license.clone());
        tokio::spawn(async move { world.fetched_list(&license).await })
    });
    let mut lists = vec![];
    for list in asked.collect::<Vec<_>>() {
        lists.push(list.await.unwrap());
    }
    lists.dedup();
    assert_eq!(lists.len(), 1);
    world.wait(1);
    assert_ne!(world.fetched_list(&license).await, lists[0]);
}

async fn what_names_no_list_has_none(world: World) {
    let arn = world.license(9, |_| {}).await;
    let id = arn.rsplit_once(':').unwrap().1;
    // Nothing was taken of it.
    assert_eq!(world.fetch(&format!("/status/{VENDOR}/{id}/0"), None).await.status(), 404);
    world.borrowed(&arn).await;
    assert_eq!(world.fetch(&format!("/status/{VENDOR}/{id}/0"), None).await.status(), 200);
    for path in [
        format!("/status/{VENDOR}/{id}/1"),
        format!("/status/{VENDOR}/{id}/18446744073709551615"),
        format!("/status/{VENDOR}/{id}/00"),
        format!("/status/444455556666/{id}/0"),
        format!("/status/{VENDOR}/l-00000000000000000000000000000000/0"),
        format!("/status/{VENDOR}/x/0"),
        "/status/x/y/z".to_owned(),
    ] {
        assert_eq!(world.fetch(&path, None).await.status(), 404, "{path}");
    }
    let post = Request::post(format!("/status/{VENDOR}/{id}/0")).body(Body::empty()).unwrap();
    assert_eq!(router(world.service.clone()).oneshot(post).await.unwrap().status(), 405);
}

async fn a_license_signed_for_rsa_verifiers_is_in_a_list_too(world: World) {
    let arn = world.license(9, |_| {}).await;
    let (_, own) = world.borrowed(&arn).await;
    let answer = world.borrow(VENDOR, &arn, "JWT_PS384").await;
    let payload = answer["SignedToken"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    let place = &claims["status"]["status_list"];
    assert_eq!(place["uri"], own.status_reference().unwrap().uri);
    assert_eq!(place["idx"], 1);
    // The list is signed with the account's key for ES256.
    let list = world.fetched_list(&own).await;
    let keys: KeySet = world.keys().await;
    assert!(keys.keys().iter().any(|key| key.algorithm() == Algorithm::Es256));
    assert!(StatusList::verify(&list, &keys, &inflate).is_ok());
}
