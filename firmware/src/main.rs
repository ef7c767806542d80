//! A device that verifies a license token, asks what it allows, and refuses a
//! changed one. Its debugger, here QEMU, shows the answers and ends with the
//! verdict.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::String;
use alloc::vec;
use core::panic::PanicInfo;

use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{self, EXIT_FAILURE, EXIT_SUCCESS};
use cortex_m_semihosting::hio::{self, HostStream};
use licentia_core::entitlement::Unit;
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;
use licentia_core::token::{Expectations, KeySet, Node, PublicKey, verify};

/// The issuer's public key, pinned: it lies in flash with the program.
const KEY: ([u8; 32], [u8; 32]) = (
    *include_bytes!(concat!(env!("OUT_DIR"), "/key-x")),
    *include_bytes!(concat!(env!("OUT_DIR"), "/key-y")),
);
/// What a device receives over its serial line or keeps in its flash.
const TOKEN: &str = include_str!(concat!(env!("OUT_DIR"), "/token"));
/// What its real-time clock says, in seconds since 1970: 2026-11-22T10:15:00Z.
const NOW: u64 = 1_795_342_500;

/// All that verifying allocates from.
#[global_allocator]
static HEAP: emballoc::Allocator<4096> = emballoc::Allocator::new();

#[entry]
fn main() -> ! {
    let answered = hio::hstdout().ok().and_then(|mut output| answer(&mut output));
    debug::exit(if answered.is_some() { EXIT_SUCCESS } else { EXIT_FAILURE });
    stop()
}

/// Verifies, asks and shows; `None` where anything is not as it must be.
fn answer(output: &mut HostStream) -> Option<()> {
    let (x, y) = KEY;
    let keys = KeySet::new(vec![PublicKey::from_coordinates(x, y).ok()?]).ok()?;
    let now = Timestamp::from_unix(NOW).ok()?;
    let here = Expectations { node: Some(Node::Named("10.0.21.57")), ..Expectations::default() };

    let license = verify(TOKEN, &keys, now, &here).ok()?;
    let seats = |count| Some(license.allows("Seats", Quantity::new(count).ok()?, Unit::Count));
    show(output, "license", license.license_arn())?;
    show(output, "5 seats", yes_or_no(seats(5)?))?;
    show(output, "6 seats", yes_or_no(seats(6)?))?;
    show(output, "edition", yes_or_no(license.has("Edition")))?;

    let mut changed = String::from(TOKEN);
    changed.pop();
    changed.push('g');
    let refusal = verify(&changed, &keys, now, &here).err()?;
    show(output, "changed", refusal.code())
}

const fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

fn show(output: &mut HostStream, name: &str, value: &str) -> Option<()> {
    [name, ": ", value, "\n"].iter().try_for_each(|text| output.write_all(text.as_bytes())).ok()
}

/// Without a debugger there is nobody to leave to.
fn stop() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    debug::exit(EXIT_FAILURE);
    stop()
}
