//! `agentcheck lint`

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::files::{Choice, start_threads};
use super::{
    CLEAN, Color, FINDINGS, Failure, NOTHING, images, output, print, stdout_style, verdict, warn,
};
use crate::baseline::{Baseline, BaselineError, Seen};
use crate::changes::{ChangeError, Changes};
use crate::check::{Findings, check};
use crate::config::{Config, FailOn, Flags, Settings};
use crate::file::{File, Files};
use crate::fix::{self, Fixed};
use crate::outcome::Outcome;
use crate::report::{self, Exit, Format, Options, Style, account, escape};
use crate::rules::{Environment, Profile};
use crate::timings::{self, Phase};
use crate::walk;

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // they are switches of a command line
pub(super) struct Arguments {
    /// Files and folders to lint; `-` reads standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to print the findings
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// Also write a report to a file, e.g. `json:report.json`; repeatable
    #[arg(short, long, value_name = "FORMAT:FILE", value_parser = parse_output)]
    output: Vec<(Format, PathBuf)>,

    /// Run only these rules: `k8s/naked-pod`, `k8s/`, `all`
    #[arg(long, value_name = "RULE|GROUP/", value_delimiter = ',', help_heading = "Rules")]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE|GROUP/", value_delimiter = ',', help_heading = "Rules")]
    ignore: Vec<String>,
    /// Run these rules as well
    #[arg(long, value_name = "RULE|GROUP/", value_delimiter = ',', help_heading = "Rules")]
    extend_select: Vec<String>,
    /// How strict to be [default: production]
    #[arg(long, value_enum, help_heading = "Rules")]
    profile: Option<Profile>,
    /// Where the files are meant to run [default: production]
    #[arg(long, value_enum, help_heading = "Rules")]
    environment: Option<Environment>,

    /// Apply the fixes that change nothing that runs for the worse
    #[arg(long, help_heading = "Fixes")]
    fix: bool,
    /// Apply also the fixes that need a look afterwards; implies --fix
    #[arg(long, help_heading = "Fixes")]
    unsafe_fixes: bool,
    /// Show what --fix would change instead of the findings, and change nothing
    #[arg(long, help_heading = "Fixes")]
    diff: bool,

    /// Do not count the findings that this file notes
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    baseline: Option<PathBuf>,
    /// Note what is found now in this file, so that it does not count any more
    #[arg(long, value_name = "FILE", conflicts_with = "diff", help_heading = "What counts")]
    write_baseline: Option<PathBuf>,
    /// Report only what touches lines changed since a git revision; `REV...` for its merge base with HEAD
    #[arg(long, value_name = "REV", help_heading = "What counts")]
    changed_since: Option<String>,

    /// The least severity that makes the exit code 1 [default: warning]
    #[arg(long, value_enum, help_heading = "Exit code")]
    fail_on: Option<FailOn>,
    /// Exit with 0 whatever is found
    #[arg(long, help_heading = "Exit code")]
    exit_zero: bool,
    /// Exit with 0 when there was nothing to check
    #[arg(long, help_heading = "Exit code")]
    allow_empty: bool,

    #[command(flatten)]
    files: Choice,
    /// The name that standard input goes by; a file of that name is not read
    #[arg(long, value_name = "NAME", help_heading = "Files", value_parser = NonEmptyStringValueParser::new())]
    stdin_filename: Option<String>,
    /// The files are a part of the project: ask for nothing that its other files may hold
    #[arg(long, help_heading = "Files")]
    partial: bool,

    /// Count the findings per rule instead of showing them
    #[arg(long, conflicts_with = "diff", help_heading = "Output")]
    statistics: bool,
    /// Show also what comments and annotations ask to ignore, and what the baseline notes
    #[arg(long, help_heading = "Output")]
    show_suppressed: bool,
    /// Print findings only, without the account of what was checked
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// List every file that was skipped, and what is fixed of the baseline
    #[arg(short, long, help_heading = "Output")]
    verbose: bool,
    /// When to colour
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    color: Color,
}

