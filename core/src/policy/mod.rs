//! Identity policies: who may do what, in the JSON grammar of AWS Identity and
//! Access Management (IAM).
//!
//! A [`Policy`] is read once, where it is attached; what is wrong with it is
//! named together with its statement. [`evaluate`] asks any number of policies
//! about one [`Request`]: an explicit deny wins, else an allow, else the answer
//! is no. A [`TrustPolicy`] says who may take on a role.
//!
//! Where a request carries a key of several values, a condition without
//! `ForAllValues` or `ForAnyValue` holds if one of them matches, a negated one
//! if none does. A variable that does not resolve matches nothing, nor does
//! what it stands in, negated or not.

mod arn;
mod compare;
mod condition;
mod document;
mod evaluate;
mod fault;
mod operator;
mod pattern;
mod statement;
mod template;

pub use document::{Policy, TrustPolicy};
pub use evaluate::{Assumption, Context, Request, Verdict, evaluate};
pub use fault::{Defect, Place, PolicyFault};

/// The most characters a policy may have, white space not counted: IAM's limit
/// for managed policies.
pub const MAX_POLICY_CHARACTERS: usize = 6144;
/// The longest text of a policy that is read, in bytes, white space included.
pub const MAX_POLICY_BYTES: usize = 16 * 1024;
