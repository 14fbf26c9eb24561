//! `agentcheck checklist`

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use super::files::{Choice, start_threads};
use super::{CLEAN, Color, FINDINGS, Failure, NOTHING, output, print, stdout_style, verdict, warn};
use crate::check::judge_items;
use crate::checklist::{CHECKLISTS, Item, Score, Scorecard, Verdict, item, nearest_item};
use crate::config::{self, Flags};
use crate::file::Files;
use crate::outcome::Outcome;
use crate::report::scorecard::{self, Comparison, Format, Options};
use crate::report::{Style, account, escape};
use crate::rules::Environment;
use crate::timings::{self, Phase};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders of the project
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to print the scorecard
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// Also write the scorecard to a file, e.g. `html:scorecard.html`; repeatable
    #[arg(short, long, value_name = "FORMAT:FILE", value_parser = parse_output)]
    output: Vec<(Format, PathBuf)>,
    /// Only these checklists: `paladin`, `msft-agent`, ...
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = parse_checklist)]
    checklist: Vec<String>,
    /// Where the files are meant to run [default: production]
    #[arg(long, value_enum)]
    environment: Option<Environment>,
    /// Tell what got better and worse since this report, which `--format json` wrote
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,

    /// Exit with 1 where less than so many percent of the items that apply are met
    #[arg(long, value_name = "PERCENT", help_heading = "Exit code", value_parser = clap::value_parser!(u8).range(..=100))]
    fail_under: Option<u8>,
    /// Exit with 1 where these items are not met; a section or checklist, `paladin/security/`, stands for
    /// those of its items that apply
    #[arg(long, value_name = "ITEM", value_delimiter = ',', help_heading = "Exit code", value_parser = parse_required)]
    require: Vec<String>,
    /// Exit with 0 when there was nothing to check
    #[arg(long, help_heading = "Exit code")]
    allow_empty: bool,

    #[command(flatten)]
    files: Choice,

    /// Print the scorecard only, without the account of what was checked
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// List every item, also those that are met or do not apply
    #[arg(short, long, help_heading = "Output")]
    verbose: bool,
    /// When to colour
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    color: Color,
}

fn parse_output(text: &str) -> Result<(Format, PathBuf), String> {
    output::parse(text, "html:scorecard.html")
}

fn parse_checklist(text: &str) -> Result<String, String> {
    let names = || CHECKLISTS.iter().map(|checklist| checklist.name.as_str());
    if names().any(|name| name == text) {
        return Ok(text.to_owned());
    }
    let hint = config::nearest(text, names()).map_or_else(
        || format!("known are {}", names().collect::<Vec<_>>().join(", ")),
        |name| format!("did you mean `{name}`?"),
    );
    Err(format!("there is no such checklist; {hint}"))
}

