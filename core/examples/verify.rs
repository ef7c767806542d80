//! Verifies a license token with the issuer's keys and tells what it allows:
//!
//! ```text
//! cargo run --package licentia-core --example verify -- keys.json token.txt [node]
//! ```

use std::process::ExitCode;
use std::time::SystemTime;
use std::{env, fs};

use licentia_core::time::Timestamp;
use licentia_core::token::{Expectations, KeySet, License, Node, verify};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (keys, token, node) = match arguments.as_slice() {
        [keys, token] => (keys, token, None),
        [keys, token, node] => (keys, token, Some(node.as_str())),
        _ => {
            eprintln!("usage: verify <keys> <token> [<node>]");
            return ExitCode::from(2);
        }
    };
    let read = |path| fs::read_to_string(path).map_err(|error| format!("`{path}`: {error}"));
    let told = read(keys).and_then(|keys| judge(&keys, read(token)?.trim_end(), now()?, node));
    match told {
        Ok(told) => {
            print!("{told}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("refused: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// The core reads no clock: the time is an argument.
fn now() -> Result<Timestamp, String> {
    let since = SystemTime::UNIX_EPOCH.elapsed().map_err(|error| error.to_string())?;
    Timestamp::from_unix(since.as_secs()).map_err(|error| error.to_string())
}

fn judge(keys: &str, token: &str, now: Timestamp, node: Option<&str>) -> Result<String, String> {
    let keys = KeySet::parse(keys).map_err(|error| error.to_string())?;
    let here = Expectations { node: node.map(Node::Named), ..Expectations::default() };
    match verify(token, &keys, now, &here) {
        Ok(license) => Ok(told(&license)),
        Err(refusal) => Err(format!("{}: {refusal}", refusal.code())),
    }
}

fn told(license: &License) -> String {
    let mut told = format!("license: {}\n", license.license_arn());
    for entitlement in license.entitlements() {
        let value = entitlement.value.as_deref().unwrap_or("granted");
        told += &format!("{}: {value} ({})\n", entitlement.name, entitlement.unit);
    }
    told + &match license.expires_at() {
        Some(end) => format!("until: {end}\n"),
        None => "for ever\n".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_license_is_told_and_a_refusal_named() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../vectors/tokens.json")).unwrap();
        let (keys, token) = (vectors["keys"].to_string(), vectors["vectors"][0]["token"].as_str().unwrap());
        let judge = |node| judge(&keys, token, Timestamp::parse("2026-11-22T10:15:00Z").unwrap(), node);
        let told = judge(Some("10.0.21.57")).unwrap();
        assert!(
            told.contains("\nSeats: 5 (Count)\nEdition: Enterprise (None)\nuntil: 2026-11-22T11:00:00Z\n"),
            "{told}"
        );
        assert_eq!(judge(None).unwrap(), told);
        let refusal = judge(Some("10.0.21.58")).unwrap_err();
        assert!(refusal.starts_with("NODE_MISMATCH: "), "{refusal}");
    }
}
