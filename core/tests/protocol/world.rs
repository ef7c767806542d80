//! A license with one seat, and who wants it.

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
use crate::state::State;
use crate::store::Store;

/// A license with one seat, and who wants it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The token and kind of each request; equal ones are retries.
    pub(crate) requests: Vec<(u8, Kind)>,
    /// How often each is tried.
    pub(crate) tries: u8,
    /// How much goes wrong at most.
    pub(crate) faults: u8,
    /// Whether time passes an expiry and a renewal.
    pub(crate) clock_moves: bool,
    /// Whether a version resets consumption.
    pub(crate) resets: bool,
    /// A license with one seat.
    pub(crate) license: License,
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
        Self { requests: vec![], tries: 1, faults: 2, clock_moves: false, resets: false, license }
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let now = self.license.create_time;
        let store =
            Store { license: self.license.version, pool: Pool::of(&self.license, now), places: [].into() };
        let requests = self.requests.iter().map(|_| Request::Waiting { tries: self.tries }).collect();
        let (network, settling) = (vec![], Settling::Idle);
        vec![State { store, now, requests, settling, network, attempts: 0, faults: 0, is_reset: false }]
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
