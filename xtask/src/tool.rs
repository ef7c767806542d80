//! Programs that must be on the machine, and how to get them.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::bail;

/// A program that the tasks start but do not install.
pub(crate) struct Tool {
    /// What to install.
    name: &'static str,
    is_there: fn() -> bool,
}

/// For the npm package, the console and their tests.
pub(crate) static NODE: Tool = Tool {
    name: "Node.js 20.19 or newer with npm (https://nodejs.org)",
    is_there: || {
        let fit = "const [major, minor] = process.versions.node.split('.').map(Number); \
                   process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)";
        answers("node", &["--eval", fit]) && answers("npm", &["--version"])
    },
};

/// For the tests with boto3 and the AWS CLI.
pub(crate) static PYTHON: Tool = Tool {
    name: "Python 3.10 or newer with venv (Debian: apt-get install python3-venv)",
    is_there: || {
        answers("python3", &["-c", "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))"])
    },
};

/// For DynamoDB Local.
pub(crate) static JAVA: Tool = Tool {
    name: "Java 17 or newer (Debian: apt-get install default-jre-headless)",
    is_there: || java_release().is_some_and(|release| release >= 17),
};

/// For the browser tests.
pub(crate) static CHROMIUM: Tool = Tool {
    name: "Chromium (Debian: apt-get install chromium), or its path in CHROMIUM",
    is_there: || {
        let path = env::var_os("CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into());
        Path::new(&path).is_file()
    },
};

/// For the example firmware.
pub(crate) static QEMU: Tool = Tool {
    name: "QEMU for Arm (Debian: apt-get install qemu-system-arm)",
    is_there: || answers("qemu-system-arm", &["--version"]),
};

/// Looks for tools before anything is started with them.
///
/// # Errors
/// Names all that are missing, and where to get them.
pub(crate) fn require(tools: impl IntoIterator<Item = &'static Tool>) -> anyhow::Result<()> {
    let mut missing: Vec<_> =
        tools.into_iter().filter(|tool| !(tool.is_there)()).map(|tool| tool.name).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("install what is missing here: {}", missing.join("; "))
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The 17 of `openjdk 17.0.15 2025-04-15`.
fn java_release() -> Option<u32> {
    let output = Command::new("java").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1)?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_tool_is_named_once() {
        static HERE: Tool = Tool { name: "here", is_there: || true };
        static GONE: Tool = Tool { name: "gone", is_there: || false };
        assert!(require([&HERE]).is_ok());
        let error = require([&GONE, &HERE, &GONE]).unwrap_err();
        assert_eq!(error.to_string(), "install what is missing here: gone");
    }
}
