//! CreateToken.

use licentia_core::arn::LicenseArn;
use licentia_core::token::MAX_OPENID_TOKEN_BYTES;
use serde::{Deserialize, Serialize};
use uuid::Builder;

use super::stored::{Once, check_region};
use super::tokens::{NotEntitled, event, load_token, read_new_properties, standing};
use crate::context::{Context, Tries};
use crate::error::{Error, Kind};
use crate::events::TokenState;
use crate::operation::Operation;
use crate::records::{self, TokenRecord};
use crate::secret::random;
use crate::store::{Change, Guard, Write};
use crate::wire::Violations;

/// How long a token lasts where the request does not say (T-4).
const USUAL_DAYS: u32 = 365;
/// How long a retry finds its token (T-5).
const REPLAYED_MINUTES: u32 = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CreateToken {
    license_arn: Option<String>,
    role_arns: Option<Vec<String>>,
    expiration_in_days: Option<i64>,
    token_properties: Option<Vec<String>>,
    client_token: Option<String>,
}

pub(super) struct Request {
    license_arn: String,
    role_arns: Vec<String>,
    days: u32,
    properties: Vec<String>,
    client_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    token_id: String,
    token_type: &'static str,
    token: String,
}

/// What is kept for a retry: enough to sign the same text again, and no text.
#[derive(Serialize, Deserialize)]
struct Made {
    token_id: String,
}

impl Operation for CreateToken {
    const NAME: &'static str = "CreateToken";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        let role_arns = self.role_arns.unwrap_or_default().into_iter().zip(1..);
        let role_arns = role_arns
            .filter_map(|(arn, number)| violations.arn(&format!("roleArns.{number}.member"), Some(arn)))
            .collect();
        let days = violations.ranged("expirationInDays", self.expiration_in_days, 1, i32::MAX.into());
        let days = days.and_then(|days| u32::try_from(days).ok()).unwrap_or(USUAL_DAYS);
        let properties = read_new_properties(self.token_properties, &mut violations);
        let client_token = violations.client_token(self.client_token);
        let request = (|| {
            let (license_arn, properties) = (license_arn?, properties?);
            Some(Request { license_arn, role_arns, days, properties, client_token: client_token? })
        })();
        violations.finish(request)
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let account = &cx.caller.account;
        let once = Once::for_minutes(cx, Self::NAME, &request.client_token, REPLAYED_MINUTES);
        let mut tries = Tries::default();
        loop {
            if let Some(Made { token_id }) = once.answered().await? {
                let record = load_token(cx, account, &token_id).await?;
                return answer(cx, &record.ok_or_else(|| Error::internal("a token without record"))?).await;
            }
            let unknown = || NotEntitled::Unknown.about(&request.license_arn);
            let license = LicenseArn::parse(&request.license_arn).map_err(|_| unknown())?;
            let standing = standing(cx, account, &license).await?;
            let standing = standing.map_err(|why| why.about(&request.license_arn))?;
            let home_region = &standing.license().home_region;
            check_region(cx, home_region)?;
            let record = TokenRecord {
                token_id: mint(cx)?,
                account: account.clone(),
                license_arn: license,
                home_region: home_region.clone(),
                role_arns: request.role_arns.clone(),
                properties: request.properties.clone(),
                issued_at: cx.now,
                expires_at: cx.now.plus_days(request.days),
                deleted_at: None,
            };
            let output = answer(cx, &record).await?;
            let made = Made { token_id: record.token_id.clone() };
            let put = Write::Put(records::token_item(&record)?, vec![Guard::Absent]);
            let change = Change(vec![once.answering(&made)?, put]);
            match standing.commit(cx, change, &event(&record, TokenState::Created, cx.now)).await {
                Ok(()) => return Ok(output),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}

impl NotEntitled {
    /// What a caller is told who may not make tokens for this license.
    fn about(self, license: &str) -> Error {
        match self {
            Self::Unknown => Error::not_found(format_args!(
                "license `{license}` does not exist, or is neither yours nor granted to you; ListLicenses and \
                 ListReceivedLicenses show which are"
            )),
            Self::LicenseDeleted => Error::validation("the license was deleted: it takes no tokens any more"),
            Self::NotUsable(why) => Error::new(
                Kind::AccessDenied,
                format_args!("you may not make tokens for this license: {why}"),
            ),
        }
    }
}

/// A UUID that begins with the time (RFC 9562 section 5.7), so that tokens sort
/// by age.
fn mint(cx: &Context) -> Result<String, Error> {
    let random = random::<10>().map_err(Error::internal)?;
    let id = Builder::from_unix_timestamp_millis(cx.now.unix() * 1000, &random).into_uuid();
    Ok(id.to_string())
}

/// The answer about this token, whose text is the same every time.
async fn answer(cx: &Context, record: &TokenRecord) -> Result<Output, Error> {
    let token = cx.service.openid.issue(&record.claims()).await?;
    if token.len() > MAX_OPENID_TOKEN_BYTES {
        return Err(Error::validation(format_args!(
            "the token would have {} characters, more than {MAX_OPENID_TOKEN_BYTES}: send fewer or shorter \
             RoleArns and TokenProperties",
            token.len()
        )));
    }
    Ok(Output { token_id: record.token_id.clone(), token_type: "REFRESH_TOKEN", token })
}
