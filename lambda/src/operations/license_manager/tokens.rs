//! What the operations on tokens share (section 8).

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::grant::{AllowedOperation, NotUsable};
use licentia_core::license::{License, Status};
use licentia_core::time::Timestamp;
use licentia_core::token::is_reserved_property;
use uuid::Uuid;

use crate::allow;
use crate::context::{Context, Setback};
use crate::error::Error;
use crate::events::{Event, TokenChange, TokenState};
use crate::grants::{StoredGrant, right_to};
use crate::records::{self, Head, TokenRecord};
use crate::store::Change;
use crate::wire::Violations;

/// The most properties of a token.
const MOST_PROPERTIES: usize = 3;

/// What entitles an account to the tokens of a license (T-2).
pub(super) enum Standing {
    /// The license is its own.
    Owner(Box<Head>),
    /// This grant of the license allows it.
    Grantee(Box<StoredGrant>),
}

/// Why an account is not entitled to the tokens of a license.
pub(super) enum NotEntitled {
    /// The license does not exist for it.
    Unknown,
    /// The license was deleted, its tokens with it (L-25).
    LicenseDeleted,
    /// No grant that it received allows it (G-28).
    NotUsable(NotUsable),
}

impl Standing {
    /// The license.
    pub(super) const fn license(&self) -> &License {
        match self {
            Self::Owner(head) => &head.license,
            Self::Grantee(stored) => stored.license(),
        }
    }

    /// Applies a change that this standing entitles the caller to.
    pub(super) async fn commit(&self, cx: &Context, change: Change, event: &Event) -> Result<(), Setback> {
        let events = std::slice::from_ref(event);
        let other = || Setback::Fatal(Error::internal("a standing of another account than the caller's"));
        match self {
            Self::Owner(head) => {
                let allowed = allow::owner(&cx.caller, &**head).ok_or_else(other)?;
                cx.commit_telling(&allowed, change, events).await
            }
            Self::Grantee(stored) => {
                let allowed = allow::grantee(&cx.caller, &**stored).ok_or_else(other)?;
                cx.commit_telling(&allowed, change, events).await
            }
        }
    }
}

/// How the account stands towards the tokens of the license now.
pub(super) async fn standing(
    cx: &Context,
    account: &AccountId,
    license: &LicenseArn,
) -> Result<Result<Standing, NotEntitled>, Error> {
    let item = cx.service.store.get(&[records::head_key(license)]).await?.pop().flatten();
    let head = item.map(|item| item.read::<Head>()).transpose()?;
    let Some(head) = head.filter(|head| head.is_readable(cx.now)) else {
        return Ok(Err(NotEntitled::Unknown));
    };
    let standing = if license.owner() == account {
        Ok(Standing::Owner(Box::new(head.clone())))
    } else {
        let operation = AllowedOperation::CreateToken;
        let right = right_to(&cx.service, account, &head.license, operation, cx.now).await?;
        right
            .map(|grant| Standing::Grantee(Box::new(grant)))
            .map_err(|why| why.map_or(NotEntitled::Unknown, NotEntitled::NotUsable))
    };
    Ok(match standing {
        Err(NotEntitled::Unknown) => Err(NotEntitled::Unknown),
        _ if is_deleted(&head) => Err(NotEntitled::LicenseDeleted),
        standing => standing,
    })
}

/// What those are told whom a token concerns (EV-1).
pub(super) fn event(record: &TokenRecord, state: TokenState, now: Timestamp) -> Event {
    let TokenRecord { token_id, license_arn, account, .. } = record;
    Event::token(&TokenChange { token_id, license_arn, account, state }, now)
}

/// Whether a license has no tokens any more (L-25).
pub(super) const fn is_deleted(head: &Head) -> bool {
    matches!(head.license.status, Status::Deleted | Status::PendingDelete)
}

/// The properties of a request: three at most.
pub(super) fn read_properties(
    properties: Option<Vec<String>>,
    violations: &mut Violations,
) -> Option<Vec<String>> {
    let properties = properties.unwrap_or_default();
    if properties.len() > MOST_PROPERTIES {
        let rule = format_args!("Member must have length less than or equal to {MOST_PROPERTIES}");
        violations.add("tokenProperties", properties.len(), rule);
        return None;
    }
    Some(properties)
}

/// As [`read_properties`]; none of them may pass for what the service says
/// itself (T-3).
pub(super) fn read_new_properties(
    properties: Option<Vec<String>>,
    violations: &mut Violations,
) -> Option<Vec<String>> {
    let properties = read_properties(properties, violations)?;
    for (property, number) in properties.iter().zip(1..) {
        if is_reserved_property(property) {
            let at = format!("tokenProperties.{number}.member");
            violations.add(&at, property, "Member must not begin with aws:");
        }
    }
    Some(properties)
}

/// Whether a token could have this id; other texts may not even fit a key.
pub(super) fn is_token_id(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

/// The account's token of this id.
pub(super) async fn load_token(
    cx: &Context,
    account: &AccountId,
    token_id: &str,
) -> Result<Option<TokenRecord>, Error> {
    if !is_token_id(token_id) {
        return Ok(None);
    }
    let item = cx.service.store.get(&[records::token_key(account, token_id)]).await?.pop().flatten();
    Ok(item.map(|item| item.read()).transpose()?)
}
