//! Adds to the guide what the program itself knows: a chapter for every rule, the ids of other
//! tools, and the help of every command. `book.toml` names it as a preprocessor, so mdBook hands it
//! the book as JSON and takes it back.
//!
//! Where the guide wants something put in, it has a comment: `<!-- ids: hadolint -->`,
//! `<!-- help -->`, `<!-- items -->`. The chapters of the rules take the place of the draft chapter in the summary.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::ops::Range;
use std::process::Command;

use agentcheck::checklist::{CHECKLISTS, Checklist, Item as ChecklistItem};
use agentcheck::report::catalogue;
use agentcheck::report::explain::without_mark;
use agentcheck::rules::{Environment, RULES, Rule};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the guide does not hold is linked there.
const REPOSITORY: &str = "https://github.com/agentcheck/agentcheck/blob/main";

/// The book as mdBook passes it around.
///
/// Source: <https://docs.rs/mdbook-core/0.5.4/mdbook_core/book/struct.Book.html>
#[derive(Serialize, Deserialize)]
struct Book {
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
enum Item {
    Chapter(Chapter),
    Separator,
    PartTitle(String),
}

#[derive(Default, Serialize, Deserialize)]
struct Chapter {
    name: String,
    content: String,
    number: Option<Vec<u32>>,
    sub_items: Vec<Item>,
    path: Option<String>,
    source_path: Option<String>,
    parent_names: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    // mdBook asks first whether a renderer is supported. Every one is.
    if std::env::args().nth(1).is_some_and(|argument| argument == "supports") {
        return Ok(());
    }
    let (_, mut book): (Value, Book) = serde_json::from_reader(io::stdin().lock())?;
    for item in &mut book.items {
        complete(item)?;
    }
    serde_json::to_writer(io::stdout().lock(), &book)?;
    Ok(())
}

/// Puts in what a chapter and those below it ask for, and turns their links to the book's.
fn complete(item: &mut Item) -> Result<(), Box<dyn Error>> {
    let Item::Chapter(chapter) = item else { return Ok(()) };
    let Some(source) = &chapter.source_path else {
        let number = chapter.number.take();
        *chapter = rules(&chapter.name);
        place(chapter, number.unwrap_or_default(), Vec::new());
        return Ok(());
    };
    let mut content = String::new();
    for line in with_links(&chapter.content, &format!("docs/{source}")).lines() {
        match line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) {
            Some("help") => content.push_str(&help()?),
            Some("items") => CHECKLISTS.iter().for_each(|it| content.push_str(&items(it))),
            Some(mark) => match mark.strip_prefix("ids: ") {
                Some(tool) => content.push_str(&ids(tool)),
                None => return Err(format!("{source}: unknown mark `{mark}`").into()),
            },
            None => writeln!(content, "{line}")?,
        }
    }
    chapter.content = content;
    chapter.sub_items.iter_mut().try_for_each(complete)
}

/// The chapter of all rules, with one for each group and one for each rule below it.
fn rules(name: &str) -> Chapter {
    let mut content = format!("# {name}\n\n| group | rules | by default |\n|---|---|---|\n");
    let mut sub_items = Vec::new();
    for group in RULES.iter().map(Rule::group).collect::<BTreeSet<_>>() {
        let of_group: Vec<&Rule> = RULES.iter().filter(|rule| rule.group() == group).collect();
        let by_default =
            of_group.iter().filter(|rule| rule.profile <= agentcheck::rules::Profile::Production);
        let _ = writeln!(
            content,
            "| [{group}]({group}/index.md) | {} | {} |",
            of_group.len(),
            by_default.count()
        );
        sub_items.push(Item::Chapter(of_one_group(group, &of_group)));
    }
    content.push_str(
        "\nThe [profile](../configuration.md) decides which rules run, and `agentcheck rules` lists them on the \
         terminal. What the columns of a group and the facts of a rule mean:\n\n\
         - **severity**: `error`: it will not run, or exposes everything; `warning`: not ready for production; \
         `note`: worth knowing. [Configuration](../configuration.md) can change it.\n\
         - **confidence**: how sure a finding is: [Confidence](../positions.md#confidence).\n\
         - **profile**: the least strict one that has the rule; `optional` rules run only where they are selected by name.\n\
         - **fix**: `none`, `safe` or `unsafe`: [Fixes](../fixes.md#safe-and-unsafe).\n",
    );
    chapter(name, "rules/index.md", content, sub_items)
}

