//! Checkout and borrow.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::refusal::exhausted;
use super::{EntitlementData, Kind, Refusal, Shortfall, Unusable};
use crate::entitlement::{Entitlement, Measure, Unit};
use crate::license::License;
use crate::pool::{Amounts, Edit, Pool, Row, signed};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// One requested entitlement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Its name; no two of a request are equal.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// At least 1 for a counted unit, 0 for [`Unit::None`] (E-5).
    pub quantity: Quantity,
}

/// What may be taken, and what that does to the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// In the order of the request.
    pub allowed: Vec<EntitlementData>,
    /// Why the rest of the request is not to be had.
    pub shortfalls: Vec<Shortfall>,
    /// The names in `allowed` that cannot be checked in (E-4).
    pub kept: Vec<String>,
    /// Until when; `None` for good.
    pub expiration: Option<Timestamp>,
    /// To be applied to the pool the decision was made on.
    pub edit: Edit,
}

impl Decision {
    /// What would be allowed if others gave back what they hold, by entitlement
    /// name.
    #[must_use]
    pub fn exhausted(&self) -> Amounts {
        exhausted(&self.shortfalls)
    }
}

/// Decides a checkout: every requested entitlement is judged alone, and at
/// least one must be to be had (section 4, steps 5 to 8).
///
/// # Errors
/// [`Refusal`], with the reason for each entitlement.
pub fn check_out(
    license: &License,
    pool: &Pool,
    wanted: &[Wanted],
    kind: Kind,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let expiration = expiration(license, kind, now).map_err(Refusal::Unusable)?;
    let mut edit = pool.renewal(license, now);
    edit.revision = Some(pool.revision);
    let standing = edit.applied_to(pool);
    let (mut allowed, mut kept, mut shortfalls) = (Vec::new(), Vec::new(), Vec::new());
    let entitlements: BTreeMap<&str, &Entitlement> = license
        .terms
        .entitlements
        .iter()
        .map(|entitlement| (entitlement.name.as_str(), entitlement))
        .collect();
    for wanted in wanted {
        match judge(&entitlements, &standing, wanted) {
            Err(shortfall) => shortfalls.push(shortfall),
            Ok((entitlement, value)) => {
                if !wanted.quantity.is_zero() {
                    book(
                        edit.rows.entry(wanted.name.clone()).or_default(),
                        entitlement,
                        &standing,
                        wanted.quantity,
                        kind,
                    );
                }
                if !entitlement.allows_check_in() {
                    kept.push(wanted.name.clone());
                }
                allowed.push(EntitlementData { name: wanted.name.clone(), value, unit: wanted.unit });
            }
        }
    }
    if allowed.is_empty() {
        return Err(Refusal::NoneAllowed(shortfalls));
    }
    for (name, wanted) in exhausted(&shortfalls) {
        if let Some(entitlement) = entitlements.get(name.as_str()) {
            let row = edit.rows.entry(name).or_default();
            row.used_above = Some(used_at_most(row, entitlement, &standing, wanted));
        }
    }
    Ok(Decision { allowed, shortfalls, kept, expiration, edit })
}

/// Decides a borrow: all or nothing (B-3).
///
/// # Errors
/// [`Refusal`], with the reason for each entitlement that is not to be had.
pub fn borrow(
    license: &License,
    pool: &Pool,
    wanted: &[Wanted],
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let decision = check_out(license, pool, wanted, Kind::Borrow, now)?;
    if decision.shortfalls.is_empty() {
        return Ok(decision);
    }
    Err(Refusal::SomeNotAllowed(decision.shortfalls))
}

/// Until when something taken now lasts (K-2, K-3, B-5); `None` for good.
///
/// # Errors
/// [`Unusable`] if the license cannot be taken from now, or not so.
pub fn expiration(license: &License, kind: Kind, now: Timestamp) -> Result<Option<Timestamp>, Unusable> {
    Unusable::check(license, now)?;
    let terms = &license.terms;
    let minutes = match kind {
        Kind::Perpetual => return Ok(terms.validity.end),
        Kind::Provisional => terms
            .consumption_configuration
            .provisional_configuration
            .map(|configuration| configuration.max_time_to_live_in_minutes)
            .ok_or(Unusable::NotProvisional)?,
        Kind::Borrow => terms
            .consumption_configuration
            .borrow_configuration
            .map(|configuration| configuration.max_time_to_live_in_minutes)
            .ok_or(Unusable::NotBorrowable)?,
    };
    let runs_out = now.plus_minutes(minutes);
    Ok(Some(terms.validity.end.map_or(runs_out, |end| end.min(runs_out))))
}

/// Judges one entitlement on its own: granted in full or not at all (section
/// 4, step 7). Answers what the caller is told as its value (K-1).
fn judge<'a>(
    entitlements: &BTreeMap<&str, &'a Entitlement>,
    standing: &Pool,
    wanted: &Wanted,
) -> Result<(&'a Entitlement, Option<String>), Shortfall> {
    let Wanted { name, unit: requested, quantity } = wanted;
    let entitlement = *entitlements
        .get(name.as_str())
        .ok_or_else(|| Shortfall::NoSuchEntitlement { name: name.clone() })?;
    let unit = entitlement.unit();
    if unit != *requested {
        return Err(Shortfall::OtherUnit { name: name.clone(), unit, requested: *requested });
    }
    match &entitlement.measure {
        Measure::Feature { value } => Ok((entitlement, value.clone())),
        Measure::Counted { unit, max } => {
            let (used, limit) = (standing.used(name), standing.limit(entitlement, *max));
            if used.plus(*quantity).is_some_and(|sum| sum <= limit) {
                return Ok((entitlement, Some(quantity.to_string())));
            }
            let max = if entitlement.allows_overage() { Quantity::MAX } else { *max };
            let (name, left) = (name.clone(), limit.less(used));
            Err(Shortfall::Exhausted { name, wanted: *quantity, left, max, unit: *unit })
        }
    }
}

/// Adds a taken quantity to a row.
fn book(row: &mut Row, entitlement: &Entitlement, standing: &Pool, quantity: Quantity, kind: Kind) {
    row.used_at_most = Some(used_at_most(row, entitlement, standing, quantity));
    row.used += signed(quantity);
    if kind == Kind::Perpetual {
        row.spent += signed(quantity);
    }
}

/// What may be used for this quantity to be had; before a renewal, too, which
/// may have begun the row.
fn used_at_most(row: &Row, entitlement: &Entitlement, standing: &Pool, quantity: Quantity) -> Quantity {
    let limit = match &entitlement.measure {
        Measure::Counted { max, .. } => standing.limit(entitlement, *max),
        Measure::Feature { .. } => Quantity::MAX,
    };
    let renewed = Quantity::new(row.used.unsigned_abs()).unwrap_or_default();
    limit.less(quantity).plus(renewed).unwrap_or(Quantity::MAX)
}
