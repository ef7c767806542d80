//! Structures as JSON writes them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A structure that was written as an object. Left to itself, serde also takes
/// an array of the members' values in their order, which no client means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Pair {
        first: Option<String>,
        second: Option<Object<Box<Pair>>>,
    }

    #[test]
    fn a_structure_is_an_object_at_every_depth() {
        let read = |text| serde_json::from_str::<Object<Pair>>(text);
        let pair = read(r#"{"first":"a","second":{"first":"b"}}"#).unwrap().0;
        assert_eq!((pair.first.as_deref(), pair.second.unwrap().0.first.as_deref()), (Some("a"), Some("b")));
        for text in [r#"["a",null]"#, r#"{"second":["b",null]}"#, "null", "[]", "7"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("expected an object"), "{text}: {error}");
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_refused() {
        let error = serde_json::from_str::<Object<Pair>>(r#"{"first":"a","first":"b"}"#).unwrap_err();
        assert!(error.to_string().contains("duplicate field `first`"), "{error}");
    }
}
