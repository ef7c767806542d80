//! Numbering tokens: each gets a number of its own, and a checkout asks the
//! store for none.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::Subject;
use crate::records;
use crate::store::{Change, CommitError, Store, Unavailable};

/// Numbers that a process takes at once. What it does not use is lost with it:
/// gaps in a list compress to nothing.
pub(super) const TAKEN_AT_ONCE: u64 = 64;
/// How often numbers are asked for of a busy store.
const TRIES: usize = 16;
/// Subjects whose numbers are kept at hand.
const MOST: usize = 10_000;

/// The numbers that this process has taken and not used.
pub(super) struct Indexes {
    store: Arc<dyn Store>,
    at_hand: Mutex<HashMap<Subject, Range<u64>>>,
    taking: tokio::sync::Mutex<()>,
}

impl Indexes {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, at_hand: Mutex::default(), taking: tokio::sync::Mutex::default() }
    }

    /// A number that no other token of the subject has.
    pub(super) async fn next(&self, subject: &Subject) -> Result<u64, Unavailable> {
        if let Some(number) = self.at_hand(subject) {
            return Ok(number);
        }
        // One at a time asks; the others find what it took.
        let _turn = self.taking.lock().await;
        if let Some(number) = self.at_hand(subject) {
            return Ok(number);
        }
        let first = self.take(subject).await?;
        self.keep(subject, first + 1..first + TAKEN_AT_ONCE);
        Ok(first)
    }

    /// How many numbers of the subject were taken, by whomever.
    pub(super) async fn taken(&self, subject: &Subject) -> Result<u64, Unavailable> {
        let found = self.store.get(&[records::numbering_key(subject.id())]).await?.pop().flatten();
        records::numbers_taken(found.as_ref())
    }

    async fn take(&self, subject: &Subject) -> Result<u64, Unavailable> {
        for _ in 0..TRIES {
            let first = self.taken(subject).await?;
            let take = records::take_numbers(subject.id(), first, first + TAKEN_AT_ONCE)?;
            match self.store.commit(&Change(vec![take])).await {
                Ok(()) => return Ok(first),
                Err(CommitError::Unavailable(error)) => return Err(error),
                // Another process was faster, or perhaps they were taken for us:
                // then nobody has them.
                Err(CommitError::Refused { .. } | CommitError::Busy | CommitError::Unknown(_)) => {}
            }
        }
        Err(Unavailable(format!("{}: the store is too busy to number a token", subject.id())))
    }

    fn at_hand(&self, subject: &Subject) -> Option<u64> {
        let mut at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        at_hand.get_mut(subject)?.next()
    }

    fn keep(&self, subject: &Subject, numbers: Range<u64>) {
        let mut at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        if at_hand.len() >= MOST {
            at_hand.clear();
        }
        at_hand.insert(subject.clone(), numbers);
    }
}
