//! One history, carried out by the service and by the rules side by side.

use std::collections::BTreeMap;

use serde_json::Value;

use super::request::{Request, root};
use super::rules::{Made, Model};
use super::signed::check_signed;
use super::step::{By, Named, Pick, Source, Step, Through};
use super::{ACCOUNTS, VENDOR};
use crate::service::World;

/// How often each outcome and each turn of events was reached.
pub(super) type Reached = BTreeMap<String, usize>;

/// What the service and the rules say about one history.
pub(super) struct History {
    world: World,
    model: Model,
    /// The requests with client tokens, in the order in which they were sent.
    sent: Vec<(&'static str, Request)>,
    pub(super) reached: Reached,
    /// Every request so far, to tell how a difference came about.
    log: Vec<String>,
}

impl History {
    pub(super) fn new(world: World) -> Self {
        let model = Model::new(world.clock_now());
        Self { world, model, sent: vec![], reached: Reached::new(), log: vec![] }
    }

    /// Runs the steps, and compares every answer.
    ///
    /// # Errors
    /// The first difference, and what came before it.
    pub(super) async fn run(&mut self, steps: &[Step]) -> Result<(), String> {
        for step in steps {
            self.step(step).await?;
            for license in 0..self.model.licenses.len() {
                self.send(self.model.licenses[license].owner, Request::GetLicenseUsage { license }).await?;
            }
        }
        self.read_all().await
    }

    /// Everything that there is to be read, by everybody.
    async fn read_all(&mut self) -> Result<(), String> {
        for account in ACCOUNTS {
            for license in 0..self.model.licenses.len() {
                self.send(account, Request::GetLicense { license, version: None }).await?;
                self.send(account, Request::GetLicenseUsage { license }).await?;
            }
            for grant in 0..self.model.grants.len() {
                self.send(account, Request::GetGrant { grant, version: None }).await?;
            }
            self.list(account).await?;
        }
        Ok(())
    }

    async fn list(&mut self, account: &'static str) -> Result<(), String> {
        for request in
            [Request::ListReceivedLicenses, Request::ListReceivedGrants, Request::ListDistributedGrants]
        {
            self.send(account, request).await?;
        }
        Ok(())
    }

    fn reach(&mut self, what: impl Into<String>) {
        *self.reached.entry(what.into()).or_default() += 1;
    }

    /// Sends a request to both, and tells whether it succeeded.
    async fn send(&mut self, account: &'static str, request: Request) -> Result<bool, String> {
        let operation = request.operation();
        let input = request.json(&self.model);
        let retried = self.model.retried(account, &request);
        let is_retry = retried.is_some();
        let (expected, made) = match retried {
            Some(answer) => (answer, None),
            None => match self.model.call(account, &request) {
                Ok(answer) => (Ok(answer.value), answer.made),
                Err(code) => (Err(code), None),
            },
        };
        let actual = self.world.call_as(account, operation, &input).await;
        self.log.push(format!("{} {account} {operation} {input}", self.model.now));
        if !is_retry && request.token().is_some() {
            self.sent.push((account, request.clone()));
        }
        let outcome = match (expected, actual) {
            (Err(expected), Err((code, _))) if expected == code => Err(code),
            (Ok(mut expected), Ok(actual)) => {
                if let Some(made) = made {
                    self.model.name(made, &mut expected, &actual);
                    self.check_new(made, &mut expected, &actual)?;
                }
                if expected != actual {
                    return Err(self.difference(&format!("{expected:#}"), &format!("{actual:#}")));
                }
                Ok(actual)
            }
            (expected, actual) => {
                return Err(self.difference(&format!("{expected:?}"), &format!("{actual:?}")));
            }
        };
        self.note(&request, is_retry, outcome.as_ref());
        let succeeded = outcome.is_ok();
        if let (false, Ok(answer)) = (is_retry, outcome) {
            self.model.remember(account, request, answer);
        }
        Ok(succeeded)
    }

