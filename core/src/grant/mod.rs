//! Grants: a license shared with an account, an organization or one of its
//! units (section 7).

mod create;
mod operations;
mod record;
mod refusal;
mod revise;
mod standing;
mod status;

pub use create::{Grantor, MOST_GRANTS, Start, Ties, Wanted, check_room, create};
pub use operations::{AllowedOperation, Operations};
pub use record::{Grant, Options, Parent};
pub use refusal::{Fault, Refusal};
pub use revise::{Actor, Revision, activate};
pub use standing::{NotUsable, Standing};
pub use status::{Event, GrantStatus, GrantType, Override};
