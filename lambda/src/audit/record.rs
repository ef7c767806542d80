//! The record of a call, in CloudTrail's shape (EV-4 to EV-6).

use std::net::IpAddr;

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use licentia_core::token::OPENID_ISSUER;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::redaction::{Redaction, sized};
use super::resources::resources;
use crate::context::Origin;
use crate::identity::{Caller, Identity, TokenHolder};
use crate::operation::is_read_only;

/// The shape's version.
const VERSION: &str = "1.05";
/// Who holds a token and no access key.
const WEB_IDENTITY: &str = "WebIdentityUser";
/// What kind of event it is.
const TYPE: &str = "AwsApiCall";
/// The longest message and name of a client that are kept, in characters:
/// CloudTrail's own limit.
const MOST_TEXT: usize = 1000;

/// A call, before it is known how it ends.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service, as `license-manager.amazonaws.com`.
    pub source: &'static str,
    /// The operation's name on the wire.
    pub operation: &'static str,
    /// The Region that was called.
    pub region: String,
    /// When it came.
    pub now: Timestamp,
    /// Where it came from.
    pub origin: Origin,
}

/// Who made a call.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// Proven by a signature or a token.
    Caller(&'a Caller),
    /// Somebody who named an access key of this account, and could not prove
    /// to hold its secret.
    Claimed {
        /// Whose access key it is.
        account: &'a AccountId,
        /// The access key.
        access_key_id: &'a str,
    },
}

/// How a call ended.
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// With this output.
    Answered(Value),
    /// With an error.
    Refused {
        /// Its name on the wire.
        code: &'a str,
        /// What the client was told.
        message: &'a str,
    },
}

/// The record of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// 1.05.
    pub event_version: String,
    /// Who called.
    pub user_identity: UserIdentity,
    /// When the call came.
    pub event_time: Timestamp,
    /// The service.
    pub event_source: String,
    /// The operation.
    pub event_name: String,
    /// The Region that was called.
    pub aws_region: String,
    /// The address of the client, where the host tells it.
    #[serde(rename = "sourceIPAddress")]
    pub source_ip_address: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: String,
    /// The error's name on the wire, if the call was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// What the client was told about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The input; null where nothing was sent, or nobody proved to have.
    pub request_parameters: Value,
    /// The output; null where it is empty, and for what only reads.
    pub response_elements: Value,
    /// `x-amzn-requestid` of the answer (EV-6).
    #[serde(rename = "requestID")]
    pub request_id: String,
    /// The record's own id, a UUID of version 7: it begins with the time.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// Whether the operation changes nothing.
    pub read_only: bool,
    /// What the call was about.
    pub resources: Vec<Resource>,
    /// `AwsApiCall`.
    pub event_type: String,
    /// Whose trail it stands in.
    pub recipient_account_id: AccountId,
}

/// Who called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// `IAMUser`, `AssumedRole`, `WebIdentityUser`; `Unknown` for who could
    /// not prove it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The caller's id, as `GetCallerIdentity` answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The caller's ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The account that acts.
    pub account_id: AccountId,
    /// The access key that signed, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// The user's name, or the token's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Who issued the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<String>,
    /// Which role temporary credentials are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_context: Option<Value>,
}

