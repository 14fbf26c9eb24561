//! Agents of Docker's `docker agent` (`cagent`): models, tool sets, permissions.
//!
//! Source: github.com/docker/docker-agent, `agent-schema.json`, version 15.

mod keys;

use std::sync::Arc;

use self::keys::{KEYS, READER, ROOT_KEYS};
use crate::agent::setting::{Root, Unset};
use crate::agent::{
    AgentConfig, Bound, BoundKind, Call, Definition, Grant, Power, Prompt, PromptText, Reference,
    Setting, State, StateKind, ToolServer,
};
use crate::file::FileKind;
use crate::schema::nearest;
use crate::tree::{Entry, Node};

pub(super) static FORMAT: Definition = Definition {
    name: "docker agent",
    kind: FileKind::Agent,
    marker: "(?m:^agents:[ \t]*(?:#.*)?\r?$)",
    recognise: |document, _| is_cagent(document),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

/// Keys of an agent of which one tells the format.
const TELLING: [&str; 7] = [
    "instruction",
    "instruction_file",
    "toolsets",
    "sub_agents",
    "use_toolsets",
    "welcome_message",
    "add_environment_info",
];

fn is_cagent(document: Node<'_>) -> bool {
    if document.tree().is_json() {
        return false;
    }
    let Some(agents) = document.at(&["agents"]).filter(|agents| agents.is_map()) else {
        return false;
    };
    let entries = agents.entries();
    let is_agent = |agent: Node<'_>| {
        let tells = TELLING.iter().any(|key| agent.get(key).is_some());
        let is_run = agent.at(&["model"]).is_some_and(|model| model.as_str().is_some())
            || agent.at(&["harness"]).is_some_and(Node::is_map);
        tells && is_run
    };
    // A misspelt key is worth a finding; many strange ones belong to another program.
    let strange = document
        .own_entries()
        .map(|entry| entry.key.text())
        .filter(|key| !ROOT_KEYS.contains(key) && !key.starts_with("x-"));
    let strange: Vec<_> = strange.collect();
    let is_slip = |key: &&str| nearest(key, ROOT_KEYS.iter().copied()).is_some();
    let is_ours = strange.len() <= 1 && strange.iter().all(is_slip);
    is_ours
        && entries.iter().all(|entry| entry.value.is_map())
        && entries.iter().any(|entry| is_agent(entry.value))
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let grip = document.get("agents").map_or(document, |entry| entry.key);
    let root = Root { node: document, grip };
    let names = |key: &str| {
        let entries = document.at(&[key]).map(Node::entries).unwrap_or_default();
        let names: Arc<[_]> = entries.iter().map(|entry| entry.key.text()).collect();
        (names.len() <= MOST_NAMES).then_some(names)
    };
    let known = Known {
        agents: names("agents"),
        servers: names("mcps"),
        toolsets: names("toolsets"),
        budgets: names("budgets"),
        models: names("models"),
    };
    let mut config = AgentConfig::of_tree(&FORMAT, document);
    // Docker's model runner is where the agent runs.
    let models = document.at(&["models"]).map(Node::entries).unwrap_or_default();
    let local = models.iter().map(|entry| entry.value);
    let local = local.filter(|model| model.at(&["provider"]).is_some_and(|it| it.text() == "dmr"));
    let local: Vec<_> = local.filter_map(|model| model.at(&["base_url"])).collect();
    config.endpoints.retain(|endpoint| !local.contains(&endpoint.at));
    for entry in document.at(&["agents"]).map(Node::entries).unwrap_or_default() {
        agent(entry, root, &known, &mut config);
    }
    for entry in document.at(&["toolsets"]).map(Node::entries).unwrap_or_default() {
        let who = format!("tool set `{}`", entry.key.text());
        toolset(entry.value, &Owner { who, root, agent: None, known: &known }, &mut config);
    }
    for entry in document.at(&["mcps"]).map(Node::entries).unwrap_or_default() {
        let name = entry.key.text();
        config.tool_servers.push(tool_server(name, entry.key, entry.value));
    }
    for entry in document.at(&["models"]).map(Node::entries).unwrap_or_default() {
        let model = Root { node: entry.value, grip: entry.key };
        config.bounds.push(Bound {
            what: format!("model `{}`", entry.key.text()).into(),
            kind: BoundKind::AnswerTokens,
            limit: model.setting("max_tokens", Node::as_number, Unset::Nothing),
        });
    }
    config.credential_env_names.extend(references_for_names(document));
    budget(root, "budget", "a run", &mut config);
    config.grants.extend(approved(root));
    config
}

