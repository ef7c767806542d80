//! The units of an organization.

use licentia_core::principal::{OrganizationId, OuId};

use super::change::DEEPEST;
use super::record::{self, Unit};
use super::{OrganizationError, Own, mint};
use crate::identity::DisplayName;
use crate::store::{Guard, Item, Write};

impl Own {
    /// Makes a unit, in another one or right under the root.
    ///
    /// # Errors
    /// [`OrganizationError::NameTaken`], [`OrganizationError::TooDeep`], or an
    /// unknown organization or parent.
    pub async fn create_unit(
        &self,
        organization: &OrganizationId,
        parent: Option<&OuId>,
        name: &DisplayName,
    ) -> Result<OuId, OrganizationError> {
        self.repeated(|| self.try_create_unit(organization, parent, name)).await
    }

    async fn try_create_unit(
        &self,
        organization: &OrganizationId,
        parent: Option<&OuId>,
        name: &DisplayName,
    ) -> Result<OuId, OrganizationError> {
        let organization = self.known(organization).await?;
        let mut path = self.path(&organization.id, parent).await?;
        if path.len() >= DEEPEST {
            return Err(OrganizationError::TooDeep);
        }
        let units = self.units(&organization.id).await?;
        if units.iter().any(|unit| unit.parents() == path && &unit.name == name) {
            return Err(OrganizationError::NameTaken);
        }
        let id = mint::unit_id(&organization.root)?;
        path.push(id.clone());
        let item = Item::new(record::unit_key(&organization.id, &id), &Unit { path, name: name.clone() })?;
        self.apply(&organization, organization.clone(), [Write::Put(item, vec![Guard::Absent])]).await?;
        Ok(id)
    }

    /// Removes a unit that has no account and no unit in it.
    ///
    /// # Errors
    /// [`OrganizationError::NotEmpty`], or an unknown organization or unit.
    pub async fn delete_unit(
        &self,
        organization: &OrganizationId,
        unit: &OuId,
    ) -> Result<(), OrganizationError> {
        self.repeated(|| self.try_delete_unit(organization, unit)).await
    }

    async fn try_delete_unit(
        &self,
        organization: &OrganizationId,
        id: &OuId,
    ) -> Result<(), OrganizationError> {
        let organization = self.known(organization).await?;
        self.path(&organization.id, Some(id)).await?;
        let (units, members) = (self.units(&organization.id).await?, self.members(&organization.id).await?);
        if units.iter().any(|unit| unit.parents().contains(id))
            || members.iter().any(|member| member.ou_path.contains(id))
        {
            return Err(OrganizationError::NotEmpty);
        }
        let delete = Write::Delete(record::unit_key(&organization.id, id), vec![Guard::Present]);
        self.apply(&organization, organization.clone(), [delete]).await
    }
}
