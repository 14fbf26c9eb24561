use std::sync::LazyLock;

use regex::Regex;

use crate::agent::AgentConfig;
use crate::diagnostic::Confidence;
use crate::rules::{Check, Cx};
use crate::source::Source;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Agent(check);

/// `$TOKEN`, at the beginning of a word.
static BARE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)(^|[\s/=:,])\$([A-Z][A-Z0-9_]{2,})\b").ok());

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    check_verbatim(agent, cx);
    let Some(bare) = BARE.as_ref() else { return };
    for &node in &agent.filled_in {
        // Other programs with the same keys read the short form as well.
        let is_project_file = |source: &Source| source.name() == ".mcp.json";
        if !cx.project().source(node.place().file).is_some_and(is_project_file) {
            return;
        }
        let Some(name) = bare.captures(node.text()).and_then(|found| found.get(2)) else {
            continue;
        };
        let name = name.as_str();
        let whole = bare.replace_all(node.text(), "${1}$${${2}}").into_owned();
        cx.report(
            node,
            format!("nothing fills in `${name}`: the server gets these very characters"),
        )
        .help(format!(
            "`.mcp.json` knows `${{{name}}}` and `${{{name}:-default}}`, and nothing shorter"
        ))
        .unsafe_fix("write the braces; the server then gets another value", || {
            edit::reword(node, &whole)
        });
    }
}

/// Values of a program that knows no `${NAME}` at all: one mistake, however often it is made.
fn check_verbatim(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some((&first, rest)) = agent.verbatim.split_first() else { return };
    let is_example = |source: &Source| source.is_example();
    if cx.project().source(first.place().file).is_none_or(is_example) {
        return;
    }
    let more = match rest.len() {
        0 => String::new(),
        1 => " and 1 more value".to_owned(),
        count => format!(" and {count} more values"),
    };
    let text = first.text();
    let name = text.trim_start_matches("${").trim_end_matches('}');
    cx.report(first, format!("{} does not fill in `{text}`{more}", agent.format()))
        // Something may fill in the file on its way to the program.
        .confidence(Confidence::Low)
        .help(format!(
            "it takes these very characters; write `os.environ/{name}`, unless something fills in the \
             file before"
        ));
}
