//! A rule's page on the terminal, without the network.

use std::io::{self, Write};

use super::catalogue::fix;
use super::wrap::wrap;
use super::{Ink, Style};
use crate::rules::{Environment, Rule};

/// Prose in longer lines is hard to read, however wide the screen.
const WIDEST: usize = 100;

/// Writes what the rule is, why, examples, and how to configure it.
pub fn write(rule: &Rule, style: Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", style.paint(Ink::Strong, rule.title))?;
    writeln!(out, "{}\n", style.link(Some(rule.url()), rule.id))?;
    write_facts(rule, style, out)?;
    let mut previous = None;
    for block in &blocks(rule.page) {
        if !previous.is_some_and(|previous| belongs_to(block, previous)) {
            writeln!(out)?;
        }
        write_block(block, style, out)?;
        previous = Some(block);
    }
    if !rule.parameters.is_empty() {
        writeln!(out, "\n{}\n", style.paint(Ink::Strong, "Parameters"))?;
        for parameter in &rule.parameters {
            let head = format!("{} = {}", parameter.name, parameter.default);
            writeln!(out, "  {}", style.paint(Ink::Hint, head))?;
            write_prose(parameter.about, "      ", "      ", style, out)?;
        }
        writeln!(out, "\n  Set in agentcheck.toml under [rules.\"{}\"].", rule.id)?;
    }
    write_list("The same check in other tools", &aliases(rule), style, out)?;
    let items: Vec<_> = rule.checklist().iter().map(|item| (*item).to_owned()).collect();
    write_list("Helps decide these checklist items", &items, style, out)?;
    writeln!(out, "\n{}", rule.url())
}

fn write_facts(rule: &Rule, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let environments: Vec<_> = rule.environments.iter().map(|it| it.as_str()).collect();
    let environments = if environments.len() == Environment::ALL.len() {
        "all".to_owned()
    } else {
        environments.join(", ")
    };
    let facts = [
        ("severity", style.paint(rule.severity.into(), rule.severity.as_str()).to_string()),
        ("confidence", rule.confidence.as_str().to_owned()),
        ("profile", rule.profile.as_str().to_owned()),
        ("environments", environments),
        ("looks at", rule.applies_to()),
        ("fix", fix(rule).to_owned()),
        ("since", rule.since.to_owned()),
    ];
    for (name, value) in facts {
        writeln!(out, "  {}  {value}", style.paint(Ink::Faint, format_args!("{name:12}")))?;
    }
    Ok(())
}

fn aliases(rule: &Rule) -> Vec<String> {
    rule.aliases.iter().map(|(tool, ids)| format!("{tool}: {}", ids.join(", "))).collect()
}

pub(super) fn write_list(
    title: &str,
    items: &[String],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}\n", style.paint(Ink::Strong, title))?;
    for item in items {
        write_prose(item, "  - ", "    ", style, out)?;
    }
    Ok(())
}

/// A part of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block<'p> {
    Heading(&'p str),
    Paragraph(String),
    Item(String),
    Example {
        file: &'p str,
        lines: Vec<&'p str>,
    },
    /// Tables and what else is not reflowed.
    Verbatim(&'p str),
}

/// The page without its front matter, in parts.
pub(super) fn blocks(page: &str) -> Vec<Block<'_>> {
    let body = page.split_once("\n---\n").map_or(page, |(_, body)| body);
    let mut blocks = Vec::new();
    let mut lines = body.lines();
    let mut after_blank = true;
    while let Some(line) = lines.next() {
        let text = line.trim();
        let began = std::mem::replace(&mut after_blank, text.is_empty());
        if text.is_empty() {
        } else if let Some(info) = text.strip_prefix("```") {
            let file = info.split_once(' ').map_or("", |(_, file)| file.trim());
            let lines = lines.by_ref().take_while(|line| line.trim_end() != "```");
            blocks.push(Block::Example { file, lines: lines.filter_map(without_mark).collect() });
        } else if let Some(heading) = text.strip_prefix('#') {
            blocks.push(Block::Heading(heading.trim_start_matches('#').trim()));
        } else if text.starts_with('|') || text.starts_with('>') {
            blocks.push(Block::Verbatim(line));
        } else if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
            blocks.push(Block::Item(item.to_owned()));
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(prose) | Block::Item(prose)) if !began => {
                    prose.push(' ');
                    prose.push_str(text);
                }
                _ => blocks.push(Block::Paragraph(text.to_owned())),
            }
        }
    }
    blocks
}