fn parse_output(text: &str) -> Result<(Format, PathBuf), String> {
    output::parse(text, "json:report.json")
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    refuse(arguments)?;
    arguments.files.measure();
    start_threads(arguments.files.jobs)?;
    let config = config(arguments)?;
    let baseline = older_baseline(arguments)?;
    let since = arguments.changed_since.as_deref();
    let changes = since.map(|revision| Changes::since(revision, Path::new("."))).transpose()?;
    let (files, settings) = read(arguments, &config)?;
    let judge = |files: &Files| -> Result<Findings, ChangeError> {
        let mut findings = check(files, &settings);
        if let Some(baseline) = &baseline {
            baseline.mark(&mut findings.diagnostics);
        }
        if let Some(changes) = &changes {
            changes.narrow(files, &mut findings)?;
        }
        Ok(findings)
    };
    if arguments.diff {
        let fixed = fix::fix(files, judge, arguments.unsafe_fixes)?;
        let exit = exit_of_diff(arguments, &fixed);
        let printed = print_diff(arguments, &fixed);
        warn_of_refusals(&fixed);
        if !arguments.output.is_empty() {
            let files = fixed.undone();
            let findings = judge(&files)?;
            let seen = Seen::new(&files, &settings, roots(arguments));
            let comparison = baseline.as_ref().map(|baseline| baseline.compare(&findings, &seen));
            let outcome = Outcome { baseline: comparison, ..Outcome::of(files, findings) };
            write_files(arguments, &outcome, exit)?;
        }
        return verdict(exit.code, printed);
    }
    let (files, mut findings) = if arguments.fix || arguments.unsafe_fixes {
        let fixed = fix::fix(files, judge, arguments.unsafe_fixes)?;
        write_fixes(&fixed)?;
        (fixed.files, fixed.findings)
    } else {
        let findings = judge(&files)?;
        (files, findings)
    };
    let seen = Seen::new(&files, &settings, roots(arguments));
    let comparison = baseline.as_ref().map(|baseline| baseline.compare(&findings, &seen));
    if let Some(path) = &arguments.write_baseline {
        let written = Baseline::of(path, &findings, &seen, baseline.as_ref());
        written.write()?;
        written.mark(&mut findings.diagnostics);
        written.mark(&mut findings.outside);
        if !arguments.quiet {
            warn(&report::noted(&written));
        }
    }
    if !arguments.quiet {
        images::warn_of_idle(&config, &arguments.paths, &files, &findings.unused_images);
    }
    let outcome = Outcome { baseline: comparison, ..Outcome::of(files, findings) };
    let exit = exit(arguments, &config, &outcome);
    let mut laps = timings::laps();
    write_files(arguments, &outcome, exit)?;
    let printed = print_report(arguments, &outcome, exit);
    laps.end(Phase::Render);
    // The process ends here and takes everything with it; to give it back piece by piece takes longer than
    // to print it.
    std::mem::forget(outcome);
    verdict(exit.code, printed)
}

/// The baseline to compare with. One that is about to be written need not be there yet.
fn older_baseline(arguments: &Arguments) -> Result<Option<Baseline>, Failure> {
    let Some(path) = &arguments.baseline else { return Ok(None) };
    match Baseline::read(path) {
        Err(BaselineError::Absent(_)) if arguments.write_baseline.is_some() => Ok(None),
        read => Ok(Some(read?)),
    }
}

/// How the run ends.
fn exit(arguments: &Arguments, config: &Config, outcome: &Outcome) -> Exit {
    let least = config.fail_on().severity();
    let fails = least.is_some_and(|least| outcome.active().any(|found| found.severity >= least));
    let (code, description) = match () {
        () if arguments.exit_zero => (CLEAN, "0 was asked for, whatever is found"),
        () if outcome.nothing_checked() && !arguments.allow_empty => {
            (NOTHING, "nothing was checked: no file that agentcheck understands")
        }
        () if fails => (FINDINGS, "findings at or above --fail-on"),
        () => (CLEAN, "nothing at or above --fail-on"),
    };
    Exit { code, description }
}

/// The same of a run that shows what fixes would change.
fn exit_of_diff(arguments: &Arguments, fixed: &Fixed) -> Exit {
    let is_empty = || {
        let kinds = fixed.files.as_slice().iter().filter_map(File::kind);
        kinds.count() == 0 && fixed.findings.all().next().is_none()
    };
    let (code, description) = match () {
        () if arguments.exit_zero => (CLEAN, "0 was asked for, whatever fixes would change"),
        () if !fixed.changed.is_empty() => (FINDINGS, "fixes would change files"),
        () if is_empty() && !arguments.allow_empty => {
            (NOTHING, "nothing was checked: no file that agentcheck understands")
        }
        () => (CLEAN, "no fix would change a file"),
    };
    Exit { code, description }
}

