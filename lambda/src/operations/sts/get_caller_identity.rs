//! GetCallerIdentity.

use crate::identity::Caller;
use crate::wire::query::{Members, text};

/// Who the caller is. Nobody can be denied this answer.
pub(super) fn answer(caller: &Caller) -> Members {
    vec![("Arn", text(caller.arn())), ("UserId", text(caller.user_id())), ("Account", text(&caller.account))]
}
