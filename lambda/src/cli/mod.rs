//! The command line.

mod access_keys;
mod accounts;
mod command;
mod error;
mod keys;
mod organizations;
mod serve;
mod welcome;

pub use access_keys::AccessKeysCommand;
pub use accounts::AccountsCommand;
pub use command::main;
pub use error::CommandError;
pub use keys::KeysCommand;
pub use organizations::OrganizationsCommand;
