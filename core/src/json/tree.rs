//! A tree of values, for texts whose shape varies.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Fault, Value};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'a> {
    /// Members in the order of the text, no two of one name.
    Object(Vec<(String, Node<'a>)>),
    /// Items.
    Array(Vec<Node<'a>>),
    /// A string.
    Text(Cow<'a, str>),
    /// A number as it was written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl<'a> TryFrom<Value<'a>> for Node<'a> {
    type Error = Fault;

    /// The caller caps the size of the text.
    fn try_from(value: Value<'a>) -> Result<Self, Fault> {
        Ok(match value.bytes().first() {
            Some(b'{') => {
                let members = value.object()?.iter();
                let nodes = members.map(|(name, value)| Ok((name.string()?.into_owned(), value.try_into()?)));
                Self::Object(nodes.collect::<Result<_, _>>()?)
            }
            Some(b'[') => Self::Array(value.array()?.map(Self::try_from).collect::<Result<_, _>>()?),
            Some(b'"') => Self::Text(value.string()?),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(core::str::from_utf8(value.bytes()).unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn every_kind_of_value_stands_in_the_tree_as_it_was_written() {
        let value = Value::parse("{\"a\": [1.50 , \"\\u00e9\", true, false, null],\n\"b\": {}}");
        let items = vec![
            Node::Number("1.50"),
            Node::Text("é".into()),
            Node::Bool(true),
            Node::Bool(false),
            Node::Null,
        ];
        let members = vec![("a".into(), Node::Array(items)), ("b".into(), Node::Object(vec![]))];
        assert_eq!(value.and_then(Node::try_from), Ok(Node::Object(members)));
    }
}
