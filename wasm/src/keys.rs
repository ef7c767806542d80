//! What JavaScript calls.

use licentia_core::token::{KeyError, KeySet, verify};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer;
use crate::options::{KeysOptions, VerifyOptions};

/// The keys of a `Verifier`, read once, or why they cannot be used.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Keys(Result<KeySet, KeyError>);

#[wasm_bindgen]
impl Keys {
    /// Reads the options of `Verifier.create`; [`answer`](Self::answer) tells
    /// whether they give keys.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(options: &str) -> Self {
        // Text that is not Unicode is no key.
        let KeysOptions { keys } = KeysOptions::read(options).unwrap_or_default();
        Self(KeySet::from_json(&keys))
    }

    /// `{}`, or the refusal `KEYS_INVALID`.
    #[must_use]
    pub fn answer(&self) -> String {
        self.0.as_ref().map_or_else(answer::key_error, |_| answer::ready())
    }

    /// Verifies a token with the options of `Verifier.verify`; answers the
    /// license or the refusal.
    #[must_use]
    pub fn verify(&self, token: &str, options: &str) -> String {
        let Ok(options) = VerifyOptions::read(options) else { return answer::argument_invalid() };
        let Some(now) = options.now else { return answer::clock_out_of_range() };
        match &self.0 {
            Ok(keys) => match verify(token, keys, now, &options.expectations()) {
                Ok(license) => answer::license(&license),
                Err(refusal) => answer::refusal(&refusal),
            },
            Err(error) => answer::key_error(error),
        }
    }
}
