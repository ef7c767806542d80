//! A tree of values, for texts whose shape varies.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use super::{Fault, Reader};

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

impl<'a> Node<'a> {
    /// Reads one value; the caller caps the size of the text.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Fault> {
        Ok(match reader.peek() {
            Some(b'{') => {
                let mut members = Vec::new();
                reader.object(&mut |reader, name| {
                    members.push((name.to_owned(), Self::read(reader)?));
                    Ok(())
                })?;
                Self::Object(members)
            }
            Some(b'[') => {
                let mut items = Vec::new();
                reader.array(&mut |reader| {
                    items.push(Self::read(reader)?);
                    Ok(())
                })?;
                Self::Array(items)
            }
            Some(b'"') => Self::Text(reader.string()?),
            Some(b't') => reader.word("true").map(|()| Self::Bool(true))?,
            Some(b'f') => reader.word("false").map(|()| Self::Bool(false))?,
            Some(b'n') => reader.word("null").map(|()| Self::Null)?,
            _ => Self::Number(reader.number()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn every_kind_of_value_stands_in_the_tree_as_it_was_written() {
        let mut reader = Reader::new("{\"a\": [1.50, \"\\u00e9\", true, false, null],\n\"b\": {}}");
        let read = Node::read(&mut reader);
        let items = vec![
            Node::Number("1.50"),
            Node::Text("é".into()),
            Node::Bool(true),
            Node::Bool(false),
            Node::Null,
        ];
        let members = vec![("a".into(), Node::Array(items)), ("b".into(), Node::Object(vec![]))];
        assert_eq!(read, Ok(Node::Object(members)));
        assert_eq!((reader.end(), reader.line()), (Ok(()), 2));
    }

    #[test]
    fn what_the_reader_refuses_makes_no_tree() {
        for text in ["", "[", "{\"a\":1,\"a\":2}", "[01]", "tru"] {
            let mut reader = Reader::new(text);
            assert!(Node::read(&mut reader).and_then(|_| reader.end()).is_err(), "{text}");
        }
    }
}
