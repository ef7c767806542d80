//! What crosses into JavaScript: one JSON object, `{"keys":handle}`,
//! `{"license":{…}}`, `{"statusList":{…}}`, `{"text":"…"}` or `{"refusal":{"code","evidence"}}`,
//! with `seen` where there is a clock. What is absent is `null`, times are
//! milliseconds since 1970.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::json::{ArrayWriter, ObjectWriter};
use licentia_core::time::Timestamp;
use licentia_core::token::{Evidence, Found, KeyError, License, Refusal};

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

/// The claims of a status list, which are JSON; `null` if they are no object
/// of unique members.
pub(crate) fn status_list(claims: Option<&str>) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    answer.member("statusList").push_str(claims.unwrap_or("null"));
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
    let status = members.member("status");
    match license.status_reference() {
        Some(reference) => {
            let mut place = ObjectWriter::new(status);
            place.integer("index", reference.index);
            place.string("uri", &reference.uri);
            place.finish();
        }
        None => status.push_str("null"),
    }
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
pub(crate) fn refusal(refusal: &Refusal) -> String {
    refused(refusal.code(), refusal.evidence())
}

/// Keys that cannot be used.
pub(crate) fn key_error(error: &KeyError) -> String {
    let mut found = error.evidence();
    found.insert(0, ("reason", error.code().into()));
    refused("KEYS_INVALID", found)
}

/// A call that is refused before any token is looked at: a clock's state that
/// cannot be used, a time that no [`Timestamp`] holds, or options that are not
/// what `js/options.js` lets through.
pub(crate) fn misuse(code: &str) -> String {
    refused(code, Vec::new())
}

/// The message is made in JavaScript, where texts are smaller.
fn refused(code: &str, found: Found<'_>) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    let mut refusal = ObjectWriter::new(answer.member("refusal"));
    refusal.string("code", code);
    let mut evidence = ObjectWriter::new(refusal.member("evidence"));
    for (name, piece) in found {
        match piece {
            Evidence::Nothing => evidence.string_or_null(name, None),
            Evidence::Text(text) => evidence.string(name, text),
            Evidence::Texts(texts) => evidence.strings(name, texts),
            Evidence::Number(number) => evidence.integer(name, number),
            Evidence::Time(time) => evidence.integer(name, milliseconds(time)),
        }
    }
    evidence.finish();
    refusal.finish();
    answer.finish();
    json
}

/// JavaScript's count of time; no `Timestamp` passes 2^48 ms.
const fn milliseconds(time: Timestamp) -> u64 {
    time.unix() * 1000
}
