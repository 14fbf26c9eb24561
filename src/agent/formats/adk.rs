//! An agent of Google's ADK: `root_agent.yaml` and the files that it names.
//!
//! Source: google/adk-python, `agents/llm_agent_config.py` and `config_schemas/AgentConfig.json`, 2026.

use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    AgentConfig, Bound, BoundKind, Call, Definition, Format, Prompt, PromptText, Setting,
    ToolServer,
};
use crate::file::FileKind;
use crate::schema::Shape::{self, Any, Either, Flag, List, Map, Nullable, Number, OneOf, Text};
use crate::schema::{Reader, fields};
use crate::tree::Node;

static READER: Reader = Reader {
    is_open: is_template,
    extensions: None,
    refusal: "ADK refuses to load the agent",
    unknown: "ADK refuses to load an agent with other keys",
};

/// An agent of one of the classes that come with ADK, which take no other keys.
pub(super) static FORMAT: Definition = Definition {
    name: "ADK agent",
    kind: FileKind::Agent,
    marker: r#"agent_class|(?m:^[\x{feff}\s]*["']?instruction["']?\s*:)"#,
    recognise: |document, _| is_agent(document) && class(document).is_some(),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

/// An agent of a class of one's own, which says itself what keys it takes.
pub(super) static CUSTOM: Definition = Definition {
    name: "ADK agent of a class of its own",
    kind: FileKind::Agent,
    marker: "agent_class",
    recognise: |document, _| is_agent(document),
    objects: &[],
    read: |document| AgentConfig { format: Format(&CUSTOM), ..read(document) },
    keys: None,
};

/// What comes with ADK.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Llm,
    Loop,
    Other,
}

fn class(document: Node<'_>) -> Option<Class> {
    let name = document.at(&["agent_class"]).map_or("LlmAgent", Node::text);
    match name.rsplit('.').next()? {
        "" | "LlmAgent" | "Agent" => Some(Class::Llm),
        "LoopAgent" => Some(Class::Loop),
        "SequentialAgent" | "ParallelAgent" => Some(Class::Other),
        _ => None,
    }
}

fn is_agent(document: Node<'_>) -> bool {
    let has = |key: &str| document.at(&[key]).is_some();
    let is_text = |key: &str| document.at(&[key]).is_some_and(Node::is_scalar);
    let is_list = |key: &str| document.at(&[key]).is_some_and(Node::is_list);
    let tells = is_text("model") || has("model_code") || is_list("sub_agents");
    let is_bare = is_text("instruction") && tells && !has("kind") && !has("apiVersion");
    is_text("name") && (is_text("agent_class") || is_bare)
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let grip = document.get("name").map_or(document, |entry| entry.key);
    let root = Root { node: document, grip };
    let name = document.at(&["name"]).and_then(Node::as_str).unwrap_or_default();
    let what = || format!("agent `{name}`");
    let number = |path: &'static str| root.setting(path, Node::as_number, Unset::Nothing);
    // Both spellings are read.
    let either = |snake, camel| number(snake).or(number(camel), false);
    let class = class(document);
    let mut bounds = Vec::new();
    if class == Some(Class::Loop) {
        // Without it the loop runs until one of its agents ends it.
        let limit = number("max_iterations");
        bounds.push(Bound { what: what().into(), kind: BoundKind::Steps, limit });
    }
    if class == Some(Class::Llm) {
        let limit = either(
            "generate_content_config.max_output_tokens",
            "generate_content_config.maxOutputTokens",
        );
        bounds.push(Bound { what: what().into(), kind: BoundKind::AnswerTokens, limit });
    }
    let milliseconds = either(
        "generate_content_config.http_options.timeout",
        "generate_content_config.httpOptions.timeout",
    );
    let attempts = either(
        "generate_content_config.http_options.retry_options.attempts",
        "generate_content_config.httpOptions.retryOptions.attempts",
    );
    let call = Call {
        what: what().into(),
        timeout: milliseconds.if_stated().map(|time| time / 1_000.0),
        // The first attempt is none again.
        retries: attempts.if_stated().map(|attempts| (attempts - 1.0).max(0.0)),
        ..Call::default()
    };
    let instruction = document.at(&["instruction"]);
    let prompt =
        instruction.and_then(|at| Some(Prompt { at, text: PromptText::Inline(at.as_str()?) }));
    let tools = document.at(&["tools"]).into_iter().flat_map(Node::items);
    AgentConfig {
        name: Some(name).filter(|name| !name.is_empty()),
        bounds,
        calls: vec![call],
        prompts: prompt.into_iter().collect(),
        tool_servers: tools.filter_map(tool_server).collect(),
        ..AgentConfig::of_tree(&FORMAT, document)
    }
}

