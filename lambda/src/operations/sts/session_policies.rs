//! Session policies: what a session is for, of all that its role may do.

use super::Error;
use crate::identity::{AttachedPolicy, MOST_POLICIES, NotAttachable, PolicyName};
use crate::wire::query::parameter;

/// The longest document, in characters: STS's limit.
const MOST_CHARACTERS: usize = 2048;
/// What the document of a request stands under.
const DOCUMENT: &str = "SessionPolicy";
/// Where AWS keeps what this service has as presets.
const MANAGED: &str = "arn:aws:iam::aws:policy/";

/// The session policies of a request: `Policy`, a document, and `PolicyArns`,
/// the presets by the ARNs that they have at AWS.
pub(super) fn session_policies(form: &[u8]) -> Result<Vec<AttachedPolicy>, Error> {
    let document = parameter(form, "Policy").map(|text| read_document(&text)).transpose()?;
    let presets = (1..=MOST_POLICIES).map_while(|number| {
        let arn = parameter(form, &format!("PolicyArns.member.{number}.arn"))?;
        Some(preset(&arn))
    });
    let presets = presets.collect::<Result<Vec<_>, _>>()?;
    // Those that stand apart or are too many narrow the session too: without
    // them it would be for more than was asked for.
    let sent = form_urlencoded::parse(form).filter(|(name, _)| name.starts_with("PolicyArns."));
    if sent.count() != presets.len() {
        return Err(Error::validation(format_args!(
            "PolicyArns must be numbered from PolicyArns.member.1.arn on, without gaps, to at most \
             {MOST_POLICIES}"
        )));
    }
    Ok(document.into_iter().chain(presets).collect())
}

fn read_document(text: &str) -> Result<AttachedPolicy, Error> {
    let characters = text.chars().count();
    if characters > MOST_CHARACTERS {
        return Err(Error::validation(format_args!(
            "Policy has {characters} characters, more than {MOST_CHARACTERS}: shorten it"
        )));
    }
    let name = PolicyName::parse(DOCUMENT).map_err(Error::internal)?;
    AttachedPolicy::document(name, text).map_err(|reason| match reason {
        NotAttachable::Fault(fault) => Error::new("MalformedPolicyDocument", 400, fault),
        NotAttachable::NameOfPreset(_) | NotAttachable::UnknownPreset(_) => Error::internal(reason),
    })
}

fn preset(arn: &str) -> Result<AttachedPolicy, Error> {
    let name = arn.strip_prefix(MANAGED).and_then(|path| path.rsplit('/').next());
    let name = name.and_then(|name| PolicyName::parse(name).ok());
    name.and_then(|name| AttachedPolicy::preset(name).ok()).ok_or_else(|| {
        let known: Vec<_> = AttachedPolicy::presets().collect();
        Error::validation(format_args!(
            "PolicyArns: `{arn}` is not known here: expected {MANAGED} and one of {}",
            known.join(", ")
        ))
    })
}
