//! Several agents of Paladin that work together, in one file.

use std::sync::Arc;

use super::{MOST, READER, SWITCH, agent};
use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{AgentConfig, Bound, BoundKind, Call, Definition, Reference};
use crate::file::FileKind;
use crate::schema::Shape::{self, Any, List, Number, OneOf, Text};
use crate::schema::fields;
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "Paladin battalion",
    kind: FileKind::Agent,
    marker: r#"(?m:^\s*["']?type["']?\s*[:=]\s*["']?(?:formation|phalanx|campaign|chain[-_]of[-_]command|conclave|maneuver|council|grove))"#,
    recognise: |document, _| is_battalion(document),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

const TYPES: [&str; 9] = [
    "formation",
    "phalanx",
    "campaign",
    "chain-of-command",
    "chain_of_command",
    "conclave",
    "maneuver",
    "council",
    "grove",
];

/// The keys that hold agents, one or a list of them.
const MEMBERS: [&str; 8] = [
    "paladins",
    "nodes",
    "commander",
    "delegates",
    "experts",
    "aggregator",
    "participants",
    "moderator",
];

/// An agent, or the file that holds one.
const MEMBER: Shape = Shape::Either(&[fields!(open { "inline": INLINE }), Any]);

const INLINE: Shape = Shape::Either(&[AGENT, Any]);

/// What must be right of an agent wherever it stands; its file holds the rest.
const AGENT: Shape = fields!(open {
    "name" !required: Text,
    "system_prompt" !required: Text,
    "model": Text,
    "temperature": Number,
    "max_loops": Number,
    "timeout_seconds": Number,
});

static KEYS: Shape = fields!(open {
    "type" !required: OneOf(&TYPES),
    "name": Text,
    "description": Text,
    "paladins": List(&MEMBER),
    "nodes": List(&fields!(open { "id" !required: Text, "paladin": MEMBER })),
    "edges": List(&fields!(open { "from" !required: Text, "to" !required: Text })),
    "start_node": Text,
    "commander": MEMBER,
    "delegates": List(&MEMBER),
    "experts": List(&MEMBER),
    "aggregator": MEMBER,
    "participants": List(&MEMBER),
    "moderator": MEMBER,
    "trees": List(&fields!(open { "name" !required: Text, "agents": List(&MEMBER) })),
    "flow": Text,
    "pass_output_to_next": SWITCH,
    "timeout_seconds": Number,
    "retry_attempts": Number,
    "max_expert_output_tokens": Number,
    "include_expert_names": SWITCH,
    "config": fields!(open {
        "error_strategy": Text,
        "output_format": Text,
        "pass_output_as_input": SWITCH,
        "timeout_seconds": Number,
        "collect_timing_metrics": SWITCH,
        "turn_strategy": Text,
        "store_history": SWITCH,
        "routing_strategy": Text,
        "fallback_tree": Text,
        "similarity_threshold": Number,
    }),
});

/// The agents that stand in the file itself.
fn members(document: Node<'_>) -> Vec<Node<'_>> {
    let trees = document.at(&["trees"]).into_iter().flat_map(Node::items);
    let of_trees = trees.filter_map(|tree| tree.at(&["agents"]));
    let holders = MEMBERS.iter().filter_map(|key| document.at(&[key])).chain(of_trees);
    let entries = holders.flat_map(|it| {
        let one = it.is_map().then_some(it);
        one.into_iter().chain(it.items())
    });
    let inline =
        entries.filter_map(|it| it.at(&["inline"]).or_else(|| it.at(&["paladin", "inline"])));
    inline.filter(|agent| agent.is_map()).collect()
}

fn is_battalion(document: Node<'_>) -> bool {
    let is_typed = document.at(&["type"]).is_some_and(|it| TYPES.contains(&it.text()));
    let lists = || document.at(&["paladins"]).is_some_and(Node::is_list);
    let holds = || members(document).iter().any(|agent| agent.get("system_prompt").is_some());
    is_typed && (lists() || holds())
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let grip = document.get("type").map_or(document, |entry| entry.key);
    let root = Root { node: document, grip };
    let mut config = AgentConfig::of_tree(&FORMAT, document);
    config.name = document.at(&["name"]).and_then(Node::as_str);
    for member in members(document) {
        agent::add(member, &mut config);
    }
    config.references.extend(references(document));
    let number = |path| root.setting(path, Node::as_number, Unset::Nothing);
    let time = number("timeout_seconds").or(number("config.timeout_seconds"), false);
    if time.is_stated() {
        let (what, kind) = ("the battalion".into(), BoundKind::Time);
        config.bounds.push(Bound { what, kind, limit: time });
    }
    if document.get("retry_attempts").is_some() {
        let (what, retries) = ("the experts".into(), number("retry_attempts"));
        config.calls.push(Call { what, retries, ..Call::default() });
    }
    let rounds = ["config", "termination_condition"];
    let by_rounds = document.at(&rounds).and_then(|it| it.at(&["type"]));
    if by_rounds.is_some_and(|it| it.text() == "MaxRounds") {
        config.bounds.push(Bound {
            what: "the council".into(),
            kind: BoundKind::Steps,
            limit: number("config.termination_condition.value"),
        });
    }
    config
}

/// What the file names that must be in it: the ends of edges, where a campaign starts, and where a
/// grove sends what no tree takes.
fn references(document: Node<'_>) -> Vec<Reference<'_>> {
    let list = |key: &str| document.at(&[key]).filter(|list| list.is_list());
    let mut references = Vec::new();
    if let Some(nodes) = list("nodes") {
        let edges = list("edges").into_iter().flat_map(Node::items);
        let ends = edges.flat_map(|edge| [edge.at(&["from"]), edge.at(&["to"])]).flatten();
        let start = document.at(&["start_node"]);
        references.extend(naming("node", nodes, "id", ends.chain(start)));
    }
    if let Some(trees) = list("trees") {
        let fallback = document.at(&["config", "fallback_tree"]);
        references.extend(naming("tree", trees, "name", fallback.into_iter()));
    }
    references
}

/// References to the entries of a list, each of which has its name at `key`.
fn naming<'t>(
    kind: &'static str,
    list: Node<'t>,
    key: &str,
    names: impl Iterator<Item = Node<'t>>,
) -> Vec<Reference<'t>> {
    if list.items().len() > MOST {
        return Vec::new();
    }
    let known: Option<Vec<_>> = list.items().map(|item| Some(item.at(&[key])?.text())).collect();
    let Some(known) = known.filter(|known| !known.iter().any(|name| is_template(name))) else {
        return Vec::new();
    };
    let known: Arc<[_]> = known.into();
    let names = names.filter(|name| name.is_scalar() && !is_template(name.text()));
    names.take(MOST).map(|at| Reference { kind, at, known: Arc::clone(&known) }).collect()
}
