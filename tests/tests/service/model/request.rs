//! Requests, with things named by their place in the history.

use licentia_core::time::Timestamp;
use serde_json::{Value, json};

use super::rules::Model;

/// The Region that everything is at home in.
const REGION: &str = "us-east-1";

/// What a license says.
#[derive(Clone, Debug, PartialEq, Hash)]
pub(in crate::service) struct Terms {
    pub(in crate::service) begin: Timestamp,
    pub(in crate::service) end: Option<Timestamp>,
    pub(in crate::service) entitlements: Vec<Entitlement>,
    pub(in crate::service) renew: Option<&'static str>,
    /// Minutes to live.
    pub(in crate::service) provisional: Option<u32>,
    /// Minutes to live, and whether early check-in is allowed.
    pub(in crate::service) borrow: Option<(u32, bool)>,
}

#[derive(Clone, Debug, PartialEq, Hash)]
pub(in crate::service) struct Entitlement {
    pub(in crate::service) name: &'static str,
    pub(in crate::service) unit: &'static str,
    pub(in crate::service) max: Option<u64>,
    pub(in crate::service) value: Option<&'static str>,
    pub(in crate::service) overage: Option<bool>,
    pub(in crate::service) check_in: Option<bool>,
}

/// A requested entitlement.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::service) struct Wanted {
    pub(in crate::service) name: &'static str,
    pub(in crate::service) unit: &'static str,
    pub(in crate::service) value: Option<&'static str>,
}

/// One request. Client tokens are numbers, licenses, grants and checkouts are
/// indices into what was made so far.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::service) enum Request {
    CreateLicense {
        token: usize,
        sku: &'static str,
        beneficiary: &'static str,
        terms: Terms,
    },
    CreateLicenseVersion {
        token: usize,
        license: usize,
        terms: Terms,
        status: &'static str,
        source: Option<usize>,
        reset: Option<bool>,
    },
    DeleteLicense {
        license: usize,
        source: usize,
    },
    GetLicense {
        license: usize,
        version: Option<usize>,
    },
    GetLicenseUsage {
        license: usize,
    },
    ListReceivedLicenses,
    CheckoutLicense {
        token: usize,
        sku: &'static str,
        fingerprint: String,
        kind: &'static str,
        wanted: Vec<Wanted>,
        beneficiary: Option<String>,
        node: Option<&'static str>,
    },
    CheckoutBorrowLicense {
        token: usize,
        license: usize,
        wanted: Vec<Wanted>,
        method: &'static str,
        node: Option<&'static str>,
    },
    CheckInLicense {
        checkout: usize,
        beneficiary: Option<String>,
    },
    ExtendLicenseConsumption {
        checkout: usize,
        dry_run: Option<bool>,
    },
    CreateGrant {
        token: usize,
        license: usize,
        to: &'static str,
        operations: Vec<&'static str>,
        name: &'static str,
    },
    AcceptGrant {
        grant: usize,
    },
    RejectGrant {
        grant: usize,
    },
    CreateGrantVersion {
        token: usize,
        grant: usize,
        name: Option<&'static str>,
        operations: Option<Vec<&'static str>>,
        status: Option<&'static str>,
        reason: Option<&'static str>,
        source: Option<usize>,
    },
    DeleteGrant {
        grant: usize,
        version: usize,
        reason: Option<&'static str>,
    },
    GetGrant {
        grant: usize,
        version: Option<usize>,
    },
    ListReceivedGrants,
    ListDistributedGrants,
}

/// `arn:aws:iam::<account>:root`.
pub(in crate::service) fn root(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}

