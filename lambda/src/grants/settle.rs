//! Sub-grants: each member of an organization or a unit that a license was
//! granted to has one, and who leaves has none (G-25, G-26).
//!
//! Settling may be interrupted anywhere, and done by several at once: each
//! sub-grant is made in one change with the note that its member has it,
//! nothing is written for a state of the organization older than the last one
//! that was settled, and no state is settled while another one changes members.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use licentia_core::arn::AccountId;
use licentia_core::grant::{Event as Step, Grant, GrantStatus, Operations, Override, Wanted};
use licentia_core::principal::{OrganizationId, OuId, Principal};
use licentia_core::time::Timestamp;

use super::replace::{put_version, replace_alone};
use super::told::ending_with;
use super::{
    Activation, ActivationError, Steps, StoredGrant, first_version, load_grant, mint, put_new, ties,
};
use crate::context::Service;
use crate::events::Event;
use crate::organization::Revision;
use crate::records::{self, GrantPointer, GrantRecord};
use crate::secret::NoEntropy;
use crate::store::{Change, CommitError, Item, Unavailable, Write};

/// Pointers read at once.
const PAGE: usize = 500;
/// Sub-grants made in one change: each takes up to 8 writes of the 100.
const TOGETHER: usize = 12;
/// Bytes of the sub-grants made in one change; DynamoDB takes 4 MB.
const TOGETHER_BYTES: usize = 1_500_000;
/// How often a change that something was in the way of is tried.
const TRIES: u64 = 20;

/// Why members are not settled.
#[derive(Debug)]
pub(crate) enum SettleError {
    /// Others were in the way each time.
    Busy,
    /// The store did not do it, or did not say.
    Store(CommitError),
    /// The system has no randomness.
    NoEntropy(NoEntropy),
}

/// Makes what sub-grants are missing and ends those of who has left, with up to
/// so many changes; then the grant is distributed. What is left is settled by
/// whoever settles next.
///
/// # Errors
/// [`SettleError`]; whoever settles next goes on from there.
pub(crate) async fn settle(
    service: &Service,
    grant: &GrantPointer,
    most_changes: usize,
    now: Timestamp,
) -> Result<(), SettleError> {
    let mut changes = 0;
    for tries in 0..TRIES {
        tokio::time::sleep(Duration::from_millis(tries * 10)).await;
        let Some(stored) = load_grant(service, &grant.grant_arn, now).await? else { return Ok(()) };
        match Settlement::of(service, &stored, now).await?.carry_out(most_changes, &mut changes).await {
            Err(SettleError::Busy) => {}
            done => return done,
        }
    }
    Err(SettleError::Busy)
}

/// A grant to an organization, and what it takes to settle it.
struct Settlement<'a> {
    service: &'a Service,
    stored: &'a StoredGrant,
    now: Timestamp,
    /// The state of the organization that is settled; none if it is gone.
    revision: Option<Revision>,
    /// Whether sub-grants are accepted by themselves (G-19).
    accepted: bool,
    /// Members without a sub-grant.
    joined: Vec<AccountId>,
    /// Sub-grants of who is no member.
    left: Vec<(AccountId, GrantPointer)>,
}

impl<'a> Settlement<'a> {
    async fn of(service: &'a Service, stored: &'a StoredGrant, now: Timestamp) -> Result<Self, SettleError> {
        let grant = &stored.record.grant;
        let (mut joined, mut left) = (vec![], vec![]);
        let (mut revision, mut accepted) = (None, false);
        if let Some((organization, unit)) = place(&grant.grantee_principal_arn) {
            // The revision first: who joins after it was read is settled next.
            revision = service.organizations.revision(organization).await?;
            accepted = ties(service, grant.maker(), &grant.grantee_principal_arn).await?.are_linked();
            let mut present = noted(service, grant).await?;
            for account in service.organizations.accounts_under(organization, unit).await? {
                if present.remove(&account).is_none() && &account != grant.maker() {
                    joined.push(account);
                }
            }
            left = present.into_iter().collect();
        }
        Ok(Self { service, stored, now, revision, accepted, joined, left })
    }

