//! Agents and tasks of `CrewAI`: `config/agents.yaml` and `config/tasks.yaml`, and in newer projects
//! `crew.jsonc` with a file for each agent.
//!
//! No name and no key at the root tells them: every value of the YAML files is an agent or a task.
//!
//! Source: docs.crewai.com/en/concepts, "Agents", "Tasks" and "Crews", 2026-11.

use std::sync::Arc;

use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    AgentConfig, Bound, BoundKind, Call, Definition, Format, Grant, Logs, Power, Prompt,
    PromptText, Reference, Setting,
};
use crate::file::FileKind;
use crate::schema::Shape::{self, Any, Flag, List, Map, Nullable, Number, OneOf, Text};
use crate::schema::{Reader, fields};
use crate::tree::Node;

static READER: Reader = Reader {
    is_open: |text| is_template(text) || text.contains('{'),
    extensions: None,
    refusal: "CrewAI refuses it when the crew starts",
    unknown: "CrewAI does not know the key",
};

/// `agents.yaml`: a mapping of agents.
pub(super) static AGENTS: Definition = Definition {
    name: "CrewAI agents",
    kind: FileKind::Agent,
    marker: "backstory",
    recognise: |document, _| every(document, is_agent),
    objects: &[],
    read: agents,
    keys: Some((&AGENTS_KEYS, &READER)),
};

/// `agents/<name>.jsonc`: one agent.
pub(super) static AGENT: Definition = Definition {
    name: "CrewAI agent",
    kind: FileKind::Agent,
    marker: "backstory",
    recognise: |document, _| is_agent(document),
    objects: &[],
    read: |document| AgentConfig { format: Format(&AGENT), ..agents(document) },
    keys: Some((&AGENT_KEYS, &READER)),
};

/// `tasks.yaml`: a mapping of tasks.
pub(super) static TASKS: Definition = Definition {
    name: "CrewAI tasks",
    kind: FileKind::Agent,
    marker: "expected_output",
    recognise: |document, _| every(document, is_task),
    objects: &[],
    read: tasks,
    keys: Some((&TASK_KEYS, &READER)),
};

/// `crew.jsonc`.
pub(super) static CREW: Definition = Definition {
    name: "CrewAI crew",
    kind: FileKind::Agent,
    marker: "expected_output",
    recognise: |document, _| is_crew(document),
    objects: &[],
    read: crew,
    keys: Some((&CREW_KEYS, &READER)),
};

fn has_texts(node: Node<'_>, keys: &[&str]) -> bool {
    node.is_map() && keys.iter().all(|key| node.at(&[key]).is_some_and(Node::is_scalar))
}

fn is_agent(node: Node<'_>) -> bool {
    has_texts(node, &["role", "goal", "backstory"])
}

fn is_task(node: Node<'_>) -> bool {
    has_texts(node, &["description", "expected_output"])
}

fn every(document: Node<'_>, is_one: fn(Node<'_>) -> bool) -> bool {
    let entries = document.entries();
    !entries.is_empty() && entries.iter().all(|entry| is_one(entry.value))
}

fn is_crew(document: Node<'_>) -> bool {
    let agents = document.at(&["agents"]).filter(|agents| agents.is_list());
    let tasks = document.at(&["tasks"]).filter(|tasks| tasks.is_list());
    agents.is_some_and(|agents| agents.items().all(Node::is_scalar))
        && tasks.is_some_and(|tasks| tasks.items().len() > 0 && tasks.items().all(is_task))
}

/// Where the settings of an agent stand: beside its role, or in `settings`, which wins.
#[derive(Clone, Copy)]
struct Agent<'t> {
    /// Nothing where the file is the agent and does not say.
    name: Option<&'t str>,
    root: Root<'t>,
}

