//! The limits together, and what is said to who is turned away.

use std::fmt;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use licentia_core::arn::AccountId;
use serde_json::Value;

use super::places::{Place, Places};
use super::rates::{Rates, license_named};
use crate::error::{Error, Kind};
use crate::pause::by_chance;
use crate::telemetry::metrics::{self, Overload};

/// When a call may come again that found everything taken.
const COME_AGAIN: Duration = Duration::from_secs(1);
/// Over how long those that are turned away together come back.
const SPREAD: Duration = Duration::from_secs(1);

/// How often one may call; absent, as often as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Calls a second by one account.
    pub account: Option<NonZeroU32>,
    /// Calls a second that name one license.
    pub license: Option<NonZeroU32>,
}

/// What lets calls in.
#[derive(Debug, Default)]
pub struct Admission {
    places: Places,
    account: Option<Rates>,
    license: Option<Rates>,
}

/// Why a call is turned away, and when it may come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overloaded {
    reason: Overload,
    retry_after: Duration,
}

impl Admission {
    /// Lets in what keeps within these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let (account, license) = (limits.account.map(Rates::new), limits.license.map(Rates::new));
        Self { account, license, ..Self::default() }
    }

    /// Waits for a place among the calls under way.
    ///
    /// # Errors
    /// [`Overloaded`] if too many wait, or this one would for too long.
    pub async fn place(&self, deadline: Option<Instant>) -> Result<Place, Overloaded> {
        self.places.take(deadline).await.map_err(Overloaded::new)
    }

    /// Waits until no call is under way, those included that no client waits
    /// for.
    pub async fn settled(&self) {
        self.places.all_free().await;
    }

    /// Counts a call of this account with these parameters.
    ///
    /// # Errors
    /// [`Overloaded`] if it calls too often, or for one license too often.
    pub fn count(&self, account: &AccountId, parameters: &Value) -> Result<(), Overloaded> {
        let overloaded = |reason| move |wait| Overloaded::told(reason, wait);
        if let Some(rates) = &self.account {
            rates.count(account).map_err(overloaded(Overload::Account))?;
        }
        if let Some((rates, license)) = self.license.as_ref().zip(license_named(parameters)) {
            rates.count(&license).map_err(overloaded(Overload::License))?;
        }
        Ok(())
    }
}

impl Overloaded {
    /// Turned away for this reason.
    #[must_use]
    pub fn new(reason: Overload) -> Self {
        Self::told(reason, COME_AGAIN)
    }

    fn told(reason: Overload, wait: Duration) -> Self {
        metrics::overload(reason);
        Self { reason, retry_after: wait + by_chance(SPREAD) }
    }
}

impl fmt::Display for Overloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.reason {
            Overload::Account => "your account calls more often than it may here",
            Overload::License => "this license is called for more often than it may be here",
            Overload::Queue => "too many calls wait already",
            Overload::Deadline => "the time in which you wait for an answer was over before it was done",
            Overload::Store => "too many change the same at this moment, or the store is too busy",
        };
        write!(
            f,
            "Rate exceeded: {why}; try again in {} ms or more, later each time",
            self.retry_after.as_millis()
        )
    }
}

impl From<Overloaded> for Error {
    fn from(overloaded: Overloaded) -> Self {
        Self::new(Kind::RateLimitExceeded { retry_after: overloaded.retry_after }, overloaded)
    }
}
