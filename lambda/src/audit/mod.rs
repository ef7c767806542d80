//! The audit trail: each call leaves a record of CloudTrail's shape (EV-4 to
//! EV-6), kept per account, to be searched and exported.
//!
//! No answer leaves before its record is durable, so what was answered was
//! recorded. Records hold no secrets: see [`Redaction`].

mod record;
mod redaction;
mod resources;
mod search;
mod segment;
mod touched;
mod trail;

pub use record::{Actor, Call, Outcome, Record, Resource, UserIdentity};
pub use redaction::{HIDDEN, Redaction};
pub use search::{Cursor, Found, Kept, Search};
pub use touched::Touched;
pub use trail::{NotRecorded, ReadWriteType, Settings, Trail};
