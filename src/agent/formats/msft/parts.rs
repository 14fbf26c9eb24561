//! The lists of `agent.toml`: models, servers of tools, workflows.

use std::borrow::Cow;

use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    Bound, BoundKind, Call, Model, Prompt, PromptText, Reference, Setting, ToolServer,
};
use crate::tree::{Entry, Node};

/// Something that goes by a name: an item of a list, or an entry of a table.
#[derive(Clone, Copy)]
struct Named<'t> {
    name: &'t str,
    /// What declares it.
    at: Node<'t>,
    table: Node<'t>,
}

impl<'t> Named<'t> {
    fn root(self) -> Root<'t> {
        Root { node: self.table, grip: self.at }
    }

    fn is_enabled(self) -> bool {
        self.root().flag("enabled", Unset::Documented(true)).off().is_none()
    }

    fn number(self, path: &'static str, unset: Unset<f64>) -> Setting<'t, f64> {
        self.root().setting(path, Node::as_number, unset)
    }

    /// An item that says its own name.
    fn item(table: Node<'t>) -> Option<Self> {
        let name = table.at(&["name"])?;
        Some(Named { name: name.as_str()?, at: name, table })
    }

    fn entry(Entry { key, value }: Entry<'t>) -> Option<Self> {
        value.is_map().then_some(Named { name: key.text(), at: key, table: value })
    }
}

