//! Access keys.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::policy::check_all;
use super::remembered::GOOD_FOR_SECONDS;
use super::{AccessKeyId, AttachedPolicy, Caller, Directory, DirectoryError, Identity, PolicyName, UserName};
use crate::master_key::Purpose;
use crate::secret::{NoEntropy, Secret, random};
use crate::store::{Change, CommitError, Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// Access keys read at once.
const PAGE: usize = 100;

/// An access key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Its id.
    pub id: AccessKeyId,
    /// The account it acts for.
    pub account: AccountId,
    /// The user whose key it is.
    pub user: UserName,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it may sign.
    pub is_active: bool,
    /// What it may do; without any, everything in its account.
    pub policies: Vec<AttachedPolicy>,
}

/// An access key just made: the one moment its secret can be read.
#[derive(Clone, Debug)]
pub struct NewAccessKey {
    /// The key.
    pub key: AccessKey,
    /// 40 characters.
    pub secret: Secret,
}

#[derive(Serialize, Deserialize)]
struct Record {
    id: AccessKeyId,
    account: AccountId,
    user: UserName,
    created: Timestamp,
    active: bool,
    secret: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    policies: Vec<AttachedPolicy>,
}

impl Directory {
    /// Makes an access key for a user of an account, good for everything
    /// there.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccount`].
    pub async fn create_access_key(
        &self,
        account: &AccountId,
        user: UserName,
        now: Timestamp,
    ) -> Result<NewAccessKey, DirectoryError> {
        self.create_access_key_with(account, user, vec![], now).await
    }

    /// Makes an access key that carries these policies from the start.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccount`], or what is wrong with the policies
    /// together.
    pub async fn create_access_key_with(
        &self,
        account: &AccountId,
        user: UserName,
        policies: Vec<AttachedPolicy>,
        now: Timestamp,
    ) -> Result<NewAccessKey, DirectoryError> {
        check_all(&policies)?;
        if self.account(account).await?.is_none() {
            return Err(DirectoryError::UnknownAccount);
        }
        let mut new = NewAccessKey::random(account.clone(), user, now)?;
        new.key.policies = policies;
        let put = Write::Put(self.access_key_item(&new)?, vec![Guard::Absent]);
        self.store.commit(&Change(vec![put])).await?;
        Ok(new)
    }

