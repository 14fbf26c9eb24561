use std::sync::Arc;

use crate::agent::{AgentConfig, Because, PromptText, recognise};
use crate::source::FileId;
use crate::tree::toml;

fn read<T>(text: &str, ask: impl FnOnce(&AgentConfig<'_>) -> T) -> T {
    let text: Arc<str> = text.into();
    let (tree, errors) = toml::read(FileId::new(0), &text, None);
    assert!(errors.is_empty(), "{errors:?}");
    let document = tree.documents().next().unwrap();
    let format = recognise(document, "agent.toml").expect("an agent.toml");
    ask(&AgentConfig::read(format, document))
}

fn text(because: Option<Because<'_>>) -> String {
    because.map_or(String::new(), |because| because.text)
}

#[test]
fn keys_are_held_against_their_types() {
    let faults = |text: &str| {
        read(text, |agent| {
            let faults = agent.faults().into_iter();
            faults.map(|fault| format!("{} {}", fault.field, fault.problem)).collect::<Vec<_>>()
        })
    };
    let wrong = faults(
        "[agent]\nlog_level = 'TRACE'\ntemperature = 3\nmodels = [{name = 'a', provider = 'opneai'}]\n\
         [agent.mcp.crm]\ntype = 'sse'\nmax_retries = 11\n[agent.mcp_sessions]\nsession_ttl = '1h'\n\
         [agent.security.pii_detection]\nenabled = 'yes'\naction = 'mask'\n\
         [agent.observability]\nsample_rate = 10\n[server]\nport = 0\n[[agent.workflows]]\n\
         type = 'parallel'\n",
    );
    assert_eq!(
        wrong,
        [
            "agent.log_level is `TRACE`, but must be `DEBUG`, `INFO`, `WARNING` or `ERROR`",
            "agent.temperature is `3`, but must be a number from 0 to 2",
            "agent.models[0].provider is `opneai`, but must be `azure_openai` or `openai` or \
             `anthropic` or `gemini`",
            "agent.mcp.crm.type is `sse`, but must be `stdio` or `http` or `websocket` or `d365`",
            "agent.mcp.crm.max_retries is `11`, but must be a number from 0 to 10",
            "agent.mcp_sessions.session_ttl is `1h`, but must be a number of seconds",
            "agent.security.pii_detection.enabled is `yes`, but must be `true` or `false`",
            "agent.security.pii_detection.action is `mask`, but must be `warn` or `block` or `redact`",
            "agent.observability.sample_rate is `10`, but must be a number from 0 to 1",
            "agent.workflows[0].type is `parallel`, but must be `sequential` or `custom`",
            "agent.workflows[0] has no `name`",
            "server.port is a number, but must be a port from 1 to 65535",
        ]
    );
    let fine = faults(
        "[tool.agent]\nlog_level = '${LEVEL}'\nextra = 1\n[[tool.agent.models]]\nname = 'a'\n\
         provider = 'openai'\nseed = 7\n[tool.agent.tools.search]\nanything = []\n\
         [tool.agent.memory.persistence]\nschedule = 'ttl+60'\n[tool.agent.workflows]\n\
         timeout = 300\nsequential = {enabled = true, steps = ['a']}\n",
    );
    assert!(fine.is_empty(), "{fine:?}");
    let inside = faults("[tool.agent.memory.cache]\nport = 'x'\n");
    assert_eq!(inside, ["agent.memory.cache.port is `x`, but must be a port from 1 to 65535"]);
}

#[test]
fn servers_are_a_list_or_a_table() {
    for (text, names) in [
        (
            "[[agent.mcp]]\nname = 'a'\ntype = 'http'\n[[agent.mcp]]\nname = 'b'\ntype = 'd365'\n\
             [agent.mcp.oauth]\nenvironment_url = 'https://erp.acme.io'\n",
            ["MCP server `a`", "MCP server `b`"],
        ),
        (
            "[agent.mcp.a]\ntype = 'websocket'\n[agent.mcp.b]\ntype = 'd365'\n",
            ["MCP server `a`", "MCP server `b`"],
        ),
    ] {
        read(text, |agent| {
            assert_eq!(agent.tool_servers.len(), 2);
            let calls: Vec<_> = agent.calls.iter().map(|call| call.what.as_ref()).collect();
            assert_eq!(calls, names);
            let timeouts: Vec<_> = agent.calls.iter().map(|call| call.timeout.value()).collect();
            assert_eq!(timeouts, [Some(30.0), Some(60.0)]);
            assert!(agent.calls.iter().all(|call| call.breaker.off().is_none()));
        });
    }
    read("[agent.mcp.erp]\ntype = 'd365'\ncircuit_breaker_failure_threshold = 0", |agent| {
        let off = text(agent.calls.first().unwrap().breaker.off());
        assert_eq!(off, "`circuit_breaker_failure_threshold` is 0");
    });
    read("[agent.mcp.erp]\ntype = 'd365'\nenabled = false", |agent| {
        assert!(agent.calls.is_empty());
        assert!(agent.tool_servers.first().unwrap().enabled.off().is_some());
    });
}

#[test]
fn names_must_be_defined_where_all_are_known() {
    let dangling = |text: &str| {
        read(text, |agent| {
            let dangling = agent.references.iter().filter(|it| it.is_dangling());
            dangling.map(|it| format!("{} {}", it.kind, it.at.text())).collect::<Vec<_>>()
        })
    };
    let models = "[[agent.models]]\nname = 'fast'\nprovider = 'openai'\n";
    let workflow = "[[agent.workflows]]\nname = 'w'\ntype = 'custom'\nstart = 'Triage'\n\
                    agents = [{name = 'Triage', model = 'slow'}, {name = 'Answer'}]\n\
                    edges = [{from = 'Triage', to = 'Anwser'}]\n";
    assert_eq!(dangling(&format!("{models}{workflow}")), ["model slow", "agent Anwser"]);
    assert_eq!(dangling(&format!("agent.default_model = 'smart'\n{models}")), ["model smart"]);
    for fine in [
        "agent.default_model = '${MODEL}'\n[[agent.models]]\nname = 'a'\nprovider = 'openai'\n",
        "agent.default_model = 'b'\n[[agent.models]]\nprovider = 'openai'\n",
        "agent.default_model = 'b'\n[agent.azure_openai]\nendpoint = ''\n",
        "agent.mcp_sessions.enabled = true\n[agent.workflows]\nmax_agents = 3\ntimeout = 60\n",
    ] {
        assert!(dangling(fine).is_empty(), "{fine}");
    }
    let table = "[agent.workflows.support]\ntype = 'custom'\nstart = 'x'\nagents = [{name = 'y'}]\n\
                 [agent.mcp_sessions]\nenabled = true\n";
    assert_eq!(dangling(table), ["agent x"]);
}

#[test]
fn a_prompt_is_a_path_or_a_text() {
    let first = |prompt: &str| {
        let config = format!("[agent]\nsystem_prompt = '{prompt}'\n[agent.mcp_sessions]\na = 1\n");
        read(&config, |agent| {
            agent.prompts.first().map(|it| matches!(it.text, PromptText::File(_)))
        })
    };
    assert_eq!(first("config/system_prompt.txt"), Some(true));
    assert_eq!(first("prompt.md"), Some(true));
    assert_eq!(first("You help people with bills/refunds."), Some(false));
    assert_eq!(first("${PROMPT}"), None);
}

#[test]
fn chats_are_kept_where_the_tables_say() {
    use crate::agent::Backend;
    let kept = |text: &str| {
        read(text, |agent| {
            let chats = agent.states.first().unwrap();
            (chats.backend.value(), self::text(chats.backend.when(|it| it == Backend::Process)))
        })
    };
    let off = "[agent.memory.cache]\nenabled = false\n";
    let said = "`agent.memory.cache.enabled` is false".to_owned();
    assert_eq!(kept(off), (Some(Backend::Process), said));
    let kept_anyway = format!("{off}[agent.memory.persistence]\nenabled = true\n");
    assert_eq!(kept(&kept_anyway).0, Some(Backend::Shared));
    assert_eq!(kept("[agent.mcp_sessions]\nenabled = true\n").0, None);
}
