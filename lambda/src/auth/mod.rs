//! Who calls: AWS Signature Version 4, verified against the stored access keys
//! and temporary credentials, or an access token.

mod authenticate;
mod bearer;
mod claim;
mod refusal;
mod sigv4;

pub use authenticate::{AuthError, authenticate};
pub use claim::{Claim, Service, SignedRequest, claimed_access_key};
pub use refusal::Refusal;
