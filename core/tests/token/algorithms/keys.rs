//! Keys of every kind as JWKs.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING, PqdsaKeyPair};
use licentia_core::token::{Algorithm, KeyError, KeySet, PublicKey};

use super::vendor::Vendor;
use crate::support::base64url;

fn refused(jwk: &str) -> Option<&'static str> {
    KeySet::from_json(jwk).err().map(|error| error.code())
}

#[test]
fn a_key_of_every_kind_is_read_back_as_it_was_written() {
    for vendor in Vendor::all() {
        let again = vendor.keys().keys()[0].clone();
        assert_eq!(again.as_bytes(), vendor.key.as_bytes());
        assert_eq!(again.algorithm(), vendor.key.algorithm());
        assert_eq!(again.thumbprint(), vendor.key.thumbprint());
        assert_eq!(again.to_jwk(), vendor.key.to_jwk());
    }
}

#[test]
fn a_key_for_something_else_is_passed_over() {
    for vendor in Vendor::all() {
        let jwk = vendor.key.to_jwk();
        let name = format!(r#""alg":"{}""#, vendor.key.algorithm());
        for (from, to) in [
            (name.as_str(), r#""alg":"RS256""#),
            (&name, r#""alg":"HS256""#),
            (r#""use":"sig""#, r#""use":"enc""#),
            (r#""use":"sig""#, r#""key_ops":["sign"]"#),
        ] {
            assert!(jwk.contains(from), "{jwk}");
            assert_eq!(refused(&jwk.replace(from, to)), Some("KEYS_NONE_USABLE"), "{jwk}");
        }
        assert_eq!(refused(&jwk.replace(r#""use":"sig""#, r#""key_ops":["verify"]"#)), None);
    }
}

#[test]
fn a_key_of_the_kind_akp_must_name_its_algorithm() {
    let jwk = Vendor::new(Algorithm::MlDsa44).key.to_jwk();
    assert_eq!(refused(&jwk.replace(r#""alg":"ML-DSA-44","#, "")), Some("KEYS_NONE_USABLE"));
    // The other algorithm of the kind has longer keys.
    assert_eq!(refused(&jwk.replace("ML-DSA-44", "ML-DSA-44-ES256")), Some("KEY_INVALID"));
}

#[test]
fn secret_keys_of_every_kind_are_refused() {
    for (vendor, member) in Vendor::all().into_iter().zip(["d", "d", "d", "d", "priv", "priv"]) {
        let secret = vendor.key.to_jwk().replacen('{', &format!(r#"{{"{member}":"AAAA","#), 1);
        assert_eq!(KeySet::from_json(&secret).err(), Some(KeyError::Private), "{member}");
    }
}

#[test]
fn damaged_keys_of_every_kind_are_refused() {
    for vendor in Vendor::all() {
        let algorithm = vendor.key.algorithm();
        let bytes = vendor.key.as_bytes();
        let longer = [bytes, &[0]].concat();
        for damaged in [&bytes[1..], &bytes[..bytes.len() - 1], &longer, &[]] {
            let key = PublicKey::from_bytes(algorithm, damaged.to_vec());
            assert_eq!(key.err(), Some(KeyError::Invalid { key_id: None }), "{algorithm}");
        }
    }
    let rsa = |modulus: &[u8], exponent: &[u8]| {
        format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, base64url(modulus), base64url(exponent))
    };
    assert_eq!(refused(&rsa(&[0xff; 256], &[1, 0, 1])), None);
    for (modulus, exponent) in [
        (vec![0xff; 255], vec![1, 0, 1]),
        (vec![0xff; 1025], vec![1, 0, 1]),
        ([&[0], &[0xff; 256][..]].concat(), vec![1, 0, 1]),
        (vec![0xff; 256], vec![0, 1, 0, 1]),
        (vec![0xff; 256], vec![]),
        (vec![0xff; 256], vec![0xff; 2000]),
        (vec![], vec![1, 0, 1]),
    ] {
        assert_eq!(refused(&rsa(&modulus, &exponent)), Some("KEY_INVALID"));
    }
    assert_eq!(refused(r#"{"kty":"RSA"}"#), Some("KEY_INVALID"));
    assert_eq!(refused(r#"{"kty":"OKP","crv":"Ed25519"}"#), Some("KEY_INVALID"));
    assert_eq!(refused(r#"{"kty":"AKP","alg":"ML-DSA-44"}"#), Some("KEY_INVALID"));
}

/// A SubjectPublicKeyInfo as AWS-LC writes it, and the key itself.
fn published(public: &(impl AsRef<[u8]> + AsDer<PublicKeyX509Der<'static>>)) -> (Vec<u8>, Vec<u8>) {
    (public.as_der().unwrap().as_ref().to_vec(), public.as_ref().to_vec())
}

#[test]
fn keys_in_der_are_for_the_algorithm_of_their_identifier() {
    let rsa = published(RsaKeyPair::generate(KeySize::Rsa2048).unwrap().public_key());
    let ed25519 = published(Ed25519KeyPair::generate().unwrap().public_key());
    let ml_dsa = published(PqdsaKeyPair::generate(&ML_DSA_44_SIGNING).unwrap().public_key());
    for (algorithm, (der, bytes)) in
        [(Algorithm::Ps384, rsa), (Algorithm::EdDsa, ed25519), (Algorithm::MlDsa44, ml_dsa)]
    {
        let keys = KeySet::from_spki(&der).unwrap();
        assert_eq!((keys.keys()[0].algorithm(), keys.keys()[0].as_bytes()), (algorithm, bytes.as_slice()));
        // The algorithm is another one: the letter of the identifier that tells.
        let mut other = der.clone();
        other[der.len() - bytes.len() - 7] ^= 0x40;
        assert!(KeySet::from_spki(&other).is_err(), "{algorithm}");
    }
}

#[test]
fn a_key_of_rsassa_pss_with_sha_256_is_for_ps256() {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let (der, bytes) = published(key.public_key());
    // RFC 4055 section 3.1, as `openssl genpkey -algorithm RSA-PSS` writes it.
    let pss = super::vendor::unhex(
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108\
         300d06096086480165030402010500a203020120",
    );
    let contents = [pss.as_slice(), &der[4 + 15..]].concat();
    let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let keys = KeySet::from_spki(&[&[0x30, 0x82], &length[..], &contents].concat()).unwrap();
    assert_eq!((keys.keys()[0].algorithm(), keys.keys()[0].as_bytes()), (Algorithm::Ps256, bytes.as_slice()));
}

#[test]
fn members_of_another_kind_are_passed_over() {
    for vendor in Vendor::all() {
        let more = ["crv", "e", "n", "pub", "x", "y"]
            .iter()
            .filter(|name| !vendor.key.to_jwk().contains(&format!("\"{name}\":")))
            .map(|name| format!(r#","{name}":"AAAA""#));
        let jwk = vendor.key.to_jwk().trim_end_matches('}').to_owned() + &more.collect::<String>() + "}";
        let keys = KeySet::from_json(&jwk).unwrap();
        assert_eq!(keys.keys()[0].thumbprint(), vendor.key.thumbprint(), "{jwk}");
    }
}

#[test]
fn a_set_holds_64_keys_of_the_largest_kind() {
    let jwk = Vendor::new(Algorithm::MlDsa44Es256).key.to_jwk();
    let set = |count| format!(r#"{{"keys":[{}]}}"#, vec![jwk.as_str(); count].join(","));
    assert_eq!(KeySet::from_json(&set(64)).map(|keys| keys.keys().len()), Ok(64));
    assert_eq!(KeySet::from_json(&set(65)).err(), Some(KeyError::TooMany));
}
