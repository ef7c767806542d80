//! Who made a request.

use licentia_core::arn::AccountId;

use super::{AccessKeyId, UserName};

/// Who made a request: proven by a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that acts.
    pub account: AccountId,
    /// The access key that signed.
    pub access_key_id: AccessKeyId,
    /// The user whose access key it is.
    pub user: UserName,
}

impl Caller {
    /// `arn:aws:iam::<account>:user/<user>`.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.account, self.user)
    }
}
