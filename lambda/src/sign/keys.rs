//! Finding and making the keys of an account.

use std::sync::Arc;

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use licentia_core::token::{Algorithm, MAX_KEYS};
use serde::{Deserialize, Serialize};

use super::key::{PREFIX, Record, place};
use super::kms::{self, KmsArn};
use super::local::LocalKey;
use super::signer::Ready;
use super::{Origin, SignError, Signer, SigningKeyInfo, Unfitness};
use crate::identity::DisplayName;
use crate::master_key::Purpose;
use crate::store::{Change, CommitError, Guard, Item, Key, Query, Unavailable, Write};

/// How often a new key is offered to a busy store.
const TRIES: usize = 8;

/// What a `SignKey`, or the lack of one, stands for: the id of a key.
#[derive(Serialize, Deserialize)]
struct Meaning {
    id: String,
}

impl Signer {
    /// Makes a key that licenses can name by its id as their `SignKey`.
    ///
    /// # Errors
    /// [`SignError::TooManyKeys`].
    pub async fn create_key(
        &self,
        account: &AccountId,
        algorithm: Algorithm,
        name: DisplayName,
        now: Timestamp,
    ) -> Result<SigningKeyInfo, SignError> {
        self.check_room(account).await?;
        let key = self.generate(account, algorithm, Origin::Named(name), now).await?;
        let put = Write::Put(key.record.item(account)?, vec![Guard::Absent]);
        self.store.commit(&Change(vec![put])).await?;
        Ok(key.record.info()?)
    }

    /// All keys of the account that ever signed or may sign, by id.
    ///
    /// # Errors
    /// [`SignError::Unavailable`].
    pub async fn keys(&self, account: &AccountId) -> Result<Vec<SigningKeyInfo>, SignError> {
        let records = self.records(account).await?;
        Ok(records.into_iter().map(Record::info).collect::<Result<_, _>>()?)
    }

    /// All keys of the account.
    pub(super) async fn records(&self, account: &AccountId) -> Result<Vec<Record>, SignError> {
        // INVARIANT: see `check_room`.
        let query = Query::prefix(format!("A#{account}"), PREFIX, MAX_KEYS);
        let page = self.store.query(&query).await?;
        Ok(page.items.iter().map(Item::read).collect::<Result<_, _>>()?)
    }

    /// The key that a license with this `SignKey` is signed with.
    pub(super) async fn find(&self, account: &AccountId, sign_key: &str) -> Result<Arc<Ready>, SignError> {
        if let Some(key) = self.cache.find(account, sign_key) {
            return Ok(key);
        }
        let unfit = |why| SignError::Unfit { sign_key: sign_key.to_owned(), why };
        let record = if KmsArn::parse(sign_key).is_some() {
            self.meant(account, sign_key).await?
        } else if is_id(sign_key) {
            self.record(account, sign_key).await?
        } else {
            return Err(unfit(Unfitness::NotAName));
        };
        let record = record.ok_or_else(|| unfit(Unfitness::Unknown))?;
        self.ready(account, sign_key, record)
    }

