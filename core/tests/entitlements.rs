//! Sections 3 to 6 of the rules, played on one license: decisions are applied
//! to a pool as a host would apply them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is its report")]

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::{
    CheckInRefusal, Checkout, Decision, Ended, ExtendRefusal, Kind, Refusal, Shortfall, Unusable, Wanted,
    borrow, check_in, check_out, extend,
};
use licentia_core::entitlement::{Entitlement, Measure, Unit};
use licentia_core::license::{
    BorrowConfiguration, ConsumptionConfiguration, Issuer, License, ProvisionalConfiguration, Status, Terms,
    TermsFault, TransitionFault, Validity, Version, key_fingerprint,
};
use licentia_core::pool::Pool;
use licentia_core::quantity::Quantity;
use licentia_core::renewal::RenewType;
use licentia_core::time::Timestamp;
use proptest::prelude::*;

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
        let wanted: Vec<Wanted> = wanted
            .iter()
            .map(|&(name, units, unit)| Wanted { name: name.into(), unit, quantity: quantity(units) })
            .collect();
        let decision = match self.decide(kind, &wanted) {
            Err(refusal) if refusal.exhausted().next().is_some() => {
                self.reclaim();
                self.decide(kind, &wanted)?
            }
            decision => decision?,
        };
        assert!(decision.edit.fits(&self.pool));
        self.pool = decision.edit.applied_to(&self.pool);
        let Decision { allowed, kept, expiration, .. } = decision;
        self.checkouts.push(Checkout {
            token: self.checkouts.len().to_string(),
            license_arn: self.license.license_arn.clone(),
            license_version: self.license.version,
            account: self.license.owner().clone(),
            caller: String::new(),
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
            ended: None,
        });
        Ok(self.checkouts.len() - 1)
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

fn exhausted(left: u64, max: u64) -> Refusal {
    Refusal::NoneAllowed(vec![Shortfall::Exhausted {
        name: "Seats".into(),
        left: quantity(left),
        max: quantity(max),
        unit: Unit::Count,
    }])
}

#[test]
fn vector_1_of_section_3_two_seats_serve_two() {
    let mut world = World::seats(2, false, true);
    assert_eq!(world.seat(1), Ok(0));
    assert_eq!(world.seat(1), Ok(1));
    assert_eq!(world.seat(1), Err(exhausted(0, 2)));
    assert_eq!(world.used(), 2);
    assert_eq!(exhausted(0, 2).to_string(), "No Entitlements Allowed: `Seats` has 0 of 2 Count left");
}

#[test]
fn vector_2_of_section_3_overage_passes_the_maximum() {
    let mut world = World::seats(2, true, true);
    assert_eq!([world.seat(1), world.seat(1), world.seat(1)], [Ok(0), Ok(1), Ok(2)]);
    assert_eq!(world.used(), 3);
}

#[test]
fn vector_3_of_section_3_a_checked_in_seat_serves_again() {
    let mut world = World::seats(2, false, true);
    let both = world.seat(2).unwrap();
    assert_eq!(world.check_in(both), Ok(()));
    assert_eq!(world.seat(1), Ok(1));
    assert_eq!(world.used(), 1);
    assert_eq!(world.check_in(both), Err(CheckInRefusal::Ended));
}

#[test]
fn vector_4_of_section_3_what_cannot_come_back_stays_taken() {
    let mut world = World::seats(2, false, false);
    let seat = world.seat(1).unwrap();
    assert_eq!(world.check_in(seat), Err(CheckInRefusal::NotReturnable("Seats".into())));
    assert_eq!(world.used(), 1);
}

#[test]
fn vector_5_of_section_3_seats_return_by_themselves_at_expiry() {
    let mut world = World::seats(2, false, true);
    assert!(world.seat(2).is_ok());
    world.wait(59);
    assert_eq!(world.seat(2), Err(exhausted(0, 2)));
    world.wait(1);
    assert_eq!(world.used(), 0);
    assert!(world.seat(2).is_ok());
}

#[test]
fn vector_6_of_section_3_more_than_there_is() {
    assert_eq!(World::seats(2, false, true).seat(3), Err(exhausted(2, 2)));
}

#[test]
fn vector_7_of_section_3_perpetual_quantities_are_spent_for_good() {
    let mut world = World::seats(2, false, true);
    let taken = world.take(Kind::Perpetual, &[("Seats", 2, Unit::Count)]).unwrap();
    assert_eq!(world.checkouts[taken].expiration, Some(at("2027-01-31T10:00:00Z")));
    world.wait(600);
    assert_eq!(world.seat(1), Err(exhausted(0, 2)));
    assert_eq!(world.check_in(taken), Err(CheckInRefusal::Perpetual));
}

