//! What guards and edits mean, for a store that applies them itself. DynamoDB
//! is told the same as expressions; the contract suite holds the two together.

use serde_json::{Map, Number, Value};

use super::{Edit, Guard, Item, Path, Unavailable, Write};

/// Why a write was not applied.
#[derive(Debug, PartialEq)]
pub(super) enum Failure {
    /// A guard does not hold for the item that is there.
    Refused(Option<Box<Item>>),
    /// An edit has no place to go.
    Impossible(Unavailable),
}

/// The item that is there, if all of these hold for it.
pub(super) fn check(guards: &[Guard], present: Option<Item>) -> Result<Option<Item>, Failure> {
    match guards.iter().all(|guard| holds(guard, present.as_ref())) {
        true => Ok(present),
        false => Err(Failure::Refused(present.map(Box::new))),
    }
}

/// What the write leaves in the place of the item that is there.
pub(super) fn apply(write: &Write, present: Option<Item>) -> Result<Option<Item>, Failure> {
    let present = check(write.guards(), present)?;
    match (write, present) {
        (Write::Put(item, _), _) => Ok(Some(item.clone())),
        (Write::Delete(..), _) => Ok(None),
        (Write::Update(..), None) => Err(Failure::Refused(None)),
        (Write::Update(_, _, edits), Some(mut item)) => {
            if !edits.iter().all(|step| fits(step, &item.body)) {
                return Err(Failure::Refused(Some(Box::new(item))));
            }
            for step in edits {
                edit(&mut item, step).map_err(Failure::Impossible)?;
            }
            Ok(Some(item))
        }
    }
}

fn holds(guard: &Guard, present: Option<&Item>) -> bool {
    let at = |path| present.and_then(|item| find(&item.body, path));
    match guard {
        Guard::Absent => present.is_none(),
        Guard::Present => present.is_some(),
        Guard::Missing(path) => at(path).is_none(),
        Guard::Equals(path, value) => at(path) == Some(value),
        Guard::AtMost(path, most) => match at(path) {
            None => true,
            Some(found) => whole(found).is_some_and(|number| number <= i128::from(*most)),
        },
        Guard::Above(path, most) => at(path).and_then(whole).is_some_and(|number| number > i128::from(*most)),
    }
}

/// Whether a sum stays within 64 bits.
fn fits(edit: &Edit, body: &Map<String, Value>) -> bool {
    match edit {
        Edit::Add(path, step) => find(body, path).is_none_or(|found| sum(found, *step).is_some()),
        Edit::Set(..) | Edit::Remove(_) | Edit::Index(_) | Edit::DiscardAfter(_) => true,
    }
}

fn edit(item: &mut Item, edit: &Edit) -> Result<(), Unavailable> {
    match edit {
        Edit::Set(path, value) => {
            let (members, name) = place(item, path)?;
            members.insert(name.to_owned(), value.clone());
        }
        Edit::Add(path, step) => {
            let (members, name) = place(item, path)?;
            let result = match members.get(name) {
                None => Some(Number::from(*step)),
                Some(found) => sum(found, *step),
            };
            let result = result.ok_or_else(|| Unavailable(format!("cannot add {step} to `{name}`")))?;
            members.insert(name.to_owned(), Value::Number(result));
        }
        Edit::Remove(path) => {
            let (members, name) = place(item, path)?;
            members.remove(name);
        }
        Edit::Index(index) => item.index.clone_from(index),
        Edit::DiscardAfter(time) => item.discard_after = *time,
    }
    Ok(())
}

fn find<'a>(body: &'a Map<String, Value>, path: &Path) -> Option<&'a Value> {
    let member = body.get(path.member)?;
    match &path.entry {
        None => Some(member),
        Some(entry) => member.as_object()?.get(entry),
    }
}

/// The object that the path ends in, and the name in it.
fn place<'a>(
    item: &'a mut Item,
    path: &'a Path,
) -> Result<(&'a mut Map<String, Value>, &'a str), Unavailable> {
    match &path.entry {
        None => Ok((&mut item.body, path.member)),
        Some(entry) => match item.body.get_mut(path.member) {
            Some(Value::Object(entries)) => Ok((entries, entry)),
            _ => Err(Unavailable(format!("{}: `{}` has no entries to edit", item.key, path.member))),
        },
    }
}

fn whole(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
}

fn sum(found: &Value, step: i64) -> Option<Number> {
    Number::from_i128(whole(found)? + i128::from(step))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::Key;

    fn item(body: &Value) -> Item {
        Item::new(Key::new("p", "s"), body).unwrap()
    }

    fn boxed(body: &Value) -> Box<Item> {
        Box::new(item(body))
    }

    fn update(body: &Value, guards: Vec<Guard>, edits: Vec<Edit>) -> Result<Value, Failure> {
        let write = Write::Update(Key::new("p", "s"), guards, edits);
        apply(&write, Some(item(body))).map(|item| Value::Object(item.unwrap().body))
    }

    #[test]
    fn a_sum_beyond_64_bits_is_refused() {
        let add = |from: Value, step| {
            update(&json!({ "n": from }), vec![], vec![Edit::Add(Path::member("n"), step)])
        };
        assert_eq!(add(json!(u64::MAX - 1), 1), Ok(json!({"n": u64::MAX})));
        assert_eq!(add(json!(i64::MIN + 1), -1), Ok(json!({"n": i64::MIN})));
        assert_eq!(add(json!(u64::MAX), 1), Err(Failure::Refused(Some(boxed(&json!({"n": u64::MAX}))))));
        assert_eq!(add(json!(i64::MIN), -1), Err(Failure::Refused(Some(boxed(&json!({"n": i64::MIN}))))));
    }

    #[test]
    fn a_refused_update_returns_the_item_untouched() {
        let body = json!({"a": {"x": 1}, "b": 7});
        let edits = vec![Edit::Add(Path::entry("a", "x"), 1)];
        let refused = update(&body, vec![Guard::AtMost(Path::member("b"), 6)], edits);
        assert_eq!(refused, Err(Failure::Refused(Some(boxed(&body)))));
    }

    #[test]
    fn an_edit_of_an_entry_needs_its_member() {
        let path = Path::entry("a", "x");
        for edit in [Edit::Set(path.clone(), json!(1)), Edit::Add(path.clone(), 1), Edit::Remove(path)] {
            assert!(matches!(update(&json!({}), vec![], vec![edit]), Err(Failure::Impossible(_))));
        }
    }
}
