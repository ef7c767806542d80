//! Seats that an application hands out itself.

mod histories;
mod ledgers;
mod seats;