    fn difference(&self, expected: &str, actual: &str) -> String {
        let reads = ["GetLicense ", "GetLicenseUsage ", "GetGrant ", "ListReceived", "ListDistributed"];
        let (last, before) = self.log.split_last().unwrap();
        let changes = before.iter().filter(|line| !reads.iter().any(|read| line.contains(read)));
        let changes: Vec<&str> = changes.map(String::as_str).collect();
        format!("{}\n{last}\nby the rules: {expected}\nthe service: {actual}", changes.join("\n"))
    }

    /// What is new has a name of its own; what was checked out is signed.
    fn check_new(&self, made: Made, expected: &mut Value, actual: &Value) -> Result<(), String> {
        let names: Vec<&String> = match made {
            Made::License => self.model.licenses.iter().map(|license| &license.arn).collect(),
            Made::Grant => self.model.grants.iter().map(|grant| &grant.arn).collect(),
            Made::Checkout => self.model.checkouts.iter().map(|checkout| &checkout.token).collect(),
        };
        let (name, others) = names.split_last().unwrap();
        if name.is_empty() || others.contains(name) {
            return Err(self.difference("a new name", &actual.to_string()));
        }
        if matches!(made, Made::Checkout) {
            expected["SignedToken"] = actual["SignedToken"].clone();
            check_signed(expected).map_err(|(claims, signed)| self.difference(&claims, &signed))?;
        }
        Ok(())
    }

    /// Counts what this request reached.
    fn note(&mut self, request: &Request, is_retry: bool, outcome: Result<&Value, &&'static str>) {
        let code = outcome.err().copied().unwrap_or("succeeded");
        if is_retry {
            self.reach(format!("retried {code}"));
            return;
        }
        self.reach(format!("{} {code}", request.operation()));
        let Ok(answer) = outcome else { return };
        match request {
            Request::CheckoutLicense { wanted, kind, .. } => {
                if answer["EntitlementsAllowed"].as_array().unwrap().len() < wanted.len() {
                    self.reach("checked out in part");
                }
                let taken = self.model.checkouts.last().unwrap().license;
                self.reach(format!("checked out {kind}"));
                if self.exceeds(taken) {
                    self.reach("taken beyond the maximum");
                }
                let later = &self.model.licenses[taken + 1..];
                if later.iter().any(|license| license.sku == self.model.licenses[taken].sku) {
                    self.reach("served by an older license");
                }
            }
            Request::CreateGrant { .. } if self.model.grants.last().unwrap().parent.is_some() => {
                self.reach("redistributed");
            }
            Request::CreateLicenseVersion { reset: Some(true), .. } => self.reach("reset"),
            Request::GetGrant { grant, .. } => {
                let is_ended = self.model.grant_version(*grant) > self.model.grants[*grant].versions.len();
                if is_ended {
                    self.reach("grant ended with what it was made under");
                }
            }
            _ => {}
        }
    }

    fn exceeds(&self, license: usize) -> bool {
        let entitlements = &self.model.licenses[license].terms().entitlements;
        entitlements.iter().any(|one| one.max.is_some_and(|max| self.model.consumed(license, one.name) > max))
    }

    fn wait(&mut self, minutes: u32) {
        let before = self.model.now;
        let is_running = |model: &Model| -> Vec<bool> {
            model.checkouts.iter().map(|checkout| model.is_running(checkout)).collect()
        };
        let ran = is_running(&self.model);
        let standing = |model: &Model| -> Vec<(bool, &'static str)> {
            let of =
                |license: &super::rules::License| (license.is_readable(model.now), license.status(model.now));
            model.licenses.iter().map(of).collect()
        };
        let stood = standing(&self.model);
        let renewed = |model: &Model| -> usize {
            model.licenses.iter().map(|license| license.renewals(model.now).len()).sum()
        };
        let renewals = renewed(&self.model);
        self.world.wait(u64::from(minutes));
        self.model.now = self.world.clock_now();
        self.log.push(format!("{before} wait {minutes} minutes"));
        for (ran, runs) in ran.into_iter().zip(is_running(&self.model)) {
            if ran && !runs {
                self.reach("checkout expired");
            }
        }
        for (before, after) in stood.into_iter().zip(standing(&self.model)) {
            if before.0 && !after.0 {
                self.reach("deleted license forgotten");
            }
            if before.1 != after.1 {
                self.reach("license expired");
            }
        }
        if renewed(&self.model) > renewals {
            self.reach("renewed");
        }
    }

