//! What the grant operations share: their input, their answer, and how they
//! refuse.

use licentia_core::arn::GrantArn;
use licentia_core::grant::{
    AllowedOperation, Event, Fault, Grant, GrantStatus, Operations, Override, Refusal,
};
use licentia_core::license::Version;
use serde::{Deserialize, Serialize};

use crate::allow::{self, Allowed};
use crate::context::{Context, Setback, Tries};
use crate::error::{Error, Kind};
use crate::events::Event as Told;
use crate::grants::{StoredGrant, ending_with, load_grant, replace};
use crate::records::GrantRecord;
use crate::store::Change;
use crate::wire::{Object, Violations};

/// The most characters of a StatusReason.
const MOST_REASON: usize = 400;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct OptionsInput {
    activation_override_behavior: Option<String>,
    desired_status: Option<String>,
}

/// How a grant is to be activated.
#[derive(Clone, Copy, Default)]
pub(super) struct OptionsRequest {
    pub(super) activation_override: Option<Override>,
    pub(super) desired_status: Option<GrantStatus>,
}

/// What the operations that change a grant answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GrantOutput {
    grant_arn: GrantArn,
    status: GrantStatus,
    version: Version,
}

impl From<&Grant> for GrantOutput {
    fn from(grant: &Grant) -> Self {
        Self { grant_arn: grant.grant_arn.clone(), status: grant.grant_status, version: grant.version }
    }
}

/// The options, each of its set.
pub(super) fn read_options(
    options: Option<Object<OptionsInput>>,
    violations: &mut Violations,
) -> OptionsRequest {
    let Some(Object(options)) = options else { return OptionsRequest::default() };
    let overrides: Vec<&str> = Override::ALL.iter().map(|behavior| behavior.as_str()).collect();
    let chosen = options.activation_override_behavior.as_deref();
    OptionsRequest {
        activation_override: violations.one_of(
            "options.activationOverrideBehavior",
            chosen,
            Override::parse,
            &overrides,
        ),
        desired_status: read_status("options.desiredStatus", options.desired_status.as_deref(), violations),
    }
}

/// A grant's status, if it is there.
pub(super) fn read_status(
    at: &str,
    status: Option<&str>,
    violations: &mut Violations,
) -> Option<GrantStatus> {
    let names: Vec<&str> = GrantStatus::ALL.iter().map(|status| status.as_str()).collect();
    violations.one_of(at, status, GrantStatus::parse, &names)
}

/// Allowed operations: 1 to 8, each once (G-3).
pub(super) fn read_operations(operations: &[String], violations: &mut Violations) -> Option<Operations> {
    let at = "allowedOperations";
    let (least, most) = (1, AllowedOperation::ALL.len());
    if !(least..=most).contains(&operations.len()) {
        let rule = format!("Member must have length between {least} and {most}");
        violations.add(at, format_args!("[{}]", operations.join(", ")), rule);
        return None;
    }
    let names: Vec<&str> = AllowedOperation::ALL.iter().map(|operation| operation.as_str()).collect();
    let read: Vec<Option<AllowedOperation>> = operations
        .iter()
        .zip(1..)
        .map(|(text, number)| {
            violations.one_of(
                &format!("{at}.{number}.member"),
                Some(text.as_str()),
                AllowedOperation::parse,
                &names,
            )
        })
        .collect();
    let read: Vec<AllowedOperation> = read.into_iter().collect::<Option<_>>()?;
    let set: Operations = read.iter().copied().collect();
    if set.iter().count() < read.len() {
        violations.add(
            at,
            format_args!("[{}]", operations.join(", ")),
            "Member must name each operation once",
        );
        return None;
    }
    Some(set)
}

/// Why a status was changed: at most 400 characters (G-16).
pub(super) fn read_reason(reason: Option<String>, violations: &mut Violations) -> Option<String> {
    let reason = reason?;
    if reason.chars().count() > MOST_REASON {
        let rule = format!("Member must have length less than or equal to {MOST_REASON}");
        violations.add("statusReason", reason, rule);
        return None;
    }
    Some(reason)
}

/// The grant with this ARN.
///
/// # Errors
/// [`Error`] if there is none.
pub(super) async fn load(cx: &Context, arn: &str) -> Result<StoredGrant, Error> {
    let Ok(parsed) = GrantArn::parse(arn) else { return Err(unknown(arn)) };
    load_grant(&cx.service, &parsed, cx.now).await?.ok_or_else(|| unknown(arn))
}

