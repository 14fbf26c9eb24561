//! What the formats have in common that list tool servers by name: the entry of one server.

use crate::agent::setting::{Root, Unset};
use crate::agent::{Setting, ToolServer};
use crate::tree::{Entry, Node};

/// The server of an entry `name: {command, args, url, ...}`. What limits its tools is for the
/// format to say.
pub(super) fn server(entry: Entry<'_>) -> ToolServer<'_> {
    let root = Root { node: entry.value, grip: entry.key };
    let at = |keys: &[&str]| keys.iter().find_map(|key| entry.value.at(&[key]));
    let transport = ["type", "transport"].into_iter().find(|key| at(&[key]).is_some());
    ToolServer {
        name: entry.key.text(),
        at: entry.key,
        enabled: enabled(root),
        left_out: None,
        transport: root.text(transport.unwrap_or("type"), Unset::Nothing),
        command: at(&["command"]),
        arguments: at(&["args"]).map(|args| args.items().collect()).unwrap_or_default(),
        url: at(&["url", "serverUrl", "httpUrl"]),
        limited: Setting::default(),
    }
}

/// `enabled: false` and `disabled: true` say the same.
fn enabled(root: Root<'_>) -> Setting<'_, bool> {
    let disabled = root.flag("disabled", Unset::Nothing).map(|off| !off);
    root.flag("enabled", Unset::Nothing).or(disabled, false)
}

/// Whether a list of names limits the tools; without the list there is no limit.
pub(super) fn limited<'t>(root: Root<'t>, key: &'static str) -> Setting<'t, bool> {
    root.setting(key, |list| list.is_list().then_some(true), Unset::Means(false))
}

/// Whether a mapping looks like a tool server: it has a program to start or an address.
pub(super) fn is_server(node: Node<'_>) -> bool {
    let text = |key: &str| node.at(&[key]).is_some_and(|value| value.as_str().is_some());
    node.is_map() && ["command", "url", "serverUrl", "httpUrl"].into_iter().any(text)
}

/// The values in which variables are filled in when a server starts. A shell fills in those of its
/// arguments itself.
pub(super) fn filled_in(entry: Entry<'_>) -> Vec<Node<'_>> {
    const SHELLS: [&str; 5] = ["sh", "bash", "zsh", "dash", "env"];
    let at = |key: &str| entry.value.at(&[key]);
    let command = at("command").map_or("", Node::text);
    let is_shell = SHELLS.contains(&command.rsplit('/').next().unwrap_or(command));
    let arguments = at("args").into_iter().filter(|_| !is_shell).flat_map(Node::items);
    let tables = ["env", "headers"].into_iter().filter_map(at).flat_map(Node::own_entries);
    let all = [at("command"), at("url")].into_iter().flatten().chain(arguments);
    all.chain(tables.map(|entry| entry.value)).filter(|value| value.is_scalar()).collect()
}
