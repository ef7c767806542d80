//! The bodies of the requests that measurements send.

use serde_json::{Value, json};

use crate::signed::REGION;

/// Whom the licenses are for.
pub const BENEFICIARY: &str = "Customer";

/// A license of this many seats, to be found by this SKU alone.
#[must_use]
pub fn create_license(sku: &str, seats: u64) -> Value {
    json!({
        "LicenseName": "Team",
        "ProductName": "Analytics",
        "ProductSKU": sku,
        "Issuer": { "Name": "Example" },
        "HomeRegion": REGION,
        "Validity": { "Begin": "2026-01-31T10:00:00Z" },
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "MaxCount": seats, "AllowCheckIn": true }],
        "Beneficiary": BENEFICIARY,
        "ConsumptionConfiguration": {
            "ProvisionalConfiguration": { "MaxTimeToLiveInMinutes": 60 },
            "BorrowConfiguration": { "MaxTimeToLiveInMinutes": 1440, "AllowEarlyCheckIn": true },
        },
        "ClientToken": sku,
    })
}

/// A checkout of this many seats for an hour.
#[must_use]
pub fn checkout_license(sku: &str, key_fingerprint: &str, client_token: &str, seats: u64) -> Value {
    json!({
        "ProductSKU": sku,
        "CheckoutType": "PROVISIONAL",
        "KeyFingerprint": key_fingerprint,
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": seats.to_string() }],
        "ClientToken": client_token,
        "Beneficiary": BENEFICIARY,
    })
}
