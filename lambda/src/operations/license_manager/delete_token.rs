//! DeleteToken.

use serde::{Deserialize, Serialize};

use super::stored::check_region;
use super::tokens::{event, load_token};
use crate::allow;
use crate::context::{Context, Tries};
use crate::error::Error;
use crate::events::TokenState;
use crate::operation::Operation;
use crate::records;
use crate::store::Change;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct DeleteToken {
    token_id: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Output {}

impl Operation for DeleteToken {
    const NAME: &'static str = "DeleteToken";
    type Request = String;
    type Output = Output;

    fn validate(self) -> Result<String, Error> {
        let mut violations = Violations::default();
        let token_id = violations.required("tokenId", self.token_id);
        violations.finish(token_id)
    }

    /// A token that is deleted already stays so. Access tokens that were
    /// issued for it run out on their own.
    async fn call(token_id: String, cx: &Context) -> Result<Output, Error> {
        let mut tries = Tries::default();
        loop {
            let record = load_token(cx, &cx.caller.account, &token_id).await?;
            let allowed = record.and_then(|record| {
                let account = record.account.clone();
                allow::own(&cx.caller, &account, record)
            });
            let allowed = allowed.ok_or_else(|| {
                Error::not_found(format_args!(
                    "token `{token_id}` does not exist, or is not yours; ListTokens shows which are"
                ))
            })?;
            let record = allowed.get();
            cx.touched.note(&record.license_arn);
            check_region(cx, &record.home_region)?;
            if record.deleted_at.is_some() {
                return Ok(Output {});
            }
            let change = Change(vec![records::delete_token(record, cx.now)]);
            let event = event(record, TokenState::Deleted, cx.now);
            match cx.commit_telling(&allowed, change, &[event]).await {
                Ok(()) => return Ok(Output {}),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}
