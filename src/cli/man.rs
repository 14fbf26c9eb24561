//! `agentcheck man`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_mangen::Man;

use super::{CLEAN, Failure};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The command to print the page of, e.g. `lint`, instead of the page that lists them
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Option<String>,
    /// Write all pages into this folder, which must exist, instead of printing one
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut root = super::Arguments::command();
    if let Some(folder) = &arguments.output {
        clap_mangen::generate_to(root, folder)
            .map_err(|error| Failure::Report { path: folder.clone(), error })?;
        return Ok(CLEAN);
    }
    // Gives the commands the names that their pages go by.
    root.build();
    let command = match &arguments.command {
        None => &root,
        Some(name) => root
            .find_subcommand(name)
            .ok_or_else(|| Failure::Usage(format!("there is no command `{name}`")))?,
    };
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    io::stdout().write_all(&page)?;
    Ok(CLEAN)
}
