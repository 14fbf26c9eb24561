//! Other programs' `agent.toml`: the name is anybody's, and each of these is told by tables that no
//! other has. What such a file does not say surely is left alone.

use super::servers;
use crate::agent::setting::{Root, Unset};
use crate::agent::{AgentConfig, Bound, BoundKind, Call, Definition, Grant, Power, Telemetry};
use crate::file::FileKind;
use crate::tree::{Dialect, Node, Style};

/// Qodo Command: prompts with their tools.
///
/// Source: github.com/qodo-ai/agents.
pub(super) static QODO: Definition = Definition {
    name: "Qodo Command",
    marker: r"(?m:^\[commands\.)",
    recognise: |document, _| {
        is_toml(document)
            && is_text(document, &["version"])
            && (is_table(document, &["commands"]) || is_list(document, &["imports"]))
    },
    read: qodo,
    ..BLANK
};

/// zeroclaw and its relatives.
pub(super) static ZEROCLAW: Definition = Definition {
    name: "zeroclaw",
    marker: r"(?m:^\[model_providers)",
    recognise: |document, _| {
        is_toml(document)
            && is_text(document, &["agent", "model_provider"])
            && is_table(document, &["model_providers"])
    },
    read: |document| AgentConfig::of_tree(&ZEROCLAW, document),
    ..BLANK
};

/// agent-seddon.
pub(super) static SEDDON: Definition = Definition {
    name: "agent-seddon",
    marker: r"(?m:^\[provider\])",
    recognise: |document, _| {
        is_toml(document)
            && is_text(document, &["agent", "policy"])
            && is_table(document, &["provider"])
    },
    read: seddon,
    ..BLANK
};

/// llmagent.
pub(super) static LLMAGENT: Definition = Definition {
    name: "llmagent",
    marker: "max_tool_turns",
    recognise: |document, _| {
        is_toml(document)
            && is_text(document, &["llm_url"])
            && (document.get("max_tool_turns").is_some() || is_table(document, &["mcp_servers"]))
    },
    read: llmagent,
    ..BLANK
};

/// progressive-agent.
pub(super) static PROGRESSIVE: Definition = Definition {
    name: "progressive-agent",
    marker: "fallback_model",
    recognise: |document, _| {
        is_toml(document)
            && is_text(document, &["agent", "fallback_model"])
            && is_table(document, &["costs"])
    },
    read: progressive,
    ..BLANK
};

/// 2389-agent.
pub(super) static AGENT_2389: Definition = Definition {
    name: "2389-agent",
    marker: r"(?m:^\[mqtt\])",
    recognise: |document, _| {
        is_toml(document) && is_text(document, &["agent_id"]) && is_table(document, &["mqtt"])
    },
    read: agent_2389,
    ..BLANK
};

/// What the definitions have in common.
const BLANK: Definition = Definition {
    name: "",
    kind: FileKind::Agent,
    marker: "",
    recognise: |_, _| false,
    objects: &[],
    read: |document| AgentConfig::of_tree(&QODO, document),
    keys: None,
};

fn is_toml(document: Node<'_>) -> bool {
    document.tree().dialect() == Dialect::Json && document.style() == Style::Block
}

fn is_text(document: Node<'_>, keys: &[&str]) -> bool {
    document.at(keys).is_some_and(|node| node.as_str().is_some())
}

fn is_table(document: Node<'_>, keys: &[&str]) -> bool {
    document.at(keys).is_some_and(Node::is_map)
}

fn is_list(document: Node<'_>, keys: &[&str]) -> bool {
    document.at(keys).is_some_and(Node::is_list)
}

fn root_of(document: Node<'_>) -> Root<'_> {
    let first = document.own_entries().next().map_or(document, |entry| entry.key);
    Root { node: document, grip: first }
}

fn bound<'t>(root: Root<'t>, what: &'static str, kind: BoundKind, path: &'static str) -> Bound<'t> {
    Bound { what: what.into(), kind, limit: root.setting(path, Node::as_number, Unset::Nothing) }
}

