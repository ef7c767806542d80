//! Whether identity policies let the caller do what it asks for. An access key
//! without policies may do everything in its account; a role without any,
//! nothing.

use licentia_core::arn::AccountId;
use licentia_core::policy::{Context as Facts, Request, Verdict, evaluate};
use serde::Deserialize;

use crate::context::Context;
use crate::error::{Error, Kind};
use crate::identity::{AttachedPolicy, Identity, Role, TokenHolder};
use crate::records::{Tags, read_tags, tags_key};
use crate::store::Key;
use crate::wire::Parameters;

const RESOURCE_TAG: &str = "aws:ResourceTag/";
const REQUEST_TAG: &str = "aws:RequestTag/";
const TAG_KEYS: &str = "aws:TagKeys";
/// No id of a resource is longer, in bytes.
const MOST_ID_BYTES: usize = 512;

/// Asks the caller's identity policies for an operation on a resource.
///
/// # Errors
/// [`Kind::AccessDenied`], or what keeps the policies from being asked.
pub(crate) async fn authorize(
    cx: &Context,
    service: &str,
    operation: &str,
    resource: Option<&str>,
) -> Result<(), Error> {
    let role;
    let mut session: &[AttachedPolicy] = &[];
    let (policies, principal) = match &cx.caller.identity {
        // It was let in for an operation that takes no signature.
        Identity::Nobody { .. } => return Ok(()),
        Identity::User { policies, .. } if policies.is_empty() => return Ok(()),
        Identity::User { policies, .. } => (policies.as_slice(), cx.caller.arn()),
        Identity::TokenHolder(holder) => {
            role = role_of(cx, holder).await?;
            session = &holder.session_policies;
            match &role {
                Some(role) => (role.policies.as_slice(), role.arn()),
                None => ([].as_slice(), String::new()),
            }
        }
    };
    let mentioned = |key| policies.iter().chain(session).any(|policy| policy.policy().mentions(key));
    let facts = About {
        cx,
        principal,
        resource_tags: if mentioned(RESOURCE_TAG) { resource_tags(cx, resource).await? } else { Tags::new() },
        sent: if mentioned(REQUEST_TAG) || mentioned(TAG_KEYS) {
            Sent::of(&cx.parameters)
        } else {
            Sent::default()
        },
    };
    let action = format!("{service}:{operation}");
    let resource = resource.unwrap_or("*");
    let request = Request { action: &action, resource, context: &facts };
    let ask = |policies: &[AttachedPolicy]| evaluate(policies.iter().map(AttachedPolicy::policy), &request);
    // What narrows a session allows nothing on its own.
    let (verdict, article, kind) = match ask(policies) {
        Verdict::Allowed if !session.is_empty() => (ask(session), "a", "session policy"),
        verdict => (verdict, "an", "identity-based policy"),
    };
    let reason = match verdict {
        Verdict::Allowed => return Ok(()),
        Verdict::Denied { explicit: true } => format!("with an explicit deny in {article} {kind}"),
        Verdict::Denied { explicit: false } => {
            format!("because no {kind} allows the {action} action")
        }
    };
    let caller = cx.caller.arn();
    Err(Error::new(
        Kind::AccessDenied,
        format_args!(
            "User: {caller} is not authorized to perform: {action} on resource: {resource} {reason}"
        ),
    ))
}

/// The role in which the holder of a token acts, while there is one that trusts
/// the token: a session does not outlive that trust, nor does it act in another
/// role made under the name of the one it was opened in.
async fn role_of(cx: &Context, holder: &TokenHolder) -> Result<Option<Role>, Error> {
    let role = cx.service.directory.role(&cx.caller.account, &holder.role).await?;
    Ok(role.filter(|role| role.trusts(holder, cx.now)))
}

/// The tags of a resource of the caller's account; those of others are not
/// for it to ask about.
async fn resource_tags(cx: &Context, resource: Option<&str>) -> Result<Tags, Error> {
    let Some(key) = resource.and_then(|arn| place(arn, &cx.caller.account)) else { return Ok(Tags::new()) };
    let items = cx.service.store.get(&[key]).await?;
    Ok(read_tags(items.into_iter().flatten().next().as_ref())?)
}

/// Where the tags of this ARN stand, if it is one of this account.
fn place(arn: &str, account: &AccountId) -> Option<Key> {
    let mut parts = arn.splitn(6, ':').skip(4);
    let (owner, resource) = (parts.next()?, parts.next()?);
    let id = resource.rsplit([':', '/']).next()?;
    (owner == account.as_str() && !id.is_empty() && id.len() <= MOST_ID_BYTES).then(|| tags_key(account, id))
}

/// The tags that the request itself carries.
#[derive(Default)]
struct Sent {
    tags: Tags,
    keys: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WithTags {
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WithTagKeys {
    tag_keys: Vec<String>,
}

impl Sent {
    /// The `Tags` and `TagKeys` of any operation that has them, read as the
    /// operation reads them: what it does not know is passed over.
    fn of(parameters: &Parameters) -> Self {
        let WithTags { tags } = parameters.some();
        let tags: Tags = tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect();
        let WithTagKeys { tag_keys } = parameters.some();
        let keys = tags.keys().cloned().chain(tag_keys).collect();
        Self { tags, keys }
    }
}

/// What is known about the request.
struct About<'a> {
    cx: &'a Context,
    principal: String,
    resource_tags: Tags,
    sent: Sent,
}

impl Facts for About<'_> {
    fn values(&self, key: &str) -> Vec<String> {
        let Context { service, caller, now, origin, .. } = self.cx;
        if let Some(tag) = after(key, RESOURCE_TAG) {
            return tagged(&self.resource_tags, tag);
        }
        if let Some(tag) = after(key, REQUEST_TAG) {
            return tagged(&self.sent.tags, tag);
        }
        let one = |value: String| vec![value];
        match (key.to_ascii_lowercase().as_str(), &caller.identity) {
            ("aws:currenttime", _) => one(now.to_string()),
            ("aws:epochtime", _) => one(now.unix().to_string()),
            ("aws:principalaccount", _) => one(caller.account.to_string()),
            ("aws:principalarn", _) => one(self.principal.clone()),
            ("aws:principaltype", Identity::User { .. }) => one("User".to_owned()),
            ("aws:principaltype", Identity::TokenHolder(_)) => one("AssumedRole".to_owned()),
            ("aws:requestedregion", _) => one(service.region.clone()),
            ("aws:securetransport", _) => one(origin.is_secure.to_string()),
            ("aws:sourceip", _) => origin.source_ip.iter().map(ToString::to_string).collect(),
            ("aws:tagkeys", _) => self.sent.keys.clone(),
            ("aws:useragent", _) => {
                Some(&origin.user_agent).filter(|name| !name.is_empty()).cloned().into_iter().collect()
            }
            ("aws:userid", _) => one(caller.user_id()),
            ("aws:username", Identity::User { user, .. }) => one(user.to_string()),
            (_, Identity::TokenHolder(holder)) => holder.claim(key).unwrap_or_default(),
            _ => vec![],
        }
    }
}

/// The value of the tag of this key; of one that differs in case only where
/// there is none, since condition keys have no case.
fn tagged(tags: &Tags, key: &str) -> Vec<String> {
    let same = || tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
    tags.get(key).or_else(same).cloned().into_iter().collect()
}

/// What follows this prefix in a condition key.
fn after<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = key.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
