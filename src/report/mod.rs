//! What people and programs get to read: the findings in several formats, the account of a run,
//! the list of rules and a rule's page.
//!
//! Everything goes to a writer that the caller owns, so that a closed pipe comes back as an error
//! of kind [`std::io::ErrorKind::BrokenPipe`]. What comes from files (names, excerpts) is escaped
//! on its way to a terminal, see [`escape`].

pub mod account;
pub mod catalogue;
mod concise;
mod diff;
pub(crate) mod escape;
mod excerpt;
pub mod explain;
pub mod explain_item;
mod full;
mod github;
mod gitlab;
mod hidden;
pub(crate) mod images;
mod json;
mod junit;
mod locate;
mod markdown;
mod markup;
pub(crate) mod repository;
mod sarif;
pub mod scorecard;
mod wrap;

pub use self::diff::{diff, fixed, refused, useless};
pub use self::json::schema;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufWriter, Write};

use rayon::prelude::*;

use self::locate::Locator;
use crate::baseline::Baseline;
use crate::diagnostic::{Diagnostic, Severity};
use crate::outcome::Outcome;

/// How the findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Format {
    /// Every finding with an excerpt of its file.
    #[default]
    Full,
    /// One line a finding.
    Concise,
    /// One JSON document, suppressed findings included.
    Json,
    /// One JSON object a line for each finding, suppressed ones included.
    Jsonl,
    /// SARIF 2.1.0, for code scanning; suppressed findings included.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
    /// A Code Quality report of GitLab.
    Gitlab,
    /// JUnit XML: a suite for each file, a test case for each finding.
    Junit,
    /// A summary for a pull request's comment or a job's page, of 65,000 bytes at most.
    Markdown,
}

impl Format {
    /// Whether programs or web pages take it in, so that the account of the run must not stand in between.
    pub fn is_for_programs(self) -> bool {
        !matches!(self, Format::Full | Format::Concise)
    }
}

/// What the terminal can show. The caller finds out; nothing here looks at the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours.
    pub color: bool,
    /// Frames and signs beyond ASCII.
    pub unicode: bool,
    /// Hyperlinks (OSC 8).
    pub links: bool,
    /// Columns.
    pub width: usize,
}

impl Style {
    /// ASCII without colours and links, 100 columns wide.
    pub const PLAIN: Style = Style { color: false, unicode: false, links: false, width: 100 };
}

/// How to write a report.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What the terminal can show.
    pub style: Style,
    /// Whether `full` and `concise` list the suppressed findings, too.
    pub show_suppressed: bool,
    /// Whether the account lists every skipped file.
    pub verbose: bool,
    /// How the run will end.
    pub exit: Exit,
}

/// The exit code of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// The code.
    pub code: u8,
    /// Why it is this one.
    pub description: &'static str,
}

/// Writes the findings.
pub fn write(
    format: Format,
    outcome: &Outcome,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match format {
        Format::Full => full::write(outcome, options, &mut out)?,
        Format::Concise => concise::write(outcome, options, &mut out)?,
        Format::Json => json::write(outcome, &mut out)?,
        Format::Jsonl => json::write_lines(outcome, &mut out)?,
        Format::Sarif => sarif::write(outcome, options.exit, &mut out)?,
        Format::Github => github::write(outcome, &mut out)?,
        Format::Gitlab => gitlab::write(outcome, &mut out)?,
        Format::Junit => junit::write(outcome, &mut out)?,
        Format::Markdown => markdown::write(outcome, &mut out)?,
    }
    out.flush()
}

