//! What the standard library would bring along, many times as large: memory
//! and an end to a panic. Nothing unwinds, and nobody reads a message: what
//! panics traps, and JavaScript throws a `RuntimeError`.

use core::panic::PanicInfo;

use lol_alloc::{FreeListAllocator, LockedAllocator};

#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
