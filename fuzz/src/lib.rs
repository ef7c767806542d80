//! What must hold for any input. The corpus is replayed by the core's tests as
//! well. To search on, in this folder:
//!
//! ```text
//! cargo run --release --bin parts -- corpus/parts -max_total_time=300
//! ```

mod es256;

use std::sync::LazyLock;

use licentia_core::time::Timestamp;
use licentia_core::token::{
    Algorithm, Claims, Expectations, KeySet, License, SigningKey, attach, signing_input, verify,
};

pub use es256::es256;

static SIGNER: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_bytes(&[1; 32]).expect("from 1 to n - 1"));
static KEYS: LazyLock<KeySet> =
    LazyLock::new(|| KeySet::new(vec![SIGNER.public_key().clone()]).expect("one key"));

fn judge(token: &str) -> Option<License> {
    let now = Timestamp::parse("2026-11-22T10:00:00Z").expect("a time");
    match verify(token, &KEYS, now, &Expectations::default()) {
        Ok(license) => Some(license),
        Err(refusal) => {
            assert!(!refusal.code().is_empty() && !refusal.to_string().contains('\n'));
            None
        }
    }
}

/// The input as a token: it is judged, without panic.
pub fn text(data: &[u8]) {
    if let Ok(token) = std::str::from_utf8(data) {
        let _ = judge(token);
    }
}

/// The input as header and payload with a line feed between them, rightly
/// signed: where it is a license, issuing its claims anew gives that license.
pub fn parts(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (header, payload) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let encode = |bytes: &[u8]| attach("", bytes).split_off(1);
    let input = format!("{}.{}", encode(header), encode(payload));
    let Some(license) = judge(&attach(&input, &SIGNER.sign(&input))) else { return };
    let claims = Claims {
        issuer: license.issuer().map(str::to_owned),
        audience: license.audience().to_vec(),
        license_arn: license.license_arn().to_owned(),
        consumption_token: license.consumption_token().to_owned(),
        entitlements_allowed: license.entitlements().to_vec(),
        issued_at: license.issued_at(),
        expiration: license.expires_at(),
        node_id: license.node_id().map(str::to_owned),
        checkout_metadata: license.metadata().to_vec(),
        status: license.status_reference().cloned(),
    };
    let input = signing_input(Algorithm::Es256, SIGNER.public_key().thumbprint(), &claims);
    let again = judge(&attach(&input, &SIGNER.sign(&input))).expect("a license again");
    assert_eq!(again.entitlements(), license.entitlements());
    assert_eq!(again.metadata(), license.metadata());
    assert_eq!(again.expires_at(), license.expires_at());
    assert_eq!(again.node_id(), license.node_id());
    assert_eq!(again.audience(), license.audience());
}

/// The input as keys: those read are written so that they are read again.
pub fn keys(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(keys) = KeySet::parse(text) else { return };
    for key in keys.keys() {
        let again = KeySet::from_json(&key.to_jwk()).expect("a key again");
        assert!(again.keys().iter().all(|other| other.thumbprint() == key.thumbprint()));
    }
}
