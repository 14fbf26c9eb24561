//! `agentcheck completions`

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{CLEAN, Failure};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell to print a script for
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut command = super::Arguments::command();
    let name = command.get_name().to_owned();
    // The generator panics where it cannot write, which memory does not do.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    io::stdout().write_all(&script)?;
    Ok(CLEAN)
}