fn of_one_group(group: &str, rules: &[&Rule]) -> Chapter {
    let mut content = format!(
        "# {group}\n\n| rule | severity | profile | fix | what it reports |\n|---|---|---|---|---|\n"
    );
    for rule in rules {
        let _ = writeln!(
            content,
            "| [{}]({}) | {} | {} | {} | {} |",
            rule.name(),
            file(rule),
            rule.severity.as_str(),
            rule.profile.as_str(),
            catalogue::fix(rule),
            cell(rule.title),
        );
    }
    let pages = rules.iter().map(|rule| {
        let path = format!("rules/{group}/{}", file(rule));
        Item::Chapter(chapter(rule.name(), &path, page(rule), Vec::new()))
    });
    chapter(group, &format!("rules/{group}/index.md"), content, pages.collect())
}

fn chapter(name: &str, path: &str, content: String, sub_items: Vec<Item>) -> Chapter {
    Chapter {
        name: name.to_owned(),
        content,
        sub_items,
        path: Some(path.to_owned()),
        ..Chapter::default()
    }
}

/// Says of a chapter and of those below it where they stand; the sidebar goes by it.
fn place(chapter: &mut Chapter, number: Vec<u32>, parents: Vec<String>) {
    let below: Vec<String> = parents.iter().chain([&chapter.name]).cloned().collect();
    for (item, index) in chapter.sub_items.iter_mut().zip(1..) {
        if let Item::Chapter(sub) = item {
            place(sub, number.iter().copied().chain([index]).collect(), below.clone());
        }
    }
    chapter.number = Some(number);
    chapter.parent_names = parents;
}

/// The page of a rule, with the facts of its front matter in words.
fn page(rule: &Rule) -> String {
    let mut page = format!(
        "# {}\n\n{}.\n\n\
         | severity | confidence | profile | fix | since |\n|---|---|---|---|---|\n\
         | {} | {} | {} | {} | {} |\n\n",
        rule.id,
        rule.title,
        rule.severity.as_str(),
        rule.confidence.as_str(),
        rule.profile.as_str(),
        catalogue::fix(rule),
        rule.since,
    );
    let _ = writeln!(page, "Looks at: {}.", rule.applies_to());
    if rule.environments.len() < Environment::ALL.len() {
        let environments: Vec<_> = rule.environments.iter().map(|it| it.as_str()).collect();
        let _ = writeln!(page, "Only where files are meant for {}.", environments.join(" or "));
    }
    let (group, name) = (rule.group(), file(rule));
    page.push_str(&prose_and_examples(&with_links(rule.page, &format!("rules/{group}/{name}"))));
    if !rule.parameters.is_empty() {
        let _ = writeln!(
            page,
            "\n## Parameters\n\n```toml\n[rules.\"{}\"]\n{}```\n\n| parameter | default | meaning |\n|---|---|---|",
            rule.id,
            rule.parameters.iter().fold(String::new(), |lines, parameter| {
                format!("{lines}{} = {}\n", parameter.name, parameter.default)
            }),
        );
        for parameter in &rule.parameters {
            let (name, default) = (parameter.name, &parameter.default);
            let _ = writeln!(page, "| `{name}` | {default} | {} |", cell(parameter.about));
        }
    }
    if !rule.aliases.is_empty() {
        page.push_str("\n## The same check in other tools\n\n| tool | id |\n|---|---|\n");
        for (tool, ids) in &rule.aliases {
            let _ = writeln!(page, "| {tool} | `{}` |", ids.join("`, `"));
        }
    }
    if !rule.checklist().is_empty() {
        page.push_str("\n## Helps decide these checklist items\n\n");
        for item in rule.checklist() {
            let _ = writeln!(page, "- `{item}`");
        }
    }
    page
}

