//! What a request turned out to be about.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

/// Resources that a request neither names nor answers with, as the license of
/// a consumption token: noted on the way, for the record of the call.
#[derive(Debug, Default)]
pub struct Touched(Mutex<Vec<String>>);

impl Touched {
    /// The resource of this ARN is what it is about.
    pub fn note(&self, arn: impl Display) {
        let (arn, mut noted) = (arn.to_string(), self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if !noted.contains(&arn) {
            noted.push(arn);
        }
    }

    /// The ARNs.
    #[must_use]
    pub fn arns(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
