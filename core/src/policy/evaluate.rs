//! The answer of policies to a request.

use alloc::string::String;
use alloc::vec::Vec;

use super::document::{Policy, TrustPolicy};
use super::statement::{Effect, Statement};

/// What a request says of itself, key by key.
pub trait Context {
    /// The values of a condition key, whatever the case it is written in; none
    /// if the request has no such key.
    fn values(&self, key: &str) -> Vec<String>;
}

impl<F: Fn(&str) -> Vec<String>> Context for F {
    fn values(&self, key: &str) -> Vec<String> {
        self(key)
    }
}

/// What a caller wants to do.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `service:Operation`.
    pub action: &'a str,
    /// The ARN it is done to; `*` where the request names none.
    pub resource: &'a str,
    /// All else.
    pub context: &'a dyn Context,
}

/// Who wants to take on a role.
#[derive(Clone, Copy)]
pub struct Assumption<'a> {
    /// `sts:` and the operation.
    pub action: &'a str,
    /// The provider of the identity.
    pub provider: &'a str,
    /// All else, claims of the token included.
    pub context: &'a dyn Context,
}

/// Whether something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Allowed,
    /// It may not.
    Denied {
        /// Whether a statement says so, rather than none that it may.
        explicit: bool,
    },
}

impl Verdict {
    /// What may be done only if another policy allows it too, as a session's
    /// policy does.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Denied { explicit: true }, _) | (_, Self::Denied { explicit: true }) => {
                Self::Denied { explicit: true }
            }
            (Self::Denied { .. }, _) | (_, Self::Denied { .. }) => Self::Denied { explicit: false },
            (Self::Allowed, Self::Allowed) => Self::Allowed,
        }
    }
}

/// Asks policies about a request: an explicit deny wins, else an allow; where
/// no statement applies, the answer is no.
pub fn evaluate<'p>(policies: impl IntoIterator<Item = &'p Policy>, request: &Request<'_>) -> Verdict {
    let statements = policies.into_iter().flat_map(|policy| &policy.statements);
    decide(statements.filter(|statement| statement.applies(request)))
}

impl TrustPolicy {
    /// Whether the role may be taken on.
    #[must_use]
    pub fn evaluate(&self, assumption: &Assumption<'_>) -> Verdict {
        decide(self.statements.iter().filter(|statement| statement.trusts(assumption)))
    }
}

fn decide<'s, T: 's>(applicable: impl Iterator<Item = &'s Statement<T>>) -> Verdict {
    let mut verdict = Verdict::Denied { explicit: false };
    for statement in applicable {
        match statement.effect {
            Effect::Deny => return Verdict::Denied { explicit: true },
            Effect::Allow => verdict = Verdict::Allowed,
        }
    }
    verdict
}
