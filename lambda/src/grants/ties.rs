//! How accounts, and those that grants name, stand to organizations.

use licentia_core::arn::AccountId;
use licentia_core::grant::Ties;
use licentia_core::principal::Principal;

use crate::context::Service;
use crate::settings;
use crate::store::Unavailable;

/// How the principal stands to the organization that the grantor manages
/// (G-19, G-24).
///
/// # Errors
/// [`Unavailable`] if the directory or the store did not answer.
pub(crate) async fn ties(
    service: &Service,
    grantor: &AccountId,
    principal: &Principal,
) -> Result<Ties, Unavailable> {
    let organizations = &service.organizations;
    let managed = organizations.membership(grantor).await?;
    let Some(managed) = managed.filter(|membership| membership.management_account == *grantor) else {
        return Ok(Ties::None);
    };
    let named = match principal {
        Principal::Account(account) => {
            organizations.membership(account).await?.map(|membership| membership.organization_id)
        }
        Principal::Organization { management, organization }
        | Principal::Unit { management, organization, .. } => {
            (management == grantor).then(|| organization.clone())
        }
    };
    if named.as_ref() != Some(&managed.organization_id) {
        return Ok(Ties::None);
    }
    let depth = match principal {
        Principal::Account(_) | Principal::Organization { .. } => 0,
        Principal::Unit { organization, unit, .. } => {
            let Some(path) = organizations.ou_path(organization, unit).await? else {
                return Ok(Ties::UnknownUnit);
            };
            path.len()
        }
    };
    Ok(Ties::Managed {
        all_features: managed.all_features,
        linked: settings::is_linked(service, grantor).await?,
        nested: depth > 1,
    })
}

/// The principals under which an account receives grants: itself, its
/// organization and the units that it is in (G-30).
///
/// # Errors
/// [`Unavailable`] if the directory did not answer.
pub(crate) async fn principals(
    service: &Service,
    account: &AccountId,
) -> Result<Vec<Principal>, Unavailable> {
    let mut principals = vec![Principal::Account(account.clone())];
    if let Some(membership) = service.organizations.membership(account).await? {
        let (management, organization) = (membership.management_account, membership.organization_id);
        principals.push(Principal::Organization {
            management: management.clone(),
            organization: organization.clone(),
        });
        principals.extend(membership.ou_path.into_iter().map(|unit| Principal::Unit {
            management: management.clone(),
            organization: organization.clone(),
            unit,
        }));
    }
    Ok(principals)
}
