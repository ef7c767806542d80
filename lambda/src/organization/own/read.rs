//! What can be asked.

use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use serde::de::DeserializeOwned;

use super::Own;
use super::record::{self, Member, Organization, Unit};
use crate::organization::{Membership, Organizations, Revision, ServicePrincipal};
use crate::store::{Key, Query, Unavailable};

/// Items read at once.
const PAGE: usize = 1000;

impl Own {
    /// The organization of this id, if there is one.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn organization(&self, id: &OrganizationId) -> Result<Option<Organization>, Unavailable> {
        self.one(record::organization_key(id)).await
    }

    /// All organizations by id; one made a moment ago may not be among them.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn organizations(&self) -> Result<Vec<Organization>, Unavailable> {
        self.every(record::all(PAGE)).await
    }

    /// The units of an organization, by id.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn units(&self, organization: &OrganizationId) -> Result<Vec<Unit>, Unavailable> {
        self.every(record::units(organization, PAGE)).await
    }

    /// The accounts of an organization, by number.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn members(&self, organization: &OrganizationId) -> Result<Vec<Member>, Unavailable> {
        self.every(record::members(organization, PAGE)).await
    }

    pub(super) async fn unit(
        &self,
        organization: &OrganizationId,
        unit: &OuId,
    ) -> Result<Option<Unit>, Unavailable> {
        self.one(record::unit_key(organization, unit)).await
    }

    pub(super) async fn member(&self, account: &AccountId) -> Result<Option<Member>, Unavailable> {
        self.one(record::membership_key(account)).await
    }

    async fn one<T: DeserializeOwned>(&self, key: Key) -> Result<Option<T>, Unavailable> {
        let found = self.store.get(&[key]).await?;
        found.into_iter().flatten().next().map(|item| item.read()).transpose()
    }

    async fn every<T: DeserializeOwned>(&self, mut query: Query) -> Result<Vec<T>, Unavailable> {
        let mut found = Vec::new();
        loop {
            let page = self.store.query(&query).await?;
            for item in &page.items {
                found.push(item.read()?);
            }
            match page.items.last() {
                Some(last) if page.more => {
                    let place = if query.through_index { last.index.as_ref() } else { Some(&last.key) };
                    query.after = place.map(|place| place.sort.clone());
                }
                _ => return Ok(found),
            }
        }
    }
}

#[async_trait::async_trait]
impl Organizations for Own {
    async fn membership(&self, account: &AccountId) -> Result<Option<Membership>, Unavailable> {
        let Some(member) = self.member(account).await? else { return Ok(None) };
        let organization = self.organization(&member.organization).await?;
        // None if it was deleted between the two.
        Ok(organization.map(|organization| Membership {
            organization_id: organization.id,
            management_account: organization.management,
            all_features: organization.all_features,
            ou_path: member.ou_path,
        }))
    }

    async fn accounts_under(
        &self,
        organization: &OrganizationId,
        unit: Option<&OuId>,
    ) -> Result<Vec<AccountId>, Unavailable> {
        let members = self.members(organization).await?.into_iter();
        let under = members.filter(|member| unit.is_none_or(|unit| member.ou_path.contains(unit)));
        Ok(under.map(|member| member.account).collect())
    }

    async fn ou_path(
        &self,
        organization: &OrganizationId,
        unit: &OuId,
    ) -> Result<Option<Vec<OuId>>, Unavailable> {
        Ok(self.unit(organization, unit).await?.map(|unit| unit.path))
    }

    async fn delegated_administrators(
        &self,
        organization: &OrganizationId,
        service: ServicePrincipal,
    ) -> Result<Vec<AccountId>, Unavailable> {
        let Some(organization) = self.organization(organization).await? else { return Ok(Vec::new()) };
        let administrators = organization.administrators.into_iter();
        Ok(administrators
            .filter(|(_, services)| services.contains(&service))
            .map(|(account, _)| account)
            .collect())
    }

    /// An organization that is kept here trusts whoever keeps it.
    async fn trusts(&self, organization: &OrganizationId, _: ServicePrincipal) -> Result<bool, Unavailable> {
        Ok(self.organization(organization).await?.is_some())
    }

    async fn revision(&self, organization: &OrganizationId) -> Result<Option<Revision>, Unavailable> {
        let organization = self.organization(organization).await?;
        Ok(organization.map(|organization| Revision::new(organization.revision)))
    }
}