fn parse_required(text: &str) -> Result<String, String> {
    let is_prefix = |item: &Item| text.ends_with('/') && item.id.starts_with(text);
    let items = || CHECKLISTS.iter().flat_map(crate::checklist::Checklist::items);
    if item(text).is_some() || items().any(is_prefix) {
        return Ok(text.to_owned());
    }
    let whole = format!("{}/", text.trim_end_matches('/'));
    let prefix = items().any(|item| item.id.starts_with(&whole)).then_some(whole);
    let near = prefix.or_else(|| nearest_item(text).map(str::to_owned));
    let hint = near.map_or_else(String::new, |id| format!("; did you mean `{id}`?"));
    Err(format!("there is no such item{hint}"))
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    arguments.files.measure();
    start_threads(arguments.files.jobs)?;
    let flags =
        Flags { environment: arguments.environment, for_checklists: true, ..Flags::default() };
    let config = arguments.files.config(flags, arguments.color)?;
    let before = arguments.compare.as_deref().map(Comparison::read).transpose()?;
    let (files, settings) =
        arguments.files.read(&arguments.paths, None, &config, arguments.quiet, |files| files)?;
    let (findings, mut card) = judge_items(&files, &settings, config.evidence(), config::today());
    if !arguments.checklist.is_empty() {
        card.keep(&arguments.checklist);
    }
    let outcome = Outcome::of(files, findings);
    let comparison = before.map(|before| before.with(&card));
    let mut laps = timings::laps();
    let options =
        |style| Options { style, verbose: arguments.verbose, comparison: comparison.as_ref() };
    for (format, path) in &arguments.output {
        output::write(path, |out| {
            scorecard::write(*format, &card, &outcome, &options(Style::PLAIN), out)
        })?;
    }
    let printed = print(|out| {
        let style = stdout_style(arguments.color);
        scorecard::write(arguments.format, &card, &outcome, &options(style), out)
    });
    laps.end(Phase::Render);
    let unmet = unmet(arguments, &card);
    if !arguments.quiet {
        let mut told = Vec::new();
        let style = arguments.color.style(io::stderr().is_terminal());
        account::write_seen(&outcome, style, arguments.verbose, &mut told)?;
        warn(String::from_utf8_lossy(&told).trim_end());
    }
    if !arguments.quiet {
        for it in &uncounted(&outcome.files, arguments.files.configuration()) {
            warn(it);
        }
    }
    for why in &unmet {
        warn(&format!("error: {why}"));
    }
    for signal in &card.failures {
        warn(&format!("signal {signal} failed; this is a bug of agentcheck"));
    }
    let code = match () {
        () if outcome.nothing_checked() && !arguments.allow_empty => NOTHING,
        () if !unmet.is_empty() => FINDINGS,
        () => CLEAN,
    };
    verdict(code, printed)
}

/// What is said of records of evidence that do not count, because another configuration is that of the
/// run.
fn uncounted(files: &Files, configuration: Option<PathBuf>) -> Vec<String> {
    let whole = |path: &Path| std::path::absolute(path).ok();
    let of_run = configuration.and_then(|path| whole(&path));
    let others = files.as_slice().iter().filter_map(|file| {
        let records = file.configuration()?.documents().next()?.get("evidence")?.value;
        let path = file.source().path();
        let is_other = whole(Path::new(path)) != of_run;
        let count = records.items().len();
        (is_other && count > 0).then(|| (escape::line(path).into_owned(), count))
    });
    let told = others.map(|(path, count)| {
        let (records, verb) = if count == 1 { ("record", "does") } else { ("records", "do") };
        format!(
            "{count} {records} of evidence in {path} {verb} not count: it is not the configuration of this run \
             (--config {path} makes it that)"
        )
    });
    told.collect()
}

/// What was asked for and is not so.
fn unmet(arguments: &Arguments, card: &Scorecard) -> Vec<String> {
    let mut unmet = Vec::new();
    if let Some(least) = arguments.fail_under {
        let score = Score::of(card.items.iter().map(|judged| judged.verdict));
        match score.percent() {
            Some(percent) if percent >= usize::from(least) => {}
            Some(percent) => {
                unmet.push(format!("{percent} % are met, and {least} % are asked for"));
            }
            None => unmet.push(format!("no item applies, and {least} % are asked for")),
        }
    }
    for wanted in &arguments.require {
        let is_prefix = wanted.ends_with('/');
        let named = card.items.iter().filter(|judged| {
            judged.item.id == *wanted
                || is_prefix
                    && judged.item.id.starts_with(wanted.as_str())
                    && judged.verdict != Verdict::NotApplicable
        });
        let named: Vec<_> = named.collect();
        if named.is_empty() {
            unmet.push(format!("{wanted} is required, and nothing of it applies or is asked"));
        }
        for judged in named.into_iter().filter(|judged| !judged.verdict.is_met()) {
            let colon = if judged.why.is_empty() { "" } else { ": " };
            let why = escape::line(&judged.why);
            unmet.push(format!(
                "{} is required and {}{colon}{why}",
                judged.item.id,
                judged.verdict.describe(),
            ));
        }
    }
    unmet
}
