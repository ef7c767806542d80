//! The keys of a `Verifier`.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::token::status::signed_claims;
use licentia_core::token::{Clock, KeyError, KeySet, judge};

use crate::algorithms::schemes;
use crate::answer;
use crate::options::{KeysOptions, VerifyOptions};

/// The keys, read once.
pub(crate) struct Keys {
    set: KeySet,
    /// The thumbprints of those that have verified a license.
    verified: Vec<String>,
}

impl Keys {
    /// Reads the options of `Verifier.create`.
    ///
    /// # Errors
    /// [`KeyError`] where they give no keys.
    pub(crate) fn read(options: &str) -> Result<Self, KeyError> {
        // Text that is not Unicode is no key.
        let KeysOptions { sets, algorithms } = KeysOptions::read(options).map_err(|_| KeyError::Malformed)?;
        let schemes = schemes(&algorithms);
        let mut read = Vec::new();
        for (issuer, keys) in sets {
            let keys = KeySet::parse_with(&keys, &schemes)?;
            read.push(match issuer {
                Some(issuer) => keys.bound_to(&issuer),
                None => keys,
            });
        }
        KeySet::join(read).map(|set| Self { set, verified: Vec::new() })
    }

    /// Verifies a token with the options of `Verifier.verify`; answers the
    /// license or the refusal. A key that verifies its second license is
    /// prepared for more: one license at start-up pays for nothing else.
    pub(crate) fn verify(&mut self, token: &str, options: &str) -> String {
        let Ok(options) = VerifyOptions::read(options) else { return answer::misuse("ARGUMENT_INVALID") };
        let Some(now) = options.now else { return answer::misuse("CLOCK_OUT_OF_RANGE") };
        let (mut clock, mut buffer) = (options.clock, Vec::new());
        let result = judge(token, &mut buffer, &self.set, now, &options.expectations(), clock.as_mut());
        let answer = answer::verdict(&result, clock.as_ref().map(Clock::seen));
        if let Ok(license) = result {
            let key = license.key_thumbprint().to_owned();
            if self.verified.contains(&key) {
                self.set.prepare(&key);
            } else {
                self.verified.push(key);
            }
        }
        answer
    }

    /// Reads a status list as far as its signature; answers its claims or the
    /// refusal. What they say is up to `js/revocation`, so that an app which
    /// revokes nothing pays for none of it.
    pub(crate) fn read_status_list(&self, list: &str) -> String {
        match signed_claims(list, &mut Vec::new(), &self.set) {
            Ok(claims) => answer::status_list(claims),
            Err(finding) => answer::refusal(&finding),
        }
    }
}
