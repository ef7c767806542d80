//! An organization, read as a whole.

use std::collections::BTreeMap;

use aws_sdk_organizations::Client;
use aws_sdk_organizations::error::{DisplayErrorContext, SdkError};
use aws_sdk_organizations::operation::describe_organization::DescribeOrganizationError;
use aws_sdk_organizations::operation::list_delegated_administrators::ListDelegatedAdministratorsOutput;
use aws_sdk_organizations::operation::list_organizational_units_for_parent::ListOrganizationalUnitsForParentOutput;
use aws_sdk_organizations::types::{Account, AccountState, AccountStatus, OrganizationFeatureSet};
use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use sha2::{Digest, Sha256};

use crate::organization::{Revision, ServicePrincipal};
use crate::store::Unavailable;

/// How often it is read again if an account moved meanwhile.
const TRIES: usize = 3;

/// An organization with all its units and accounts.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) id: OrganizationId,
    pub(super) management: AccountId,
    pub(super) all_features: bool,
    pub(super) accounts: BTreeMap<AccountId, Place>,
    /// The path of each unit, itself last.
    pub(super) units: BTreeMap<OuId, Vec<OuId>>,
    /// The services that it trusts, and who administers each.
    pub(super) trusted: BTreeMap<ServicePrincipal, Vec<AccountId>>,
}

/// Where an account stands.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) ou_path: Vec<OuId>,
    /// Neither suspended, nor closed or about to be.
    is_active: bool,
}

impl Tree {
    pub(super) fn accounts_under(&self, unit: Option<&OuId>) -> Vec<AccountId> {
        let under = |place: &Place| unit.is_none_or(|unit| place.ou_path.contains(unit));
        let accounts = self.accounts.iter().filter(|(_, place)| place.is_active && under(place));
        accounts.map(|(account, _)| account.clone()).collect()
    }

    /// A hash of where the accounts that count stand.
    pub(super) fn revision(&self) -> Revision {
        let mut hash = Sha256::new();
        for (account, place) in self.accounts.iter().filter(|(_, place)| place.is_active) {
            hash.update(account.as_str());
            for unit in &place.ou_path {
                hash.update(unit.as_str());
            }
        }
        Revision::new(hex::encode(hash.finalize()))
    }
}

/// The organization of the client's account, if it is in one.
pub(super) async fn read(client: &Client) -> Result<Option<Tree>, Unavailable> {
    let described = match client.describe_organization().send().await {
        Ok(described) => described.organization,
        Err(SdkError::ServiceError(error))
            if matches!(error.err(), DescribeOrganizationError::AwsOrganizationsNotInUseException(_)) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(silent(error)),
    };
    let described = described.ok_or_else(|| Unavailable("AWS described no organization".into()))?;
    let all_features = described.feature_set == Some(OrganizationFeatureSet::All);
    let mut tree = Tree {
        id: OrganizationId::parse(described.id().unwrap_or_default()).map_err(unreadable)?,
        management: AccountId::parse(described.master_account_id().unwrap_or_default())
            .map_err(unreadable)?,
        all_features,
        accounts: BTreeMap::new(),
        units: BTreeMap::new(),
        trusted: BTreeMap::new(),
    };
    if all_features {
        tree.trusted = trusted(client).await?;
    }
    for _ in 0..TRIES {
        if fill(client, &mut tree).await? {
            return Ok(Some(tree));
        }
    }
    Err(Unavailable(format!("accounts of {} kept moving while they were listed", tree.id)))
}

