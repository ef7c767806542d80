//! As much of DER (X.690 section 10) as keys and signatures need.

use alloc::vec::Vec;

/// The tag of an INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// The tag of a SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;

/// The contents of an element of this tag and what comes after it: a definite
/// length in as few bytes as possible (X.690 section 10.1), at most two.
pub(super) fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = match rest {
        [length @ 0..=0x7f, rest @ ..] => (u16::from(*length), rest),
        [0x81, length @ 0x80..=0xff, rest @ ..] => (u16::from(*length), rest),
        [0x82, high @ 1..=0xff, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return None,
    };
    let length = usize::from((*found == tag).then_some(length)?);
    rest.split_at_checked(length)
}

/// A positive INTEGER, big-endian without leading zeros, and what comes after
/// it.
fn positive(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (contents, rest) = element(INTEGER, der)?;
    match contents {
        [0, magnitude @ ..] if magnitude.first() >= Some(&0x80) => Some((magnitude, rest)),
        [1..=0x7f, ..] => Some((contents, rest)),
        _ => None,
    }
}

/// The two positive numbers of a SEQUENCE that holds nothing else, with
/// nothing after it: an `RSAPublicKey` (RFC 8017 section A.1.1) or an
/// `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3).
pub(super) fn two_positive(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (contents, after) = element(SEQUENCE, der)?;
    let (first, rest) = positive(contents)?;
    let (second, rest) = positive(rest)?;
    (after.is_empty() && rest.is_empty()).then_some((first, second))
}

/// What [`two_positive`] reads; the numbers without leading zeros, below
/// 64 KiB together.
pub(super) fn of_two_positive(first: &[u8], second: &[u8]) -> Vec<u8> {
    let mut contents = Vec::with_capacity(first.len() + second.len() + 10);
    for number in [first, second] {
        let sign: &[u8] = if number.first().is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
        push_head(&mut contents, INTEGER, sign.len() + number.len());
        contents.extend_from_slice(sign);
        contents.extend_from_slice(number);
    }
    let mut der = Vec::with_capacity(contents.len() + 4);
    push_head(&mut der, SEQUENCE, contents.len());
    der.extend_from_slice(&contents);
    der
}

fn push_head(der: &mut Vec<u8>, tag: u8, length: usize) {
    der.push(tag);
    let [.., high, low] = length.to_be_bytes();
    match (high, low) {
        (0, 0..=0x7f) => {}
        (0, _) => der.push(0x81),
        (high, _) => der.extend_from_slice(&[0x82, high]),
    }
    der.push(low);
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (first, second) in [
            (vec![1], vec![0x7f]),
            (vec![0x80; 32], vec![0x7f; 33]),
            (vec![0xff; 127], vec![3]),
            (vec![0xc0; 256], vec![1, 0, 1]),
            (vec![0x40; 1024], vec![0x90; 300]),
        ] {
            let der = of_two_positive(&first, &second);
            assert_eq!(two_positive(&der), Some((first.as_slice(), second.as_slice())));
            let longer = [der.as_slice(), &[0]].concat();
            assert_eq!(two_positive(&longer), None);
            for length in 0..der.len() {
                assert_eq!(two_positive(&der[..length]), None);
            }
        }
    }

    #[test]
    fn a_length_that_could_be_shorter_is_refused() {
        let content = [INTEGER, 1, 5, INTEGER, 1, 7];
        assert!(two_positive(&[&[SEQUENCE, 6], &content[..]].concat()).is_some());
        assert!(two_positive(&[&[SEQUENCE, 0x81, 6], &content[..]].concat()).is_none());
        assert!(two_positive(&[&[SEQUENCE, 0x82, 0, 6], &content[..]].concat()).is_none());
        assert!(two_positive(&[&[SEQUENCE, 0x80], &content[..], &[0, 0]].concat()).is_none());
    }

    #[test]
    fn numbers_are_positive_and_have_one_spelling() {
        for number in [&[INTEGER, 0][..], &[INTEGER, 1, 0], &[INTEGER, 1, 0x80], &[INTEGER, 2, 0, 0x7f]] {
            let length = u8::try_from(number.len()).unwrap() + 3;
            let der = [&[SEQUENCE, length], number, &[INTEGER, 1, 5]].concat();
            assert_eq!(two_positive(&der), None, "{number:?}");
        }
    }

    #[test]
    fn a_third_number_and_another_tag_are_refused() {
        assert_eq!(two_positive(&[SEQUENCE, 9, INTEGER, 1, 5, INTEGER, 1, 7, INTEGER, 1, 7]), None);
        assert_eq!(two_positive(&[0x31, 6, INTEGER, 1, 5, INTEGER, 1, 7]), None);
        assert_eq!(two_positive(&[SEQUENCE, 6, 4, 1, 5, INTEGER, 1, 7]), None);
    }
}
