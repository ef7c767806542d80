//! What a request turned out to be about.

use std::fmt::Display;
use std::sync::{Mutex, OnceLock, PoisonError};

use licentia_core::arn::AccountId;

/// Resources that a request neither names nor answers with, as the license of
/// a consumption token: noted on the way, for the record of the call.
#[derive(Debug, Default)]
pub struct Touched {
    arns: Mutex<Vec<String>>,
    account: OnceLock<AccountId>,
}

impl Touched {
    /// The resource of this ARN is what it is about.
    pub fn note(&self, arn: impl Display) {
        let (arn, mut noted) = (arn.to_string(), self.arns.lock().unwrap_or_else(PoisonError::into_inner));
        if !noted.contains(&arn) {
            noted.push(arn);
        }
    }

    /// The ARNs.
    #[must_use]
    pub fn arns(&self) -> Vec<String> {
        self.arns.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What belongs to this account is used: the call is recorded for it too,
    /// whoever makes it.
    pub fn note_account(&self, account: &AccountId) {
        self.account.get_or_init(|| account.clone());
    }

    /// The account besides the caller's that the call concerns.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        self.account.get()
    }
}
