//! Why a text is no policy.

use alloc::string::String;
use core::fmt;

use super::{MAX_POLICY_BYTES, MAX_POLICY_CHARACTERS};

/// Why a text is no policy, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// Where it is wrong.
    pub place: Place,
    /// What is wrong.
    pub defect: Defect,
}

/// A place in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The policy as a whole.
    Document,
    /// One statement.
    Statement {
        /// Counted from 1.
        number: usize,
        /// Its `Sid`, if it has one.
        sid: Option<String>,
    },
}

/// What is wrong with a policy or a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Longer than [`MAX_POLICY_CHARACTERS`] or [`MAX_POLICY_BYTES`].
    TooLarge,
    /// Not JSON, or nested too deeply.
    NotJson {
        /// The line, from 1.
        line: usize,
    },
    /// An object holds two members of one name.
    DuplicateMember {
        /// The line, from 1.
        line: usize,
    },
    /// A member is there that has no meaning here.
    UnknownMember(String),
    /// A member is missing.
    Missing(&'static str),
    /// A member is of another type, or empty.
    Shape {
        /// Its name.
        member: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Two members that exclude each other.
    Both(&'static str, &'static str),
    /// A member that this kind of policy cannot have.
    Forbidden {
        /// Its name.
        member: &'static str,
        /// Why not, and what to do.
        reason: &'static str,
    },
    /// No such version of the language.
    Version(String),
    /// No `Sid`.
    Sid(String),
    /// Two statements of one `Sid`.
    DuplicateSid(String),
    /// Neither `Allow` nor `Deny`.
    Effect(String),
    /// No pattern of actions.
    Action(String),
    /// No pattern of resources.
    Resource(String),
    /// A variable left of the sixth part of a resource.
    EarlyVariable(String),
    /// No policy variable.
    Variable(String),
    /// No principal that can take on a role here.
    Principal(String),
    /// No condition operator.
    Operator(String),
    /// No condition key.
    Key(String),
    /// No value that the operator can compare with.
    Value {
        /// The operator.
        operator: &'static str,
        /// The value.
        value: String,
        /// What it compares with.
        expected: &'static str,
    },
}

impl Defect {
    /// In the policy as a whole.
    pub(super) const fn in_document(self) -> PolicyFault {
        PolicyFault { place: Place::Document, defect: self }
    }

    /// Stays the same across versions, whatever the text says.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "POLICY_TOO_LARGE",
            Self::NotJson { .. } => "POLICY_NOT_JSON",
            Self::DuplicateMember { .. } => "POLICY_MEMBER_DUPLICATE",
            Self::UnknownMember(_) => "POLICY_MEMBER_UNKNOWN",
            Self::Missing(_) => "POLICY_MEMBER_MISSING",
            Self::Shape { .. } => "POLICY_MEMBER_MALFORMED",
            Self::Both(..) => "POLICY_MEMBERS_EXCLUSIVE",
            Self::Forbidden { .. } => "POLICY_MEMBER_FORBIDDEN",
            Self::Version(_) => "POLICY_VERSION",
            Self::Sid(_) => "POLICY_SID",
            Self::DuplicateSid(_) => "POLICY_SID_DUPLICATE",
            Self::Effect(_) => "POLICY_EFFECT",
            Self::Action(_) => "POLICY_ACTION",
            Self::Resource(_) => "POLICY_RESOURCE",
            Self::EarlyVariable(_) => "POLICY_VARIABLE_PLACE",
            Self::Variable(_) => "POLICY_VARIABLE",
            Self::Principal(_) => "POLICY_PRINCIPAL",
            Self::Operator(_) => "POLICY_OPERATOR",
            Self::Key(_) => "POLICY_CONDITION_KEY",
            Self::Value { .. } => "POLICY_CONDITION_VALUE",
        }
    }
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Document => write!(f, "the policy: {}", self.defect),
            Place::Statement { number, sid: None } => write!(f, "statement {number}: {}", self.defect),
            Place::Statement { number, sid: Some(sid) } => {
                write!(f, "statement {number} (`{sid}`): {}", self.defect)
            }
        }
    }
}

impl core::error::Error for PolicyFault {}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(
                f,
                "at most {MAX_POLICY_CHARACTERS} characters without white space and {MAX_POLICY_BYTES} bytes \
                 in all; write it as several"
            ),
            Self::NotJson { line } => write!(f, "line {line} is not JSON, or nested too deeply"),
            Self::DuplicateMember { line } => {
                write!(f, "line {line} repeats a member of the same object; merge the two")
            }
            Self::UnknownMember(name) => write!(f, "`{name}` has no meaning here; names are case-sensitive"),
            Self::Missing(member) => write!(f, "{member} is missing"),
            Self::Shape { member, expected } => write!(f, "`{member}` must be {expected}"),
            Self::Both(one, other) => write!(f, "`{one}` and `{other}` exclude each other; keep one"),
            Self::Forbidden { member, reason } => write!(f, "`{member}` cannot stand here: {reason}"),
            Self::Version(version) => {
                write!(f, "there is no version `{version}` of the language; use 2012-10-17")
            }
            Self::Sid(sid) => write!(f, "a Sid is made of letters and digits, unlike `{sid}`"),
            Self::DuplicateSid(sid) => write!(f, "another statement has the Sid `{sid}`; each needs its own"),
            Self::Effect(effect) => write!(f, "the Effect is Allow or Deny, not `{effect}`"),
            Self::Action(action) => write!(
                f,
                "an action is `*` or `service:Name`, such as license-manager:CheckoutLicense, with `*` and `?` \
                 for any characters; not `{action}`"
            ),
            Self::Resource(resource) => write!(
                f,
                "a resource is `*` or an ARN such as arn:aws:license-manager::111122223333:license:*, its \
                 service without wildcards; not `{resource}`"
            ),
            Self::EarlyVariable(resource) => write!(
                f,
                "variables may stand behind the fifth colon of a resource only, unlike in `{resource}`; write \
                 `*` and a condition instead"
            ),
            Self::Variable(text) => write!(
                f,
                "a variable is written `${{service:key}}` or `${{service:key, 'default'}}`, and a literal `*`, \
                 `?` or `$` is `${{*}}`, `${{?}}` or `${{$}}`; not as in `{text}`"
            ),
            Self::Principal(principal) => write!(
                f,
                "a Principal is {{\"Federated\": \"<provider>\"}} or a list of providers; `{principal}` cannot \
                 take on a role here"
            ),
            Self::Operator(operator) => write!(f, "there is no condition operator `{operator}`"),
            Self::Key(key) => {
                write!(
                    f,
                    "a condition key is written `service:key`, such as aws:PrincipalAccount; not `{key}`"
                )
            }
            Self::Value { operator, value, expected } => {
                write!(f, "{operator} compares with {expected}, not `{value}`")
            }
        }
    }
}
