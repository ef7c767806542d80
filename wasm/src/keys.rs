//! What JavaScript calls.

use licentia_core::time::Timestamp;
use licentia_core::token::{Expectations, KeySet, MAX_KEY_SET_BYTES, MAX_TOKEN_BYTES, verify};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer::{self, LicenseAnswer, RefusalAnswer};

/// The keys of a `Verifier`, read once.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Keys(KeySet);

#[wasm_bindgen]
impl Keys {
    /// Reads a JWK, an array of JWKs, or a JWK Set.
    ///
    /// # Errors
    /// `KEYS_INVALID` where the text holds no keys to verify with.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Self, JsValue> {
        KeySet::from_json(text).map(Self).map_err(|error| answer::to_js(&RefusalAnswer::from(&error)))
    }

    /// Verifies a token at a time in milliseconds since 1970; answers the
    /// license.
    ///
    /// # Errors
    /// The refusal, or `CLOCK_OUT_OF_RANGE` for a time before 1970 or after
    /// 9999.
    pub fn verify(&self, token: &str, now: f64, node_id: Option<String>) -> Result<JsValue, JsValue> {
        let now = timestamp(now).ok_or_else(|| answer::to_js(&RefusalAnswer::clock_out_of_range()))?;
        let expectations = Expectations { node_id: node_id.as_deref() };
        match verify(token, &self.0, now, &expectations) {
            Ok(license) => Ok(answer::to_js(&LicenseAnswer::from(&license))),
            Err(refusal) => Err(answer::to_js(&RefusalAnswer::from(&refusal))),
        }
    }
}

/// No longer text is worth passing, in UTF-16 units: every limit of the core
/// lies below, in bytes, so what is cut off here cannot change an answer.
#[wasm_bindgen(js_name = textLimit)]
#[must_use]
pub fn text_limit() -> usize {
    MAX_TOKEN_BYTES.max(MAX_KEY_SET_BYTES).saturating_add(1)
}

/// The second a time in milliseconds since 1970 lies in.
fn timestamp(milliseconds: f64) -> Option<Timestamp> {
    let seconds = (milliseconds / 1000.0).floor();
    // 2^53, so that the conversion below is exact.
    if !(0.0..=9_007_199_254_740_992.0).contains(&seconds) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number in the range of u64, checked above"
    )]
    Timestamp::from_unix(seconds as u64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_its_whole_second() {
        assert_eq!(timestamp(0.0), Some(Timestamp::MIN));
        assert_eq!(timestamp(1_999.9).map(Timestamp::unix), Some(1));
        assert_eq!(timestamp(253_402_300_799_999.0), Some(Timestamp::MAX));
    }

    #[test]
    fn times_before_1970_or_after_9999_or_none_at_all_are_refused() {
        for out in [-1.0, -1e300, 253_402_300_800_000.0, 1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(timestamp(out), None, "{out}");
        }
    }
}