    /// The access key of this id, active or not, if there is one.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn access_key(&self, id: &AccessKeyId) -> Result<Option<AccessKey>, Unavailable> {
        let found = self.store.get(&[place(id)]).await?.into_iter().flatten().next();
        found.map(|item| item.read::<Record>().map(AccessKey::from)).transpose()
    }

    /// Attaches a policy to the key, in place of one of its name. It counts as
    /// soon as [`changes_count_within`](Self::changes_count_within) says.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccessKey`], or
    /// [`DirectoryError::TooManyPolicies`].
    pub async fn attach_policy(
        &self,
        id: &AccessKeyId,
        policy: AttachedPolicy,
    ) -> Result<(), DirectoryError> {
        self.change_policies(id, |policies| {
            policies.retain(|attached| attached.name() != policy.name());
            policies.push(policy);
            check_all(policies)
        })
        .await
    }

    /// Detaches the policy of this name, unless it is the last: without any
    /// the key could do more than before.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccessKey`], [`DirectoryError::UnknownPolicy`]
    /// or [`DirectoryError::LastPolicy`].
    pub async fn detach_policy(&self, id: &AccessKeyId, name: &PolicyName) -> Result<(), DirectoryError> {
        self.change_policies(id, |policies| {
            let before = policies.len();
            policies.retain(|attached| attached.name() != name);
            match policies.len() {
                after if after == before => Err(DirectoryError::UnknownPolicy),
                0 => Err(DirectoryError::LastPolicy),
                _ => Ok(()),
            }
        })
        .await
    }

    /// Changes the policies of a key that are as they were read.
    async fn change_policies(
        &self,
        id: &AccessKeyId,
        change: impl FnOnce(&mut Vec<AttachedPolicy>) -> Result<(), DirectoryError>,
    ) -> Result<(), DirectoryError> {
        let _changing = self.remembered.changing(id);
        let found = self.store.get(&[place(id)]).await?.into_iter().flatten().next();
        let item = found.ok_or(DirectoryError::UnknownAccessKey)?;
        let mut policies = item.read::<Record>()?.policies;
        change(&mut policies)?;
        let path = Path::member("policies");
        let guard = match item.body.get(path.member) {
            Some(before) => Guard::Equals(path.clone(), before.clone()),
            // What is not there counts as 0; a list would not.
            None => Guard::AtMost(path.clone(), 0),
        };
        let policies = serde_json::to_value(policies).map_err(|error| Unavailable(error.to_string()))?;
        let update = Write::Update(place(id), vec![Guard::Present, guard], vec![Edit::Set(path, policies)]);
        Ok(self.store.commit(&Change(vec![update])).await?)
    }

    /// All access keys of an account; one made a moment ago may not be among
    /// them.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn access_keys(&self, account: &AccountId) -> Result<Vec<AccessKey>, Unavailable> {
        let mut query = Query { through_index: true, ..Query::prefix(index(account), "K#", PAGE) };
        let mut keys = Vec::new();
        loop {
            let page = self.store.query(&query).await?;
            for item in &page.items {
                keys.push(AccessKey::from(item.read::<Record>()?));
            }
            match keys.last() {
                Some(last) if page.more => query.after = Some(format!("K#{}", last.id)),
                _ => return Ok(keys),
            }
        }
    }

    /// Lets the key sign, or not. What it signs is refused as soon as
    /// [`changes_count_within`](Self::changes_count_within) says.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccessKey`].
    pub async fn set_access_key_active(&self, id: &AccessKeyId, active: bool) -> Result<(), DirectoryError> {
        let edit = Edit::Set(Path::member("active"), active.into());
        self.change(id, Write::Update(place(id), vec![Guard::Present], vec![edit])).await
    }

    /// Removes the key for good. What it signs is refused as soon as
    /// [`changes_count_within`](Self::changes_count_within) says.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccessKey`].
    pub async fn delete_access_key(&self, id: &AccessKeyId) -> Result<(), DirectoryError> {
        self.change(id, Write::Delete(place(id), vec![Guard::Present])).await
    }

    /// For how many seconds at most an access key goes on as before in other
    /// processes, once it is changed, deactivated or removed; in this one it
    /// does not.
    #[must_use]
    pub fn changes_count_within(&self) -> u32 {
        if self.remembers() { GOOD_FOR_SECONDS } else { 0 }
    }

    /// As [`credentials`](Self::credentials); on a store that charges, perhaps
    /// as they were a moment ago: see
    /// [`changes_count_within`](Self::changes_count_within).
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn recent_credentials(
        &self,
        id: &AccessKeyId,
        now: Timestamp,
    ) -> Result<Option<Arc<(Caller, Secret)>>, Unavailable> {
        if !self.remembers() {
            return Ok(self.credentials(id).await?.map(Arc::new));
        }
        if let Some(credentials) = self.remembered.find(id, now) {
            return Ok(Some(credentials));
        }
        let since = self.remembered.now(now);
        let Some(credentials) = self.credentials(id).await? else { return Ok(None) };
        let credentials = Arc::new(credentials);
        self.remembered.keep(id.clone(), since, &credentials);
        Ok(Some(credentials))
    }

    /// Elsewhere a read is cheap, and nothing need be a moment old.
    fn remembers(&self) -> bool {
        self.store.charges_for_transactions()
    }

    /// The caller and the secret behind an active access key, read from the
    /// store.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn credentials(&self, id: &AccessKeyId) -> Result<Option<(Caller, Secret)>, Unavailable> {
        let place = place(id);
        let found = self.store.get(std::slice::from_ref(&place)).await?;
        let Some(item) = found.into_iter().flatten().next() else { return Ok(None) };
        let record: Record = item.read()?;
        if !record.active {
            return Ok(None);
        }
        let plain = self.master.open(Purpose::AccessKeySecret, &place, &record.secret)?;
        let secret = std::str::from_utf8(&plain).map_err(|error| Unavailable(format!("{place}: {error}")))?;
        let identity =
            Identity::User { access_key_id: record.id, user: record.user, policies: record.policies };
        let caller = Caller { account: record.account, identity };
        Ok(Some((caller, Secret::new(secret.to_owned()))))
    }

    /// Two access keys, those of them that are active.
    pub(super) async fn active_keys(
        &self,
        [one, other]: &[AccessKeyId; 2],
    ) -> Result<[Option<AccessKey>; 2], Unavailable> {
        let mut found = self.store.get(&[place(one), place(other)]).await?.into_iter();
        let mut next = || -> Result<_, Unavailable> {
            let record = found.next().flatten().map(|item| item.read::<Record>()).transpose()?;
            Ok(record.filter(|record| record.active).map(AccessKey::from))
        };
        Ok([next()?, next()?])
    }

    pub(super) fn access_key_item(&self, new: &NewAccessKey) -> Result<Item, Unavailable> {
        let AccessKey { id, account, user, created, is_active, policies } = new.key.clone();
        let place = place(&id);
        let secret = self.master.seal(Purpose::AccessKeySecret, &place, new.secret.expose().as_bytes())?;
        let index = Some(Key::new(index(&account), format!("K#{id}")));
        let record = Record { id, account, user, created, active: is_active, secret, policies };
        Ok(Item { index, ..Item::new(place, &record)? })
    }

    async fn change(&self, id: &AccessKeyId, write: Write) -> Result<(), DirectoryError> {
        let _changing = self.remembered.changing(id);
        self.store.commit(&Change(vec![write])).await.map_err(|error| match error {
            CommitError::Refused { .. } => DirectoryError::UnknownAccessKey,
            error => error.into(),
        })
    }
}

impl NewAccessKey {
    /// A key that is in no store yet.
    pub(super) fn random(account: AccountId, user: UserName, now: Timestamp) -> Result<Self, NoEntropy> {
        let id = AccessKeyId::of(*random()?);
        let secret = Secret::new(STANDARD.encode(random::<30>()?.as_slice()));
        let key = AccessKey { id, account, user, created: now, is_active: true, policies: vec![] };
        Ok(Self { key, secret })
    }
}

fn place(id: &AccessKeyId) -> Key {
    Key::new(format!("K#{id}"), "KEY")
}

/// The index partition of an account's access keys.
fn index(account: &AccountId) -> String {
    format!("A#{account}#KEYS")
}

impl From<Record> for AccessKey {
    fn from(record: Record) -> Self {
        let Record { id, account, user, created, active, secret: _, policies } = record;
        Self { id, account, user, created, is_active: active, policies }
    }
}