    /// The account's own key, made on first need. However many servers need it
    /// at once, they end up with the same.
    pub(super) async fn own(
        &self,
        account: &AccountId,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Arc<Ready>, SignError> {
        let name = format!("own {algorithm}");
        let name = name.as_str();
        if let Some(key) = self.cache.find(account, name) {
            return Ok(key);
        }
        // One at a time makes keys here: RSA keys are dear.
        let _turn = self.making.lock().await;
        if let Some(record) = self.meant(account, name).await? {
            return self.ready(account, name, record);
        }
        let key = self.generate(account, algorithm, Origin::Own, now).await?;
        let change = Change(vec![
            Write::Put(key.record.item(account)?, vec![Guard::Absent]),
            Write::Put(meaning_item(account, name, &key.record.id)?, vec![Guard::Absent]),
        ]);
        for _ in 0..TRIES {
            if let Err(CommitError::Unavailable(error)) = self.store.commit(&change).await {
                return Err(error.into());
            }
            // Ours, if that was applied and known to be; else perhaps another's.
            if let Some(record) = self.meant(account, name).await? {
                return self.ready(account, name, record);
            }
        }
        Err(Unavailable(format!("{account}: the store is too busy for a new {algorithm} key")).into())
    }

    /// Opens what is sealed of a key.
    fn ready(&self, account: &AccountId, name: &str, record: Record) -> Result<Arc<Ready>, SignError> {
        let algorithm = record.algorithm()?;
        let open = |sealed: &String| {
            let item = place(account, &record.id);
            let secret = self.master.open(Purpose::SigningKey, &item, sealed).map_err(Unavailable::from)?;
            LocalKey::from_secret(algorithm, &secret)
        };
        let local = record.sealed.as_ref().map(open).transpose()?;
        let key = Arc::new(Ready { record, algorithm, local });
        self.cache.keep(account, name, &key);
        Ok(key)
    }

    /// Asks KMS about the key and keeps its public half for the key set. From
    /// now on the name means the key that it means to KMS now: an alias that
    /// is moved later means another key after the next check only.
    pub(super) async fn adopt(
        &self,
        account: &AccountId,
        arn: &KmsArn<'_>,
        name: &str,
        now: Timestamp,
    ) -> Result<(), SignError> {
        let key = kms::describe(&self.kms, account, arn).await?;
        let record = Record::new(&key.public, Origin::Kms(key.arn), None, now)?;
        if self.record(account, &record.id).await?.is_none() {
            self.check_room(account).await?;
            let put = Write::Put(record.item(account)?, vec![Guard::Absent]);
            match self.store.commit(&Change(vec![put])).await {
                Ok(()) | Err(CommitError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if self.meaning(account, name).await?.as_ref() != Some(&record.id) {
            let put = Write::Put(meaning_item(account, name, &record.id)?, Vec::new());
            self.store.commit(&Change(vec![put])).await?;
        }
        Ok(())
    }

    /// A verifier reads no larger key set. The account's own keys, one of each
    /// algorithm, find room always.
    async fn check_room(&self, account: &AccountId) -> Result<(), SignError> {
        let others = self.records(account).await?.into_iter().filter(|key| key.origin != Origin::Own).count();
        if others + Algorithm::ALL.len() < MAX_KEYS { Ok(()) } else { Err(SignError::TooManyKeys) }
    }

    async fn generate(
        &self,
        account: &AccountId,
        algorithm: Algorithm,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Ready, SignError> {
        let generated = tokio::task::spawn_blocking(move || LocalKey::generate(algorithm)).await;
        let key = generated.map_err(|error| Unavailable(error.to_string()))??;
        let public = key.public()?;
        let item = place(account, public.thumbprint());
        let sealed = self.master.seal(Purpose::SigningKey, &item, &key.to_secret()?)?;
        Ok(Ready { record: Record::new(&public, origin, Some(sealed), now)?, algorithm, local: Some(key) })
    }

    async fn meant(&self, account: &AccountId, name: &str) -> Result<Option<Record>, SignError> {
        match self.meaning(account, name).await? {
            Some(id) => self.record(account, &id).await,
            None => Ok(None),
        }
    }

    async fn meaning(&self, account: &AccountId, name: &str) -> Result<Option<String>, SignError> {
        let found = self.store.get(&[meaning_place(account, name)]).await?;
        let meaning = found.into_iter().flatten().next().map(|item| item.read::<Meaning>()).transpose()?;
        Ok(meaning.map(|meaning| meaning.id))
    }

    async fn record(&self, account: &AccountId, id: &str) -> Result<Option<Record>, SignError> {
        let found = self.store.get(&[place(account, id)]).await?;
        Ok(found.into_iter().flatten().next().map(|item| item.read()).transpose()?)
    }
}

/// Whether it is a SHA-256 in base64url: 43 characters.
fn is_id(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn meaning_place(account: &AccountId, name: &str) -> Key {
    Key::new(format!("A#{account}"), format!("SIGNKEY#{name}"))
}

fn meaning_item(account: &AccountId, name: &str, id: &str) -> Result<Item, Unavailable> {
    Item::new(meaning_place(account, name), &Meaning { id: id.to_owned() })
}
