//! The `agentcheck` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    agentcheck::cli::main()
}
