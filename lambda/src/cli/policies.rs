//! Policies on the command line: a preset by its name, or a file.

use std::path::Path;

use super::CommandError;
use crate::identity::{AttachedPolicy, NotAttachable, PolicyName};

/// The preset of this name, or the policy in this file under the file's name
/// without its extension.
pub(super) fn read(text: &str) -> Result<AttachedPolicy, CommandError> {
    let preset = PolicyName::parse(text).ok().and_then(|name| AttachedPolicy::preset(name).ok());
    if let Some(preset) = preset {
        return Ok(preset);
    }
    let document = std::fs::read_to_string(text).map_err(|error| {
        let presets: Vec<&str> = AttachedPolicy::presets().collect();
        CommandError::new(format_args!(
            "`{text}` is no preset ({}), and as a file: {error}",
            presets.join(", ")
        ))
    })?;
    let stem = Path::new(text).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = PolicyName::parse(stem)
        .map_err(|error| CommandError::new(format_args!("`{stem}`: {error}; rename the file")))?;
    AttachedPolicy::document(name, &document).map_err(|error| match error {
        NotAttachable::Fault(fault) => CommandError::new(format_args!("`{text}`: {fault}")),
        other => CommandError::new(other),
    })
}

/// All of these.
pub(super) fn read_all(texts: &[String]) -> Result<Vec<AttachedPolicy>, CommandError> {
    texts.iter().map(|text| read(text)).collect()
}

/// Their names, at the end of a line of a list.
pub(super) fn names(policies: &[AttachedPolicy]) -> String {
    let names: Vec<&str> = policies.iter().map(|policy| policy.name().as_str()).collect();
    if names.is_empty() { String::new() } else { format!("  {}", names.join(",")) }
}

/// Each with what it says.
pub(super) fn show(policies: &[AttachedPolicy]) -> String {
    let show = |policy: &AttachedPolicy| {
        format!("policy {}:\n{}\n", policy.name(), policy.policy().as_str().trim_end())
    };
    policies.iter().map(show).collect()
}
