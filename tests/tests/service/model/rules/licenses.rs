//! Licenses (sections 2 and 3).

use licentia_core::time::Timestamp;
use serde_json::{Value, json};

use super::super::request::{Entitlement, Request, Terms};
use super::{Answer, CONFLICT, INVALID, Made, Model, NOT_FOUND, Outcome, VALIDATION};

/// A license and all its versions.
#[derive(Clone)]
pub(in crate::service) struct License {
    pub(in crate::service) arn: String,
    pub(in crate::service) owner: &'static str,
    pub(in crate::service) sku: &'static str,
    pub(in crate::service) beneficiary: &'static str,
    pub(in crate::service) versions: Vec<Version>,
    pub(in crate::service) deleted: Option<Timestamp>,
    /// When somebody last looked what had run out before it was deleted: by a
    /// clock ahead of who deleted it, perhaps.
    pub(in crate::service) looked_at: Option<Timestamp>,
}

#[derive(Clone)]
pub(in crate::service) struct Version {
    /// Renewals up to then are of the version before, whoever's clock they are
    /// due by.
    pub(in crate::service) made: Timestamp,
    pub(in crate::service) terms: Terms,
    pub(in crate::service) status: &'static str,
    /// Whether consumption began anew with it (L-15).
    pub(in crate::service) reset: bool,
}

impl Terms {
    /// L-3, L-4, L-5.
    fn are_sound(&self) -> bool {
        self.end.is_none_or(|end| end > self.begin)
            && !self.entitlements.is_empty()
            && (self.provisional.is_some() || self.borrow.is_some())
    }

    pub(super) fn entitlement(&self, name: &str) -> Option<&Entitlement> {
        self.entitlements.iter().find(|entitlement| entitlement.name == name)
    }

    /// The renewal of this number, counted from 1 (E-12), up to the end (E-14).
    fn renewal(&self, number: u32) -> Option<Timestamp> {
        let at = match self.renew {
            Some("Weekly") => self.begin.plus_days(7 * number),
            Some("Monthly") => self.begin.plus_months(number),
            _ => return None,
        };
        Some(at).filter(|at| self.end.is_none_or(|end| *at <= end))
    }
}

impl License {
    pub(super) fn current(&self) -> &Version {
        self.versions.last().unwrap()
    }

    pub(in crate::service) fn terms(&self) -> &Terms {
        &self.current().terms
    }

    /// L-24.
    pub(in crate::service) fn is_readable(&self, now: Timestamp) -> bool {
        self.deleted.is_none_or(|deleted| now < deleted.plus_months(6))
    }

    /// Section 2.3.
    pub(in crate::service) fn status(&self, now: Timestamp) -> &'static str {
        if self.deleted.is_some() {
            return "DELETED";
        }
        if self.terms().end.is_some_and(|end| end <= now) {
            return "EXPIRED";
        }
        self.current().status
    }

    /// L-7.
    pub(in crate::service) fn fingerprint(&self) -> String {
        format!("aws:{}:Example:issuer-fingerprint", self.owner)
    }

    /// Every renewal that fell due, each by the calendar of its time: of which
    /// version, counted from 1, and when.
    pub(in crate::service) fn renewals(&self, until: Timestamp) -> Vec<(usize, Timestamp)> {
        let begins = self.versions.iter().map(|version| version.made);
        let ends = begins.skip(1).chain([until]);
        let mut renewals = Vec::new();
        for (number, (version, end)) in (1..).zip(self.versions.iter().zip(ends)) {
            let all = (1..).map_while(|number| version.terms.renewal(number));
            let due = all.take_while(|at| *at <= end).filter(|at| *at > version.made);
            renewals.extend(due.map(|at| (number, at)));
        }
        renewals
    }

    /// A version as it is read.
    fn json(&self, version: usize, status: &str) -> Value {
        let mut license = self.versions[version - 1].terms.json();
        license["LicenseArn"] = json!(self.arn);
        license["ProductSKU"] = json!(self.sku);
        license["HomeRegion"] = json!("us-east-1");
        license["Issuer"]["KeyFingerprint"] = json!(self.fingerprint());
        license["Beneficiary"] = json!(self.beneficiary);
        license["CreateTime"] = json!(self.versions[0].made);
        license["Status"] = json!(status);
        license["Version"] = json!(version.to_string());
        license
    }

    pub(super) fn json_now(&self, now: Timestamp) -> Value {
        self.json(self.versions.len(), self.status(now))
    }
}

impl Model {
    pub(super) fn create_license(
        &mut self,
        account: &'static str,
        sku: &'static str,
        beneficiary: &'static str,
        terms: &Terms,
    ) -> Outcome {
        if !terms.are_sound() {
            return Err(VALIDATION);
        }
        let version = Version { made: self.now, terms: terms.clone(), status: "AVAILABLE", reset: false };
        let license = License {
            arn: String::new(),
            owner: account,
            sku,
            beneficiary,
            versions: vec![version],
            deleted: None,
            looked_at: None,
        };
        let value = json!({ "Status": license.status(self.now), "Version": "1" });
        self.licenses.push(license);
        Ok(Answer { value, made: Some(Made::License) })
    }