/// `token_key: ${TOKEN}`: it is the name that is wanted, and nothing is filled in.
///
/// Source: github.com/docker/docker-agent, `pkg/model/provider`.
fn references_for_names(document: Node<'_>) -> impl Iterator<Item = (&str, Node<'_>)> {
    let tables = ["models", "providers"].into_iter().filter_map(move |key| document.at(&[key]));
    let keys = tables.flat_map(Node::entries).filter_map(|entry| entry.value.get("token_key"));
    let is_reference = |value: &str| {
        let name = value.strip_prefix('$').unwrap_or_default();
        let name = name.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(name);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let found = keys.filter(move |entry| is_reference(entry.value.text()));
    found.map(|entry| (entry.key.text(), entry.value))
}

/// Nobody writes down more, and each reference holds all of them.
const MOST_NAMES: usize = 256;

/// The names that the file defines, where they are not too many.
struct Known<'t> {
    agents: Option<Arc<[&'t str]>>,
    servers: Option<Arc<[&'t str]>>,
    toolsets: Option<Arc<[&'t str]>>,
    budgets: Option<Arc<[&'t str]>>,
    models: Option<Arc<[&'t str]>>,
}

fn agent<'t>(entry: Entry<'t>, root: Root<'t>, known: &Known<'t>, config: &mut AgentConfig<'t>) {
    let own = Root { node: entry.value, grip: entry.key };
    let who = format!("agent `{}`", entry.key.text());
    // An agent that can call nothing answers once.
    let calls = [
        "force_handoff",
        "handoffs",
        "max_iterations",
        "rag",
        "skills",
        "sub_agents",
        "toolsets",
        "use_skills",
        "use_toolsets",
    ];
    if calls.iter().any(|key| own.node.at(&[key]).is_some()) {
        config.bounds.push(Bound {
            what: who.clone().into(),
            kind: BoundKind::Steps,
            limit: own.setting("max_iterations", Node::as_number, Unset::Nothing),
        });
    }
    if own.node.at(&["fallback"]).is_some() {
        config.calls.push(Call {
            what: format!("the models of {who}").into(),
            // -1 means that there are none, and 0 what is the default.
            retries: own.setting("fallback.retries", retries, Unset::Documented(2.0)),
            ..Call::default()
        });
    }
    if let Some(at) = own.node.at(&["instruction"])
        && let Some(text) = at.as_str()
    {
        config.prompts.push(Prompt { at, text: PromptText::Inline(text) });
    }
    if let Some(files) = own.node.at(&["instruction_file"]) {
        let files = files.items().chain(files.is_scalar().then_some(files));
        let files =
            files.filter_map(|at| Some(Prompt { at, text: PromptText::File(at.as_str()?) }));
        config.prompts.extend(files);
    }
    // A name with a slash or a colon is somewhere else.
    let names = |key: &str| {
        let items = own.node.at(&[key]).map(|list| list.items().collect()).unwrap_or_default();
        let items: Vec<Node<'t>> = items;
        items.into_iter().filter(|it| it.is_scalar() && !it.text().contains(['/', ':', '$']))
    };
    for (key, kind, known) in [
        ("sub_agents", "agent", &known.agents),
        ("handoffs", "agent", &known.agents),
        ("use_toolsets", "tool set", &known.toolsets),
        ("budgets", "budget", &known.budgets),
    ] {
        if let Some(known) = known {
            let found = names(key).map(|at| Reference { kind, at, known: Arc::clone(known) });
            config.references.extend(found);
        }
    }
    if let Some(known) = known.models.as_ref().filter(|known| !known.is_empty()) {
        let models = models_of(own.node);
        let found = models.map(|at| Reference { kind: "model", at, known: Arc::clone(known) });
        config.references.extend(found);
    }
    if own.node.at(&["cache"]).is_some() {
        config.states.push(State {
            enabled: own.flag("cache.enabled", Unset::Documented(false)),
            ..State::of("response cache", StateKind::Cache)
        });
    }
    let scrubs = own.flag("redact_secrets", Unset::Nothing);
    if scrubs.off().is_some() {
        config.guards.output_filter = scrubs;
    }
    let owner = Owner { who, root, agent: Some(own), known };
    for item in own.node.at(&["toolsets"]).into_iter().flat_map(Node::items) {
        toolset(item, &owner, config);
    }
}

/// The models that an agent calls by a name of the file: `provider/model` needs none, and of several in
/// one text there is no place of each.
///
/// Source: github.com/docker/docker-agent, `pkg/config`, `ensureModelsExist`.
fn models_of(agent: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let fallbacks = agent.at(&["fallback", "models"]).into_iter().flat_map(Node::items);
    let all = agent.at(&["model"]).into_iter().chain(fallbacks);
    let is_name = |it: &Node<'_>| {
        it.is_scalar() && it.text() != "auto" && !it.text().contains(['/', ':', ',', '$'])
    };
    all.filter(is_name)
}

fn retries(node: Node<'_>) -> Option<f64> {
    let number = node.as_number()?;
    Some(if number < 0.0 { 0.0 } else { number }).filter(|it| *it != 0.0 || number < 0.0)
}

/// The tools of `filesystem` that change nothing.
///
/// Source: github.com/docker/docker-agent, `pkg/tools/builtin/filesystem.go`.
const READING: [&str; 6] = [
    "directory_tree",
    "list_directory",
    "read_file",
    "read_multiple_files",
    "search_files",
    "search_files_content",
];

/// Who has a tool set.
struct Owner<'a, 't> {
    who: String,
    root: Root<'t>,
    agent: Option<Root<'t>>,
    known: &'a Known<'t>,
}

fn toolset<'t>(item: Node<'t>, owner: &Owner<'_, 't>, config: &mut AgentConfig<'t>) {
    let Some(kind) = item.at(&["type"]) else { return };
    let is_on = |node: Node<'t>| node.at(&["readonly"]).and_then(Node::as_bool) == Some(true);
    let is_read_only = is_on(item) || owner.agent.is_some_and(|agent| is_on(agent.node));
    let is_confined = item.at(&["sandbox"]).is_some()
        || owner.root.node.at(&["runtime", "sandbox"]).and_then(Node::as_bool) == Some(true);
    // An empty list stands for all tools.
    let mut named = item.at(&["tools"]).into_iter().flat_map(Node::items).peekable();
    let only_reads = named.peek().is_some() && named.all(|tool| READING.contains(&tool.text()));
    let power = match kind.text() {
        "shell" | "background_jobs" if !is_confined => Some(Power::Shell),
        "filesystem" | "file" if item.at(&["allow_list"]).is_none() && !only_reads => {
            Some(Power::Files)
        }
        "mcp_catalog" if item.at(&["allowed_servers"]).is_none() => Some(Power::EveryTool),
        _ => None,
    };
    if let Some(power) = power.filter(|_| !is_read_only) {
        let who = owner.who.clone().into();
        config.grants.push(Grant { who, power, at: kind, checked: checked(owner, kind) });
    }
    if kind.text() != "mcp" {
        return;
    }
    let reference = item.at(&["ref"]).filter(|it| !it.text().starts_with("docker:"));
    if let Some(at) = reference.filter(|it| !it.text().contains('$')) {
        if let Some(known) = owner.known.servers.clone() {
            config.references.push(Reference { kind: "tool server", at, known });
        }
        return;
    }
    let name = ["name", "ref", "command"].into_iter().find_map(|key| item.at(&[key]));
    let name = name.or(item.at(&["remote", "url"])).map_or("mcp", Node::text);
    config.tool_servers.push(tool_server(name, kind, item));
}

/// Whether a person is asked, or a rule decides: the mode of safety that is said, or permissions.
fn checked<'t>(owner: &Owner<'_, 't>, at: Node<'t>) -> Setting<'t, bool> {
    let mode = |node: Node<'_>| Some(node.as_str()? != "autonomous");
    let root = Root { grip: at, ..owner.root };
    let safety = root.setting("runtime.safety", mode, Unset::Nothing);
    let safety = match owner.agent {
        Some(agent) => agent.setting("safety", mode, Unset::Nothing).or(safety, false),
        None => safety,
    };
    if safety.is_stated() {
        return safety;
    }
    let rules = ["deny", "ask"].into_iter().find_map(|key| {
        let list = root.node.at(&["permissions", key])?;
        list.items().next().map(|_| list)
    });
    match rules {
        Some(list) => Setting::stated("permissions", true, list),
        // The tool set is where the finding belongs, and it has no such key.
        None => Root { node: at, grip: at }.flag("permissions", Unset::Means(false)),
    }
}

