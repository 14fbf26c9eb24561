//! The command line: arguments, one file per command, and the exit codes.
//!
//! [`lint`] is the run itself; [`checklist`] sums one up, item by item; [`init`] prepares a project for it; [`rules`] and [`explain`] print
//! what is known about rules; [`completions`] and [`man`] what a shell and `man` want to know of the
//! commands. Nothing below this folder writes to a terminal or knows of exit codes.

mod checklist;
mod completions;
mod explain;
mod files;
mod images;
mod init;
mod interrupt;
mod lint;
mod man;
mod output;
mod progress;
mod rules;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::report::{Style, escape};

/// Nothing at or above `--fail-on`.
const CLEAN: u8 = 0;
/// Findings at or above `--fail-on`.
const FINDINGS: u8 = 1;
/// Wrong usage, an unreadable path, an invalid configuration.
const USAGE: u8 = 2;
/// No file that agentcheck understands.
const NOTHING: u8 = 3;

/// Tells what keeps an AI-agent service from being ready for production, before you merge.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lint files and folders
    Lint(Box<lint::Arguments>),
    /// Judge every item of the production checklists
    Checklist(Box<checklist::Arguments>),
    /// List the rules
    Rules(rules::Arguments),
    /// Explain a rule: why, examples, parameters, other tools' ids; or what decides an item
    Explain(explain::Arguments),
    /// Write a configuration that fits a project, a hook and a pipeline
    Init(init::Arguments),
    /// Print a script that completes commands and flags in a shell
    Completions(completions::Arguments),
    /// Print a manual page
    Man(man::Arguments),
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A path that was named, or a glob.
    #[error(transparent)]
    Walk(#[from] crate::walk::WalkError),
    /// The configuration; the text is the whole report, with excerpts.
    #[error("{0}")]
    Config(String),
    /// The baseline.
    #[error(transparent)]
    Baseline(#[from] crate::baseline::BaselineError),
    /// The report that was to be compared with.
    #[error(transparent)]
    Compare(#[from] crate::report::scorecard::CompareError),
    /// The revision that was to be compared with.
    #[error(transparent)]
    Change(#[from] crate::changes::ChangeError),
    /// A file that could not be fixed; the others were.
    #[error(transparent)]
    Fix(#[from] crate::fix::WriteError),
    /// A report that could not be written.
    #[error("cannot write `{}`: {error}", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Wrong usage that clap cannot see.
    #[error("{0}")]
    Usage(String),
    /// Standard output.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

/// Runs the command line and gives its exit code.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(|at| format!(" ({}:{})", at.file(), at.line()));
        warn(&format!("internal error{}; please report it", at.unwrap_or_default()));
    }));
    let arguments = Arguments::parse();
    interrupt::watch();
    let result = match arguments.command {
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Checklist(arguments) => checklist::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    };
    if let Some(table) = crate::timings::table() {
        warn(table.trim_end());
    }
    ExitCode::from(match result {
        Ok(code) => code,
        // Whoever read the output has seen enough: `agentcheck rules | head -1`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => CLEAN,
        Err(failure) => {
            match failure {
                Failure::Config(report) => warn(report.trim_end()),
                failure => warn(&format!("error: {}", escape::line(&failure.to_string()))),
            }
            USAGE
        }
    })
}

/// The exit code of a run whose verdict stands. Whoever stops reading, as `head` does, changes nothing about it.
fn verdict(code: u8, printed: Result<(), Failure>) -> Result<u8, Failure> {
    match printed {
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(code),
        printed => printed.map(|()| code),
    }
}

/// Writes to standard output, to the end.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out)?;
    Ok(out.flush()?)
}

/// A line on standard error, which may be closed.
fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

impl Color {
    /// How to print to a stream that is or is not a terminal.
    fn style(self, is_terminal: bool) -> Style {
        let color = match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                is_terminal && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
            }
        };
        let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
        Style { color, unicode: true, links: color && is_terminal, width: width.clamp(60, 140) }
    }
}

fn stdout_style(color: Color) -> Style {
    color.style(io::stdout().is_terminal())
}
