//! Organizations and the accounts in them.

use std::collections::BTreeMap;

use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use licentia_core::time::Timestamp;

use super::record::{self, Member, Organization};
use super::{OrganizationError, Own, mint};
use crate::organization::ServicePrincipal;
use crate::store::{Guard, Write};

impl Own {
    /// Makes an organization with the account that manages it.
    ///
    /// # Errors
    /// [`OrganizationError::InOrganization`].
    pub async fn create(
        &self,
        management: &AccountId,
        all_features: bool,
        now: Timestamp,
    ) -> Result<Organization, OrganizationError> {
        self.repeated(|| self.try_create(management, all_features, now)).await
    }

    async fn try_create(
        &self,
        management: &AccountId,
        all_features: bool,
        now: Timestamp,
    ) -> Result<Organization, OrganizationError> {
        self.check_free(management).await?;
        let organization = Organization {
            id: mint::organization_id()?,
            root: mint::root_id()?,
            management: management.clone(),
            all_features,
            created: now,
            revision: 1,
            administrators: BTreeMap::new(),
        };
        let member = Member {
            account: management.clone(),
            organization: organization.id.clone(),
            ou_path: Vec::new(),
            joined: now,
        };
        let put = Write::Put(organization.item()?, vec![Guard::Absent]);
        self.commit(std::iter::once(put).chain(member.put(&Guard::Absent)?)).await?;
        Ok(organization)
    }

    /// Removes an organization that has no unit, and no account but the one
    /// that manages it.
    ///
    /// # Errors
    /// [`OrganizationError::NotEmpty`].
    pub async fn delete(&self, id: &OrganizationId) -> Result<(), OrganizationError> {
        self.repeated(|| self.try_delete(id)).await
    }

    async fn try_delete(&self, id: &OrganizationId) -> Result<(), OrganizationError> {
        let organization = self.known(id).await?;
        let members = self.members(id).await?;
        let [management] = members.as_slice() else { return Err(OrganizationError::NotEmpty) };
        if !self.units(id).await?.is_empty() {
            return Err(OrganizationError::NotEmpty);
        }
        let delete = Write::Delete(record::organization_key(id), vec![organization.unchanged()]);
        self.commit(std::iter::once(delete).chain(management.delete())).await
    }

    /// Lets an account join an organization, in a unit or right under its root.
    ///
    /// # Errors
    /// [`OrganizationError::InOrganization`], or an unknown organization or
    /// unit.
    pub async fn join(
        &self,
        organization: &OrganizationId,
        account: &AccountId,
        unit: Option<&OuId>,
        now: Timestamp,
    ) -> Result<(), OrganizationError> {
        self.repeated(|| self.try_join(organization, account, unit, now)).await
    }

    async fn try_join(
        &self,
        organization: &OrganizationId,
        account: &AccountId,
        unit: Option<&OuId>,
        now: Timestamp,
    ) -> Result<(), OrganizationError> {
        let organization = self.known(organization).await?;
        self.check_free(account).await?;
        let member = Member {
            account: account.clone(),
            organization: organization.id.clone(),
            ou_path: self.path(&organization.id, unit).await?,
            joined: now,
        };
        self.apply(&organization, organization.clone(), member.put(&Guard::Absent)?).await
    }

    /// Moves an account within its organization: into a unit, or right under
    /// the root.
    ///
    /// # Errors
    /// [`OrganizationError::InNone`] or [`OrganizationError::UnknownUnit`].
    pub async fn move_to(&self, account: &AccountId, unit: Option<&OuId>) -> Result<(), OrganizationError> {
        self.repeated(|| self.try_move_to(account, unit)).await
    }

    async fn try_move_to(&self, account: &AccountId, unit: Option<&OuId>) -> Result<(), OrganizationError> {
        let (member, organization) = self.of(account).await?;
        let ou_path = self.path(&organization.id, unit).await?;
        if ou_path == member.ou_path {
            return Ok(());
        }
        let moved = Member { ou_path, ..member };
        self.apply(&organization, organization.clone(), moved.put(&Guard::Present)?).await
    }

    /// Lets an account leave its organization, which it administers no longer.
    ///
    /// # Errors
    /// [`OrganizationError::InNone`] or [`OrganizationError::Management`].
    pub async fn leave(&self, account: &AccountId) -> Result<(), OrganizationError> {
        self.repeated(|| self.try_leave(account)).await
    }

    async fn try_leave(&self, account: &AccountId) -> Result<(), OrganizationError> {
        let (member, organization) = self.of(account).await?;
        if account == &organization.management {
            return Err(OrganizationError::Management(account.clone()));
        }
        let mut after = organization.clone();
        after.administrators.remove(account);
        self.apply(&organization, after, member.delete()).await
    }

    /// Lets a member administer a service for its organization (O-7).
    ///
    /// # Errors
    /// [`OrganizationError::InNone`], [`OrganizationError::Management`] or
    /// [`OrganizationError::ConsolidatedBilling`].
    pub async fn delegate(
        &self,
        account: &AccountId,
        service: ServicePrincipal,
    ) -> Result<(), OrganizationError> {
        self.repeated(|| self.try_delegate(account, service)).await
    }

    async fn try_delegate(
        &self,
        account: &AccountId,
        service: ServicePrincipal,
    ) -> Result<(), OrganizationError> {
        let (_, organization) = self.of(account).await?;
        if account == &organization.management {
            return Err(OrganizationError::Management(account.clone()));
        }
        if !organization.all_features {
            return Err(OrganizationError::ConsolidatedBilling);
        }
        let mut after = organization.clone();
        match after.administrators.entry(account.clone()).or_default().insert(service) {
            true => self.apply(&organization, after, []).await,
            false => Ok(()),
        }
    }

    /// Ends the delegation.
    ///
    /// # Errors
    /// [`OrganizationError::InNone`].
    pub async fn undelegate(
        &self,
        account: &AccountId,
        service: ServicePrincipal,
    ) -> Result<(), OrganizationError> {
        self.repeated(|| self.try_undelegate(account, service)).await
    }

    async fn try_undelegate(
        &self,
        account: &AccountId,
        service: ServicePrincipal,
    ) -> Result<(), OrganizationError> {
        let (_, organization) = self.of(account).await?;
        let mut after = organization.clone();
        let Some(services) = after.administrators.get_mut(account) else { return Ok(()) };
        if !services.remove(&service) {
            return Ok(());
        }
        after.administrators.retain(|_, services| !services.is_empty());
        self.apply(&organization, after, []).await
    }

    async fn check_free(&self, account: &AccountId) -> Result<(), OrganizationError> {
        match self.member(account).await? {
            None => Ok(()),
            Some(Member { account, organization, .. }) => {
                Err(OrganizationError::InOrganization { account, organization })
            }
        }
    }
}
