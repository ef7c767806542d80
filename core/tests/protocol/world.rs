//! A license with few seats, and who wants them.

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::Kind;
use licentia_core::entitlement::{Entitlement, Measure, Unit};
use licentia_core::license::{
    ConsumptionConfiguration, Issuer, License, ProvisionalConfiguration, Status, Terms, Validity, Version,
};
use licentia_core::pool::Pool;
use licentia_core::quantity::Quantity;
use licentia_core::renewal::RenewType;
use licentia_core::time::Timestamp;
use stateright::{Model, Property};

use crate::action::Action;
use crate::process::{Request, Settling};
use crate::shards::Sharding;
use crate::state::State;
use crate::store::Store;

/// What a request asks for.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// Those with equal ones are retries.
    pub(crate) token: u8,
    pub(crate) kind: Kind,
    pub(crate) units: u64,
    /// Chooses the shard; who has none does not know that the pool is split.
    pub(crate) lane: Option<u64>,
}

/// A license, and who wants what of it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) requests: Vec<Ask>,
    /// How often each is tried.
    pub(crate) tries: u8,
    /// How much goes wrong at most.
    pub(crate) faults: u8,
    /// Whether time passes an expiry and a renewal.
    pub(crate) clock_moves: bool,
    /// Whether a version resets consumption.
    pub(crate) resets: bool,
    /// What becomes of shards.
    pub(crate) sharding: Sharding,
    /// A license with one seat, unless there are to be shards.
    pub(crate) license: License,
}

impl Ask {
    /// A seat for a time.
    pub(crate) const fn seat(token: u8) -> Self {
        Self { token, kind: Kind::Provisional, units: 1, lane: Some(0) }
    }

    /// For good.
    pub(crate) const fn perpetual(self) -> Self {
        Self { kind: Kind::Perpetual, ..self }
    }
}

impl Default for World {
    fn default() -> Self {
        let owner = AccountId::parse("111122223333").unwrap();
        let begin = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let measure = Measure::Counted { unit: Unit::Count, max: Quantity::new(1).unwrap() };
        let seats = Entitlement { name: "Seats".into(), measure, overage: None, allow_check_in: Some(true) };
        let license = License {
            terms: Terms {
                license_name: String::new(),
                product_name: String::new(),
                issuer: Issuer { name: String::new(), sign_key: None, key_fingerprint: String::new() },
                validity: Validity { begin, end: None },
                entitlements: vec![seats],
                consumption_configuration: ConsumptionConfiguration {
                    renew_type: Some(RenewType::Weekly),
                    provisional_configuration: Some(ProvisionalConfiguration {
                        max_time_to_live_in_minutes: 60,
                    }),
                    borrow_configuration: None,
                },
                license_metadata: vec![],
            },
            license_arn: LicenseArn::mint(owner, begin, 7),
            product_sku: String::new(),
            home_region: String::new(),
            status: Status::Available,
            beneficiary: String::new(),
            create_time: begin,
            version: Version::FIRST,
        };
        Self {
            requests: vec![],
            tries: 1,
            faults: 2,
            clock_moves: false,
            resets: false,
            sharding: Sharding::default(),
            license,
        }
    }
}

impl World {
    /// Whether what expires comes back with a renewal only.
    pub(crate) fn keeps(&self) -> bool {
        !self.license.terms.entitlements[0].allows_check_in()
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let now = self.license.create_time;
        let pool = Pool::of(&self.license, now);
        let store = Store { license: self.license.version, pool, shards: [].into(), places: [].into() };
        let store = self.split_before(store);
        let requests = self.requests.iter().map(|_| Request::Waiting { tries: self.tries }).collect();
        let (network, settling) = (vec![], Settling::Idle);
        vec![State { store, now, requests, settling, network, attempts: 0, faults: 0 }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.extend(self.possible(state));
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        self.after(before, action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        self.rules()
    }
}