/// The body of a page: the name of a file stands above it, and the marks for the tests are gone.
fn prose_and_examples(page: &str) -> String {
    let body = page.split_once("\n---\n").map_or(page, |(_, body)| body);
    let mut shown = String::new();
    let mut in_example = false;
    for line in body.lines() {
        if let Some(info) = line.strip_prefix("```") {
            in_example = !in_example;
            let (language, file) = info.split_once(' ').unwrap_or((info, ""));
            if !file.is_empty() {
                let _ = writeln!(shown, "<div class=\"file\">{file}</div>\n");
            }
            let _ = writeln!(shown, "```{language}");
        } else if !in_example {
            let _ = writeln!(shown, "{line}");
        } else if let Some(line) = without_mark(line) {
            let _ = writeln!(shown, "{line}");
        }
    }
    shown
}

/// The checks of a tool that are ours, too.
fn ids(tool: &str) -> String {
    let mut ids: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in RULES.iter() {
        let of_tool = rule.aliases.iter().filter(|(name, _)| *name == tool);
        for id in of_tool.flat_map(|(_, ids)| ids) {
            ids.entry(id).or_default().push(rule);
        }
    }
    // As long as some of these are, they stay folded until somebody wants to look.
    let mut table = format!(
        "<details>\n<summary>Checks of {tool} that are rules here: {}</summary>\n\n\
         | {tool} | agentcheck | what it reports |\n|---|---|---|\n",
        ids.len()
    );
    for (id, rules) in ids {
        for (index, rule) in rules.iter().enumerate() {
            let id = if index == 0 { format!("`{id}`") } else { String::new() };
            let page = format!("rules/{}/{}", rule.group(), file(rule));
            let _ = writeln!(table, "| {id} | [{}]({page}) | {} |", rule.id, cell(rule.title));
        }
    }
    table.push_str("\n</details>\n\n");
    table
}

/// The items of a checklist, and what decides each of them.
fn items(checklist: &Checklist) -> String {
    let mut table = format!(
        "<details>\n<summary>{}: {} items</summary>\n",
        checklist.name,
        checklist.items().count()
    );
    for section in &checklist.sections {
        let _ = writeln!(
            table,
            "\n**{}**\n\n| item | asks for | shown by |\n|---|---|---|",
            section.title
        );
        for item in &section.items {
            let name = item.id.rsplit('/').next().unwrap_or(&item.id);
            let _ =
                writeln!(table, "| `{name}` | {} | {} |", cell(&item.text), cell(&shown_by(item)));
        }
    }
    table.push_str("\n</details>\n\n");
    table
}

/// What shows an item, in words.
fn shown_by(asked: &ChecklistItem) -> String {
    if let Some(same) = &asked.same {
        return format!("as `{same}`");
    }
    let any = asked.shown_by();
    if any.is_empty() { "somebody's word".to_owned() } else { any.join(", or ") }
}

/// What `--help` says of every command.
fn help() -> Result<String, Box<dyn Error>> {
    let overview = help_of(None)?;
    let commands = overview.lines().skip_while(|line| *line != "Commands:").skip(1);
    let mut all = String::new();
    for line in commands.take_while(|line| !line.is_empty()) {
        let command = line.split_whitespace().next().ok_or("a command without a name")?;
        write!(all, "\n### agentcheck {command}\n\n```text\n{}```\n", help_of(Some(command))?)?;
    }
    if all.is_empty() {
        return Err("agentcheck --help lists no commands".into());
    }
    Ok(all)
}

fn help_of(command: Option<&str>) -> Result<String, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--bin", "agentcheck", "--"])
        .args(command)
        .arg("--help")
        .env_remove("COLUMNS")
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The file name of a rule's page.
fn file(rule: &Rule) -> String {
    format!("{}.md", rule.name().replace('-', "_"))
}

