//! A license as a grantee sees it, the API's `GrantedLicense`.

use licentia_core::grant::{GrantStatus, GrantType, Operations};
use licentia_core::license::License;
use serde::Serialize;

use super::filters::Member;
use crate::context::Context;
use crate::grants::StoredGrant;

/// A license, and the grant by which it is seen.
#[derive(Serialize)]
pub(super) struct GrantedLicense {
    #[serde(flatten)]
    license: License,
    #[serde(rename = "ReceivedMetadata")]
    received_metadata: ReceivedMetadata,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReceivedMetadata {
    received_status: GrantStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    received_status_reason: Option<String>,
    allowed_operations: Operations,
    grant_type: GrantType,
}

/// What granted licenses are filtered by.
pub(super) const FILTERS: &[Member<GrantedLicense>] = &[
    ("ProductSKU", |granted| granted.license.product_sku.clone()),
    ("Status", |granted| granted.license.status.to_string()),
    ("Fingerprint", |granted| granted.license.terms.issuer.key_fingerprint.clone()),
    ("IssuerName", |granted| granted.license.terms.issuer.name.clone()),
    ("Beneficiary", |granted| granted.license.beneficiary.clone()),
];

/// What the view of an organization is filtered by.
pub(super) const ORGANIZATION_FILTERS: &[Member<GrantedLicense>] = &[
    ("Beneficiary", |granted| granted.license.beneficiary.clone()),
    ("ProductSKU", |granted| granted.license.product_sku.clone()),
];

impl GrantedLicense {
    /// The license as this grant shows it now (G-32).
    pub(super) fn new(cx: &Context, license: &License, grant: &StoredGrant) -> Self {
        let seen = grant.seen();
        let license = License { status: license.status_at(cx.now), ..license.clone() };
        let received_metadata = ReceivedMetadata {
            received_status: seen.grant_status.as_received(),
            received_status_reason: seen.status_reason,
            allowed_operations: seen.granted_operations,
            grant_type: seen.grant_type,
        };
        Self { license, received_metadata }
    }
}
