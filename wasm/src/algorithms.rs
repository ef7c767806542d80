//! The algorithms besides ES256: modules of their own, which JavaScript asks.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use licentia_core::token::{Algorithm, Scheme};
use wasm_bindgen::prelude::wasm_bindgen;

/// An algorithm that JavaScript may have brought along.
struct Brought(Algorithm);

/// All of them.
static BROUGHT: [Brought; 5] = [
    Brought(Algorithm::Ps384),
    Brought(Algorithm::Ps256),
    Brought(Algorithm::EdDsa),
    Brought(Algorithm::MlDsa44),
    Brought(Algorithm::MlDsa44Es256),
];

/// The schemes of these names.
pub(crate) fn schemes(names: &[Cow<'_, str>]) -> Vec<&'static dyn Scheme> {
    let named = BROUGHT.iter().filter(|brought| names.iter().any(|name| name == brought.0.name()));
    named.map(|brought| brought as &dyn Scheme).collect()
}

// Each text is an address and a length; the first is the algorithm's name.
#[wasm_bindgen(raw_module = "host")]
extern "C" {
    fn is_key(name: usize, name_bytes: usize, key: usize, key_bytes: usize) -> bool;

    fn accepts(
        name: usize,
        name_bytes: usize,
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

    fn is_key(&self, key: &[u8]) -> bool {
        let name = self.0.name();
        is_key(at(name.as_bytes()), name.len(), at(key), key.len())
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let name = self.0.name();
        accepts(
            at(name.as_bytes()),
            name.len(),
            at(key),
            key.len(),
            at(message),
            message.len(),
            at(signature),
            signature.len(),
        )
    }
}

/// Where JavaScript finds these bytes.
fn at(bytes: &[u8]) -> usize {
    bytes.as_ptr().expose_provenance()
}
