//! Hostile bodies for every operation, for the fuzzer and for the replay of
//! what it found.

#![expect(clippy::unwrap_used, reason = "a panic is how a search reports what it found")]

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use axum::body::Bytes;
use licentia::audit::Touched;
use licentia::clock::SystemClock;
use licentia::context::{Context, Origin, Service};
use licentia::error::Code;
use licentia::identity::{AccessKeyId, Caller, Identity, UserName};
use licentia::operation::Failure;
use licentia::operations::license_manager::OPERATIONS;
use licentia::store::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable};
use licentia::wire::Parameters;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use tokio::runtime::{Builder, Runtime};

use crate::services::service_on;

/// A store that takes everything and remembers nothing.
struct Forgetful;

#[async_trait]
impl Store for Forgetful {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        Ok(vec![None; keys.len()])
    }

    async fn query(&self, _: &Query) -> Result<Page, Unavailable> {
        Ok(Page { items: vec![], more: false })
    }

    async fn commit(&self, _: &Change) -> Result<(), CommitError> {
        Ok(())
    }
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

static SERVICE: LazyLock<Arc<Service>> =
    LazyLock::new(|| Arc::new(service_on(Arc::new(Forgetful), Arc::new(SystemClock))));

/// Sends a body to every operation.
///
/// # Panics
/// If one panics, or answers as if it were the service's fault.
pub fn answer_all(body: &[u8]) {
    for row in OPERATIONS {
        let cx = Context {
            service: Arc::clone(&SERVICE),
            caller: Caller {
                account: AccountId::parse("111122223333").unwrap(),
                identity: Identity::User {
                    access_key_id: AccessKeyId::parse("AKIAABCDEFGHIJKLMNOP").unwrap(),
                    user: UserName::parse("admin").unwrap(),
                    policies: vec![],
                },
            },
            now: Timestamp::from_unix(1_795_300_000).unwrap(),
            parameters: Parameters::new(Bytes::copy_from_slice(body)),
            origin: Origin::default(),
            touched: Touched::default(),
        };
        match RUNTIME.block_on((row.run)(&cx)) {
            Ok(output) => assert!(output.starts_with(b"{"), "{}", row.name),
            Err(Failure::Serialization(message)) => assert!(!message.is_empty(), "{}", row.name),
            Err(Failure::Operation(error)) => {
                let code = error.kind.code(row.errors);
                let may = code == Code::AccessDenied || row.errors.contains(&code);
                assert!(may, "{}: {error:?}", row.name);
            }
        }
    }
}
