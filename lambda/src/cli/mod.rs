//! Commands that work on the store: accounts, access keys, signing keys.

mod access_keys;
mod accounts;
mod keys;

use std::fmt;

use licentia_core::arn::AccountId;

pub use access_keys::AccessKeysCommand;
pub use accounts::AccountsCommand;
pub use keys::KeysCommand;

/// Why a command failed; its text is for the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError(String);

impl CommandError {
    /// An error with its cause.
    pub fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CommandError {}

fn account_id(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|error| error.to_string())
}
