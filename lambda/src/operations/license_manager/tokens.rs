//! What the operations on tokens share (section 8).

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::license::Status;
use licentia_core::token::is_reserved_property;
use uuid::Uuid;

use crate::context::Context;
use crate::error::Error;
use crate::records::{self, Head, TokenRecord};
use crate::wire::Violations;

/// The most properties of a token.
const MOST_PROPERTIES: usize = 3;

/// What entitles an account to the tokens of a license (T-2).
pub(super) enum Standing {
    /// The license is its own.
    Owner(Head),
}

impl Standing {
    /// The license.
    pub(super) const fn head(&self) -> &Head {
        match self {
            Self::Owner(head) => head,
        }
    }
}

/// How the account stands towards the license now; none if it does not exist
/// for that account.
pub(super) async fn standing(
    cx: &Context,
    account: &AccountId,
    license: &LicenseArn,
) -> Result<Option<Standing>, Error> {
    let item = cx.service.store.get(&[records::head_key(license)]).await?.pop().flatten();
    let head = item.map(|item| item.read::<Head>()).transpose()?;
    let head = head.filter(|head| head.is_readable(cx.now) && license.owner() == account);
    Ok(head.map(Standing::Owner))
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