impl<'t> Agent<'t> {
    fn number(
        &self,
        key: &'static str,
        inner: &'static str,
        unset: Unset<f64>,
    ) -> Setting<'t, f64> {
        self.reading(Node::as_number, key, inner, unset)
    }

    fn reading(
        &self,
        read: fn(Node<'t>) -> Option<f64>,
        key: &'static str,
        inner: &'static str,
        unset: Unset<f64>,
    ) -> Setting<'t, f64> {
        let of = |path, unset| self.root.setting(path, read, unset);
        of(inner, Unset::Nothing).or(of(key, unset), true)
    }

    fn flag(&self, key: &'static str, inner: &'static str) -> Setting<'t, bool> {
        self.root
            .flag(inner, Unset::Nothing)
            .or(self.root.flag(key, Unset::Documented(false)), true)
    }

    fn what(&self) -> String {
        match self.name {
            Some(name) => format!("agent `{name}`"),
            None => "the agent of this file".to_owned(),
        }
    }

    fn bounds(&self) -> [Bound<'t>; 2] {
        // With 0 it answers at once.
        let some = |node: Node<'t>| node.as_number().filter(|most| *most > 0.0);
        let default = Unset::Documented(25.0);
        let steps = self.reading(some, "max_iter", "settings.max_iter", default);
        let time = self.number("max_execution_time", "settings.max_execution_time", Unset::Nothing);
        [(BoundKind::Steps, steps), (BoundKind::Time, time)].map(|(kind, limit)| Bound {
            what: self.what().into(),
            kind,
            limit,
        })
    }

    fn call(&self) -> Call<'t> {
        let retries =
            self.number("max_retry_limit", "settings.max_retry_limit", Unset::Documented(2.0));
        Call { what: self.what().into(), retries, ..Call::default() }
    }

    /// The code that it may run: in a container of Docker, or on the machine itself.
    fn grant(&self) -> Option<Grant<'t>> {
        let on = self.flag("allow_code_execution", "settings.allow_code_execution").on()?;
        let key = ["settings.code_execution_mode", "code_execution_mode"];
        let mode = |path| self.root.text(path, Unset::Documented("safe"));
        let [inner, outer] = key.map(mode);
        let checked = inner.or(outer, true).map(|mode| mode != "unsafe");
        Some(Grant { who: self.what().into(), power: Power::Code, at: on.at, checked })
    }

    fn prompt(&self) -> Option<Prompt<'t>> {
        let at = self.root.node.at(&["backstory"])?;
        Some(Prompt { at, text: PromptText::Inline(at.as_str()?) })
    }
}

fn agents(document: Node<'_>) -> AgentConfig<'_> {
    let agents: Vec<Agent<'_>> = if is_agent(document) {
        let grip = document.get("role").map_or(document, |entry| entry.key);
        let name = document.at(&["name"]).and_then(Node::as_str);
        vec![Agent { name, root: Root { node: document, grip } }]
    } else {
        let entries = document.entries().into_iter();
        entries
            .map(|entry| Agent { name: Some(entry.key.text()), root: Root::of(&entry) })
            .collect()
    };
    let verbose = agents.iter().map(|agent| agent.flag("verbose", "settings.verbose"));
    AgentConfig {
        logs: Logs { payloads: verbose.collect(), ..Logs::default() },
        bounds: agents.iter().flat_map(Agent::bounds).collect(),
        calls: agents.iter().map(Agent::call).collect(),
        grants: agents.iter().filter_map(Agent::grant).collect(),
        prompts: agents.iter().filter_map(Agent::prompt).collect(),
        ..AgentConfig::of_tree(&AGENTS, document)
    }
}

/// How often a task is done again when its guardrail finds the result wanting.
fn guardrail<'t>(name: &str, root: Root<'t>) -> Call<'t> {
    let path = "guardrail_max_retries";
    let retries = root.setting(path, Node::as_number, Unset::Documented(3.0));
    Call { what: format!("task `{name}`").into(), retries, ..Call::default() }
}

/// The names in a list, or the one in its place. What an input fills in names nothing yet.
fn named<'t>(node: Node<'t>, key: &str) -> Vec<Node<'t>> {
    let value = node.at(&[key]);
    let all = value.into_iter().flat_map(Node::items).chain(value);
    all.filter(|name| name.is_scalar() && !(READER.is_open)(name.text())).collect()
}

fn references<'t>(
    task: Node<'t>,
    key: &str,
    kind: &'static str,
    known: &Arc<[&'t str]>,
) -> Vec<Reference<'t>> {
    let names = named(task, key).into_iter();
    names.map(|at| Reference { kind, at, known: Arc::clone(known) }).collect()
}

