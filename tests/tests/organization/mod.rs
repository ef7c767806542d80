//! The directory of organizations: one contract, two directories, and what each
//! adds.

mod aws;
mod contract;
mod moving;
mod own;

use licentia::organization::{Organizations, ServicePrincipal};
use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use uuid::Uuid;

/// An organization in some directory, and how it is changed there.
#[async_trait::async_trait]
trait Scene: Send + Sync {
    /// What is asked.
    fn directory(&self) -> &dyn Organizations;

    fn organization(&self) -> &OrganizationId;

    fn management(&self) -> &AccountId;

    /// A new unit; right under the root without a parent.
    async fn unit(&self, parent: Option<&OuId>) -> OuId;

    /// A new account of the organization.
    async fn account(&self, unit: Option<&OuId>) -> AccountId;

    async fn move_to(&self, account: &AccountId, unit: Option<&OuId>);

    async fn leave(&self, account: &AccountId);

    async fn delegate(&self, account: &AccountId, service: ServicePrincipal);

    async fn undelegate(&self, account: &AccountId, service: ServicePrincipal);

    /// Waits until a change is seen.
    fn wait(&self) {}
}

/// An account that nobody else has.
fn fresh_account() -> AccountId {
    let number = Uuid::new_v4().as_u128() % 900_000_000_000 + 100_000_000_000;
    AccountId::parse(&number.to_string()).unwrap()
}
