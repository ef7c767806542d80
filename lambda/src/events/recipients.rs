//! Who is told.

use std::collections::{BTreeMap, BTreeSet};

use licentia_core::arn::{AccountId, LicenseArn};

use super::{DetailType, Event};
use crate::context::Service;
use crate::grants::delegates;
use crate::store::Unavailable;

/// The delegates for the products of licenses, as far as they were looked up.
pub(super) type Delegates = BTreeMap<LicenseArn, Vec<AccountId>>;

/// The accounts that are told of an event: those that took part in the change,
/// and the delegates of whom the license is from, for licenses and grants
/// (EV-3).
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(super) async fn recipients(
    service: &Service,
    event: &Event,
    known: &mut Delegates,
) -> Result<BTreeSet<AccountId>, Unavailable> {
    let mut recipients = event.parties.clone();
    if matches!(event.detail_type, DetailType::LicenseChange | DetailType::GrantChange) {
        let license = event.resources.iter().find_map(|arn| LicenseArn::parse(arn).ok());
        if let Some(license) = license {
            if !known.contains_key(&license) {
                let found = delegates(service, &license, event.time).await?;
                known.insert(license.clone(), found);
            }
            recipients.extend(known.get(&license).into_iter().flatten().cloned());
        }
    }
    Ok(recipients)
}
