//! What the tests of tokens share: a key, claims, and tokens made by hand.

use licentia_core::entitlement::Unit;
use licentia_core::time::Timestamp;
use licentia_core::token::{
    Algorithm, AllowedEntitlement, Claims, Evidence, Found, KeySet, Reason, Refusal, SigningKey, attach,
    signing_input,
};

/// 2026-11-22T10:00:00Z, when the tests' checkouts are made.
pub(crate) fn issued_at() -> Timestamp {
    Timestamp::parse("2026-11-22T10:00:00Z").unwrap()
}

/// A key like any other, of a secret that is none.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32]).unwrap()
}

/// The set of the public half alone.
pub(crate) fn key_set(key: &SigningKey) -> KeySet {
    KeySet::new(vec![key.public_key().clone()]).unwrap()
}

/// A checkout of 5 seats and a feature for one hour on one node.
pub(crate) fn claims() -> Claims {
    let entitlement = |name: &str, unit, value: &str| AllowedEntitlement {
        name: name.to_owned(),
        unit,
        value: Some(value.to_owned()),
    };
    Claims {
        issuer: Some("aws:111122223333:Example Software Inc:issuer-fingerprint".to_owned()),
        audience: vec!["EXAMPLE-SKU".to_owned()],
        license_arn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60"
            .to_owned(),
        consumption_token: "306eb19af354ba79c3687b9b5d14c8ae".to_owned(),
        entitlements_allowed: vec![
            entitlement("Seats", Unit::Count, "5"),
            entitlement("Edition", Unit::None, "Enterprise"),
        ],
        issued_at: issued_at(),
        expiration: Some(issued_at().plus_minutes(60)),
        node_id: Some("10.0.21.57".to_owned()),
        checkout_metadata: vec![("Mac".to_owned(), "0a:58:a9:fe:ac:02".to_owned())],
        status: None,
    }
}

/// Base64url, as tokens are written.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    attach("", bytes).split_off(1)
}

/// The token of a checkout.
pub(crate) fn signed(claims: &Claims, key: &SigningKey) -> String {
    let input = signing_input(Algorithm::Es256, key.public_key().thumbprint(), claims);
    attach(&input, &key.sign(&input))
}

/// A token of exactly this header and payload.
pub(crate) fn forge(header: &str, payload: &[u8], key: &SigningKey) -> String {
    let input = format!("{}.{}", base64url(header.as_bytes()), base64url(payload));
    attach(&input, &key.sign(&input))
}

/// What a refusal says: why, and what was found.
pub(crate) type Said = (Reason, Found);

pub(crate) fn said(refusal: Refusal) -> Said {
    (refusal.reason(), refusal.evidence())
}

pub(crate) fn signature_invalid() -> Said {
    (Reason::SignatureInvalid, vec![])
}

/// The claim that is not as it must be.
pub(crate) fn claims_malformed(claim: Option<&str>) -> Said {
    (Reason::ClaimsMalformed, vec![("claim", claim.map_or(Evidence::Nothing, Evidence::from))])
}
