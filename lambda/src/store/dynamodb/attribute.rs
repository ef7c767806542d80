//! Items as attributes. A member of the body is an attribute of the same name
//! and kind, so that expressions reach into it.

use std::borrow::Cow;
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Number, Value};

use crate::store::{Item, Key, Unavailable};

pub(super) const PARTITION: &str = "pk";
pub(super) const SORT: &str = "sk";
pub(super) const INDEX_PARTITION: &str = "ipk";
pub(super) const INDEX_SORT: &str = "isk";
pub(super) const DISCARD_AFTER: &str = "ttl";

pub(super) type Attributes = HashMap<String, AttributeValue>;

/// The attribute's name for a member, or the one of an entry in it.
///
/// DynamoDB takes any name but the empty one, and five are ours: those get a
/// backslash in front, and so do names that begin with one.
pub(super) fn name(member: &str) -> Cow<'_, str> {
    match member {
        "" | PARTITION | SORT | INDEX_PARTITION | INDEX_SORT | DISCARD_AFTER => {
            Cow::Owned(format!("\\{member}"))
        }
        _ if member.starts_with('\\') => Cow::Owned(format!("\\{member}")),
        _ => Cow::Borrowed(member),
    }
}

/// The way back from [`name`].
fn member(mut name: String) -> String {
    if name.starts_with('\\') {
        name.remove(0);
    }
    name
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn key(key: &Key) -> Attributes {
    HashMap::from([(PARTITION.to_owned(), text(&key.partition)), (SORT.to_owned(), text(&key.sort))])
}

pub(super) fn item(item: &Item) -> Attributes {
    let mut attributes = members(&item.body);
    attributes.extend(key(&item.key));
    if let Some(index) = &item.index {
        attributes.insert(INDEX_PARTITION.to_owned(), text(&index.partition));
        attributes.insert(INDEX_SORT.to_owned(), text(&index.sort));
    }
    if let Some(time) = item.discard_after {
        attributes.insert(DISCARD_AFTER.to_owned(), number(time));
    }
    attributes
}

pub(super) fn value(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Number(value) => number(value),
        Value::String(value) => text(value),
        Value::Array(entries) => AttributeValue::L(entries.iter().map(self::value).collect()),
        Value::Object(entries) => AttributeValue::M(members(entries)),
    }
}

fn members(entries: &Map<String, Value>) -> Attributes {
    entries.iter().map(|(entry, value)| (name(entry).into_owned(), self::value(value))).collect()
}

/// The item that these attributes are.
pub(super) fn read_item(mut attributes: Attributes) -> Result<Item, Unavailable> {
    let mut text = |name: &str| match attributes.remove(name) {
        Some(AttributeValue::S(text)) => Ok(Some(text)),
        None => Ok(None),
        Some(other) => Err(unreadable(&format!("`{name}` is {other:?}"))),
    };
    let partition = text(PARTITION)?.ok_or_else(|| unreadable("no partition key"))?;
    let sort = text(SORT)?.ok_or_else(|| unreadable("no sort key"))?;
    let index = text(INDEX_PARTITION)?.zip(text(INDEX_SORT)?);
    let discard_after = match attributes.remove(DISCARD_AFTER) {
        None => None,
        Some(time) => Some(read(time)?.as_u64().ok_or_else(|| unreadable("a time that is none"))?),
    };
    Ok(Item {
        key: Key { partition, sort },
        index: index.map(|(partition, sort)| Key { partition, sort }),
        discard_after,
        body: read_members(attributes)?,
    })
}

fn read_members(attributes: Attributes) -> Result<Map<String, Value>, Unavailable> {
    attributes.into_iter().map(|(name, value)| Ok((member(name), read(value)?))).collect()
}

fn read(value: AttributeValue) -> Result<Value, Unavailable> {
    Ok(match value {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::N(value) => Value::Number(read_number(&value)?),
        AttributeValue::S(value) => Value::String(value),
        AttributeValue::L(entries) => Value::Array(entries.into_iter().map(read).collect::<Result<_, _>>()?),
        AttributeValue::M(entries) => Value::Object(read_members(entries)?),
        other => return Err(unreadable(&format!("{other:?} is no value of ours"))),
    })
}

fn read_number(text: &str) -> Result<Number, Unavailable> {
    text.parse::<i64>()
        .map(Number::from)
        .or_else(|_| text.parse::<u64>().map(Number::from))
        .map_err(|_| unreadable(&format!("{text} is no whole number of 64 bits")))
}

fn unreadable(why: &str) -> Unavailable {
    Unavailable(format!("an item cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_of_any_name_comes_back_and_collides_with_none_of_ours() {
        let body = json!({
            "": 1, "\\": 2, "\\pk": 3, "pk": 4, "sk": 5, "ipk": 6, "isk": 7, "ttl": 8, "\\\\": 9,
            "map": {"": {"pk": null}, ".": [true, "", []], "#a": {}, "\u{0}": i64::MIN, "é\u{10ffff}": u64::MAX}
        });
        let mut stored = Item::new(Key::new("p", "s"), &body).unwrap();
        stored.index = Some(Key::new("ip", "is"));
        stored.discard_after = Some(7);
        let attributes = item(&stored);
        assert_eq!(attributes[PARTITION], text("p"));
        assert_eq!(attributes.len(), 5 + 10);
        assert_eq!(read_item(attributes), Ok(stored));
    }

    #[test]
    fn what_is_not_ours_is_unreadable() {
        let with = |value| {
            let mut attributes = key(&Key::new("p", "s"));
            attributes.insert("member".to_owned(), value);
            read_item(attributes)
        };
        assert!(with(number("1")).is_ok());
        assert!(with(number("1.5")).is_err());
        assert!(with(number("18446744073709551616")).is_err());
        assert!(with(AttributeValue::Ss(vec!["a".to_owned()])).is_err());
        assert!(read_item(HashMap::new()).is_err());
    }
}
