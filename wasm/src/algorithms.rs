//! The algorithms besides ES256: modules of their own, which JavaScript asks.

use licentia_core::token::{Algorithm, Scheme};
use wasm_bindgen::prelude::wasm_bindgen;

/// An algorithm that JavaScript may have brought along.
struct Brought(Algorithm);

/// All of them, by the number that `js/keys.js` calls each by, from 1.
static BROUGHT: [Brought; 5] = [
    Brought(Algorithm::Ps384),
    Brought(Algorithm::Ps256),
    Brought(Algorithm::EdDsa),
    Brought(Algorithm::MlDsa44),
    Brought(Algorithm::MlDsa44Es256),
];

/// The scheme of this number; 0, ES256, has none.
pub(crate) fn scheme(number: usize) -> Option<&'static dyn Scheme> {
    let brought = BROUGHT.get(number.checked_sub(1)?)?;
    Some(brought)
}

// Each text is an address and a length.
#[wasm_bindgen(raw_module = "host")]
extern "C" {
    fn accepts(
        algorithm: usize,
        key: usize,
        key_bytes: usize,
        message: usize,
        message_bytes: usize,
        signature: usize,
        signature_bytes: usize,
    ) -> bool;
}

impl Scheme for Brought {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    /// JavaScript asks before it hands over a key.
    fn is_key(&self, _: &[u8]) -> bool {
        true
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let number = BROUGHT.iter().position(|brought| brought.0 == self.0);
        number.is_some_and(|number| {
            accepts(
                number + 1,
                at(key),
                key.len(),
                at(message),
                message.len(),
                at(signature),
                signature.len(),
            )
        })
    }
}

/// Where JavaScript finds these bytes.
fn at(bytes: &[u8]) -> usize {
    bytes.as_ptr().expose_provenance()
}
