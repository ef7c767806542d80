//! CheckInLicense.

use licentia_core::checkout::{CheckInRefusal, Checkout, Ended, check_in};
use licentia_core::grant::{AllowedOperation, NotUsable};
use serde::{Deserialize, Serialize};

use super::stored::{StoredCheckout, load_held};
use crate::allow::Audience;
use crate::context::{Context, Tries};
use crate::error::{Error, Kind};
use crate::events::{ConsumptionState, Event};
use crate::grants::load_grant;
use crate::operation::Operation;
use crate::records;
use crate::status::Subject;
use crate::store::Change;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CheckInLicense {
    license_consumption_token: Option<String>,
    beneficiary: Option<String>,
}

pub(super) struct Request {
    token: String,
    beneficiary: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Output {}

impl Operation for CheckInLicense {
    const NAME: &'static str = "CheckInLicense";
    const AUDIENCE: Audience = Audience::TokenHolders;
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let token = violations.required("licenseConsumptionToken", self.license_consumption_token);
        let beneficiary = self.beneficiary;
        violations.finish(token.map(|token| Request { token, beneficiary }))
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let mut tries = Tries::default();
        loop {
            let allowed = load_held(cx, &request.token, CheckInRefusal::Ended).await?;
            let StoredCheckout { record, stored } = allowed.get();
            let checkout = &record.checkout;
            if tries.uncertain && checkout.ended == Some(Ended::CheckedIn) {
                return Ok(Output {});
            }
            if let Err(refusal) = check(cx, allowed.get(), request.beneficiary.as_deref()).await {
                tries.again(allowed.get().refused(cx, &tries, refusal).await).await?;
                continue;
            }
            let mut writes = vec![records::end_checkout(checkout, Ended::CheckedIn, cx.now)];
            writes.extend(records::take_back(Subject::of(checkout).id(), checkout)?);
            let edit = stored.at_hand().returning(checkout);
            writes.extend(stored.write(&edit));
            let event = Event::consumption(checkout, ConsumptionState::CheckedIn, cx.now);
            match cx.apply_telling(&allowed, Change(writes), &[event]).await {
                Ok(()) => return Ok(Output {}),
                Err(error) => tries.again(error.into()).await?,
            }
        }
    }
}

/// Whether it may be checked in now.
async fn check(cx: &Context, found: &StoredCheckout, beneficiary: Option<&str>) -> Result<(), Error> {
    let (checkout, license) = (&found.record.checkout, &found.stored.head.license);
    check_in(checkout, license, beneficiary, cx.now).map_err(error)?;
    check_grant(cx, checkout).await
}

/// Who took it under a grant may return it if that grant says so, whatever has
/// become of the grant (G-5, G-28).
async fn check_grant(cx: &Context, checkout: &Checkout) -> Result<(), Error> {
    let Some(arn) = &checkout.grant else { return Ok(()) };
    let operation = AllowedOperation::CheckInLicense;
    match load_grant(&cx.service, arn, cx.now).await? {
        Some(grant) if !grant.standing.operations.contains(operation) => {
            Err(Error::new(Kind::AccessDenied, NotUsable::NotGranted(operation)))
        }
        _ => Ok(()),
    }
}

fn error(refusal: CheckInRefusal) -> Error {
    match refusal {
        CheckInRefusal::Ended => Error::not_found(refusal),
        CheckInRefusal::Perpetual
        | CheckInRefusal::NotEarly { .. }
        | CheckInRefusal::NotReturnable(_)
        | CheckInRefusal::OtherBeneficiary => Error::validation(refusal),
    }
}
