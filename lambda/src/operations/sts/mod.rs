//! AWS STS.

mod assume_role_with_web_identity;
mod error;
mod get_caller_identity;
mod session_policies;

use std::future::Future;
use std::pin::Pin;

use licentia_core::time::Timestamp;

use crate::context::Service;
use crate::identity::Caller;
use crate::wire::query::Members;

pub use error::Error;

/// The XML namespace of its answers.
pub const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// What records call it (EV-4).
pub const SOURCE: &str = "sts.amazonaws.com";

/// One line of the table: an action and how its result is made.
pub struct Row {
    /// The action's name on the wire.
    pub name: &'static str,
    /// Makes its result.
    pub run: Run,
}

/// How an action's result is made.
#[derive(Clone, Copy)]
pub enum Run {
    /// For a caller who signed.
    Signed(fn(&Caller) -> Members),
    /// For whoever sends this form.
    Unsigned(for<'a> fn(&'a Service, &'a [u8], Timestamp) -> Running<'a>),
}

/// The result, and who called, on their way.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(Members, Caller), Error>> + Send + 'a>>;

/// Every action of the service, once.
pub static ACTIONS: &[Row] = &[
    Row {
        name: "AssumeRoleWithWebIdentity",
        run: Run::Unsigned(|service, form, now| {
            Box::pin(assume_role_with_web_identity::answer(service, form, now))
        }),
    },
    Row { name: "GetCallerIdentity", run: Run::Signed(get_caller_identity::answer) },
];
