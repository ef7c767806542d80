//! Grants (section 7).

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::super::request::{present, root};
use super::{Answer, INVALID, Made, Model, Outcome, VALIDATION};

/// Every operation that a grant can allow, in the order in which they are read.
pub(in crate::service) const OPERATIONS: [&str; 8] = [
    "CreateGrant",
    "CheckoutLicense",
    "CheckoutBorrowLicense",
    "CheckInLicense",
    "ExtendConsumptionLicense",
    "ListPurchasedLicenses",
    "CreateToken",
    "ListReceivedLicenses",
];

/// A grant as it was last written.
#[derive(Clone)]
pub(in crate::service) struct Grant {
    pub(in crate::service) arn: String,
    pub(in crate::service) license: usize,
    pub(in crate::service) maker: &'static str,
    pub(in crate::service) grantee: &'static str,
    /// The grant that it was made under, unless the owner made it (G-11).
    pub(in crate::service) parent: Option<usize>,
    name: &'static str,
    status: &'static str,
    reason: Option<&'static str>,
    operations: Vec<&'static str>,
    /// Each version as it was shown when it was the latest.
    pub(in crate::service) versions: Vec<Value>,
}

impl Model {
    /// What the account received of a license.
    pub(super) fn received(&self, account: &str, license: usize) -> impl Iterator<Item = usize> {
        (0..self.grants.len()).filter(move |grant| {
            let grant = &self.grants[*grant];
            grant.license == license && grant.grantee == account
        })
    }

