//! Guards and edits as expressions, in placeholders only: names are any text,
//! and many words are reserved.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::attribute::{self, Attributes, DISCARD_AFTER, INDEX_PARTITION, INDEX_SORT, PARTITION};
use crate::store::{Edit, Guard, Path, Write};

/// What a write says beyond its key or item.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Expressions {
    /// What must hold.
    pub(super) condition: Option<String>,
    /// What is done.
    pub(super) update: Option<String>,
    names: Vec<String>,
    values: Vec<AttributeValue>,
}

impl Expressions {
    pub(super) fn of(write: &Write) -> Self {
        let mut expressions = Self::default();
        expressions.condition = expressions.condition(write);
        if let Write::Update(_, _, edits) = write {
            expressions.update = expressions.update(edits);
        }
        expressions
    }

    /// The names behind `#0`, `#1` and so on.
    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        let names = self.names.iter().enumerate().map(|(at, name)| (format!("#{at}"), name.clone()));
        (!self.names.is_empty()).then(|| names.collect())
    }

    /// The values behind `:0`, `:1` and so on.
    pub(super) fn values(&self) -> Option<Attributes> {
        let values = self.values.iter().enumerate().map(|(at, value)| (format!(":{at}"), value.clone()));
        (!self.values.is_empty()).then(|| values.collect())
    }

    fn condition(&mut self, write: &Write) -> Option<String> {
        let guards = write.guards();
        let mut terms: Vec<String> = guards.iter().map(|guard| self.guard(guard)).collect();
        if let Write::Update(_, _, edits) = write {
            if !guards.contains(&Guard::Present) {
                terms.push(self.guard(&Guard::Present));
            }
            terms.extend(edits.iter().filter_map(|edit| self.fits(edit, guards)));
        }
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    fn guard(&mut self, guard: &Guard) -> String {
        match guard {
            Guard::Absent => format!("attribute_not_exists({})", self.name(PARTITION)),
            Guard::Present => format!("attribute_exists({})", self.name(PARTITION)),
            Guard::Missing(path) => format!("attribute_not_exists({})", self.path(path)),
            Guard::Equals(path, value) => {
                format!("{} = {}", self.path(path), self.value(attribute::value(value)))
            }
            Guard::AtMost(path, most) => self.absent_or(path, "<=", attribute::number(most)),
            Guard::Above(path, most) => {
                format!("{} > {}", self.path(path), self.value(attribute::number(most)))
            }
        }
    }

    /// That the sum stays within 64 bits, unless a guard says so already.
    fn fits(&mut self, edit: &Edit, guards: &[Guard]) -> Option<String> {
        let Edit::Add(path, step) = edit else { return None };
        if *step < 0 {
            let least = i128::from(i64::MIN) - i128::from(*step);
            return Some(self.absent_or(path, ">=", attribute::number(least)));
        }
        let most = u64::MAX - step.unsigned_abs();
        let said = |guard: &Guard| matches!(guard, Guard::AtMost(of, limit) if of == path && *limit <= most);
        (!guards.iter().any(said)).then(|| self.absent_or(path, "<=", attribute::number(most)))
    }

    fn absent_or(&mut self, path: &Path, compared: &str, limit: AttributeValue) -> String {
        let (path, limit) = (self.path(path), self.value(limit));
        format!("(attribute_not_exists({path}) OR {path} {compared} {limit})")
    }

    fn update(&mut self, edits: &[Edit]) -> Option<String> {
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for edit in edits {
            match edit {
                Edit::Set(path, value) => {
                    set.push(format!("{} = {}", self.path(path), self.value(attribute::value(value))));
                }
                Edit::Add(path, step) => {
                    let path = self.path(path);
                    let zero = self.value(attribute::number(0));
                    let step = self.value(attribute::number(step));
                    set.push(format!("{path} = if_not_exists({path}, {zero}) + {step}"));
                }
                Edit::Remove(path) => remove.push(self.path(path)),
                Edit::Index(Some(index)) => {
                    set.push(self.assign(INDEX_PARTITION, attribute::text(&index.partition)));
                    set.push(self.assign(INDEX_SORT, attribute::text(&index.sort)));
                }
                Edit::Index(None) => {
                    remove.push(self.name(INDEX_PARTITION));
                    remove.push(self.name(INDEX_SORT));
                }
                Edit::DiscardAfter(Some(time)) => {
                    set.push(self.assign(DISCARD_AFTER, attribute::number(time)));
                }
                Edit::DiscardAfter(None) => remove.push(self.name(DISCARD_AFTER)),
            }
        }
        let clause = |keyword: &str, steps: Vec<String>| {
            (!steps.is_empty()).then(|| format!("{keyword} {}", steps.join(", ")))
        };
        let clauses: Vec<String> = clause("SET", set).into_iter().chain(clause("REMOVE", remove)).collect();
        (!clauses.is_empty()).then(|| clauses.join(" "))
    }

    fn assign(&mut self, name: &str, value: AttributeValue) -> String {
        format!("{} = {}", self.name(name), self.value(value))
    }

    fn path(&mut self, path: &Path) -> String {
        let member = self.name(&attribute::name(path.member));
        match &path.entry {
            None => member,
            Some(entry) => format!("{member}.{}", self.name(&attribute::name(entry))),
        }
    }

    /// A name or value that comes again keeps its placeholder: expressions are
    /// limited to 4 KB.
    fn name(&mut self, name: &str) -> String {
        let at = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        format!("#{at}")
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let at = self.values.iter().position(|known| *known == value).unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        format!(":{at}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::Key;

    #[test]
    fn names_and_values_appear_as_placeholders_only() {
        let write = Write::Update(
            Key::new("p", "s"),
            vec![Guard::AtMost(Path::entry("used", "a.b"), 5), Guard::Equals(Path::member("v"), json!(1))],
            vec![
                Edit::Add(Path::entry("used", "a.b"), 1),
                Edit::Set(Path::member("pk"), json!("x")),
                Edit::Set(Path::entry("used", ""), json!("x")),
                Edit::Index(None),
            ],
        );
        let expressions = Expressions::of(&write);
        assert_eq!(
            expressions.condition.as_deref(),
            Some("(attribute_not_exists(#0.#1) OR #0.#1 <= :0) AND #2 = :1 AND attribute_exists(#3)")
        );
        assert_eq!(
            expressions.update.as_deref(),
            Some("SET #0.#1 = if_not_exists(#0.#1, :2) + :1, #4 = :3, #0.#5 = :3 REMOVE #6, #7")
        );
        assert_eq!(expressions.names, ["used", "a.b", "v", "pk", "\\pk", "\\", "ipk", "isk"]);
        assert_eq!(expressions.values().unwrap().len(), 4);
    }

    #[test]
    fn a_write_without_guards_has_no_condition() {
        let expressions = Expressions::of(&Write::Delete(Key::new("p", "s"), vec![]));
        assert_eq!(expressions, Expressions::default());
        assert_eq!((expressions.names(), expressions.values()), (None, None));
    }
}
