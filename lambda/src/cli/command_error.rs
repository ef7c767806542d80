//! Why a command failed.

use std::fmt;

use crate::service::StartError;

/// Why a command failed; its text is for the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommandError(String);

impl CommandError {
    pub(super) fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl From<CommandError> for StartError {
    fn from(error: CommandError) -> Self {
        Self(error.0)
    }
}