#[test]
fn e_6_units_must_match() {
    let mut world = World::seats(2, false, true);
    let refused = world.take(Kind::Provisional, &[("Seats", 1, Unit::Bytes)]).unwrap_err();
    assert_eq!(refused.to_string(), "No Entitlements Allowed: `Seats` is counted in Count, not in Bytes");
    assert_eq!(refused.exhausted().count(), 0);
}

#[test]
fn section_4_each_entitlement_is_judged_alone() {
    let mut world = World::of(license(vec![
        counted("Seats", 1),
        feature("Tier", Some("Platinum")),
        feature("Beta", None),
    ]));
    let wanted = [
        ("Gold", 0, Unit::None),
        ("Tier", 0, Unit::None),
        ("Seats", 2, Unit::Count),
        ("Beta", 0, Unit::None),
    ];
    let taken = world.take(Kind::Provisional, &wanted).unwrap();
    let allowed: Vec<_> =
        world.checkouts[taken].allowed.iter().map(|d| (d.name.as_str(), d.value.as_deref())).collect();
    assert_eq!(allowed, [("Tier", Some("Platinum")), ("Beta", None)]);
    assert_eq!(world.used(), 0);
}

#[test]
fn b_3_a_borrow_takes_all_or_nothing() {
    let mut world = World::of(license(vec![counted("Seats", 1), feature("Tier", None)]));
    let partly = world.take(Kind::Borrow, &[("Tier", 0, Unit::None), ("Seats", 2, Unit::Count)]);
    assert!(matches!(partly, Err(Refusal::SomeNotAllowed(_))), "{partly:?}");
    assert_eq!(world.used(), 0);
    assert_eq!(world.take(Kind::Borrow, &[("Seats", 2, Unit::Count)]), Err(exhausted(1, 1)));
    let all = world.take(Kind::Borrow, &[("Tier", 0, Unit::None), ("Seats", 1, Unit::Count)]).unwrap();
    assert_eq!(world.checkouts[all].expiration, Some(at("2026-02-02T00:00:00Z")));
    assert_eq!(
        world.check_in(all),
        Err(CheckInRefusal::NotEarly { expires_at: Some(at("2026-02-02T00:00:00Z")) })
    );
    assert_eq!(world.extend(all), Err(ExtendRefusal::NotProvisional));
}

#[test]
fn k_2_and_x_1_expiry_is_cut_at_the_end_of_the_validity() {
    let mut world = World::seats(2, false, true);
    world.now = at("2027-01-31T09:30:00Z");
    let seat = world.seat(1).unwrap();
    assert_eq!(world.checkouts[seat].expiration, Some(at("2027-01-31T10:00:00Z")));
    assert_eq!(world.extend(seat), Ok(at("2027-01-31T10:00:00Z")));
    world.wait(30);
    assert_eq!(world.license.status_at(world.now), Status::Expired);
    assert_eq!(world.seat(1), Err(Refusal::Unusable(Unusable::Status(Status::Expired))));
}

#[test]
fn x_1_an_extension_counts_from_now() {
    let mut world = World::seats(1, false, true);
    let seat = world.seat(1).unwrap();
    world.wait(45);
    assert_eq!(world.extend(seat), Ok(at("2026-02-01T01:45:00Z")));
    world.wait(59);
    assert_eq!(world.seat(1), Err(exhausted(0, 1)));
    world.wait(1);
    assert_eq!(world.extend(seat), Err(ExtendRefusal::Ended));
    assert!(world.seat(1).is_ok());
}

#[test]
fn l_20_nothing_can_be_taken_before_the_begin() {
    let mut world = World::seats(1, false, true);
    world.now = at("2026-01-31T09:59:59Z");
    assert_eq!(world.license.status_at(world.now), Status::Available);
    let begin = at("2026-01-31T10:00:00Z");
    assert_eq!(world.seat(1), Err(Refusal::Unusable(Unusable::NotBegun(begin))));
}

#[test]
fn e_13_a_renewal_returns_what_was_spent_and_keeps_what_runs() {
    let mut world = World::seats(5, false, true);
    world.now = at("2026-02-28T09:30:00Z");
    world.take(Kind::Perpetual, &[("Seats", 3, Unit::Count)]).unwrap();
    let running = world.seat(2).unwrap();
    assert_eq!(world.seat(1), Err(exhausted(0, 5)));
    world.wait(30);
    assert_eq!(world.used(), 2);
    assert!(world.seat(3).is_ok());
    assert_eq!(world.used(), 5);
    assert_eq!(world.check_in(running), Ok(()));
    assert_eq!(world.used(), 3);
}

