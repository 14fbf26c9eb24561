//! The hook that runs agentcheck before each commit.

use super::{Step, has_agentcheck, versioned};

/// Where pre-commit looks for its hooks.
pub(crate) const PATH: &str = ".pre-commit-config.yaml";

const TEMPLATE: &str = include_str!("hook.yaml");

/// What becomes of the hooks, given those that are there.
pub(crate) fn step(existing: Option<&str>) -> Step {
    match existing {
        None => Step::Write { path: PATH, text: versioned(TEMPLATE) },
        Some(text) if has_agentcheck(text) => {
            Step::Leave { path: PATH, why: "it has agentcheck already".to_owned() }
        }
        Some(text) => {
            Step::Add { path: PATH, place: "at the end of `repos:`", text: entry(indent(text)) }
        }
    }
}

/// The entry of `repos`, as far to the right as the others are.
fn entry(indent: usize) -> String {
    let template = versioned(TEMPLATE);
    let lines = template.lines().skip_while(|line| !line.starts_with("repos:")).skip(1);
    let lines = lines.filter_map(|line| line.strip_prefix("  "));
    let before = " ".repeat(indent);
    lines.flat_map(|line| [before.as_str(), line, "\n"]).collect()
}

/// Before the dash of the first of the `repos`.
fn indent(existing: &str) -> usize {
    let below = existing.lines().skip_while(|line| !line.starts_with("repos:")).skip(1);
    let mut dashes = below.filter_map(|line| {
        let item = line.trim_start_matches(' ');
        item.starts_with('-').then(|| line.len() - item.len())
    });
    dashes.next().unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_stands_where_the_others_do() {
        for (existing, indent) in [
            ("repos:\n- repo: local\n  hooks: []\n", 0),
            ("# - x\nfail_fast: true\nrepos:\n\n    # ours\n    -   repo: local\n", 4),
            ("repos: []\n", 2),
            ("", 2),
        ] {
            let Step::Add { text, .. } = step(Some(existing)) else { panic!("{existing}") };
            let before = " ".repeat(indent);
            assert!(text.starts_with(&format!("{before}- repo: https://")), "{text}");
            assert!(text.contains(&format!("\n{before}  rev: v0.")), "{text}");
        }
    }

    #[test]
    fn a_comment_is_no_hook() {
        let hooks = "repos:\n  - repo: https://github.com/agentcheck/agentcheck\n";
        assert!(matches!(step(Some(hooks)), Step::Leave { .. }));
        assert!(matches!(step(Some("# agentcheck?\nrepos: []\n")), Step::Add { .. }));
    }
}
