//! Where the master key comes from.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use aws_sdk_kms::error::DisplayErrorContext;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{MasterKey, Purpose};
use crate::private_file;
use crate::secret::{NoEntropy, random};
use crate::store::{Change, CommitError, Guard, Item, Key, Store, Unavailable, Write};

/// Bound to the wrapped key, so that no other ciphertext of the same KMS key
/// passes for it.
const KMS_CONTEXT: (&str, &str) = ("licentia", "master-key");
const CHECK: &[u8] = b"licentia";

pub(super) type Bytes = Zeroizing<[u8; MasterKey::BYTES]>;

/// Where the master key comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// 32 bytes in a file, made on first use. Whoever can read the file and
    /// the store can read every secret.
    File(&'a Path),
    /// A data key that KMS made and only KMS can unwrap; wrapped, it stands in
    /// the store.
    Kms {
        /// The client, in the Region of the key.
        client: &'a aws_sdk_kms::Client,
        /// The id or ARN of a symmetric KMS key, or of its alias.
        key: &'a str,
    },
}

/// Why there is no master key.
#[derive(Debug)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    File(PathBuf, io::Error),
    /// The file does not hold 32 bytes.
    NotAKey(PathBuf),
    /// The store holds secrets, but the file that opens them is not there.
    Missing(PathBuf),
    /// The store's secrets were sealed under another key.
    Other,
    /// The file holds another key than the one that is to come there.
    OtherFile(PathBuf),
    /// The store's key is still to come, from this place.
    Arriving(String),
    /// The store's master key is of the other source.
    OtherSource {
        /// Whether the store's is wrapped by KMS.
        stored_in_kms: bool,
    },
    /// KMS refused or did not answer.
    Kms(String),
    /// The system has no randomness.
    NoEntropy(NoEntropy),
    /// The store did not answer.
    Store(Unavailable),
}

/// What the store knows of its master key.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    /// The data key as KMS wrapped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) wrapped: Option<String>,
    pub(super) check: String,
    /// The place that the store's items are still being moved from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) arriving: Option<String>,
}

impl MasterKey {
    /// The store's master key; a new one for a store that has none.
    ///
    /// # Errors
    /// [`MasterKeyError`]; a key that does not fit the store is never used.
    pub async fn load(store: &dyn Store, source: Source<'_>) -> Result<Self, MasterKeyError> {
        let found = store.get(&[place()]).await?.into_iter().flatten().next();
        Self::known_or_new(found, store, source).await
    }

    /// As [`load`](Self::load), from what was found in the store under
    /// [`Carried::place`](super::Carried::place).
    ///
    /// # Errors
    /// [`MasterKeyError`]
    pub async fn known_or_new(
        found: Option<Item>,
        store: &dyn Store,
        source: Source<'_>,
    ) -> Result<Self, MasterKeyError> {
        if let Some(item) = found {
            return Ok(known(&item, source).await?.0);
        }
        let place = place();
        let (bytes, wrapped) = match source {
            Source::File(path) => (read_or_make(path)?, None),
            Source::Kms { client, key } => generate(client, key).await?,
        };
        let master = Self::of(&bytes)?;
        let check = master.seal(Purpose::Check, &place, CHECK)?;
        let item = Item::new(place, &Record { wrapped, check, arriving: None })?;
        match store.commit(&Change(vec![Write::Put(item, vec![Guard::Absent])])).await {
            Ok(()) => Ok(master),
            // Another server was first: its key is the store's.
            Err(CommitError::Refused { present: Some(item), .. }) => Ok(known(&item, source).await?.0),
            Err(CommitError::Unavailable(error) | CommitError::Unknown(error)) => Err(error.into()),
            Err(error) => Err(Unavailable(format!("{}: {error:?}", self::place())).into()),
        }
    }

    fn of(bytes: &Bytes) -> Result<Self, MasterKeyError> {
        Self::new(bytes).ok_or(MasterKeyError::Other)
    }
}

/// Where a store keeps what it knows of its master key.
pub(super) fn place() -> Key {
    Key::new("MASTER", "KEY")
}

/// The key that the store knows, and what it knows of it.
pub(super) async fn known(
    item: &Item,
    source: Source<'_>,
) -> Result<(MasterKey, Bytes, Record), MasterKeyError> {
    let record: Record = item.read()?;
    if let Some(from) = record.arriving {
        return Err(MasterKeyError::Arriving(from));
    }
    let bytes = match (source, &record.wrapped) {
        (Source::File(path), None) => read(path)?.ok_or_else(|| MasterKeyError::Missing(path.into()))?,
        (Source::Kms { client, key }, Some(wrapped)) => unwrap(client, key, wrapped).await?,
        (_, wrapped) => return Err(MasterKeyError::OtherSource { stored_in_kms: wrapped.is_some() }),
    };
    let master = MasterKey::of(&bytes)?;
    master.open(Purpose::Check, &item.key, &record.check).map_err(|_| MasterKeyError::Other)?;
    Ok((master, bytes, record))
}

