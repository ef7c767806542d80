//! What JavaScript calls; bytes cross as `licentia-wasm-runtime` says.

use alloc::vec::Vec;

use licentia_core::token::es256::{Es256Base, Es256Key};
use licentia_core::token::thumbprint_digest;
use licentia_wasm_runtime::{answer, given, kept};
use spin::Mutex;
use wasm_bindgen::prelude::wasm_bindgen;

/// Everything the module keeps from one call to the next.
struct Kept {
    /// What keys share, as soon as one of them verifies.
    base: Option<Es256Base>,
    /// By handle; `None` where a key was forgotten.
    keys: Vec<Option<Known>>,
    /// The handles of those, for the next.
    free: Vec<usize>,
}

/// A key, and whether a signature was its own.
struct Known {
    key: Es256Key,
    is_used: bool,
}

static KEPT: Mutex<Kept> = Mutex::new(Kept { base: None, keys: Vec::new(), free: Vec::new() });

/// Adds the key in the input, an uncompressed point (SEC 1 section 2.3.3).
/// Answers its handle, or -1 where the curve has no such point.
#[wasm_bindgen]
#[must_use]
pub fn add_key() -> i32 {
    let Some(key) = given(Es256Key::from_point) else { return -1 };
    let Kept { keys, free, .. } = &mut *kept(&KEPT);
    let place = free.pop().unwrap_or(keys.len());
    let known = Some(Known { key, is_used: false });
    match keys.get_mut(place) {
        Some(slot) => *slot = known,
        None => keys.push(known),
    }
    i32::try_from(place).unwrap_or(-1)
}

/// Whether the input is a message of so many bytes and the signature of it by
/// the key of this handle. From its second signature on, a key is prepared for
/// more: one license at start-up pays for nothing else.
#[wasm_bindgen]
#[must_use]
pub fn accepts(handle: usize, message: usize) -> bool {
    let Kept { base, keys, .. } = &mut *kept(&KEPT);
    let Some(Some(Known { key, is_used })) = keys.get_mut(handle) else { return false };
    let base = base.get_or_insert_default();
    let is_signed = given(|input| {
        let signed = input.split_at_checked(message);
        signed.is_some_and(|(message, signature)| key.accepts(base, message, signature))
    });
    if is_signed && *is_used {
        key.prepare(base);
    }
    *is_used |= is_signed;
    is_signed
}

/// The key of this handle is needed no more.
#[wasm_bindgen]
pub fn forget(handle: usize) {
    let Kept { keys, free, .. } = &mut *kept(&KEPT);
    if keys.get_mut(handle).and_then(Option::take).is_some() {
        free.push(handle);
    }
}

/// Answers the digest of the input, the required members of a key (RFC 7638
/// section 3).
#[wasm_bindgen]
#[must_use]
pub fn thumbprint() -> usize {
    answer(&mut |canonical| thumbprint_digest(canonical).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_signed_by_a_key_that_is_not_there() {
        assert!(!accepts(9, 0));
        forget(9);
    }
}
