//! Status lists: what is read, what is refused, and what they say of licenses.

mod judged;
mod read;

use licentia_core::token::status::{
    Bits, Status, StatusList, StatusListClaims, StatusRefusal, Statuses, deflate, inflate,
};
use licentia_core::token::{Algorithm, attach};
use serde_json::{Value, json};

use crate::support::{base64url, claims, forge, issued_at, key, key_set};

const URI: &str = "https://licenses.example.com/status/111122223333/l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60/0";
const HEADER: &str = r#"{"alg":"ES256","typ":"statuslist+jwt"}"#;

/// Valid, invalid, suspended and a status of another meaning, by index.
fn four_statuses() -> Statuses {
    let mut statuses = Statuses::all(Status::Valid, Bits::Two, 4);
    for index in 0..4 {
        assert!(statuses.set(index, Status::from_value(u8::try_from(index).unwrap())));
    }
    statuses
}

/// A list like the service's, made when the tests' checkouts are.
fn published(change: impl FnOnce(&mut StatusListClaims<'_>)) -> String {
    published_of(&four_statuses(), change)
}

/// The same of other statuses.
fn published_of(statuses: &Statuses, change: impl FnOnce(&mut StatusListClaims<'_>)) -> String {
    let (signer, issuer) = (key(1), claims().issuer.unwrap());
    let mut list = StatusListClaims {
        issuer: &issuer,
        uri: URI,
        issued_at: issued_at(),
        expires_at: issued_at().plus_days(1),
        seconds_to_live: 900,
        statuses,
    };
    change(&mut list);
    let input = list.signing_input(Algorithm::Es256, signer.public_key().thumbprint(), &deflate);
    attach(&input, &signer.sign(&input))
}

/// A list of exactly these claims: those of a small one, and changes; `null`
/// takes one away.
fn forged(changes: &Value) -> String {
    let mut payload = json!({
        "sub": URI,
        "iat": issued_at().unix(),
        "status_list": { "bits": 2, "lst": base64url(&deflate(four_statuses().bytes())) },
    });
    let members = payload.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    forge(HEADER, payload.to_string().as_bytes(), &key(1))
}

fn read(text: &str) -> Result<StatusList, StatusRefusal> {
    StatusList::verify(text, &key_set(&key(1)), &inflate)
}
