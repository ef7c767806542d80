//! How licenses, grants and checkouts are kept: keys, items, and pool edits as store
//! writes.
//!
//! | partition | sort | item |
//! |---|---|---|
//! | `A#<account>` | `L#<license id>` | the license as it is now |
//! | `A#<account>` | `TAGS#<resource id>` | the tags of a resource, if it has any |
//! | `A#<account>` | `T#<token id>` | a token of a customer without an account |
//! | `L#<license id>` | `POOL` | its consumption |
//! | `L#<license id>#<number>` | `POOL` | the consumption of one of its shards |
//! | `L#<license id>` | `V#<version>` | one version of it |
//! | `L#<license id>` | `G#<grant id>` | where to find a grant of it |
//! | `L#<license id>` | `P#<principal>` | the grant to this principal, while it is not ended |
//! | `L#<license id>` | `GRANTS` | how many of them count |
//! | `A#<maker>` | `G#<grant id>` | a grant as it is now; in the index while it is distributed to members |
//! | `G#<grant id>` | `V#<version>` | one version of it |
//! | `G#<grant id>` | `M#<account>` | where to find the sub-grant of a member |
//! | `R#<principal>` | `<grant id>` | where to find a received grant |
//! | `R#<principal>#<SKU>` | `<grant id>` | the same, by SKU |
//! | `R#<principal>#<SKU>` | `ACTIVATION` | whose turn it is to activate one of a Marketplace product |
//! | `R#<principal>#DELEGATE` | `<grant id>` | where to find a grant that makes it a delegate |
//! | `D#<owner>#<SKU>` | `<grant id>` | where to find a grant that makes its grantee a delegate for the product |
//! | `S#<account>#<SKU>` | `<beneficiary>#<license id>` | where to find it by SKU |
//! | `C#<token>` | `CHECKOUT` | a checkout; in the index by license, place of the shard, and expiry while it counts |
//! | `U#<license or grant id>` | `NUMBERING` | how many of its tokens were numbered |
//! | `U#<license or grant id>` | `<number>` | a token that was taken back before its end |
//! | `I#<scope>` | `<operation>#<client token>` | the answer for a retry |
//!
//! SKUs, beneficiaries, client tokens and principals other than accounts, which
//! may be long, stand there as hashes. Ids of licenses, grants and tokens begin
//! with the time, so that they sort by age.

mod checkout;
mod grant;
mod license;
mod members;
mod pool;
mod received;
mod replay;
mod status;
mod tags;
mod token;

use licentia_core::arn::{AccountId, LicenseArn};
use sha2::{Digest, Sha256};

pub use checkout::{
    CheckoutPlace, CheckoutRecord, GivenUp, checkout_item, checkout_key, end_checkout, expiring,
    extend_checkout,
};
pub use grant::{
    GrantCount, GrantPointer, GrantRecord, count_below, forget_granted, grant_count_key, grant_item,
    grant_key, grant_of_license_item, grant_version_item, grant_version_key, granted_key, grants_by,
    grants_less, grants_of, grants_to_organizations, note_granted, one_grant_more, read_pointer,
    replace_grant, unchanged_license,
};
pub use license::{
    Head, Pointer, expire_pointer, head_item, head_key, heads, pointer_item, pointers, version_item,
    version_key, versions,
};
pub use members::{
    change_members, forget_member, leave_members, member_of, members, note_member, settle_grant,
};
pub use pool::{ROWS_APART, pool_item, pool_key, pool_write, put_shard, remove_shard, shard_key};
pub use received::{
    Turn, activation_key, delegates_of, received, received_as_delegate, received_items, received_sku,
    take_turn,
};
pub use replay::{Replay, replay_item, replay_key};
pub use status::{TakenBack, numbering_key, numbers_taken, take_back, take_numbers, taken_back};
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
