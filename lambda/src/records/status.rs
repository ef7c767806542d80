//! What status lists are made of: how many tokens were numbered, and which of
//! them were taken back.

use licentia_core::checkout::Checkout;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::{Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// How many tokens of a license or grant were numbered.
#[derive(Serialize, Deserialize)]
struct Numbering {
    taken: u64,
}

/// A token taken back before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The number of the token.
    pub status_index: u64,
}

/// Where the numbering of a license's or grant's tokens stands.
#[must_use]
pub fn numbering_key(id: &str) -> Key {
    Key::new(partition(id), "NUMBERING")
}

/// How many tokens were numbered, if this is what stands there.
///
/// # Errors
/// [`Unavailable`] if it cannot be read.
pub fn numbers_taken(numbering: Option<&Item>) -> Result<u64, Unavailable> {
    numbering.map_or(Ok(0), |item| item.read::<Numbering>().map(|numbering| numbering.taken))
}

/// Takes the numbers from `first` to before `end`, if nobody else does.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn take_numbers(id: &str, first: u64, end: u64) -> Result<Write, Unavailable> {
    let key = numbering_key(id);
    if first == 0 {
        return Ok(Write::Put(Item::new(key, &Numbering { taken: end })?, vec![Guard::Absent]));
    }
    let taken = || Path::member("taken");
    Ok(Write::Update(key, vec![Guard::Equals(taken(), first.into())], vec![Edit::Set(taken(), end.into())]))
}

/// Notes that the token of this checkout was taken back, until it would have
/// ended; nothing is to be noted of a checkout without a numbered token. `id`
/// is the one of its grant or license.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn take_back(id: &str, checkout: &Checkout) -> Result<Option<Write>, Unavailable> {
    let Some(status_index) = checkout.status_index else { return Ok(None) };
    let ends_at = checkout.expires_at().unwrap_or(Timestamp::MAX).unix();
    let key = Key::new(partition(id), format!("{status_index:020}"));
    let mut item = Item::new(key, &TakenBack { status_index })?;
    item.discard_after = Some(ends_at);
    Ok(Some(Write::Put(item, vec![])))
}

/// What was taken back of the tokens with numbers from `first` to before `end`.
#[must_use]
pub fn taken_back(id: &str, first: u64, end: u64, limit: usize) -> Query {
    let sort = |number: u64| format!("{number:020}");
    Query { from: sort(first), to: sort(end.saturating_sub(1)), ..Query::prefix(partition(id), "", limit) }
}

fn partition(id: &str) -> String {
    format!("U#{id}")
}