    async fn step(&mut self, step: &Step) -> Result<(), String> {
        let token = self.sent.len();
        match step.clone() {
            Step::Wait { minutes } => self.wait(minutes),
            Step::List { account } => self.list(account).await?,
            Step::License { sku, beneficiary, draft } => {
                let terms = draft.at(self.model.now);
                self.send(VENDOR, Request::CreateLicense { token, sku, beneficiary, terms }).await?;
            }
            Step::Grant { license, to, operations, activate, by } => {
                let Some(license) = self.license(license) else { return Ok(()) };
                let by = by.unwrap_or(self.model.licenses[license].owner);
                self.grant(by, license, to, operations, activate).await?;
            }
            Step::Redistribute { grant, to, operations, activate } => {
                let Some(grant) = self.pick_grant(grant) else { return Ok(()) };
                let (by, license) = (self.model.grants[grant].grantee, self.model.grants[grant].license);
                self.grant(by, license, to, operations, activate).await?;
            }
            Step::Retry { back, changed } => {
                let Some(index) = self.sent.len().checked_sub(1 + back % 12) else { return Ok(()) };
                let (account, request) = self.sent[index].clone();
                self.send(account, if changed { request.changed() } else { request }).await?;
            }
            step => {
                if let Some((account, request)) = self.request(step, token) {
                    self.send(account, request).await?;
                }
            }
        }
        Ok(())
    }

    async fn grant(
        &mut self,
        by: &'static str,
        license: usize,
        to: &'static str,
        operations: Vec<&'static str>,
        activate: bool,
    ) -> Result<(), String> {
        let token = self.sent.len();
        let name = "Analytics";
        let made = self.send(by, Request::CreateGrant { token, license, to, operations, name }).await?;
        if made && activate {
            let (grant, token) = (self.model.grants.len() - 1, self.sent.len());
            self.send(to, Request::AcceptGrant { grant }).await?;
            let (status, source) = (Some("ACTIVE"), Some(2));
            let (name, operations, reason) = (None, None, None);
            let activate =
                Request::CreateGrantVersion { token, grant, name, operations, status, reason, source };
            self.send(to, activate).await?;
        }
        Ok(())
    }

    fn license(&self, pick: Pick) -> Option<usize> {
        pick.checked_rem(self.model.licenses.len())
    }

    fn pick_grant(&self, pick: Pick) -> Option<usize> {
        pick.checked_rem(self.model.grants.len())
    }

