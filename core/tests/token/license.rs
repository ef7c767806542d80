//! The questions a verified license answers.

use crate::support::{claims, issued_at, key, key_set, said, signature_invalid};
use licentia_core::entitlement::Unit;
use licentia_core::quantity::Quantity;
use licentia_core::token::{Algorithm, Claims, Expectations, KeySet, License, attach, signing_input, verify};

fn license(claims: &Claims) -> License {
    let signer = key(1);
    let input = signing_input(Algorithm::Es256, signer.public_key().thumbprint(), claims);
    let token = attach(&input, &signer.sign(&input));
    verify(&token, &key_set(&signer), issued_at(), &Expectations::default()).unwrap()
}

fn units(units: u64) -> Quantity {
    Quantity::new(units).unwrap()
}

#[test]
fn e_6_a_quantity_is_allowed_in_its_own_unit_up_to_what_was_granted() {
    let license = license(&claims());
    for (name, quantity, unit, allowed) in [
        ("Seats", 0, Unit::Count, true),
        ("Seats", 5, Unit::Count, true),
        ("Seats", 6, Unit::Count, false),
        ("Seats", 1, Unit::CountPerSecond, false),
        ("Seats", 1, Unit::None, false),
        ("seats", 1, Unit::Count, false),
        ("Edition", 0, Unit::None, true),
        ("Edition", 9, Unit::None, true),
        ("Edition", 1, Unit::Count, false),
        ("Other", 0, Unit::None, false),
    ] {
        assert_eq!(license.allows(name, units(quantity), unit), allowed, "{quantity} {unit} of {name}");
    }
    assert!(license.has("Seats") && license.has("Edition"));
    assert!(!license.has("") && !license.has("edition"));
}

#[test]
fn a_license_tells_what_was_signed() {
    let claims = claims();
    let license = license(&claims);
    assert_eq!(license.license_arn(), claims.license_arn);
    assert_eq!(license.consumption_token(), claims.consumption_token);
    assert_eq!(license.issuer(), claims.issuer.as_deref());
    assert_eq!(license.node_id(), claims.node_id.as_deref());
    assert_eq!(license.issued_at(), claims.issued_at);
    assert_eq!(license.expires_at(), claims.expiration);
    assert_eq!(license.metadata(), claims.checkout_metadata);
    assert_eq!(license.entitlements(), claims.entitlements_allowed);
    assert_eq!(license.entitlements()[0].quantity(), Some(units(5)));
    assert_eq!(license.entitlements()[1].quantity(), None);
}

#[test]
fn a_license_tells_the_key_that_signed_it_and_a_prepared_key_judges_alike() {
    let (one, other) = (key(1), key(2));
    let mut keys = KeySet::new(vec![one.public_key().clone(), other.public_key().clone()]).unwrap();
    let input = signing_input(Algorithm::Es256, other.public_key().thumbprint(), &claims());
    let token = attach(&input, &other.sign(&input));
    let judge =
        |keys: &KeySet, token: &str| verify(token, keys, issued_at(), &Expectations::default()).map_err(said);
    let license = judge(&keys, &token).unwrap();
    assert_eq!(license.key_thumbprint(), other.public_key().thumbprint());

    let wrong = attach(&input, &one.sign(&input));
    for prepared in ["none", license.key_thumbprint(), one.public_key().thumbprint()] {
        keys.prepare(prepared);
        keys.prepare(prepared);
        assert_eq!(judge(&keys, &token).as_ref(), Ok(&license));
        assert_eq!(judge(&keys, &wrong), Err(signature_invalid()));
    }
    let mut all = KeySet::new(keys.keys().to_vec()).unwrap();
    all.prepare_all();
    assert_eq!(judge(&all, &token), Ok(license));
}

#[test]
fn b_8_a_token_is_small() {
    let signer = key(1);
    let input = signing_input(Algorithm::Es256, signer.public_key().thumbprint(), &claims());
    let token = attach(&input, &signer.sign(&input));
    assert!(token.len() < 1024, "{}", token.len());
    assert_eq!(attach(&input, &signer.sign(&input)), token, "the same claims, the same token");
}

#[test]
fn algorithms_are_named_as_the_api_names_them() {
    for algorithm in Algorithm::ALL {
        let method = algorithm.digital_signature_method();
        assert_eq!(method, format!("JWT_{algorithm}"));
        assert_eq!(Algorithm::from_digital_signature_method(method), Some(*algorithm));
    }
    assert_eq!(Algorithm::from_digital_signature_method("JWT_RS256"), None);
}
