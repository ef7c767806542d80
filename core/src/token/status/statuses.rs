//! The statuses of a list, packed (draft-ietf-oauth-status-list-21 sections 4.1
//! and 7.1).

use alloc::vec;
use alloc::vec::Vec;

/// What a list says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 0: valid, as far as its issuer is concerned.
    Valid,
    /// 1: taken back for good.
    Invalid,
    /// 2: not to be used for the time being.
    Suspended,
    /// Any other: of a meaning that is not for all applications.
    Other(u8),
}

/// How many bits a status takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bits {
    /// Valid and invalid.
    One,
    /// Suspended, too.
    Two,
    /// 16 statuses.
    Four,
    /// 256 statuses.
    Eight,
}

/// Statuses by index: blocks of bits, the first in the lowest bits of the first
/// byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Statuses {
    bits: Bits,
    bytes: Vec<u8>,
}

impl Status {
    /// The status of this value.
    #[must_use]
    pub const fn from_value(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            value => Self::Other(value),
        }
    }

    /// Its value.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::Other(value) => value,
        }
    }
}

impl Bits {
    /// The size of this many bits: 1, 2, 4 or 8.
    #[must_use]
    pub const fn from_count(count: u64) -> Option<Self> {
        match count {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    /// How many bits these are.
    #[must_use]
    pub const fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    const fn mask(self) -> u8 {
        u8::MAX >> (8 - self.count())
    }

    /// The byte of a status, and how far from its lowest bit.
    fn place(self, index: u64) -> Option<(usize, u8)> {
        let in_a_byte = 8 / self.count();
        let byte = usize::try_from(index / u64::from(in_a_byte)).ok()?;
        // INVARIANT: the remainder is below 8.
        let block = (index % u64::from(in_a_byte)).to_le_bytes()[0];
        Some((byte, block * self.count()))
    }
}

impl Statuses {
    /// The statuses that these bytes stand for.
    #[must_use]
    pub const fn from_bytes(bits: Bits, bytes: Vec<u8>) -> Self {
        Self { bits, bytes }
    }

    /// At least `count` statuses, all alike. Of a status that the bits cannot
    /// hold its lowest ones are kept.
    #[must_use]
    pub fn all(status: Status, bits: Bits, count: usize) -> Self {
        let value = status.value() & bits.mask();
        let mut byte = 0;
        for shift in (0..8).step_by(usize::from(bits.count())) {
            byte |= value << shift;
        }
        Self { bits, bytes: vec![byte; count.div_ceil(usize::from(8 / bits.count()))] }
    }

    /// Changes one status; answers whether there is one at this index.
    pub fn set(&mut self, index: u64, status: Status) -> bool {
        let mask = self.bits.mask();
        let place = self.bits.place(index);
        let Some((byte, shift)) = place.and_then(|(at, shift)| Some((self.bytes.get_mut(at)?, shift))) else {
            return false;
        };
        *byte = *byte & !(mask << shift) | (status.value() & mask) << shift;
        true
    }

    /// The status at an index, if the list is that long.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<Status> {
        let (byte, shift) = self.bits.place(index)?;
        Some(Status::from_value(self.bytes.get(byte)? >> shift & self.bits.mask()))
    }

    /// How many bits a status takes.
    #[must_use]
    pub const fn bits(&self) -> Bits {
        self.bits
    }

    /// The packed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl core::fmt::Debug for Statuses {
    /// A million of them help nobody.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Statuses")
            .field("bits", &self.bits)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The values of the two examples of section 4.1.
    const ONE_BIT: [u8; 16] = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
    const TWO_BITS: [u8; 12] = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];

    #[test]
    fn section_4_1_examples_are_packed_and_read_so() {
        for (bits, values, bytes) in [
            (Bits::One, ONE_BIT.as_slice(), [0xb9, 0xa3].as_slice()),
            (Bits::Two, TWO_BITS.as_slice(), [0xc9, 0x44, 0xf9].as_slice()),
        ] {
            let mut packed = Statuses::all(Status::Valid, bits, values.len());
            for (index, value) in (0..).zip(values) {
                assert!(packed.set(index, Status::from_value(*value)));
            }
            assert_eq!(packed.bytes(), bytes);
            let read = Statuses::from_bytes(bits, bytes.to_vec());
            let found = (0..).map_while(|index| read.get(index)).map(Status::value);
            assert!(found.eq(values.iter().copied()));
        }
    }

    #[test]
    fn past_the_end_there_is_no_status() {
        let mut statuses = Statuses::all(Status::Suspended, Bits::Two, 5);
        assert_eq!(statuses.bytes(), [0xaa, 0xaa]);
        assert_eq!(statuses.get(7), Some(Status::Suspended));
        assert_eq!(statuses.get(8), None);
        assert_eq!(statuses.get(u64::MAX), None);
        assert!(!statuses.set(8, Status::Valid));
    }

    #[test]
    fn only_1_2_4_and_8_bits_make_a_status() {
        for count in 0..300 {
            let bits = Bits::from_count(count);
            assert_eq!(bits.is_some(), [1, 2, 4, 8].contains(&count));
            assert!(bits.is_none_or(|bits| u64::from(bits.count()) == count));
        }
    }

    proptest! {
        #[test]
        fn setting_one_status_changes_no_other(
            count in 0_u64..4,
            bytes in prop::collection::vec(any::<u8>(), 1..9),
            at in any::<prop::sample::Index>(),
            value in any::<u8>(),
        ) {
            let bits = Bits::from_count(1 << count).unwrap();
            let value = value & bits.mask();
            let before = Statuses::from_bytes(bits, bytes.clone());
            let at = u64::try_from(at.index(bytes.len() * 8 / usize::from(bits.count()))).unwrap();
            let mut after = before.clone();
            prop_assert!(after.set(at, Status::from_value(value)));
            for index in 0..u64::try_from(bytes.len() * 8).unwrap() {
                let expected = if index == at { Some(Status::from_value(value)) } else { before.get(index) };
                prop_assert_eq!(after.get(index), expected);
            }
        }
    }
}
