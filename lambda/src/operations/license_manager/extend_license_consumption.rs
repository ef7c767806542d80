//! ExtendLicenseConsumption.

use licentia_core::checkout::{Checkout, ExtendRefusal, extend};
use licentia_core::grant::{AllowedOperation, GrantStatus, NotUsable};
use licentia_core::time::Timestamp;
use licentia_core::token::Algorithm;
use serde::{Deserialize, Serialize};

use super::signing::sign_if_it_can;
use super::stored::{StoredCheckout, load_held};
use crate::allow::Audience;
use crate::context::{Context, Tries};
use crate::error::{Error, Kind};
use crate::events::{ConsumptionState, Event};
use crate::grants::load_grant;
use crate::operation::Operation;
use crate::records;
use crate::store::{Change, CommitError};
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ExtendLicenseConsumption {
    license_consumption_token: Option<String>,
    dry_run: Option<bool>,
    digital_signature_method: Option<String>,
}

pub(super) struct Request {
    token: String,
    dry_run: bool,
    /// Beyond AWS: of which algorithm a token is wanted that lasts as long as
    /// the extension. Nothing is signed for clients that would not read it.
    algorithm: Option<Algorithm>,
}

/// RSA is slow to sign, and AWS has no member for it here.
const METHODS: &[&str] = &["JWT_ES256", "JWT_EdDSA", "JWT_ML-DSA-44", "JWT_ML-DSA-44-ES256"];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    license_consumption_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_token: Option<String>,
}

/// A try of which nobody knows whether it was applied.
struct Sent {
    output: Output,
    /// Until when the checkout was extended before.
    extended_before: Option<Timestamp>,
}

impl Operation for ExtendLicenseConsumption {
    const NAME: &'static str = "ExtendLicenseConsumption";
    const AUDIENCE: Audience = Audience::TokenHolders;
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let token = violations.required("licenseConsumptionToken", self.license_consumption_token);
        let dry_run = self.dry_run.unwrap_or(false);
        let method = self.digital_signature_method;
        let algorithm = method.and_then(|method| {
            violations.one_of("digitalSignatureMethod", Some(method.as_str()), read_method, METHODS)
        });
        violations.finish(token.map(|token| Request { token, dry_run, algorithm }))
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let mut tries = Tries::default();
        let mut sent: Option<Sent> = None;
        loop {
            let allowed = load_held(cx, &request.token, ExtendRefusal::Ended).await?;
            let StoredCheckout { record, stored } = allowed.get();
            let checkout = &record.checkout;
            let license = &stored.head.license;
            // That try of ours may be what extended it. If it was another, ours
            // may have come just before.
            if let Some(sent) = sent.take_if(|sent| sent.extended_before != checkout.extended_to) {
                return Ok(sent.output);
            }
            let until = match check(cx, allowed.get()).await {
                Ok(until) => until,
                Err(refusal) => {
                    tries.again(allowed.get().refused(cx, &tries, refusal).await).await?;
                    continue;
                }
            };
            let output = |expiration, signed_token| Output {
                license_consumption_token: request.token.clone(),
                expiration,
                signed_token,
            };
            if request.dry_run {
                return Ok(output(checkout.expires_at(), None));
            }
            let signed_token = match request.algorithm {
                Some(algorithm) => {
                    let told = Checkout { expiration: Some(until), ..checkout.clone() };
                    let signed = sign_if_it_can(cx, license, &told, Some(algorithm)).await?;
                    signed.map(|signed| signed.token)
                }
                None => None,
            };
            if checkout.expires_at() == Some(until) {
                return Ok(output(Some(until), signed_token));
            }
            let output = output(Some(until), signed_token);
            let change = Change(vec![records::extend_checkout(checkout, until)]);
            let extended = Checkout { extended_to: Some(until), ..checkout.clone() };
            let event = Event::consumption(&extended, ConsumptionState::Extended, cx.now);
            match cx.apply_telling(&allowed, change, &[event]).await {
                Ok(()) => return Ok(output),
                Err(error) => {
                    if matches!(error, CommitError::Unknown(_)) {
                        sent = Some(Sent { output, extended_before: checkout.extended_to });
                    }
                    tries.again(error.into()).await?;
                }
            }
        }
    }
}

fn read_method(text: &str) -> Option<Algorithm> {
    Algorithm::from_digital_signature_method(text).filter(|_| METHODS.contains(&text))
}

/// Until when it lasts if it is extended now.
async fn check(cx: &Context, found: &StoredCheckout) -> Result<Timestamp, Error> {
    let (checkout, license) = (&found.record.checkout, &found.stored.head.license);
    let until = extend(checkout, license, cx.now).map_err(error)?;
    check_grant(cx, checkout).await?;
    Ok(until)
}

/// Who took it under a grant extends it under that grant.
async fn check_grant(cx: &Context, checkout: &Checkout) -> Result<(), Error> {
    let Some(arn) = &checkout.grant else { return Ok(()) };
    let usable = match load_grant(&cx.service, arn, cx.now).await? {
        Some(grant) => grant.standing.usable(AllowedOperation::ExtendConsumptionLicense),
        None => Err(NotUsable::NotActive(GrantStatus::Deleted)),
    };
    usable.map_err(|why| match why {
        NotUsable::NotGranted(_) => Error::new(Kind::AccessDenied, why),
        NotUsable::NotActive(_) | NotUsable::HeldUp(_) => Error::validation(why),
    })
}

fn error(refusal: ExtendRefusal) -> Error {
    match refusal {
        ExtendRefusal::Ended => Error::not_found(refusal),
        ExtendRefusal::NotProvisional | ExtendRefusal::Unusable(_) => Error::validation(refusal),
    }
}
