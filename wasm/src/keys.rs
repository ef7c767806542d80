//! The keys of a `Verifier`.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::token::status::signed_claims;
use licentia_core::token::{Clock, KeyError, KeySet, verify, verify_with_clock};

use crate::algorithms::schemes;
use crate::answer;
use crate::options::{KeysOptions, VerifyOptions};

/// The keys, read once.
pub(crate) struct Keys {
    set: KeySet,
    /// The thumbprints of those that verified a token.
    used: Vec<String>,
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
        let read = sets.iter().map(|(issuer, keys)| {
            let keys = KeySet::parse_with(keys, &schemes)?;
            Ok(match issuer {
                Some(issuer) => keys.bound_to(issuer),
                None => keys,
            })
        });
        let sets: Result<_, _> = read.collect();
        KeySet::join(sets?).map(|set| Self { set, used: Vec::new() })
    }

    /// Verifies a token with the options of `Verifier.verify`; answers the
    /// license or the refusal. A key that verifies its second token is prepared
    /// for more of them, so that a single verification pays for nothing.
    pub(crate) fn verify(&mut self, token: &str, options: &str) -> String {
        let Ok(mut options) = VerifyOptions::read(options) else { return answer::misuse("ARGUMENT_INVALID") };
        let Some(now) = options.now else { return answer::misuse("CLOCK_OUT_OF_RANGE") };
        let mut clock = options.clock.take();
        let audience: Option<Vec<_>> =
            options.audience.as_ref().map(|texts| texts.iter().map(String::as_str).collect());
        let expected = options.expectations(audience.as_deref());
        let result = match &mut clock {
            Some(clock) => verify_with_clock(token, &self.set, now, &expected, clock),
            None => verify(token, &self.set, now, &expected),
        };
        if let Ok(license) = &result {
            let thumbprint = license.key_thumbprint();
            if self.used.iter().any(|used| used == thumbprint) {
                self.set.prepare(thumbprint);
            } else {
                self.used.push(String::from(thumbprint));
            }
        }
        answer::verdict(&result, clock.as_ref().map(Clock::seen))
    }

    /// Reads a status list as far as its signature; answers its claims or the
    /// refusal. What they say is up to `js/revocation`, so that an app which
    /// revokes nothing pays for none of it.
    pub(crate) fn read_status_list(&self, list: &str) -> String {
        match signed_claims(list, &self.set) {
            Ok(claims) => answer::status_list(claims.as_deref()),
            Err(refusal) => answer::refusal(&refusal),
        }
    }
}
