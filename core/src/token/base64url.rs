//! Base64url without padding (RFC 4648 section 5), one text for each value.

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Appends `bytes`, encoded, to `out`.
pub(super) fn encode_into(bytes: &[u8], out: &mut String) {
    let (mut group, mut bits) = (0u32, 0u32);
    let mut push = |sextet: u32| {
        let letter = ALPHABET.get((sextet & 63) as usize).copied().unwrap_or_default();
        out.push(char::from(letter));
    };
    for byte in bytes {
        group = group << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 6 {
            bits -= 6;
            push(group >> bits);
        }
    }
    if bits > 0 {
        push(group << (6 - bits));
    }
}

/// `bytes`, encoded.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    encode_into(bytes, &mut out);
    out
}

/// The bytes `text` stands for, or `None` where it holds another character
/// (padding included), a length that no bytes have, or bits past the last byte
/// that are not zero (RFC 4648 section 3.5): so no two texts mean the same.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    decode_into(text.as_bytes(), &mut bytes).map(|()| bytes)
}

/// Appends the bytes `text` stands for; as [`decode`].
pub(super) fn decode_into(text: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let (mut group, mut bits) = (0u32, 0u32);
    for letter in text {
        group = group << 6 | u32::from(sextet(*letter)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits & 0xff).to_le_bytes()[0]);
            group &= (1 << bits) - 1;
        }
    }
    (bits < 6 && group == 0).then_some(())
}

const fn sextet(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rfc_4648_section_10_vectors_hold_without_their_padding() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn only_the_canonical_text_is_read() {
        for text in ["Zg==", "Zg=", "Zh", "Zm9", "Z", "Zm9vY", "Zm 9v", "Zm9v\n", "Zm+v", "Zm/v", "Zmö"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn what_is_read_is_what_would_be_written(text in "[A-Za-z0-9_-]{0,20}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