/// What a call was about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Its ARN.
    #[serde(rename = "ARN")]
    pub arn: String,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Its type, as CloudFormation names it.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl Record {
    /// The record of a call with these parameters that ended so, about what
    /// they name and what was touched.
    #[must_use]
    pub fn new(
        call: &Call,
        actor: Actor<'_>,
        parameters: Value,
        outcome: Outcome<'_>,
        touched: Vec<String>,
    ) -> Self {
        let read_only = is_read_only(call.operation);
        let mut redaction = Redaction::default();
        let parameters = redaction.members(none_if_empty(parameters));
        let (output, error) = match outcome {
            Outcome::Answered(output) => (redaction.members(none_if_empty(output)), None),
            Outcome::Refused { code, message } => (Value::Null, Some((code, message))),
        };
        let output = if read_only { Value::Null } else { output };
        let resources = resources([&parameters, &output], touched, &redaction);
        // What is too long is not gone through, nor may it get too long by that.
        let shown = |value, member| sized(redaction.hide(sized(value, member)), member);
        let text = |text: &str| redaction.text(text).chars().take(MOST_TEXT).collect::<String>();
        let user_identity = UserIdentity::of(actor);
        Self {
            event_version: VERSION.to_owned(),
            event_time: call.now,
            event_source: call.source.to_owned(),
            event_name: call.operation.to_owned(),
            aws_region: call.region.clone(),
            source_ip_address: call.origin.source_ip,
            user_agent: text(&call.origin.user_agent),
            error_code: error.map(|(code, _)| code.to_owned()),
            error_message: error.map(|(_, message)| text(message)),
            resources,
            request_parameters: shown(parameters, "requestParameters"),
            response_elements: shown(output, "responseElements"),
            request_id: call.origin.request_id.to_string(),
            event_id: event_id(call.now).to_string(),
            read_only,
            event_type: TYPE.to_owned(),
            recipient_account_id: user_identity.account_id.clone(),
            user_identity,
        }
    }

    /// The same call for the trail of another account, which it concerns too.
    #[must_use]
    pub fn for_trail_of(&self, account: &AccountId) -> Self {
        let event_id = event_id(self.event_time).to_string();
        Self { event_id, recipient_account_id: account.clone(), ..self.clone() }
    }

    /// Who called, in one word: a user, a role's session, or a token.
    #[must_use]
    pub fn user_name(&self) -> Option<&str> {
        let who = &self.user_identity;
        let session = || who.arn.as_deref()?.rsplit('/').next();
        who.user_name.as_deref().or_else(session)
    }
}

impl UserIdentity {
    fn of(actor: Actor<'_>) -> Self {
        match actor {
            Actor::Caller(caller) => Self::of_caller(caller),
            Actor::Claimed { account, access_key_id } => Self {
                kind: "Unknown".to_owned(),
                principal_id: None,
                arn: None,
                account_id: account.clone(),
                access_key_id: Some(access_key_id.to_owned()),
                user_name: None,
                identity_provider: None,
                session_context: None,
            },
        }
    }

    fn of_caller(caller: &Caller) -> Self {
        let (kind, user_name, session_context) = match &caller.identity {
            Identity::User { user, .. } => ("IAMUser", Some(user.to_string()), None),
            Identity::TokenHolder(holder) if holder.access_key_id.is_some() => {
                ("AssumedRole", None, Some(session_context(&caller.account, holder)))
            }
            Identity::TokenHolder(TokenHolder { token_id, .. }) | Identity::Nobody { token_id } => {
                (WEB_IDENTITY, Some(token_id.clone()), None)
            }
        };
        let is_somebody = !matches!(caller.identity, Identity::Nobody { .. });
        Self {
            kind: kind.to_owned(),
            principal_id: is_somebody.then(|| caller.user_id()),
            arn: is_somebody.then(|| caller.arn()),
            account_id: caller.account.clone(),
            access_key_id: caller.access_key_id().map(ToOwned::to_owned),
            user_name,
            identity_provider: (kind == WEB_IDENTITY).then(|| OPENID_ISSUER.to_owned()),
            session_context,
        }
    }
}

fn session_context(account: &AccountId, holder: &TokenHolder) -> Value {
    let (role, name) = (&holder.role, holder.role.rsplit('/').next().unwrap_or_default());
    json!({
        "sessionIssuer": {
            "type": "Role",
            "arn": format!("arn:aws:iam::{account}:role/{role}"),
            "accountId": account,
            "userName": name,
        },
        "webIdFederationData": {
            "federatedProvider": OPENID_ISSUER,
            "attributes": { "sub": holder.token_id, "aud": holder.license },
        },
    })
}

/// An empty object says nothing.
fn none_if_empty(value: Value) -> Value {
    match value {
        Value::Object(members) if members.is_empty() => Value::Null,
        value => value,
    }
}

/// A UUID of version 7 for this second, so that a search for it knows where to
/// look.
fn event_id(now: Timestamp) -> Uuid {
    let random = Uuid::new_v4().as_bytes().first_chunk::<10>().copied().unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(now.unix().saturating_mul(1000), &random).into_uuid()
}

/// The second that the id of a record names.
pub(super) fn second_of(event_id: &str) -> Option<Timestamp> {
    let id = Uuid::try_parse(event_id).ok().filter(|id| id.get_version_num() == 7)?;
    Timestamp::from_unix(u64::try_from(id.as_u128() >> 80).ok()? / 1000).ok()
}
