//! The keys of a `Verifier`.

use alloc::string::String;

use licentia_core::token::{KeyError, KeySet, verify};

use crate::answer;
use crate::options::{KeysOptions, VerifyOptions};

/// The keys, read once.
pub(crate) struct Keys(KeySet);

impl Keys {
    /// Reads the options of `Verifier.create`.
    ///
    /// # Errors
    /// [`KeyError`] where they give no keys.
    pub(crate) fn read(options: &str) -> Result<Self, KeyError> {
        // Text that is not Unicode is no key.
        let KeysOptions { keys } = KeysOptions::read(options).unwrap_or_default();
        KeySet::from_json(&keys).map(Self)
    }

    /// Verifies a token with the options of `Verifier.verify`; answers the
    /// license or the refusal.
    pub(crate) fn verify(&self, token: &str, options: &str) -> String {
        let Ok(options) = VerifyOptions::read(options) else { return answer::argument_invalid() };
        let Some(now) = options.now else { return answer::clock_out_of_range() };
        match verify(token, &self.0, now, &options.expectations()) {
            Ok(license) => answer::license(&license),
            Err(refusal) => answer::refusal(&refusal),
        }
    }
}
