//! What fixes change, as a unified diff, and what they did, in a line.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::{Ink, Style, counted, escape};
use crate::fix::{Changed, Fixed};
use crate::redact::{self, Known};
use crate::secret;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Writes a unified diff of every file that fixes change.
pub fn diff(fixed: &Fixed, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let known = known_of(fixed);
    for changed in &fixed.changed {
        let path = named(&changed.path);
        writeln!(out, "{}", style.paint(Ink::Strong, format_args!("--- {path}")))?;
        writeln!(out, "{}", style.paint(Ink::Strong, format_args!("+++ {path}")))?;
        // Only `\n` ends a line for patch.
        let [before, after] = [&changed.before, &changed.after]
            .map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
        let diff = TextDiff::from_slices(&before, &after);
        // What is printed ends up in logs: a patch that does not apply there is the lesser evil.
        let [old, new] =
            [&changed.before, &changed.after].map(|text| redact::covered(text, &known));
        let [old, new] = [&old, &new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
        for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
            writeln!(out, "{}", style.paint(Ink::Hint, hunk.header().to_string().trim_end()))?;
            for change in hunk.iter_changes() {
                let (sign, ink) = match change.tag() {
                    ChangeTag::Delete => ('-', Some(Ink::Error)),
                    ChangeTag::Insert => ('+', Some(Ink::Added)),
                    ChangeTag::Equal => (' ', None),
                };
                let covered = match change.old_index() {
                    Some(index) => old.get(index),
                    None => change.new_index().and_then(|index| new.get(index)),
                };
                let line = covered.copied().unwrap_or_default();
                // A patch must apply, so where no terminal is, the bytes are those of the file.
                let shown = line.strip_suffix('\n').unwrap_or(line);
                let shown = if style.color {
                    escape::line(shown.strip_suffix('\r').unwrap_or(shown))
                } else {
                    shown.into()
                };
                match ink {
                    Some(ink) => {
                        writeln!(out, "{}", style.paint(ink, format_args!("{sign}{shown}")))?;
                    }
                    None => writeln!(out, "{sign}{shown}")?,
                }
                if !line.ends_with('\n') {
                    writeln!(out, "\\ No newline at end of file")?;
                }
            }
        }
    }
    Ok(())
}

/// The secrets of all files, and those that stood in the changed ones.
fn known_of(fixed: &Fixed) -> Known {
    let mut known = Known::of(&fixed.files);
    let files = fixed.files.as_slice().iter();
    let settings: HashMap<_, _> = files.map(|it| (it.source().path(), it.setting())).collect();
    for changed in &fixed.changed {
        if let Some(setting) = settings.get(changed.path.as_str()) {
            known.add_found(&changed.before, &secret::scan(*setting, &changed.before));
        }
    }
    known
}

/// A path as git and patch read it.
fn named(path: &str) -> String {
    let is_odd = |c: char| c.is_control() || matches!(c, '"' | '\\');
    if path.contains(is_odd) {
        return escape::line(&quoted(path)).into_owned();
    }
    // A name with blanks ends at a tab, or patch takes its first word.
    let tab = if path.contains(char::is_whitespace) { "\t" } else { "" };
    format!("{}{tab}", escape::line(path))
}

/// A path in quotes, as git writes one that could not be told from what follows it.
fn quoted(path: &str) -> String {
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            _ if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}"); // writing to a string cannot fail
                }
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// `fixed deploy.yaml: set resources.limits.memory (2), ...`
pub fn fixed(changed: &Changed) -> String {
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    for applied in &changed.applied {
        *done.entry(&applied.title).or_default() += 1;
    }
    let done: Vec<_> = done
        .into_iter()
        .map(|(title, times)| match times {
            1 => title.to_owned(),
            times => format!("{title} ({times} times)"),
        })
        .collect();
    let count = counted(changed.applied.len(), "fix", "fixes");
    format!("{}: {count}: {}", escape::line(&changed.path), done.join("; "))
}

/// `deploy.yaml was left as it is: ...`
pub fn refused(path: &str, reason: &str) -> String {
    format!("{} was left as it is: {}", escape::line(path), escape::line(reason))
}

/// `the fix of k8s/pdb-missing was left out of deploy.yaml: it does not mend its finding`
pub fn useless(path: &str, rule: &str, why: &str) -> String {
    format!("the fix of {rule} was left out of {}: {why}", escape::line(path))
}
