//! HMAC with SHA-256 (RFC 2104).

use crate::sha256::digest;

/// Bytes in a block of SHA-256 (RFC 2104 section 2: B).
const BLOCK_BYTES: usize = 64;

/// The code of the parts, one after the other, under `key`.
pub(super) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let hashed;
    let key = if key.len() > BLOCK_BYTES {
        hashed = digest(key);
        &hashed
    } else {
        key
    };
    let mut block = [0; BLOCK_BYTES];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let padded = |pad: u8, parts: &[&[u8]]| {
        let start = block.map(|byte| byte ^ pad);
        digest(&[start.as_slice(), &parts.concat()].concat())
    };
    padded(0x5c, &[&padded(0x36, parts)])
}

/// Whether two codes are one, in a time that does not tell where they differ.
pub(super) fn is_same_code(one: &[u8; 32], other: &[u8]) -> bool {
    let differing = one.iter().zip(other).fold(0, |differing, (a, b)| differing | (a ^ b));
    core::hint::black_box(differing) == 0 && other.len() == one.len()
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use aws_lc_rs::hmac;
    use proptest::prelude::*;

    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        let pairs = text.as_bytes().chunks(2);
        pairs.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn rfc_4231_section_4_codes() {
        let (long, longer): (&[u8], &[u8]) = (
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
        );
        let counting: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&counting, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (&[0xaa; 131], long, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (&[0xaa; 131], longer, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
        ];
        for (key, message, code) in cases {
            let code = unhex(code);
            let ours = hmac_sha256(key, &[message]);
            assert_eq!(ours.as_slice(), code);
            assert!(is_same_code(&ours, &code));
        }
    }

    #[test]
    fn a_code_with_one_bit_changed_or_cut_is_another() {
        let code = hmac_sha256(b"key", &[b"message"]);
        for at in 0..256 {
            let mut changed = code;
            changed[at / 8] ^= 1 << (at % 8);
            assert!(!is_same_code(&code, &changed), "bit {at}");
        }
        assert!(!is_same_code(&code, &code[..31]));
        assert!(!is_same_code(&code, &[]));
    }

    proptest! {
        #[test]
        fn aws_lc_agrees_on_every_code(
            key in prop::collection::vec(any::<u8>(), 0..150),
            first in prop::collection::vec(any::<u8>(), 0..150),
            second in prop::collection::vec(any::<u8>(), 0..150),
        ) {
            let theirs = hmac::Key::new(hmac::HMAC_SHA256, &key);
            let message = [first.as_slice(), &second].concat();
            let ours = hmac_sha256(&key, &[&first, &second]);
            let theirs = hmac::sign(&theirs, &message);
            prop_assert_eq!(ours.as_slice(), theirs.as_ref());
        }
    }
}
