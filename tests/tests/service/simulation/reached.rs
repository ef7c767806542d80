//! What histories reach, so that they prove something.

use std::collections::BTreeMap;

/// How often each turn of events was reached.
#[derive(Debug, Default)]
pub(super) struct Reached(BTreeMap<String, usize>);

impl Reached {
    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.add(what, 1);
    }

    pub(super) fn add(&mut self, what: impl Into<String>, times: usize) {
        *self.0.entry(what.into()).or_default() += times;
    }

    pub(super) fn join(&mut self, other: Self) {
        for (what, times) in other.0 {
            self.add(what, times);
        }
    }

    pub(super) fn times(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }

    pub(super) fn print(&self) {
        for (what, times) in &self.0 {
            println!("{times:8} {what}");
        }
    }
}
