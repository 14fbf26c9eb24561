//! Every finding with an excerpt of its file, drawn by miette. Nothing else knows of miette.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use super::excerpt::{CONTEXT, Excerpt, Scissors, Starred, on_one_line};
use super::hidden::Hidden;
use super::locate::Locator;
use super::wrap::wrap;
use super::{Ink, Options, Style, escape, listed, origin, rule_id, suppression, write_shares};
use crate::diagnostic::{self, Applicability, Diagnostic, Fix};
use crate::file::Files;
use crate::outcome::Outcome;
use crate::source::{Place, Source};

/// No more of a line is shown on however wide a screen.
const WIDEST: usize = 160;

/// No less of a line is shown on however narrow a screen.
const NARROWEST: usize = 40;

/// Columns that the frame takes: line numbers and bars.
const FRAME: usize = 10;

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let painter = Painter::new(outcome, options.style);
    let found: Vec<_> = listed(outcome, options).collect();
    write_shares(&found, |share| painter.draw(share).map_err(io::Error::other), out)
}

/// What the reports of a run have in common.
struct Painter<'o> {
    files: &'o Files,
    hidden: Hidden,
    handler: GraphicalReportHandler,
    style: Style,
}

/// What findings have in common that are drawn in a row: most help is said again and again, and what stands
/// close together shows the same lines.
struct Share<'o> {
    locator: Locator<'o>,
    starred: Starred,
    /// Prose on lines of so many columns.
    wrapped: HashMap<(&'o str, usize), String>,
}

fn handler(style: Style) -> GraphicalReportHandler {
    let theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    // Lines are wrapped here: miette would break them inside of words.
    GraphicalReportHandler::new_themed(theme)
        .with_context_lines(CONTEXT)
        .with_wrap_lines(false)
        .without_syntax_highlighting()
}

/// Something that ends a run, with the excerpts that it carries.
pub(super) fn draw(error: &dyn miette::Diagnostic, style: Style) -> String {
    let mut drawn = String::new();
    match handler(style).render_report(&mut drawn, error) {
        Ok(()) => drawn,
        Err(fmt::Error) => error.to_string(),
    }
}

impl<'o> Painter<'o> {
    fn new(outcome: &'o Outcome, style: Style) -> Self {
        let handler = handler(style);
        Painter { files: &outcome.files, hidden: Hidden::of(outcome), handler, style }
    }

    fn draw(&self, found: &[&'o Diagnostic]) -> Result<String, fmt::Error> {
        let mut share = Share {
            locator: Locator::new(self.files),
            starred: Starred::default(),
            wrapped: HashMap::new(),
        };
        let (mut drawn, mut report) = (String::new(), String::new());
        for found in found {
            report.clear();
            for part in self.parts(found, &mut share) {
                self.handler.render_report(&mut report, &part)?;
            }
            // Empty lines of an excerpt come with spaces.
            for line in report.lines() {
                drawn.push_str(line.trim_end());
                drawn.push('\n');
            }
            if let Some(origin) = origin(found, &share.locator) {
                writeln!(drawn, "  {}", self.style.paint(Ink::Faint, origin))?;
            }
            if let Some(fix) = &found.fix {
                self.draw_fix(fix, &mut drawn)?;
            } else if let Some(why) = found.no_fix {
                let label = self.style.paint(Ink::Hint, "no fix:");
                let why = self.wrapped_once(why, 11, &mut share).replace('\n', "\n           ");
                writeln!(drawn, "  {label}  {why}")?;
            }
            drawn.push('\n');
        }
        Ok(drawn)
    }

    fn draw_fix(&self, fix: &Fix, drawn: &mut String) -> fmt::Result {
        let how = match fix.applicability {
            Applicability::Safe => "(--fix applies it)",
            Applicability::Unsafe => "(--fix --unsafe-fixes applies it; review the result)",
        };
        let fix = self.wrapped(&format!("{} {how}", fix.title), 8);
        let label = self.style.paint(Ink::Hint, "fix:");
        writeln!(drawn, "  {label}  {}", fix.replace('\n', "\n        "))
    }

    /// The finding with the labels around it, then each place that is elsewhere.
    fn parts(&self, found: &'o Diagnostic, share: &mut Share<'o>) -> Vec<Part<'o>> {
        let mut labels = vec![Label { place: found.place, message: None }];
        let (mut near, mut elsewhere) = (Vec::new(), Vec::new());
        for related in &found.related {
            let label =
                Label { place: related.place, message: Some(escape::line(&related.message)) };
            if self.fits(related.place, &labels) {
                labels.push(label);
                near.push(related);
            } else if let Some(own) = labels.first_mut()
                && own.place == label.place
                && own.message.is_none()
            {
                *own = label;
            } else {
                elsewhere.push(related);
            }
        }
        let mut own = self.part(&labels, share);
        own.code = Some(self.code(found));
        own.severity = severity(found.severity);
        own.message = self.wrapped(&found.message, 4);
        // What the window of a long line does not show gets a part of its own.
        let hidden = near.into_iter().zip(own.places.iter().skip(1));
        elsewhere.splice(0..0, hidden.filter(|(_, place)| place.is_none()).map(|(it, _)| it));
        let mut parts = vec![own];
        for related in elsewhere {
            let mut part = self.part(&[Label { place: related.place, message: None }], share);
            part.message = self.wrapped(&related.message, 4);
            parts.push(part);
        }
        if let (Some(last), Some(help)) = (parts.last_mut(), &found.help) {
            last.help = Some(self.wrapped_once(help, 8, share).to_owned());
        }
        parts
    }

