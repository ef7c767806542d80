//! What both databases can do, asked before either is: what one of them would
//! refuse is then refused by the other too.

use serde_json::Value;

use super::{Change, Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// DynamoDB takes 32 levels; the item itself and the member are two of them.
const MAX_DEPTH: usize = 30;

/// Whether the change is one that a store can apply.
pub(super) fn check(change: &Change) -> Result<(), Unavailable> {
    let writes = &change.0;
    if writes.is_empty() || writes.len() > Change::MAX_WRITES {
        return Err(impossible(&format!("a change of {} writes", writes.len())));
    }
    let mut keys: Vec<&Key> = writes.iter().map(Write::key).collect();
    keys.sort_unstable();
    if let Some(twice) = keys.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(impossible(&format!("two writes to one key: {twice:?}")));
    }
    writes.iter().try_for_each(check_write)
}

/// The text of an item's body, if the item is not too large.
pub(super) fn body_of(item: &Item) -> Result<String, Unavailable> {
    let key = &item.key;
    let body = serde_json::to_string(&item.body).map_err(|error| Unavailable(format!("{key}: {error}")))?;
    if body.len() > Item::MAX_BYTES {
        let size = format!("{key}: {} bytes, the limit is {}", body.len(), Item::MAX_BYTES);
        return Err(Unavailable(size));
    }
    Ok(body)
}

/// Whether so many keys can be read at once.
pub(super) fn check_keys(keys: &[Key]) -> Result<(), Unavailable> {
    if keys.len() > Change::MAX_WRITES {
        return Err(impossible(&format!("{} keys in one read", keys.len())));
    }
    keys.iter().try_for_each(check_key)
}

/// Whether the range can be asked for. Its ends need not be keys.
pub(super) fn check_query(query: &Query) -> Result<(), Unavailable> {
    check_key(&Key { partition: query.partition.clone(), sort: "any".to_owned() })?;
    let ends = [Some(&query.from), Some(&query.to), query.after.as_ref()];
    if let Some(long) = ends.into_iter().flatten().find(|end| end.len() > Key::MAX_SORT_BYTES) {
        return Err(impossible(&format!("a range to `{long}`")));
    }
    if query.limit == 0 { Err(impossible("a page of no items")) } else { Ok(()) }
}

fn check_write(write: &Write) -> Result<(), Unavailable> {
    check_key(write.key())?;
    write.guards().iter().try_for_each(|guard| match guard {
        Guard::Equals(_, value) => check_value(value, MAX_DEPTH),
        Guard::Absent | Guard::Present | Guard::Missing(_) | Guard::AtMost(..) | Guard::Above(..) => Ok(()),
    })?;
    match write {
        Write::Put(item, _) => check_item(item),
        Write::Update(_, _, edits) => check_edits(edits),
        Write::Delete(..) => Ok(()),
    }
}

fn check_item(item: &Item) -> Result<(), Unavailable> {
    item.index.iter().try_for_each(check_key)?;
    check_time(item.discard_after)?;
    item.body.values().try_for_each(|value| check_value(value, MAX_DEPTH))
}

fn check_edits(edits: &[Edit]) -> Result<(), Unavailable> {
    for (at, edit) in edits.iter().enumerate() {
        if edits.iter().take(at).any(|earlier| overlap(earlier, edit)) {
            return Err(impossible(&format!("two edits of one place: {edit:?}")));
        }
        match edit {
            Edit::Set(_, value) => check_value(value, MAX_DEPTH)?,
            Edit::Index(index) => index.iter().try_for_each(check_key)?,
            Edit::DiscardAfter(time) => check_time(*time)?,
            Edit::Add(..) | Edit::Remove(_) => {}
        }
    }
    Ok(())
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    match (a, b) {
        (Edit::Index(_), Edit::Index(_)) | (Edit::DiscardAfter(_), Edit::DiscardAfter(_)) => true,
        _ => match (a.path(), b.path()) {
            (Some(a), Some(b)) => {
                a.member == b.member && (a.entry.is_none() || b.entry.is_none() || a.entry == b.entry)
            }
            _ => false,
        },
    }
}