#[test]
fn e_9_what_cannot_come_back_stays_spent_until_the_renewal_after_its_expiry() {
    let mut world = World::seats(2, false, false);
    assert!(world.seat(1).is_ok());
    world.wait(61);
    assert_eq!(world.used(), 1);
    world.now = at("2026-02-28T09:30:00Z");
    assert!(world.seat(1).is_ok());
    assert_eq!(world.used(), 2);
    world.now = at("2026-02-28T10:00:00Z");
    assert_eq!(world.used(), 1, "the first returned; the second still runs");
    world.wait(31);
    assert_eq!(world.used(), 1, "the second ran out in the new period");
    world.reclaim();
    assert_eq!(world.used(), 1);
    world.now = at("2026-03-31T10:00:00Z");
    assert_eq!(world.used(), 0);
}

#[test]
fn l_16_a_check_in_after_a_reset_returns_nothing() {
    let mut world = World::seats(2, false, true);
    let old = world.seat(2).unwrap();
    world.revise(true, |_| {});
    assert_eq!(world.used(), 0);
    let new = world.seat(1).unwrap();
    assert_eq!(world.check_in(old), Ok(()));
    assert_eq!(world.used(), 1);
    assert_eq!(world.check_in(new), Ok(()));
    assert_eq!(world.used(), 0);
}

#[test]
fn l_15_without_reset_consumption_is_carried_over_and_l_17_new_numbers_bind_new_checkouts() {
    let mut world = World::seats(3, false, true);
    let old = world.seat(3).unwrap();
    world.revise(false, |terms| terms.entitlements = vec![counted("Seats", 2)]);
    assert_eq!(world.used(), 3);
    assert_eq!(world.seat(1), Err(exhausted(0, 2)));
    assert!(world.extend(old).is_ok());
    assert_eq!(world.check_in(old), Ok(()));
    assert!(world.seat(2).is_ok());
}

#[test]
fn a_changed_calendar_is_no_renewal() {
    let mut world = World::seats(5, false, true);
    world.take(Kind::Perpetual, &[("Seats", 3, Unit::Count)]).unwrap();
    world.now = at("2026-02-20T00:00:00Z");
    world.revise(false, |terms| terms.consumption_configuration.renew_type = Some(RenewType::Weekly));
    assert_eq!(world.used(), 3);
    world.now = at("2026-02-21T10:00:00Z");
    assert_eq!(world.used(), 0, "the first renewal of the new calendar");
}

#[test]
fn l_25_deleting_a_license_ends_its_checkouts() {
    let mut world = World::seats(1, false, true);
    let seat = world.seat(1).unwrap();
    world.license.status = Status::Deleted;
    assert_eq!(world.check_in(seat), Err(CheckInRefusal::Ended));
    assert_eq!(world.extend(seat), Err(ExtendRefusal::Ended));
    assert_eq!(world.seat(1), Err(Refusal::Unusable(Unusable::Status(Status::Deleted))));
}

#[test]
fn i_4_the_beneficiary_of_a_check_in_must_be_the_checkouts() {
    let mut world = World::seats(1, false, true);
    let seat = world.seat(1).unwrap();
    world.checkouts[seat].beneficiary = Some("444455556666".into());
    let answer = |named| check_in(&world.checkouts[seat], &world.license, named, world.now);
    assert_eq!(answer(None), Err(CheckInRefusal::OtherBeneficiary));
    assert_eq!(answer(Some("777788889999")), Err(CheckInRefusal::OtherBeneficiary));
    assert_eq!(answer(Some("444455556666")), Ok(()));
}

#[test]
fn e_2_e_4_l_3_and_l_5_every_fault_of_the_terms_is_named_at_once() {
    let good = license(vec![counted("Seats", 1), feature("seats", None)]);
    assert_eq!(good.terms.faults(), []);
    let mut terms = license(vec![counted("Seats", 1), feature("Seats", None), feature("Seats", None)]).terms;
    terms.validity.end = Some(terms.validity.begin);
    terms.consumption_configuration = ConsumptionConfiguration {
        renew_type: None,
        provisional_configuration: Some(ProvisionalConfiguration { max_time_to_live_in_minutes: 0 }),
        borrow_configuration: None,
    };
    let faults = terms.faults();
    assert_eq!(
        faults,
        [
            TermsFault::EndNotAfterBegin(terms.validity),
            TermsFault::DuplicateEntitlement("Seats".into()),
            TermsFault::NoTimeToLive,
        ]
    );
    terms.entitlements.clear();
    terms.consumption_configuration.provisional_configuration = None;
    assert!(terms.faults().contains(&TermsFault::NoEntitlements));
    assert!(terms.faults().contains(&TermsFault::NoConsumption));
}

