//! What a set of items comes to: how many of each kind, and a digest of all.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Item, Key};

/// More kinds than there are; what is beyond counts as one.
const KINDS: usize = 100;
const OTHER: &str = "other";

/// What items come to, in whatever order they are added. Two sets with one
/// digest hold the same items, member by member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    kinds: BTreeMap<String, u64>,
    /// The sums of the items' SHA-256, taken as four numbers each.
    sums: [u64; 4],
}

impl Tally {
    /// Counts an item.
    pub fn add(&mut self, item: &Item) {
        let kind = kind(&item.key);
        let is_known = self.kinds.len() < KINDS || self.kinds.contains_key(&kind);
        *self.kinds.entry(if is_known { kind } else { OTHER.to_owned() }).or_default() += 1;
        let digest = digest(item);
        for (sum, part) in self.sums.iter_mut().zip(digest.as_chunks().0) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*part));
        }
    }

    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.kinds.values().sum()
    }

    /// How many there are of each kind: what their keys begin with.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, u64)> {
        self.kinds.iter().map(|(kind, count)| (kind.as_str(), *count))
    }

    /// The digest, as 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        self.sums.iter().map(|sum| format!("{sum:016x}")).collect()
    }
}

/// The parts of the key that say what an item is, without whose it is.
fn kind(key: &Key) -> String {
    let word = |part: &str| {
        let word = part.split('#').next().unwrap_or_default();
        let is_a_word = word.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c == '-');
        if is_a_word { word.to_owned() } else { String::new() }
    };
    match (word(&key.partition), word(&key.sort)) {
        (partition, sort) if partition.is_empty() && sort.is_empty() => OTHER.to_owned(),
        (partition, sort) if sort.is_empty() => partition,
        (partition, sort) => format!("{partition}/{sort}"),
    }
}

/// The length of each part comes before it: no two items share their bytes.
fn digest(item: &Item) -> [u8; 32] {
    let (key, index) = (&item.key, item.index.as_ref());
    let index = index.map_or(["", ""], |index| [&index.partition, &index.sort]);
    let time = item.discard_after.map(|time| time.to_string()).unwrap_or_default();
    // Members are in the order of their names, whatever store they come from.
    let body = Value::Object(item.body.clone()).to_string();
    let mut hash = Sha256::new();
    for part in [&key.partition, &key.sort, index[0], index[1], &time, &body] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records, digest {}", self.items(), self.digest())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(partition: &str, sort: &str) -> Item {
        Item::new(Key::new(partition, sort), &json!({"b": 1, "a": [true]})).unwrap()
    }

    fn tally(items: &[Item]) -> Tally {
        let mut tally = Tally::default();
        items.iter().for_each(|item| tally.add(item));
        tally
    }

    #[test]
    fn the_order_of_items_does_not_count() {
        let (a, b) = (item("A#1", "LICENSE#1"), item("A#1", "LICENSE#2"));
        assert_eq!(tally(&[a.clone(), b.clone()]), tally(&[b, a]));
    }

    #[test]
    fn whatever_differs_in_an_item_makes_another_digest() {
        let first = item("p", "s");
        let mut others = vec![item("ps", "s"), item("p", "ss"), first.clone(), first.clone(), first.clone()];
        others[2].index = Some(Key::new("p", "s"));
        others[3].discard_after = Some(7);
        others[4].body.insert("b".to_owned(), json!("1"));
        for other in &others {
            assert_ne!(
                tally(std::slice::from_ref(&first)).digest(),
                tally(std::slice::from_ref(other)).digest()
            );
        }
        let twice = [first.clone(), first];
        assert_ne!(tally(&twice).digest(), tally(&[]).digest());
    }

    #[test]
    fn a_kind_is_what_keys_begin_with_and_never_an_id() {
        let keys = [
            item("A#111122223333", "LICENSE#l-1"),
            item("A#444455556666", "LICENSE#l-2"),
            item("L#l-1", "POOL#0"),
            item("C#0123", "CHECKOUT"),
            item("l-1", "x"),
            item("Q#dst-1", "0123#1"),
        ];
        let tally = tally(&keys);
        let kinds: Vec<_> = tally.kinds().collect();
        let expected = [("A/LICENSE", 2), ("C/CHECKOUT", 1), ("L/POOL", 1), ("Q", 1), ("other", 1)];
        assert_eq!(kinds, expected);
        assert_eq!(tally.items(), 6);
    }

    #[test]
    fn there_are_never_many_kinds() {
        let letters = |n: usize| -> String {
            [n / 26, n % 26].iter().map(|&n| char::from(b'A' + u8::try_from(n).unwrap())).collect()
        };
        let items: Vec<_> = (0..500).map(|n| item(&letters(n), "s")).collect();
        let tally = tally(&items);
        assert_eq!(tally.kinds().count(), KINDS + 1);
        assert_eq!(tally.items(), 500);
    }
}
