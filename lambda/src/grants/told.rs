//! Who is told of what besides those who take part (EV-3).

use licentia_core::arn::{AccountId, GrantArn, LicenseArn};
use licentia_core::grant::{AllowedOperation, Event as Step};
use licentia_core::time::Timestamp;

use super::{load_grants, received};
use crate::context::Service;
use crate::events::Event;
use crate::records::{self, GrantPointer, Head};
use crate::store::Unavailable;

/// Pointers read at once.
const PAGE: usize = 500;

/// The accounts that are delegates of the license's owner for its product.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn delegates(
    service: &Service,
    license: &LicenseArn,
    now: Timestamp,
) -> Result<Vec<AccountId>, Unavailable> {
    let head = service.store.get(&[records::head_key(license)]).await?.pop().flatten();
    let Some(head) = head else { return Ok(vec![]) };
    let head: Head = head.read()?;
    let grants = received(service, records::delegates_of(&head.license, PAGE), now).await?;
    let usable =
        grants.iter().filter(|grant| grant.standing.usable(AllowedOperation::ListReceivedLicenses).is_ok());
    Ok(usable.filter_map(|grant| grant.record.grant.grantee()).cloned().collect())
}

/// What is told of the grants that end with their license, or with one of them
/// that they were made under. If nobody is told, they are not looked for.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn ending_with(
    service: &Service,
    license: &LicenseArn,
    grant: Option<&GrantArn>,
    now: Timestamp,
) -> Result<Vec<Event>, Unavailable> {
    if !service.events.are_told().await? {
        return Ok(vec![]);
    }
    let mut query = records::grants_of(license, PAGE);
    let mut events = vec![];
    loop {
        let page = service.store.query(&query).await?;
        let mut pointers: Vec<GrantPointer> =
            page.items.iter().map(records::read_pointer).collect::<Result<_, _>>()?;
        pointers.retain(|pointer| grant.is_none_or(|grant| pointer.parents.contains(grant)));
        for stored in load_grants(service, &pointers, now).await? {
            if let Ok(ended) = stored.record.grant.after(&stored.standing, Step::Delete, None) {
                events.push(Event::grant(&ended, now));
            }
        }
        query.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            return Ok(events);
        }
    }
}
