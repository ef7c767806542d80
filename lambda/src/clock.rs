//! The time, read once per request.

use std::time::{SystemTime, UNIX_EPOCH};

use licentia_core::time::{NotATime, Timestamp};

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present second.
    ///
    /// # Errors
    /// [`NotATime`] if the clock stands before 1970 or after 9999.
    fn now(&self) -> Result<Timestamp, NotATime>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Result<Timestamp, NotATime> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| NotATime::OutOfRange)?;
        Timestamp::from_unix(since.as_secs())
    }
}
