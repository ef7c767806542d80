//! The settings of accounts, and what follows from them: who has linked
//! Organizations, and who sees a whole organization.
//!
//! | partition | sort | item |
//! |---|---|---|
//! | `A#<account>` | `SETTINGS#<region>` | the settings of an account in a Region |

use licentia_core::arn::AccountId;
use licentia_core::settings::Settings;
use serde::{Deserialize, Serialize};

use crate::context::{Context, Service};
use crate::error::{Error, Kind};
use crate::organization::{Membership, ServicePrincipal};
use crate::store::{Item, Key, Query, Unavailable};

/// More Regions than there are.
const REGIONS: usize = 100;

/// Settings as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SettingsRecord {
    /// The settings.
    pub settings: Settings,
    /// Grows with every change.
    pub revision: u64,
}

/// Where the settings of an account in a Region stand.
#[must_use]
pub fn settings_key(account: &AccountId, region: &str) -> Key {
    Key::new(partition(account), format!("SETTINGS#{region}"))
}

/// The settings of an account in the service's Region; the default if they were
/// never changed.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub async fn load(service: &Service, account: &AccountId) -> Result<SettingsRecord, Unavailable> {
    let found = service.store.get(&[settings_key(account, &service.region)]).await?;
    found.into_iter().flatten().next().map_or_else(|| Ok(SettingsRecord::default()), |item| item.read())
}

/// Whether the account has linked Organizations (O-3), in any Region: what it
/// shares and what is accepted for its members stands in all of them (H-1), so
/// it must not depend on where one looks.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub async fn is_linked(service: &Service, account: &AccountId) -> Result<bool, Unavailable> {
    let page = service.store.query(&Query::prefix(partition(account), "SETTINGS#", REGIONS)).await?;
    let records: Vec<SettingsRecord> = page.items.iter().map(Item::read).collect::<Result<_, _>>()?;
    Ok(records.iter().any(|record| record.settings.is_linked))
}

/// The organization that the caller sees as a whole (O-8): its management
/// account does, and the members that administer License Manager for it, once
/// the management account has linked Organizations.
///
/// # Errors
/// AccessDenied for everybody else.
pub async fn organization_view(cx: &Context) -> Result<Membership, Error> {
    let (account, organizations) = (&cx.caller.account, &cx.service.organizations);
    let Some(membership) = organizations.membership(account).await? else {
        return Err(denied(format_args!("account {account} is in no organization")));
    };
    let Membership { organization_id: id, management_account, all_features, .. } = &membership;
    if management_account != account {
        let service = ServicePrincipal::LicenseManager;
        let is_trusted = organizations.trusts(id, service).await?;
        let administrators = organizations.delegated_administrators(id, service).await?;
        if !is_trusted || !administrators.contains(account) {
            return Err(denied(format_args!(
                "only the management account of organization {id} and its delegated administrators for {service} \
                 may see what its accounts have received"
            )));
        }
    }
    if !all_features || !is_linked(&cx.service, management_account).await? {
        return Err(denied(format_args!(
            "the management account of organization {id} has not linked Organizations; it does so with \
             UpdateServiceSettings, OrganizationConfiguration.EnableIntegration"
        )));
    }
    Ok(membership)
}

/// The caller as the management account of an organization with all features,
/// which alone may link Organizations (O-3).
///
/// # Errors
/// AccessDenied for everybody else.
pub async fn check_may_link(cx: &Context) -> Result<(), Error> {
    let account = &cx.caller.account;
    match cx.service.organizations.membership(account).await? {
        Some(membership) if membership.management_account == *account && membership.all_features => Ok(()),
        _ => Err(denied(format_args!(
            "account {account} does not manage an organization with all features, which alone may link Organizations"
        ))),
    }
}

fn denied(message: impl std::fmt::Display) -> Error {
    Error::new(Kind::AccessDenied, message)
}

fn partition(account: &AccountId) -> String {
    format!("A#{account}")
}
