//! One binary: a Lambda function where AWS Lambda starts it, a server and a
//! command line elsewhere.

use std::process::ExitCode;

use licentia::cli;

fn main() -> ExitCode {
    cli::main()
}
