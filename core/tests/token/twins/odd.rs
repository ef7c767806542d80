//! Values and names that are at the edge of what they may be, or past it.

use super::json::Json;
use super::pick;
use crate::random::Random;

/// None is whole as a double alone, such as 1795341600.00000000001: that is
/// what JavaScript has of it, and the core has the number itself.
const NUMBERS: [&str; 44] = [
    "0",
    "-0",
    "0.0",
    "-0.0",
    "0e5",
    "0e-5",
    "0e99999999999999999999",
    "1",
    "-1",
    "1.0",
    "1.5",
    "1e3",
    "1E+3",
    "1000e-3",
    "1001e-3",
    "0.001e3",
    "10.50e1",
    "10.50e2",
    "1795341600",
    "1795341600.0",
    "1795341600.5",
    "17953416e2",
    "1.7953416e9",
    "1795341600000e-3",
    "1795341600000.0e-3",
    "253402300799",
    "253402300800",
    "2.53402300799e11",
    "253402300799.0",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e300",
    "1e400",
    "-1e400",
    "1e-3",
    "7e0",
    "70e-1",
    "1e9",
];

const NO_JSON: [&[u8]; 20] = [
    b"",
    b"01",
    b"-",
    b"+1",
    b".5",
    b"1.",
    b"1e",
    b"1e+",
    b"0x10",
    b"NaN",
    b"Infinity",
    b"undefined",
    b"True",
    b"'a'",
    b"1 2",
    b"\"a",
    b"\"\\x\"",
    b"\"\\u12g4\"",
    b"[1,]",
    b"{\"a\":1,}",
];

const TIMES: [&str; 53] = [
    "2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00",
    "2026-11-22T10:00:00.5Z",
    "2026-11-22T10:00:00.999999999999Z",
    "2026-11-22T10:00:00.Z",
    "2026-11-22T10:00:00.",
    "2026-11-22T10:00:00.1",
    "2026-11-22T10:00:00,5Z",
    "2026-11-22T10:00:00.5.5Z",
    "2026-11-22T10:00:00+00:00",
    "2026-11-22T10:00:00-00:00",
    "2026-11-22T15:30:00+05:30",
    "2026-11-22T10:00:00.25-23:59",
    "2026-11-22T10:00:00+24:00",
    "2026-11-22T10:00:00+23:60",
    "2026-11-22T10:00:00+5:30",
    "2026-11-22T10:00:00+0530",
    "2026-11-22T10:00:00+05",
    "2026-11-22T10:00:00 +05:30",
    "2026-11-22T10:00:00Z ",
    " 2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00z",
    "2026-11-22t10:00:00Z",
    "2026-11-22 10:00:00Z",
    "2026-11-22T10:00Z",
    "2026-11-22",
    "20261122T100000Z",
    "2026-11-22T10:00:60Z",
    "2016-12-31T23:59:60Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T23:59:59Z",
    "2026-02-29T10:00:00Z",
    "2024-02-29T10:00:00Z",
    "2026-02-30T10:00:00Z",
    "2000-02-29T10:00:00Z",
    "1900-02-29T10:00:00Z",
    "2026-00-10T10:00:00Z",
    "2026-13-10T10:00:00Z",
    "2026-11-00T10:00:00Z",
    "2026-11-31T10:00:00Z",
    "0000-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "1969-12-31T23:59:59-00:01",
    "1970-01-01T00:00:00+00:01",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-00:01",
    "9999-12-31T23:59:00-00:01",
    "9999-12-31T23:59:59+23:59",
    "+002026-11-22T10:00:00Z",
    "-000001-01-01T00:00:00Z",
    "Sun, 22 Nov 2026 10:00",
    "２０２６-11-22T10:00:00Z",
];

const QUANTITIES: [&str; 20] = [
    "0",
    "1",
    "5",
    "05",
    "00",
    "-0",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0x5",
    "0b1",
    "",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999",
    "１",
];

const UNITS: [&str; 12] = [
    "Count",
    "None",
    "Gigabytes/Second",
    "Bits",
    "count",
    "Count ",
    "",
    "toString",
    "/Second",
    "Percent/Second",
    "None/Second",
    "Terabytes",
];

const ALGORITHMS: [&str; 9] = ["ES256", "es256", "none", "HS256", "PS384", "EdDSA", "Ed25519", "ES256 ", ""];

const TYPES: [&str; 10] =
    ["JWT", "jwt", "Jwt", "JWS", "at+jwt", "statuslist+jwt", "application/jwt", "", "ＪＷＴ", "jwt "];

const TEXTS: [&str; 16] = [
    "",
    "a",
    "EXAMPLE-SKU",
    "10.0.21.57",
    "é",
    "😀",
    "e\u{301}",
    "\u{2028}",
    "\u{feff}",
    "\u{7f}",
    "\u{85}",
    "`quoted`",
    "{now}",
    "Seats",
    "Edition",
    "aws:444455556666:Other:issuer-fingerprint",
];

const NAMES: [&str; 26] = [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "",
    "0",
    "1",
    "é",
    "😀",
    "alg",
    "ALG",
    "kid",
    "typ",
    "crit",
    "iss",
    "aud",
    "nbf",
    "exp",
    "iat",
    "jti",
    "nodeId",
    "nodeid",
    "status",
    "value",
    "status_list",
];

