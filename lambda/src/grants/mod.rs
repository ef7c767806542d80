//! Grants as the service keeps them: loaded with all that they depend on,
//! replaced by their next version, distributed to the members of organizations.

mod activation;
mod make;
mod replace;
mod settle;
mod stored;
mod ties;
mod told;
mod upkeep;

pub(crate) use activation::{Activation, ActivationError, Steps};
pub(crate) use make::{first_version, mint, right_to};
pub(crate) use replace::{put_new, replace};
pub(crate) use settle::settle;
pub(crate) use stored::{StoredGrant, load_grant, load_grants, received};
pub(crate) use ties::{principals, ties};
pub(crate) use told::{delegates, ending_with};
pub use upkeep::{look_after, settle_all};