#[test]
fn section_2_3_the_table_of_status_transitions() {
    use Status::{Available, Deactivated, Deleted, Expired, PendingDelete, Suspended};
    let base = license(vec![counted("Seats", 1)]);
    let (now, late) = (at("2026-06-01T00:00:00Z"), at("2028-01-01T00:00:00Z"));
    let step = |from, to, now, end: Option<&str>| {
        let license = License { status: from, ..base.clone() };
        let mut terms = license.terms.clone();
        terms.validity.end = end.map(at);
        license.revised(terms, to, now).map(|next| (next.status_at(now), next.version.number()))
    };
    let (old_end, new_end) = (Some("2027-01-31T10:00:00Z"), Some("2029-01-01T00:00:00Z"));
    for (from, to) in [
        (Available, Available),
        (Available, Deactivated),
        (Available, Suspended),
        (Deactivated, Suspended),
        (Deactivated, Available),
        (Deactivated, Deactivated),
        (Suspended, Available),
        (Suspended, Suspended),
    ] {
        assert_eq!(step(from, to, now, old_end), Ok((to, 2)), "{from} to {to}");
    }
    let refused = TransitionFault::NoSuchStep { from: Suspended, to: Deactivated };
    assert_eq!(step(Suspended, Deactivated, now, old_end), Err(refused));
    for to in [Expired, PendingDelete, Deleted, Status::PendingAvailable] {
        assert_eq!(step(Available, to, now, old_end), Err(TransitionFault::NotSettable(to)), "L-19");
    }
    assert_eq!(step(Deleted, Available, now, old_end), Err(TransitionFault::Deleted));
    for from in [Available, Deactivated, Suspended] {
        assert_eq!(step(from, Available, late, old_end), Err(TransitionFault::StillExpired));
        assert_eq!(step(from, Deactivated, late, new_end), Err(TransitionFault::StillExpired));
        assert_eq!(step(from, Available, late, new_end), Ok((Available, 2)));
        assert_eq!(step(from, Available, late, None), Ok((Available, 2)));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Take(Kind, u64),
    CheckIn(usize),
    Extend(usize),
    Reclaim,
    Wait(u32),
    Revise { reset: bool, max: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![5 => Just(Kind::Provisional), 1 => Just(Kind::Perpetual), 2 => Just(Kind::Borrow)];
    let step = prop_oneof![
        6 => (kind, 1..5_u64).prop_map(|(kind, units)| Step::Take(kind, units)),
        4 => (0..40_usize).prop_map(Step::CheckIn),
        2 => (0..40_usize).prop_map(Step::Extend),
        2 => Just(Step::Reclaim),
        3 => (0..4000_u32).prop_map(Step::Wait),
        1 => (any::<bool>(), 0..12_u64).prop_map(|(reset, max)| Step::Revise { reset, max }),
    ];
    prop::collection::vec(step, 1..80)
}

proptest! {
    /// E-7 as a sum over the history, beside the pool that is kept edit by edit.
    #[test]
    fn e_7_the_pool_equals_the_sum_of_the_history(steps in steps(), returnable: bool) {
        let mut world = World::seats(8, false, returnable);
        for step in steps {
            match step {
                Step::Take(kind, units) => {
                    let max = match world.license.terms.entitlements[0].measure {
                        Measure::Counted { max, .. } => max.units(),
                        Measure::Feature { .. } => unreachable!(),
                    };
                    let before = world.used();
                    let taken = world.take(kind, &[("Seats", units, Unit::Count)]);
                    prop_assert_eq!(taken.is_ok(), before + units <= max && world.license.status_at(world.now) == Status::Available);
                }
                Step::CheckIn(index) if index < world.checkouts.len() => drop(world.check_in(index)),
                Step::Extend(index) if index < world.checkouts.len() => drop(world.extend(index)),
                Step::CheckIn(_) | Step::Extend(_) => {}
                Step::Reclaim => world.reclaim(),
                Step::Wait(minutes) => world.wait(minutes),
                Step::Revise { reset, max } => {
                    if world.license.status_at(world.now) == Status::Available {
                        world.revise(reset, |terms| {
                            terms.entitlements = vec![Entitlement { allow_check_in: Some(returnable), ..counted("Seats", max) }];
                        });
                    }
                }
            }
            let terms = &world.license.terms;
            let renewed = RenewType::Monthly.latest(terms.validity, world.now);
            let counts = |checkout: &&Checkout| {
                let since_reset = checkout.license_version >= world.pool.counted_from;
                let counted = match (checkout.kind, checkout.ended) {
                    (_, Some(Ended::CheckedIn)) => false,
                    (Kind::Perpetual, _) => checkout.issued_at >= renewed,
                    _ if checkout.expires_at().is_some_and(|at| at > world.now) => true,
                    _ => !returnable && checkout.expires_at().is_some_and(|at| at > renewed),
                };
                since_reset && counted
            };
            let sum: u64 = world.checkouts.iter().filter(counts).flat_map(|c| c.held().map(|(_, q)| q.units()).collect::<Vec<_>>()).sum();
            prop_assert_eq!(world.used(), sum);
        }
    }
}
