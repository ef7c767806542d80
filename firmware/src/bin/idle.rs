//! The same without a license: what a program on this board takes before it
//! verifies anything.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::String;

use cortex_m_rt::entry;
use licentia_firmware::{TOKEN, end, show};

#[entry]
fn main() -> ! {
    let token = String::from(TOKEN);
    end(show("token", &token))
}