/// What is approved without a question, whatever its arguments.
fn approved(root: Root<'_>) -> Vec<Grant<'_>> {
    let allowed = root.node.at(&["permissions", "allow"]).into_iter().flat_map(Node::items);
    let power = |pattern: &str| match pattern {
        "*" => Some(Power::EveryTool),
        "shell" | "shell*" | "shell:*" | "shell:cmd=*" => Some(Power::Shell),
        "write_file" | "edit_file" | "filesystem*" => Some(Power::Files),
        _ => None,
    };
    let grants = allowed.filter_map(|at| {
        let checked = Setting::stated("permissions.allow", false, at);
        Some(Grant { who: "every agent".into(), power: power(at.text())?, at, checked })
    });
    grants.collect()
}

fn tool_server<'t>(name: &'t str, at: Node<'t>, item: Node<'t>) -> ToolServer<'t> {
    let root = Root { node: item, grip: at };
    let is_list = |key: &str| item.at(&[key]).filter(|it| it.is_list());
    ToolServer {
        name,
        at,
        enabled: Setting::default(),
        left_out: None,
        transport: root.text("remote.transport_type", Unset::Nothing),
        command: item.at(&["command"]),
        arguments: is_list("args").map(|args| args.items().collect()).unwrap_or_default(),
        url: item.at(&["remote", "url"]),
        limited: root.setting(
            "tools",
            // An empty list is as good as none.
            |list| list.is_list().then_some(list.items().next().is_some()),
            Unset::Means(false),
        ),
    }
}

fn budget<'t>(root: Root<'t>, key: &str, what: &'static str, config: &mut AgentConfig<'t>) {
    if root.node.at(&[key]).is_none() {
        return;
    }
    // An unset or zero limit is none.
    let limits = [("max_cost", BoundKind::Cost), ("max_tokens", BoundKind::Tokens)];
    config.bounds.extend(limits.map(|(limit, kind)| Bound {
        what: what.into(),
        kind,
        limit: root.setting(format!("{key}.{limit}"), Node::as_number, Unset::Nothing),
    }));
}
