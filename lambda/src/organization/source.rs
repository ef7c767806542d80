//! Which directory the service asks.

use clap::ValueEnum;

/// Where it is said which accounts belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OrganizationSource {
    /// Licentia's own directory, managed with `licentia organizations`.
    #[default]
    Own,
    /// AWS Organizations, as the account in which the service runs sees it.
    Aws,
}
