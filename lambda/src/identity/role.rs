//! Roles: what customers without an account may do, and which of them.

use licentia_core::arn::AccountId;
use licentia_core::policy::{Assumption, TrustPolicy, Verdict};
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::policy::check_all;
use super::{AttachedPolicy, Directory, DirectoryError, PolicyName, RoleName, TokenHolder};
use crate::store::{Change, CommitError, Guard, Item, Key, Query, Unavailable, Write};

/// The provider of identities that trust policies name (T-8).
pub const OPENID_PROVIDER: &str = "openid-license-manager.amazonaws.com";
/// The role that every account has (T-1).
pub const CONSUMPTION_ROLE: &str = "AWSLicenseManagerConsumptionRole";
/// How long a session in a role lasts at most, in seconds (T-8).
pub const MAX_SESSION_SECONDS: u32 = 3600;

/// What the consumption role may do: what it may at AWS (T-9), and, as it may
/// here alone, take a license along where there is no network.
const CONSUMPTION_POLICIES: [&str; 2] = ["AWSLicenseManagerConsumptionPolicy", "LicenseBorrowAccess"];
const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";
/// The path under which AWS keeps the consumption role.
const SERVICE_PATH: &str = "service-role/";
/// Roles read at once.
const PAGE: usize = 100;

/// A role of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The account in which it acts.
    pub account: AccountId,
    /// Its name.
    pub name: RoleName,
    /// Who may take it on.
    pub trust: TrustPolicy,
    /// What it may do; without any, nothing.
    pub policies: Vec<AttachedPolicy>,
    /// When it was made; none if it was there all along.
    pub created: Option<Timestamp>,
}

/// A role, as an ARN names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleArn {
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its name, with its path.
    pub name: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    name: RoleName,
    trust: TrustPolicy,
    policies: Vec<AttachedPolicy>,
    created: Timestamp,
}

impl Role {
    /// `arn:aws:iam::<account>:role/<name>`.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role/{}", self.account, self.name)
    }

    /// Whether the holder of this token may take it on (T-8). A trust policy
    /// may ask for the claims of the token, the session's name and the time.
    #[must_use]
    pub fn trusts(&self, holder: &TokenHolder, now: Timestamp) -> bool {
        let context = |key: &str| match key.to_ascii_lowercase().as_str() {
            "aws:currenttime" => vec![now.to_string()],
            "aws:epochtime" => vec![now.unix().to_string()],
            "sts:rolesessionname" => vec![holder.session.clone()],
            _ => holder.claim(key).unwrap_or_default(),
        };
        let assumption = Assumption { action: ASSUME, provider: OPENID_PROVIDER, context: &context };
        self.trust.evaluate(&assumption) == Verdict::Allowed
    }

    /// The consumption role as every account has it: open to the tokens that
    /// the account made (T-8).
    fn consumption(account: &AccountId) -> Result<Self, Unavailable> {
        let wrong = |error: &dyn std::fmt::Display| Unavailable(format!("{CONSUMPTION_ROLE}: {error}"));
        let preset = |name: &str| {
            let name = PolicyName::parse(name).map_err(|error| wrong(&error))?;
            AttachedPolicy::preset(name).map_err(|error| wrong(&error))
        };
        Ok(Self {
            account: account.clone(),
            name: RoleName::parse(CONSUMPTION_ROLE).map_err(|error| wrong(&error))?,
            trust: own_tokens(account)?,
            policies: CONSUMPTION_POLICIES.into_iter().map(preset).collect::<Result<_, _>>()?,
            created: None,
        })
    }

    fn stored(account: &AccountId, item: &Item) -> Result<Self, Unavailable> {
        let Record { name, trust, policies, created } = item.read()?;
        Ok(Self { account: account.clone(), name, trust, policies, created: Some(created) })
    }
}