    /// A grant ends with its license (L-25) and with what it was made under
    /// (G-27); REJECTED is final.
    pub(in crate::service) fn grant_status(&self, index: usize) -> &'static str {
        let grant = &self.grants[index];
        let is_under_deleted = self.licenses[grant.license].deleted.is_some()
            || grant.parent.is_some_and(|parent| self.grant_status(parent) == "DELETED");
        if is_under_deleted && grant.status != "REJECTED" { "DELETED" } else { grant.status }
    }

    pub(super) fn is_live(&self, grant: usize) -> bool {
        !matches!(self.grant_status(grant), "REJECTED" | "DELETED")
    }

    /// G-17, and G-28 for what it was made under.
    pub(in crate::service) fn is_active(&self, grant: usize) -> bool {
        let parent = self.grants[grant].parent;
        let is_active = self.grant_status(grant) == "ACTIVE" || self.trusted.contains(&grant);
        is_active && parent.is_none_or(|parent| self.is_active(parent))
    }

    /// What is left of the granted operations (G-29).
    pub(super) fn operations(&self, grant: usize) -> Vec<&'static str> {
        let grant = &self.grants[grant];
        let left = |operation: &&str| {
            grant.operations.contains(operation)
                && grant.parent.is_none_or(|parent| self.operations(parent).contains(operation))
        };
        OPERATIONS.into_iter().filter(left).collect()
    }

    pub(super) fn active_grant(&self, account: &str, license: usize) -> Option<usize> {
        self.received(account, license).find(|grant| self.is_active(*grant))
    }

    /// G-15: ending with something else is a version too.
    pub(in crate::service) fn grant_version(&self, index: usize) -> usize {
        let grant = &self.grants[index];
        grant.versions.len() + usize::from(self.grant_status(index) != grant.status)
    }

    /// The grant as it stands.
    fn shown(&self, index: usize, version: usize) -> Value {
        let grant = &self.grants[index];
        let license = &self.licenses[grant.license].arn;
        let status = self.grant_status(index);
        present(json!({
            "GrantArn": grant.arn,
            "GrantName": grant.name,
            "ParentArn": grant.parent.map_or(license, |parent| &self.grants[parent].arn),
            "LicenseArn": license,
            "GranteePrincipalArn": root(grant.grantee),
            "HomeRegion": "us-east-1",
            "GrantStatus": status,
            "StatusReason": grant.reason.filter(|_| status == grant.status),
            "Version": version.to_string(),
            "GrantedOperations": self.operations(index),
            "GrantType": "BuyerGrant",
        }))
    }

    /// Adds what the grant has become to its versions.
    fn add_version(&mut self, index: usize) -> Outcome {
        let shown = self.shown(index, self.grants[index].versions.len() + 1);
        let answer = json!({
            "GrantArn": shown["GrantArn"], "Status": shown["GrantStatus"], "Version": shown["Version"],
        });
        self.grants[index].versions.push(shown);
        Ok(answer.into())
    }

    /// A new grant is shown with the name that it got.
    pub(super) fn show_latest_grant(&mut self) {
        let latest = self.grants.len() - 1;
        self.grants[latest].versions = vec![self.shown(latest, 1)];
    }

    pub(super) fn received_metadata(&self, grant: usize) -> Value {
        let shown = self.shown(grant, 1);
        present(json!({
            "ReceivedStatus": shown["GrantStatus"],
            "ReceivedStatusReason": shown["StatusReason"],
            "AllowedOperations": shown["GrantedOperations"],
            "GrantType": shown["GrantType"],
        }))
    }

    pub(super) fn create_grant(
        &mut self,
        account: &'static str,
        license: usize,
        to: &'static str,
        operations: &[&'static str],
        name: &'static str,
    ) -> Outcome {
        let is_owner = self.licenses[license].owner == account;
        if operations.is_empty() {
            return Err(VALIDATION);
        }
        if !self.licenses[license].is_readable(self.now) {
            return Err(INVALID);
        }
        // G-2.
        let parent = self.active_grant(account, license).filter(|_| !is_owner);
        let held = parent.map_or(OPERATIONS.to_vec(), |parent| self.operations(parent));
        if !is_owner && (parent.is_none() || !held.contains(&"CreateGrant")) {
            return Err(VALIDATION);
        }
        let has_one = self.received(to, license).any(|grant| self.is_live(grant));
        let refused = to == account // G-9
            || has_one
            || self.licenses[license].status(self.now) != "AVAILABLE" // G-10
            || !self.may_allow(operations, &held, is_owner);
        if refused {
            return Err(INVALID);
        }
        self.grants.push(Grant {
            arn: String::new(),
            license,
            maker: account,
            grantee: to,
            parent,
            name,
            status: "PENDING_ACCEPT",
            reason: None,
            operations: operations.to_vec(),
            versions: vec![],
        });
        let value = json!({ "Status": "PENDING_ACCEPT", "Version": "1" });
        Ok(Answer { value, made: Some(Made::Grant) })
    }

    /// G-3, G-4, G-6.
    fn may_allow(&self, operations: &[&str], held: &[&str], is_owner: bool) -> bool {
        operations.iter().all(|operation| held.contains(operation))
            && !operations.contains(&"ListReceivedLicenses")
            && (is_owner || !operations.contains(&"CreateGrant"))
    }

    /// The grant exists as long as its license can be read.
    fn known(&self, index: usize) -> Result<&Grant, &'static str> {
        let grant = &self.grants[index];
        if self.licenses[grant.license].is_readable(self.now) { Ok(grant) } else { Err(INVALID) }
    }

    /// AcceptGrant and RejectGrant.
    pub(super) fn answer_grant(&mut self, account: &str, index: usize, status: &'static str) -> Outcome {
        if self.known(index)?.grantee != account {
            return Err(VALIDATION);
        }
        if self.grant_status(index) != "PENDING_ACCEPT" {
            return Err(INVALID);
        }
        (self.grants[index].status, self.grants[index].reason) = (status, None);
        self.add_version(index)
    }

    #[expect(clippy::too_many_arguments, reason = "they are the members of the request")]
    pub(super) fn create_grant_version(
        &mut self,
        account: &str,
        index: usize,
        name: Option<&'static str>,
        operations: Option<&[&'static str]>,
        status: Option<&'static str>,
        reason: Option<&'static str>,
        source: Option<usize>,
    ) -> Outcome {
        if operations.is_some_and(<[_]>::is_empty) {
            return Err(VALIDATION);
        }
        let grant = self.known(index)?;
        let (is_maker, is_grantee) = (grant.maker == account, grant.grantee == account);
        if !is_maker && !is_grantee {
            return Err(VALIDATION);
        }
        if source.is_some_and(|source| source != self.grant_version(index)) {
            return Err(INVALID);
        }
        // The grantor changes name and operations, the grantee the status.
        if (is_maker && status.is_some()) || (is_grantee && (name.is_some() || operations.is_some())) {
            return Err(VALIDATION);
        }
        let is_step = match (self.grant_status(index), status) {
            ("DISABLED", Some("ACTIVE")) | ("ACTIVE", Some("DISABLED")) => true,
            (_, Some(_)) => false,
            (_, None) => self.is_live(index),
        };
        let held = grant.parent.map_or(OPERATIONS.to_vec(), |parent| self.operations(parent));
        let is_owner = grant.parent.is_none();
        let may = operations.is_none_or(|operations| self.may_allow(operations, &held, is_owner));
        if !is_step || !may {
            return Err(INVALID);
        }
        let grant = &mut self.grants[index];
        if let Some(status) = status {
            (grant.status, grant.reason) = (status, None);
        }
        grant.reason = reason.or(grant.reason);
        grant.name = name.unwrap_or(grant.name);
        if let Some(operations) = operations {
            grant.operations = operations.to_vec();
        }
        self.add_version(index)
    }

    pub(super) fn delete_grant(
        &mut self,
        account: &str,
        index: usize,
        version: usize,
        reason: Option<&'static str>,
    ) -> Outcome {
        if self.known(index)?.maker != account {
            return Err(VALIDATION);
        }
        if version != self.grant_version(index) || !self.is_live(index) {
            return Err(INVALID);
        }
        (self.grants[index].status, self.grants[index].reason) = ("DELETED", reason);
        self.add_version(index)
    }

    pub(super) fn get_grant(&self, account: &str, index: usize, version: Option<usize>) -> Outcome {
        let grant = self.known(index)?;
        if grant.maker != account && grant.grantee != account {
            return Err(INVALID);
        }
        let current = self.grant_version(index);
        let shown = match version.unwrap_or(current) {
            version if version == current => self.shown(index, current),
            version if (1..current).contains(&version) => grant.versions[version - 1].clone(),
            _ => return Err(INVALID),
        };
        Ok(json!({ "Grant": shown }).into())
    }

    /// The newest first (G-30, G-31).
    pub(super) fn list_grants(&self, is_listed: impl Fn(&Grant) -> bool) -> Value {
        let mut grants: Vec<usize> = (0..self.grants.len())
            .filter(|grant| is_listed(&self.grants[*grant]) && self.known(*grant).is_ok())
            .collect();
        grants.sort_by_key(|grant| {
            let arn = &self.grants[*grant].arn;
            Reverse(arn.split(":grant:").nth(1).unwrap().to_owned())
        });
        let grants: Vec<Value> =
            grants.into_iter().map(|grant| self.shown(grant, self.grant_version(grant))).collect();
        json!({ "Grants": grants })
    }
}
