//! What a new grant depends on: the right of its grantor, and the grants that
//! there are.

use licentia_core::arn::LicenseArn;
use licentia_core::grant::{AllowedOperation, Grantor, NotUsable, Refusal};
use licentia_core::principal::Principal;

use super::granting::{not_allowed, refused};
use crate::allow::{self, Allowed};
use crate::context::{Context, Setback};
use crate::error::Error;
use crate::events::Event;
use crate::grants::{StoredGrant, load_grants, right_to};
use crate::records::{self, GrantCount, GrantPointer, GrantRecord, Head};
use crate::store::{Change, Write};

/// What the caller may grant by (G-2).
pub(super) enum Right {
    /// It owns the license.
    Owner(Box<Allowed<Head>>),
    /// It received this grant of it.
    Grantee(Box<Allowed<StoredGrant>>),
}

/// What a new grant depends on.
pub(super) struct Loaded {
    pub(super) right: Right,
    /// How many grants of the license count, if it ever had any.
    pub(super) count: Option<GrantCount>,
    /// The grant to the principal that was noted last.
    pub(super) noted: Option<GrantPointer>,
}

impl Right {
    pub(super) fn head(&self) -> &Head {
        match self {
            Self::Owner(head) => head.get(),
            Self::Grantee(stored) => &stored.get().head,
        }
    }

    pub(super) fn grantor(&self) -> Grantor<'_> {
        match self {
            Self::Owner(_) => Grantor::Owner,
            Self::Grantee(stored) => Grantor::Grantee(&stored.get().standing),
        }
    }

    /// The grants from the license down to a new one.
    pub(super) fn above(&self) -> Vec<GrantRecord> {
        match self {
            Self::Owner(_) => vec![],
            Self::Grantee(stored) => {
                let StoredGrant { record, above, .. } = stored.get();
                above.iter().chain([record]).cloned().collect()
            }
        }
    }

    /// The writes that demand that the right is as it was loaded, and count one
    /// more grant below it.
    pub(super) fn counting_one_more(&self) -> Vec<Write> {
        let above = self.above();
        let above = above.iter().map(|record| records::count_below(record, 1));
        above.chain([records::unchanged_license(self.head())]).collect()
    }

    pub(super) async fn commit(&self, cx: &Context, change: Change, events: &[Event]) -> Result<(), Setback> {
        match self {
            Self::Owner(allowed) => cx.commit_telling(allowed, change, events).await,
            Self::Grantee(allowed) => cx.commit_telling(allowed, change, events).await,
        }
    }
}

/// What a new grant of this license to this principal depends on.
///
/// # Errors
/// [`Error`] if there is no such license, or the caller may not grant it (G-2).
pub(super) async fn load(cx: &Context, license: &str, principal: &Principal) -> Result<Loaded, Error> {
    let unknown = || {
        Error::invalid(format_args!(
            "license `{license}` does not exist; ListLicenses and ListReceivedLicenses show which do"
        ))
    };
    let arn = LicenseArn::parse(license).map_err(|_| unknown())?;
    let keys =
        [records::head_key(&arn), records::grant_count_key(&arn), records::granted_key(&arn, principal)];
    let items = cx.service.store.get(&keys).await?;
    let [Some(head), count, noted] = <[_; 3]>::try_from(items).unwrap_or_default() else {
        return Err(unknown());
    };
    let head: Head = head.read()?;
    if !head.is_readable(cx.now) {
        return Err(unknown());
    }
    let count = count.map(|item| item.read()).transpose()?;
    let noted = noted.map(|item| item.read()).transpose()?;
    Ok(Loaded { right: right(cx, head).await?, count, noted })
}

async fn right(cx: &Context, head: Head) -> Result<Right, Error> {
    let not_allowed = |reason: Option<NotUsable>| {
        let what = "create a grant of this license";
        reason.map_or_else(|| not_allowed(cx, what), |reason| not_allowed(cx, &format!("{what}: {reason}")))
    };
    if head.license.owner() == &cx.caller.account {
        return allow::owner(&cx.caller, head)
            .map(|allowed| Right::Owner(Box::new(allowed)))
            .ok_or_else(|| not_allowed(None));
    }
    let operation = AllowedOperation::CreateGrant;
    let stored = right_to(&cx.service, &cx.caller.account, &head.license, operation, cx.now).await?;
    let stored = stored.map_err(not_allowed)?;
    allow::grantee(&cx.caller, stored)
        .map(|allowed| Right::Grantee(Box::new(allowed)))
        .ok_or_else(|| not_allowed(None))
}

/// A license has one live grant to a principal (G-9). Answers the one that was
/// noted, if it has ended with what it was made under.
pub(super) async fn check_not_granted(
    cx: &Context,
    noted: Option<GrantPointer>,
) -> Result<Option<GrantPointer>, Error> {
    let Some(noted) = noted else { return Ok(None) };
    let stored = load_grants(&cx.service, std::slice::from_ref(&noted), cx.now).await?.pop();
    match stored.filter(|stored| stored.standing.status.is_live()) {
        Some(_) => Err(refused(cx, &Refusal::AlreadyGranted(noted.grant_arn))),
        None => Ok(Some(noted)),
    }
}
