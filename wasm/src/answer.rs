//! What crosses into JavaScript: one JSON object, `{"keys":handle}`,
//! `{"license":{…}}`, `{"statusList":{…}}` or `{"refusal":{"code","evidence"}}`, with
//! `seen` where there is a clock. What is absent is `null`, times are
//! milliseconds since 1970.

use alloc::string::String;

use licentia_core::json::ObjectWriter;
use licentia_core::time::Timestamp;
use licentia_core::token::{Finding, Judged, KeyError, Node, Piece, Pieces};

/// Keys that can be used, by their handle.
pub(crate) fn handle(handle: usize) -> String {
    answer(None, |answer| answer.integer("keys", handle as u64))
}

/// The claims of a status list, which are JSON; `null` if they are no object
/// of unique members.
pub(crate) fn status_list(claims: Option<&str>) -> String {
    answer(None, |answer| answer.member("statusList").push_str(claims.unwrap_or("null")))
}

/// What becomes of a token, and the latest moment the clock has seen by then,
/// if there is one. JavaScript reads the claims of a license where they stand:
/// the core has judged them as JSON, and by their names and types.
pub(crate) fn verdict(result: &Result<Judged<'_>, Finding<'_>>, seen: Option<Timestamp>) -> String {
    match result {
        Ok(license) => answer(seen, |answer| {
            answer.member("claims").push_str(license.signed_claims());
            answer.integer("issuedAt", milliseconds(license.issued_at()));
            if let Some(at) = license.expires_at() {
                answer.integer("expiresAt", milliseconds(at));
            }
        }),
        Err(finding) => refused(seen, finding.reason.code(), None, finding.evidence),
    }
}

/// A refused token.
pub(crate) fn refusal(finding: &Finding<'_>) -> String {
    refused(None, finding.reason.code(), None, finding.evidence)
}

/// Keys that cannot be used.
pub(crate) fn key_error(error: &KeyError) -> String {
    refused(None, "KEYS_INVALID", Some(error.code()), error.pieces())
}

/// A call that is refused before any token is looked at: a time that no
/// [`Timestamp`] holds, or options that are not what `js/options.js` lets
/// through.
pub(crate) fn misuse(code: &str) -> String {
    refused(None, code, None, [None, None])
}

/// The message is made in JavaScript, where texts are smaller.
fn refused(seen: Option<Timestamp>, code: &str, reason: Option<&str>, found: Pieces<'_>) -> String {
    answer(seen, |answer| {
        let mut refusal = ObjectWriter::new(answer.member("refusal"));
        refusal.string("code", code);
        let mut evidence = ObjectWriter::new(refusal.member("evidence"));
        for (name, piece) in reason.map(|code| ("reason", Piece::Text(code))).into_iter().chain(found.into_iter().flatten()) {
            match piece {
                Piece::Nothing | Piece::Claims(None) => evidence.string_or_null(name, None),
                Piece::Text(text) | Piece::Node(Node::Named(text)) => evidence.string(name, text),
                Piece::Node(node) => evidence.string(name, &node.to_text()),
                Piece::Texts(texts) => evidence.strings(name, texts),
                Piece::Claim(claim) | Piece::Claims(Some(claim)) => evidence.member(name).push_str(claim.text()),
                Piece::Number(number) => evidence.integer(name, number),
                Piece::Time(time) => evidence.integer(name, milliseconds(time)),
            }
        }
        evidence.finish();
        refusal.finish();
    })
}

fn answer(seen: Option<Timestamp>, write: impl FnOnce(&mut ObjectWriter<'_>)) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    if let Some(seen) = seen {
        answer.integer("seen", milliseconds(seen));
    }
    write(&mut answer);
    answer.finish();
    json
}

/// JavaScript's count of time; no `Timestamp` passes 2^48 ms.
const fn milliseconds(time: Timestamp) -> u64 {
    time.unix() * 1000
}