impl Terms {
    /// As they are sent.
    pub(in crate::service) fn json(&self) -> Value {
        let entitlements: Vec<Value> = self.entitlements.iter().map(Entitlement::json).collect();
        let provisional = self.provisional.map(|minutes| json!({ "MaxTimeToLiveInMinutes": minutes }));
        let borrow = self
            .borrow
            .map(|(minutes, early)| json!({ "MaxTimeToLiveInMinutes": minutes, "AllowEarlyCheckIn": early }));
        present(json!({
            "LicenseName": "Team",
            "ProductName": "Analytics",
            "Issuer": { "Name": "Example" },
            "Validity": present(json!({ "Begin": self.begin, "End": self.end })),
            "Entitlements": entitlements,
            "ConsumptionConfiguration": present(json!({
                "RenewType": self.renew,
                "ProvisionalConfiguration": provisional,
                "BorrowConfiguration": borrow,
            })),
        }))
    }
}

impl Entitlement {
    fn json(&self) -> Value {
        present(json!({
            "Name": self.name,
            "Unit": self.unit,
            "MaxCount": self.max,
            "Value": self.value,
            "Overage": self.overage,
            "AllowCheckIn": self.check_in,
        }))
    }
}

impl Wanted {
    fn json(&self) -> Value {
        present(json!({ "Name": self.name, "Unit": self.unit, "Value": self.value }))
    }
}

/// The object without the members that are null.
pub(in crate::service) fn present(mut object: Value) -> Value {
    object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    object
}

