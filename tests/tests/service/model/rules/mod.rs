//! The rules of sections 2 to 7, over plain lists of everything that happened:
//! nothing is kept that could be computed anew.

mod consumption;
mod grants;
mod licenses;

use std::rc::Rc;

use licentia_core::time::Timestamp;
use serde_json::Value;

use super::request::Request;
pub(in crate::service) use consumption::Checkout;
pub(in crate::service) use grants::{Grant, OPERATIONS};
pub(in crate::service) use licenses::License;

pub(in crate::service) const VALIDATION: &str = "ValidationException";
pub(in crate::service) const INVALID: &str = "InvalidParameterValueException";
pub(in crate::service) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(in crate::service) const CONFLICT: &str = "ConflictException";
pub(in crate::service) const NONE_ALLOWED: &str = "NoEntitlementsAllowedException";
pub(in crate::service) const SOME_NOT_ALLOWED: &str = "EntitlementNotAllowedException";
pub(in crate::service) const METHOD: &str = "UnsupportedDigitalSignatureMethodException";
pub(in crate::service) const DENIED: &str = "AccessDeniedException";

/// Everything that happened.
#[derive(Clone)]
pub(in crate::service) struct Model {
    /// By the clock of who carries out the present request.
    pub(in crate::service) now: Timestamp,
    /// Whose clock is ahead of that one, or who asked later and was faster, has
    /// returned what ran out until then.
    pub(in crate::service) returned_until: Timestamp,
    /// The license that serves a checkout if it can, whichever comes first.
    pub(in crate::service) served_by: Option<String>,
    /// Grants that are taken to be active, as they were a moment ago.
    pub(in crate::service) trusted: Vec<usize>,
    pub(in crate::service) licenses: Vec<License>,
    pub(in crate::service) grants: Vec<Grant>,
    pub(in crate::service) checkouts: Vec<Checkout>,
    /// The requests with client tokens that succeeded (C-6, C-7).
    answered: Vec<Rc<Answered>>,
}

/// A request with a client token, and its answer.
pub(in crate::service) struct Answered {
    by: &'static str,
    request: Request,
    pub(in crate::service) answer: Value,
    pub(in crate::service) at: Timestamp,
    /// The checkout that it made, where the answer got lost: nobody knows its
    /// token.
    pub(in crate::service) unnamed: Option<usize>,
}

/// An answer as far as it is determined, and what it made: the service names
/// that.
pub(in crate::service) struct Answer {
    pub(in crate::service) value: Value,
    pub(in crate::service) made: Option<Made>,
}

/// The latest of its kind was made.
#[derive(Clone, Copy)]
pub(in crate::service) enum Made {
    License,
    Grant,
    Checkout,
}

/// An answer, or the code of the error.
pub(in crate::service) type Outcome = Result<Answer, &'static str>;

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self { value, made: None }
    }
}

impl Model {
    pub(in crate::service) const fn new(now: Timestamp) -> Self {
        Self {
            now,
            returned_until: now,
            served_by: None,
            trusted: vec![],
            licenses: vec![],
            grants: vec![],
            checkouts: vec![],
            answered: vec![],
        }
    }

    /// When consumption is looked at.
    fn seen(&self) -> Timestamp {
        self.now.max(self.returned_until)
    }

    /// What a request with a known client token is answered (C-6); none if the
    /// token is new, or none was sent.
    pub(in crate::service) fn retried(
        &self,
        account: &str,
        request: &Request,
    ) -> Option<Result<Value, &'static str>> {
        let first = self.first(account, request)?;
        Some(if first.request == *request { Ok(first.answer.clone()) } else { Err(VALIDATION) })
    }

    /// The request that was last answered under the client token of this one.
    pub(in crate::service) fn first(&self, account: &str, request: &Request) -> Option<&Rc<Answered>> {
        request.token()?;
        let same_token = |first: &&Rc<Answered>| {
            first.by == account
                && first.request.operation() == request.operation()
                && first.request.token() == request.token()
        };
        self.answered.iter().rev().find(same_token)
    }

    pub(in crate::service) fn remember(&mut self, account: &'static str, request: Request, answer: Value) {
        self.remember_unnamed(account, request, answer, None);
    }

    /// The same, of a request that made a checkout whose token nobody knows.
    pub(in crate::service) fn remember_unnamed(
        &mut self,
        by: &'static str,
        request: Request,
        answer: Value,
        unnamed: Option<usize>,
    ) {
        if request.token().is_some() {
            self.answered.push(Rc::new(Answered { by, request, answer, at: self.now, unnamed }));
        }
    }

    /// Carries a request out. A refusal changes nothing.
    pub(in crate::service) fn call(&mut self, account: &'static str, request: &Request) -> Outcome {
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

    /// Whether what the service answered was made before, and not now. A
    /// checkout may have the token of one that is forgotten.
    pub(in crate::service) fn knows(&self, made: &Made, actual: &Value) -> bool {
        match made {
            Made::License => self.licenses.iter().any(|license| actual["LicenseArn"] == license.arn),
            Made::Grant => self.grants.iter().any(|grant| actual["GrantArn"] == grant.arn),
            Made::Checkout => false,
        }
    }

    /// Gives what was made the name that the service answered, and fills it in.
    pub(in crate::service) fn name(&mut self, made: Made, expected: &mut Value, actual: &Value) {
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
