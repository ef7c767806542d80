//! Scalars by chance.

use p256::Scalar;
use p256::elliptic_curve::PrimeField;

use crate::random::Random;

pub(crate) fn bytes(random: &mut Random) -> [u8; 32] {
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&random.word().to_be_bytes());
    }
    bytes
}

/// A scalar other than 0: any, small, a power of 2 more or less, or one of
/// these from the other end or inverted.
pub(crate) fn scalar(random: &mut Random) -> Scalar {
    let scalar = match random.below(8) {
        0 => Scalar::from(random.below(40)),
        1 => power_of_2(random.below(256)) + Scalar::from(random.below(3)) - Scalar::ONE,
        2 => power_of_2(32 * random.below(8)) * Scalar::from(random.below(256)),
        _ => loop {
            if let Some(scalar) = Option::from(Scalar::from_repr(bytes(random).into())) {
                break scalar;
            }
        },
    };
    let scalar = if random.below(4) == 0 { -scalar } else { scalar };
    if scalar == Scalar::ZERO {
        return Scalar::ONE;
    }
    if random.below(8) == 0 { Option::from(scalar.invert()).expect("not 0") } else { scalar }
}

fn power_of_2(exponent: u64) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power.double())
}
