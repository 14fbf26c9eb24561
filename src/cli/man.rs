//! `agentcheck man`

use std::fs;
use std::io::{self, Write};
use std::iter::once;
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use super::{CLEAN, Failure};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The command to print the page of, e.g. `lint`; none for the page that lists them
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Option<String>,
    /// Write all pages into this folder instead, which is made where it is missing
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut root = super::Arguments::command();
    // Gives the commands the names that their pages go by.
    root.build();
    if let Some(folder) = &arguments.output {
        let failed = |error| Failure::Report { path: folder.clone(), error };
        fs::create_dir_all(folder).map_err(failed)?;
        for command in once(&root).chain(root.get_subcommands()) {
            let page = page(command);
            let path = folder.join(page.get_filename());
            fs::write(&path, text(&page)?).map_err(|error| Failure::Report { path, error })?;
        }
        return Ok(CLEAN);
    }
    let command = match &arguments.command {
        None => &root,
        Some(name) => root
            .find_subcommand(name)
            .ok_or_else(|| Failure::Usage(format!("there is no command `{name}`")))?,
    };
    io::stdout().write_all(&text(&page(command))?)?;
    Ok(CLEAN)
}

fn page(command: &Command) -> Man {
    Man::new(command.clone()).source(concat!(
        env!("CARGO_PKG_NAME"),
        " ",
        env!("CARGO_PKG_VERSION")
    ))
}

fn text(page: &Man) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    page.render(&mut text)?;
    Ok(text)
}
