//! Who calls and who signs, on a real store.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic in a test is the report"
)]

mod directory;
mod policies;
mod remembered;
mod roles;
mod signature;
mod signer;
mod temporary;

use std::sync::Arc;

use licentia::identity::Directory;
use licentia::master_key::MasterKey;
use licentia::store::{Sqlite, Store};
use licentia_core::time::Timestamp;
use tempfile::TempDir;

/// An empty store in a folder of its own.
struct Fixture {
    store: Arc<dyn Store>,
    master: Arc<MasterKey>,
    folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(&folder.path().join("store")).unwrap());
        Self { store, master: Arc::new(MasterKey::new(&[7; 32]).unwrap()), folder }
    }

    fn directory(&self) -> Directory {
        Directory::new(Arc::clone(&self.store), Arc::clone(&self.master))
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn now() -> Timestamp {
    at("2026-11-22T10:00:00Z")
}
