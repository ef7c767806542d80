//! Section 7: how grants are made, what becomes of them, what is left of them.

mod making;
mod revising;
mod standing;
mod steps;

use licentia_core::arn::{AccountId, GrantArn};
use licentia_core::grant::{AllowedOperation, Grant, GrantStatus, GrantType, Operations, Parent, Wanted};
use licentia_core::license::{License, Version};
use licentia_core::principal::Principal;

use super::at;

const BUYER: &str = "444455556666";
const MEMBER: &str = "777788889999";
const ORGANIZATION: &str = "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5";

fn account(number: &str) -> AccountId {
    AccountId::parse(number).unwrap()
}

fn set(names: &[&str]) -> Operations {
    names.iter().map(|name| AllowedOperation::parse(name).unwrap()).collect()
}

fn license() -> License {
    super::license(vec![super::counted("Seats", 5)])
}

fn from_marketplace() -> License {
    let mut license = license();
    license.terms.issuer.name = "AWS/Marketplace".into();
    license
}

fn to(principal: &str) -> Principal {
    Principal::parse(principal).unwrap()
}

fn buyer() -> Principal {
    Principal::Account(account(BUYER))
}

fn wanted(principal: Principal) -> Wanted {
    Wanted {
        principal,
        operations: set(&["CheckoutLicense", "CheckInLicense"]),
        grant_type: GrantType::BuyerGrant,
        desired_status: None,
        activation_override: None,
    }
}

/// A grant of the license by its owner.
fn grant(status: GrantStatus, operations: Operations) -> Grant {
    let license = license();
    Grant {
        grant_arn: GrantArn::mint(license.owner().clone(), at("2026-02-01T00:00:00Z"), 1 << 64),
        grant_name: "Analytics".into(),
        parent_arn: Parent::License(license.license_arn.clone()),
        license_arn: license.license_arn,
        grantee_principal_arn: buyer(),
        home_region: license.home_region,
        grant_status: status,
        status_reason: None,
        version: Version::parse("3").unwrap(),
        granted_operations: operations,
        options: None,
        grant_type: GrantType::BuyerGrant,
    }
}