/// Strings whose inside is not plain text.
const RAW: [&[u8]; 18] = [
    b"\"\\u0041\"",
    b"\"\\ud83d\\ude00\"",
    b"\"\\uD83D\\uDE00\"",
    b"\"\\ud83d\"",
    b"\"\\ude00\"",
    b"\"\\ude00\\ud83d\"",
    b"\"\\ud83dx\"",
    b"\"\\ud83d\\n\"",
    b"\"\\ud83d\\ud83d\\ude00\"",
    b"\"\\u0000\"",
    b"\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"",
    b"\"\n\"",
    b"\"\x00\"",
    b"\"\xff\"",
    b"\"\xc3\"",
    b"\"\xc0\xaf\"",
    b"\"\xed\xa0\xbd\xed\xb8\x80\"",
    b"\"\xf4\x90\x80\x80\"",
];

/// The names of the members that have values of their own kinds.
pub(super) const KINDS: [&[u8]; 9] = [
    b"\"issuedAt\"",
    b"\"expiration\"",
    b"\"iat\"",
    b"\"nbf\"",
    b"\"exp\"",
    b"\"idx\"",
    b"\"value\"",
    b"\"unit\"",
    b"\"aud\"",
];

/// A value for the member of this name, as spelt: mostly of its kind.
pub(super) fn value(name: &[u8], random: &mut Random) -> Json {
    if random.below(3) > 0 { of_kind(name, random) } else { any(random) }
}

/// A value of the kind that the member of this name has; any for other names.
pub(super) fn of_kind(name: &[u8], random: &mut Random) -> Json {
    match name {
        b"\"issuedAt\"" | b"\"expiration\"" => text(pick(random, &TIMES)),
        b"\"iat\"" | b"\"nbf\"" | b"\"exp\"" | b"\"idx\"" => number(random),
        b"\"value\"" => text(pick(random, &QUANTITIES)),
        b"\"unit\"" => text(pick(random, &UNITS)),
        b"\"alg\"" => text(pick(random, &ALGORITHMS)),
        b"\"typ\"" => text(pick(random, &TYPES)),
        b"\"aud\"" => Json::Array((0..random.below(4)).map(|_| string(random)).collect()),
        _ => any(random),
    }
}

fn any(random: &mut Random) -> Json {
    match random.below(16) {
        0..3 => Json::leaf(pick(random, &["null", "true", "false"])),
        3..5 => number(random),
        5 => Json::Array(Vec::new()),
        6 => Json::Object(Vec::new()),
        7 => Json::Array((0..random.below(3)).map(|_| any(random)).collect()),
        8 => Json::Object((0..random.below(3)).map(|_| (name(random), any(random))).collect()),
        9 => Json::leaf(pick(random, &NO_JSON)),
        10 => nested(random),
        _ => string(random),
    }
}

fn number(random: &mut Random) -> Json {
    if random.below(3) > 0 {
        return Json::leaf(pick(random, &NUMBERS));
    }
    // Around the time of issue, in several spellings.
    let number = 1_795_341_600 + random.below(7200) - 3600;
    Json::leaf(match random.below(5) {
        0 => format!("{number}.{}", pick(random, &["0", "00", "5", "000001"])),
        1 => format!("{number}e{}", pick(random, &["0", "+0", "-0", "1", "-1"])),
        2 => format!("{}.{:03}E{}", number / 1000, number % 1000, pick(random, &["3", "+3", "2"])),
        3 => format!("{number}{}", pick(random, &["0e-1", "1e-1", "000e-3"])),
        _ => number.to_string(),
    })
}

fn string(random: &mut Random) -> Json {
    match random.below(8) {
        0 => Json::leaf(pick(random, &RAW)),
        1 => text(pick(random, &TIMES)),
        // Around where a message cuts it.
        2 => text(&pick(random, &["x", "é", "😀"]).repeat(99 + random.index(3))),
        _ => text(pick(random, &TEXTS)),
    }
}

/// Around how deep a text may nest, wherever it stands.
fn nested(random: &mut Random) -> Json {
    let depth = 12 + random.below(7);
    (0..depth).fold(Json::leaf("1"), |inner, _| match random.below(2) {
        0 => Json::Array(vec![inner]),
        _ => Json::Object(vec![(b"\"a\"".to_vec(), inner)]),
    })
}

/// Around how many members an object may have.
pub(super) fn many(random: &mut Random) -> Json {
    let count = 4094 + random.below(5);
    let mut members: Vec<_> =
        (0..count).map(|n| (format!("\"{n:x}\"").into_bytes(), Json::leaf("1"))).collect();
    if random.below(4) == 0 {
        members.push(members[random.index(members.len())].clone());
    }
    Json::Object(members)
}

/// A name, as spelt.
pub(super) fn name(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => pick(random, &RAW).to_vec(),
        1 => pick(random, &NO_JSON).to_vec(),
        _ => format!("\"{}\"", pick(random, &NAMES)).into_bytes(),
    }
}

/// The same string, one of its letters as an escape.
pub(super) fn respelt(string: &[u8], random: &mut Random) -> Vec<u8> {
    let plain = string.len() > 2 && string.is_ascii() && !string.contains(&b'\\');
    if !plain {
        return string.to_vec();
    }
    let at = 1 + random.index(string.len() - 2);
    let escape = if random.below(2) == 0 {
        format!("\\u{:04x}", string[at])
    } else {
        format!("\\u{:04X}", string[at])
    };
    [&string[..at], escape.as_bytes(), &string[at + 1..]].concat()
}

fn text(text: &str) -> Json {
    Json::leaf(serde_json::Value::from(text).to_string())
}
