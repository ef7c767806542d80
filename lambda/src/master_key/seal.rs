//! Sealing: AES-256-GCM, bound to what the secret is for and where it stands.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::store::{Key, Unavailable};

/// What begins every sealed text; another way of sealing gets another one.
const VERSION: &str = "v1.";

/// Seals secrets for the store and opens them again.
#[derive(Debug)]
pub struct MasterKey(RandomizedNonceKey);

/// What a sealed secret is for. A secret sealed for one does not open as
/// another, nor under another item's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The secret of an access key.
    AccessKeySecret,
    /// A private key that signs licenses.
    SigningKey,
    /// The private key that signs the tokens of customers without an account.
    TokenServiceKey,
    /// Whom temporary credentials act for, as clients carry it back.
    SessionToken,
    /// What the webhooks of a destination are signed with.
    WebhookSecret,
    /// Where a listing goes on, as clients carry it back.
    PageToken,
    /// Nothing secret: tells whether this is the store's master key.
    Check,
}

/// The text was not sealed by this key for this purpose and item, or was
/// changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsealable {
    purpose: Purpose,
    item: Key,
}

impl MasterKey {
    /// Bytes in a master key.
    pub const BYTES: usize = 32;

    /// The key of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, bytes).ok().map(Self)
    }

    /// Seals a secret that is to be stored in the item.
    ///
    /// # Errors
    /// [`Unavailable`] if the system gives no randomness for the nonce.
    pub fn seal(&self, purpose: Purpose, item: &Key, secret: &[u8]) -> Result<String, Unavailable> {
        let mut sealed = secret.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(context(purpose, item), &mut sealed)
            .map_err(|_| Unavailable(format!("cannot seal {purpose:?} of {item}")))?;
        let bytes = [nonce.as_ref().as_slice(), &sealed].concat();
        Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what [`seal`](Self::seal) returned.
    ///
    /// # Errors
    /// [`Unsealable`] for anything else.
    pub fn open(&self, purpose: Purpose, item: &Key, sealed: &str) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let open = || {
            let mut bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(VERSION)?).ok()?;
            let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let plain = self.0.open_in_place(nonce, context(purpose, item), sealed).ok()?.len();
            bytes.drain(..NONCE_LEN);
            bytes.truncate(plain);
            Some(Zeroizing::new(bytes))
        };
        open().ok_or_else(|| Unsealable { purpose, item: item.clone() })
    }
}

fn context(purpose: Purpose, item: &Key) -> Aad<Vec<u8>> {
    let purpose = match purpose {
        Purpose::AccessKeySecret => "access-key-secret",
        Purpose::SigningKey => "signing-key",
        Purpose::TokenServiceKey => "token-service-key",
        Purpose::SessionToken => "session-token",
        Purpose::WebhookSecret => "webhook-secret",
        Purpose::PageToken => "page-token",
        Purpose::Check => "check",
    };
    // A length before each part: no two contexts share their bytes.
    let parts = [purpose, &item.partition, &item.sort];
    Aad::from(parts.iter().flat_map(|part| [&part.len().to_be_bytes(), part.as_bytes()].concat()).collect())
}

impl fmt::Display for Unsealable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the sealed {:?} does not open under this master key", self.item, self.purpose)
    }
}

impl std::error::Error for Unsealable {}

impl From<Unsealable> for Unavailable {
    fn from(unsealable: Unsealable) -> Self {
        Self(unsealable.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(byte: u8) -> MasterKey {
        MasterKey::new(&[byte; 32]).unwrap()
    }

    fn item() -> Key {
        Key::new("K#AKIA", "KEY")
    }

    #[test]
    fn what_was_sealed_opens_for_the_same_purpose_and_item_only() {
        let sealed = master(1).seal(Purpose::AccessKeySecret, &item(), b"secret").unwrap();
        let open = |master: MasterKey, purpose, item: &Key| master.open(purpose, item, &sealed);
        assert_eq!(open(master(1), Purpose::AccessKeySecret, &item()).unwrap().as_slice(), b"secret");
        assert!(open(master(2), Purpose::AccessKeySecret, &item()).is_err());
        assert!(open(master(1), Purpose::SigningKey, &item()).is_err());
        assert!(open(master(1), Purpose::AccessKeySecret, &Key::new("K#AKI", "AKEY")).is_err());
    }

    #[test]
    fn a_changed_or_cut_text_does_not_open() {
        let sealed = master(1).seal(Purpose::Check, &item(), b"secret").unwrap();
        for at in VERSION.len()..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(master(1).open(Purpose::Check, &item(), &changed).is_err(), "{at}");
            assert!(master(1).open(Purpose::Check, &item(), &sealed[..at]).is_err(), "{at}");
        }
        assert!(master(1).open(Purpose::Check, &item(), "").is_err());
        assert!(master(1).open(Purpose::Check, &item(), &sealed.replace("v1.", "v2.")).is_err());
    }

    #[test]
    fn sealing_twice_gives_two_texts() {
        let seal = || master(1).seal(Purpose::Check, &item(), b"secret").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_master_key_is_not_printed() {
        assert!(!format!("{:?}", master(0xab)).contains("ab"));
    }
}
