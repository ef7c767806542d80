//! The board: what any program on it needs, and its debugger's console.

#![no_std]

use core::panic::PanicInfo;

use cortex_m_semihosting::debug::{self, EXIT_FAILURE, EXIT_SUCCESS};
use cortex_m_semihosting::hio;

/// What a device receives over its serial line or keeps in its flash.
pub const TOKEN: &str = include_str!(concat!(env!("OUT_DIR"), "/token"));

/// All that is allocated from.
#[global_allocator]
static HEAP: emballoc::Allocator<3072> = emballoc::Allocator::new();

/// Shows a line; `None` where no debugger listens.
pub fn show(name: &str, value: &str) -> Option<()> {
    let mut output = hio::hstdout().ok()?;
    [name, ": ", value, "\n"].iter().try_for_each(|text| output.write_all(text.as_bytes())).ok()
}

/// Ends the emulator: with success if there is an answer.
pub fn end(answer: Option<()>) -> ! {
    debug::exit(if answer.is_some() { EXIT_SUCCESS } else { EXIT_FAILURE });
    // Without a debugger there is nobody to leave to.
    loop {
        core::hint::spin_loop();
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    end(None)
}
