//! Tokens by chance and what becomes of them, for the other verifier that
//! judges tokens by these rules, the npm package's.
//!
//! The variable `LICENTIA_CASES` names the file to write them to, a line each
//! after one of the keys; `LICENTIA_ROUNDS` says how many tokens to make, and
//! `LICENTIA_SEED` which:
//!
//! ```text
//! LICENTIA_CASES=$PWD/target/tokens.jsonl cargo test -p licentia-core --test token twins
//! ```

mod case;
mod form;
mod json;
mod odd;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write, sink};

use licentia_core::token::Refusal;
use serde_json::json;

use crate::random::{Random, variable};
use crate::support::key;
use crate::vectors::{CODES, entry, issuers, judge, key_sets, keys};

fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.index(from.len())]
}

#[test]
fn tokens_by_chance_are_accepted_or_refused_for_every_reason() {
    let path = std::env::var_os("LICENTIA_CASES");
    // As many as are needed to meet every reason.
    let rounds = variable("LICENTIA_ROUNDS").unwrap_or(if path.is_some() { 5000 } else { 2000 });
    let mut random = Random::new(variable("LICENTIA_SEED").unwrap_or(1));
    let mut out: Box<dyn Write> = match path {
        Some(path) => Box::new(BufWriter::new(File::create(path).unwrap())),
        None => Box::new(sink()),
    };
    writeln!(out, "{}", json!({"keys": keys(), "issuers": issuers()})).unwrap();

    let signers = [1, 2, 3].map(key);
    let [keys_alone, bound] = key_sets();
    let mut counts = BTreeMap::<_, u64>::new();
    for _ in 0..rounds {
        let vector = case::draw(&signers, &mut random);
        let verdict = judge(&vector, if vector.is_bound { &bound } else { &keys_alone });
        writeln!(out, "{}", entry(&vector, &verdict)).unwrap();
        *counts.entry(verdict.result.as_ref().map_or_else(Refusal::code, |_| "accepted")).or_default() += 1;
    }
    out.flush().unwrap();
    eprintln!("{counts:?}");
    assert!(counts["accepted"] > rounds / 8);
    for code in CODES {
        assert!(counts.contains_key(code), "{code} is not met");
    }
}