    async fn carry_out(self, most_changes: usize, changes: &mut usize) -> Result<(), SettleError> {
        let record = &self.stored.record;
        if !self.stored.standing.status.is_live() {
            self.commit(vec![records::leave_members(record)], &[]).await?;
            return Ok(());
        }
        let mut own_changes = 0;
        let together = if self.takes_turns() { 1 } else { self.together()? };
        for accounts in self.joined.chunks(together) {
            if *changes == most_changes {
                return Ok(());
            }
            *changes += 1;
            self.make(accounts).await?;
            own_changes += 1;
        }
        for (account, sub_grant) in &self.left {
            if *changes == most_changes {
                return Ok(());
            }
            *changes += 1;
            self.end(account, sub_grant).await?;
            own_changes += 1;
        }
        self.finish(own_changes).await
    }

    /// How many sub-grants fit into one change.
    fn together(&self) -> Result<usize, Unavailable> {
        let body = records::grant_item(&self.stored.record)?.body;
        let bytes = serde_json::to_vec(&body).map_err(|error| Unavailable(error.to_string()))?.len();
        // Each stands there twice: as it is, and as its first version.
        Ok((TOGETHER_BYTES / (2 * bytes)).clamp(1, TOGETHER))
    }

    /// Whether sub-grants are activated at once, of a product of which only one
    /// may be active.
    fn takes_turns(&self) -> bool {
        self.activates() && self.stored.license().is_from_marketplace()
    }

    const fn activates(&self) -> bool {
        self.accepted && self.stored.record.activates
    }

    async fn make(&self, accounts: &[AccountId]) -> Result<(), SettleError> {
        let StoredGrant { record, above, head, .. } = self.stored;
        let above: Vec<GrantRecord> = above.iter().chain([record]).cloned().collect();
        let (mut writes, mut events) = (self.changing_members(0), vec![]);
        for account in accounts {
            let (sub_grant, activating) = self.sub_grant(account, &above).await?;
            events.push(Event::grant(&sub_grant.grant, self.now));
            writes.extend(put_new(&sub_grant, &head.license, &above)?);
            writes.push(records::note_member(&record.grant.grant_arn, account, &sub_grant)?);
            writes.extend(activating.writes);
            events.extend(activating.events);
        }
        self.commit(writes, &events).await
    }

    /// The sub-grant of a member, and the steps that activate it. It allows
    /// whatever the grant above it does (G-25).
    async fn sub_grant(
        &self,
        account: &AccountId,
        above: &[GrantRecord],
    ) -> Result<(GrantRecord, Steps), SettleError> {
        let (grant, license) = (&self.stored.record.grant, self.stored.license());
        let arn = mint(grant.maker(), self.now).map_err(SettleError::NoEntropy)?;
        let chosen: Option<Override> = grant.options.map(|options| options.activation_override_behavior);
        let (status, activating) = if self.takes_turns() {
            let turn = Activation::next(self.service, account, license, &arn, self.now).await?;
            match turn.steps(chosen) {
                Ok(steps) => (GrantStatus::Active, steps),
                // Another grant of the product is active: the member decides (G-22).
                Err(ActivationError::Refused(_)) => (GrantStatus::Disabled, Steps::default()),
                Err(ActivationError::Unavailable(unavailable)) => return Err(unavailable.into()),
            }
        } else {
            let status = match (self.accepted, self.activates()) {
                (_, true) => GrantStatus::Active,
                (true, false) => GrantStatus::Disabled,
                (false, false) => GrantStatus::PendingAccept,
            };
            (status, Steps::default())
        };
        let wanted = Wanted {
            principal: Principal::Account(account.clone()),
            operations: Operations::ALL,
            grant_type: grant.grant_type,
            desired_status: None,
            activation_override: chosen,
        };
        let parents = above.iter().map(|record| record.grant.grant_arn.clone()).collect();
        let record = first_version(arn, grant.grant_name.clone(), wanted, license, parents, status);
        Ok((GrantRecord { is_sub_grant: true, ..record }, activating))
    }

