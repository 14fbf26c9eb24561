//! Agents of Microsoft Foundry, as `AgentSchema` describes them: `agent.yaml`, `agent.manifest.yaml`, and
//! the services of an `azure.yaml` that are agents.
//!
//! Source: microsoft/AgentSchema, `schemas/v1.0`; Azure/azure-dev, `azure.yaml.json`, 2026.

use std::borrow::Cow;

use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    AgentConfig, Bound, BoundKind, Definition, Grant, Machine, Power, Prompt, PromptText, Setting,
    ToolServer,
};
use crate::file::FileKind;
use crate::schema::Shape::{self, Any, Either, List, Map, Nullable, Number, NumberOrText, Text};
use crate::schema::{Reader, fields};
use crate::tree::{Entry, Node};

static READER: Reader = Reader {
    is_open: |text| is_template(text) || text.starts_with('='),
    extensions: None,
    refusal: "Foundry refuses the agent",
    unknown: "Foundry does not know the key",
};

pub(super) static FORMAT: Definition = Definition {
    name: "Foundry agent",
    kind: FileKind::Agent,
    marker: r#"(?mi:^[\x{feff}\s]*["']?kind["']?\s*:\s*["']?(?:prompt|hosted|workflow)\b)|azure\.ai\.agent"#,
    recognise: |document, _| !agents(document).is_empty(),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

/// A definition of an agent.
#[derive(Clone, Copy)]
struct Agent<'t> {
    name: &'t str,
    kind: Kind,
    root: Root<'t>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A model with instructions and tools.
    Prompt,
    /// A container that the platform runs.
    Hosted,
    Workflow,
}

impl Kind {
    /// The kind of a mapping that is a definition.
    fn of(node: Node<'_>) -> Option<Self> {
        let has = |keys: &[&str]| keys.iter().any(|key| node.at(&[key]).is_some());
        let kind = node.at(&["kind"])?.as_str()?;
        let is = |word: &str| kind.eq_ignore_ascii_case(word);
        // Other programs have a `kind` with a common word, too.
        if is("prompt") && has(&["model", "instructions"]) {
            Some(Kind::Prompt)
        } else if is("hosted")
            && has(&["protocols", "resources", "container", "image", "codeConfiguration"])
        {
            Some(Kind::Hosted)
        } else if is("workflow") && has(&["trigger", "actions"]) {
            Some(Kind::Workflow)
        } else {
            None
        }
    }
}

fn agents(document: Node<'_>) -> Vec<Agent<'_>> {
    let named = |node: Node<'_>| node.at(&["name"]).is_some_and(Node::is_scalar);
    let template = document.get("template");
    let holder = match template {
        Some(template) if named(document) || named(template.value) => Some(template.value),
        None if named(document) => Some(document),
        _ => None,
    };
    if let Some((node, kind)) = holder.and_then(|node| Some((node, Kind::of(node)?))) {
        let name = node.at(&["name"]).or_else(|| document.at(&["name"])).map_or("", Node::text);
        let grip = node.get("kind").map_or(node, |entry| entry.key);
        return vec![Agent { name, kind, root: Root { node, grip } }];
    }
    let services = document.at(&["services"]).map(Node::entries).unwrap_or_default();
    let is_agent = |service: &Entry<'_>| {
        service.value.at(&["host"]).is_some_and(|it| it.text() == "azure.ai.agent")
    };
    services
        .into_iter()
        .filter(is_agent)
        .map(|service| Agent {
            name: service.key.text(),
            kind: Kind::of(service.value).unwrap_or(Kind::Hosted),
            root: Root::of(&service),
        })
        .collect()
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let agents = agents(document);
    AgentConfig {
        name: agents.first().map(|agent| agent.name).filter(|name| !name.is_empty()),
        bounds: agents.iter().filter_map(Agent::bound).collect(),
        images: agents.iter().filter_map(Agent::image).collect(),
        machines: agents.iter().filter_map(Agent::machine).collect(),
        tool_servers: agents.iter().flat_map(Agent::tool_servers).collect(),
        grants: agents.iter().flat_map(Agent::grants).collect(),
        prompts: agents.iter().filter_map(Agent::prompt).collect(),
        ..AgentConfig::of_tree(&FORMAT, document)
    }
}

impl<'t> Agent<'t> {
    fn what(&self) -> String {
        format!("agent `{}`", self.name)
    }