/// A text that may stand in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A text of the repository with its links as the book needs them.
fn with_links(text: &str, path: &str) -> String {
    let mut turned = text.to_owned();
    let links = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let links: Vec<(Range<usize>, String)> = links
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let link = turn(&dest_url, path)?;
                let at = range.start + text.get(range)?.rfind(&format!("]({dest_url}"))? + 2;
                Some((at..at + dest_url.len(), link))
            }
            _ => None,
        })
        .collect();
    for (range, link) in links.into_iter().rev() {
        turned.replace_range(range, &link);
    }
    turned
}

/// A relative link of the file at `path`, as the book needs it; nothing where it may stay.
fn turn(link: &str, path: &str) -> Option<String> {
    if link.starts_with('#') || link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (target, anchor) = link.find('#').map_or((link, ""), |at| link.split_at(at));
    let mut whole: Vec<&str> = path.split('/').collect();
    whole.pop();
    for segment in target.split('/').filter(|segment| !["", "."].contains(segment)) {
        match segment {
            ".." => drop(whole.pop()),
            name => whole.push(name),
        }
    }
    let whole = whole.join("/");
    let in_book = match whole.strip_prefix("docs/") {
        Some(own) => own.to_owned(),
        None if whole == "rules" => "rules/index.md".to_owned(),
        None if whole.starts_with("rules/") => whole,
        None => return Some(format!("{REPOSITORY}/{whole}{anchor}")),
    };
    let depth = path.strip_prefix("docs/").unwrap_or(path).matches('/').count();
    Some(format!("{}{in_book}{anchor}", "../".repeat(depth)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_chapters_or_to_the_repository() {
        let turned = |link, path| turn(link, path).unwrap_or_else(|| link.to_owned());
        assert_eq!(turned("fixes.md#the-diff", "docs/x.md"), "fixes.md#the-diff");
        assert_eq!(turned("../rules", "docs/x.md"), "rules/index.md");
        assert_eq!(turned("../rules/k8s/a_b.md", "docs/x.md"), "rules/k8s/a_b.md");
        assert_eq!(turned("../../docs/fixes.md", "rules/k8s/a_b.md"), "../../fixes.md");
        assert_eq!(turned("c.md", "rules/k8s/a_b.md"), "../../rules/k8s/c.md");
        assert_eq!(turned("../src/lib.rs", "docs/x.md"), format!("{REPOSITORY}/src/lib.rs"));
        assert_eq!(turned("https://acme.test/a.md", "docs/x.md"), "https://acme.test/a.md");
        assert_eq!(
            with_links("[a](../rules) `[b](../rules)` [c](../LICENSE-MIT \"d\")\n", "docs/x.md"),
            format!("[a](rules/index.md) `[b](../rules)` [c]({REPOSITORY}/LICENSE-MIT \"d\")\n")
        );
    }

    #[test]
    fn every_rule_has_a_chapter_in_its_group() {
        fn paths(chapter: &Chapter, all: &mut Vec<String>) {
            all.extend(chapter.path.clone());
            for item in &chapter.sub_items {
                let Item::Chapter(chapter) = item else { panic!("only chapters") };
                paths(chapter, all);
            }
        }
        let mut all = Vec::new();
        paths(&rules("The rules"), &mut all);
        for rule in RULES.iter() {
            let path = format!("rules/{}/{}", rule.group(), file(rule));
            assert_eq!(all.iter().filter(|one| **one == path).count(), 1, "{path}");
            assert!(rule.url().ends_with(&path), "the page is called as in the repository");
        }
    }

    #[test]
    fn pages_show_no_marks_and_every_id() {
        for rule in RULES.iter() {
            let page = page(rule);
            assert!(!page.contains("# expect: "), "{}", rule.id);
            assert!(!page.contains("\nsince: "), "{}: front matter", rule.id);
            for (tool, theirs) in &rule.aliases {
                let table = ids(tool);
                for id in theirs {
                    assert!(page.contains(id) && table.contains(&format!("`{id}`")), "{id}");
                }
            }
        }
    }
}