    /// The license, if it is there for its owner.
    fn own(&self, account: &str, license: usize) -> Option<&License> {
        Some(&self.licenses[license])
            .filter(|license| license.owner == account && license.is_readable(self.now))
    }

    pub(super) fn create_license_version(
        &mut self,
        account: &str,
        index: usize,
        terms: &Terms,
        status: &'static str,
        source: Option<usize>,
        reset: Option<bool>,
    ) -> Outcome {
        if !terms.are_sound() {
            return Err(VALIDATION);
        }
        let license = self.own(account, index).ok_or(NOT_FOUND)?;
        // L-14.
        if source.is_some_and(|source| source != license.versions.len()) {
            return Err(CONFLICT);
        }
        // L-19 and the table of section 2.3.
        let is_later = license.terms().end.is_some_and(|old| terms.end.is_none_or(|new| new > old));
        let may = match (license.status(self.now), status) {
            ("AVAILABLE" | "DEACTIVATED", "AVAILABLE" | "DEACTIVATED" | "SUSPENDED")
            | ("SUSPENDED", "AVAILABLE" | "SUSPENDED") => true,
            ("EXPIRED", "AVAILABLE") => is_later,
            _ => false,
        };
        if !may {
            return Err(VALIDATION);
        }
        let (now, made) = (self.now, self.seen());
        let license = &mut self.licenses[index];
        let reset = reset == Some(true);
        license.versions.push(Version { made, terms: terms.clone(), status, reset });
        Ok(json!({
            "LicenseArn": license.arn,
            "Version": license.versions.len().to_string(),
            "Status": license.status(now),
        })
        .into())
    }

    /// Whether the license that this request would delete is.
    pub(in crate::service) fn is_deleted(&self, request: &Request) -> bool {
        matches!(request, Request::DeleteLicense { license, .. } if self.licenses[*license].deleted.is_some())
    }

    pub(super) fn delete_license(&mut self, account: &str, index: usize, source: usize) -> Outcome {
        let license = self.own(account, index).ok_or(INVALID)?;
        // L-23.
        if source != license.versions.len() {
            return Err(CONFLICT);
        }
        if license.deleted.is_some() {
            return Err(VALIDATION);
        }
        (self.licenses[index].deleted, self.licenses[index].looked_at) = (Some(self.now), Some(self.seen()));
        Ok(json!({ "Status": "DELETED", "DeletionDate": self.now }).into())
    }

    pub(super) fn get_license(&self, account: &str, index: usize, version: Option<usize>) -> Outcome {
        let license = self.own(account, index).ok_or(INVALID)?;
        let current = license.versions.len();
        let license = match version {
            None => license.json_now(self.now),
            Some(version) if version == current => license.json_now(self.now),
            // L-12.
            Some(version) if (1..current).contains(&version) => {
                license.json(version, license.versions[version - 1].status)
            }
            Some(_) => return Err(INVALID),
        };
        Ok(json!({ "License": license }).into())
    }

    /// U-1.
    pub(super) fn usage(&self, account: &str, index: usize) -> Outcome {
        let license = &self.licenses[index];
        let sees = license.owner == account || self.active_grant(account, index).is_some();
        if !license.is_readable(self.now) || !sees {
            return Err(INVALID);
        }
        let counted = license.terms().entitlements.iter().filter(|entitlement| entitlement.unit != "None");
        let usages = counted.map(|entitlement| {
            json!({
                "Name": entitlement.name,
                "ConsumedValue": self.consumed(index, entitlement.name).to_string(),
                "MaxCount": entitlement.max.unwrap().to_string(),
                "Unit": entitlement.unit,
            })
        });
        let usages: Vec<Value> = usages.collect();
        Ok(json!({ "LicenseUsage": { "EntitlementUsages": usages } }).into())
    }

    /// Each license that the account received, the newest first, once, by the
    /// grant that says most.
    pub(super) fn received_licenses(&self, account: &str) -> Value {
        let mut licenses: Vec<usize> = (0..self.licenses.len())
            .filter(|license| self.licenses[*license].is_readable(self.now))
            .filter(|license| self.received(account, *license).next().is_some())
            .collect();
        licenses.sort_by_key(|license| std::cmp::Reverse(&self.licenses[*license].arn));
        let row = |license: &usize| {
            let grant = self.received(account, *license).max_by_key(|grant| {
                let operations = self.operations(*grant).len();
                (self.is_active(*grant), self.is_live(*grant), operations, &self.grants[*grant].arn)
            });
            let mut row = self.licenses[*license].json_now(self.now);
            row["ReceivedMetadata"] = self.received_metadata(grant.unwrap());
            row
        };
        json!({ "Licenses": licenses.iter().map(row).collect::<Vec<_>>() })
    }
}
