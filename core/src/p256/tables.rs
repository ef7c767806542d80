//! u1 P + u2 Q with tables of multiples of P and Q.

use core::fmt;

use super::comb::{self, Comb};
use super::point::{Affine, Jacobian};
use super::scalar::Scalar;
use super::wnaf::{self, OddMultiples};

/// A point's tables: a small one, and the large one as soon as it is prepared.
#[derive(Clone)]
pub(super) struct Tables {
    multiples: OddMultiples,
    comb: Option<Comb>,
}

impl Tables {
    pub(super) fn of(point: &Affine) -> Self {
        Self { multiples: OddMultiples::of(point), comb: None }
    }

    pub(super) fn of_base() -> Self {
        Self { multiples: OddMultiples::of_base(), comb: None }
    }

    /// Makes the large table.
    pub(super) fn prepare(&mut self) {
        self.comb.get_or_insert_with(|| Comb::of(self.multiples.point()));
    }
}

/// u1 P + u2 Q, by the large tables if both are there.
pub(super) fn sum(scalars: [&Scalar; 2], [p, q]: [&Tables; 2]) -> Jacobian {
    match (&p.comb, &q.comb) {
        (Some(p), Some(q)) => comb::sum(scalars, [p, q]),
        _ => wnaf::sum(scalars, [&p.multiples, &q.multiples]),
    }
}

impl fmt::Debug for Tables {
    /// Without what they hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables").field("is_prepared", &self.comb.is_some()).finish_non_exhaustive()
    }
}