/// The strings of Qodo's that are themselves documents.
pub(super) fn embedded(document: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let commands = document.at(&["commands"]).map(Node::entries).unwrap_or_default();
    let inside = commands.into_iter().filter_map(|entry| entry.value.at(&["mcpServers"]));
    let found = inside.chain(document.at(&["mcpServers"]));
    found.filter(|node| node.as_str().is_some())
}

fn qodo(document: Node<'_>) -> AgentConfig<'_> {
    let power = |tool: &str| match tool {
        "shell" | "terminal" | "desktop-commander" | "desktop_commander" => Some(Power::Shell),
        "filesystem" => Some(Power::Files),
        _ => None,
    };
    let commands = document.at(&["commands"]).map(Node::entries).unwrap_or_default();
    let grants = commands.into_iter().flat_map(|command| {
        let tools = ["available_tools", "tools"].iter().find_map(|key| command.value.at(&[key]));
        let tools: Vec<_> = tools.into_iter().flat_map(Node::items).collect();
        let own = Root { node: command.value, grip: command.key };
        let who = format!("command `{}`", command.key.text());
        tools.into_iter().filter_map(move |tool| {
            // The format has no key for it.
            let checked = own.flag("permissions", Unset::Means(false));
            Some(Grant { who: who.clone().into(), power: power(tool.text())?, at: tool, checked })
        })
    });
    let grants = grants.collect();
    AgentConfig { grants, ..AgentConfig::of_tree(&QODO, document) }
}

fn seddon(document: Node<'_>) -> AgentConfig<'_> {
    let root = root_of(document);
    let asks = |policy: Node<'_>| Some(policy.as_str()? != "auto-approve");
    let policy = document.at(&["agent", "policy"]).unwrap_or(document);
    let grant = Grant {
        who: "the agent".into(),
        power: Power::EveryTool,
        at: policy,
        checked: root.setting("agent.policy", asks, Unset::Nothing),
    };
    let provider = Call {
        what: "the model provider".into(),
        verification: root.flag("provider.insecure_tls", Unset::Nothing).map(|insecure| !insecure),
        ..Call::default()
    };
    AgentConfig {
        name: document.at(&["agent", "name"]).and_then(Node::as_str),
        grants: vec![grant],
        calls: vec![provider],
        bounds: vec![bound(root, "the agent", BoundKind::Steps, "agent.max_iterations")],
        ..AgentConfig::of_tree(&SEDDON, document)
    }
}

fn llmagent(document: Node<'_>) -> AgentConfig<'_> {
    let root = root_of(document);
    let listed = document.at(&["mcp_servers"]).map(Node::entries).unwrap_or_default();
    AgentConfig {
        telemetry: Telemetry {
            tracing: root.flag("otel_enabled", Unset::Nothing),
            ..Telemetry::default()
        },
        tool_servers: listed.into_iter().map(servers::server).collect(),
        bounds: vec![bound(root, "the agent", BoundKind::Steps, "max_tool_turns")],
        ..AgentConfig::of_tree(&LLMAGENT, document)
    }
}

fn progressive(document: Node<'_>) -> AgentConfig<'_> {
    let root = root_of(document);
    AgentConfig {
        name: document.at(&["agent", "name"]).and_then(Node::as_str),
        bounds: vec![
            bound(root, "a day", BoundKind::Cost, "costs.daily_limit_usd"),
            bound(root, "a month", BoundKind::Cost, "costs.monthly_limit_usd"),
        ],
        ..AgentConfig::of_tree(&PROGRESSIVE, document)
    }
}

fn agent_2389(document: Node<'_>) -> AgentConfig<'_> {
    let root = root_of(document);
    AgentConfig {
        name: document.at(&["agent_id"]).and_then(Node::as_str),
        bounds: vec![bound(root, "a task", BoundKind::Time, "task_timeout")],
        ..AgentConfig::of_tree(&AGENT_2389, document)
    }
}
