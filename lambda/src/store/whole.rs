//! A store as a whole, as a move sees it; what serves never does.

use std::fmt;

use async_trait::async_trait;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Item, Key, Page, Store, Unavailable};

/// A database that can be read and filled as a whole, and be frozen meanwhile.
#[async_trait]
pub trait Whole: Store {
    /// All items, page by page, after this key: in an order of the store's
    /// own, each that does not change meanwhile once.
    async fn scan(&self, after: Option<&Key>, limit: usize) -> Result<Page, Unavailable>;

    /// Stores the items, each by itself, over those that may be there. After a
    /// failure any of them may be stored; doing it again does no harm.
    async fn fill(&self, items: &[Item]) -> Result<(), Unavailable>;

    /// Once it returns, no process commits anything until the store is thawed.
    /// What is frozen already keeps this mark from now on.
    async fn freeze(&self, mark: &Frozen) -> Result<(), Unavailable>;

    /// Commits are taken again.
    async fn thaw(&self) -> Result<(), Unavailable>;
}

/// The mark of a store that takes no commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The place that its items are moved to.
    pub to: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether all of them are there.
    pub is_moved: bool,
}

impl Frozen {
    /// Where the mark stands.
    #[must_use]
    pub fn key() -> Key {
        Key::new("MASTER", "FROZEN")
    }

    /// The mark, if the store is frozen.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn of(store: &dyn Store) -> Result<Option<Self>, Unavailable> {
        let found = store.get(&[Self::key()]).await?.into_iter().flatten().next();
        found.map(|item| item.read()).transpose()
    }

    pub(super) fn item(&self) -> Result<Item, Unavailable> {
        Item::new(Self::key(), self)
    }
}

impl fmt::Display for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { to, since, is_moved } = self;
        if *is_moved {
            write!(
                f,
                "all that was here was moved to {to} on {since}: use that; to use this place in its stead, \
                 `licentia move --cancel`"
            )
        } else {
            write!(
                f,
                "a move from here to {to} began on {since} and has not ended: to end it, give the same \
                 `licentia move` again; to give it up, `licentia move --cancel`"
            )
        }
    }
}
