//! Activating grants of one AWS Marketplace product, one after the other, so
//! that two that must not be active at a time never are (G-22).

use licentia_core::arn::{AccountId, GrantArn};
use licentia_core::grant::{Event as Step, GrantStatus, Override, Refusal, activate};
use licentia_core::license::License;
use licentia_core::principal::Principal;
use licentia_core::time::Timestamp;

use super::replace::replace_alone;
use super::{StoredGrant, received};
use crate::context::Service;
use crate::events::Event;
use crate::records::{self, GrantRecord, Turn};
use crate::store::{Key, Unavailable, Write};

/// Pointers read at once.
const PAGE: usize = 100;

/// The turn to activate a grant of a product for an account.
pub(crate) struct Activation {
    key: Key,
    turn: Option<u64>,
    /// The active grants of the product that the account has besides.
    others: Vec<StoredGrant>,
    now: Timestamp,
}

/// Writes of a change, and what is told of it.
#[derive(Default)]
pub(crate) struct Steps {
    pub(crate) writes: Vec<Write>,
    pub(crate) events: Vec<Event>,
}

impl Activation {
    /// The turn that is next, and what is active before it. The turn is read
    /// first, so that whatever is activated later takes it away.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub(crate) async fn next(
        service: &Service,
        account: &AccountId,
        license: &License,
        grant: &GrantArn,
        now: Timestamp,
    ) -> Result<Self, Unavailable> {
        let key = records::activation_key(account, &license.product_sku);
        let item = service.store.get(std::slice::from_ref(&key)).await?.pop().flatten();
        let turn = item.map(|item| item.read::<Turn>()).transpose()?.map(|turn| turn.turn);
        let same_sku =
            records::received_sku(&Principal::Account(account.clone()), &license.product_sku, PAGE);
        let mut others = received(service, same_sku, now).await?;
        others.retain(|other| {
            let issuer = |license: &License| license.terms.issuer.key_fingerprint.clone();
            other.standing.status == GrantStatus::Active
                && issuer(other.license()) == issuer(license)
                && other.record.grant.grant_arn != *grant
        });
        Ok(Self { key, turn, others, now })
    }

    /// The steps that take the turn and disable the other grants, where the
    /// override says so.
    ///
    /// # Errors
    /// [`Refusal::OtherIsActive`] where nothing says what becomes of them.
    pub(crate) fn steps(&self, chosen: Option<Override>) -> Result<Steps, ActivationError> {
        let others = self.others.iter().map(|other| other.record.grant.grant_arn.clone()).collect();
        let disabled = activate(chosen, others)?;
        let mut steps =
            Steps { writes: vec![records::take_turn(self.key.clone(), self.turn)?], events: vec![] };
        for other in self.others.iter().filter(|other| disabled.contains(&other.record.grant.grant_arn)) {
            let reason = Some("another grant of the product was activated in its place".to_owned());
            let grant = other.record.grant.after(&other.standing, Step::Deactivate, reason)?;
            steps.events.push(Event::grant(&grant, self.now));
            let next = GrantRecord { grant, ..other.record.clone() };
            steps.writes.extend(replace_alone(other, &next)?);
        }
        Ok(steps)
    }
}

/// Why a grant is not activated.
#[derive(Debug)]
pub(crate) enum ActivationError {
    /// A rule.
    Refused(Refusal),
    /// The store.
    Unavailable(Unavailable),
}

impl From<Refusal> for ActivationError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Unavailable> for ActivationError {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}
