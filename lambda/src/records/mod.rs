//! How licenses and checkouts are kept: keys, items, and pool edits as store
//! writes.
//!
//! | partition | sort | item |
//! |---|---|---|
//! | `A#<account>` | `L#<license id>` | the license as it is now |
//! | `A#<account>` | `TAGS#<resource id>` | the tags of a resource, if it has any |
//! | `A#<account>` | `T#<token id>` | a token of a customer without an account |
//! | `L#<license id>` | `POOL` | its consumption |
//! | `L#<license id>` | `V#<version>` | one version of it |
//! | `S#<account>#<SKU>` | `<beneficiary>#<license id>` | where to find it by SKU |
//! | `C#<token>` | `CHECKOUT` | a checkout; in the index by license and expiry while it counts |
//! | `I#<scope>` | `<operation>#<client token>` | the answer for a retry |
//!
//! SKUs, beneficiaries and client tokens, which may be long, stand there as
//! hashes. Ids of licenses and tokens begin with the time, so that they sort by
//! age.

mod checkout;
mod license;
mod pool;
mod replay;
mod tags;
mod token;

use licentia_core::arn::{AccountId, LicenseArn};
use sha2::{Digest, Sha256};

pub use checkout::{CheckoutRecord, checkout_item, checkout_key, end_checkout, expiring, extend_checkout};
pub use license::{
    Head, Pointer, expire_pointer, head_item, head_key, heads, pointer_item, pointers, version_item,
    version_key, versions,
};
pub use pool::{pool_item, pool_key, pool_write};
pub use replay::{Replay, replay_item, replay_key};
pub use tags::{Tags, new_tags, read_tags, replace_tags, tags_key};
pub use token::{TokenRecord, delete_token, token_item, token_key, tokens};

/// How long what has ended is kept for retries: C-6 asks for 24 hours.
const RETAINED_DAYS: u32 = 7;

fn account_partition(account: &AccountId) -> String {
    format!("A#{account}")
}

fn license_partition(arn: &LicenseArn) -> String {
    format!("L#{}", arn.id())
}

/// Texts of any length and alphabet in a key.
fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
