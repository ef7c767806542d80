//! `licentia organizations`.

mod accounts;
mod show;
mod units;

use std::io::Write;

use clap::Subcommand;
use licentia_core::arn::AccountId;
use licentia_core::principal::OrganizationId;
use licentia_core::time::Timestamp;

use self::accounts::MembersCommand;
use self::show::{features, show};
use self::units::UnitsCommand;
use super::CommandError;
use super::command::account_id;
use crate::identity::Directory;
use crate::organization::ServicePrincipal;
use crate::organization::own::{Organization, Own};

/// Make and change organizations, their units and their accounts.
#[derive(Clone, Debug, Subcommand)]
pub enum OrganizationsCommand {
    /// Make an organization.
    Create {
        /// The account that manages it.
        #[arg(long, value_parser = account_id)]
        management: AccountId,
        /// Leave out all features but consolidated billing.
        #[arg(long)]
        consolidated_billing: bool,
    },
    /// List all organizations.
    List,
    /// Show the units and the accounts of an organization.
    Show {
        /// The organization's id.
        organization: OrganizationId,
    },
    /// Remove an organization that has no units and no other accounts.
    Delete {
        /// The organization's id.
        organization: OrganizationId,
    },
    /// Make, list and remove the units of an organization.
    #[command(subcommand)]
    Units(UnitsCommand),
    /// Let accounts join an organization, move within it, and leave it.
    #[command(subcommand)]
    Accounts(MembersCommand),
    /// Let a member administer a service for its organization.
    Delegate {
        /// The member.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// What it administers.
        #[arg(long, value_parser = service, default_value = ServicePrincipal::LicenseManager.name())]
        service: ServicePrincipal,
    },
    /// End the delegation.
    Undelegate {
        /// The member.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// What it administered.
        #[arg(long, value_parser = service, default_value = ServicePrincipal::LicenseManager.name())]
        service: ServicePrincipal,
    },
}

impl OrganizationsCommand {
    /// Does it, and tells what was done and what comes next.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn run(
        self,
        own: &Own,
        directory: &Directory,
        now: Timestamp,
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        let text = match self {
            Self::Create { management, consolidated_billing } => {
                check_account(directory, &management).await?;
                let made = own.create(&management, !consolidated_billing, now).await;
                let made = made.map_err(CommandError::new)?;
                format!(
                    "organization {id} made, {}, managed by account {management}\n\
                     next: licentia organizations accounts join --organization {id} --account …\n",
                    features(&made),
                    id = made.id,
                )
            }
            Self::List => {
                let all = own.organizations().await.map_err(CommandError::new)?;
                let line = |one: &Organization| {
                    let Organization { id, created, management, .. } = one;
                    format!("{id}  {created}  {management}  {}\n", features(one))
                };
                all.iter().map(line).collect()
            }
            Self::Show { organization } => show(own, &organization).await?,
            Self::Delete { organization } => {
                own.delete(&organization).await.map_err(CommandError::new)?;
                format!("organization {organization} is deleted\n")
            }
            Self::Units(command) => command.run(own).await?,
            Self::Accounts(command) => command.run(own, directory, now).await?,
            Self::Delegate { account, service } => {
                own.delegate(&account, service).await.map_err(CommandError::new)?;
                format!("account {account} administers {service} for its organization\n")
            }
            Self::Undelegate { account, service } => {
                own.undelegate(&account, service).await.map_err(CommandError::new)?;
                format!("account {account} does not administer {service} for its organization\n")
            }
        };
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}

/// Only accounts that are there can be put into an organization.
async fn check_account(directory: &Directory, account: &AccountId) -> Result<(), CommandError> {
    match directory.account(account).await.map_err(CommandError::new)? {
        Some(_) => Ok(()),
        None => Err(CommandError::new(format_args!(
            "there is no account {account}; see `licentia accounts list`"
        ))),
    }
}

fn service(text: &str) -> Result<ServicePrincipal, String> {
    let found = ServicePrincipal::ALL.into_iter().find(|service| service.name() == text);
    found.ok_or_else(|| {
        format!("not one of {}", ServicePrincipal::ALL.map(ServicePrincipal::name).join(" and "))
    })
}
