//! Whether the table is frozen, known without asking before every commit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;

use super::fault::unavailable;
use super::{ATTEMPT, attribute, read};
use crate::store::{Frozen, Unavailable};

/// How long after it was asked for an answer lets commits begin.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// When it was last known that the table is not frozen.
///
/// It is the wall clock's time: on Lambda the other one may stand still between
/// two requests.
#[derive(Clone, Debug)]
pub(super) struct Thawed(Arc<Mutex<SystemTime>>);

impl Thawed {
    /// How long after the mark was made commits may still be under way: as long
    /// as an answer is good for, and all attempts of a transaction.
    pub(super) const SETTLED: Duration = GOOD_FOR.saturating_add(ATTEMPT.saturating_mul(4));

    /// INVARIANT: before the first commit somebody looks for the mark.
    pub(super) fn from_now_on() -> Self {
        Self(Arc::new(Mutex::new(SystemTime::now())))
    }

    pub(super) fn is_out_of_date(&self) -> bool {
        !self.is_younger_than(GOOD_FOR)
    }

    pub(super) fn is_soon_out_of_date(&self) -> bool {
        !self.is_younger_than(GOOD_FOR / 2)
    }

    /// Looks at the table.
    ///
    /// # Errors
    /// [`Unavailable`] if it is frozen, or does not answer.
    pub(super) async fn look(&self, client: &Client, table: &str) -> Result<(), Unavailable> {
        let asked = SystemTime::now();
        match read::get_one(client, table, &Frozen::key()).await? {
            None => {
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = asked;
                Ok(())
            }
            Some(mark) => Err(Unavailable(format!("frozen: {}", mark.read::<Frozen>()?))),
        }
    }

    /// A time to come is that of a clock that was set back: nothing is known.
    fn is_younger_than(&self, age: Duration) -> bool {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.elapsed().is_ok_and(|elapsed| elapsed < age)
    }
}

pub(super) async fn remove_mark(client: &Client, table: &str) -> Result<(), Unavailable> {
    client
        .delete_item()
        .table_name(table)
        .set_key(Some(attribute::key(&Frozen::key())))
        .send()
        .await
        .map(drop)
        .map_err(|error| unavailable(&error))
}