    fn bound(&self) -> Option<Bound<'t>> {
        let path = "model.options.maxOutputTokens";
        let limit = self.root.setting(path, Node::as_number, Unset::Nothing);
        let kind = BoundKind::AnswerTokens;
        (self.kind == Kind::Prompt).then(|| Bound { what: self.what().into(), kind, limit })
    }

    /// The image that is run, unless the name is that of one that is built first.
    fn image(&self) -> Option<(Cow<'t, str>, Node<'t>)> {
        let is_built = ["project", "docker"].iter().any(|key| self.root.node.get(key).is_some());
        let at = [&["image"][..], &["container", "image"]];
        let at = at.iter().find_map(|keys| self.root.node.at(keys)).filter(|_| !is_built)?;
        let image = at.as_str().filter(|text| !text.is_empty() && !(READER.is_open)(text));
        image.map(|_| (self.what().into(), at))
    }

    fn machine(&self) -> Option<Machine<'t>> {
        let of = |path, read: fn(Node<'_>) -> Option<f64>| {
            self.root.setting(path, read, Unset::Nothing).if_stated()
        };
        (self.kind == Kind::Hosted).then(|| Machine {
            what: self.what().into(),
            cpu: of("resources.cpu", cores).or(of("container.resources.cpu", cores), false),
            memory: of("resources.memory", bytes)
                .or(of("container.resources.memory", bytes), false),
        })
    }

    fn prompt(&self) -> Option<Prompt<'t>> {
        let at = self.root.node.at(&["instructions"])?;
        Some(Prompt { at, text: PromptText::Inline(at.as_str()?) })
    }

    /// The tools, in a list or by their names.
    fn tools(&self) -> Vec<(Option<Node<'t>>, Node<'t>)> {
        let Some(tools) = self.root.node.at(&["tools"]) else { return Vec::new() };
        let entries = tools.entries().into_iter().map(|entry| (Some(entry.key), entry.value));
        entries.chain(tools.items().map(|tool| (None, tool))).collect()
    }

    fn tool_servers(&self) -> Vec<ToolServer<'t>> {
        let servers = self.tools().into_iter().filter(|(_, tool)| is_mcp(*tool));
        servers.filter_map(|(key, tool)| tool_server(key, tool)).collect()
    }

    /// Servers whose tools are all used, without anybody being asked.
    fn grants(&self) -> Vec<Grant<'t>> {
        let open = self.tools().into_iter().filter(|(_, tool)| is_mcp(*tool) && !is_limited(*tool));
        let approval = open.filter_map(|(_, tool)| {
            let key = if tool.at(&["approvalMode", "kind"]).is_some() {
                "approvalMode.kind"
            } else {
                "approvalMode"
            };
            let root = Root { node: tool, grip: tool };
            let at = root.node.at(&key.split('.').collect::<Vec<_>>())?;
            let checked =
                root.text(key, Unset::Nothing).map(|it| !it.eq_ignore_ascii_case("never"));
            Some(Grant { who: self.what().into(), power: Power::EveryTool, at, checked })
        });
        approval.collect()
    }
}

fn is_mcp(tool: Node<'_>) -> bool {
    tool.at(&["kind"]).is_some_and(|kind| kind.text().eq_ignore_ascii_case("mcp"))
}

fn is_limited(tool: Node<'_>) -> bool {
    tool.at(&["allowedTools"]).is_some_and(|tools| tools.items().len() > 0)
}

fn tool_server<'t>(key: Option<Node<'t>>, tool: Node<'t>) -> Option<ToolServer<'t>> {
    let name = ["serverName", "name"].iter().find_map(|key| tool.at(&[key])).or(key)?;
    let url = [&["url"][..], &["connection", "endpoint"][..], &["serverUrl"][..]];
    let limited = |list: Node<'_>| Some(list.items().len() > 0);
    Some(ToolServer {
        name: name.text(),
        at: name,
        enabled: Setting::default(),
        left_out: None,
        transport: Setting::default(),
        command: None,
        arguments: Vec::new(),
        url: url.iter().find_map(|path| tool.at(path)),
        limited: Root { node: tool, grip: name }.setting(
            "allowedTools",
            limited,
            Unset::Means(false),
        ),
    })
}

/// Cores, also in quotes and in thousandths: `"0.5"`, `500m`.
fn cores(node: Node<'_>) -> Option<f64> {
    let text = node.text().trim();
    match text.strip_suffix('m') {
        Some(thousandths) => thousandths.parse::<f64>().ok().map(|it| it / 1_000.0),
        None => text.parse().ok(),
    }
}

/// Bytes: `1Gi`, `512Mi`, `2GB`.
fn bytes(node: Node<'_>) -> Option<f64> {
    let text = node.text().trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit = match unit.trim() {
        "Gi" | "GiB" => 1_073_741_824.0,
        "Mi" | "MiB" => 1_048_576.0,
        "G" | "GB" => 1e9,
        "M" | "MB" => 1e6,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * unit)
}

const RESOURCES: Shape = fields!(open { "cpu": NumberOrText, "memory": NumberOrText });

/// What a definition and a manifest have in common; `azure.yaml` has none of these keys at its root.
static KEYS: Shape = fields!(open {
    "kind": Text,
    "name": Text,
    "displayName": Nullable(&Text),
    "description": Nullable(&Text),
    "metadata": Any,
    "instructions": Nullable(&Text),
    "model": Either(&[Text, fields!(open {
        "id": Text,
        "provider": Text,
        "apiType": Text,
        "connection": Any,
        "options": fields!(open {
            "frequencyPenalty": Number,
            "maxOutputTokens": Number,
            "presencePenalty": Number,
            "seed": Number,
            "temperature": Number,
            "topK": Number,
            "topP": Number,
            "stopSequences": List(&Text),
        }),
    })]),
    "tools": Nullable(&Either(&[List(&Any), Map(&Any)])),
    "protocols": List(&Any),
    "resources": Either(&[RESOURCES, List(&Any)]),
    "environmentVariables": Either(&[List(&Any), Map(&Any)]),
    "template": Any,
    "parameters": Any,
});
