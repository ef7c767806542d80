//! The verifier as a Rust library, beside the two fastest signature libraries
//! with just enough JSON around them. They check neither times nor node.

use std::collections::HashMap;
use std::hint::black_box;

use anyhow::{Context, anyhow};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use licentia_core::entitlement::Unit as Count;
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;
use licentia_core::token::{
    AllowedEntitlement, Claims, Expectations, KeySet, Node, SigningKey, attach, signing_input, verify,
};
use serde_json::Value;

use crate::table::{Table, Unit};
use crate::timing::{Effort, interleaved};

pub(crate) fn measure(table: &mut Table, quick: bool) -> anyhow::Result<()> {
    let effort = Effort::of(quick);
    let now = Timestamp::parse("2026-11-22T10:30:00Z").map_err(|error| anyhow!("{error}"))?;
    let key = SigningKey::from_bytes(&[7; 32]).map_err(|error| anyhow!("{error}"))?;
    let token = token(&key)?;
    let jwk = key.public_key().to_jwk();
    let keys = KeySet::from_json(&jwk).map_err(|error| anyhow!("{error}"))?;
    let expectations = Expectations { node: Some(Node::Named("10.0.21.57")), ..Expectations::default() };
    let mut ready = keys.clone();
    ready.prepare_all();
    let license = verify(&token, &keys, now, &expectations).map_err(|error| anyhow!("{error}"))?;

    let point = point(&jwk)?;
    let ring_key = ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, &point);
    let aws_any =
        aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED, &point);
    let aws_prepared =
        aws_lc_rs::signature::ParsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED, &point)
            .context("the key is none to AWS-LC")?;
    let ring = |message: &[u8], signature: &[u8]| ring_key.verify(message, signature).is_ok();
    let aws = |message: &[u8], signature: &[u8]| aws_any.verify(message, signature).is_ok();
    let prepared = |message: &[u8], signature: &[u8]| aws_prepared.verify_sig(message, signature).is_ok();
    anyhow::ensure!(peer(&token, ring).is_some() && peer(&token, aws).is_some(), "a peer refuses the token");

    let [ours_read, ours_any, ours, ring_time, aws_time, prepared_time] = interleaved(
        effort,
        [
            &mut || {
                let keys = KeySet::from_json(black_box(&jwk)).ok();
                black_box(keys.and_then(|keys| verify(black_box(&token), &keys, now, &expectations).ok()));
            },
            &mut || drop(black_box(verify(black_box(&token), &keys, now, &expectations))),
            &mut || drop(black_box(verify(black_box(&token), &ready, now, &expectations))),
            &mut || drop(black_box(peer(black_box(&token), ring))),
            &mut || drop(black_box(peer(black_box(&token), aws))),
            &mut || drop(black_box(peer(black_box(&token), prepared))),
        ],
    );
    let micros = Unit::Microseconds;
    for (name, ours) in [("read a key, verify", ours_read), ("verify, any key", ours_any)] {
        table.row(name, ours / 1e3, "ring, serde_json", ring_time / 1e3, micros);
        table.row(name, ours / 1e3, "aws-lc-rs, serde_json", aws_time / 1e3, micros);
    }
    table.row(
        "verify, key prepared",
        ours / 1e3,
        "ring, serde_json (prepares none)",
        ring_time / 1e3,
        micros,
    );
    table.row(
        "verify, key prepared",
        ours / 1e3,
        "aws-lc-rs prepared, serde_json",
        prepared_time / 1e3,
        micros,
    );

    let granted = HashMap::from([("Edition".to_owned(), 1_u64), ("Seats".to_owned(), 5)]);
    let one = Quantity::new(1).context("1 is a quantity")?;
    let [ours, theirs] = interleaved(
        effort,
        [
            &mut || {
                black_box(license.allows(black_box("Seats"), one, Count::Count));
            },
            &mut || {
                black_box(granted.get(black_box("Seats")).is_some_and(|granted| *granted >= 1));
            },
        ],
    );
    table.row("ask for an entitlement", ours, "HashMap::get", theirs, Unit::Nanoseconds);
    Ok(())
}

/// A checkout of 5 seats and a feature for one hour on one node.
fn token(key: &SigningKey) -> anyhow::Result<String> {
    let issued_at = Timestamp::parse("2026-11-22T10:00:00Z").map_err(|error| anyhow!("{error}"))?;
    let entitlement = |name: &str, unit, value: &str| AllowedEntitlement {
        name: name.to_owned(),
        unit,
        value: Some(value.to_owned()),
    };
    let claims = Claims {
        issuer: Some("aws:111122223333:Example Software Inc:issuer-fingerprint".to_owned()),
        audience: vec![],
        license_arn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60"
            .to_owned(),
        consumption_token: "306eb19af354ba79c3687b9b5d14c8ae".to_owned(),
        entitlements_allowed: vec![
            entitlement("Edition", Count::None, "Enterprise"),
            entitlement("Seats", Count::Count, "5"),
        ],
        issued_at,
        expiration: Some(issued_at.plus_minutes(60)),
        node_id: Some("10.0.21.57".to_owned()),
        checkout_metadata: vec![("Mac".to_owned(), "0a:58:a9:fe:ac:02".to_owned())],
        status: None,
    };
    let input = signing_input(key.public_key().algorithm(), key.public_key().thumbprint(), &claims);
    Ok(attach(&input, &key.sign(&input)))
}

/// What a program does that has a signature library and a JSON library.
fn peer(token: &str, accepts: impl Fn(&[u8], &[u8]) -> bool) -> Option<(Value, Value)> {
    let (input, signature) = token.rsplit_once('.')?;
    let (header, claims) = input.split_once('.')?;
    let header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if !accepts(input.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?) {
        return None;
    }
    Some((header, serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?))
}

/// The key as these libraries take it: an uncompressed point.
fn point(jwk: &str) -> anyhow::Result<Vec<u8>> {
    let jwk: Value = serde_json::from_str(jwk)?;
    let mut point = vec![4];
    for name in ["x", "y"] {
        let coordinate = jwk.get(name).and_then(Value::as_str).context("a coordinate")?;
        point.extend(URL_SAFE_NO_PAD.decode(coordinate)?);
    }
    Ok(point)
}