    /// The request that a step makes, if there is what it is about.
    fn request(&self, step: Step, token: usize) -> Option<(&'static str, Request)> {
        let model = &self.model;
        let owner = |license: usize, by: By| by.unwrap_or(model.licenses[license].owner);
        let grantee = |grant: usize, by: By| by.unwrap_or(model.grants[grant].grantee);
        let maker = |grant: usize, by: By| by.unwrap_or(model.grants[grant].maker);
        Some(match step {
            Step::Revise { license, draft, status, reset, source, by } => {
                let license = self.license(license)?;
                let terms = draft.at(model.now);
                let source = source.of(model.licenses[license].versions.len());
                let request = Request::CreateLicenseVersion { token, license, terms, status, source, reset };
                (owner(license, by), request)
            }
            Step::DeleteLicense { license, source, by } => {
                let license = self.license(license)?;
                let current = model.licenses[license].versions.len();
                let source = source.of(current).unwrap_or(current);
                (owner(license, by), Request::DeleteLicense { license, source })
            }
            Step::Answer { grant, accept, by } => {
                // One that waits for an answer, if there is one.
                let waiting = |grant: &usize| model.grant_status(*grant) == "PENDING_ACCEPT";
                let waiting: Vec<usize> = (0..model.grants.len()).filter(waiting).collect();
                let grant = match grant.checked_rem(waiting.len()) {
                    Some(index) => waiting[index],
                    None => self.pick_grant(grant)?,
                };
                let request =
                    if accept { Request::AcceptGrant { grant } } else { Request::RejectGrant { grant } };
                (grantee(grant, by), request)
            }
            Step::Set { grant, status, reason, source, by } => {
                let grant = self.pick_grant(grant)?;
                let (status, source) = (Some(status), source.of(model.grant_version(grant)));
                let (name, operations) = (None, None);
                let request =
                    Request::CreateGrantVersion { token, grant, name, operations, status, reason, source };
                (grantee(grant, by), request)
            }
            Step::Change { grant, operations, name, by } => {
                let grant = self.pick_grant(grant)?;
                let (status, reason, source) = (None, None, None);
                let request =
                    Request::CreateGrantVersion { token, grant, name, operations, status, reason, source };
                (maker(grant, by), request)
            }
            Step::DeleteGrant { grant, source, by } => {
                let grant = self.pick_grant(grant)?;
                let current = model.grant_version(grant);
                let version = source.of(current).unwrap_or(current);
                (maker(grant, by), Request::DeleteGrant { grant, version, reason: Some("over") })
            }
            Step::Take { through, issuer, kind, wanted, node } => {
                let (account, license, beneficiary) = self.right(&through)?;
                let license = &model.licenses[license];
                let fingerprint = if issuer { license.fingerprint() } else { "aws:another".to_owned() };
                let sku = license.sku;
                let request =
                    Request::CheckoutLicense { token, sku, fingerprint, kind, wanted, beneficiary, node };
                (account, request)
            }
            Step::Borrow { through, wanted, method } => {
                let (account, license, _) = self.right(&through)?;
                let node = None;
                (account, Request::CheckoutBorrowLicense { token, license, wanted, method, node })
            }
            Step::CheckIn { checkout, beneficiary, by } => {
                let checkout = checkout.checked_rem(model.checkouts.len())?;
                let taken = &model.checkouts[checkout];
                let beneficiary =
                    if beneficiary { taken.beneficiary.clone() } else { Some("another".to_owned()) };
                (by.unwrap_or(taken.account), Request::CheckInLicense { checkout, beneficiary })
            }
            Step::Extend { checkout, dry_run, by } => {
                let checkout = checkout.checked_rem(model.checkouts.len())?;
                let by = by.unwrap_or(model.checkouts[checkout].account);
                (by, Request::ExtendLicenseConsumption { checkout, dry_run })
            }
            Step::ReadLicense { license, version, by } => {
                let license = self.license(license)?;
                (owner(license, by), Request::GetLicense { license, version: version.map(|one| one + 1) })
            }
            Step::ReadGrant { grant, version, by } => {
                let grant = self.pick_grant(grant)?;
                (grantee(grant, by), Request::GetGrant { grant, version: version.map(|one| one + 1) })
            }
            Step::Wait { .. }
            | Step::List { .. }
            | Step::License { .. }
            | Step::Grant { .. }
            | Step::Redistribute { .. }
            | Step::Retry { .. } => return None,
        })
    }

    /// Who takes, from which license, and for which beneficiary.
    fn right(&self, through: &Through) -> Option<(&'static str, usize, Option<String>)> {
        Some(match *through {
            Through::Grant(pick) => {
                let grant = &self.model.grants[self.pick_grant(pick)?];
                (grant.grantee, grant.license, None)
            }
            Through::Own { license, named } => {
                let license = self.license(license)?;
                let owner = self.model.licenses[license].owner;
                let beneficiary = match named {
                    Named::TheOne => self.model.licenses[license].beneficiary.to_owned(),
                    Named::ItsAccount => owner.to_owned(),
                    Named::ItsRoot => root(owner),
                    Named::Another => "another".to_owned(),
                };
                (owner, license, Some(beneficiary))
            }
            Through::Nothing { license, by } => (by, self.license(license)?, None),
        })
    }
}

impl Source {
    const fn of(self, current: usize) -> Option<usize> {
        match self {
            Self::None => None,
            Self::Current => Some(current),
            Self::Other => Some(current + 1),
        }
    }
}
