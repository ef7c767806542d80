//! The rules of sections 2 to 7, over plain lists of everything that happened:
//! nothing is kept that could be computed anew.

mod consumption;
mod grants;
mod licenses;

use licentia_core::time::Timestamp;
use serde_json::Value;

use super::request::Request;
pub(super) use consumption::Checkout;
pub(super) use grants::{Grant, OPERATIONS};
pub(super) use licenses::License;

pub(super) const VALIDATION: &str = "ValidationException";
pub(super) const INVALID: &str = "InvalidParameterValueException";
pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(super) const CONFLICT: &str = "ConflictException";
pub(super) const NONE_ALLOWED: &str = "NoEntitlementsAllowedException";
pub(super) const SOME_NOT_ALLOWED: &str = "EntitlementNotAllowedException";
pub(super) const METHOD: &str = "UnsupportedDigitalSignatureMethodException";
pub(super) const DENIED: &str = "AccessDeniedException";

/// Everything that happened.
pub(super) struct Model {
    pub(super) now: Timestamp,
    pub(super) licenses: Vec<License>,
    pub(super) grants: Vec<Grant>,
    pub(super) checkouts: Vec<Checkout>,
    /// Who asked what with a client token, and the answer, where it succeeded
    /// (C-6, C-7).
    answered: Vec<(&'static str, Request, Value)>,
}

/// An answer as far as it is determined, and what it made: the service names
/// that.
pub(super) struct Answer {
    pub(super) value: Value,
    pub(super) made: Option<Made>,
}

/// The latest of its kind was made.
#[derive(Clone, Copy)]
pub(super) enum Made {
    License,
    Grant,
    Checkout,
}

/// An answer, or the code of the error.
pub(super) type Outcome = Result<Answer, &'static str>;

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self { value, made: None }
    }
}

impl Model {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self { now, licenses: vec![], grants: vec![], checkouts: vec![], answered: vec![] }
    }

    /// What a request with a known client token is answered (C-6); none if the
    /// token is new, or none was sent.
    pub(super) fn retried(&self, account: &str, request: &Request) -> Option<Result<Value, &'static str>> {
        request.token()?;
        let same_token = |(by, first, _): &&(&'static str, Request, Value)| {
            *by == account && first.operation() == request.operation() && first.token() == request.token()
        };
        let (_, first, answer) = self.answered.iter().find(same_token)?;
        Some(if first == request { Ok(answer.clone()) } else { Err(VALIDATION) })
    }

    pub(super) fn remember(&mut self, account: &'static str, request: Request, answer: Value) {
        if request.token().is_some() {
            self.answered.push((account, request, answer));
        }
    }

    /// Carries a request out. A refusal changes nothing.
    pub(super) fn call(&mut self, account: &'static str, request: &Request) -> Outcome {
        match request {
            Request::CreateLicense { sku, beneficiary, terms, .. } => {
                self.create_license(account, sku, beneficiary, terms)
            }
            Request::CreateLicenseVersion { license, terms, status, source, reset, .. } => {
                self.create_license_version(account, *license, terms, status, *source, *reset)
            }
            Request::DeleteLicense { license, source } => self.delete_license(account, *license, *source),
            Request::GetLicense { license, version } => self.get_license(account, *license, *version),
            Request::GetLicenseUsage { license } => self.usage(account, *license),
            Request::ListReceivedLicenses => Ok(self.received_licenses(account).into()),
            Request::CheckoutLicense { sku, fingerprint, kind, wanted, beneficiary, node, .. } => {
                let beneficiary = beneficiary.as_deref();
                self.check_out(account, sku, fingerprint, kind, wanted, beneficiary, *node)
            }
            Request::CheckoutBorrowLicense { license, wanted, method, node, .. } => {
                self.borrow(account, *license, wanted, method, *node)
            }
            Request::CheckInLicense { checkout, beneficiary } => {
                self.check_in(account, *checkout, beneficiary.as_deref())
            }
            Request::ExtendLicenseConsumption { checkout, dry_run } => {
                self.extend(account, *checkout, *dry_run == Some(true))
            }
            Request::CreateGrant { license, to, operations, name, .. } => {
                self.create_grant(account, *license, to, operations, name)
            }
            Request::AcceptGrant { grant } => self.answer_grant(account, *grant, "DISABLED"),
            Request::RejectGrant { grant } => self.answer_grant(account, *grant, "REJECTED"),
            Request::CreateGrantVersion { grant, name, operations, status, reason, source, .. } => self
                .create_grant_version(
                    account,
                    *grant,
                    *name,
                    operations.as_deref(),
                    *status,
                    *reason,
                    *source,
                ),
            Request::DeleteGrant { grant, version, reason } => {
                self.delete_grant(account, *grant, *version, *reason)
            }
            Request::GetGrant { grant, version } => self.get_grant(account, *grant, *version),
            Request::ListReceivedGrants => Ok(self.list_grants(|grant| grant.grantee == account).into()),
            Request::ListDistributedGrants => Ok(self.list_grants(|grant| grant.maker == account).into()),
        }
    }

    /// Gives what was made the name that the service answered, and fills it in.
    pub(super) fn name(&mut self, made: Made, expected: &mut Value, actual: &Value) {
        let (member, name) = match made {
            Made::License => ("LicenseArn", &mut self.licenses.last_mut().unwrap().arn),
            Made::Grant => ("GrantArn", &mut self.grants.last_mut().unwrap().arn),
            Made::Checkout => ("LicenseConsumptionToken", &mut self.checkouts.last_mut().unwrap().token),
        };
        actual[member].as_str().unwrap_or_default().clone_into(name);
        expected[member] = actual[member].clone();
        if matches!(made, Made::Grant) {
            self.show_latest_grant();
        }
    }
}
