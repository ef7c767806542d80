//! Numbers by chance, the same for the same seed (SplitMix64).

use p256::Scalar;
use p256::elliptic_curve::PrimeField;

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// From 0 to `end` − 1.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.word() % end
    }

    /// From 0 to `end` − 1.
    pub(crate) fn index(&mut self, end: usize) -> usize {
        let [high, low, ..] = self.bytes();
        usize::from(u16::from_be_bytes([high, low])) % end
    }

    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.word().to_be_bytes());
        }
        bytes
    }

    /// A scalar other than 0: any, small, a power of 2 more or less, or one of
    /// these from the other end or inverted.
    pub(crate) fn scalar(&mut self) -> Scalar {
        let scalar = match self.below(8) {
            0 => Scalar::from(self.below(40)),
            1 => power_of_2(self.below(256)) + Scalar::from(self.below(3)) - Scalar::ONE,
            2 => power_of_2(32 * self.below(8)) * Scalar::from(self.below(256)),
            _ => loop {
                if let Some(scalar) = Option::from(Scalar::from_repr(self.bytes().into())) {
                    break scalar;
                }
            },
        };
        let scalar = if self.below(4) == 0 { -scalar } else { scalar };
        if scalar == Scalar::ZERO {
            return Scalar::ONE;
        }
        if self.below(8) == 0 { Option::from(scalar.invert()).expect("not 0") } else { scalar }
    }
}

fn power_of_2(exponent: u64) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power.double())
}
