//! A device that verifies a license token, asks what it allows, and refuses a
//! changed one. Its debugger, here QEMU, shows the answers.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::String;
use alloc::vec;

use cortex_m_rt::entry;
use licentia_core::entitlement::Unit;
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;
use licentia_core::token::{Expectations, KeySet, Node, PublicKey, verify};
use licentia_firmware::{TOKEN, end, show};

/// The issuer's public key, pinned: it lies in flash with the program.
const KEY_X: &[u8; 32] = include_bytes!(concat!(env!("OUT_DIR"), "/key-x"));
const KEY_Y: &[u8; 32] = include_bytes!(concat!(env!("OUT_DIR"), "/key-y"));
/// What the real-time clock says, in seconds since 1970: 2026-11-22T10:15:00Z.
const NOW: u64 = 1_795_342_500;

#[entry]
fn main() -> ! {
    end(answer())
}

/// `None` where anything is not as it must be.
fn answer() -> Option<()> {
    let keys = KeySet::new(vec![PublicKey::from_coordinates(*KEY_X, *KEY_Y).ok()?]).ok()?;
    let now = Timestamp::from_unix(NOW).ok()?;
    let here = Expectations { node: Some(Node::Named("10.0.21.57")), ..Expectations::default() };

    let license = verify(TOKEN, &keys, now, &here).ok()?;
    let seats = |count| Some(license.allows("Seats", Quantity::new(count).ok()?, Unit::Count));
    show("license", license.license_arn())?;
    show("5 seats", yes_or_no(seats(5)?))?;
    show("6 seats", yes_or_no(seats(6)?))?;
    show("edition", yes_or_no(license.has("Edition")))?;

    let mut changed = String::from(TOKEN);
    changed.pop();
    changed.push('g');
    let refusal = verify(&changed, &keys, now, &here).err()?;
    show("changed", refusal.code())
}

const fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}
