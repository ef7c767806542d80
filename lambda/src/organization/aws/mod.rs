//! AWS Organizations: the organization of the AWS account in which the service
//! runs, whose accounts are Licentia's by the same numbers.

mod tree;

use std::sync::Arc;

use aws_sdk_organizations::Client;
use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use licentia_core::time::Timestamp;
use tokio::sync::Mutex;

use self::tree::Tree;
use super::{Membership, Organizations, Revision, ServicePrincipal};
use crate::clock::Clock;
use crate::store::Unavailable;

/// How old an answer may be. AWS Organizations takes few requests a second.
const FRESH_MINUTES: u32 = 1;
/// How old it may be while AWS Organizations does not answer.
const USABLE_MINUTES: u32 = 10;

/// The organization as AWS Organizations knows it, about a minute ago.
pub struct AwsOrganizations {
    client: Client,
    clock: Arc<dyn Clock>,
    seen: Mutex<Option<Seen>>,
}

struct Seen {
    /// None if the AWS account is in no organization.
    tree: Arc<Option<Tree>>,
    /// When it was read.
    at: Timestamp,
    /// When it was last asked for, with or without an answer.
    asked: Timestamp,
}

impl AwsOrganizations {
    /// The organization of this client's account, which must be the management
    /// account or a delegated administrator of AWS Organizations.
    #[must_use]
    pub fn new(client: Client, clock: Arc<dyn Clock>) -> Self {
        Self { client, clock, seen: Mutex::new(None) }
    }

    /// What all questions are answered from. Whoever comes while it is read
    /// waits for it.
    async fn tree(&self) -> Result<Arc<Option<Tree>>, Unavailable> {
        let mut seen = self.seen.lock().await;
        let now = self.clock.now().map_err(|error| Unavailable(error.to_string()))?;
        if let Some(seen) = seen.as_ref().filter(|seen| now < seen.asked.plus_minutes(FRESH_MINUTES)) {
            return Ok(Arc::clone(&seen.tree));
        }
        match (tree::read(&self.client).await, seen.as_mut()) {
            (Ok(tree), _) => {
                let tree = Arc::new(tree);
                *seen = Some(Seen { tree: Arc::clone(&tree), at: now, asked: now });
                Ok(tree)
            }
            (Err(reason), Some(seen)) if now < seen.at.plus_minutes(USABLE_MINUTES) => {
                tracing::warn!(%reason, since = %seen.at, "the organization is taken as it was");
                seen.asked = now;
                Ok(Arc::clone(&seen.tree))
            }
            (Err(reason), _) => Err(reason),
        }
    }

    /// What this organization's tree holds; the default for another one.
    async fn look<T: Default>(
        &self,
        organization: &OrganizationId,
        find: impl FnOnce(&Tree) -> T + Send,
    ) -> Result<T, Unavailable> {
        let tree = self.tree().await?;
        let tree = tree.as_ref().as_ref().filter(|tree| &tree.id == organization);
        Ok(tree.map(find).unwrap_or_default())
    }
}

#[async_trait::async_trait]
impl Organizations for AwsOrganizations {
    async fn membership(&self, account: &AccountId) -> Result<Option<Membership>, Unavailable> {
        let tree = self.tree().await?;
        Ok(tree.as_ref().as_ref().and_then(|tree| {
            tree.accounts.get(account).map(|place| Membership {
                organization_id: tree.id.clone(),
                management_account: tree.management.clone(),
                all_features: tree.all_features,
                ou_path: place.ou_path.clone(),
            })
        }))
    }

    async fn accounts_under(
        &self,
        organization: &OrganizationId,
        unit: Option<&OuId>,
    ) -> Result<Vec<AccountId>, Unavailable> {
        self.look(organization, |tree| tree.accounts_under(unit)).await
    }

    async fn ou_path(
        &self,
        organization: &OrganizationId,
        unit: &OuId,
    ) -> Result<Option<Vec<OuId>>, Unavailable> {
        self.look(organization, |tree| tree.units.get(unit).cloned()).await
    }

    async fn delegated_administrators(
        &self,
        organization: &OrganizationId,
        service: ServicePrincipal,
    ) -> Result<Vec<AccountId>, Unavailable> {
        self.look(organization, |tree| tree.trusted.get(&service).cloned().unwrap_or_default()).await
    }

    async fn trusts(
        &self,
        organization: &OrganizationId,
        service: ServicePrincipal,
    ) -> Result<bool, Unavailable> {
        self.look(organization, |tree| tree.trusted.contains_key(&service)).await
    }

    async fn revision(&self, organization: &OrganizationId) -> Result<Option<Revision>, Unavailable> {
        self.look(organization, |tree| Some(tree.revision())).await
    }
}