impl RoleArn {
    /// Reads `arn:aws:iam::<account>:role/<path and name>`.
    #[must_use]
    pub fn parse(arn: &str) -> Option<Self> {
        let (account, name) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
        let account = AccountId::parse(account).ok()?;
        let fits = (1..=576).contains(&name.len())
            && name.split('/').all(|part| !part.is_empty())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+=,.@_-".contains(&b));
        fits.then(|| Self { account, name: name.to_owned() })
    }
}

/// The trust policy that admits the tokens an account made (T-8).
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn own_tokens(account: &AccountId) -> Result<TrustPolicy, Unavailable> {
    let text = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": OPENID_PROVIDER },
            "Action": ASSUME,
            "Condition": { "ForAnyValue:StringLike": {
                format!("{OPENID_PROVIDER}:amr"):
                    format!("aws:license-manager:token-issuer-account-id:{account}"),
            } },
        }],
    });
    TrustPolicy::parse(&format!("{text:#}")).map_err(|fault| Unavailable(fault.to_string()))
}

impl Directory {
    /// Makes a role; one of the consumption role's name takes its place.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccount`], [`DirectoryError::RoleExists`], or
    /// what is wrong with the policies together.
    pub async fn create_role(
        &self,
        account: &AccountId,
        name: RoleName,
        trust: TrustPolicy,
        policies: Vec<AttachedPolicy>,
        now: Timestamp,
    ) -> Result<Role, DirectoryError> {
        check_all(&policies)?;
        if self.account(account).await?.is_none() {
            return Err(DirectoryError::UnknownAccount);
        }
        let record = Record { name: name.clone(), trust, policies, created: now };
        let item = Item::new(place(account, name.as_str()), &record)?;
        match self.store.commit(&Change(vec![Write::Put(item, vec![Guard::Absent])])).await {
            Ok(()) => {}
            Err(CommitError::Refused { .. }) => return Err(DirectoryError::RoleExists),
            Err(error) => return Err(error.into()),
        }
        let Record { name, trust, policies, created } = record;
        Ok(Role { account: account.clone(), name, trust, policies, created: Some(created) })
    }

    /// The role of this name. The consumption role is found under its path at
    /// AWS too.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn role(&self, account: &AccountId, role: &str) -> Result<Option<Role>, Unavailable> {
        let name = match role.strip_prefix(SERVICE_PATH) {
            Some(CONSUMPTION_ROLE) => CONSUMPTION_ROLE,
            _ => role,
        };
        if RoleName::parse(name).is_err() {
            return Ok(None);
        }
        match self.store.get(&[place(account, name)]).await?.into_iter().flatten().next() {
            Some(item) => Role::stored(account, &item).map(Some),
            None if name == CONSUMPTION_ROLE => Role::consumption(account).map(Some),
            None => Ok(None),
        }
    }

    /// All roles of an account by name, the consumption role included.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn roles(&self, account: &AccountId) -> Result<Vec<Role>, Unavailable> {
        let mut query = Query::prefix(partition(account), "ROLE#", PAGE);
        let mut roles = Vec::new();
        loop {
            let page = self.store.query(&query).await?;
            for item in &page.items {
                roles.push(Role::stored(account, item)?);
            }
            query.after = page.items.last().map(|item| item.key.sort.clone());
            if !page.more {
                break;
            }
        }
        if !roles.iter().any(|role| role.name.as_str() == CONSUMPTION_ROLE) {
            roles.push(Role::consumption(account)?);
            roles.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
        }
        Ok(roles)
    }

    /// Removes a role; its sessions may do nothing from then on. Where it stood
    /// in for the consumption role, that one is back.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownRole`].
    pub async fn delete_role(&self, account: &AccountId, name: &RoleName) -> Result<(), DirectoryError> {
        let delete = Write::Delete(place(account, name.as_str()), vec![Guard::Present]);
        self.store.commit(&Change(vec![delete])).await.map_err(|error| match error {
            CommitError::Refused { .. } => DirectoryError::UnknownRole,
            error => error.into(),
        })
    }
}

fn partition(account: &AccountId) -> String {
    format!("A#{account}")
}

fn place(account: &AccountId, name: &str) -> Key {
    Key::new(partition(account), format!("ROLE#{name}"))
}
