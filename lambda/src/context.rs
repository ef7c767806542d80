//! What an operation works with.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use licentia_core::time::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::admission::{Admission, Overloaded};
use crate::allow::Allowed;
use crate::audit::{Touched, Trail};
use crate::clock::Clock;
use crate::error::Error;
use crate::events::{Event, Events, enclose};
use crate::identity::{Caller, Directory};
use crate::master_key::MasterKey;
use crate::openid::Provider;
use crate::organization::Organizations;
use crate::recent::Recent;
use crate::sign::Signer;
use crate::status::StatusLists;
use crate::store::{Change, CommitError, Store, Unavailable};
use crate::telemetry::metrics::{self, Overload};
use crate::wire::Parameters;

/// The service: what all requests share.
pub struct Service {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Who may call.
    pub directory: Directory,
    /// Which accounts belong together.
    pub organizations: Arc<dyn Organizations>,
    /// Who signs.
    pub signer: Signer,
    /// Who tells which signed licenses were taken back.
    pub status_lists: StatusLists,
    /// Who issues the tokens of customers without an account.
    pub openid: Provider,
    /// The Region it answers for.
    pub region: String,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Seals what must not be read or changed outside.
    pub master_key: Arc<MasterKey>,
    /// Who is told of changes.
    pub events: Events,
    /// Where calls are recorded.
    pub trail: Trail,
    /// Which calls are begun.
    pub admission: Admission,
    /// What was learned from the store a moment ago.
    pub recent: Recent,
}

/// One request.
pub struct Context {
    /// The service.
    pub service: Arc<Service>,
    /// Who made it.
    pub caller: Caller,
    /// When it came; the same for all its decisions.
    pub now: Timestamp,
    /// What was sent.
    pub parameters: Parameters,
    /// Where it came from.
    pub origin: Origin,
    /// What it turned out to be about.
    pub touched: Touched,
}

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The id of the request, as it is answered (EV-6).
    pub request_id: Uuid,
    /// The address of the client, where the host tells it.
    pub source_ip: Option<IpAddr>,
    /// Whether the host tells that it came over TLS.
    pub is_secure: bool,
    /// What the client calls itself.
    pub user_agent: String,
    /// When whoever sent it stops to wait, as far as it is known.
    pub deadline: Option<Instant>,
}

/// Why a change was not applied, or may not have been.
#[derive(Debug)]
pub enum Setback {
    /// Something is not as it was loaded; nothing was applied.
    Changed,
    /// Nothing was applied; the store was too busy.
    Busy,
    /// Perhaps applied, perhaps not.
    Unknown,
    /// Nothing was applied, and trying again now is of no use.
    Fatal(Error),
}

/// Counts how often the beats of an operation were repeated.
#[derive(Debug, Default)]
pub struct Tries {
    count: u32,
    /// How often the store was too busy.
    pub busy: u32,
    /// Whether an earlier try may have been applied.
    pub uncertain: bool,
}

impl Service {
    /// Applies a change and, in the same commit, what tells of it.
    ///
    /// # Errors
    /// [`CommitError`].
    pub(crate) async fn commit_telling(
        &self,
        mut change: Change,
        events: &[Event],
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let told = enclose(self, &mut change, events, now).await?;
        let done = self.store.commit(&change).await;
        if matches!(done, Ok(()) | Err(CommitError::Unknown(_))) {
            self.events.wake(told);
        }
        done
    }
}

impl Context {
    /// Applies a change that the caller was allowed to make, unless nobody
    /// waits for it any longer.
    ///
    /// # Errors
    /// [`Setback`]; see [`Tries::again`].
    pub async fn commit<T>(&self, allowed: &Allowed<T>, change: Change) -> Result<(), Setback> {
        self.origin.check_deadline().map_err(|overloaded| Setback::Fatal(overloaded.into()))?;
        let done = self.apply(allowed, &change).await;
        self.service.recent.forget_all();
        Ok(done?)
    }

    /// As [`commit`](Self::commit), and what was in the way is told.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn apply<T>(&self, _: &Allowed<T>, change: &Change) -> Result<(), CommitError> {
        self.service.store.commit(change).await
    }

    /// Applies a change and, in the same commit, what tells of it (EV-1): for
    /// a change that does not happen nothing goes out.
    ///
    /// # Errors
    /// [`Setback`]; see [`Tries::again`].
    pub async fn commit_telling<T>(
        &self,
        allowed: &Allowed<T>,
        change: Change,
        events: &[Event],
    ) -> Result<(), Setback> {
        self.origin.check_deadline().map_err(|overloaded| Setback::Fatal(overloaded.into()))?;
        let done = self.apply_telling(allowed, change, events).await;
        self.service.recent.forget_all();
        Ok(done?)
    }

    /// As [`commit_telling`](Self::commit_telling), and what was in the way is
    /// told.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn apply_telling<T>(
        &self,
        _: &Allowed<T>,
        change: Change,
        events: &[Event],
    ) -> Result<(), CommitError> {
        self.service.commit_telling(change, events, self.now).await
    }

    /// What time it is by now: a request may have waited since it came.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.service.clock.now().map_or(self.now, |now| now.max(self.now))
    }

    /// What tells two requests with one client token apart (C-6): a hash of
    /// the parameters, however they were ordered and spaced.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.parameters.as_value().to_string()))
    }
}

impl Origin {
    /// Whether somebody still waits for the answer.
    ///
    /// # Errors
    /// [`Overloaded`] if nobody does.
    pub fn check_deadline(&self) -> Result<(), Overloaded> {
        match self.deadline {
            Some(deadline) if deadline <= Instant::now() => Err(Overloaded::new(Overload::Deadline)),
            _ => Ok(()),
        }
    }
}

impl Setback {
    /// As one of a change that was made aside, which is looked at again whatever
    /// came of it: of the request itself, nothing is unknown.
    #[must_use]
    pub fn aside(self) -> Self {
        match self {
            Self::Unknown => Self::Changed,
            other => other,
        }
    }
}

impl From<CommitError> for Setback {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Refused { .. } => Self::Changed,
            CommitError::Busy => Self::Busy,
            CommitError::Unknown(reason) => {
                tracing::warn!(%reason, "unknown outcome of a commit");
                Self::Unknown
            }
            CommitError::Unavailable(reason) => Self::Fatal(reason.into()),
        }
    }
}

impl From<Error> for Setback {
    fn from(error: Error) -> Self {
        Self::Fatal(error)
    }
}

impl From<Unavailable> for Setback {
    fn from(unavailable: Unavailable) -> Self {
        Self::Fatal(unavailable.into())
    }
}

impl Tries {
    /// Enough for a storm of 64 callers on one license.
    const MOST: u32 = 30;

    /// Waits before the next try: longer each time, by a random part.
    ///
    /// # Errors
    /// [`Error`] if trying again is of no use; after too many tries, that the
    /// caller is to come again later.
    pub async fn again(&mut self, setback: Setback) -> Result<(), Error> {
        self.count += 1;
        match setback {
            Setback::Fatal(error) => return Err(error),
            Setback::Unknown => {
                metrics::store_retry("unknown");
                self.uncertain = true;
            }
            Setback::Changed => metrics::conflict(),
            Setback::Busy => {
                metrics::store_retry("busy");
                self.busy += 1;
            }
        }
        if self.count >= Self::MOST {
            return Err(Overloaded::new(Overload::Store).into());
        }
        let most = 2_u64.saturating_pow(self.count).min(256);
        let random = getrandom::u64().map_err(Error::internal)?;
        tokio::time::sleep(Duration::from_millis(random % most + 1)).await;
        Ok(())
    }
}
