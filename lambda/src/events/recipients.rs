//! Who is told.

use std::collections::BTreeSet;

use licentia_core::arn::{AccountId, LicenseArn};

use super::{DetailType, Event};
use crate::context::Service;
use crate::grants::delegates;
use crate::store::Unavailable;

/// The accounts that are told of an event: those that took part in the change,
/// and the delegates of whom the license is from, for licenses and grants
/// (EV-3).
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(super) async fn recipients(service: &Service, event: &Event) -> Result<BTreeSet<AccountId>, Unavailable> {
    let mut recipients = event.parties.clone();
    if matches!(event.detail_type, DetailType::LicenseChange | DetailType::GrantChange) {
        let license = event.resources.iter().find_map(|arn| LicenseArn::parse(arn).ok());
        if let Some(license) = license {
            recipients.extend(delegates(service, &license, event.time).await?);
        }
    }
    Ok(recipients)
}
