//! `agentcheck rules`

use clap::Args;

use super::{CLEAN, Color, Failure, print, stdout_style};
use crate::report::catalogue::{self, Format};
use crate::rules::RULES;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print the list
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// When to colour
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let style = stdout_style(arguments.color);
    print(|out| catalogue::write(arguments.format, &RULES, style, out))?;
    Ok(CLEAN)
}