/// The line of an example without the comment that marks it for the tests (`# expect: rule`);
/// nothing where there is nothing else on the line.
pub fn without_mark(line: &str) -> Option<&str> {
    let Some((before, _)) = line.split_once("expect: ") else { return Some(line) };
    let before = before.trim_end();
    let comment = before.strip_suffix('#').or_else(|| before.strip_suffix("//"));
    match comment.map(str::trim_end) {
        None => Some(line),
        Some("") => None,
        Some(kept) => Some(kept),
    }
}

/// Whether no blank line stands between the two: items of a list, rows of a table.
fn belongs_to(block: &Block<'_>, previous: &Block<'_>) -> bool {
    matches!(
        (block, previous),
        (Block::Item(_), Block::Item(_)) | (Block::Verbatim(_), Block::Verbatim(_))
    )
}

fn write_block(block: &Block<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Heading(heading) => writeln!(out, "{}", style.paint(Ink::Strong, heading)),
        Block::Paragraph(prose) => write_prose(prose, "", "", style, out),
        Block::Item(prose) => write_prose(prose, "- ", "  ", style, out),
        Block::Verbatim(line) => writeln!(out, "{line}"),
        Block::Example { file, lines } => {
            if !file.is_empty() {
                writeln!(out, "  {}", style.paint(Ink::Faint, file))?;
            }
            for line in lines {
                writeln!(out, "{}", format!("    {line}").trim_end())?;
            }
            Ok(())
        }
    }
}

/// Writes prose in lines, with `code` in colour.
pub(super) fn write_prose(
    prose: &str,
    first: &str,
    next: &str,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = style.width.clamp(40, WIDEST) - next.len();
    let mut in_code = false;
    for (index, line) in wrap(prose, width).iter().enumerate() {
        write!(out, "{}", if index == 0 { first } else { next })?;
        for (part, text) in line.split('`').enumerate() {
            if part > 0 {
                in_code = !in_code;
                if !style.color {
                    write!(out, "`")?;
                }
            }
            if in_code && !text.is_empty() {
                write!(out, "{}", style.paint(Ink::Hint, text))?;
            } else {
                write!(out, "{text}")?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_the_tests_are_not_shown() {
        assert_eq!(without_mark("  - name: api # expect: a-b, c"), Some("  - name: api"));
        assert_eq!(without_mark("  \"a\": 1 // expect: a"), Some("  \"a\": 1"));
        assert_eq!(without_mark("# expect: root-user"), None);
        assert_eq!(without_mark("we expect: nothing"), Some("we expect: nothing"));
        assert_eq!(without_mark("image: api # pinned"), Some("image: api # pinned"));
    }

    #[test]
    fn a_page_falls_into_its_parts() {
        let page = "---\nid: a/b\n---\n\nOne\ntwo.\n\n- a\n  b\n- c\n\nThree.\n\n| x |\n\n## Bad\n\n```yaml a.yaml\nx: 1\n\ny: # expect: b\n```\n";
        assert_eq!(
            blocks(page),
            [
                Block::Paragraph("One two.".into()),
                Block::Item("a b".into()),
                Block::Item("c".into()),
                Block::Paragraph("Three.".into()),
                Block::Verbatim("| x |"),
                Block::Heading("Bad"),
                Block::Example { file: "a.yaml", lines: vec!["x: 1", "", "y:"] },
            ]
        );
    }
}
