use std::sync::Arc;

use regex::Regex;

use crate::agent::{AgentConfig, Because, Power, markers, recognise};
use crate::source::FileId;
use crate::tree::{Tree, json, toml, yaml};

fn tree_of(name: &str, text: &str) -> Tree {
    let id = FileId::new(0);
    let text: Arc<str> = text.into();
    let (tree, errors) = match name.rsplit('.').next() {
        Some("json") => json::read(id, &text, None),
        Some("toml") => toml::read(id, &text, None),
        _ => yaml::read(id, &text, None),
    };
    assert!(errors.is_empty(), "{errors:?}");
    tree
}

fn format_of(name: &str, text: &str) -> Option<&'static str> {
    let tree = tree_of(name, text);
    recognise(tree.documents().next().unwrap(), name).map(|format| format.0.name)
}

/// The same, of a file that only its content tells to be worth reading.
fn marked(name: &str, text: &str) -> Option<&'static str> {
    let format = format_of(name, text);
    let is_marked = Regex::new(&markers().collect::<Vec<_>>().join("|")).unwrap().is_match(text);
    assert!(format.is_none() || is_marked, "would not be parsed: {text}");
    format
}

fn read<T>(name: &str, text: &str, ask: impl FnOnce(&AgentConfig<'_>) -> T) -> T {
    let tree = tree_of(name, text);
    let document = tree.documents().next().unwrap();
    ask(&AgentConfig::read(recognise(document, name).expect("a known format"), document))
}

#[test]
fn tool_servers_come_in_three_shapes() {
    let mcp = Some("MCP servers");
    let wrapped = r#"{"mcpServers": {"a": {"command": "node", "args": ["a.js"]}}}"#;
    assert_eq!(marked("anything.json", wrapped), mcp);
    assert_eq!(format_of(".mcp.json", r#"{"mcpServers": {}}"#), mcp);
    let code = r#"{"inputs": [], "servers": {"a": {"type": "http", "url": "https://a.io/mcp"}}}"#;
    assert_eq!(format_of("mcp.json", code), mcp);
    let flat = r#"{"$schema": "x", "a": {"command": "node"}, "b": {"url": "https://b.io"}}"#;
    assert_eq!(format_of(".mcp.json", flat), mcp);
    for (name, text) in [
        // The name is missing, and the content says too little.
        ("servers.json", code),
        ("config.json", flat),
        ("settings.json", r#"{"mcpServers": {}}"#),
        ("plugin.json", r#"{"mcpServers": "./.mcp.json"}"#),
        // The name is there, and the content is somebody else's.
        ("mcp.json", r#"{"name": "a", "version": 1}"#),
        ("mcp.json", r#"{"servers": [{"url": "https://a.io"}]}"#),
        ("mcp.json", r#"{"servers": {"a": {"port": 1}}}"#),
        (".mcp.json", r#"{"a": {"command": "node"}, "b": {"port": 1}}"#),
        (".mcp.json", "{}"),
        // Another syntax is another program's.
        ("librechat.yaml", "mcpServers: {a: {command: node}}"),
    ] {
        assert_eq!(format_of(name, text), None, "{name}: {text}");
    }
}

#[test]
fn a_langgraph_file_is_told_by_its_graphs() {
    let lang = Some("LangGraph");
    let graphs = r#""graphs": {"agent": "./src/agent.py:graph"}"#;
    for rest in [
        r#""dependencies": ["."], "env": ".env""#,
        r#""node_version": "22""#,
        r#""$schema": "https://langgra.ph/schema.json""#,
    ] {
        assert_eq!(marked("deploy.json", &format!("{{{graphs}, {rest}}}")), lang);
    }
    let described = r#"{"graphs": {"a": {"path": "a.b:c"}}, "dependencies": []}"#;
    assert_eq!(marked("langgraph.json", described), lang);
    assert_eq!(format_of("langgraph.json", r#"{"graphs": {}}"#), lang);
    for text in [
        r#"{"graphs": {"cpu": {"title": "CPU"}}, "dependencies": []}"#,
        r#"{"graphs": [{"id": 1}], "dependencies": []}"#,
        r#"{"graphs": {"a": "x:y"}}"#,
        r#"{"graphs": {}, "dependencies": []}"#,
    ] {
        assert_eq!(format_of("dashboard.json", text), None, "{text}");
    }
}

#[test]
fn docker_agents_are_told_by_their_agents() {
    let ours = Some("docker agent");
    for text in [
        "#!/usr/bin/env docker agent run\nagents:\n  root:\n    model: a/b\n    instruction: x\n",
        "version: '2'\nagents:\n  root: {model: a, toolsets: [{type: think}]}\nmodels: {a: {}}\n",
        // A slip of the pen is worth a finding.
        "agents:\n  root: {model: a, instruction: x}\nmodel: {a: {}}\n",
    ] {
        assert_eq!(marked("cagent.yaml", text), ours, "{text}");
    }
    for text in [
        "agents:\n  root: {role: x, goal: y, backstory: z}\n",
        "agents:\n  - {model: a, instruction: x}\n",
        "agents:\n  root: {model: a, instruction: x}\ntasks: {}\nworkflow: {}\n",
        "agents:\n  root: {model: a, prompt: x}\n",
        "agents:\n  root: {instruction: x}\n",
    ] {
        assert_eq!(format_of("agents.yaml", text), None, "{text}");
    }
}

#[test]
fn the_two_agents_of_mcp_are_kept_apart() {
    let server = "mcp:\n  servers:\n    a: {command: npx, args: [a]}\n";
    for (name, text, format) in [
        ("mcp_agent.config.yaml", "execution_engine: asyncio\n".to_owned(), "mcp-agent"),
        ("app.yaml", format!("{server}execution_engine: temporal\n"), "mcp-agent"),
        ("x.yaml", "$schema: a/mcp-agent.config.schema.json\nlogger: {}\n".to_owned(), "mcp-agent"),
        ("fastagent.config.yaml", server.to_owned(), "fast-agent"),
        ("x.yaml", format!("{server}default_model: haiku\n"), "fast-agent"),
        ("x.yaml", "mcp:\n  servers:\n    a: {target: uvx a}\n".to_owned(), "fast-agent"),
        ("mcp_agent.secrets.yaml", "openai: {api_key: x}\n".to_owned(), "agent secrets"),
        ("fastagent.secrets.yaml", "openai: {api_key: x}\n".to_owned(), "agent secrets"),
    ] {
        assert_eq!(format_of(name, &text), Some(format), "{name}: {text}");
    }
    assert_eq!(format_of("application.yaml", server), None);
    assert_eq!(format_of("application.yaml", "mcp: {enabled: true}\n"), None);
}

#[test]
fn each_family_of_agent_toml_has_its_own_tables() {
    for (text, format) in [
        ("version = '1.0'\n[commands.a]\ndescription = ''", Some("Qodo Command")),
        ("version = '1.0'\nimports = ['a.toml']", Some("Qodo Command")),
        ("[agent]\nmodel_provider = 'x'\n[model_providers.x]\nurl = ''", Some("zeroclaw")),
        ("[agent]\npolicy = 'ask'\n[provider]\nname = 'a'", Some("agent-seddon")),
        ("llm_url = 'http://a'\nmax_tool_turns = 3", Some("llmagent")),
        (
            "[agent]\nfallback_model = 'x'\n[costs]\ndaily_limit_usd = 1.0",
            Some("progressive-agent"),
        ),
        ("agent_id = 'a'\n[mqtt]\nbroker_url = 'mqtts://a'", Some("2389-agent")),
        // AgentBeats, and programs that are no agents of that kind
        ("[agent]\nname = 'a'\n[agent.skills.b]\nid = 'b'", None),
        ("[general]\nlisten = '0.0.0.0:4241'\n[samplers.cpu]", None),
        ("version = '1.0'\n[command]\na = 1", None),
        ("[mqtt]\nbroker_url = 'mqtt://a'", None),
    ] {
        assert_eq!(format_of("agent.toml", text), format, "{text}");
    }
}

#[test]
fn a_server_that_is_disabled_is_off_and_its_paths_are_left_alone() {
    let text = r#"{"mcpServers": {
        "a": {"command": "npx", "args": ["-y", "a", "/home/joe/x"], "disabled": true},
        "b": {"command": "npx", "args": ["-y", "b", "/home/joe/y"], "enabled": true},
        "c": {"command": "/home/joe/bin/c"}
    }, "_disabled": {"d": {"command": "/home/joe/bin/d", "url": "http://acme.io"}}}"#;
    read(".mcp.json", text, |agent| {
        let off: Vec<_> = agent.tool_servers.iter().map(crate::agent::ToolServer::is_off).collect();
        assert_eq!(off, [true, false, false]);
        let paths: Vec<_> = agent.machine_paths.iter().map(|path| path.at.text()).collect();
        assert_eq!(paths, ["/home/joe/y", "/home/joe/bin/c"]);
        assert!(agent.endpoints.is_empty());
    });
}

#[test]
fn a_typical_langgraph_file_says_nothing_that_must_be_said() {
    let text = r#"{"dependencies": ["."], "graphs": {"a": "./a.py:graph"}, "env": ".env"}"#;
    read("langgraph.json", text, |agent| {
        assert!(agent.faults().is_empty());
        assert!(agent.access.authentication.off().is_none());
        assert!(agent.states.is_empty() && agent.server.webhooks.is_none());
        assert!(agent.server.loads_any_object.iter().all(|it| it.on().is_none()));
        assert!(agent.server.own_routes_ask.off().is_none());
    });
}

#[test]
fn the_keys_of_langgraph_are_typed() {
    let text = r#"{"dependencies": ["."], "graphs": {"a": "./a.py:graph"}, "python_version": 3.12,
        "node_version": "18", "image_distro": "bullseye", "http": {"disable_mcp": "yes"}, "auth": {}}"#;
    let found = read("langgraph.json", text, |agent| {
        let faults = agent.faults().into_iter();
        faults.map(|fault| format!("{} {}", fault.field, fault.problem)).collect::<Vec<_>>()
    });
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn docker_agents_say_who_asks_before_a_shell_runs() {
    let who_is_checked = |text: &str| {
        read("cagent.yaml", text, |agent| {
            let grants = agent.grants.iter();
            grants
                .map(|grant| {
                    let off = grant.checked.off();
                    (grant.power, off.map(|off| off.stated))
                })
                .collect::<Vec<_>>()
        })
    };
    let agents = |rest: &str| {
        format!(
            "agents:\n  root: {{model: a/b, instruction: x, toolsets: [{{type: shell}}]{rest}}}\n"
        )
    };
    assert_eq!(who_is_checked(&agents("")), [(Power::Shell, Some(false))]);
    assert_eq!(who_is_checked(&agents(", safety: autonomous")), [(Power::Shell, Some(true))]);
    assert_eq!(who_is_checked(&agents(", safety: balanced")), [(Power::Shell, None)]);
    assert_eq!(who_is_checked(&agents(", readonly: true")), []);
    let denies = agents("") + "permissions: {deny: ['shell:cmd=rm *']}\n";
    assert_eq!(who_is_checked(&denies), [(Power::Shell, None)]);
    let empty = agents("") + "permissions: {deny: []}\n";
    assert_eq!(who_is_checked(&empty), [(Power::Shell, Some(false))]);
    let sandboxed = agents("") + "runtime: {sandbox: true}\n";
    assert_eq!(who_is_checked(&sandboxed), []);
    let allows = agents("") + "permissions: {allow: ['shell:cmd=*'], deny: [a]}\n";
    assert_eq!(who_is_checked(&allows), [(Power::Shell, None), (Power::Shell, Some(true))]);
}

#[test]
fn the_name_of_a_variable_is_no_credential() {
    let agents = "agents:\n  root: {model: a, instruction: x}\n";
    let text = format!("{agents}models:\n  a: {{provider: openai, token_key: GATEWAY_KEY}}\n");
    read("cagent.yaml", &text, |agent| {
        assert!(agent.credentials.is_empty());
        assert_eq!(agent.credential_env_names.len(), 1);
    });
}

#[test]
fn docker_agent_refuses_unknown_keys() {
    let text =
        "agents:\n  root:\n    model: a/b\n    instruction: x\n    toolset:\n      - type: mcp\n";
    let found = read("cagent.yaml", text, |agent| {
        agent.faults().iter().map(|it| (it.field.clone(), it.help.to_string())).collect::<Vec<_>>()
    });
    let field = "agents.root.toolset".to_owned();
    assert_eq!(found, [(field, "did you mean `toolsets`?".to_owned())]);
}

#[test]
fn a_checkpointer_without_a_ttl_keeps_everything() {
    let text = r#"{"dependencies": ["."], "graphs": {"a": "./a.py:graph"}, "checkpointer": {}}"#;
    read("langgraph.json", text, |agent| {
        let endless = crate::agent::State::endless(&agent.states[0].ttl).unwrap();
        assert_eq!(endless.text, "`checkpointer.ttl.default_ttl` is not set");
    });
}

#[test]
fn claude_code_leaves_out_what_it_cannot_reach() {
    let left_out = |text: &str| {
        read(".mcp.json", text, |agent| {
            let servers = agent.tool_servers.iter();
            servers.map(|server| server.left_out.is_some()).collect::<Vec<_>>()
        })
    };
    let servers = |more: &str| {
        let typed = r#""b": {"type": "http", "url": "https://a.io"}, "c": {"command": "c"}"#;
        format!(r#"{{"mcpServers": {{"a": {{"url": "https://a.io"{more}}}, {typed}}}}}"#)
    };
    assert_eq!(left_out(&servers("")), [true, false, false]);
    assert_eq!(left_out(&servers(r#", "trust": true"#)), [false, false, false]);
    assert_eq!(left_out(r#"{"a": {"url": "https://a.io"}}"#), [false]);
    for (said, expected) in [
        (r#""type": "htpp", "url": "https://a.io""#, true),
        (r#""type": "streamable-http", "url": "https://a.io""#, false),
        (r#""type": "${KIND}", "url": "https://a.io""#, false),
        (r#""type": "http", "command": "a""#, true),
        (r#""type": "stdio", "cmd": "a""#, true),
        (r#""type": "stdio", "command": "a""#, false),
        (r#""command": ["npx", "-y", "a"]"#, true),
    ] {
        let text = format!(r#"{{"mcpServers": {{"a": {{{said}}}}}}}"#);
        assert_eq!(left_out(&text), [expected], "{said}");
    }
}

#[test]
fn what_is_said_is_named_as_it_is_written() {
    let seddon = "[agent]\npolicy = 'ask'\n[provider]\ninsecure_tls = true\n";
    let graphs = "\"dependencies\": [\".\"], \"graphs\": {\"a\": \"./a.py:graph\"}";
    let hooks = |domains: &str| {
        format!("{{{graphs}, \"webhooks\": {{\"url\": {{\"allowed_domains\": {domains}}}}}}}")
    };
    let text = |because: Option<Because<'_>>| because.map_or(String::new(), |it| it.text);
    let tls = |it: &AgentConfig<'_>| text(it.calls.iter().find_map(|it| it.verification.off()));
    let asks = |it: &AgentConfig<'_>| text(it.grants.iter().find_map(|it| it.checked.off()));
    let hosts =
        |it: &AgentConfig<'_>| text(it.server.webhooks.as_ref().and_then(|it| it.limited.off()));
    assert_eq!(read("agent.toml", seddon, tls), "`provider.insecure_tls` is true");
    let trusted = r#"{"mcpServers": {"a": {"command": "b", "trust": true}}}"#;
    assert_eq!(read("mcp.json", trusted, asks), "`trust` is true");
    let off = r#"{"mcpServers": {"a": {"command": "b", "disabled": true}}}"#;
    let is_off =
        |it: &AgentConfig<'_>| text(it.tool_servers.iter().find_map(|it| it.enabled.off()));
    assert_eq!(read("mcp.json", off, is_off), "`disabled` is true");
    for (domains, shown) in [("[\"*\"]", "[\"*\"]"), ("[]", "[]")] {
        let expected = format!("`webhooks.url.allowed_domains` is {shown}");
        assert_eq!(read("langgraph.json", &hooks(domains), hosts), expected);
    }
}