/// The models; nothing where not all of them say their names.
fn models(agent: Node<'_>) -> Option<Vec<Named<'_>>> {
    agent.at(&["models"])?.items().map(Named::item).collect()
}

/// The servers of tools, as a list or as a table.
fn servers(agent: Node<'_>) -> Vec<Named<'_>> {
    let Some(servers) = agent.at(&["mcp"]) else { return Vec::new() };
    if servers.is_list() {
        return servers.items().filter_map(Named::item).collect();
    }
    servers.entries().into_iter().filter_map(Named::entry).collect()
}

/// The workflows, as a list, or as tables beside the settings of all.
fn workflows(agent: Node<'_>) -> Vec<Named<'_>> {
    let Some(workflows) = agent.at(&["workflows"]) else { return Vec::new() };
    if workflows.is_list() {
        return workflows.items().filter_map(Named::item).collect();
    }
    let is_workflow = |it: &Named<'_>| it.table.at(&["agents"]).is_some_and(Node::is_list);
    workflows.entries().into_iter().filter_map(Named::entry).filter(is_workflow).collect()
}

/// The tables below `[agent.tools]` that are tools.
fn tools(agent: Node<'_>) -> Vec<Named<'_>> {
    let tools = agent.at(&["tools"]).map(Node::entries).unwrap_or_default();
    let is_tool = |it: &Named<'_>| !["validation", "execution"].contains(&it.name);
    tools.into_iter().filter_map(Named::entry).filter(is_tool).collect()
}

/// Where a server is. That of Dynamics 365 is found in the environment that it logs in to.
fn address(server: Node<'_>) -> Option<Node<'_>> {
    let is_dynamics = server.at(&["type"]).is_some_and(|kind| kind.text() == "d365");
    let environment = || server.at(&["oauth", "environment_url"]).filter(|_| is_dynamics);
    server.at(&["url"]).or_else(environment)
}

pub(super) fn tool_servers(agent: Node<'_>) -> Vec<ToolServer<'_>> {
    let all = servers(agent).into_iter();
    all.map(|server| {
        let arguments = server.table.at(&["args"]);
        ToolServer {
            name: server.name,
            at: server.at,
            enabled: server.root().flag("enabled", Unset::Documented(true)),
            left_out: None,
            transport: server.root().text("type", Unset::Nothing),
            command: server.table.at(&["command"]),
            arguments: arguments.into_iter().flat_map(Node::items).collect(),
            url: address(server.table),
            limited: Setting::default(),
        }
    })
    .collect()
}

pub(super) fn calls(agent: Node<'_>) -> Vec<Call<'_>> {
    let mut calls: Vec<Call<'_>> = Vec::new();
    // Models hand what the format does not name to their client.
    for model in models(agent).unwrap_or_default() {
        calls.push(Call {
            what: what("model", model),
            is_of_models: true,
            timeout: model.number("timeout", Unset::Nothing).if_stated(),
            retries: model.number("max_retries", Unset::Nothing).if_stated(),
            ..Call::default()
        });
    }
    for tool in tools(agent) {
        calls.push(Call {
            what: what("tool", tool),
            timeout: tool.number("timeout", Unset::Nothing).if_stated(),
            retries: tool.number("max_retries", Unset::Nothing).if_stated(),
            ..Call::default()
        });
    }
    for server in servers(agent).into_iter().filter(|server| server.is_enabled()) {
        let kind = server.table.at(&["type"]).map_or("", Node::text);
        let mut call = Call { what: what("MCP server", server), ..Call::default() };
        match kind {
            "http" | "websocket" => {
                call.timeout = server.number("timeout", Unset::Documented(30.0));
                call.retries = server.number("retry_attempts", Unset::Nothing).if_stated();
            }
            "d365" => {
                call.timeout = server.number("timeout", Unset::Documented(60.0));
                call.retries = server.number("max_retries", Unset::Documented(3.0));
                call.backoff = server
                    .number("retry_backoff_base", Unset::Documented(1.0))
                    .map(|seconds| seconds > 0.0);
                call.breaker = server
                    .number("circuit_breaker_failure_threshold", Unset::Documented(5.0))
                    .map(|failures| failures >= 1.0);
            }
            _ => continue,
        }
        calls.push(call);
    }
    if let Some(cache) = agent.path(&["memory", "cache"]).and_then(Named::entry) {
        let pool = cache.number("max_connections", Unset::Nothing).if_stated();
        if cache.is_enabled() {
            calls.push(Call { what: "the memory cache".into(), pool, ..Call::default() });
        }
    }
    calls
}

pub(super) fn bounds<'t>(agent: Node<'t>, root: Root<'t>) -> Vec<Bound<'t>> {
    fn bound<'t>(
        what: impl Into<Cow<'t, str>>,
        kind: BoundKind,
        limit: Setting<'t, f64>,
    ) -> Bound<'t> {
        Bound { what: what.into(), kind, limit: limit.if_stated() }
    }
    let number = |path: &'static str| root.setting(path, Node::as_number, Unset::Nothing);
    let mut bounds = vec![
        bound("the agent", BoundKind::AnswerTokens, number("agent.max_tokens")),
        bound("the agent", BoundKind::Steps, number("agent.security.max_tool_calls_per_request")),
        bound(
            "the agent",
            BoundKind::Tokens,
            number("agent.security.rate_limit.tokens_per_minute"),
        ),
        bound("the agent", BoundKind::Tokens, number("agent.security.rate_limit.tokens_per_hour")),
    ];
    for model in models(agent).unwrap_or_default() {
        let limit = model.number("max_tokens", Unset::Nothing);
        bounds.push(bound(what("model", model), BoundKind::AnswerTokens, limit));
    }
    if agent.at(&["workflows"]).is_some_and(Node::is_map) {
        bounds.push(bound("all workflows", BoundKind::Time, number("agent.workflows.timeout")));
    }
    for workflow in workflows(agent).into_iter().filter(|it| it.is_enabled()) {
        let limit = workflow.number("timeout", Unset::Nothing);
        bounds.push(bound(what("workflow", workflow), BoundKind::Time, limit));
        let limit = workflow.number("agent_timeout", Unset::Nothing);
        let each = format!("each agent of workflow `{}`", workflow.name);
        bounds.push(bound(each, BoundKind::Time, limit));
    }
    bounds
}

/// Every name of a model or of an agent that must be defined in the same file.
pub(super) fn references(agent: Node<'_>) -> Vec<Reference<'_>> {
    fn refer<'t>(kind: &'static str, at: Node<'t>, known: &[Named<'t>]) -> Option<Reference<'t>> {
        let is_name = at.as_str().is_some_and(|name| !name.is_empty() && !is_template(name));
        let known = || known.iter().map(|it| it.name).collect();
        is_name.then(|| Reference { kind, at, known: known() })
    }
    let mut references = Vec::new();
    let workflows = workflows(agent);
    // Without models of its own the agent has the one of `[agent.azure_openai]`, by any name.
    if let Some(models) = models(agent).filter(|models| !models.is_empty()) {
        let own =
            [agent.at(&["default_model"]), agent.at(&["memory", "summarization", "summary_model"])];
        let of_agents = workflows.iter().flat_map(|workflow| agents(*workflow).0);
        let of_agents = of_agents.filter_map(|it| it.table.at(&["model"]));
        let named = own.into_iter().flatten().chain(of_agents);
        references.extend(named.filter_map(|at| refer("model", at, &models)));
    }
    for workflow in workflows {
        let (agents, are_all) = agents(workflow);
        if !are_all || agents.is_empty() {
            continue;
        }
        let start = workflow.table.at(&["start"]);
        let edges = workflow.table.at(&["edges"]).into_iter().flat_map(Node::items);
        let ends = edges.flat_map(|edge| [edge.at(&["from"]), edge.at(&["to"])]);
        let named = start.into_iter().chain(ends.flatten());
        references.extend(named.filter_map(|at| refer("agent", at, &agents)));
    }
    references
}

/// The agents of a workflow, and whether all of them say their names.
fn agents(workflow: Named<'_>) -> (Vec<Named<'_>>, bool) {
    let Some(all) = workflow.table.at(&["agents"]) else { return (Vec::new(), false) };
    let named: Vec<_> = all.items().filter_map(Named::item).collect();
    let are_all = named.len() == all.items().len();
    (named, are_all)
}

/// The models that say their names; `[agent.azure_openai]` is for want of others.
fn named_models(agent: Node<'_>) -> Vec<Named<'_>> {
    let models = agent.at(&["models"]).into_iter().flat_map(Node::items);
    let mut all: Vec<_> = models.filter_map(Named::item).collect();
    if all.is_empty() {
        all.extend(agent.path(&["azure_openai"]).and_then(Named::entry));
    }
    all
}

/// The versions of the interfaces of the models.
pub(super) fn api_versions(agent: Node<'_>) -> Vec<Setting<'_, &str>> {
    let all = named_models(agent).into_iter();
    all.map(|it| it.root().text("api_version", Unset::Nothing)).collect()
}

/// The models with what they are called with. Azure calls a deployment of one's own.
pub(super) fn all_models(agent: Node<'_>) -> Vec<Model<'_>> {
    let all = named_models(agent).into_iter();
    all.map(|it| {
        let of_azure = it.table.at(&["provider"]).is_none_or(|it| it.text() == "azure_openai");
        let needs: &[&'static str] =
            if of_azure { &["endpoint", "deployment", "api_version"] } else { &["model"] };
        let needs = needs.iter().map(|key| it.root().text(key, Unset::Nothing));
        Model { what: what("model", it), at: it.at, needs: needs.collect() }
    })
    .collect()
}

/// The system prompt, and the instructions of each agent of a workflow.
pub(super) fn prompts(agent: Node<'_>) -> Vec<Prompt<'_>> {
    fn inline(at: Node<'_>) -> Option<Prompt<'_>> {
        at.as_str().map(|text| Prompt { at, text: PromptText::Inline(text) })
    }
    let system = agent.at(&["system_prompt"]).and_then(|at| {
        let text = at.as_str().filter(|text| !is_template(text))?;
        let text = if is_path(text) { PromptText::File(text) } else { PromptText::Inline(text) };
        Some(Prompt { at, text })
    });
    let workflows = workflows(agent).into_iter().filter(|workflow| workflow.is_enabled());
    let agents = workflows.flat_map(|workflow| agents(workflow).0);
    let instructions = agents.filter_map(|it| it.table.at(&["instructions"])).filter_map(inline);
    system.into_iter().chain(instructions).collect()
}

/// One reference of the framework wants a path, the other one shows the text itself.
fn is_path(text: &str) -> bool {
    let endings = [".txt", ".md", ".prompt", ".j2", ".jinja", ".jinja2"];
    !text.contains(char::is_whitespace)
        && (text.contains('/') || endings.iter().any(|ending| text.ends_with(ending)))
}

/// ``model `fast` ``
fn what<'t>(kind: &str, named: Named<'_>) -> Cow<'t, str> {
    format!("{kind} `{}`", named.name).into()
}
