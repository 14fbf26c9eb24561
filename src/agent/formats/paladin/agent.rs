//! An agent of Paladin in a file of its own, as the command line takes it.
//!
//! Some of the documents write `llm.provider` and `llm.model` for `provider.type` and `model`.

use super::{
    ABOVE_ZERO, ARSENAL, EVICTION, GARRISON_TYPE, PROVIDERS, READER, SWITCH, bounds, garrison,
    prompt, tool_servers,
};
use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{AgentConfig, Call, Definition, Reference};
use crate::file::FileKind;
use crate::schema::Shape::{self, Any, Is, List, Number, Plain, Text};
use crate::schema::{ScalarKind, fields};
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "Paladin agent",
    kind: FileKind::Agent,
    marker: "system_prompt",
    recognise: |document, _| is_agent(document),
    objects: &[],
    read: |document| {
        let mut config = AgentConfig::of_tree(&FORMAT, document);
        config.name = document.at(&["name"]).and_then(Node::as_str);
        add(document, &mut config);
        config
    },
    keys: Some((&KEYS, &READER)),
};

/// The keys of an agent, in a file of its own or inside a battalion.
pub(super) static KEYS: Shape = fields!(open {
    "name" !required: Text,
    "user_name": Text,
    "description": Text,
    "system_prompt" !required: Text,
    "model": Text,
    "temperature": TEMPERATURE,
    "max_loops": ABOVE_ZERO,
    "timeout_seconds": ABOVE_ZERO,
    "stop_words": List(&Plain),
    "provider": fields!(open { "type": Text }),
    "llm": fields!(open { "provider": Text, "model": Text, "temperature": TEMPERATURE }),
    "garrison": fields!(open {
        "type": GARRISON_TYPE,
        "garrison_type": GARRISON_TYPE,
        "path": Text,
        "max_entries": ABOVE_ZERO,
        "config": fields!(open { "path": Text, "max_entries": ABOVE_ZERO, "eviction_strategy": EVICTION }),
    }),
    "arsenal": ARSENAL,
    "autonomous": fields!(open {
        "planning": fields!(open { "enabled": SWITCH, "max_subtasks": Number }),
        "prompt_generation": fields!(open { "enabled": SWITCH }),
        "dynamic_temperature": fields!(open {
            "enabled": SWITCH,
            "min": TEMPERATURE,
            "max": TEMPERATURE,
        }),
        "handoffs": fields!(open {
            "enabled": SWITCH,
            "strategy": Any,
            "max_depth": Number,
            "retry": fields!(open {
                "max_retries": Number,
                "initial_backoff_ms": Number,
                "backoff_multiplier": Number,
            }),
        }),
    }),
    "vision_enabled": SWITCH,
    "images": List(&Text),
    "documents": List(&Text),
});

const TEMPERATURE: Shape = Is(&ScalarKind {
    wanted: "a number from 0 to 2",
    fits: |node| node.as_number().is_some_and(|number| (0.0..=2.0).contains(&number)),
    help: |_| None,
});

fn is_agent(document: Node<'_>) -> bool {
    let has = |keys: &[&str]| document.at(keys).is_some_and(|value| value.as_str().is_some());
    let provider =
        |keys: &[&str]| document.at(keys).is_some_and(|it| PROVIDERS.contains(&it.text()));
    let own = ["max_loops", "garrison", "arsenal", "stop_words", "user_name"];
    has(&["name"])
        && has(&["system_prompt"])
        && (has(&["model"]) && provider(&["provider", "type"])
            || has(&["llm", "model"])
                && provider(&["llm", "provider"])
                && own.iter().any(|key| document.get(key).is_some()))
}

/// Adds what an agent says to the configuration that it is a part of.
pub(super) fn add<'t>(agent: Node<'t>, config: &mut AgentConfig<'t>) {
    let name = agent.at(&["name"]);
    let root = Root { node: agent, grip: name.unwrap_or(agent) };
    let what = format!("agent `{}`", name.map_or("", Node::text));
    config.bounds.extend(bounds(root, &what, Unset::Documented(300.0)));
    config.prompts.extend(prompt(agent));
    config.tool_servers.extend(tool_servers(root));
    config.states.extend(garrison(root, format!("memory of {what}"), Unset::Nothing));
    let provider = agent.at(&["provider", "type"]).or_else(|| agent.at(&["llm", "provider"]));
    let provider = provider.filter(|it| it.is_scalar() && !is_template(it.text()));
    config.references.extend(provider.map(|at| Reference {
        kind: "provider",
        at,
        known: PROVIDERS.into(),
    }));
    if agent.at(&["autonomous", "handoffs"]).is_some() {
        config.calls.push(Call {
            what: format!("the agents that {what} hands work to").into(),
            retries: root.setting(
                "autonomous.handoffs.retry.max_retries",
                Node::as_number,
                Unset::Documented(3.0),
            ),
            backoff: root.setting(
                "autonomous.handoffs.retry.backoff_multiplier",
                |node| node.as_number().map(|factor| factor > 1.0),
                Unset::Documented(true),
            ),
            ..Call::default()
        });
    }
}
