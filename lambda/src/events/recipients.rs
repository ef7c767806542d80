//! Who is told.

use std::collections::BTreeSet;

use licentia_core::arn::AccountId;

use super::Event;
use crate::context::Service;
use crate::store::Unavailable;

/// The accounts that are told of an event: those that took part in the change.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(super) async fn recipients(service: &Service, event: &Event) -> Result<BTreeSet<AccountId>, Unavailable> {
    let _ = service;
    Ok(event.parties.clone())
}
