//! The first two accounts of an empty store.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::random_id;
use super::{AccessKeyId, Account, Directory, DirectoryError, DisplayName, NewAccessKey, UserName};
use crate::private_file;
use crate::store::{Change, CommitError, Edit, Guard, Item, Key, Path as Member, Query, Unavailable, Write};

/// The profiles of the credentials file, each an account of that name.
const PROFILES: [&str; 2] = ["vendor", "customer"];
const USER: &str = "admin";

/// What an empty store got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bootstrapped {
    /// The account that issues licenses.
    pub vendor: AccountId,
    /// The account that uses them.
    pub customer: AccountId,
}

/// Why the first accounts are not there.
#[derive(Debug)]
pub enum BootstrapError {
    /// The accounts or keys were not made.
    Directory(DirectoryError),
    /// The credentials file was not written.
    File(PathBuf, io::Error),
}

/// What was made, and whether its credentials were written out.
#[derive(Serialize, Deserialize)]
struct Record {
    keys: [AccessKeyId; 2],
    written: bool,
}

/// Makes a vendor and a customer account in an empty store and writes their
/// access keys to the file (AWS shared credentials, profiles `vendor` and
/// `customer`, mode 0600). Returns the two, made now or long ago; `None` if the
/// accounts of the store were made otherwise, or one of those access keys is
/// not active any more.
///
/// The accounts come first, in one change, with a note that the file is still
/// to be written: whatever is interrupted, the next start finishes it with the
/// same keys. A file that was written once is left alone.
///
/// # Errors
/// [`BootstrapError`]; then the next start tries again.
pub async fn bootstrap(
    directory: &Directory,
    credentials: &Path,
    region: &str,
    now: Timestamp,
) -> Result<Option<Bootstrapped>, BootstrapError> {
    let mut record = directory.bootstrap_record().await?;
    if record.is_none() {
        if directory.is_empty().await? {
            directory.make_first_accounts(now).await?;
        }
        // Or another server has made them since.
        record = directory.bootstrap_record().await?;
    }
    let Some(Record { keys, written }) = record else { return Ok(None) };
    if !written {
        let file = directory.credentials_file(&keys, region).await?;
        private_file::replace(credentials, file.as_bytes())
            .map_err(|error| BootstrapError::File(credentials.to_owned(), error))?;
        directory.note_credentials_written().await?;
    }
    let [vendor, customer] = directory.active_keys(&keys).await?;
    Ok(vendor
        .zip(customer)
        .map(|(vendor, customer)| Bootstrapped { vendor: vendor.account, customer: customer.account }))
}

impl Directory {
    async fn bootstrap_record(&self) -> Result<Option<Record>, Unavailable> {
        let found = self.store.get(&[place()]).await?;
        found.into_iter().flatten().next().map(|item| item.read()).transpose()
    }

    async fn is_empty(&self) -> Result<bool, Unavailable> {
        let query = Query { through_index: true, ..Query::prefix(super::account::ALL, "A#", 1) };
        Ok(self.store.query(&query).await?.items.is_empty())
    }

    async fn make_first_accounts(&self, now: Timestamp) -> Result<(), DirectoryError> {
        let mut writes = Vec::new();
        let mut keys = Vec::new();
        for profile in PROFILES {
            let wrong = |error| Unavailable(format!("{profile}: {error}"));
            let name = DisplayName::parse(profile).map_err(wrong)?;
            let account = Account { id: random_id()?, name, created: now };
            let user = UserName::parse(USER).map_err(wrong)?;
            let new = NewAccessKey::random(account.id.clone(), user, now)?;
            writes.push(Write::Put(account.item()?, vec![Guard::Absent]));
            writes.push(Write::Put(self.access_key_item(&new)?, vec![Guard::Absent]));
            keys.push(new.key.id);
        }
        let record = <[AccessKeyId; 2]>::try_from(keys).map(|keys| Record { keys, written: false });
        let record = record.map_err(|_| Unavailable("one key a profile".to_owned()))?;
        writes.push(Write::Put(Item::new(place(), &record)?, vec![Guard::Absent]));
        match self.store.commit(&Change(writes)).await {
            // Another server was first; its accounts are the ones.
            Ok(()) | Err(CommitError::Refused { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The keys as AWS's tools read them.
    async fn credentials_file(
        &self,
        keys: &[AccessKeyId; 2],
        region: &str,
    ) -> Result<String, DirectoryError> {
        let mut file = String::new();
        for (profile, key) in PROFILES.iter().zip(keys) {
            // A key deleted before its file was ever written needs no profile.
            let Some((caller, secret)) = self.credentials(key).await? else { continue };
            file += &format!(
                "# account {}\n[{profile}]\naws_access_key_id = {key}\naws_secret_access_key = {}\nregion = {region}\n\n",
                caller.account,
                secret.expose()
            );
        }
        Ok(file)
    }

    async fn note_credentials_written(&self) -> Result<(), DirectoryError> {
        let edit = Edit::Set(Member::member("written"), true.into());
        let update = Write::Update(place(), vec![Guard::Present], vec![edit]);
        Ok(self.store.commit(&Change(vec![update])).await?)
    }
}

fn place() -> Key {
    Key::new("BOOTSTRAP", "ACCOUNTS")
}

impl fmt::Display for BootstrapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(error) => write!(f, "cannot make the first accounts: {error}"),
            Self::File(path, error) => write!(f, "cannot write `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for BootstrapError {}

impl From<DirectoryError> for BootstrapError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<Unavailable> for BootstrapError {
    fn from(error: Unavailable) -> Self {
        Self::Directory(error.into())
    }
}