fn check_key(key: &Key) -> Result<(), Unavailable> {
    let fits = |part: &str, most: usize| (1..=most).contains(&part.len());
    if fits(&key.partition, Key::MAX_PARTITION_BYTES) && fits(&key.sort, Key::MAX_SORT_BYTES) {
        Ok(())
    } else {
        Err(impossible(&format!("a key of this length: {key}")))
    }
}

fn check_time(time: Option<u64>) -> Result<(), Unavailable> {
    match time {
        Some(time) if i64::try_from(time).is_err() => Err(impossible(&format!("{time} as a time"))),
        _ => Ok(()),
    }
}

fn check_value(value: &Value, depth: usize) -> Result<(), Unavailable> {
    let Some(deeper) = depth.checked_sub(1) else {
        return Err(impossible("a value of more than 30 levels"));
    };
    match value {
        Value::Number(number) if number.is_f64() => Err(impossible(&format!("{number} as a whole number"))),
        Value::Array(entries) => entries.iter().try_for_each(|entry| check_value(entry, deeper)),
        Value::Object(entries) => entries.values().try_for_each(|entry| check_value(entry, deeper)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn impossible(what: &str) -> Unavailable {
    Unavailable(format!("no store takes {what}"))
}

impl Write {
    /// The key it writes to.
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Put(item, _) => &item.key,
            Self::Update(key, ..) | Self::Delete(key, _) => key,
        }
    }

    /// What must hold for it.
    #[must_use]
    pub fn guards(&self) -> &[Guard] {
        match self {
            Self::Put(_, guards) | Self::Update(_, guards, _) | Self::Delete(_, guards) => guards,
        }
    }
}

impl Edit {
    /// The path it touches, if it is one in the body.
    #[must_use]
    pub const fn path(&self) -> Option<&Path> {
        match self {
            Self::Set(path, _) | Self::Add(path, _) | Self::Remove(path) => Some(path),
            Self::Index(_) | Self::DiscardAfter(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn update(edits: Vec<Edit>) -> Change {
        Change(vec![Write::Update(Key::new("p", "s"), vec![], edits)])
    }

    fn put(value: Value) -> Change {
        let body = Map::from_iter([("member".to_owned(), value)]);
        Change(vec![Write::Put(
            Item { key: Key::new("p", "s"), index: None, discard_after: None, body },
            vec![],
        )])
    }

    #[test]
    fn a_change_has_1_to_100_writes_each_to_another_key() {
        let delete = |sort: usize| Write::Delete(Key::new("p", format!("{sort}")), vec![]);
        assert!(check(&Change(vec![])).is_err());
        assert!(check(&Change((0..100).map(delete).collect())).is_ok());
        assert!(check(&Change((0..101).map(delete).collect())).is_err());
        assert!(check(&Change(vec![delete(1), delete(2), delete(1)])).is_err());
    }

    #[test]
    fn key_parts_are_neither_empty_nor_long() {
        let delete = |partition: &str, sort: &str| {
            check(&Change(vec![Write::Delete(Key::new(partition, sort), vec![])]))
        };
        assert!(delete("", "s").is_err());
        assert!(delete("p", "").is_err());
        assert!(delete(&"p".repeat(2048), &"s".repeat(1024)).is_ok());
        assert!(delete(&"p".repeat(2049), "s").is_err());
        assert!(delete("p", &"s".repeat(1025)).is_err());
        assert!(check(&update(vec![Edit::Index(Some(Key::new("", "s")))])).is_err());
    }

    #[test]
    fn no_two_edits_touch_one_path() {
        let set = |path: Path| Edit::Set(path, json!(1));
        let entry = |name: &str| Path::entry("m", name);
        assert!(check(&update(vec![set(entry("a")), set(entry("b")), set(Path::member("n"))])).is_ok());
        assert!(check(&update(vec![set(entry("a")), Edit::Add(entry("a"), 1)])).is_err());
        assert!(check(&update(vec![set(entry("a")), Edit::Add(Path::member("m"), 1)])).is_err());
        assert!(check(&update(vec![Edit::Index(None), Edit::Index(None)])).is_err());
    }

    #[test]
    fn numbers_are_whole_and_values_are_not_bottomless() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(check(&put(json!({"a": [u64::MAX, i64::MIN]}))).is_ok());
        assert!(check(&put(json!({"a": [1.5]}))).is_err());
        assert!(check(&put(nested(29))).is_ok());
        assert!(check(&put(nested(30))).is_err());
    }
}
