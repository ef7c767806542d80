//! The steps, in the order they run: what is quick, or fails most, first.

use clap::builder::PossibleValue;

use super::{clients, firmware, rust, web};
use crate::tool::{self, Tool};
use crate::workspace::Workspace;
use crate::{build, docs};

/// One step.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) needs: &'static [&'static Tool],
    pub(super) run: fn(&Workspace) -> anyhow::Result<()>,
}

/// Each builds what it needs itself, so that each runs alone.
pub(super) static STEPS: [Step; 13] = [
    Step { name: "format", about: "rustfmt", needs: &[], run: rust::format },
    Step {
        name: "lint",
        about: "clippy without and with every feature, warnings are errors",
        needs: &[&tool::NODE],
        run: rust::lint,
    },
    Step {
        name: "no-std",
        about: "licentia-core for a browser and a microcontroller, with and without `sign`",
        needs: &[],
        run: rust::no_std,
    },
    Step {
        name: "firmware",
        about: "the example firmware on an emulated Cortex-M4, within its flash, heap and stack",
        needs: &[&tool::QEMU],
        run: firmware::run,
    },
    Step {
        name: "rust",
        about: "unit, store and documentation tests of every crate",
        needs: &[&tool::NODE, &tool::PYTHON, &tool::JAVA],
        run: rust::test,
    },
    Step {
        name: "verifier",
        about: "the packed npm package in Node, Chromium and workerd, its bundles and its types",
        needs: &[&tool::NODE, &tool::CHROMIUM],
        run: web::verifier,
    },
    Step {
        name: "docs",
        about: "the API reference of the npm package and of the Rust crate, complete",
        needs: &[&tool::NODE],
        run: docs::run,
    },
    Step {
        name: "console",
        about: "types and unit tests of the console",
        needs: &[&tool::NODE],
        run: web::console,
    },
    Step {
        name: "page",
        about: "the built console in Chromium, with the network cut",
        needs: &[&tool::NODE, &tool::CHROMIUM],
        run: web::page,
    },
    Step { name: "build", about: "what is shipped", needs: &[&tool::NODE], run: build::run },
    Step {
        name: "live",
        about: "the console in Chromium against the running service",
        needs: &[&tool::NODE, &tool::CHROMIUM],
        run: web::live,
    },
    Step {
        name: "keeper",
        about: "the package's lease keeper in Node and in Chromium against the running service",
        needs: &[&tool::NODE, &tool::CHROMIUM],
        run: web::keeper,
    },
    Step {
        name: "clients",
        about: "AWS CLI, boto3 and the AWS SDK for JavaScript against the running service",
        needs: &[&tool::NODE, &tool::PYTHON],
        run: clients::run,
    },
];

impl Step {
    pub(super) fn value(&self) -> PossibleValue {
        PossibleValue::new(self.name).help(self.about)
    }
}