/// What clap cannot see of wrong usage.
fn refuse(arguments: &Arguments) -> Result<(), Failure> {
    let is_stdin = arguments.paths.iter().any(|path| path.as_os_str() == "-");
    let mends = arguments.fix || arguments.unsafe_fixes;
    let why = match () {
        () if mends && !arguments.diff && is_stdin => {
            "standard input cannot be fixed in place; use --diff"
        }
        () if arguments.statistics && arguments.format.is_for_programs() => {
            "--statistics is a table for people, and no --format is for it but `full` and `concise`"
        }
        () if arguments.stdin_filename.is_some() && !is_stdin => {
            "--stdin-filename names what `-` reads, and there is no `-` among the paths"
        }
        () => return Ok(()),
    };
    Err(Failure::Usage(why.to_owned()))
}

fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let list = |items: &[String]| (!items.is_empty()).then(|| items.to_vec());
    let flags = Flags {
        select: list(&arguments.select),
        ignore: arguments.ignore.clone(),
        extend_select: arguments.extend_select.clone(),
        profile: arguments.profile,
        environment: arguments.environment,
        fail_on: arguments.fail_on,
        ..Flags::default()
    };
    arguments.files.config(flags, arguments.color)
}

/// The files in scope, and what holds in each.
fn read(arguments: &Arguments, config: &Config) -> Result<(Files, Vec<Arc<Settings>>), Failure> {
    let (paths, name) = (&arguments.paths, arguments.stdin_filename.as_ref());
    arguments.files.read(paths, name, config, arguments.quiet, |files| {
        if arguments.partial { files.partial() } else { files }
    })
}

/// What was named on the command line, as reports print it.
fn roots(arguments: &Arguments) -> Vec<String> {
    arguments.paths.iter().map(|path| walk::shown(&walk::from_here(path))).collect()
}

/// Prints what fixes would change.
fn print_diff(arguments: &Arguments, fixed: &Fixed) -> Result<(), Failure> {
    print(|out| report::diff(fixed, stdout_style(arguments.color), out))
}

/// Writes the files that fixes changed, and says what was done.
fn write_fixes(fixed: &Fixed) -> Result<(), Failure> {
    let mut failed = None;
    for changed in &fixed.changed {
        match fix::write(changed) {
            Ok(()) => warn(&report::fixed(changed)),
            Err(error) => {
                // The last one ends the run; the others are said here.
                if let Some(earlier) = failed.replace(error) {
                    warn(&format!("error: {}", escape::line(&earlier.to_string())));
                }
            }
        }
    }
    warn_of_refusals(fixed);
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn warn_of_refusals(fixed: &Fixed) {
    for (path, reason) in &fixed.refused {
        warn(&report::refused(path, reason));
    }
    for (path, rule, why) in &fixed.useless {
        warn(&report::useless(path, rule, why));
    }
}

fn options(arguments: &Arguments, exit: Exit, style: Style) -> Options {
    let Arguments { show_suppressed, verbose, .. } = *arguments;
    Options { style, show_suppressed, verbose, exit }
}

/// Writes the reports that go to files.
fn write_files(arguments: &Arguments, outcome: &Outcome, exit: Exit) -> Result<(), Failure> {
    let options = options(arguments, exit, Style::PLAIN);
    for (format, path) in &arguments.output {
        output::write(path, |out| report::write(*format, outcome, &options, out))?;
    }
    Ok(())
}

fn print_report(arguments: &Arguments, outcome: &Outcome, exit: Exit) -> Result<(), Failure> {
    let options = options(arguments, exit, stdout_style(arguments.color));
    print(|out| {
        if arguments.statistics {
            account::statistics(outcome, options.style, out)?;
        } else {
            report::write(arguments.format, outcome, &options, out)?;
        }
        if !arguments.quiet && !arguments.format.is_for_programs() {
            account::write(outcome, &options, out)?;
        }
        Ok(())
    })?;
    if !arguments.quiet && arguments.format.is_for_programs() {
        let style = arguments.color.style(io::stderr().is_terminal());
        let mut told = Vec::new();
        account::write(outcome, &Options { style, ..options }, &mut told)?;
        warn(String::from_utf8_lossy(&told).trim_end());
    }
    Ok(())
}