/// Reads the units and the accounts in them; false if an account is missing or
/// stands in two places, which is one that moved meanwhile: it must not look as
/// if it had left.
async fn fill(client: &Client, tree: &mut Tree) -> Result<bool, Unavailable> {
    (tree.accounts, tree.units) = (BTreeMap::new(), BTreeMap::new());
    let mut is_whole = true;
    let mut parents = vec![(root(client).await?, Vec::new())];
    while let Some((parent, ou_path)) = parents.pop() {
        let (accounts, units) = tokio::try_join!(accounts_in(client, &parent), units_in(client, &parent))?;
        for account in &accounts {
            let place = Place { ou_path: ou_path.clone(), is_active: is_active(account) };
            is_whole &= tree.accounts.insert(number(account)?, place).is_none();
        }
        for unit in units {
            let path: Vec<OuId> = ou_path.iter().cloned().chain([unit.clone()]).collect();
            tree.units.insert(unit.clone(), path.clone());
            parents.push((unit.to_string(), path));
        }
    }
    let mut count = 0_usize;
    let mut pages = client.list_accounts().into_paginator().send();
    while let Some(page) = pages.try_next().await.map_err(silent)? {
        for account in page.accounts.unwrap_or_default() {
            is_whole &= tree.accounts.contains_key(&number(&account)?);
            count += 1;
        }
    }
    Ok(is_whole && count == tree.accounts.len())
}

async fn root(client: &Client) -> Result<String, Unavailable> {
    let roots = client.list_roots().send().await.map_err(silent)?;
    let root = roots.roots.unwrap_or_default().into_iter().next().and_then(|root| root.id);
    root.ok_or_else(|| Unavailable("AWS listed no root".into()))
}

async fn accounts_in(client: &Client, parent: &str) -> Result<Vec<Account>, Unavailable> {
    let pages = client.list_accounts_for_parent().parent_id(parent).into_paginator().send();
    let pages = pages.try_collect().await.map_err(silent)?.into_iter();
    Ok(pages.flat_map(|page| page.accounts.unwrap_or_default()).collect())
}

async fn units_in(client: &Client, parent: &str) -> Result<Vec<OuId>, Unavailable> {
    let pages = client.list_organizational_units_for_parent().parent_id(parent).into_paginator().send();
    let pages = pages.try_collect().await.map_err(silent)?;
    let units = pages.iter().flat_map(ListOrganizationalUnitsForParentOutput::organizational_units);
    units.map(|unit| OuId::parse(unit.id().unwrap_or_default()).map_err(unreadable)).collect()
}

async fn trusted(client: &Client) -> Result<BTreeMap<ServicePrincipal, Vec<AccountId>>, Unavailable> {
    let pages = client.list_aws_service_access_for_organization().into_paginator().send();
    let pages = pages.try_collect().await.map_err(silent)?.into_iter();
    let enabled: Vec<_> =
        pages.flat_map(|page| page.enabled_service_principals.unwrap_or_default()).collect();
    let mut trusted = BTreeMap::new();
    for service in ServicePrincipal::ALL {
        if enabled.iter().any(|enabled| enabled.service_principal() == Some(service.name())) {
            let asked = client.list_delegated_administrators().service_principal(service.name());
            let pages = asked.into_paginator().send().try_collect().await.map_err(silent)?;
            let listed = pages.iter().flat_map(ListDelegatedAdministratorsOutput::delegated_administrators);
            let accounts = listed.map(|one| AccountId::parse(one.id().unwrap_or_default()));
            let mut accounts = accounts.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
            accounts.sort();
            trusted.insert(service, accounts);
        }
    }
    Ok(trusted)
}

fn number(account: &Account) -> Result<AccountId, Unavailable> {
    AccountId::parse(account.id().unwrap_or_default()).map_err(unreadable)
}

/// `Status` is what `State` was before.
fn is_active(account: &Account) -> bool {
    match account.state() {
        Some(state) => state == &AccountState::Active,
        None => account.status() == Some(&AccountStatus::Active),
    }
}

fn silent<E: std::error::Error + 'static>(error: E) -> Unavailable {
    Unavailable(format!("AWS Organizations: {}", DisplayErrorContext(error)))
}

fn unreadable(error: impl std::fmt::Display) -> Unavailable {
    Unavailable(format!("AWS Organizations answered what is {error}"))
}
