//! Status lists: what a copy of one tells of licenses that were taken.

mod numbering;
mod serving;
mod standing;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use http::{Request, Response, StatusCode};
use licentia::http::router;
use licentia::status::StatusLists;
use licentia::store::Store;
use licentia_core::arn::AccountId;
use licentia_core::token::status::{Revocation, Standing, StatusList, StatusRefusal, inflate};
use licentia_core::token::{Expectations, KeySet, License, verify};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::{PUBLIC_URL, VENDOR, World, borrow_of};

/// What an app does.
impl World {
    fn without_public_url(store: Arc<dyn Store>) -> Self {
        let mut world = Self::on(Arc::clone(&store));
        Arc::get_mut(&mut world.service).unwrap().status_lists = StatusLists::new(store, None);
        world
    }

    /// The license of a checkout's answer, verified now.
    async fn licensed(&self, answer: &Value) -> License {
        let token = answer["SignedToken"].as_str().unwrap();
        verify(token, &self.keys().await, self.clock_now(), &Expectations::default()).unwrap()
    }

    async fn keys(&self) -> KeySet {
        let account = AccountId::parse(VENDOR).unwrap();
        let keys = self.service.signer.jwks(&account, self.clock_now()).await.unwrap().unwrap();
        KeySet::from_json(&keys).unwrap()
    }

    /// What is served at a path, or at a URL that a license names.
    async fn fetch(&self, url: &str, known: Option<&str>) -> Response<Body> {
        let path = url.strip_prefix(PUBLIC_URL).unwrap_or(url);
        let request = Request::get(path);
        let request = known.into_iter().fold(request, |request, etag| request.header("if-none-match", etag));
        router(self.service.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn fetched_list(&self, license: &License) -> String {
        let answer = self.fetch(&license.status_reference().unwrap().uri, None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    }

    /// How a license stands by a fresh copy of its list.
    async fn standing(&self, license: &License) -> Result<Standing, StatusRefusal> {
        // What was served within the last minute may be served again.
        self.wait(1);
        let list = self.fetched_list(license).await;
        let lists = [StatusList::verify(&list, &self.keys().await, &inflate).unwrap()];
        Revocation { lists: &lists, ..Revocation::default() }.judge(license, self.clock_now())
    }

    async fn is_valid(&self, license: &License) -> bool {
        matches!(self.standing(license).await, Ok(Standing::Valid { is_stale: false, .. }))
    }

    /// The code of the refusal.
    async fn refused(&self, license: &License) -> &'static str {
        self.standing(license).await.unwrap_err().code()
    }

    /// One seat, borrowed for a day.
    async fn borrow(&self, account: &str, arn: &str, method: &str) -> Value {
        let mut input = borrow_of(arn, 1, &Uuid::new_v4().to_string());
        input["DigitalSignatureMethod"] = json!(method);
        self.call_as(account, "CheckoutBorrowLicense", &input).await.unwrap()
    }

    /// A borrow of the vendor's own.
    async fn borrowed(&self, arn: &str) -> (Value, License) {
        let answer = self.borrow(VENDOR, arn, "JWT_ES256").await;
        let license = self.licensed(&answer).await;
        (answer, license)
    }

    async fn return_borrowed(&self, account: &str, answer: &Value) {
        let token = json!({ "LicenseConsumptionToken": answer["LicenseConsumptionToken"] });
        self.call_as(account, "CheckInLicense", &token).await.unwrap();
    }
}
