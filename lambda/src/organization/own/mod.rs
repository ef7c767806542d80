//! Licentia's own directory of organizations, kept in its store and managed on
//! the command line.
//!
//! | partition | sort | item |
//! |---|---|---|
//! | `O#<organization>` | `ORGANIZATION` | the organization; in the index of all of them |
//! | `O#<organization>` | `U#<unit>` | one of its units |
//! | `O#<organization>` | `M#<account>` | one of its accounts |
//! | `A#<account>` | `ORGANIZATION` | the organization of an account |

mod accounts;
mod change;
mod error;
mod mint;
mod read;
mod record;
mod units;

use std::sync::Arc;

use crate::store::Store;

pub use error::OrganizationError;
pub use record::{Member, Organization, Unit};

/// The directory in a store. What is read is consistent; every change of an
/// organization counts its revision up, and none is decided on an old one.
#[derive(Clone)]
pub struct Own {
    store: Arc<dyn Store>,
}

impl Own {
    /// The directory in this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }
}
