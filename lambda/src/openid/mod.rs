//! The OpenID provider behind the tokens of customers without an account
//! (section 8): one key, with which it signs them and knows them again.

mod key;
mod provider;

pub use provider::{Provider, TokenError};
