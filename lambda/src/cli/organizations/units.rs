//! `licentia organizations units`.

use clap::Subcommand;
use licentia_core::principal::{OrganizationId, OuId};

use super::CommandError;
use crate::identity::DisplayName;
use crate::organization::own::Own;

/// Make, list and remove the units of an organization.
#[derive(Clone, Debug, Subcommand)]
pub enum UnitsCommand {
    /// Make a unit.
    Create {
        /// The organization.
        #[arg(long)]
        organization: OrganizationId,
        /// The unit to make it in; right under the root if not given.
        #[arg(long, value_name = "UNIT")]
        parent: Option<OuId>,
        /// What people call it.
        #[arg(long)]
        name: DisplayName,
    },
    /// List the units of an organization.
    List {
        /// The organization.
        #[arg(long)]
        organization: OrganizationId,
    },
    /// Remove a unit that has no account and no unit in it.
    Delete {
        /// The organization.
        #[arg(long)]
        organization: OrganizationId,
        /// The unit's id.
        unit: OuId,
    },
}

impl UnitsCommand {
    /// Does it, and says what to print.
    pub(super) async fn run(self, own: &Own) -> Result<String, CommandError> {
        match self {
            Self::Create { organization, parent, name } => {
                let id = own.create_unit(&organization, parent.as_ref(), &name).await;
                let id = id.map_err(CommandError::new)?;
                Ok(format!(
                    "unit {id} ({name}) made\nnext: licentia organizations accounts move --unit {id} --account …\n"
                ))
            }
            Self::List { organization } => {
                let units = own.units(&organization).await.map_err(CommandError::new)?;
                let lines = units.iter().filter_map(|unit| {
                    let path: Vec<&str> = unit.path.iter().map(OuId::as_str).collect();
                    Some(format!("{}  {}  {}\n", unit.id()?, path.join("/"), unit.name))
                });
                Ok(lines.collect())
            }
            Self::Delete { organization, unit } => {
                own.delete_unit(&organization, &unit).await.map_err(CommandError::new)?;
                Ok(format!("unit {unit} is deleted\n"))
            }
        }
    }
}
