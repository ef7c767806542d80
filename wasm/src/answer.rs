//! What crosses into JavaScript: one JSON object, `{"claims":{…},"issuedAt",
//! "expiresAt"}` of a license, `{"statusList":{…}}` or `{"refusal":{"code",
//! "evidence"}}`, with `seen` where there is a clock. Times are seconds since
//! 1970.

use alloc::string::String;

use licentia_core::json::ObjectWriter;
use licentia_core::time::Timestamp;
use licentia_core::token::{Finding, Judged, Piece};

/// What becomes of a status list: its claims where they stand, or the refusal.
pub(crate) fn status_list(claims: &Result<&str, Finding<'_>>) -> String {
    answer(None, &mut |answer| match claims {
        Ok(claims) => answer.member("statusList").push_str(claims),
        Err(finding) => refuse(answer, finding),
    })
}

/// What becomes of a token, and the latest moment the clock has seen by then,
/// if there is one. JavaScript reads the claims of a license where they stand:
/// the core has judged them as JSON, and by their names and types.
pub(crate) fn verdict(verdict: &Result<Judged<'_>, Finding<'_>>, seen: Option<Timestamp>) -> String {
    answer(seen, &mut |answer| match verdict {
        Ok(license) => {
            answer.member("claims").push_str(license.signed_claims());
            answer.integer("issuedAt", license.issued_at().unix());
            if let Some(at) = license.expires_at() {
                answer.integer("expiresAt", at.unix());
            }
        }
        Err(finding) => refuse(answer, finding),
    })
}

/// The message is made in JavaScript, where texts are smaller.
fn refuse(answer: &mut ObjectWriter<'_>, finding: &Finding<'_>) {
    let mut refusal = ObjectWriter::new(answer.member("refusal"));
    refusal.string("code", finding.reason.code());
    let mut evidence = ObjectWriter::new(refusal.member("evidence"));
    for (name, piece) in finding.evidence.into_iter().flatten() {
        match piece {
            Piece::Nothing | Piece::Claims(None) => evidence.string_or_null(name, None),
            Piece::Text(text) => evidence.string(name, text),
            Piece::Texts(texts) => evidence.strings(name, texts),
            Piece::Claim(claim) | Piece::Claims(Some(claim)) => {
                evidence.member(name).push_str(core::str::from_utf8(claim.bytes()).unwrap_or_default());
            }
            Piece::Number(number) => evidence.integer(name, number),
            Piece::Time(time) => evidence.integer(name, time.unix()),
        }
    }
    evidence.finish();
    refusal.finish();
}

fn answer(seen: Option<Timestamp>, write: &mut dyn FnMut(&mut ObjectWriter<'_>)) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    if let Some(seen) = seen {
        answer.integer("seen", seen.unix());
    }
    write(&mut answer);
    answer.finish();
    json
}
