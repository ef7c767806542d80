//! ListDistributedGrants.

use std::collections::BTreeSet;

use licentia_core::arn::AccountId;
use licentia_core::grant::{AllowedOperation, GrantType};
use licentia_core::principal::Principal;
use serde::Deserialize;

use super::filters::{FilterInput, Filters, Member};
use super::listed_grants::{Grants, GrantsOutput, Listed};
use super::listing::{self, BATCH, PageRequest};
use crate::context::Context;
use crate::error::Error;
use crate::grants::{StoredGrant, received};
use crate::operation::Operation;
use crate::records;
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListDistributedGrants {
    grant_arns: Option<Vec<String>>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    named: Option<Vec<String>>,
    filters: Filters<Listed>,
    page: PageRequest,
}

const FILTERS: &[Member<Listed>] = &[
    ("LicenseArn", |listed| listed.grant.license_arn.to_string()),
    ("GrantStatus", |listed| listed.grant.grant_status.to_string()),
    ("GranteePrincipalARN", |listed| listed.grant.grantee_principal_arn.to_string()),
    ("ProductSKU", |listed| listed.product_sku.clone()),
    ("LicenseIssuerName", |listed| listed.issuer_name.clone()),
];

impl Operation for ListDistributedGrants {
    const NAME: &'static str = "ListDistributedGrants";
    type Request = Request;
    type Output = GrantsOutput;

    fn validate(self) -> Result<Request, Error> {
        let named = ("grantArns", self.grant_arns);
        let read =
            listing::read(Violations::default(), named, self.filters, self.next_token, self.max_results)?;
        Ok(Request { named: read.arns, filters: Filters::read(read.filters, FILTERS)?, page: read.page })
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantsOutput, Error> {
        let account = &cx.caller.account;
        let sights = sights(cx).await?;
        let makers: BTreeSet<&AccountId> = sights.iter().map(|sight| &sight.maker).chain([account]).collect();
        let grants = Grants {
            ranges: makers.into_iter().map(|maker| records::grants_by(maker, BATCH)).collect(),
            named: request.named,
            filters: request.filters,
            sees: |stored: &StoredGrant| {
                stored.record.grant.maker() == account || sights.iter().any(|sight| sight.covers(stored))
            },
        };
        let (grants, next_token) = listing::page(cx, Self::NAME, request.page, &grants).await?;
        Ok(GrantsOutput { grants, next_token })
    }
}

/// What a delegate sees: what the maker of its grant distributed to buyers of
/// the product (G-6, G-30).
struct Sight {
    maker: AccountId,
    product_sku: String,
}

impl Sight {
    fn covers(&self, stored: &StoredGrant) -> bool {
        let (grant, license) = (&stored.record.grant, stored.license());
        grant.grant_type == GrantType::BuyerGrant
            && grant.maker() == &self.maker
            && license.owner() == &self.maker
            && license.product_sku == self.product_sku
    }
}

/// What the caller sees as a delegate.
async fn sights(cx: &Context) -> Result<Vec<Sight>, Error> {
    let principal = Principal::Account(cx.caller.account.clone());
    let delegated = received(&cx.service, records::received_as_delegate(&principal, BATCH), cx.now).await?;
    let usable = delegated
        .iter()
        .filter(|stored| stored.standing.usable(AllowedOperation::ListReceivedLicenses).is_ok());
    let sight = |stored: &StoredGrant| Sight {
        maker: stored.record.grant.maker().clone(),
        product_sku: stored.license().product_sku.clone(),
    };
    Ok(usable.map(sight).collect())
}
