//! What a call was about.

use std::collections::BTreeSet;

use licentia_core::arn::{GrantArn, LicenseArn};
use serde_json::Value;

use super::{Redaction, Resource};

/// So many resources are named at most.
const MOST: usize = 100;
/// The longest ARN.
const MOST_ARN_BYTES: usize = 2048;

/// The types of resources, by how their ARN goes on after the account.
const TYPES: &[(&str, &str, &str)] = &[
    ("license-manager", "license:", "AWS::LicenseManager::License"),
    ("license-manager", "grant:", "AWS::LicenseManager::Grant"),
    ("license-manager", "license-configuration:", "AWS::LicenseManager::LicenseConfiguration"),
    ("license-manager", "report-generator:", "AWS::LicenseManager::ReportGenerator"),
    ("iam", "role/", "AWS::IAM::Role"),
];

/// The resources whose ARNs stand in members named after them, such as
/// `licenseArn` and `licenseArns`, at every depth; and those touched, which
/// no number of others may push out. The name of a license or a grant is
/// no secret, even where a caller sends it as one: else it could hide what it
/// acted on.
pub(super) fn resources<'a>(
    values: impl IntoIterator<Item = &'a Value>,
    touched: Vec<String>,
    redaction: &Redaction,
) -> Vec<Resource> {
    let mut named = BTreeSet::new();
    for value in values {
        collect(value, false, &mut named);
    }
    named.retain(|arn| !touched.contains(arn));
    let room = MOST.saturating_sub(touched.len());
    let arns: BTreeSet<String> = named.into_iter().take(room).chain(touched).collect();
    let shown = |arn: &String| match LicenseArn::parse(arn).is_ok() || GrantArn::parse(arn).is_ok() {
        true => Resource::of(arn),
        false => Resource::of(&redaction.text(arn)),
    };
    arns.iter().filter_map(shown).collect()
}

fn collect(value: &Value, names_arns: bool, arns: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if names_arns && text.len() <= MOST_ARN_BYTES => {
            arns.insert(text.clone());
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, names_arns, arns)),
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, name.ends_with("Arn") || name.ends_with("Arns"), arns);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Resource {
    /// The resource of this ARN, if it is one.
    fn of(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, _, account, resource] = parts.as_slice() else { return None };
        let kind = TYPES.iter().find(|(of, begin, _)| of == service && resource.starts_with(begin));
        let account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        Some(Self {
            arn: arn.to_owned(),
            account_id: account.then(|| parts.get(4).map_or_else(String::new, |id| (*id).to_owned())),
            kind: kind.map(|(_, _, kind)| (*kind).to_owned()),
        })
    }

    /// Whether a search for this text means the resource: its ARN, or the id
    /// at the ARN's end.
    pub(super) fn is_named_by(&self, text: &str) -> bool {
        self.arn == text || self.arn.rsplit([':', '/']).next() == Some(text)
    }
}
