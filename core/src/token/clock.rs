//! Whether the clock was set back: the latest moment seen, kept by the
//! application between its runs.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::hmac::{hmac_sha256, is_same_code};
use super::{Reason, Refusal, base64url, evidence};
use crate::time::Timestamp;

/// The shortest secret that authenticates a clock's state, in bytes.
pub const MIN_CLOCK_SECRET_BYTES: usize = 16;
/// The first byte of a state.
const VERSION: u8 = 1;
/// Bytes of a state before its code: the version, and the seconds since 1970.
const BODY_BYTES: usize = 9;
/// Keeps the codes apart from those of other uses of the same secret.
const PURPOSE: &[u8] = b"licentia clock v1\0";

/// Remembers the latest moment it was shown and judges a time by it: time does
/// not run backwards, so a clock that shows an earlier one was set back.
///
/// [`verify_with_clock`](super::verify_with_clock) shows it the time of every
/// verification and when each token was issued; [`see`](Self::see) shows it
/// any other moment that is sure to have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    seen: Timestamp,
    grace_seconds: u32,
}

/// What a clock's state is authenticated with: a secret of the application,
/// and a label, such as the product's name, so that no state passes for
/// another's.
#[derive(Clone, Copy)]
pub struct ClockKey<'a> {
    secret: &'a [u8],
    label: &'a str,
}

/// Why there is no clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockError {
    /// The secret has less than [`MIN_CLOCK_SECRET_BYTES`].
    SecretTooShort,
    /// The state was changed, or kept under another secret or label.
    StateInvalid,
}

impl Clock {
    /// A clock that has seen nothing yet and so believes any time. A time up
    /// to `grace_seconds` before the latest one seen is still believed: clocks
    /// are corrected.
    #[must_use]
    pub const fn start(grace_seconds: u32) -> Self {
        Self { seen: Timestamp::MIN, grace_seconds }
    }

    /// The clock of a state that [`to_state`](Self::to_state) wrote.
    ///
    /// # Errors
    /// [`ClockError::StateInvalid`].
    pub fn restore(state: &str, key: ClockKey<'_>, grace_seconds: u32) -> Result<Self, ClockError> {
        let seen = read(state, key).ok_or(ClockError::StateInvalid)?;
        Ok(Self { seen, grace_seconds })
    }

    /// The state as a short text: a version, the latest moment seen, and their
    /// HMAC-SHA256.
    #[must_use]
    pub fn to_state(&self, key: ClockKey<'_>) -> String {
        let mut state = Vec::from([VERSION]);
        state.extend_from_slice(&self.seen.unix().to_be_bytes());
        let code = key.code(&state);
        state.extend_from_slice(&code);
        base64url::encode(&state)
    }

    /// The latest moment seen; [`Timestamp::MIN`] before the first.
    #[must_use]
    pub const fn seen(&self) -> Timestamp {
        self.seen
    }

    /// Remembers a moment that has passed, as something signed shows it.
    pub fn see(&mut self, moment: Timestamp) {
        self.seen = self.seen.max(moment);
    }

    /// Judges a time by what was seen.
    ///
    /// # Errors
    /// [`Reason::ClockSetBack`] where it lies more than the grace before.
    pub fn judge(&self, now: Timestamp) -> Result<(), Refusal> {
        if now.plus_seconds(self.grace_seconds) < self.seen {
            return Err(Refusal::new(Reason::ClockSetBack).with(self.seen).with(now));
        }
        Ok(())
    }

    /// Judges a time by what was seen and by when a token was issued, and
    /// remembers both.
    pub(super) fn witness(&mut self, issued: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        self.see(issued);
        let judged = self.judge(now);
        self.see(now);
        judged
    }
}

impl<'a> ClockKey<'a> {
    /// The key of this secret and label.
    ///
    /// # Errors
    /// [`ClockError::SecretTooShort`].
    pub const fn new(secret: &'a [u8], label: &'a str) -> Result<Self, ClockError> {
        if secret.len() < MIN_CLOCK_SECRET_BYTES {
            return Err(ClockError::SecretTooShort);
        }
        Ok(Self { secret, label })
    }

    fn code(&self, body: &[u8]) -> [u8; 32] {
        hmac_sha256(self.secret, &[PURPOSE, body, self.label.as_bytes()])
    }
}

fn read(state: &str, key: ClockKey<'_>) -> Option<Timestamp> {
    let bytes = base64url::decode(state)?;
    let (body, code) = bytes.split_at_checked(BODY_BYTES)?;
    let (version, seconds) = body.split_first()?;
    if *version != VERSION || !is_same_code(&key.code(body), code) {
        return None;
    }
    Timestamp::from_unix(u64::from_be_bytes(seconds.try_into().ok()?)).ok()
}

impl fmt::Debug for ClockKey<'_> {
    /// Does not show the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClockKey").field("label", &self.label).finish_non_exhaustive()
    }
}

impl ClockError {
    /// The kind of error; never changes, unlike the text.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SecretTooShort => "CLOCK_SECRET_TOO_SHORT",
            Self::StateInvalid => "CLOCK_STATE_INVALID",
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::SecretTooShort => "the clock's secret is too short: expected at least 16 bytes".into(),
            Self::StateInvalid => evidence::message(self.code(), &[]),
        }
    }
}

impl fmt::Display for ClockError {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for ClockError {}
