//! Taking a master key along to another store.
//!
//! What is sealed is bound to its item and its purpose, not to the store: under
//! the same key it opens in the other one too, and so does what clients keep,
//! session tokens and page tokens.

use super::source::{Bytes, MasterKeyError, Record, Source, known, place, read, wrap};
use crate::private_file;
use crate::store::{Change, Guard, Item, Key, Path, Store, Unavailable, Write};

/// A store's master key, on its way to another store.
pub struct Carried {
    bytes: Bytes,
    check: String,
}

/// The key where it is to be kept. What the store will have to know of it.
pub struct Entrusted(Option<String>);

/// How a store stands to this key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has none, and waits for none.
    Without,
    /// It waits for this one.
    Waiting,
    /// It has this one.
    Arrived,
    /// It has another one.
    InUse,
    /// It waits for the one of another place.
    WaitingForAnother(String),
}

impl Carried {
    /// The master key of a store, if it has one.
    ///
    /// # Errors
    /// [`MasterKeyError`] as for [`MasterKey::load`](super::MasterKey::load).
    pub async fn take(store: &dyn Store, source: Source<'_>) -> Result<Option<Self>, MasterKeyError> {
        match store.get(&[Self::place()]).await?.into_iter().flatten().next() {
            Some(item) => Self::of(&item, source).await.map(Some),
            None => Ok(None),
        }
    }

    /// The master key of the store that has this item in its [`place`](Self::place).
    ///
    /// # Errors
    /// [`MasterKeyError`] as for [`MasterKey::load`](super::MasterKey::load).
    pub async fn of(item: &Item, source: Source<'_>) -> Result<Self, MasterKeyError> {
        let (_, bytes, record) = known(item, source).await?;
        Ok(Self { bytes, check: record.check })
    }

    /// Where a store keeps what it knows of its master key.
    #[must_use]
    pub fn place() -> Key {
        place()
    }

    /// How a store stands to this key.
    ///
    /// # Errors
    /// [`MasterKeyError`] if the store does not answer.
    pub async fn standing(&self, store: &dyn Store) -> Result<Standing, MasterKeyError> {
        let Some(item) = store.get(&[place()]).await?.into_iter().flatten().next() else {
            return Ok(Standing::Without);
        };
        let Record { check, arriving, .. } = item.read()?;
        Ok(match (check == self.check, arriving) {
            (true, Some(_)) => Standing::Waiting,
            (true, None) => Standing::Arrived,
            (false, Some(from)) => Standing::WaitingForAnother(from),
            (false, None) => Standing::InUse,
        })
    }

    /// Tells a store that has no key that this one will come, once everything
    /// else is there. Until then nobody can serve from it.
    ///
    /// # Errors
    /// [`MasterKeyError`] if the store does not answer, or has one by now.
    pub async fn announce(&self, store: &dyn Store, from: &str) -> Result<(), MasterKeyError> {
        let record = Record { wrapped: None, check: self.check.clone(), arriving: Some(from.to_owned()) };
        put(store, &record, Guard::Absent).await
    }

    /// Puts the key into a file, or has KMS wrap it.
    ///
    /// # Errors
    /// [`MasterKeyError`] if the file holds another key or cannot be written, or
    /// KMS refuses.
    pub async fn entrust(&self, to: Source<'_>) -> Result<Entrusted, MasterKeyError> {
        match to {
            Source::Kms { client, key } => Ok(Entrusted(Some(wrap(client, key, &self.bytes).await?))),
            Source::File(path) => match read(path)? {
                Some(bytes) if *bytes == *self.bytes => Ok(Entrusted(None)),
                Some(_) => Err(MasterKeyError::OtherFile(path.into())),
                None => private_file::create(path, self.bytes.as_slice())
                    .map(|()| Entrusted(None))
                    .map_err(|error| MasterKeyError::File(path.into(), error)),
            },
        }
    }

    /// Gives the store its key, which it was told of.
    ///
    /// # Errors
    /// [`MasterKeyError`] if the store does not answer, or waits for another.
    pub async fn settle(&self, store: &dyn Store, key: Entrusted) -> Result<(), MasterKeyError> {
        let record = Record { wrapped: key.0, check: self.check.clone(), arriving: None };
        put(store, &record, Guard::Equals(Path::member("check"), self.check.clone().into())).await
    }
}

async fn put(store: &dyn Store, record: &Record, guard: Guard) -> Result<(), MasterKeyError> {
    let write = Write::Put(Item::new(place(), record)?, vec![guard]);
    store.commit(&Change(vec![write])).await.map_err(|error| Unavailable(error.to_string()).into())
}
