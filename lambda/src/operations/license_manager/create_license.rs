//! CreateLicense.

use licentia_core::arn::LicenseArn;
use licentia_core::license::{License, Status, Version};
use licentia_core::pool::Pool;
use serde::{Deserialize, Serialize};

use super::shapes::{TermsInput, TermsRequest};
use super::stored::{Once, check_region, sized};
use super::tagging::{self, TagInput};
use crate::allow;
use crate::context::{Context, Tries};
use crate::error::Error;
use crate::events::{Event, LicenseState};
use crate::operation::Operation;
use crate::records::{self, Head, Tags};
use crate::store::{Change, Guard, Item, Write};
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CreateLicense {
    #[serde(flatten)]
    terms: TermsInput,
    #[serde(rename = "ProductSKU")]
    product_sku: Option<String>,
    home_region: Option<String>,
    beneficiary: Option<String>,
    client_token: Option<String>,
    tags: Option<Vec<Object<TagInput>>>,
}

pub(super) struct Request {
    terms: TermsRequest,
    product_sku: String,
    home_region: String,
    beneficiary: String,
    client_token: String,
    tags: Tags,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    license_arn: LicenseArn,
    status: Status,
    version: Version,
}

impl Operation for CreateLicense {
    const NAME: &'static str = "CreateLicense";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let terms = self.terms.read(&mut violations);
        let product_sku = violations.required("productSKU", self.product_sku);
        let home_region = violations.required("homeRegion", self.home_region);
        let beneficiary = violations.required("beneficiary", self.beneficiary);
        let client_token = violations.client_token(self.client_token);
        let tags = self.tags.unwrap_or_default();
        let read = (|| Some((terms?, product_sku?, home_region?, beneficiary?, client_token?)))();
        let (terms, product_sku, home_region, beneficiary, client_token) = violations.finish(read)?;
        let tags = tagging::read(tags)?;
        Ok(Request { terms, product_sku, home_region, beneficiary, client_token, tags })
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        check_region(cx, &request.home_region)?;
        let once = Once::new(cx, Self::NAME, &request.client_token);
        let owner = &cx.caller.account;
        let terms = request.terms.issued_by(owner);
        let random = u128::from(getrandom::u64().map_err(Error::internal)?) << 64
            | u128::from(getrandom::u64().map_err(Error::internal)?);
        let license = License {
            license_arn: LicenseArn::mint(owner.clone(), cx.now, random),
            terms,
            product_sku: request.product_sku,
            home_region: request.home_region,
            status: Status::Available,
            beneficiary: request.beneficiary,
            create_time: cx.now,
            version: Version::FIRST,
        };
        let pool = Pool::of(&license, cx.now);
        let head = Head { revision: pool.revision, license, deleted_at: None };
        let license = &head.license;
        let output = Output {
            license_arn: license.license_arn.clone(),
            status: license.status_at(cx.now),
            version: license.version,
        };
        let arn = &license.license_arn;
        let mut writes = vec![
            once.answering(&output)?,
            put_new(sized(records::head_item(&head)?)?),
            put_new(records::version_item(license)?),
            put_new(records::pool_item(arn, &pool)?),
            put_new(records::pointer_item(license)?),
        ];
        writes.extend(records::new_tags(records::tags_key(arn.owner(), arn.id()), &request.tags)?);
        let change = Change(writes);
        let event = Event::license(license, LicenseState::Created, cx.now);
        let allowed = allow::own_account(&cx.caller);
        let mut tries = Tries::default();
        loop {
            if let Some(answer) = once.answered().await? {
                return Ok(answer);
            }
            if let Some(sign_key) = &license.terms.issuer.sign_key {
                cx.service.signer.check(owner, sign_key, cx.now).await?;
            }
            match cx.commit_telling(&allowed, change.clone(), std::slice::from_ref(&event)).await {
                Ok(()) => return Ok(output),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}

fn put_new(item: Item) -> Write {
    Write::Put(item, vec![Guard::Absent])
}
