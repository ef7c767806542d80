//! What stands behind a `Verifier`.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::time::Timestamp;
use licentia_core::token::status::signed_claims;
use licentia_core::token::{Clock, ClockTolerance, Expectations, KeySet, PublicKey, judge};

use crate::answer;

/// Keys, read once.
pub(crate) struct Verifier {
    keys: KeySet,
    /// Whether one has verified a license.
    is_used: bool,
}

/// What a token must be besides genuine and valid.
pub(crate) struct Expected {
    issuer: Option<String>,
    audience: Option<Vec<Cow<'static, str>>>,
    product: Option<String>,
    license_arn: Option<String>,
    node: Option<String>,
}

impl Expected {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self { issuer: None, audience: None, product: None, license_arn: None, node: None }
    }

    /// As the function `expect` that JavaScript calls.
    pub(crate) fn add(&mut self, what: usize, text: String) {
        let slot = match what {
            0 => &mut self.issuer,
            1 => return self.audience.get_or_insert_default().push(text.into()),
            2 => &mut self.product,
            3 => &mut self.license_arn,
            4 => &mut self.node,
            _ => {
                self.audience.get_or_insert_default();
                return;
            }
        };
        *slot = Some(text);
    }
}

impl Verifier {
    /// With these keys: at least one, which can be used, and not too many.
    pub(crate) fn new(keys: Vec<PublicKey>) -> Option<Self> {
        KeySet::new(keys).ok().map(|keys| Self { keys, is_used: false })
    }

    /// Verifies a token; answers the license or the refusal. From the second
    /// license on, a key that verifies one is prepared for more: one license at
    /// start-up pays for nothing else.
    pub(crate) fn verify(
        &mut self,
        token: &[u8],
        now: Timestamp,
        tolerance: u32,
        mut clock: Option<&mut Clock>,
        expected: &Expected,
    ) -> String {
        let expectations = Expectations {
            issuer: expected.issuer.as_deref(),
            audience: expected.audience.as_deref(),
            product: expected.product.as_deref(),
            license_arn: expected.license_arn.as_deref(),
            node: None,
            clock_tolerance: ClockTolerance::from_seconds(tolerance).unwrap_or_default(),
        };
        let mut buffer = Vec::new();
        let judged = judge(token, &mut buffer, &self.keys, now, &expectations, clock.as_deref_mut());
        let judged = judged.and_then(|judged| match &expected.node {
            Some(node) => judged.check_node(node).map(|()| judged),
            None => Ok(judged),
        });
        let answer = answer::verdict(&judged, clock.map(|clock| clock.seen()));
        if let Ok(license) = judged {
            let key = license.key_thumbprint().to_owned();
            if self.is_used {
                self.keys.prepare(&key);
            }
            self.is_used = true;
        }
        answer
    }

    /// Reads a status list as far as its signature; answers its claims or the
    /// refusal. What they say is up to `js/revocation`, so that an app which
    /// revokes nothing pays for none of it.
    pub(crate) fn read_status_list(&self, list: &[u8]) -> String {
        answer::status_list(&signed_claims(list, &mut Vec::new(), &self.keys))
    }
}
