//! Check-in and extension.

use super::{CheckInRefusal, Checkout, ExtendRefusal, Kind, expiration};
use crate::license::{License, Status};
use crate::time::Timestamp;

/// Decides whether a checkout may be checked in now: all of it, or nothing
/// (I-1). What returns is [`Pool::returning`](crate::pool::Pool::returning).
///
/// # Errors
/// [`CheckInRefusal`].
pub fn check_in(
    checkout: &Checkout,
    license: &License,
    beneficiary: Option<&str>,
    now: Timestamp,
) -> Result<(), CheckInRefusal> {
    if !runs(checkout, license, now) {
        return Err(CheckInRefusal::Ended);
    }
    if checkout.beneficiary.as_deref() != beneficiary {
        return Err(CheckInRefusal::OtherBeneficiary);
    }
    match checkout.kind {
        Kind::Perpetual => return Err(CheckInRefusal::Perpetual),
        Kind::Borrow => {
            let configuration = license.terms.consumption_configuration.borrow_configuration;
            if !configuration.is_some_and(|configuration| configuration.allow_early_check_in) {
                return Err(CheckInRefusal::NotEarly { expires_at: checkout.expires_at() });
            }
        }
        Kind::Provisional => {}
    }
    match checkout.kept.first() {
        Some(name) => Err(CheckInRefusal::NotReturnable(name.clone())),
        None => Ok(()),
    }
}

/// Decides until when a checkout lasts if it is extended now: a full time to
/// live of the license's current version, cut at its end.
///
/// # Errors
/// [`ExtendRefusal`].
pub fn extend(checkout: &Checkout, license: &License, now: Timestamp) -> Result<Timestamp, ExtendRefusal> {
    if !runs(checkout, license, now) {
        return Err(ExtendRefusal::Ended);
    }
    if checkout.kind != Kind::Provisional {
        return Err(ExtendRefusal::NotProvisional);
    }
    expiration(license, Kind::Provisional, now)
        .map_err(ExtendRefusal::Unusable)?
        .ok_or(ExtendRefusal::NotProvisional)
}

/// Deleting a license ends its running checkouts (L-25).
fn runs(checkout: &Checkout, license: &License, now: Timestamp) -> bool {
    checkout.runs_at(now) && !matches!(license.status, Status::PendingDelete | Status::Deleted)
}
