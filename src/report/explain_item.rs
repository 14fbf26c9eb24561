//! What decides an item of a checklist, on the terminal.

use std::io::{self, Write};

use super::explain::{write_list, write_prose};
use super::{Ink, Style};
use crate::checklist::{CHECKLISTS, Checklist, Item, Kind, item, signals};
use crate::rules;

/// Writes what the item asks for, what speaks for it and against it, and how to vouch for it.
pub fn write(asked: &Item, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let decides = item(asked.decided_as()).unwrap_or(asked);
    write_prose(&asked.text, "", "", style, out)?;
    writeln!(out, "{}\n", style.paint(Ink::Strong, &asked.id))?;
    if let Some(checklist) = CHECKLISTS.iter().find(|it| it.name == asked.checklist()) {
        write_prose(&format!("From {}.", checklist.document), "  ", "  ", style, out)?;
    }
    write_prose(how(decides), "  ", "  ", style, out)?;
    let about = |names: &[String]| -> Vec<String> {
        let known = signals().filter(|(name, _)| names.iter().any(|it| it == name));
        known.map(|(name, about)| format!("{about} (`{name}`)")).collect()
    };
    write_list("Any of this shows it", &about(&decides.signals), style, out)?;
    write_list(
        "All of this shows it, as far as it applies",
        &about(&decides.all_signals),
        style,
        out,
    )?;
    let titles = |ids: &[String]| -> Vec<String> {
        let known = ids.iter().filter_map(|id| rules::find(id));
        known.map(|rule| format!("`{}`: {}", rule.id, rule.title)).collect()
    };
    write_list("A finding of these speaks against it", &titles(&decides.rules), style, out)?;
    write_list(
        "A finding of these does where it is about this item",
        &titles(&decides.narrow),
        style,
        out,
    )?;
    write_list(
        "A finding of these says that nothing shows it",
        &titles(&decides.lacks),
        style,
        out,
    )?;
    let items = CHECKLISTS.iter().flat_map(Checklist::items);
    let same = items.filter(|it| it.decided_as() == decides.id && it.id != asked.id);
    let same: Vec<_> = same.map(|it| format!("`{}`", it.id)).collect();
    write_list("Decided at the same time", &same, style, out)?;
    write_record(asked, decides, style, out)
}

fn how(decides: &Item) -> &'static str {
    match decides.kind {
        Kind::Static => "The files of the project decide it.",
        Kind::Either => {
            "The files of the project may show it; where they do not, somebody may vouch for it."
        }
        Kind::Evidence => "No file can show it: somebody has to vouch for it.",
    }
}

/// How to vouch for an item.
fn write_record(asked: &Item, decides: &Item, style: Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}\n", style.paint(Ink::Strong, "To vouch for it in agentcheck.toml"))?;
    writeln!(out, "  [[evidence]]")?;
    writeln!(out, "  item = \"{}\"", asked.id)?;
    writeln!(out, "  owner = \"\"     # who vouches for it")?;
    writeln!(out, "  date = \"\"      # since when, as 2026-10-01")?;
    for key in &decides.states {
        writeln!(out, "  {key} = \"\"")?;
    }
    writeln!(out, "  link = \"\"      # where to look it up")?;
    if let Some(days) = asked.max_age {
        writeln!(out, "\n  A record counts for {days} days.")?;
    }
    Ok(())
}
