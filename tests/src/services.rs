//! A service as tests and measurements put it together.

#![expect(clippy::unwrap_used, reason = "a panic is how a test reports that it cannot begin")]

use std::sync::Arc;

use licentia::admission::Admission;
use licentia::audit::{Settings, Trail};
use licentia::clock::Clock;
use licentia::context::Service;
use licentia::events::Events;
use licentia::identity::Directory;
use licentia::master_key::MasterKey;
use licentia::openid::Provider;
use licentia::organization::Own;
use licentia::recent::Recent;
use licentia::sign::Signer;
use licentia::status::StatusLists;
use licentia::store::Store;

use crate::carriers::no_carriers;
use crate::signed::REGION;

/// A service on this store, that reaches nothing else.
///
/// # Panics
/// If the master key is none.
#[must_use]
pub fn service_on(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Service {
    let master_key = Arc::new(MasterKey::new(&[7; 32]).unwrap());
    let kms =
        aws_sdk_kms::Client::from_conf(aws_sdk_kms::Config::builder().behavior_version_latest().build());
    Service {
        directory: Directory::new(Arc::clone(&store), Arc::clone(&master_key)),
        organizations: Arc::new(Own::new(Arc::clone(&store))),
        signer: Signer::new(Arc::clone(&store), Arc::clone(&master_key), kms),
        events: Events::new(&store, &master_key, no_carriers()),
        status_lists: StatusLists::new(Arc::clone(&store), None),
        trail: Trail::new(Arc::clone(&store), Settings::default()),
        admission: Admission::default(),
        recent: Recent::default(),
        openid: Provider::new(Arc::clone(&store), Arc::clone(&master_key)),
        store,
        region: REGION.to_owned(),
        clock,
        master_key,
    }
}
