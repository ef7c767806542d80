//! GetAccessToken.

use licentia_core::time::Timestamp;
use licentia_core::token::{OpenIdClaims, OpenIdRefusal, TokenUse};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tokens::{NotEntitled, load_token, read_properties, standing};
use crate::allow::Audience;
use crate::context::{Context, Service};
use crate::error::{Error, Kind};
use crate::identity::{Caller, Identity};
use crate::openid::TokenError;
use crate::operation::{self, Failure, Identify, Operation};
use crate::wire::{Parameters, Violations};

/// How long an access token lasts (T-6).
const MINUTES: u32 = 60;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct GetAccessToken {
    token: Option<String>,
    token_properties: Option<Vec<String>>,
}

pub(super) struct Request {
    token: String,
    properties: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    access_token: String,
}

impl Operation for GetAccessToken {
    const NAME: &'static str = "GetAccessToken";
    const AUDIENCE: Audience = Audience::Everyone;
    const UNSIGNED: Option<Identify> =
        Some(|parameters, service, now| Box::pin(identify(parameters, service, now)));
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let token = violations.required("token", self.token);
        let properties = read_properties(self.token_properties, &mut violations);
        violations.finish((|| Some(Request { token: token?, properties: properties? }))())
    }

    /// Whether the token is still good is judged by what there is now: the
    /// token, its license, and what entitled its account to make it.
    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let refresh = read_refresh_token(&cx.service, &request.token, cx.now).await?;
        cx.touched.note(&refresh.license_arn);
        // Anybody may sign for it: who made the token is to know.
        cx.touched.note_account(&refresh.account);
        let amr = refresh.amr();
        if let Some(missing) = request.properties.iter().find(|property| !amr.contains(property)) {
            return Err(Error::new(
                Kind::AccessDenied,
                format_args!("the token does not have the property `{missing}`"),
            ));
        }
        let gone = || Error::validation("the token, or its license, was deleted: ask who gave it to you");
        let record = load_token(cx, &refresh.account, &refresh.token_id).await?;
        record.filter(|record| record.deleted_at.is_none()).ok_or_else(gone)?;
        standing(cx, &refresh.account, &refresh.license_arn).await?.map_err(|why| match why {
            NotEntitled::Unknown | NotEntitled::LicenseDeleted => gone(),
            NotEntitled::NotUsable(why) => Error::new(
                Kind::AccessDenied,
                format_args!("who made the token may not make tokens for its license any more: {why}"),
            ),
        })?;
        let access = OpenIdClaims {
            token_use: TokenUse::Access,
            jwt_id: Uuid::new_v4().to_string(),
            issued_at: cx.now,
            expires_at: cx.now.plus_minutes(MINUTES),
            ..refresh
        };
        Ok(Output { access_token: cx.service.openid.issue(&access).await? })
    }
}

/// An unsigned request is laid to the account of its token (T-7).
async fn identify(parameters: &Parameters, service: &Service, now: Timestamp) -> Result<Caller, Failure> {
    let request = operation::read::<GetAccessToken>(parameters)?;
    let refresh = read_refresh_token(service, &request.token, now).await.map_err(Failure::Operation)?;
    Ok(Caller { account: refresh.account, identity: Identity::Nobody { token_id: refresh.token_id } })
}

async fn read_refresh_token(service: &Service, token: &str, now: Timestamp) -> Result<OpenIdClaims, Error> {
    service.openid.check(token, TokenUse::Refresh, now).await.map_err(|error| match error {
        TokenError::Refused(refusal @ OpenIdRefusal::Expired { .. }) => {
            Error::validation(format_args!("{refusal}: ask who gave it to you for a new one"))
        }
        TokenError::Refused(refusal) => Error::validation(refusal),
        TokenError::Unavailable(reason) => Error::internal(reason),
    })
}
