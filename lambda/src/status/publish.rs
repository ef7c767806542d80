//! What a list says, computed from what there is.

use licentia_core::arn::LicenseArn;
use licentia_core::grant::{GrantStatus, NotUsable};
use licentia_core::license::{License, Status as LicenseStatus};
use licentia_core::time::Timestamp;
use licentia_core::token::status::{Bits, Status, StatusListClaims, Statuses};

use super::subject::TOKENS_IN_A_LIST;
use super::{Address, Subject};
use crate::context::Service;
use crate::grants::load_grants;
use crate::records::{self, GrantRecord, Head, TakenBack};
use crate::sign::SignError;
use crate::store::Unavailable;

/// Seconds after which verifiers should fetch a list again, the claim `ttl`.
const SECONDS_TO_LIVE: u32 = 900;
/// For how long a list is good, the claim `exp`.
const GOOD_FOR_DAYS: u32 = 1;
/// Tokens taken back that are read at once.
const PAGE: usize = 5000;

/// The list at this address, signed; nothing if its subject is unknown.
pub(super) async fn published(
    service: &Service,
    address: &Address,
    uri: &str,
    now: Timestamp,
) -> Result<Option<String>, SignError> {
    let Some((license, status)) = standing(service, &address.subject, now).await? else { return Ok(None) };
    // INVARIANT: far below what a usize holds.
    let mut statuses =
        Statuses::all(status, Bits::Two, usize::try_from(TOKENS_IN_A_LIST).unwrap_or_default());
    if status != Status::Invalid {
        mark_taken_back(service, address, &mut statuses).await?;
    }
    let issuer = &license.terms.issuer;
    let list = StatusListClaims {
        issuer: &issuer.key_fingerprint,
        uri,
        issued_at: now,
        expires_at: now.plus_days(GOOD_FOR_DAYS),
        seconds_to_live: SECONDS_TO_LIVE,
        statuses: &statuses,
    };
    let sign_key = issuer.sign_key.as_deref();
    Ok(Some(service.signer.sign_status_list(license.owner(), sign_key, &list, now).await?))
}

/// A subject's license, and the status that all tokens of the subject share.
async fn standing(
    service: &Service,
    subject: &Subject,
    now: Timestamp,
) -> Result<Option<(License, Status)>, Unavailable> {
    let grant = match subject {
        Subject::License(arn) => {
            let head = head(service, arn).await?;
            return Ok(head.map(|head| (head.license.clone(), of_license(head.license.status))));
        }
        Subject::Grant(arn) => service.store.get(&[records::grant_key(arn)]).await?.pop().flatten(),
    };
    let Some(grant) = grant else { return Ok(None) };
    let grant: GrantRecord = grant.read()?;
    let Some(Head { license, .. }) = head(service, &grant.grant.license_arn).await? else { return Ok(None) };
    // One whose license is past reading is gone with it.
    let usable = match load_grants(service, &[grant.pointer()], now).await?.pop() {
        Some(stored) => stored.standing.active(),
        None => Err(NotUsable::NotActive(GrantStatus::Deleted)),
    };
    let status = match of_license(license.status) {
        Status::Valid => of_grant(usable),
        status => status,
    };
    Ok(Some((license, status)))
}

/// A license past its end says nothing here: tokens carry their own.
const fn of_license(status: LicenseStatus) -> Status {
    match status {
        LicenseStatus::Available | LicenseStatus::PendingAvailable | LicenseStatus::Expired => Status::Valid,
        LicenseStatus::Suspended => Status::Suspended,
        LicenseStatus::Deactivated | LicenseStatus::PendingDelete | LicenseStatus::Deleted => Status::Invalid,
    }
}

/// A grant that is disabled, or held up by one above it, may be activated
/// again.
const fn of_grant(usable: Result<(), NotUsable>) -> Status {
    match usable {
        Ok(()) => Status::Valid,
        Err(NotUsable::NotActive(
            GrantStatus::Deleted
            | GrantStatus::PendingDelete
            | GrantStatus::Rejected
            | GrantStatus::FailedWorkflow,
        )) => Status::Invalid,
        Err(NotUsable::NotActive(_) | NotUsable::HeldUp(_) | NotUsable::NotGranted(_)) => Status::Suspended,
    }
}

async fn head(service: &Service, arn: &LicenseArn) -> Result<Option<Head>, Unavailable> {
    let item = service.store.get(&[records::head_key(arn)]).await?.pop().flatten();
    item.map(|item| item.read()).transpose()
}

/// Checked in before their end (K-6).
async fn mark_taken_back(
    service: &Service,
    address: &Address,
    statuses: &mut Statuses,
) -> Result<(), Unavailable> {
    let (first, end) = address.tokens();
    let mut query = records::taken_back(address.subject.id(), first, end, PAGE);
    loop {
        let page = service.store.query(&query).await?;
        for item in &page.items {
            let TakenBack { status_index } = item.read()?;
            statuses.set(status_index.saturating_sub(first), Status::Invalid);
        }
        query.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            return Ok(());
        }
    }
}