    async fn end(&self, account: &AccountId, sub_grant: &GrantPointer) -> Result<(), SettleError> {
        let forget = records::forget_member(&self.stored.record.grant.grant_arn, account);
        let (mut writes, mut events) = (vec![forget], vec![]);
        let sub_grant = load_grant(self.service, &sub_grant.grant_arn, self.now).await?;
        let sub_grant = sub_grant.filter(|sub_grant| sub_grant.standing.status.is_live());
        match sub_grant {
            None => writes.extend(self.changing_members(0)),
            Some(sub_grant) => {
                let reason = Some("the account has left".to_owned());
                let next = sub_grant.record.grant.after(&sub_grant.standing, Step::Delete, reason);
                let grant = next.map_err(|_| SettleError::Busy)?;
                events.push(Event::grant(&grant, self.now));
                let arn = &grant.grant_arn;
                events.extend(ending_with(self.service, &grant.license_arn, Some(arn), self.now).await?);
                let ended = sub_grant.record.counts_for();
                writes.extend(records::grants_less(&grant.license_arn, ended));
                writes.extend(self.changing_members(ended.saturating_neg()));
                writes.extend(replace_alone(&sub_grant, &GrantRecord { grant, ..sub_grant.record.clone() })?);
            }
        }
        self.commit(writes, &events).await
    }

    /// Notes what was settled; a grant that was being distributed is distributed
    /// now, or could not be, where there is no organization any more.
    async fn finish(&self, own_changes: u64) -> Result<(), SettleError> {
        let record = &self.stored.record;
        let event = if self.revision.is_some() { Step::Distribute } else { Step::Fail };
        let grant = record.grant.after(&self.stored.standing, event, None);
        let is_distributed = grant.is_ok();
        if !is_distributed && self.revision == record.settled {
            return Ok(());
        }
        let grant = grant.unwrap_or_else(|_| record.grant.clone());
        let after = GrantRecord { grant, settled: self.revision.clone(), ..record.clone() };
        let (mut writes, mut events) = (vec![records::settle_grant(record, &after, own_changes)], vec![]);
        if is_distributed {
            events.push(Event::grant(&after.grant, self.now));
            writes.push(put_version(self.stored, &after.grant)?);
            writes.extend(self.stored.unchanged_above(0));
        }
        self.commit(writes, &events).await
    }

    /// The writes that demand that nothing has changed since the grant was
    /// loaded, but for members, and change by how much counts below it.
    fn changing_members(&self, below: i64) -> Vec<Write> {
        let mut writes = self.stored.unchanged_above(below);
        writes.push(records::change_members(&self.stored.record, below));
        writes
    }

    async fn commit(&self, writes: Vec<Write>, events: &[Event]) -> Result<(), SettleError> {
        let done = self.service.commit_telling(Change(writes), events, self.now).await;
        self.service.recent.forget_all();
        match done {
            Ok(()) => Ok(()),
            Err(CommitError::Refused { .. } | CommitError::Busy) => Err(SettleError::Busy),
            Err(error) => Err(SettleError::Store(error)),
        }
    }
}

/// The organization, and the unit of it, that a principal is.
pub(super) const fn place(principal: &Principal) -> Option<(&OrganizationId, Option<&OuId>)> {
    match principal {
        Principal::Account(_) => None,
        Principal::Organization { organization, .. } => Some((organization, None)),
        Principal::Unit { organization, unit, .. } => Some((organization, Some(unit))),
    }
}

/// The members that have a sub-grant.
async fn noted(service: &Service, grant: &Grant) -> Result<BTreeMap<AccountId, GrantPointer>, Unavailable> {
    let mut query = records::members(&grant.grant_arn, PAGE);
    let mut noted = BTreeMap::new();
    loop {
        let page = service.store.query(&query).await?;
        for item in &page.items {
            noted.insert(records::member_of(item)?, records::read_pointer(item)?);
        }
        query.after = page.items.last().map(|item: &Item| item.key.sort.clone());
        if !page.more {
            return Ok(noted);
        }
    }
}

impl fmt::Display for SettleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("others were in the way each time"),
            Self::Store(error) => write!(f, "the store did not do it, or did not say: {error:?}"),
            Self::NoEntropy(error) => error.fmt(f),
        }
    }
}

impl From<Unavailable> for SettleError {
    fn from(unavailable: Unavailable) -> Self {
        Self::Store(unavailable.into())
    }
}
