//! ES256 beside three other implementations, through the public interface
//! alone: p256, ring and AWS-LC. They agree on every signature, good or bad.
//!
//! The variable `LICENTIA_ROUNDS` says how many signatures to compare, and
//! `LICENTIA_SEED` which:
//!
//! ```text
//! LICENTIA_ROUNDS=2000000 cargo test --release -p licentia-core --test p256
//! ```
#![cfg(test)]

mod case;
#[path = "../random/mod.rs"]
mod random;
mod scalars;
mod verdicts;

use case::Case;
use random::{Random, variable};
use verdicts::Verdicts;

#[test]
fn all_implementations_agree_on_all_kinds_of_signatures() {
    let rounds = variable("LICENTIA_ROUNDS").unwrap_or(600);
    let mut random = Random::new(variable("LICENTIA_SEED").unwrap_or(1));
    let mut verdicts = Verdicts::default();
    while verdicts.compared < rounds {
        let case = Case::draw(&mut random);
        verdicts.compare(&case, &mut random);
    }
    let Verdicts { compared, accepted, refused, .. } = verdicts;
    eprintln!("{compared} compared: {accepted} accepted, {refused} refused");
    assert!(accepted > rounds / 5 && refused > rounds / 5, "{accepted} {refused}");
}