/// The version that a try of ours made of a grant, if its outcome is unknown.
#[derive(Default)]
pub(super) struct Step(Option<Grant>);

impl Step {
    /// The answer, if it is this try that made the grant what it is now.
    pub(super) fn was_taken(&self, stored: &StoredGrant, tries: &Tries) -> Option<GrantOutput> {
        let taken = self.0.as_ref().filter(|taken| tries.uncertain && **taken == stored.record.grant);
        taken.map(GrantOutput::from)
    }
}

/// Makes what happens to a grant its next version.
pub(super) async fn take(
    cx: &Context,
    allowed: &Allowed<StoredGrant>,
    event: Event,
    reason: Option<String>,
    step: &mut Step,
) -> Result<GrantOutput, Setback> {
    let stored = allowed.get();
    cx.touched.note(&stored.record.grant.license_arn);
    let next = stored.record.grant.after(&stored.standing, event, reason);
    let grant = next.map_err(|refusal| refused(cx, &refusal))?;
    let next = GrantRecord { grant, ..stored.record.clone() };
    let output = GrantOutput::from(&next.grant);
    let writes = replace(stored, &next)?;
    let mut events = vec![Told::grant(&next.grant, cx.now)];
    if event == Event::Delete {
        let (license, arn) = (&next.grant.license_arn, &next.grant.grant_arn);
        events.extend(ending_with(&cx.service, license, Some(arn), cx.now).await?);
    }
    *step = Step(Some(next.grant));
    cx.commit_telling(allowed, Change(writes), &events).await?;
    Ok(output)
}

/// The grantee's answer to a grant: AcceptGrant or RejectGrant.
pub(super) async fn answer_grant(cx: &Context, arn: &str, event: Event) -> Result<GrantOutput, Error> {
    let (what, done) = match event {
        Event::Reject => ("reject this grant", "rejected"),
        _ => ("accept this grant", "accepted"),
    };
    let mut tries = Tries::default();
    let mut step = Step::default();
    loop {
        let stored = load(cx, arn).await?;
        if let Some(done) = step.was_taken(&stored, &tries) {
            return Ok(done);
        }
        let allowed = allow::grantee(&cx.caller, stored).ok_or_else(|| not_allowed(cx, what))?;
        check_home(cx, &allowed.get().record.grant.home_region, done)?;
        match take(cx, &allowed, event, None, &mut step).await {
            Ok(output) => return Ok(output),
            Err(setback) => tries.again(setback).await?,
        }
    }
}

/// Who names a version means the current one.
pub(super) fn check_version(member: &str, named: &str, current: Version) -> Result<(), Error> {
    if named == current.to_string() {
        return Ok(());
    }
    Err(Error::invalid(format_args!(
        "{member} `{named}` is not the current version `{current}`: read the grant again"
    )))
}

/// No grant of this ARN, or none that the caller has to do with.
pub(super) fn unknown(arn: &str) -> Error {
    Error::invalid(format_args!(
        "grant `{arn}` does not exist, or is neither of yours nor for you; ListDistributedGrants and \
         ListReceivedGrants show which are"
    ))
}

/// The caller may not do this to a grant (errors.md 6).
pub(super) fn not_allowed(cx: &Context, what: &str) -> Error {
    Error::validation(format_args!("Caller {} is not allowed to {what}.", cx.caller.arn()))
}

/// A rule of grants as the operations answer it (errors.md 6, 7).
pub(super) fn refused(cx: &Context, refusal: &Refusal) -> Error {
    match refusal.fault() {
        Fault::Caller => Error::validation(format_args!(
            "Caller {} is not allowed to change this grant so: {refusal}",
            cx.caller.arn()
        )),
        Fault::State => Error::invalid(refusal),
        Fault::Limit => Error::new(Kind::ResourceLimitExceeded, refusal),
    }
}

/// Grants are changed at home (G-8, H-4).
pub(super) fn check_home(cx: &Context, home: &str, what: &str) -> Result<(), Error> {
    if cx.service.region == home { Ok(()) } else { Err(away(home, what)) }
}

/// The license is at home elsewhere.
pub(super) fn away(home: &str, what: &str) -> Error {
    Error::validation(format_args!("Grant can only be {what} in resource home AWS region: {home}"))
}
