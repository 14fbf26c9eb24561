//! One line a finding: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::locate::Locator;
use super::{Ink, Options, escape, listed, message, rule_id, suppression};
use crate::outcome::Outcome;

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let style = options.style;
    let mut locator = Locator::new(&outcome.files);
    for found in listed(outcome, options) {
        let at = locator.start(found.place);
        let path = escape::line(locator.path(found.place));
        write!(
            out,
            "{}:{}:{}: {}[{}] {}",
            style.paint(Ink::Strong, path),
            at.line,
            at.column,
            style.paint(found.severity.into(), found.severity.as_str()),
            rule_id(found, style),
            escape::line(&message(found, &locator)),
        )?;
        match suppression(found) {
            Some(why) => writeln!(out, " {}", style.paint(Ink::Faint, format_args!("({why})")))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}
