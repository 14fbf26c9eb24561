//! The configurations of Paladin: of the application, of an agent, and of several agents together.
//!
//! Facts are those of its documentation (`docs/src/getting-started/configuration.md`,
//! `cli-configuration.md`) and of the structs that it reads its files into (`src/config`,
//! `src/application/cli/config`). None of them refuses a key that it does not know.

mod agent;
mod application;
mod battalion;
#[cfg(test)]
mod tests;

use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    Backend, Bound, BoundKind, Definition, Prompt, PromptText, Setting, State, StateKind,
    ToolServer,
};
use crate::schema::Shape::{self, Is, List, Number, OneOf, Plain, Text};
use crate::schema::{Reader, ScalarKind, fields};
use crate::tree::Node;

/// `config.yml`
pub(super) static APPLICATION: &Definition = &application::FORMAT;

/// What `paladin agent run` takes.
pub(super) static AGENT: &Definition = &agent::FORMAT;

/// What `paladin battalion run` takes.
pub(super) static BATTALION: &Definition = &battalion::FORMAT;

static READER: Reader = Reader {
    is_open: is_template,
    extensions: None,
    refusal: "Paladin refuses the file",
    unknown: "Paladin passes over the key",
};

/// More entries than this were not written by people, and each name is looked up among all.
const MOST: usize = 1_000;

/// The providers of models.
const PROVIDERS: [&str; 10] = [
    "openai",
    "anthropic",
    "deepseek",
    "kimi",
    "qwen",
    "grok",
    "xai",
    "ollama",
    "gemini",
    "openai-compatible",
];

/// A switch; the reader of configurations takes words and texts for one as well.
const SWITCH: Shape = Is(&ScalarKind {
    wanted: "`true` or `false`",
    fits: |node| {
        node.as_switch().is_some()
            || ["true", "false", "yes", "no", "on", "off", "1", "0"]
                .iter()
                .any(|word| node.text().eq_ignore_ascii_case(word))
    },
    help: |_| None,
});

/// A span of time, as the document about production writes it.
const DURATION: Shape = Is(&ScalarKind {
    wanted: "a number of seconds, or a duration such as `30s`",
    fits: |node| crate::agent::setting::seconds(node).is_some(),
    help: |_| None,
});

const GARRISON_TYPE: Shape = OneOf(&["in_memory", "sqlite", "semantic"]);

const EVICTION: Shape = OneOf(&["importance_based", "fifo", "sliding_window"]);

const ARSENAL: Shape = fields!(open {
    "default_timeout_seconds": Number,
    "max_concurrent_tools": Number,
    "mcp_servers": List(&fields!(open {
        "name" !required: Text,
        "server_type": SERVER_TYPE,
        "type": SERVER_TYPE,
        "command": Text,
        "args": List(&Plain),
        "endpoint": Text,
        "auth_token_env": Text,
        "description": Text,
    })),
});

const ABOVE_ZERO: Shape = Is(&ScalarKind {
    wanted: "a number above 0",
    fits: |node| {
        let text = || node.as_str()?.trim().parse().ok();
        node.as_number().or_else(text).is_some_and(|number| number > 0.0)
    },
    help: |_| None,
});

const SERVER_TYPE: Shape = Is(&ScalarKind {
    wanted: "`stdio` or `streamable_http`",
    fits: |node| ["stdio", "streamable_http"].contains(&node.text()),
    help: |node| {
        (node.text() == "sse").then_some("`sse` is retired; the server speaks `streamable_http`")
    },
});

/// The short-term memory. The two dialects of agent files name its kind in two ways, one of which
/// puts the rest below `config`.
fn garrison(root: Root<'_>, what: String, unset: Unset<Backend>) -> Option<State<'_>> {
    root.node.at(&["garrison"]).filter(|garrison| garrison.is_map())?;
    let kept = |path: &'static str| root.setting(path, Backend::of, unset);
    let most = |path: &'static str| most(root, path, 100.0);
    Some(State {
        backend: kept("garrison.garrison_type")
            .or(kept("garrison.type"), false)
            .or(kept("garrison.backend"), false),
        path: root
            .text("garrison.path", Unset::Nothing)
            .or(root.text("garrison.config.path", Unset::Nothing), false),
        bound: most("garrison.max_entries").or(most("garrison.config.max_entries"), false),
        ..State::of(what, StateKind::Memory)
    })
}

/// How many there are at most. Paladin refuses 0, which is for the table of keys to say.
fn most<'t>(root: Root<'t>, path: &'static str, default: f64) -> Setting<'t, f64> {
    let positive = |node: Node<'_>| node.as_number().filter(|most| *most > 0.0);
    root.setting(path, positive, Unset::Documented(default))
}

fn tool_servers(root: Root<'_>) -> Vec<ToolServer<'_>> {
    let servers = root.node.at(&["arsenal", "mcp_servers"]).into_iter().flat_map(Node::items);
    let servers = servers.filter(|server| server.is_map()).map(|server| {
        let name = server.at(&["name"]);
        let root = Root { node: server, grip: name.unwrap_or(server) };
        ToolServer {
            name: name.map_or("", Node::text),
            at: name.unwrap_or(server),
            enabled: Setting::default(),
            left_out: None,
            transport: root
                .text("server_type", Unset::Nothing)
                .or(root.text("type", Unset::Nothing), false),
            command: server.at(&["command"]),
            arguments: server.at(&["args"]).into_iter().flat_map(Node::items).collect(),
            url: server.at(&["endpoint"]),
            limited: Setting::default(),
        }
    });
    servers.collect()
}

/// What an agent is told.
fn prompt(agent: Node<'_>) -> Option<Prompt<'_>> {
    let at = agent.at(&["system_prompt"])?;
    at.as_str().map(|text| Prompt { at, text: PromptText::Inline(text) })
}

/// What ends the run of an agent.
fn bounds<'t>(root: Root<'t>, what: &str, seconds: Unset<f64>) -> [Bound<'t>; 2] {
    let bound = |kind, path: &'static str, unset| Bound {
        what: what.to_owned().into(),
        kind,
        limit: root.setting(path, Node::as_number, unset),
    };
    [
        bound(BoundKind::Steps, "max_loops", Unset::Documented(3.0)),
        bound(BoundKind::Time, "timeout_seconds", seconds),
    ]
}
