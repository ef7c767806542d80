//! CreateGrant.

use licentia_core::arn::GrantArn;
use licentia_core::grant::{GrantStatus, GrantType, Start, Wanted, check_room, create};
use licentia_core::license::License;
use licentia_core::principal::Principal;
use serde::Deserialize;

use super::granting::{GrantOutput, OptionsInput, away, check_home, read_operations, read_options, refused};
use super::grantor::{Loaded, check_not_granted, load};
use super::stored::{Once, sized};
use super::tagging::{self, TagInput};
use crate::context::{Context, Setback, Tries};
use crate::error::Error;
use crate::events::Event;
use crate::grants::{Activation, ActivationError, Steps, first_version, mint, put_new, settle, ties};
use crate::operation::Operation;
use crate::records::{self, GrantRecord, Tags};
use crate::store::Change;
use crate::wire::{Object, Violations};

/// Changes within the call that distribute a grant to an organization: enough
/// for some hundreds of members.
const CHANGES: usize = 40;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CreateGrant {
    client_token: Option<String>,
    grant_name: Option<String>,
    license_arn: Option<String>,
    principals: Option<Vec<String>>,
    home_region: Option<String>,
    allowed_operations: Option<Vec<String>>,
    tags: Option<Vec<Object<TagInput>>>,
    grant_type: Option<String>,
    options: Option<Object<OptionsInput>>,
}

pub(super) struct Request {
    client_token: String,
    grant_name: String,
    license_arn: String,
    home_region: String,
    wanted: Wanted,
    tags: Tags,
}

impl Operation for CreateGrant {
    const NAME: &'static str = "CreateGrant";
    type Request = Request;
    type Output = GrantOutput;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let client_token = violations.client_token(self.client_token);
        let grant_name = violations.required("grantName", self.grant_name);
        let license_arn = violations.arn("licenseArn", self.license_arn);
        let principal = read_principal(self.principals, &mut violations);
        let home_region = violations.required("homeRegion", self.home_region);
        let operations = violations.required("allowedOperations", self.allowed_operations);
        let operations = operations.and_then(|operations| read_operations(&operations, &mut violations));
        let types: Vec<&str> = GrantType::ALL.iter().map(|grant_type| grant_type.as_str()).collect();
        let grant_type = violations.one_of("grantType", self.grant_type.as_deref(), GrantType::parse, &types);
        let options = read_options(self.options, &mut violations);
        let read =
            (|| Some((client_token?, grant_name?, license_arn?, principal?, home_region?, operations?)))();
        let (client_token, grant_name, license_arn, principal, home_region, operations) =
            violations.finish(read)?;
        let wanted = Wanted {
            principal: Principal::parse(&principal)
                .map_err(|error| Error::invalid(format_args!("Principals: `{principal}` is {error}")))?,
            operations,
            grant_type: grant_type.unwrap_or(GrantType::BuyerGrant),
            desired_status: options.desired_status,
            activation_override: options.activation_override,
        };
        let tags = tagging::read(self.tags.unwrap_or_default())?;
        Ok(Request { client_token, grant_name, license_arn, home_region, wanted, tags })
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantOutput, Error> {
        let once = Once::new(cx, Self::NAME, &request.client_token);
        let arn = mint(&cx.caller.account, cx.now).map_err(Error::internal)?;
        let mut tries = Tries::default();
        loop {
            if let Some(answer) = once.answered().await? {
                return Ok(answer);
            }
            let setback = match make(cx, &request, &arn, &once).await {
                Ok(record) => {
                    distribute(cx, &record).await;
                    return Ok(GrantOutput::from(&record.grant));
                }
                Err(setback) => setback,
            };
            match once.instead(setback).await {
                Ok(answer) => return Ok(answer),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}

async fn make(
    cx: &Context,
    request: &Request,
    arn: &GrantArn,
    once: &Once<'_>,
) -> Result<GrantRecord, Setback> {
    let wanted = &request.wanted;
    let Loaded { right, count, noted } = load(cx, &request.license_arn, &wanted.principal).await?;
    let license = &right.head().license;
    if request.home_region != license.home_region {
        return Err(away(&license.home_region, "created").into());
    }
    check_home(cx, &license.home_region, "created")?;
    let ties = ties(&cx.service, &cx.caller.account, &wanted.principal).await?;
    let start = create(wanted, license, &cx.caller.account, right.grantor(), ties, cx.now)
        .map_err(|refusal| refused(cx, &refusal))?;
    let ended = check_not_granted(cx, noted).await?;
    check_room(count.map_or(0, |count| count.live)).map_err(|refusal| refused(cx, &refusal))?;
    let (status, activating) = begin(cx, start, license, arn).await?;
    let above = right.above();
    let parents = above.iter().map(|record| record.grant.grant_arn.clone()).collect();
    let record =
        first_version(arn.clone(), request.grant_name.clone(), wanted.clone(), license, parents, status);
    sized(records::grant_item(&record)?)?;
    let mut writes = vec![once.answering(&GrantOutput::from(&record.grant))?];
    writes.extend(put_new(&record, license, &above)?);
    writes.push(records::note_granted(&record, ended.as_ref())?);
    writes.push(records::one_grant_more(&license.license_arn, count)?);
    writes.extend(right.counting_one_more());
    writes.extend(activating.writes);
    writes.extend(records::new_tags(records::tags_key(arn.maker(), arn.id()), &request.tags)?);
    let mut events = vec![Event::grant(&record.grant, cx.now)];
    events.extend(activating.events);
    right.commit(cx, Change(writes), &events).await?;
    Ok(record)
}

/// Makes the first sub-grants at once (G-14). What is left is made by whoever
/// settles next.
async fn distribute(cx: &Context, record: &GrantRecord) {
    if record.grant.grantee().is_some() {
        return;
    }
    if let Err(error) = settle(&cx.service, &record.pointer(), CHANGES, cx.now).await {
        tracing::warn!(grant = %record.grant.grant_arn, %error, "members are not settled yet");
    }
}

/// Exactly one principal (G-1).
fn read_principal(principals: Option<Vec<String>>, violations: &mut Violations) -> Option<String> {
    let principals = violations.required("principals", principals)?;
    match <[String; 1]>::try_from(principals) {
        Ok([principal]) => Some(principal),
        Err(principals) => {
            let rule = "Member must have exactly one item";
            violations.add("principals", format_args!("[{}]", principals.join(", ")), rule);
            None
        }
    }
}

/// The first status, and the steps that it takes. Where another grant of the
/// Marketplace product is active, a new one is accepted only (G-22).
async fn begin(
    cx: &Context,
    start: Start,
    license: &License,
    arn: &GrantArn,
) -> Result<(GrantStatus, Steps), Error> {
    let account = match start {
        Start::Pending => return Ok((GrantStatus::PendingAccept, Steps::default())),
        Start::Accepted => return Ok((GrantStatus::Disabled, Steps::default())),
        Start::Distributed => return Ok((GrantStatus::PendingWorkflow, Steps::default())),
        Start::Activated(account) => account,
    };
    let activation = Activation::next(&cx.service, &account, license, arn, cx.now).await?;
    match activation.steps(None) {
        Ok(steps) => Ok((GrantStatus::Active, steps)),
        Err(ActivationError::Refused(_)) => Ok((GrantStatus::Disabled, Steps::default())),
        Err(ActivationError::Unavailable(unavailable)) => Err(unavailable.into()),
    }
}
