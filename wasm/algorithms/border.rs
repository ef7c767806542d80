//! What JavaScript calls, in every module of an algorithm; bytes cross as
//! `licentia-wasm-runtime` says, one after the other.

use licentia_core::token::Scheme;
use licentia_wasm_runtime::given;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::SCHEMES;

/// Whether the input is a public key of this scheme.
#[wasm_bindgen]
#[must_use]
pub fn is_key(scheme: usize) -> bool {
    SCHEMES.get(scheme).is_some_and(|scheme: &&dyn Scheme| given(|key| scheme.is_key(key)))
}

/// Whether the input is a public key of this many bytes, a message of this
/// many, and the key's signature of the message.
#[wasm_bindgen]
#[must_use]
pub fn accepts(scheme: usize, key: usize, message: usize) -> bool {
    given(|input| {
        let split =
            input.split_at_checked(key).and_then(|(key, rest)| Some((key, rest.split_at_checked(message)?)));
        match (SCHEMES.get(scheme), split) {
            (Some(scheme), Some((key, (message, signature)))) => scheme.accepts(key, message, signature),
            _ => false,
        }
    })
}