/// A toolset that starts a server or connects to one.
fn tool_server(tool: Node<'_>) -> Option<ToolServer<'_>> {
    const CONNECTIONS: [(&str, &str); 5] = [
        ("stdio_server_params", "stdio"),
        ("stdio_connection_params", "stdio"),
        ("sse_connection_params", "sse"),
        ("streamable_http_connection_params", "http"),
        ("connection_params", ""),
    ];
    let name = tool.get("name")?;
    let arguments = tool.get("args").filter(|entry| entry.value.is_map())?;
    let connection = CONNECTIONS
        .iter()
        .find_map(|(key, _)| arguments.value.at(&[key]).filter(|it| it.is_map()))?;
    // `stdio_connection_params` holds `server_params`.
    let server = connection.at(&["server_params"]).unwrap_or(connection);
    let root = Root { node: arguments.value, grip: name.value };
    let transport = CONNECTIONS
        .iter()
        .filter(|(key, transport)| !transport.is_empty() && arguments.value.get(key).is_some())
        .map(|&(key, transport)| root.setting(key, move |_| Some(transport), Unset::Nothing))
        .next();
    Some(ToolServer {
        name: name.value.text(),
        at: name.value,
        enabled: Setting::default(),
        left_out: None,
        transport: transport.unwrap_or_default(),
        command: server.at(&["command"]),
        arguments: server.at(&["args"]).into_iter().flat_map(Node::items).collect(),
        url: server.at(&["url"]),
        limited: root.setting("tool_filter", |_| Some(true), Unset::Means(false)),
    })
}

const CODE: Shape = fields!(open { "name": Text, "args": Any });
const CODES: Shape = Nullable(&List(&CODE));
const FLAG: Shape = Nullable(&Flag);

static KEYS: Shape = fields! {
    "agent_class": Text,
    "name" !required: Text,
    "description": Text,
    "sub_agents": Nullable(&List(&fields! {
        "config_path": Nullable(&Text),
        "code": Nullable(&Text),
    })),
    "before_agent_callbacks": CODES,
    "after_agent_callbacks": CODES,
    "model": Nullable(&Text),
    "model_code": Nullable(&CODE),
    "instruction": Text,
    "static_instruction": Any,
    "disallow_transfer_to_parent": FLAG,
    "disallow_transfer_to_peers": FLAG,
    "input_schema": Nullable(&CODE),
    "output_schema": Nullable(&CODE),
    "output_key": Nullable(&Text),
    "accumulate_output_key": FLAG,
    "include_contents": OneOf(&["default", "none"]),
    "tools": Nullable(&List(&fields! {
        "name" !required: Text,
        "args": Nullable(&Either(&[Map(&Any), List(&Any)])),
    })),
    "before_model_callbacks": CODES,
    "after_model_callbacks": CODES,
    "before_tool_callbacks": CODES,
    "after_tool_callbacks": CODES,
    "generate_content_config": Nullable(&fields!(open {
        "temperature": Nullable(&Number),
        "max_output_tokens": Nullable(&Number),
        "maxOutputTokens": Nullable(&Number),
        "top_p": Nullable(&Number),
        "top_k": Nullable(&Number),
        "safety_settings": Nullable(&List(&Any)),
    })),
    "max_iterations": Nullable(&Number),
};
