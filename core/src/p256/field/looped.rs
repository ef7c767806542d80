//! The products in loops: an eighth of the code that they take written out.

use core::num::Wrapping;

use super::{BITS, Field, MASK, Wide, nearest};

impl Field {
    /// `self` · `other` − `less`.
    #[inline(never)]
    pub(in super::super) fn mul_minus(&self, other: &Self, less: &Self) -> Self {
        self.check(other);
        let mut columns = [Wrapping(0); 17];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                columns[i + j] += wide(*a) * wide(*b);
            }
        }
        reduce(columns, less)
    }

    /// `self`² − `less`.
    pub(in super::super) fn square_minus(&self, less: &Self) -> Self {
        self.mul_minus(self, less)
    }
}

/// As the `reduce` that is written out, step by step.
#[inline(always)]
fn reduce(mut columns: [Wide; 17], less: &Field) -> Field {
    for at in 0..9 {
        let k = columns[at] & Wrapping(i64::from(MASK));
        let carry = columns[at] >> BITS;
        columns[at + 1] += carry;
        columns[at + 3] += k << 9;
        columns[at + 6] += k << 18;
        columns[at + 7] -= k << 21;
        columns[at + 8] += k << 24;
    }
    let mut limbs = [0; 9];
    let mut carry = Wrapping(0);
    for (limb, (column, less)) in limbs.iter_mut().zip(columns.iter().skip(9).zip(&less.0)) {
        (*limb, carry) = nearest(column - wide(*less), carry);
    }
    limbs[8] = (carry - wide(less.0[8])).0 as i32;
    Field(limbs)
}

fn wide(limb: i32) -> Wide {
    Wrapping(i64::from(limb))
}
