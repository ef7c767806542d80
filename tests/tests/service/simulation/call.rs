//! What clients ask, and what they are answered.

use licentia_core::time::Timestamp;
use serde_json::{Value, json};

use crate::service::model::request::{Request, present};
use crate::service::model::rules::Model;

/// A request whose parameters do not depend on the order in which others are
/// carried out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    Plain(Request),
    CheckIn {
        token: String,
        beneficiary: Option<String>,
    },
    Extend {
        token: String,
        dry_run: Option<bool>,
    },
    /// Of the service itself: what may be discarded is.
    TidyUp,
}

impl Asked {
    pub(super) const fn operation(&self) -> &'static str {
        match self {
            Self::Plain(request) => request.operation(),
            Self::CheckIn { .. } => "CheckInLicense",
            Self::Extend { .. } => "ExtendLicenseConsumption",
            Self::TidyUp => "TidyUp",
        }
    }

    /// As it is sent.
    pub(super) fn json(&self, model: &Model) -> Value {
        match self {
            Self::Plain(request) => request.json(model),
            Self::CheckIn { token, beneficiary } => {
                present(json!({ "LicenseConsumptionToken": token, "Beneficiary": beneficiary }))
            }
            Self::Extend { token, dry_run } => {
                present(json!({ "LicenseConsumptionToken": token, "DryRun": dry_run }))
            }
            Self::TidyUp => json!(null),
        }
    }

    /// As the rules take it; none if there is no such checkout.
    pub(super) fn by_rules(&self, model: &Model) -> Option<Request> {
        let checkout = |token: &str| model.checkouts.iter().rposition(|one| one.token == token);
        Some(match self {
            Self::Plain(request) => request.clone(),
            Self::CheckIn { token, beneficiary } => {
                Request::CheckInLicense { checkout: checkout(token)?, beneficiary: beneficiary.clone() }
            }
            Self::Extend { token, dry_run } => {
                Request::ExtendLicenseConsumption { checkout: checkout(token)?, dry_run: *dry_run }
            }
            Self::TidyUp => return None,
        })
    }
}

/// One sending of a request.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) account: &'static str,
    pub(super) asked: Asked,
    /// When it began, by the clock of the process that carries it out.
    pub(super) now: Timestamp,
    /// The steps between which it was carried out.
    pub(super) begun: usize,
    pub(super) ended: usize,
    /// The last step in which it changed anything.
    pub(super) changed: Option<usize>,
    /// When it last may have reserved something: much later than it began, if
    /// it waited.
    pub(super) reserved_at: Option<Timestamp>,
    /// The calls of the store that failed for it, and that did not.
    pub(super) faults: usize,
    pub(super) turns: usize,
    pub(super) outcome: Outcome,
}

impl Call {
    /// How much its attempts may have reserved together, if it takes anything.
    pub(super) fn reserves(&self) -> Option<u64> {
        let (Asked::Plain(Request::CheckoutLicense { wanted, .. })
        | Asked::Plain(Request::CheckoutBorrowLicense { wanted, .. })) = &self.asked
        else {
            return None;
        };
        let quantities = wanted.iter().filter_map(|wanted| wanted.value?.parse::<u64>().ok());
        Some(quantities.sum::<u64>() * (self.turns as u64))
    }

    /// The licenses that may have served it, if it takes anything.
    pub(super) fn may_be_served_by(&self, model: &Model) -> Vec<Option<String>> {
        match (&self.asked, &self.outcome) {
            (Asked::Plain(Request::CheckoutLicense { .. }), Outcome::Answered(Ok(answer))) => {
                vec![answer["LicenseArn"].as_str().map(ToOwned::to_owned)]
            }
            (Asked::Plain(Request::CheckoutLicense { .. }), Outcome::Lost) => {
                model.licenses.iter().map(|license| Some(license.arn.clone())).collect()
            }
            _ => vec![None],
        }
    }
}

/// What a client knows in the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Answered(Result<Value, &'static str>),
    /// Nothing: it may have been carried out, or not.
    Lost,
}
