//! How often one account calls, and one license is called for.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Calls after which those that were quiet for long are forgotten.
const FORGET_EVERY: u32 = 65_536;

/// Calls a second by each of some kind, counted in this process. A second's
/// worth may come at once.
#[derive(Debug)]
pub(super) struct Rates {
    // Hashes of names: each takes as little room as any other, and two of 64
    // bits that are the same by chance share a rate, no more.
    limiter: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    clock: DefaultClock,
    calls: AtomicU32,
}

impl Rates {
    pub(super) fn new(a_second: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_second(a_second)),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
            calls: AtomicU32::new(0),
        }
    }

    /// Counts a call by this one.
    ///
    /// # Errors
    /// How long it is until the next one is allowed.
    pub(super) fn count(&self, name: &impl std::hash::Hash) -> Result<(), Duration> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let allowed = self.limiter.check_key(&self.hasher.hash_one(name));
        allowed.map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }
}

/// The license that a request names by its ARN, or by what a checkout names.
pub(super) fn license_named(parameters: &serde_json::Value) -> Option<(&str, &str)> {
    let text = |name: &str| parameters.get(name).and_then(serde_json::Value::as_str);
    match text("LicenseArn") {
        Some(arn) => Some((arn, "")),
        None => Some((text("ProductSKU")?, text("KeyFingerprint")?)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_has_a_second_s_worth_of_its_own() {
        let rates = Rates::new(NonZeroU32::new(3).unwrap());
        for name in ["a", "b"] {
            assert_eq!((0..5).filter(|_| rates.count(&name).is_ok()).count(), 3);
            let wait = rates.count(&name).unwrap_err();
            assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1), "{wait:?}");
        }
    }

    #[test]
    fn a_license_is_named_by_its_arn_or_by_its_sku_and_fingerprint() {
        assert_eq!(license_named(&json!({"LicenseArn": "arn:x", "ProductSKU": "s"})), Some(("arn:x", "")));
        let by_sku = json!({"ProductSKU": "s", "KeyFingerprint": "f"});
        assert_eq!(license_named(&by_sku), Some(("s", "f")));
        for other in [json!({}), json!({"ProductSKU": "s"}), json!({"LicenseArn": 1}), json!(null)] {
            assert_eq!(license_named(&other), None);
        }
    }
}
