//! What crosses into JavaScript: one JSON object, `{"keys":handle}`,
//! `{"license":{…}}`, `{"text":"…"}` or `{"refusal":{"code","message","evidence"}}`,
//! with `seen` where there is a clock. What is absent is `null`, times are
//! milliseconds since 1970.

use alloc::string::String;

use licentia_core::json::{ArrayWriter, ObjectWriter};
use licentia_core::time::Timestamp;
use licentia_core::token::{ClockError, KeyError, License, Part, Refusal};

/// Keys that can be used, by their handle.
pub(crate) fn handle(handle: usize) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    answer.integer("keys", handle as u64);
    answer.finish();
    json
}

/// A text that was asked for.
pub(crate) fn text(text: &str) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    answer.string("text", text);
    answer.finish();
    json
}

/// The latest moment a clock has seen.
pub(crate) fn seen(seen: Timestamp) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    answer.integer("seen", milliseconds(seen));
    answer.finish();
    json
}

/// What becomes of a token, and the latest moment the clock has seen by then,
/// if there is one.
pub(crate) fn verdict(result: &Result<License, Refusal>, moment: Option<Timestamp>) -> String {
    let verdict = match result {
        Ok(license) => self::license(license),
        Err(refusal) => self::refusal(refusal),
    };
    let Some(moment) = moment else { return verdict };
    // Two objects become one.
    let mut answer = seen(moment);
    answer.pop();
    answer.push(',');
    answer.push_str(verdict.get(1..).unwrap_or_default());
    answer
}

/// A verified license.
fn license(license: &License) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    let mut members = ObjectWriter::new(answer.member("license"));
    members.string("licenseArn", license.license_arn());
    members.string("consumptionToken", license.consumption_token());
    members.string_or_null("issuer", license.issuer());
    members.strings("audience", license.audience());
    members.string_or_null("nodeId", license.node_id());
    members.integer("issuedAt", milliseconds(license.issued_at()));
    match license.expires_at() {
        Some(at) => members.integer("expiresAt", milliseconds(at)),
        None => members.member("expiresAt").push_str("null"),
    }
    let mut entitlements = ArrayWriter::new(members.member("entitlements"));
    for entitlement in license.entitlements() {
        let mut item = ObjectWriter::new(entitlements.item());
        item.string("name", &entitlement.name);
        item.string("unit", entitlement.unit.as_str());
        item.string_or_null("value", entitlement.value.as_deref());
        item.finish();
    }
    entitlements.finish();
    let mut metadata = ObjectWriter::new(members.member("metadata"));
    for (name, value) in license.metadata() {
        metadata.string(name, value);
    }
    metadata.finish();
    members.finish();
    answer.finish();
    json
}

/// A refused token.
fn refusal(refusal: &Refusal) -> String {
    refused(refusal.code(), &refusal.message(), |evidence| match refusal {
        Refusal::TokenTooLarge { bytes, limit } => {
            evidence.integer("bytes", *bytes as u64);
            evidence.integer("limit", *limit as u64);
        }
        Refusal::TokenMalformed { part } => evidence.string("part", part_name(*part)),
        Refusal::CriticalHeader | Refusal::SignatureInvalid => {}
        Refusal::KeyUnknown { key_id } => evidence.string("keyId", key_id),
        Refusal::AlgorithmMismatch { header, key } => {
            evidence.string("tokenAlgorithm", header);
            evidence.string("keyAlgorithm", key.name());
        }
        Refusal::AlgorithmUnsupported { algorithm } => evidence.string("algorithm", algorithm.name()),
        Refusal::ClaimsMalformed { claim } => evidence.string_or_null("claim", *claim),
        Refusal::IssuerMismatch { expected, actual } => {
            evidence.string("expectedIssuer", expected);
            evidence.string_or_null("issuer", actual.as_deref());
        }
        Refusal::AudienceMismatch { expected, actual } => {
            evidence.strings("expectedAudience", expected);
            evidence.strings("audience", actual);
        }
        Refusal::ProductMismatch { expected, actual } => {
            evidence.string("expectedProduct", expected);
            evidence.strings("audience", actual);
        }
        Refusal::LicenseMismatch { expected, actual } => {
            evidence.string("expectedLicenseArn", expected);
            evidence.string("licenseArn", actual);
        }
        Refusal::ClockSetBack { seen, now } => {
            evidence.integer("seen", milliseconds(*seen));
            evidence.integer("now", milliseconds(*now));
        }
        Refusal::NotYetValid { from, now } => {
            evidence.integer("validFrom", milliseconds(*from));
            evidence.integer("now", milliseconds(*now));
        }
        Refusal::Expired { at, now } => {
            evidence.integer("expiredAt", milliseconds(*at));
            evidence.integer("now", milliseconds(*now));
        }
        Refusal::NodeMismatch { expected, actual } => {
            evidence.string("expectedNodeId", expected);
            evidence.string_or_null("nodeId", actual.as_deref());
        }
    })
}

/// Keys that cannot be used.
pub(crate) fn key_error(error: &KeyError) -> String {
    refused("KEYS_INVALID", &error.message(), |evidence| {
        evidence.string("reason", error.code());
        if let KeyError::Unsupported { algorithm } = error {
            evidence.string("algorithm", algorithm.name());
        }
    })
}

/// A clock's state that cannot be used.
pub(crate) fn clock_error(error: ClockError) -> String {
    refused(error.code(), error.message(), |_| {})
}

/// A time that no [`Timestamp`] holds.
pub(crate) fn clock_out_of_range() -> String {
    let message = "the clock is out of range: expected a time from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z; set the clock";
    refused("CLOCK_OUT_OF_RANGE", message, |_| {})
}

/// Options that are not what `js/options.js` lets through: text with half a
/// surrogate pair, which no Rust string holds.
pub(crate) fn argument_invalid() -> String {
    refused(
        "ARGUMENT_INVALID",
        "the options are not what the package lets through, or hold text that is not Unicode; pass well-formed strings",
        |_| {},
    )
}

fn refused(code: &str, message: &str, describe: impl FnOnce(&mut ObjectWriter<'_>)) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    let mut refusal = ObjectWriter::new(answer.member("refusal"));
    refusal.string("code", code);
    refusal.string("message", message);
    let mut evidence = ObjectWriter::new(refusal.member("evidence"));
    describe(&mut evidence);
    evidence.finish();
    refusal.finish();
    answer.finish();
    json
}

const fn part_name(part: Part) -> &'static str {
    match part {
        Part::Token => "token",
        Part::Header => "header",
        Part::Payload => "payload",
        Part::Signature => "signature",
    }
}

/// JavaScript's count of time; no `Timestamp` passes 2^48 ms.
const fn milliseconds(time: Timestamp) -> u64 {
    time.unix() * 1000
}
