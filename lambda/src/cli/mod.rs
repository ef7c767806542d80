//! The command line.

mod access_keys;
mod accounts;
mod audit;
mod backup;
mod command;
mod dead_letters;
mod doctor;
mod error;
mod events;
mod keys;
mod moving;
mod operations;
mod organizations;
mod policies;
mod progress;
mod roles;
mod serve;
mod welcome;

pub use access_keys::AccessKeysCommand;
pub use accounts::AccountsCommand;
pub use audit::AuditCommand;
pub use backup::{BackupCommand, RestoreCommand};
pub use command::main;
pub use dead_letters::{Choice, DeadLettersCommand, Selection};
pub use doctor::DoctorCommand;
pub use error::CommandError;
pub use events::{EventsCommand, TargetArgument};
pub use keys::KeysCommand;
pub use moving::MoveCommand;
pub use operations::OperationsCommand;
pub use organizations::OrganizationsCommand;
pub use roles::RolesCommand;
