//! `licentia organizations show`.

use std::fmt::Write;

use licentia_core::principal::{OrganizationId, OuId, Principal};

use super::CommandError;
use crate::organization::own::{Member, Organization, OrganizationError, Own, Unit};

/// The organization as a tree, with the ARNs that grants name it by.
pub(super) async fn show(own: &Own, id: &OrganizationId) -> Result<String, CommandError> {
    let found = own.organization(id).await.map_err(CommandError::new)?;
    let unknown = || CommandError::new(OrganizationError::UnknownOrganization(id.clone()));
    let organization = found.ok_or_else(unknown)?;
    let units = own.units(id).await.map_err(CommandError::new)?;
    let members = own.members(id).await.map_err(CommandError::new)?;
    let arn =
        Principal::Organization { management: organization.management.clone(), organization: id.clone() };
    let mut text = format!("{id}  {}  {arn}\n", features(&organization));
    write_level(&mut text, &organization, &units, &members, &[]).map_err(CommandError::new)?;
    Ok(text)
}

/// Whether it has all features.
pub(super) const fn features(organization: &Organization) -> &'static str {
    if organization.all_features { "all features" } else { "consolidated billing" }
}

/// The accounts right under this path, then its units with what is under them.
fn write_level(
    text: &mut String,
    organization: &Organization,
    units: &[Unit],
    members: &[Member],
    path: &[OuId],
) -> std::fmt::Result {
    let indent = "  ".repeat(path.len() + 1);
    for Member { account, .. } in members.iter().filter(|member| member.ou_path == path) {
        write!(text, "{indent}{account}")?;
        if account == &organization.management {
            text.push_str("  management account");
        }
        for service in organization.administrators.get(account).into_iter().flatten() {
            write!(text, "  administers {service}")?;
        }
        text.push('\n');
    }
    for unit in units.iter().filter(|unit| unit.parents() == path) {
        let Some(id) = unit.id() else { continue };
        let arn = Principal::Unit {
            management: organization.management.clone(),
            organization: organization.id.clone(),
            unit: id.clone(),
        };
        writeln!(text, "{indent}{id}  {}  {arn}", unit.name)?;
        write_level(text, organization, units, members, &unit.path)?;
    }
    Ok(())
}
