//! Sections 2 to 6 of the rules, played on one license: decisions are applied
//! to a pool as a host would apply them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is its report")]

mod consumption;
mod grants;
mod history;
mod shards;
mod terms;

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::{
    CheckInRefusal, Checkout, Decision, Ended, ExtendRefusal, Kind, Refusal, Wanted, borrow, check_in,
    check_out, extend,
};
use licentia_core::entitlement::{Entitlement, Measure, Unit};
use licentia_core::license::{
    BorrowConfiguration, ConsumptionConfiguration, Issuer, License, ProvisionalConfiguration, Status, Terms,
    Validity, Version, key_fingerprint,
};
use licentia_core::pool::Pool;
use licentia_core::quantity::Quantity;
use licentia_core::renewal::RenewType;
use licentia_core::time::Timestamp;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn quantity(units: u64) -> Quantity {
    Quantity::new(units).unwrap()
}

fn counted(name: &str, max: u64) -> Entitlement {
    let measure = Measure::Counted { unit: Unit::Count, max: quantity(max) };
    Entitlement { name: name.into(), measure, overage: None, allow_check_in: None }
}

fn feature(name: &str, value: Option<&str>) -> Entitlement {
    let measure = Measure::Feature { value: value.map(Into::into) };
    Entitlement { name: name.into(), measure, overage: None, allow_check_in: None }
}

fn wishes(wanted: &[(&str, u64, Unit)]) -> Vec<Wanted> {
    let wish =
        |&(name, units, unit): &(&str, _, _)| Wanted { name: name.into(), unit, quantity: quantity(units) };
    wanted.iter().map(wish).collect()
}

fn license(entitlements: Vec<Entitlement>) -> License {
    let owner = AccountId::parse("111122223333").unwrap();
    License {
        terms: Terms {
            license_name: "Analytics Pro - Team".into(),
            product_name: "Analytics Pro".into(),
            issuer: Issuer {
                name: "Example Software Inc".into(),
                sign_key: None,
                key_fingerprint: key_fingerprint(&owner, "Example Software Inc"),
            },
            validity: Validity { begin: at("2026-01-31T10:00:00Z"), end: Some(at("2027-01-31T10:00:00Z")) },
            entitlements,
            consumption_configuration: ConsumptionConfiguration {
                renew_type: Some(RenewType::Monthly),
                provisional_configuration: Some(ProvisionalConfiguration { max_time_to_live_in_minutes: 60 }),
                borrow_configuration: Some(BorrowConfiguration {
                    allow_early_check_in: false,
                    max_time_to_live_in_minutes: 1440,
                }),
            },
            license_metadata: vec![],
        },
        license_arn: LicenseArn::mint(owner, at("2026-01-01T00:00:00Z"), 7),
        product_sku: "sku".into(),
        home_region: "us-east-1".into(),
        status: Status::Available,
        beneficiary: "444455556666".into(),
        create_time: at("2026-01-01T00:00:00Z"),
        version: Version::FIRST,
    }
}

struct World {
    license: License,
    pool: Pool,
    checkouts: Vec<Checkout>,
    now: Timestamp,
}

impl World {
    fn of(license: License) -> Self {
        let now = at("2026-02-01T00:00:00Z");
        let pool = Pool::of(&license, now);
        Self { license, pool, checkouts: vec![], now }
    }

    fn seats(max: u64, overage: bool, allow_check_in: bool) -> Self {
        Self::of(license(vec![Entitlement {
            overage: Some(overage),
            allow_check_in: Some(allow_check_in),
            ..counted("Seats", max)
        }]))
    }

    fn take(&mut self, kind: Kind, wanted: &[(&str, u64, Unit)]) -> Result<usize, Refusal> {
        let wanted = wishes(wanted);
        let decision = match self.decide(kind, &wanted) {
            Err(refusal) if refusal.is_for_want_of_room() => {
                self.reclaim();
                self.decide(kind, &wanted)?
            }
            decision => decision?,
        };
        Ok(self.book(decision, kind))
    }

    fn book(&mut self, decision: Decision, kind: Kind) -> usize {
        assert!(decision.edit.fits(&self.pool));
        self.pool = decision.edit.applied_to(&self.pool);
        let Decision { allowed, kept, expiration, .. } = decision;
        self.checkouts.push(Checkout {
            token: self.checkouts.len().to_string(),
            license_arn: self.license.license_arn.clone(),
            license_version: self.license.version,
            account: self.license.owner().clone(),
            caller: String::new(),
            token_id: None,
            grant: None,
            kind,
            beneficiary: None,
            node_id: None,
            metadata: vec![],
            allowed,
            kept,
            issued_at: self.now,
            expiration,
            extended_to: None,
            signed_token: None,
            status_index: None,
            attempt: None,
            shard: None,
            ended: None,
        });
        self.checkouts.len() - 1
    }

    fn decide(&self, kind: Kind, wanted: &[Wanted]) -> Result<Decision, Refusal> {
        match kind {
            Kind::Borrow => borrow(&self.license, &self.pool, wanted, self.now),
            kind => check_out(&self.license, &self.pool, wanted, kind, self.now),
        }
    }

    fn seat(&mut self, units: u64) -> Result<usize, Refusal> {
        self.take(Kind::Provisional, &[("Seats", units, Unit::Count)])
    }

    fn reclaim(&mut self) {
        let now = self.now;
        let edit = self.pool.reclaiming(&self.license, &self.checkouts, now);
        assert!(edit.fits(&self.pool));
        self.pool = edit.applied_to(&self.pool);
        for checkout in &mut self.checkouts {
            if checkout.ended.is_none() && checkout.expires_at().is_some_and(|at| at <= now) {
                checkout.ended = Some(Ended::Expired);
            }
        }
    }

    fn check_in(&mut self, index: usize) -> Result<(), CheckInRefusal> {
        check_in(&self.checkouts[index], &self.license, None, self.now)?;
        let edit = self.pool.returning(&self.checkouts[index]);
        assert!(edit.fits(&self.pool));
        self.pool = edit.applied_to(&self.pool);
        self.checkouts[index].ended = Some(Ended::CheckedIn);
        Ok(())
    }

    fn extend(&mut self, index: usize) -> Result<Timestamp, ExtendRefusal> {
        let until = extend(&self.checkouts[index], &self.license, self.now)?;
        self.checkouts[index].extended_to = Some(until);
        Ok(until)
    }

    fn revise(&mut self, reset: bool, change: impl FnOnce(&mut Terms)) {
        let mut terms = self.license.terms.clone();
        change(&mut terms);
        let next = self.license.revised(terms, Status::Available, self.now).unwrap();
        let edit = self.pool.revising(&self.license, &next, reset, self.now);
        assert!(edit.fits(&self.pool));
        self.pool = edit.applied_to(&self.pool);
        self.license = next;
    }

    fn used(&self) -> u64 {
        let edit = self.pool.reclaiming(&self.license, &self.checkouts, self.now);
        edit.applied_to(&self.pool).used("Seats").units()
    }

    fn wait(&mut self, minutes: u32) {
        self.now = self.now.plus_minutes(minutes);
    }
}
