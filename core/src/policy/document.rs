//! Policies as documents.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::fault::{Defect, Place, PolicyFault};
use super::statement::{Members, Providers, Resources, Statement, Target, shape};
use super::{MAX_POLICY_BYTES, MAX_POLICY_CHARACTERS};
use crate::json::{Fault, Node, Reader};

/// The version of the language that has variables.
const WITH_VARIABLES: &str = "2012-10-17";
/// The version of a policy that names none.
const WITHOUT_VARIABLES: &str = "2008-10-17";

/// What its bearer may do and must not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Policy {
    text: String,
    pub(super) statements: Vec<Statement<Resources>>,
}

/// Who may take on a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrustPolicy {
    text: String,
    pub(super) statements: Vec<Statement<Providers>>,
}

macro_rules! document {
    ($type:ty) => {
        impl $type {
            /// Reads a policy.
            ///
            /// # Errors
            /// [`PolicyFault`], which names the statement that is wrong.
            pub fn parse(text: &str) -> Result<Self, PolicyFault> {
                Ok(Self { text: text.to_owned(), statements: statements(text)? })
            }

            /// The policy as it was written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }
        }

        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.text == other.text
            }
        }

        impl Eq for $type {}

        impl TryFrom<String> for $type {
            type Error = PolicyFault;

            fn try_from(text: String) -> Result<Self, PolicyFault> {
                Ok(Self { statements: statements(&text)?, text })
            }
        }

        impl From<$type> for String {
            fn from(policy: $type) -> Self {
                policy.text
            }
        }
    };
}

document!(Policy);
document!(TrustPolicy);

impl Policy {
    /// Whether it asks for a condition key that begins so, in a condition or
    /// through a variable; what no policy asks for need not be looked up.
    #[must_use]
    pub fn mentions(&self, prefix: &str) -> bool {
        let begins =
            |key: &str| key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        self.statements.iter().flat_map(Statement::keys).any(begins)
    }
}

fn statements<T: Target>(text: &str) -> Result<Vec<Statement<T>>, PolicyFault> {
    let document = read(text).map_err(Defect::in_document)?;
    let members = Members(match &document {
        Node::Object(members) => members,
        _ => return Err(shape("policy", "an object").in_document()),
    });
    let (variables, nodes) = head(&members).map_err(Defect::in_document)?;
    let mut sids: Vec<&str> = Vec::new();
    let mut statements = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let mut place = Place::Statement { number: index + 1, sid: None };
        let read = statement(node, variables, &mut sids, &mut place);
        statements.push(read.map_err(|defect| PolicyFault { place, defect })?);
    }
    Ok(statements)
}

fn read(text: &str) -> Result<Node<'_>, Defect> {
    let characters = text.chars().filter(|letter| !letter.is_whitespace()).count();
    if characters > MAX_POLICY_CHARACTERS || text.len() > MAX_POLICY_BYTES {
        return Err(Defect::TooLarge);
    }
    let mut reader = Reader::new(text.as_bytes());
    reader.whole().and_then(Node::try_from).map_err(|fault| match fault {
        Fault::Duplicate => Defect::DuplicateMember { line: reader.line() },
        Fault::Syntax | Fault::Unexpected | Fault::Member(_) => Defect::NotJson { line: reader.line() },
    })
}

/// Whether there are variables, and the statements.
fn head<'n, 'a>(members: &Members<'n, 'a>) -> Result<(bool, &'n [Node<'a>]), Defect> {
    for (name, _) in members.0 {
        if !["Version", "Id", "Statement"].contains(&name.as_str()) {
            return Err(Defect::UnknownMember(name.clone()));
        }
    }
    members.text("Id")?;
    let variables = match members.text("Version")? {
        None | Some(WITHOUT_VARIABLES) => false,
        Some(WITH_VARIABLES) => true,
        Some(other) => return Err(Defect::Version(other.to_owned())),
    };
    let statements = match members.get("Statement").ok_or(Defect::Missing("Statement"))? {
        Node::Array(statements) if !statements.is_empty() => statements.as_slice(),
        one @ Node::Object(_) => core::slice::from_ref(one),
        _ => return Err(shape("Statement", "a statement or a list of at least one")),
    };
    Ok((variables, statements))
}

fn statement<'n, T: Target>(
    node: &'n Node<'_>,
    variables: bool,
    sids: &mut Vec<&'n str>,
    place: &mut Place,
) -> Result<Statement<T>, Defect> {
    let Node::Object(members) = node else { return Err(shape("Statement", "an object")) };
    let members = Members(members);
    if let Some(sid) = members.text("Sid")?.filter(|sid| !sid.is_empty()) {
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Defect::Sid(sid.to_owned()));
        }
        if sids.contains(&sid) {
            return Err(Defect::DuplicateSid(sid.to_owned()));
        }
        sids.push(sid);
        if let Place::Statement { sid: named, .. } = place {
            *named = Some(sid.to_owned());
        }
    }
    Statement::parse(&members, variables)
}
