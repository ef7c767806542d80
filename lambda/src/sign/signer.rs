//! Signing.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use licentia_core::token::status::{StatusListClaims, deflate};
use licentia_core::token::{Algorithm, Claims, attach, signing_input};

use super::key::Record;
use super::kms::{self, KmsArn};
use super::local::LocalKey;
use super::{Origin, SignError, Signed};
use crate::master_key::MasterKey;
use crate::on_first_use::OnFirstUse;
use crate::store::{Key, Store, Unavailable};

/// Signs for all accounts.
pub struct Signer {
    pub(super) store: Arc<dyn Store>,
    pub(super) master: Arc<MasterKey>,
    pub(super) kms: OnFirstUse<aws_sdk_kms::Client>,
    pub(super) cache: Cache,
    pub(super) making: tokio::sync::Mutex<()>,
}

/// A key and all it takes to sign with it.
pub(super) struct Ready {
    pub(super) record: Record,
    pub(super) algorithm: Algorithm,
    /// The private key, unless KMS has it.
    pub(super) local: Option<LocalKey>,
}

/// Keys that are kept here and were used lately, by account and by what
/// licenses call them. They never change.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<(AccountId, String), Arc<Ready>>>);

impl Signer {
    /// A signer of the keys in this store and in KMS. The client is used in
    /// whatever Region a key is.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        master: Arc<MasterKey>,
        kms: impl Into<OnFirstUse<aws_sdk_kms::Client>>,
    ) -> Self {
        Self {
            store,
            master,
            kms: kms.into(),
            cache: Cache::default(),
            making: tokio::sync::Mutex::default(),
        }
    }

    /// Whether licenses of the account can be signed with this `SignKey`
    /// (L-6). Of a KMS key the public half is kept for the key set.
    ///
    /// # Errors
    /// [`SignError::Unfit`] if not.
    pub async fn check(&self, account: &AccountId, sign_key: &str, now: Timestamp) -> Result<(), SignError> {
        match KmsArn::parse(sign_key) {
            Some(arn) => self.adopt(account, &arn, sign_key, now).await,
            None => self.find(account, sign_key).await.map(|_| ()),
        }
    }

    /// Signs a token with the license's `SignKey`, or with the account's own
    /// key, which is made on first need.
    ///
    /// # Errors
    /// [`SignError::WrongAlgorithm`] if the key is for another; see
    /// [`SignError`].
    pub async fn sign(
        &self,
        account: &AccountId,
        sign_key: Option<&str>,
        algorithm: Algorithm,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<Signed, SignError> {
        let key = match sign_key {
            Some(sign_key) => self.find(account, sign_key).await?,
            None => self.own(account, algorithm, now).await?,
        };
        if key.algorithm != algorithm {
            return Err(SignError::WrongAlgorithm { asked: algorithm, supported: key.algorithm });
        }
        let input = signing_input(algorithm, &key.record.id, claims);
        let signature = self.signature(Arc::clone(&key), &input).await?;
        Ok(Signed::new(algorithm, &key.record.id, &input, &signature))
    }

    /// Signs a status list with the license's `SignKey`, or with the account's
    /// own key for ES256, which every verifier reads.
    ///
    /// # Errors
    /// [`SignError`].
    pub async fn sign_status_list(
        &self,
        account: &AccountId,
        sign_key: Option<&str>,
        list: &StatusListClaims<'_>,
        now: Timestamp,
    ) -> Result<String, SignError> {
        let key = match sign_key {
            Some(sign_key) => self.find(account, sign_key).await?,
            None => self.own(account, Algorithm::Es256, now).await?,
        };
        let input = list.signing_input(key.algorithm, &key.record.id, &deflate);
        Ok(attach(&input, &self.signature(key, &input).await?))
    }

    async fn signature(&self, key: Arc<Ready>, input: &str) -> Result<Vec<u8>, SignError> {
        match &key.record.origin {
            Origin::Kms(arn) => kms::sign(&self.kms, arn, key.algorithm, input).await,
            Origin::Own | Origin::Named(_) => sign_locally(key, input).await,
        }
    }

    /// The public keys of the account as a JWK Set (RFC 7517 section 5), for
    /// everyone; `None` if there is no such account. An account without a key
    /// gets its own ES256 key, so that the set is never empty.
    ///
    /// # Errors
    /// [`SignError::Unavailable`].
    pub async fn jwks(&self, account: &AccountId, now: Timestamp) -> Result<Option<String>, SignError> {
        let mut records = self.records(account).await?;
        if records.is_empty() {
            let found = self.store.get(&[Key::new(format!("A#{account}"), "ACCOUNT")]).await?;
            if found.into_iter().flatten().next().is_none() {
                return Ok(None);
            }
            records.push(self.own(account, Algorithm::Es256, now).await?.record.clone());
        }
        let keys: Vec<_> = records.into_iter().map(|record| record.jwk).collect();
        Ok(Some(serde_json::json!({ "keys": keys }).to_string()))
    }
}

async fn sign_locally(key: Arc<Ready>, input: &str) -> Result<Vec<u8>, SignError> {
    if !key.local()?.is_slow() {
        return key.local()?.sign(input);
    }
    let input = input.to_owned();
    let signed = tokio::task::spawn_blocking(move || key.local()?.sign(&input)).await;
    signed.map_err(|error| Unavailable(error.to_string()))?
}

impl Ready {
    fn local(&self) -> Result<&LocalKey, SignError> {
        let key = self.local.as_ref();
        key.ok_or_else(|| Unavailable(format!("{}: no private key", self.record.id)).into())
    }
}

impl Cache {
    const MOST: usize = 1000;

    pub(super) fn keep(&self, account: &AccountId, name: &str, key: &Arc<Ready>) {
        if key.local.is_none() {
            return;
        }
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= Self::MOST {
            keys.clear();
        }
        keys.insert((account.clone(), name.to_owned()), Arc::clone(key));
    }

    pub(super) fn find(&self, account: &AccountId, name: &str) -> Option<Arc<Ready>> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(&(account.clone(), name.to_owned())).cloned()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}
