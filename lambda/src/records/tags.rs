//! Tags, an item for each tagged resource.

use std::collections::BTreeMap;

use licentia_core::arn::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::account_partition;
use crate::store::{Guard, Item, Key, Path, Unavailable, Write};

/// Values by key.
pub type Tags = BTreeMap<String, String>;

#[derive(Serialize, Deserialize)]
struct Record {
    tags: Tags,
}

/// Where the tags of a resource stand: its account, and its id in it.
#[must_use]
pub fn tags_key(account: &AccountId, resource_id: &str) -> Key {
    Key::new(account_partition(account), format!("TAGS#{resource_id}"))
}

/// What the item holds; where there is none, no tags.
///
/// # Errors
/// [`Unavailable`] if it cannot be read.
pub fn read_tags(item: Option<&Item>) -> Result<Tags, Unavailable> {
    item.map_or_else(|| Ok(Tags::new()), |item| Ok(item.read::<Record>()?.tags))
}

/// The tags of a new resource; no write if it has none.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn new_tags(key: Key, tags: &Tags) -> Result<Option<Write>, Unavailable> {
    if tags.is_empty() {
        return Ok(None);
    }
    Ok(Some(Write::Put(item(key, tags)?, vec![Guard::Absent])))
}

/// Replaces the tags of a resource, which are as they were read.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn replace_tags(key: Key, before: Option<&Item>, after: &Tags) -> Result<Write, Unavailable> {
    let guard = match before {
        None => Guard::Absent,
        Some(item) => Guard::Equals(Path::member("tags"), json!(read_tags(Some(item))?)),
    };
    Ok(Write::Put(item(key, after)?, vec![guard]))
}

fn item(key: Key, tags: &Tags) -> Result<Item, Unavailable> {
    Item::new(key, &Record { tags: tags.clone() })
}
