//! The scorecard of the checklists, in several formats.

mod comparison;
mod html;
mod json;
mod markdown;
mod text;
mod words;

use std::io::{self, BufWriter, Write};

pub use self::comparison::{CompareError, Comparison};
pub use self::json::schema;
use super::Style;
use crate::checklist::Scorecard;
use crate::outcome::Outcome;

/// How the scorecard is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables with bars, and what is not met.
    #[default]
    Text,
    /// One JSON document, with every item and the findings.
    Json,
    /// For a release ticket.
    Markdown,
    /// One page for a browser, which needs nothing else.
    Html,
}

/// How to write a scorecard.
#[derive(Clone, Copy, Debug)]
pub struct Options<'c> {
    /// What the terminal can show.
    pub style: Style,
    /// Whether every item is listed.
    pub verbose: bool,
    /// How it compares with an older one.
    pub comparison: Option<&'c Comparison>,
}

/// Writes a scorecard; its findings are those of the outcome.
pub fn write(
    format: Format,
    card: &Scorecard,
    outcome: &Outcome,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match format {
        Format::Text => text::write(card, outcome, options, &mut out)?,
        Format::Json => json::write(card, outcome, options, &mut out)?,
        Format::Markdown => markdown::write(card, outcome, options, &mut out)?,
        Format::Html => html::write(card, outcome, options, &mut out)?,
    }
    out.flush()
}
