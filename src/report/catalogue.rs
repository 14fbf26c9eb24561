//! The list of rules.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Ink, Style};
use crate::diagnostic::{Applicability, Confidence, Severity};
use crate::rules::{Environment, Parameter, Profile, Rule};

/// How the list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Format {
    /// A table for the terminal.
    #[default]
    Text,
    /// One JSON document with all that is known of each rule.
    Json,
    /// A table with links to the rules' pages.
    Markdown,
}

/// Writes the list of rules.
pub fn write(format: Format, rules: &[Rule], style: Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text(rules, style, out),
        Format::Json => json(rules, out),
        Format::Markdown => markdown(rules, out),
    }
}

/// `safe`, `unsafe` or `none`: what kind of fix the rule has.
pub fn fix(rule: &Rule) -> &'static str {
    match rule.fix {
        None => "none",
        Some(Applicability::Safe) => "safe",
        Some(Applicability::Unsafe) => "unsafe",
    }
}

fn groups(rules: &[Rule]) -> impl Iterator<Item = (&str, &[Rule])> {
    rules
        .chunk_by(|a, b| a.group() == b.group())
        .map(|rules| (rules.first().map_or("", Rule::group), rules))
}

fn text(rules: &[Rule], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let longest = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for (index, (group, rules)) in groups(rules).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{} ({})", style.paint(Ink::Strong, group), rules.len())?;
        for rule in rules {
            let gap = " ".repeat(longest - rule.id.len());
            writeln!(
                out,
                "  {}{gap}  {}  {:10}  {:6}  {}",
                style.link(Some(rule.url()), rule.id),
                style.paint(rule.severity.into(), format_args!("{:7}", rule.severity.as_str())),
                rule.profile.as_str(),
                if rule.fix.is_some() { fix(rule) } else { "-" },
                rule.title
            )?;
        }
    }
    Ok(())
}

fn markdown(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    for (index, (group, rules)) in groups(rules).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "## {group}\n")?;
        writeln!(out, "| Rule | Severity | Profile | Fix | What it finds |")?;
        writeln!(out, "| --- | --- | --- | --- | --- |")?;
        for rule in rules {
            writeln!(
                out,
                "| [{}]({}) | {} | {} | {} | {} |",
                rule.id,
                rule.url(),
                rule.severity.as_str(),
                rule.profile.as_str(),
                fix(rule),
                rule.title.replace('|', "\\|")
            )?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Entry<'r> {
    id: &'r str,
    title: &'r str,
    group: &'r str,
    severity: Severity,
    profile: Profile,
    confidence: Confidence,
    environments: &'r [Environment],
    applies_to: String,
    fix: &'static str,
    checklist: &'r [&'static str],
    parameters: &'r [Parameter],
    aliases: BTreeMap<&'r str, &'r [&'static str]>,
    since: &'r str,
    url: String,
}

fn json(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    let catalogue: Vec<_> = rules.iter().map(Entry::of).collect();
    writeln!(out, "{}", serde_json::to_string_pretty(&catalogue)?)
}

impl<'r> Entry<'r> {
    fn of(rule: &'r Rule) -> Self {
        Entry {
            id: rule.id,
            title: rule.title,
            group: rule.group(),
            severity: rule.severity,
            profile: rule.profile,
            confidence: rule.confidence,
            environments: &rule.environments,
            applies_to: rule.applies_to(),
            fix: fix(rule),
            checklist: rule.checklist(),
            parameters: &rule.parameters,
            aliases: rule.aliases.iter().map(|(tool, ids)| (*tool, ids.as_slice())).collect(),
            since: rule.since,
            url: rule.url(),
        }
    }
}
