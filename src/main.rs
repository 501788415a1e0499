//! The `mfascope` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    mfascope::cli::run()
}
