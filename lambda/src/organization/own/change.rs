//! How every change is made: decided on one revision of the organization,
//! applied to no other, and decided again if another change came first.

use std::future::Future;
use std::time::Duration;

use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use serde_json::json;

use super::record::{self, Member, Organization};
use super::{OrganizationError, Own};
use crate::secret::random;
use crate::store::{Change, CommitError, Guard, Item, Key, Path, Write};

/// How deep units may be nested, as at AWS.
pub(super) const DEEPEST: usize = 5;
/// How often a change is decided again; enough for a storm of 64 changes of
/// one organization.
const TRIES: u32 = 30;

impl Own {
    /// Does it again while other changes come first.
    pub(super) async fn repeated<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, OrganizationError>
    where
        F: Future<Output = Result<T, OrganizationError>>,
    {
        for count in 1..TRIES {
            match attempt().await {
                Err(OrganizationError::Busy) => pause(count).await?,
                done => return done,
            }
        }
        Err(OrganizationError::Busy)
    }

    /// Applies the writes if the organization is still as `before`.
    pub(super) async fn apply(
        &self,
        before: &Organization,
        mut after: Organization,
        writes: impl IntoIterator<Item = Write>,
    ) -> Result<(), OrganizationError> {
        after.revision = before.revision + 1;
        let put = Write::Put(after.item()?, vec![before.unchanged()]);
        self.commit(std::iter::once(put).chain(writes)).await
    }

    pub(super) async fn commit(
        &self,
        writes: impl IntoIterator<Item = Write>,
    ) -> Result<(), OrganizationError> {
        let change = Change(writes.into_iter().collect());
        self.store.commit(&change).await.map_err(|error| match error {
            CommitError::Refused { .. } | CommitError::Busy => OrganizationError::Busy,
            error => OrganizationError::Store(error),
        })
    }

    pub(super) async fn known(&self, id: &OrganizationId) -> Result<Organization, OrganizationError> {
        let found = self.organization(id).await?;
        found.ok_or_else(|| OrganizationError::UnknownOrganization(id.clone()))
    }

    /// The account as a member, and its organization.
    pub(super) async fn of(&self, account: &AccountId) -> Result<(Member, Organization), OrganizationError> {
        let found = self.member(account).await?;
        let member = found.ok_or_else(|| OrganizationError::InNone(account.clone()))?;
        // It is deleted together with its last member.
        let organization = self.organization(&member.organization).await?.ok_or(OrganizationError::Busy)?;
        Ok((member, organization))
    }

    /// The path of a unit; the root's is empty.
    pub(super) async fn path(
        &self,
        organization: &OrganizationId,
        unit: Option<&OuId>,
    ) -> Result<Vec<OuId>, OrganizationError> {
        let Some(unit) = unit else { return Ok(Vec::new()) };
        let found = self.unit(organization, unit).await?;
        found.map(|found| found.path).ok_or_else(|| OrganizationError::UnknownUnit(unit.clone()))
    }
}

impl Organization {
    /// Holds while nothing of it has changed.
    pub(super) fn unchanged(&self) -> Guard {
        Guard::Equals(Path::member("revision"), json!(self.revision))
    }
}

impl Member {
    /// Stores it in both its places.
    pub(super) fn put(&self, guard: &Guard) -> Result<[Write; 2], OrganizationError> {
        let [listed, found] = self.keys();
        let put = |key| Item::new(key, self).map(|item| Write::Put(item, vec![guard.clone()]));
        Ok([put(listed)?, put(found)?])
    }

    /// Removes it from both its places.
    pub(super) fn delete(&self) -> [Write; 2] {
        self.keys().map(|key| Write::Delete(key, vec![Guard::Present]))
    }

    fn keys(&self) -> [Key; 2] {
        [record::member_key(&self.organization, &self.account), record::membership_key(&self.account)]
    }
}

/// Longer each time, by a random part.
async fn pause(count: u32) -> Result<(), OrganizationError> {
    let [random] = *random::<1>()?;
    let most = 2_u64.saturating_pow(count).min(256);
    tokio::time::sleep(Duration::from_millis(u64::from(random) % most + 1)).await;
    Ok(())
}