    /// Whether the excerpt of the labels can show one more: near the primary one, so that there
    /// is no gap, and apart from all, because labels that overlap cannot be drawn.
    fn fits(&self, place: Place, labels: &[Label<'_>]) -> bool {
        let Some(source) = self.files.source(place.file) else { return false };
        let (line, span) = on_one_line(source, place.span);
        labels.iter().enumerate().all(|(index, label)| {
            let (other_line, other) = on_one_line(source, label.place.span);
            label.place.file == place.file
                && (index > 0 || line.abs_diff(other_line) <= 2 * CONTEXT + 1)
                && (span.end < other.start || other.end < span.start)
        })
    }

    /// The excerpt with those labels, which are of one file; the first is the primary one.
    fn part(&self, labels: &[Label<'o>], share: &mut Share<'o>) -> Part<'o> {
        let file = labels.first().map(|label| label.place.file);
        let source = file.and_then(|file| self.files.source(file));
        let scissors = Scissors {
            width: self.style.width.saturating_sub(FRAME).clamp(NARROWEST, WIDEST),
            ellipsis: if self.style.unicode { "…" } else { "..." },
            file,
            secrets: file.map_or(&[], |file| self.hidden.in_file(file)),
            known: self.hidden.known(),
        };
        let spans: Vec<_> = labels.iter().map(|label| label.place.span).collect();
        let cut = |source| Excerpt::cut(source, &spans, scissors, &mut share.starred);
        let (excerpt, places) = source.map(cut).unwrap_or_default();
        let places = labels.iter().zip(places).map(|(label, range)| {
            let column = share.locator.start(label.place).column;
            Some(Shown { range: range?, column, message: label.message.clone() })
        });
        Part {
            code: None,
            severity: Severity::Advice,
            message: String::new(),
            help: None,
            path: escape::line(source.map_or("", Source::path)),
            excerpt,
            places: places.collect(),
        }
    }

    /// `warning[k8s/memory-limit-missing]`, linked to the rule's page.
    fn code(&self, found: &Diagnostic) -> String {
        let code = format!("{}[{}]", found.severity.as_str(), rule_id(found, self.style));
        match suppression(found) {
            Some(why) => format!("{code} ({why})"),
            None => code,
        }
    }

    fn wrapped(&self, text: &str, indent: usize) -> String {
        let width = self.style.width.max(NARROWEST) - indent;
        wrap(&escape::line(text), width).join("\n")
    }

    /// The same for what many findings say.
    fn wrapped_once<'s>(&self, text: &'o str, indent: usize, share: &'s mut Share<'o>) -> &'s str {
        share.wrapped.entry((text, indent)).or_insert_with(|| self.wrapped(text, indent))
    }
}

fn severity(severity: diagnostic::Severity) -> Severity {
    match severity {
        diagnostic::Severity::Note => Severity::Advice,
        diagnostic::Severity::Warning => Severity::Warning,
        diagnostic::Severity::Error => Severity::Error,
    }
}

/// A place and what to write at it.
struct Label<'o> {
    place: Place,
    message: Option<Cow<'o, str>>,
}

/// A label that the excerpt shows.
struct Shown<'o> {
    /// Where in the excerpt.
    range: Range<usize>,
    /// Its column in the file, from 1.
    column: usize,
    message: Option<Cow<'o, str>>,
}

/// What miette draws in one go: a message and an excerpt of one file.
struct Part<'o> {
    code: Option<String>,
    severity: Severity,
    message: String,
    help: Option<String>,
    path: Cow<'o, str>,
    excerpt: Excerpt,
    /// The primary one first; nothing for what the window of a long line does not show.
    places: Vec<Option<Shown<'o>>>,
}

impl Part<'_> {
    fn shown(&self) -> impl Iterator<Item = &Shown<'_>> {
        self.places.iter().flatten()
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Part<'_> {}

impl miette::Diagnostic for Part<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as _)
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.shown().enumerate().map(|(index, shown)| {
            let message = shown.message.as_deref().map(str::to_owned);
            let span = SourceSpan::from(shown.range.clone());
            if index == 0 {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            }
        })))
    }
}

impl SourceCode for Part<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let range = span.offset()..span.offset() + span.len();
        let shown =
            self.excerpt.lines_around(range, before, after).ok_or(MietteError::OutOfBounds)?;
        // Asked without context, it is for the position in the head of the frame.
        let here = self.shown().find(|label| label.range.start == span.offset());
        let column = here.map_or(0, |label| label.column - 1);
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone().into_owned(),
            shown.text.as_bytes(),
            (shown.start, shown.text.len()).into(),
            shown.line,
            column,
            shown.count,
        )))
    }
}
