//! One binary: a Lambda function where AWS Lambda starts it, a server and a
//! command line elsewhere.

use std::process::ExitCode;

use licentia::cli;
use mimalloc::MiMalloc;

/// A request allocates some hundred times, which took glibc's allocator a sixth
/// of the processor time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
