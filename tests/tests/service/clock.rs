//! A machine whose clock is wrong decides nothing.

use std::sync::Arc;

use aws_credential_types::Credentials;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use licentia::clock::Clock;
use licentia::http::router;
use licentia_core::time::{NotATime, Timestamp};
use licentia_tests::signed::signed;
use tower::ServiceExt;

use super::World;

/// A clock that stands before 1970 or after 9999.
struct Wrong;

impl Clock for Wrong {
    fn now(&self) -> Result<Timestamp, NotATime> {
        Err(NotATime::OutOfRange)
    }
}

#[tokio::test]
async fn a_clock_before_1970_or_after_9999_is_the_services_own_clear_failure() {
    let (store, _folder) = crate::store::on_sqlite();
    let mut service = World::on(store).service;
    Arc::get_mut(&mut service).unwrap().clock = Arc::new(Wrong);
    let router = router(service);
    let credentials = Credentials::new("AKIAABCDEFGHIJKLMNOP", "secret", None, None, "test");
    let json = signed(&credentials, "localhost", "ListLicenses", "{}".to_owned()).unwrap().map(Body::from);
    let form = Request::post("/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("Action=GetCallerIdentity&Version=2011-06-15"))
        .unwrap();
    let keys = Request::get("/issuers/111122223333/jwks.json").body(Body::empty()).unwrap();
    for (request, says) in [(json, "ServerInternalException"), (form, "InternalFailure"), (keys, "clock")] {
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains(says) && text.contains("clock"), "{text}");
    }
}
