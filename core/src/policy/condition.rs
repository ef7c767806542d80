//! Conditions on what a request says of itself.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::compare::{BOOLEAN, Known, Operand, boolean};
use super::evaluate::Context;
use super::fault::Defect;
use super::operator::{self, Operator, Together};
use super::template::is_key;
use crate::json::Node;

const NULL: &str = "Null";

/// A test of one key.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    key: String,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    /// Whether the key must be missing, or must not.
    Null(Vec<bool>),
    /// Its values against those of the policy.
    Compare { together: Option<Together>, operator: Operator, if_exists: bool, operands: Vec<Operand> },
}

impl Condition {
    /// Reads a Condition block; all its conditions must hold.
    pub(super) fn block(node: &Node<'_>, variables: bool) -> Result<Vec<Self>, Defect> {
        let mut conditions = Vec::new();
        for (operator, keys) in members("Condition", node)? {
            for (key, values) in members(operator, keys)? {
                if !is_key(key) {
                    return Err(Defect::Key(key.clone()));
                }
                let test = Test::parse(operator, &texts(key, values)?, variables)?;
                conditions.push(Self { key: key.clone(), test });
            }
        }
        Ok(conditions)
    }

    /// Whether it holds for this request.
    pub(super) fn holds(&self, context: &dyn Context) -> bool {
        let values = context.values(&self.key);
        match &self.test {
            Test::Null(wanted) => wanted.contains(&values.is_empty()),
            Test::Compare { together, operator, if_exists, operands } => {
                match (values.is_empty(), together) {
                    (true, Some(Together::All)) => true,
                    (true, Some(Together::Any)) => false,
                    (true, None) => operator.negated || *if_exists,
                    (false, together) => compare(*together, *operator, operands, &values, context),
                }
            }
        }
    }

    /// The keys it asks for, those of variables included.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let operands = match &self.test {
            Test::Null(_) => &[],
            Test::Compare { operands, .. } => operands.as_slice(),
        };
        core::iter::once(self.key.as_str()).chain(operands.iter().flat_map(Operand::keys))
    }
}

impl Test {
    fn parse(name: &str, values: &[Cow<'_, str>], variables: bool) -> Result<Self, Defect> {
        if name.eq_ignore_ascii_case(NULL) {
            let wanted = values.iter().map(|value| {
                boolean(value).ok_or_else(|| Defect::Value {
                    operator: NULL,
                    value: value.to_string(),
                    expected: BOOLEAN,
                })
            });
            return Ok(Self::Null(wanted.collect::<Result<_, _>>()?));
        }
        let (together, operator, if_exists) =
            operator::parse(name).ok_or_else(|| Defect::Operator(name.to_owned()))?;
        let operands = values.iter().map(|value| Operand::parse(operator, value, variables));
        Ok(Self::Compare { together, operator, if_exists, operands: operands.collect::<Result<_, _>>()? })
    }
}

fn compare(
    together: Option<Together>,
    operator: Operator,
    operands: &[Operand],
    values: &[String],
    context: &dyn Context,
) -> bool {
    let known: Vec<Known<'_>> = operands.iter().filter_map(|operand| operand.resolve(context)).collect();
    if operator.negated && known.len() < operands.len() {
        return false;
    }
    let mut holds =
        values.iter().map(|value| known.iter().any(|known| known.matches(value)) != operator.negated);
    match (together, operator.negated) {
        (Some(Together::All), _) | (None, true) => holds.all(|holds| holds),
        (Some(Together::Any), _) | (None, false) => holds.any(|holds| holds),
    }
}

fn members<'n, 'a>(name: &str, node: &'n Node<'a>) -> Result<&'n [(String, Node<'a>)], Defect> {
    match node {
        Node::Object(members) => Ok(members),
        _ => Err(Defect::Shape { member: name.to_owned(), expected: "an object" }),
    }
}

/// One value, or a list of at least one.
fn texts<'n>(key: &str, node: &'n Node<'_>) -> Result<Vec<Cow<'n, str>>, Defect> {
    let items = match node {
        Node::Array(items) => items.as_slice(),
        one => core::slice::from_ref(one),
    };
    let text = |item: &'n Node<'_>| match item {
        Node::Text(text) => Some(Cow::Borrowed(text.as_ref())),
        Node::Number(number) => Some(Cow::Borrowed(*number)),
        Node::Bool(value) => Some(Cow::Owned(value.to_string())),
        Node::Object(_) | Node::Array(_) | Node::Null => None,
    };
    let texts: Option<Vec<_>> = items.iter().map(text).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| Defect::Shape {
        member: key.to_owned(),
        expected: "a value or a list of at least one",
    })
}