/// The key in a file, if there is one.
pub(super) fn read(path: &Path) -> Result<Option<Bytes>, MasterKeyError> {
    match std::fs::read(path).map(Zeroizing::new) {
        Ok(bytes) => match <[u8; MasterKey::BYTES]>::try_from(bytes.as_slice()) {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(_) => Err(MasterKeyError::NotAKey(path.into())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(MasterKeyError::File(path.into(), error)),
    }
}

/// Two servers starting at once end up with the one file.
fn read_or_make(path: &Path) -> Result<Bytes, MasterKeyError> {
    if let Some(bytes) = read(path)? {
        return Ok(bytes);
    }
    let bytes = random().map_err(MasterKeyError::NoEntropy)?;
    match private_file::create(path, bytes.as_slice()) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| MasterKeyError::Missing(path.into()))
        }
        Err(error) => Err(MasterKeyError::File(path.into(), error)),
    }
}

async fn generate(
    client: &aws_sdk_kms::Client,
    key: &str,
) -> Result<(Bytes, Option<String>), MasterKeyError> {
    let (name, value) = KMS_CONTEXT;
    let answer = client
        .generate_data_key()
        .key_id(key)
        .key_spec(DataKeySpec::Aes256)
        .encryption_context(name, value)
        .send()
        .await
        .map_err(|error| MasterKeyError::Kms(DisplayErrorContext(error).to_string()))?;
    let wrapped = answer.ciphertext_blob.ok_or_else(|| MasterKeyError::Kms("no ciphertext".into()))?;
    Ok((key_bytes(answer.plaintext)?, Some(URL_SAFE_NO_PAD.encode(wrapped))))
}

/// Wraps a key that was made elsewhere as KMS wraps its own.
pub(super) async fn wrap(
    client: &aws_sdk_kms::Client,
    key: &str,
    bytes: &Bytes,
) -> Result<String, MasterKeyError> {
    let (name, value) = KMS_CONTEXT;
    let answer = client
        .encrypt()
        .key_id(key)
        .plaintext(Blob::new(bytes.as_slice()))
        .encryption_context(name, value)
        .send()
        .await
        .map_err(|error| MasterKeyError::Kms(DisplayErrorContext(error).to_string()))?;
    let wrapped = answer.ciphertext_blob.ok_or_else(|| MasterKeyError::Kms("no ciphertext".into()))?;
    Ok(URL_SAFE_NO_PAD.encode(wrapped))
}

async fn unwrap(client: &aws_sdk_kms::Client, key: &str, wrapped: &str) -> Result<Bytes, MasterKeyError> {
    let (name, value) = KMS_CONTEXT;
    let wrapped = URL_SAFE_NO_PAD.decode(wrapped).map_err(|_| MasterKeyError::Other)?;
    let answer = client
        .decrypt()
        .key_id(key)
        .ciphertext_blob(Blob::new(wrapped))
        .encryption_context(name, value)
        .send()
        .await
        .map_err(|error| MasterKeyError::Kms(DisplayErrorContext(error).to_string()))?;
    key_bytes(answer.plaintext)
}

fn key_bytes(plain: Option<Blob>) -> Result<Bytes, MasterKeyError> {
    let plain = Zeroizing::new(plain.map(Blob::into_inner).unwrap_or_default());
    <[u8; MasterKey::BYTES]>::try_from(plain.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| MasterKeyError::Kms("the data key has not 32 bytes".into()))
}

impl fmt::Display for MasterKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "cannot use the master key `{}`: {error}", path.display()),
            Self::NotAKey(path) => write!(
                f,
                "`{}` is no master key: it must hold exactly 32 bytes; restore it from a backup",
                path.display()
            ),
            Self::Missing(path) => write!(
                f,
                "the store holds secrets, but the master key that opens them is missing; \
                 restore `{}` from a backup",
                path.display()
            ),
            Self::Other => {
                f.write_str("the store's secrets are sealed under another master key; use that one")
            }
            Self::OtherFile(path) => write!(
                f,
                "`{}` holds another master key than the one that belongs there; move that file away, unless it \
                 opens something",
                path.display()
            ),
            Self::Arriving(from) => write!(
                f,
                "a move from {from} to this place has not ended: give the same `licentia move` again"
            ),
            Self::OtherSource { stored_in_kms: true } => {
                f.write_str("the store's master key is wrapped by KMS; name the KMS key")
            }
            Self::OtherSource { stored_in_kms: false } => {
                f.write_str("the store's master key is a local file, not wrapped by KMS; name the file")
            }
            Self::Kms(error) => write!(f, "KMS did not give the master key: {error}"),
            Self::NoEntropy(error) => error.fmt(f),
            Self::Store(error) => write!(f, "the store did not answer: {error}"),
        }
    }
}

impl std::error::Error for MasterKeyError {}

impl From<Unavailable> for MasterKeyError {
    fn from(error: Unavailable) -> Self {
        Self::Store(error)
    }
}
