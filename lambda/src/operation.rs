//! What an operation is, and how a table lists them.

use std::future::Future;
use std::pin::Pin;

use licentia_core::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::allow::{self, Audience};
use crate::authorize::authorize;
use crate::context::{Context, Service};
use crate::error::{Code, Error};
use crate::identity::Caller;
use crate::wire::Parameters;

/// The operation is its own input: the request as the wire shapes it.
///
/// [`call`](Operation::call) has four beats: load items from the store, allow
/// the caller, decide in the core, commit one conditional change; on conflict
/// the beats repeat (see [`Tries`](crate::context::Tries)).
pub trait Operation: DeserializeOwned + Send {
    /// Its name on the wire.
    const NAME: &'static str;
    /// Its service, as identity policies name it.
    const SERVICE: &'static str = "license-manager";
    /// Whom it serves besides the users of an account.
    const AUDIENCE: Audience = Audience::Users;
    /// Who sent a request without signature; none where that is refused.
    const UNSIGNED: Option<Identify> = None;
    /// The input once nothing is wrong with it.
    type Request: Send;
    /// What it answers.
    type Output: Serialize;

    /// Checks every member, whatever is stored.
    ///
    /// # Errors
    /// One error that names everything that is wrong.
    fn validate(self) -> Result<Self::Request, Error>;

    /// The ARN of what the request is about, as identity policies name it;
    /// none where it names nothing, or where that is found out later.
    fn resource(request: &Self::Request) -> Option<&str> {
        let _ = request;
        None
    }

    /// Carries the request out.
    fn call(request: Self::Request, cx: &Context)
    -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// Whether an operation of this name changes nothing: `Get…`, `List…`,
/// `Lookup…`.
#[must_use]
pub fn is_read_only(name: &str) -> bool {
    ["Get", "List", "Lookup"].iter().any(|verb| name.starts_with(verb))
}

/// Why a request has no output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The body is not JSON, or a member is of another type.
    Serialization(String),
    /// The operation refused.
    Operation(Error),
}

/// Runs an operation.
pub type Run = for<'a> fn(&'a Context) -> Running<'a>;

/// The body of the answer, on its way.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, Failure>> + Send + 'a>>;

/// Says who sent a request without signature, by what is in its body.
pub type Identify = for<'a> fn(&'a Parameters, &'a Service, Timestamp) -> Identifying<'a>;

/// Who sent it, on its way.
pub type Identifying<'a> = Pin<Box<dyn Future<Output = Result<Caller, Failure>> + Send + 'a>>;

/// One line of the table of a JSON service.
#[derive(Clone, Copy)]
pub struct Row {
    /// The operation's name on the wire.
    pub name: &'static str,
    /// The errors it lists, those common to all left out.
    pub errors: &'static [Code],
    /// Runs it.
    pub run: Run,
    /// Who sent a request without signature; none where that is refused.
    pub unsigned: Option<Identify>,
}

/// Runs an operation: reads, validates, asks the caller's identity policies,
/// calls, writes.
pub fn run<O: Operation>(cx: &Context) -> Running<'_> {
    Box::pin(async move {
        let request = read::<O>(&cx.parameters)?;
        allow::operation(&cx.caller, O::SERVICE, O::NAME, O::AUDIENCE).map_err(Failure::Operation)?;
        if let Some(arn) = O::resource(&request) {
            cx.touched.note(arn);
        }
        authorize(cx, O::SERVICE, O::NAME, O::resource(&request)).await.map_err(Failure::Operation)?;
        let output = O::call(request, cx).await.map_err(Failure::Operation)?;
        serde_json::to_vec(&output).map_err(|error| Failure::Operation(Error::internal(error)))
    })
}

/// Reads and validates the parameters of a request.
///
/// # Errors
/// [`Failure`] if it is no request of this operation.
pub fn read<O: Operation>(parameters: &Parameters) -> Result<O::Request, Failure> {
    let operation: O = parameters.read().map_err(Failure::Serialization)?;
    operation.validate().map_err(Failure::Operation)
}

/// Declares the table of a JSON service: each operation with the errors it
/// lists in `operations.md`.
macro_rules! operations {
    ($($operation:ty: $($error:ident)*;)+) => {
        /// Every operation of the service, once.
        pub static OPERATIONS: &[$crate::operation::Row] = &[
            $($crate::operation::Row {
                name: <$operation as $crate::operation::Operation>::NAME,
                errors: &[$($crate::error::Code::$error),*],
                run: $crate::operation::run::<$operation>,
                unsigned: <$operation as $crate::operation::Operation>::UNSIGNED,
            }),+
        ];
    };
}
pub(crate) use operations;