/// Writes what is told of findings, in their order. All threads put them into words, each a share in a row.
fn write_shares<T: Sync>(
    found: &[T],
    told: impl Fn(&[T]) -> io::Result<String> + Sync,
    out: &mut dyn Write,
) -> io::Result<()> {
    /// Findings that are put into words before any is written, which bounds the memory.
    const BATCH: usize = 8_192;
    /// Findings that one thread puts into words in a row.
    const SHARE: usize = 128;
    for batch in found.chunks(BATCH) {
        let texts: Vec<String> = batch.par_chunks(SHARE).map(&told).collect::<Result<_, _>>()?;
        for text in texts {
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

/// Draws an error that ends a run, with the excerpts that it carries.
pub fn draw(error: &dyn miette::Diagnostic, style: Style) -> String {
    full::draw(error, style)
}

/// The findings that a report for people lists.
fn listed<'o>(outcome: &'o Outcome, options: &Options) -> impl Iterator<Item = &'o Diagnostic> {
    let all = options.show_suppressed;
    outcome.diagnostics.iter().filter(move |found| all || found.suppressed.is_none())
}

/// `noted 3 findings in agentcheck-baseline.json`
pub fn noted(baseline: &Baseline) -> String {
    let count = counted(baseline.len(), "finding", "findings");
    format!("noted {count} in {}", escape::line(&baseline.path().to_string_lossy()))
}

/// Why a finding is not counted, as reports for people put it.
fn suppression(found: &Diagnostic) -> Option<String> {
    let suppressed = found.suppressed.as_ref()?;
    if suppressed.is_baseline() {
        return Some("in the baseline".to_owned());
    }
    let reason = escape::line(suppressed.reason.trim());
    let colon = if reason.is_empty() { "" } else { ": " };
    Some(format!("suppressed in {}{colon}{reason}", with_article(suppressed.kind)))
}

/// The template that Helm rendered the flagged text from, as reports for people put it.
fn origin(found: &Diagnostic, locator: &Locator<'_>) -> Option<String> {
    let template = locator.template(found.place)?;
    Some(format!("rendered from {}", escape::line(template)))
}

/// What is wrong, and in which template where Helm rendered the text: for formats of one line.
fn message<'d>(found: &'d Diagnostic, locator: &Locator<'_>) -> Cow<'d, str> {
    match origin(found, locator) {
        Some(origin) => format!("{} ({origin})", found.message).into(),
        None => found.message.as_str().into(),
    }
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// `1 file`, `2 files`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Error,
    Warning,
    Note,
    Strong,
    Faint,
    Hint,
    Added,
}

impl From<Severity> for Ink {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Ink::Error,
            Severity::Warning => Ink::Warning,
            Severity::Note => Ink::Note,
        }
    }
}

impl Style {
    /// The text in its colour, where there are colours.
    fn paint<T: fmt::Display>(self, ink: Ink, text: T) -> Painted<T> {
        // The same colours as those of the theme that `full` uses.
        let code = match ink {
            Ink::Error => "31;1",
            Ink::Warning => "33;1",
            Ink::Note => "36;1",
            Ink::Strong => "1",
            Ink::Faint => "2",
            Ink::Hint => "36",
            Ink::Added => "32",
        };
        Painted { code: self.color.then_some(code), text }
    }

    /// The text with a link to a page, where the terminal knows links.
    fn link<T: fmt::Display>(self, url: Option<String>, text: T) -> Linked<T> {
        Linked { url: url.filter(|_| self.links), text }
    }
}

struct Painted<T> {
    code: Option<&'static str>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "\u{1b}[{code}m{}\u{1b}[0m", self.text),
            None => self.text.fmt(f),
        }
    }
}

struct Linked<T> {
    url: Option<String>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Linked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.url {
            Some(url) => write!(f, "\u{1b}]8;;{url}\u{1b}\\{}\u{1b}]8;;\u{1b}\\", self.text),
            None => self.text.fmt(f),
        }
    }
}

/// The id of a finding's rule, linked to its page.
fn rule_id(found: &Diagnostic, style: Style) -> Linked<&'static str> {
    let url = style.links.then(|| crate::rules::find(found.rule).map(crate::rules::Rule::url));
    style.link(url.flatten(), found.rule)
}
