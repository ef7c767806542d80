//! The condition operators that compare; `Null` does not.

use core::cmp::Ordering;

use super::pattern::{Same, exactly, ignoring_case};

/// A condition operator without set operator and `IfExists`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operator {
    /// As it is written.
    pub(super) name: &'static str,
    /// How a value of the request is compared with one of the policy.
    pub(super) comparison: Comparison,
    /// Whether it holds where the comparison does not.
    pub(super) negated: bool,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    /// Texts, letter by letter, with wildcards or without.
    Text(Same, bool),
    /// Numbers.
    Numeric(Relation),
    /// Points in time.
    Date(Relation),
    /// `true` or `false`.
    Bool,
    /// An address in a network.
    IpAddress,
    /// An ARN, part by part.
    Arn,
}

/// What the order of two values must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What the values of a key must do together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Together {
    /// `ForAllValues`: each of them holds, if there are any.
    All,
    /// `ForAnyValue`: one of them holds.
    Any,
}

macro_rules! operators {
    ($($name:literal $comparison:expr, $negated:literal;)+) => {
        /// Every operator, once.
        const OPERATORS: &[Operator] = &[
            $(Operator { name: $name, comparison: $comparison, negated: $negated }),+
        ];
    };
}

use Comparison::{Arn, Bool, Date, IpAddress, Numeric, Text};
use Relation::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};

operators! {
    "StringEquals" Text(exactly, false), false;
    "StringNotEquals" Text(exactly, false), true;
    "StringEqualsIgnoreCase" Text(ignoring_case, false), false;
    "StringNotEqualsIgnoreCase" Text(ignoring_case, false), true;
    "StringLike" Text(exactly, true), false;
    "StringNotLike" Text(exactly, true), true;
    "NumericEquals" Numeric(Equal), false;
    "NumericNotEquals" Numeric(Equal), true;
    "NumericLessThan" Numeric(Less), false;
    "NumericLessThanEquals" Numeric(LessOrEqual), false;
    "NumericGreaterThan" Numeric(Greater), false;
    "NumericGreaterThanEquals" Numeric(GreaterOrEqual), false;
    "DateEquals" Date(Equal), false;
    "DateNotEquals" Date(Equal), true;
    "DateLessThan" Date(Less), false;
    "DateLessThanEquals" Date(LessOrEqual), false;
    "DateGreaterThan" Date(Greater), false;
    "DateGreaterThanEquals" Date(GreaterOrEqual), false;
    "Bool" Bool, false;
    "IpAddress" IpAddress, false;
    "NotIpAddress" IpAddress, true;
    "ArnEquals" Arn, false;
    "ArnLike" Arn, false;
    "ArnNotEquals" Arn, true;
    "ArnNotLike" Arn, true;
}

/// Takes an operator apart: its set operator, itself, and whether a missing
/// key is enough. Names are read whatever their case.
pub(super) fn parse(text: &str) -> Option<(Option<Together>, Operator, bool)> {
    let (together, name) = match text.split_once(':') {
        None => (None, text),
        Some((set, name)) if set.eq_ignore_ascii_case("ForAllValues") => (Some(Together::All), name),
        Some((set, name)) if set.eq_ignore_ascii_case("ForAnyValue") => (Some(Together::Any), name),
        Some(_) => return None,
    };
    let split = name.len().checked_sub("IfExists".len()).and_then(|at| name.split_at_checked(at));
    let (name, if_exists) = match split {
        Some((name, suffix)) if suffix.eq_ignore_ascii_case("IfExists") => (name, true),
        _ => (name, false),
    };
    let operator = *OPERATORS.iter().find(|operator| operator.name.eq_ignore_ascii_case(name))?;
    Some((together, operator, if_exists))
}

impl Relation {
    /// Whether two values in this order are in this relation.
    pub(super) const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
