//! `agentcheck rules`

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};

use super::{CLEAN, Color, Failure, stdout_style};
use crate::report::catalogue;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print the list
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// When to colour
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// A table.
    #[default]
    Text,
    /// Everything there is to know.
    Json,
    /// A table with links.
    Markdown,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Text => catalogue::text(stdout_style(arguments.color), &mut out)?,
        Format::Json => catalogue::json(&mut out)?,
        Format::Markdown => catalogue::markdown(&mut out)?,
    }
    out.flush()?;
    Ok(CLEAN)
}