fn tasks(document: Node<'_>) -> AgentConfig<'_> {
    let tasks = document.entries();
    let names: Arc<[_]> = tasks.iter().map(|task| task.key.text()).collect();
    let context = tasks.iter().flat_map(|task| references(task.value, "context", "task", &names));
    // A task may be a method of the crew alone, so that only what is nearly one of these is a slip.
    let context = context.filter(|it| !it.is_dangling() || it.nearest().is_some());
    AgentConfig {
        references: context.collect(),
        calls: tasks.iter().map(|task| guardrail(task.key.text(), Root::of(task))).collect(),
        ..AgentConfig::of_tree(&TASKS, document)
    }
}

fn crew(document: Node<'_>) -> AgentConfig<'_> {
    let root = Root { node: document, grip: document.get("tasks").map_or(document, |it| it.key) };
    let tasks: Vec<_> = document.at(&["tasks"]).into_iter().flat_map(Node::items).collect();
    let names: Arc<[_]> =
        tasks.iter().filter_map(|task| task.at(&["name"])).map(Node::text).collect();
    // An agent is a file of that name; the list says which there are.
    let agents: Arc<[_]> = named(document, "agents").into_iter().map(Node::text).collect();
    let of = |task: &Node<'_>| guardrail(task.at(&["name"]).map_or("", Node::text), root);
    let agent = tasks.iter().flat_map(|task| references(*task, "agent", "agent", &agents));
    let context = tasks.iter().flat_map(|task| references(*task, "context", "task", &names));
    // A task without a name may go by another one.
    let context = context.filter(|_| names.len() == tasks.len());
    AgentConfig {
        name: document.at(&["name"]).and_then(Node::as_str),
        logs: Logs {
            payloads: vec![root.flag("verbose", Unset::Documented(false))],
            ..Logs::default()
        },
        references: agent.chain(context).collect(),
        calls: tasks.iter().map(of).collect(),
        ..AgentConfig::of_tree(&CREW, document)
    }
}

static AGENT_KEYS: Shape = AGENT_SHAPE;

const AGENT_SHAPE: Shape = fields!(open {
    "role" !required: Text,
    "goal" !required: Text,
    "backstory" !required: Text,
    "name": Text,
    "llm": Nullable(&Any),
    "function_calling_llm": Nullable(&Any),
    "tools": Nullable(&List(&Any)),
    "mcps": Nullable(&List(&Any)),
    "max_iter": Number,
    "max_rpm": Nullable(&Number),
    "max_execution_time": Nullable(&Number),
    "max_retry_limit": Number,
    "max_tokens": Nullable(&Number),
    "allow_delegation": Flag,
    "allow_code_execution": Nullable(&Flag),
    "code_execution_mode": OneOf(&["safe", "unsafe"]),
    "respect_context_window": Flag,
    "verbose": Flag,
    "cache": Flag,
    "multimodal": Flag,
    "reasoning": Flag,
    "max_reasoning_attempts": Nullable(&Number),
    "inject_date": Flag,
    "date_format": Text,
    "settings": fields!(open {
        "max_iter": Number,
        "max_rpm": Nullable(&Number),
        "max_execution_time": Nullable(&Number),
        "max_retry_limit": Number,
        "verbose": Flag,
        "allow_delegation": Flag,
    }),
});

static AGENTS_KEYS: Shape = Map(&AGENT_SHAPE);

const TASK: Shape = fields!(open {
    "description" !required: Text,
    "expected_output" !required: Text,
    "name": Text,
    "agent": Nullable(&Any),
    "context": Nullable(&List(&Any)),
    "tools": Nullable(&List(&Any)),
    "async_execution": Nullable(&Flag),
    "human_input": Nullable(&Flag),
    "markdown": Nullable(&Flag),
    "create_directory": Nullable(&Flag),
    "output_file": Nullable(&Text),
    "guardrail": Any,
    "guardrails": Any,
    "guardrail_max_retries": Nullable(&Number),
});

static TASK_KEYS: Shape = Map(&TASK);

static CREW_KEYS: Shape = fields!(open {
    "name": Text,
    "agents" !required: List(&Text),
    "tasks" !required: List(&TASK),
    "process": OneOf(&["sequential", "hierarchical"]),
    "verbose": Flag,
    "memory": Any,
    "cache": Flag,
    "max_rpm": Nullable(&Number),
    "planning": Flag,
    "planning_llm": Any,
    "manager_llm": Any,
    "manager_agent": Any,
    "output_log_file": Any,
    "stream": Flag,
    "tracing": Nullable(&Flag),
    "inputs": Map(&Any),
});
