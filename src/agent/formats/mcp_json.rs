//! The tool servers (MCP) of a project: `.mcp.json`, `.cursor/mcp.json`, `.vscode/mcp.json`, and every
//! other JSON file with `mcpServers`.
//!
//! Three shapes are in use: `mcpServers`, `servers` of VS Code, and a flat mapping of names. The last
//! two say so little that they are taken only in a file named `mcp.json` or `.mcp.json`.
//!
//! Sources: code.claude.com/docs/en/mcp, code.visualstudio.com/docs/copilot/reference/mcp-configuration,
//! geminicli.com/docs/tools/mcp-server (`trust`, `includeTools`), docs.cline.bot and docs.roocode.com
//! (`autoApprove`, `alwaysAllow`, `disabled`).

use super::servers;
use crate::agent::setting::{Root, Unset};
use crate::agent::{AgentConfig, Definition, Grant, Power, Setting, ToolServer};
use crate::file::FileKind;
use crate::rules::most_alike;
use crate::schema::Shape::{self, Any, Either, Flag, List, Map, Number, Plain, Text};
use crate::schema::{Reader, fields};
use crate::tree::{Entry, Node};

pub(super) static FORMAT: Definition = Definition {
    name: "MCP servers",
    kind: FileKind::Agent,
    // The other shapes are read because of the file's name.
    marker: r#""mcpServers""#,
    recognise: |document, name| shape(document, name).is_some(),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

static READER: Reader = Reader {
    is_open: |text| text.contains('$'),
    extensions: Some("_"),
    refusal: "programs that read the file leave the server out",
    unknown: "programs that read the file do not know it",
};

const SERVER: Shape = fields!(open {
    "type": Text,
    "transport": Any,
    "command": Either(&[Text, List(&Text)]),
    "args": List(&Plain),
    "env": Map(&Plain),
    "envFile": Text,
    "url": Text,
    "serverUrl": Text,
    "httpUrl": Text,
    "headers": Either(&[Map(&Plain), List(&Text)]),
    "headersHelper": Text,
    "cwd": Text,
    "timeout": Number,
    "disabled": Flag,
    "enabled": Flag,
    "disabledTools": List(&Text),
    "includeTools": List(&Text),
    "excludeTools": List(&Text),
    "autoApprove": List(&Text),
    "alwaysAllow": List(&Text),
    "trust": Flag,
    "description": Text,
});

static KEYS: Shape = fields!(open {
    "mcpServers": Map(&SERVER),
    "servers": Map(&SERVER),
    "inputs": List(&Any),
});

/// The mapping of servers, if this is such a document.
fn shape<'t>(document: Node<'t>, name: &str) -> Option<Node<'t>> {
    if !document.tree().is_json() {
        return None;
    }
    let is_named = ["mcp.json", ".mcp.json"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let servers = |node: Node<'t>, least: usize| {
        let entries = node.own_entries().filter(|entry| !is_note(*entry));
        let (all, fit) = entries.fold((0, 0), |(all, fit), entry| {
            (all + 1, fit + usize::from(servers::is_server(entry.value)))
        });
        node.is_map() && fit >= least && (fit == all || least == 0)
    };
    if let Some(wrapped) = document.at(&["mcpServers"]).filter(|it| it.is_map()) {
        let some = wrapped.own_entries().any(|entry| servers::is_server(entry.value));
        return Some(wrapped).filter(|_| some || is_named);
    }
    if !is_named {
        return None;
    }
    let of_code = document.at(&["servers"]).filter(|it| servers(*it, 1));
    of_code.or_else(|| servers(document, 1).then_some(document))
}

/// `$schema`, `_comment`
fn is_note(entry: Entry<'_>) -> bool {
    entry.key.text().starts_with(['$', '_', '/']) || entry.key.text() == "inputs"
}

fn read<'t>(document: Node<'t>) -> AgentConfig<'t> {
    let listed = shape(document, ".mcp.json").unwrap_or(document);
    let entries = listed.own_entries().filter(|it| !is_note(*it) && it.value.is_map());
    let entries: Vec<_> = entries.collect();
    let inside = AgentConfig::of_tree(&FORMAT, listed);
    let is_lenient = is_lenient(document, &entries);
    let server = |entry: &Entry<'t>| ToolServer {
        left_out: left_out(*entry).filter(|_| !is_lenient),
        ..servers::server(*entry)
    };
    let tool_servers = entries.iter().map(server).collect();
    let is_on = |entry: &&Entry<'t>| !servers::server(**entry).is_off();
    AgentConfig {
        tool_servers,
        filled_in: entries
            .iter()
            .filter(is_on)
            .flat_map(|entry| servers::filled_in(*entry))
            .collect(),
        grants: entries.iter().filter(is_on).flat_map(|entry| grants(*entry)).collect(),
        // What stands beside the servers is not used, but a credential in it is known all the same.
        endpoints: inside.endpoints,
        machine_paths: inside.machine_paths,
        ..AgentConfig::of_tree(&FORMAT, document)
    }
}

/// Whether the file is written for a program that tells by itself what is behind a `url`.
fn is_lenient(document: Node<'_>, entries: &[Entry<'_>]) -> bool {
    const KEYS: [&str; 11] = [
        "alwaysAllow",
        "autoApprove",
        "disabled",
        "enabled",
        "excludeTools",
        "httpUrl",
        "includeTools",
        "serverUrl",
        "timeout_ms",
        "tools",
        "trust",
    ];
    let knows = |entry: &Entry<'_>| KEYS.iter().any(|key| entry.value.get(key).is_some());
    document.at(&["mcpServers"]).is_none() || entries.iter().any(knows)
}

/// Why Claude Code leaves a server out: it takes an entry with a `command`, or one with a `url` and
/// the `type` of what is behind it.
fn left_out(entry: Entry<'_>) -> Option<&'static str> {
    const REMOTE: [&str; 3] = ["http", "sse", "streamable-http"];
    let value = |key: &str| entry.value.at(&[key]);
    if let Some(kind) = value("type") {
        let kind = kind.as_str().unwrap_or_default();
        return if REMOTE.contains(&kind) {
            value("url").is_none().then_some("it has a `type` for servers with a `url`, and none")
        } else if kind == "stdio" {
            value("command").is_none().then_some("its `type` is `stdio`, and it has no `command`")
        } else {
            let known = REMOTE.into_iter().chain(["stdio"]);
            most_alike(kind, known).map(|_| "its `type` is misspelt")
        };
    }
    match value("command") {
        Some(command) if command.is_list() => Some("its `command` is a list, not a text"),
        Some(_) => None,
        None if value("url").is_some() => Some("it has a `url` and no `type`"),
        None => Some("it has neither a `command` nor a `url`"),
    }
}

/// Whose tools are used without a question.
fn grants(entry: Entry<'_>) -> Vec<Grant<'_>> {
    let root = Root { node: entry.value, grip: entry.key };
    let grant = |at, checked| Grant {
        who: format!("tool server `{}`", entry.key.text()).into(),
        power: Power::EveryTool,
        at,
        checked,
    };
    let trust = root.node.at(&["trust"]).map(|at| {
        grant(at, root.setting("trust", Node::as_bool, Unset::Nothing).map(|trusted| !trusted))
    });
    let lists = ["autoApprove", "alwaysAllow"].into_iter().filter_map(|key| {
        let every = root.node.at(&[key])?.items().find(|item| item.text() == "*")?;
        Some(grant(every, Setting::stated(key, false, every)))
    });
    trust.into_iter().chain(lists).collect()
}
