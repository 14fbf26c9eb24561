use std::sync::LazyLock;

use regex::Regex;

use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};
use crate::source::Source;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Agent(check);

/// `$TOKEN`, at the beginning of a word.
static BARE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(^|[\s/=:,])\$([A-Z][A-Z0-9_]{2,})\b").ok());

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
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
