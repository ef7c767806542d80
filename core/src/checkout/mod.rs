//! Taking from a license and giving back: the decisions (sections 4 to 6).

mod check_in;
mod decide;
mod record;
mod refusal;

pub use check_in::{check_in, extend};
pub use decide::{Decision, Wanted, borrow, check_out, expiration};
pub use record::{Checkout, Ended, EntitlementData, Kind, consumption_token};
pub use refusal::{CheckInRefusal, ExtendRefusal, Refusal, Shortfall, Unusable};
