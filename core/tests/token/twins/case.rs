//! A token made by chance, and what is asked of it.

use serde_json::{Value, json};

use super::json::Json;
use super::{form, odd, pick};
use crate::random::Random;
use crate::support::{base64url, claims, issued_at};
use crate::vectors::{OTHER_ISSUER, OTHER_KEY_ID, SECOND_NAME, Vector, clock_at};
use licentia_core::token::SigningKey;

/// Most are right but for a place or two.
pub(super) fn draw(signers: &[SigningKey; 3], random: &mut Random) -> Vector {
    let mut header = header(&signers[0], random);
    if random.below(10) == 0 {
        header.change(b"", random);
    }
    let mut payload = payload(random);
    if random.below(3) == 0 {
        payload.aim(pick(random, &odd::KINDS), random);
    }
    for _ in 0..pick(random, &[0, 0, 0, 0, 1, 1, 1, 2, 3]) {
        payload.change(b"", random);
    }
    let header = respelt(header.spelt(random), random);
    let payload = respelt(payload.spelt(random), random);
    let input = format!("{}.{}", base64url(&header), base64url(&payload));
    // The third key is nobody's.
    let signer = &signers[pick(random, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2])];
    let token = format!("{input}.{}", base64url(&signer.sign(&input)));
    let token = if random.below(12) == 0 { form::changed(token, random) } else { token };
    let seconds = pick(
        random,
        &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 59, 59, 599, 600, 601, 3599, 3600, 3601, 4200, 90_000_000],
    );
    let start = if random.below(16) == 0 { issued_at().unix() - 601 } else { issued_at().unix() };
    Vector {
        name: "by chance",
        token,
        now: licentia_core::time::Timestamp::from_unix(start + seconds).unwrap(),
        options: options(random),
        is_bound: random.below(6) == 0,
    }
}

fn header(signer: &SigningKey, random: &mut Random) -> Json {
    let mut header = json!({"alg": "ES256"});
    if random.below(3) > 0 {
        header["typ"] = (pick(random, &["JWT", "jwt"])).into();
    }
    match random.below(32) {
        0..4 => header["kid"] = signer.public_key().thumbprint().into(),
        4 => header["kid"] = OTHER_KEY_ID.into(),
        5 => header["kid"] = (pick(random, &["of another kind", "", "nobody's"])).into(),
        _ => {}
    }
    let mut header = Json::of(&header);
    if random.below(100) == 0 {
        header.insert("crit", Json::leaf(pick(random, &["[]", "[\"b64\"]", "null", "false"])), random);
    }
    if random.below(40) == 0 {
        // Around the longest header, in letters or in more bytes than letters.
        header.insert("pad", filler(random, 3072 - 60), random);
    }
    header.shuffle(random);
    header
}

fn payload(random: &mut Random) -> Json {
    let (at, claims) = (issued_at().unix(), claims());
    let right = claims.issuer.as_deref().unwrap();
    let mut payload = json!({
        "licenseArn": claims.license_arn,
        "licenseConsumptionToken": claims.consumption_token,
        "issuedAt": "2026-11-22T10:00:00Z",
        "entitlementsAllowed": [
            {"name": "Seats", "unit": "Count", "value": "5"},
            {"name": "Edition", "unit": "None", "value": "Enterprise"},
            {"name": "Storage", "unit": "Gigabytes", "value": "9223372036854775807"},
            {"name": "Tier", "unit": "None"},
        ],
    });
    for (name, value) in [
        ("iss", json!(pick(random, &[right, right, right, SECOND_NAME, OTHER_ISSUER]))),
        (
            "aud",
            pick(random, &[&json!("EXAMPLE-SKU"), &json!(["another", "EXAMPLE-SKU"]), &json!([])]).clone(),
        ),
        ("iat", json!(at)),
        ("nbf", json!(at)),
        ("exp", json!(at + 3600)),
        ("jti", json!("306eb19af354ba79c3687b9b5d14c8ae")),
        ("expiration", json!("2026-11-22T11:00:00Z")),
        ("nodeId", json!("10.0.21.57")),
        ("checkoutMetadata", json!({"Mac": "0a:58:a9:fe:ac:02", "__proto__": "plain", "2": "b", "1": "a"})),
        ("status", json!({"status_list": {"idx": 42, "uri": "https://example.com/lists/1"}})),
    ] {
        if random.below(3) > 0 {
            payload[name] = value;
        }
    }
    let mut payload = Json::of(&payload);
    match random.below(150) {
        0 => payload.insert("many", odd::many(random), random),
        // Around the longest token.
        1 => payload.insert("pad", filler(random, 48_000), random),
        _ => {}
    }
    payload.shuffle(random);
    payload
}

fn filler(random: &mut Random, bytes: usize) -> Json {
    let letter = pick(random, &["x", "é", "😀"]);
    Json::leaf(format!("\"{}\"", letter.repeat((bytes + random.index(100)) / letter.len())))
}

/// Sometimes with a byte more, less, or other than it was.
fn respelt(mut text: Vec<u8>, random: &mut Random) -> Vec<u8> {
    const BYTES: &[u8] = b"{}[]\",:\\ 019.eE+-tfnu/a\x00\x1f\x7f\x80\xc3\xff";
    if random.below(30) > 0 {
        return text;
    }
    let at = random.index(text.len());
    match random.below(8) {
        0..3 => text[at] = pick(random, BYTES),
        3..5 => text.insert(at, pick(random, BYTES)),
        5 => drop(text.remove(at)),
        6 => text.truncate(at),
        _ => {
            let (before, after): (&[u8], &[u8]) = pick(
                random,
                &[(b"\xef\xbb\xbf", b""), (b"\n", b"\n"), (b"", b"{}"), (b"[", b"]"), (b"", b"\0")],
            );
            text = [before, &text, after].concat();
        }
    }
    text
}

/// What is expected: mostly nothing or what holds.
fn options(random: &mut Random) -> Value {
    let mut options = json!({});
    let claims = claims();
    for (name, right) in [
        ("issuer", claims.issuer.as_deref().unwrap()),
        ("product", "EXAMPLE-SKU"),
        ("licenseArn", &claims.license_arn),
        ("nodeId", "10.0.21.57"),
    ] {
        match random.below(30) {
            0..3 => options[name] = right.into(),
            3 => options[name] = (pick(random, &["", "é😀", "example-sku", OTHER_ISSUER, "`"])).into(),
            _ => {}
        }
    }
    match random.below(24) {
        0 => options["audience"] = json!(["another", "EXAMPLE-SKU"]),
        1 => options["audience"] = json!(["neither"]),
        2 if random.below(2) == 0 => options["audience"] = json!([]),
        _ => {}
    }
    if random.below(6) == 0 {
        options["clockTolerance"] = (pick(random, &[0, 1, 60, 600])).into();
    }
    if random.below(8) == 0 {
        let seconds = pick(random, &[0, 299, 300, 301, 1000, 900_000_000]);
        let mut clock = clock_at(issued_at().plus_seconds(seconds));
        clock["clock"]["grace"] = (pick(random, &[300_u32, 300, 0, u32::MAX])).into();
        options["clock"] = clock["clock"].take();
    }
    options
}
