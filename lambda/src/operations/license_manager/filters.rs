//! The filters of listings: names and values are case-sensitive, one value a
//! filter, several filters all hold (C-9, operations.md).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A filter: one name, one value.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct FilterInput {
    pub(super) name: Option<String>,
    pub(super) values: Option<Vec<String>>,
}

/// The name of a filter, and how what it compares is read from a listed item.
pub(super) type Member<T> = (&'static str, fn(&T) -> String);

/// Filters on listed items.
pub(super) struct Filters<T>(Vec<(Reader<T>, String)>);

type Reader<T> = fn(&T) -> String;

impl<T> Filters<T> {
    /// The filters of a request, of those that the operation knows.
    ///
    /// # Errors
    /// [`Error`] for one that it does not know, for one that is there twice,
    /// and for another number of values than one.
    pub(super) fn read(filters: Vec<FilterInput>, known: &[Member<T>]) -> Result<Self, Error> {
        let mut names = BTreeSet::new();
        for filter in &filters {
            let name = filter.name.as_deref().unwrap_or_default();
            if !names.insert(name) {
                return Err(Error::invalid(format_args!("Filters: `{name}` is there more than once")));
            }
        }
        filters.into_iter().map(|filter| read_one(filter, known)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an item passes all of them.
    pub(super) fn pass(&self, item: &T) -> bool {
        self.0.iter().all(|(read, value)| read(item) == *value)
    }
}

fn read_one<T>(filter: FilterInput, known: &[Member<T>]) -> Result<(Reader<T>, String), Error> {
    let name = filter.name.unwrap_or_default();
    let reader =
        known.iter().find(|(known, _)| *known == name).map(|(_, reader)| *reader).ok_or_else(|| {
            let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Error::invalid(format_args!("Filters: `{name}` is not one of {}", known.join(", ")))
        })?;
    match <[String; 1]>::try_from(filter.values.unwrap_or_default()) {
        Ok([value]) => Ok((reader, value)),
        Err(values) => Err(Error::invalid(format_args!(
            "Filters: `{name}` takes exactly one value, not {}; send several requests to list several",
            values.len()
        ))),
    }
}
