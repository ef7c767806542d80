//! What is begun, and what is turned away: more work than can be done in time
//! is refused before anything is done for it, and told when to come again.

mod gate;
mod places;
mod rates;

pub use gate::{Admission, Limits, Overloaded};
pub use places::Place;
