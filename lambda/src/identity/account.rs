//! Accounts.

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryError, DisplayName};
use crate::secret::random;
use crate::store::{Change, CommitError, Guard, Item, Key, Query, Unavailable, Write};

/// The index partition of all accounts.
pub(super) const ALL: &str = "ACCOUNTS";
/// Accounts read at once.
const PAGE: usize = 100;
/// 12 digits, the first not 0.
const FIRST_NUMBER: u64 = 100_000_000_000;
const NUMBERS: u64 = 900_000_000_000;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What people call it.
    pub name: DisplayName,
    /// When it was made.
    pub created: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Record {
    id: AccountId,
    name: DisplayName,
    created: Timestamp,
}

impl Directory {
    /// Makes an account, of a random number unless one is given.
    ///
    /// # Errors
    /// [`DirectoryError::AccountExists`] for a number that is taken.
    pub async fn create_account(
        &self,
        id: Option<AccountId>,
        name: DisplayName,
        now: Timestamp,
    ) -> Result<Account, DirectoryError> {
        loop {
            let account = match &id {
                Some(id) => id.clone(),
                None => random_id()?,
            };
            let account = Account { id: account, name: name.clone(), created: now };
            let put = Write::Put(account.item()?, vec![Guard::Absent]);
            match self.store.commit(&Change(vec![put])).await {
                Ok(()) => return Ok(account),
                Err(CommitError::Refused { .. }) if id.is_some() => {
                    return Err(DirectoryError::AccountExists);
                }
                // The random number is taken, which the next hardly is.
                Err(CommitError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The account of this number, if there is one.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>, Unavailable> {
        let found = self.store.get(&[place(id)]).await?;
        found.into_iter().flatten().next().map(|item| Account::read(&item)).transpose()
    }

    /// All accounts by number; one made a moment ago may not be among them.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn accounts(&self) -> Result<Vec<Account>, Unavailable> {
        let mut query = Query { through_index: true, ..Query::prefix(ALL, "A#", PAGE) };
        let mut accounts = Vec::new();
        loop {
            let page = self.store.query(&query).await?;
            for item in &page.items {
                accounts.push(Account::read(item)?);
            }
            match accounts.last() {
                Some(last) if page.more => query.after = Some(format!("A#{}", last.id)),
                _ => return Ok(accounts),
            }
        }
    }
}

impl Account {
    pub(super) fn item(&self) -> Result<Item, Unavailable> {
        let record = Record { id: self.id.clone(), name: self.name.clone(), created: self.created };
        let index = Some(Key::new(ALL, format!("A#{}", self.id)));
        Ok(Item { index, ..Item::new(place(&self.id), &record)? })
    }

    fn read(item: &Item) -> Result<Self, Unavailable> {
        let Record { id, name, created } = item.read()?;
        Ok(Self { id, name, created })
    }
}

fn place(id: &AccountId) -> Key {
    Key::new(format!("A#{id}"), "ACCOUNT")
}

pub(super) fn random_id() -> Result<AccountId, DirectoryError> {
    // 64 random bits modulo 9·10^11: the bias is below one in ten million.
    let number = FIRST_NUMBER + u64::from_be_bytes(*random()?) % NUMBERS;
    AccountId::parse(&number.to_string()).map_err(|error| Unavailable(format!("{number}: {error}")).into())
}