impl Request {
    pub(in crate::service) const fn operation(&self) -> &'static str {
        match self {
            Self::CreateLicense { .. } => "CreateLicense",
            Self::CreateLicenseVersion { .. } => "CreateLicenseVersion",
            Self::DeleteLicense { .. } => "DeleteLicense",
            Self::GetLicense { .. } => "GetLicense",
            Self::GetLicenseUsage { .. } => "GetLicenseUsage",
            Self::ListReceivedLicenses => "ListReceivedLicenses",
            Self::CheckoutLicense { .. } => "CheckoutLicense",
            Self::CheckoutBorrowLicense { .. } => "CheckoutBorrowLicense",
            Self::CheckInLicense { .. } => "CheckInLicense",
            Self::ExtendLicenseConsumption { .. } => "ExtendLicenseConsumption",
            Self::CreateGrant { .. } => "CreateGrant",
            Self::AcceptGrant { .. } => "AcceptGrant",
            Self::RejectGrant { .. } => "RejectGrant",
            Self::CreateGrantVersion { .. } => "CreateGrantVersion",
            Self::DeleteGrant { .. } => "DeleteGrant",
            Self::GetGrant { .. } => "GetGrant",
            Self::ListReceivedGrants => "ListReceivedGrants",
            Self::ListDistributedGrants => "ListDistributedGrants",
        }
    }

    /// The license that it names by its index.
    pub(in crate::service) const fn license(&self) -> Option<usize> {
        match self {
            Self::CreateLicenseVersion { license, .. }
            | Self::DeleteLicense { license, .. }
            | Self::GetLicense { license, .. }
            | Self::GetLicenseUsage { license, .. }
            | Self::CheckoutBorrowLicense { license, .. }
            | Self::CreateGrant { license, .. } => Some(*license),
            _ => None,
        }
    }

    /// The client token, where the operation takes one.
    pub(in crate::service) const fn token(&self) -> Option<usize> {
        match self {
            Self::CreateLicense { token, .. }
            | Self::CreateLicenseVersion { token, .. }
            | Self::CheckoutLicense { token, .. }
            | Self::CheckoutBorrowLicense { token, .. }
            | Self::CreateGrant { token, .. }
            | Self::CreateGrantVersion { token, .. } => Some(*token),
            _ => None,
        }
    }

    /// The same request with another parameter.
    pub(in crate::service) fn changed(mut self) -> Self {
        match &mut self {
            Self::CreateLicense { beneficiary, .. } => *beneficiary = "somebody else",
            Self::CreateLicenseVersion { reset, .. } => *reset = Some(reset != &Some(true)),
            Self::CheckoutLicense { node, .. } | Self::CheckoutBorrowLicense { node, .. } => {
                *node = Some("another node");
            }
            Self::CreateGrant { name, .. } => *name = "another name",
            Self::CreateGrantVersion { reason, .. } => *reason = Some("another reason"),
            _ => {}
        }
        self
    }

    /// As it is sent, with the names that the service gave.
    pub(in crate::service) fn json(&self, model: &Model) -> Value {
        let license = |index: &usize| model.licenses[*index].arn.clone();
        let grant = |index: &usize| model.grants[*index].arn.clone();
        let checkout = |index: &usize| model.checkouts[*index].token.clone();
        let version = |number: &Option<usize>| number.map(|number| number.to_string());
        let wanted_json = |wanted: &[Wanted]| wanted.iter().map(Wanted::json).collect::<Vec<_>>();
        let client_token = self.token().map(|token| format!("request-{token}"));
        let mut input = match self {
            Self::ListReceivedLicenses | Self::ListReceivedGrants | Self::ListDistributedGrants => {
                json!({ "MaxResults": 100 })
            }
            Self::CreateLicense { sku, beneficiary, terms, .. } => {
                let mut input = terms.json();
                input["ProductSKU"] = json!(sku);
                input["Beneficiary"] = json!(beneficiary);
                input["HomeRegion"] = json!(REGION);
                input
            }
            Self::CreateLicenseVersion { license: index, terms, status, source, reset, .. } => {
                let mut input = terms.json();
                input["LicenseArn"] = json!(license(index));
                input["HomeRegion"] = json!(REGION);
                input["Status"] = json!(status);
                input["SourceVersion"] = json!(version(source));
                input["ResetUsage"] = json!(reset);
                input
            }
            Self::DeleteLicense { license: index, source } => {
                json!({ "LicenseArn": license(index), "SourceVersion": source.to_string() })
            }
            Self::GetLicense { license: index, version: number } => {
                json!({ "LicenseArn": license(index), "Version": version(number) })
            }
            Self::GetLicenseUsage { license: index } => json!({ "LicenseArn": license(index) }),
            Self::CheckoutLicense { sku, fingerprint, kind, wanted, beneficiary, node, .. } => json!({
                "ProductSKU": sku,
                "KeyFingerprint": fingerprint,
                "CheckoutType": kind,
                "Entitlements": wanted_json(wanted),
                "Beneficiary": beneficiary,
                "NodeId": node,
            }),
            Self::CheckoutBorrowLicense { license: index, wanted, method, node, .. } => json!({
                "LicenseArn": license(index),
                "Entitlements": wanted_json(wanted),
                "DigitalSignatureMethod": method,
                "NodeId": node,
            }),
            Self::CheckInLicense { checkout: index, beneficiary } => {
                json!({ "LicenseConsumptionToken": checkout(index), "Beneficiary": beneficiary })
            }
            Self::ExtendLicenseConsumption { checkout: index, dry_run } => {
                json!({ "LicenseConsumptionToken": checkout(index), "DryRun": dry_run })
            }
            Self::CreateGrant { license: index, to, operations, name, .. } => json!({
                "LicenseArn": license(index),
                "GrantName": name,
                "Principals": [root(to)],
                "HomeRegion": REGION,
                "AllowedOperations": operations,
            }),
            Self::AcceptGrant { grant: index } | Self::RejectGrant { grant: index } => {
                json!({ "GrantArn": grant(index) })
            }
            Self::CreateGrantVersion { grant: index, name, operations, status, reason, source, .. } => {
                json!({
                    "GrantArn": grant(index),
                    "GrantName": name,
                    "AllowedOperations": operations,
                    "Status": status,
                    "StatusReason": reason,
                    "SourceVersion": version(source),
                })
            }
            Self::DeleteGrant { grant: index, version, reason } => json!({
                "GrantArn": grant(index), "Version": version.to_string(), "StatusReason": reason,
            }),
            Self::GetGrant { grant: index, version: number } => {
                json!({ "GrantArn": grant(index), "Version": version(number) })
            }
        };
        input["ClientToken"] = json!(client_token);
        present(input)
    }
}
