//! SHA-256 (FIPS 180-4): rolled up, since it is downloaded with every verifier;
//! a token has a dozen blocks. Nothing in it depends on what it hashes but the
//! result, so that it may hash a secret.

#![expect(clippy::indexing_slicing, reason = "arrays of fixed length, indexed below it")]

/// The first 32 bits of the fractional parts of the square roots of the first
/// 8 primes (section 5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The first 32 bits of the fractional parts of the cube roots of the first 64
/// primes (section 4.2.2).
#[rustfmt::skip]
const ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// The digest of a message.
pub(crate) fn digest(message: &[u8]) -> [u8; 32] {
    let mut state = INITIAL;
    let (blocks, rest) = message.as_chunks();
    for block in blocks {
        compress(&mut state, block);
    }
    // Section 5.1.1: a one bit, zeros, the length in bits.
    let bits = (message.len() as u64 * 8).to_be_bytes();
    let mut last = [0; 64];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    last[rest.len() % 64] = 0x80;
    if rest.len() >= 56 {
        compress(&mut state, &last);
        last = [0; 64];
    }
    if let Some(end) = last.last_chunk_mut() {
        *end = bits;
    }
    compress(&mut state, &last);
    let mut digest = [0; 32];
    for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    digest
}

/// Section 6.2.2, the message schedule in a ring of its last 16 words.
fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
    let mut schedule = [0; 16];
    for (word, bytes) in schedule.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (t, constant) in ROUNDS.iter().enumerate() {
        let word = schedule[t & 15];
        let (w1, w14) = (schedule[(t + 1) & 15], schedule[(t + 14) & 15]);
        let sigma0 = w1.rotate_right(7) ^ w1.rotate_right(18) ^ w1 >> 3;
        let sigma1 = w14.rotate_right(17) ^ w14.rotate_right(19) ^ w14 >> 10;
        // Takes the place of the word just read: the one of 16 rounds later.
        schedule[t & 15] =
            word.wrapping_add(sigma0).wrapping_add(schedule[(t + 9) & 15]).wrapping_add(sigma1);

        let sum1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = e & f ^ !e & g;
        let t1 = h.wrapping_add(sum1).wrapping_add(choice).wrapping_add(*constant).wrapping_add(word);
        let sum0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = a & b ^ a & c ^ b & c;
        (h, g, f, e) = (g, f, e, d.wrapping_add(t1));
        (d, c, b, a) = (c, b, a, t1.wrapping_add(sum0).wrapping_add(majority));
    }
    for (word, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(new);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    /// FIPS 180-4's examples, in NIST's collection of test vectors.
    #[test]
    fn nist_vectors_hold() {
        for (message, expected) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            let hex = digest(message.as_bytes()).map(|byte| alloc::format!("{byte:02x}")).concat();
            assert_eq!(hex, expected);
        }
    }

    #[test]
    fn every_length_of_padding_is_that_of_sha2() {
        for length in 0..=260 {
            let message = alloc::vec![0xa5; length];
            assert_eq!(digest(&message).as_slice(), Sha256::digest(&message).as_slice(), "{length} bytes");
        }
    }

    proptest! {
        #[test]
        fn sha2_agrees(message in prop::collection::vec(any::<u8>(), 0..1000)) {
            prop_assert_eq!(digest(&message), <[u8; 32]>::from(Sha256::digest(&message)));
        }
    }
}
