//! Looking after the grants to organizations: what was interrupted is gone on
//! with, and who joins or leaves is noticed (G-26).

use std::sync::Arc;
use std::time::Duration;

use licentia_core::grant::GrantStatus;
use licentia_core::time::Timestamp;

use super::settle::{place, settle};
use super::{StoredGrant, load_grants};
use crate::context::Service;
use crate::records::{self, GrantPointer};
use crate::store::Unavailable;

/// How often the organizations are looked at.
const EVERY: Duration = Duration::from_secs(10);
/// Grants read at once.
const PAGE: usize = 100;

/// Looks after the grants to organizations as long as it is polled.
pub async fn look_after(service: Arc<Service>) {
    let mut turn = tokio::time::interval(EVERY);
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        let Ok(now) = service.clock.now() else { continue };
        match settle_all(&service, now).await {
            Ok(0) => {}
            Ok(grants) => tracing::info!(grants, "settled"),
            Err(error) => tracing::warn!(%error, "grants to organizations are not looked after"),
        }
    }
}

/// Settles every grant to an organization that needs it: one that is being
/// distributed, or whose members have changed since. Answers how many were
/// looked at for that.
///
/// # Errors
/// [`Unavailable`] if the store or the directory did not answer.
pub async fn settle_all(service: &Service, now: Timestamp) -> Result<usize, Unavailable> {
    let mut query = records::grants_to_organizations(PAGE);
    let mut settled = 0;
    loop {
        let page = service.store.query(&query).await?;
        let pointers: Vec<GrantPointer> =
            page.items.iter().map(records::read_pointer).collect::<Result<_, _>>()?;
        for stored in load_grants(service, &pointers, now).await? {
            if !is_due(service, &stored).await? {
                continue;
            }
            settled += 1;
            let grant = stored.record.pointer();
            if let Err(error) = settle(service, &grant, usize::MAX, now).await {
                tracing::warn!(grant = %grant.grant_arn, %error, "members are not settled yet");
            }
        }
        query.after = page.items.last().and_then(|item| item.index.as_ref()).map(|place| place.sort.clone());
        if !page.more {
            return Ok(settled);
        }
    }
}

/// Grants are changed at home (H-1); there, whatever is not settled is due.
async fn is_due(service: &Service, stored: &StoredGrant) -> Result<bool, Unavailable> {
    let grant = &stored.record.grant;
    if grant.home_region != service.region {
        return Ok(false);
    }
    if !stored.standing.status.is_live() || grant.grant_status == GrantStatus::PendingWorkflow {
        return Ok(true);
    }
    let Some((organization, _)) = place(&grant.grantee_principal_arn) else { return Ok(false) };
    Ok(service.organizations.revision(organization).await? != stored.record.settled)
}
