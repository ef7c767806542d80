//! The key of the service.

use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use licentia_core::token::{RsaPublicKey, attach};
use serde::{Deserialize, Serialize};

use crate::master_key::{MasterKey, Purpose};
use crate::store::{Change, CommitError, Guard, Item, Key, Store, Unavailable, Write};

/// How often a new key is offered to a busy store.
const TRIES: usize = 8;

/// An RSA key of 2048 bits, for RS256 (RFC 7518 section 3.3).
pub(super) struct ServiceKey {
    pair: KeyPair,
    public: RsaPublicKey,
    id: String,
}

/// The key in the store.
#[derive(Serialize, Deserialize)]
struct Record {
    sealed: String,
}

impl ServiceKey {
    /// The one key of all servers on this store, made on first need. However
    /// many need it at once, they end up with the same.
    pub(super) async fn load(store: &dyn Store, master: &MasterKey) -> Result<Arc<Self>, Unavailable> {
        if let Some(key) = stored(store, master).await? {
            return Ok(key);
        }
        let generated = tokio::task::spawn_blocking(|| KeyPair::generate(KeySize::Rsa2048)).await;
        let pair = generated
            .map_err(|error| Unavailable(error.to_string()))?
            .map_err(|_| failed("cannot generate an RSA key"))?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| failed("cannot encode an RSA key"))?;
        let sealed = master.seal(Purpose::TokenServiceKey, &place(), der.as_ref())?;
        let put = Write::Put(Item::new(place(), &Record { sealed })?, vec![Guard::Absent]);
        let change = Change(vec![put]);
        for _ in 0..TRIES {
            match store.commit(&change).await {
                Ok(()) => return Ok(Arc::new(Self::new(pair)?)),
                Err(CommitError::Unavailable(error)) => return Err(error),
                Err(CommitError::Refused { .. } | CommitError::Busy | CommitError::Unknown(_)) => {}
            }
            // Another's, or ours without our knowing.
            if let Some(key) = stored(store, master).await? {
                return Ok(key);
            }
        }
        Err(failed("the store is too busy for a new token service key"))
    }

    fn new(pair: KeyPair) -> Result<Self, Unavailable> {
        let public = pair.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero();
        let exponent = public.exponent().big_endian_without_leading_zero();
        let public = RsaPublicKey::new(modulus, exponent).map_err(|error| Unavailable(error.to_string()))?;
        Ok(Self { id: public.thumbprint(), pair, public })
    }

    /// The `kid` of its tokens: the thumbprint of RFC 7638.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The public half (RFC 7517).
    pub(super) fn to_jwk(&self) -> String {
        self.public.to_rs256_jwk()
    }

    /// The signed token. The same text is signed the same every time, so that
    /// a retry can be answered without keeping any token.
    pub(super) fn sign(&self, signing_input: &str) -> Result<String, Unavailable> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing_input.as_bytes(), &mut signature)
            .map_err(|_| failed("cannot sign with the token service key"))?;
        Ok(attach(signing_input, &signature))
    }

    /// Whether it signed this.
    pub(super) fn verifies(&self, signing_input: &str, signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key());
        key.verify(signing_input.as_bytes(), signature).is_ok()
    }
}

async fn stored(store: &dyn Store, master: &MasterKey) -> Result<Option<Arc<ServiceKey>>, Unavailable> {
    let Some(item) = store.get(&[place()]).await?.pop().flatten() else { return Ok(None) };
    let record: Record = item.read()?;
    let der = master.open(Purpose::TokenServiceKey, &place(), &record.sealed)?;
    let pair = KeyPair::from_pkcs8(&der).map_err(|_| failed("the token service key is not an RSA key"))?;
    Ok(Some(Arc::new(ServiceKey::new(pair)?)))
}

fn place() -> Key {
    Key::new("SERVICE", "TOKENKEY")
}

fn failed(what: &str) -> Unavailable {
    Unavailable(what.to_owned())
}
