//! AWS STS.

use crate::identity::Caller;

/// The XML namespace of its answers.
pub const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// What records call it (EV-4).
pub const SOURCE: &str = "sts.amazonaws.com";

/// One line of the table: an action and how its result is made.
pub struct Row {
    /// The action's name on the wire.
    pub name: &'static str,
    /// Its result, member by member.
    pub run: fn(&Caller) -> Vec<(&'static str, String)>,
}

/// Every action of the service, once.
pub static ACTIONS: &[Row] = &[Row { name: "GetCallerIdentity", run: get_caller_identity }];

/// Who the caller is. Nobody can be denied this answer.
fn get_caller_identity(caller: &Caller) -> Vec<(&'static str, String)> {
    vec![("Arn", caller.arn()), ("UserId", caller.user_id()), ("Account", caller.account.to_string())]
}
