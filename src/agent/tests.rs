use std::sync::Arc;

use regex::Regex;

use super::*;
use crate::credential::Value;
use crate::source::FileId;
use crate::tree::{Tree, json, toml, yaml};

fn tree_of(text: &str) -> Tree {
    let id = FileId::new(0);
    let text: Arc<str> = text.into();
    let (tree, errors) = match text.trim_start().chars().next() {
        Some('{') => json::read(id, &text, None),
        Some('[') => toml::read(id, &text, None),
        _ => yaml::read(id, &text, None),
    };
    assert!(errors.is_empty(), "{errors:?}");
    tree
}

pub(in crate::agent) fn format_of(text: &str) -> Option<&'static str> {
    let tree = tree_of(text);
    let format = recognise(tree.documents().next().unwrap(), "");
    let marked = Regex::new(&markers().collect::<Vec<_>>().join("|")).unwrap().is_match(text);
    assert!(format.is_none() || marked, "would not be parsed: {text}");
    format.map(|format| format.0.name)
}

/// Reads `text` and hands the model to `ask`.
pub(in crate::agent) fn read<T>(text: &str, ask: impl FnOnce(&AgentConfig<'_>) -> T) -> T {
    let tree = tree_of(text);
    let document = tree.documents().next().unwrap();
    ask(&AgentConfig::read(recognise(document, "").expect("a known format"), document))
}

#[test]
fn agent_toml_is_told_by_its_tables() {
    for text in [
        "[agent.memory.cache]\nenabled = true",
        "[agent]\nlog_level = 'INFO'\n[[agent.models]]\nname = 'a'\nprovider = 'gemini'",
        "[[agent.mcp]]\nname = 'a'",
        "[agent.mcp.crm]\nurl = 'https://a.io'",
        "[ agent . azure_openai ]\nendpoint = ''",
        "[\"agent\".mcp_sessions]\nenabled = false",
        "[project]\nname = 'a'\n[tool.agent.security.validation]\nredact_pii = true",
        "[other]\na = 1\n[tool]\nagent.memory = { summarization = { enabled = true } }",
    ] {
        assert_eq!(format_of(text), Some("MSFT agent"), "{text}");
    }
}

#[test]
fn other_programs_have_an_agent_too() {
    for text in [
        // AgentBeats
        "[agent]\nname = 'a'\nversion = '1'\ndescription = ''\n[agent.skills.buy]\nid = 'b'",
        "[agent]\nmodel_provider = 'x'\n[providers.x]\nurl = 'https://a.io'",
        "[agent]\npolicy = 'auto-approve'\n[git]\npush_policy = 'ask'",
        "[[agents]]\nmax_turns = 3\n[agents.models]\na = 1",
        "[agent]\n[[agent.models]]\nname = 'a'\nprovider = 'ollama'",
        "[commands.review]\ndescription = ''\ntools = ['git']",
        "[general]\nlisten = '0.0.0.0:4241'\n[samplers.cpu]",
        // The same words in another syntax
        "{\"agent\": {\"mcp\": {\"a\": {}}, \"memory\": {\"cache\": {}}}}",
        "agent:\n  memory: {cache: {enabled: true}}",
        // FBA-Bench itself uses the name for a list of names.
        "safety_constraints: [no_fraud]\nmode: a",
        "safety_config: {level: 3}",
        "llm_type: openai\nserver: {port: 1}",
        "paladin: yes\ngarrison: {type: sqlite}",
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn unrelated_files_are_not_parsed() {
    let markers = Regex::new(&markers().collect::<Vec<_>>().join("|")).unwrap();
    for text in [
        "[package]\nname = \"user-agent\"\n[dependencies]\nagent-sdk = \"1\"\n",
        "[project]\nname = \"agent\"\ndependencies = [\"agent-framework\"]\n[tool.agentops]\na = 1\n",
        "openapi: 3.0.0\ninfo: {title: agents}\npaths: {}\n",
    ] {
        assert!(!markers.is_match(text), "{text}");
    }
}

#[test]
fn integrations_come_in_four_shapes() {
    for text in [
        "real_world_integration_system: {enabled: true}",
        "real_world_integration: {enabled: true, marketplace_adapter: etsy_shop}",
        "safety_constraints: {max_daily_price_change_percent: 0.1}",
        "deployment_workflow: {auto_rollback_on_critical_alert: false}",
        "safety_config: {dry_run_mode: true}\nmode: sandbox",
    ] {
        assert_eq!(format_of(text), Some("FBA integration"), "{text}");
    }
}

#[test]
fn only_an_enabled_integration_out_of_dry_run_is_live() {
    let live = |text: &str| {
        read(text, |agent| agent.safeguards.as_ref().unwrap().live().map(|because| because.text))
    };
    let system = |rest: &str| format!("real_world_integration_system: {{{rest}}}");
    let sample = "enabled: true, safety_constraints: {dry_run_mode: false}";
    let off = "`safety_constraints.dry_run_mode` is false".to_owned();
    assert_eq!(live(&system(sample)), Some(off.clone()));
    assert_eq!(live(&system(&sample.replace("false", "no"))), Some(off.clone()));
    assert_eq!(live("safety_constraints: {dry_run_mode: false}"), Some(off));
    assert!(live("mode: live\nsafety_config: {dry_run_mode: false}").is_some());
    for text in [
        system(&sample.replace("enabled: true, ", "")),
        system(&sample.replace("true", "false")),
        system(&sample.replace("false", "true")),
        // Text is true to Python, and nobody knows what a template becomes.
        system(&sample.replace("false", "'false'")),
        system(&sample.replace("false", "'${DRY_RUN}'")),
        system("enabled: true"),
        "safety_constraints: {dry_run_mode: false}\nenabled: false".to_owned(),
        "mode: staging\nsafety_config: {dry_run_mode: false}".to_owned(),
        "safety_config: {dry_run_mode: false}\nsync_config: {}".to_owned(),
    ] {
        assert_eq!(live(&text), None, "{text}");
    }
}

#[test]
fn each_dialect_of_security_is_read_and_named_by_its_own_keys() {
    let unset = |text: &str| {
        read(text, |agent| {
            let all = [
                agent.access.authentication.off(),
                agent.access.rate_limit.off(),
                agent.guards.input_validation.off(),
                agent.guards.pii_detection.off(),
                agent.access.cors.when(Origins::is_any),
            ];
            all.map(|because| because.map_or(String::new(), |because| because.text))
        })
    };
    let first = unset("[agent.security]\nrequire_authentication = true");
    assert_eq!(first[0], "");
    assert_eq!(first[1], "`agent.security.rate_limiting` is not set");
    assert_eq!(first[4], "`agent.security.allowed_origins` is not set and defaults to `*`");
    let second = unset("[agent.security.rate_limit]\nper_user = true");
    assert_eq!(second[0], "`agent.security.auth` is not set");
    assert_eq!(second[1], "");
    assert_eq!(second[2], "`agent.security.validation` is not set");
    assert_eq!(second[3], "`agent.security.validation.block_pii` is not set and defaults to false");
    assert_eq!(second[4], "`server.cors.allowed_origins` is not set");
    let mixed = unset(
        "[agent.security]\nrequire_authentication = true\nallowed_origins = ['https://a.io']\n\
         [agent.security.rate_limiting]\nrequests_per_minute = 1\n\
         [agent.security.validation]\nblock_pii = true",
    );
    assert_eq!(mixed, [""; 5]);
    let said = unset("[agent.security]\nallowed_origins = '*'\nrate_limit = { enabled = false }");
    assert_eq!(said[1], "`agent.security.rate_limit.enabled` is false");
    assert_eq!(said[4], "`agent.security.allowed_origins` is `*`");
}

#[test]
fn the_nearest_key_is_pointed_at() {
    let grip = |text: &str| {
        read(text, |agent| {
            let at = agent.access.authentication.off().unwrap().at.local_span();
            (at.start, text.get(at.range()).unwrap().to_owned())
        })
    };
    assert_eq!(grip("[agent.memory.cache]\nssl = true"), (1, "agent".into()));
    assert_eq!(
        grip("[agent.mcp_sessions]\n[agent.security]\nallowed_origins = []"),
        (28, "security".into())
    );
    assert_eq!(grip("[tool.agent.mcp_sessions]\nenabled = true"), (6, "agent".into()));
}

#[test]
fn a_pyproject_is_read_below_its_table_only() {
    read(
        "[project.urls]\nHome = 'http://acme.io'\n[tool.publish]\ntoken = 'abcdef123'\n\
         [tool.agent.mcp.crm]\nurl = 'https://crm.acme.io'\n[tool.agent]\nname = 'helpdesk'",
        |agent| {
            let hosts: Vec<_> = agent.endpoints.iter().map(|endpoint| endpoint.host).collect();
            assert_eq!(hosts, ["crm.acme.io"]);
            assert!(agent.credentials.is_empty());
            assert_eq!(agent.subject().name, "helpdesk");
        },
    );
}

#[test]
fn credentials_are_found_wherever_they_stand() {
    let text = "\
llm_type: openai
llm_url: https://me:hunter2pw@llm.acme.io/v1?apiKey=unseen
arsenal:
  mcp_servers:
    - args: [--token=a1b2c3d4, --api-key, e5f6a7b8, --max-tokens, '5', sk-proj-9aF3kLmQ2xYz7WvB4n]
      auth_token_env: ghp_abcdefghijklmnopqrstuvwxyz0123456789
      headers: {Authorization: Basic cGFzc3dvcmQx, X-Api-Key: $KEY}
http:
  auth:
    api_keys: [{key: f00dfeed, name: ci}]
queue: {redis_password: 1234567, key_prefix: 'paladin:queue'}
shared: &shared c0ffee99
extra: {client_secret: *shared}
";
    read(text, |agent| {
        let found: Vec<_> =
            agent.credentials.iter().map(|found| (found.name, found.text)).collect();
        assert_eq!(
            found,
            [
                ("password in the URL", "hunter2pw"),
                ("--token", "a1b2c3d4"),
                ("--api-key", "e5f6a7b8"),
                ("args", "sk-proj-9aF3kLmQ2xYz7WvB4n"),
                ("Authorization", "cGFzc3dvcmQx"),
                ("X-Api-Key", "$KEY"),
                ("key", "f00dfeed"),
                ("redis_password", "1234567"),
                ("client_secret", "c0ffee99"),
            ]
        );
        let known = |name: &str| agent.credentials.iter().find(|it| it.name == name).unwrap().value;
        assert_eq!(known("X-Api-Key"), Value::Reference);
        assert_eq!(known("key"), Value::Literal);
        assert_eq!(agent.credential_env_names.len(), 1);
    });
}

#[test]
fn the_older_layout_of_paladin_says_nothing_of_its_server() {
    read("paladin: {default_model: a}\narsenal: {}\nlogging: {level: debug}", |agent| {
        assert!(agent.access.cors.when(Origins::is_any).is_none());
        assert!(agent.access.rate_limit.off().is_none());
        assert_eq!(agent.logs.level.value(), Some("debug"));
    });
}

#[test]
fn every_frameworks_reference_to_a_variable_is_a_template() {
    use super::setting::is_template;
    for text in [
        "${VAR}",
        "${VAR:-x}",
        "${env:VAR}",
        "${env.VAR}",
        "${input:x}",
        "${{ env.VAR }}",
        "{{ param }}",
        "os.environ/VAR",
        "=Env.VAR",
        "= Env.VAR",
        "$VAR",
        "redis://${HOST}:6379",
    ] {
        assert!(is_template(text), "{text}");
    }
    for text in ["", "$", "= 3", "=x", "os.environ", "$5 a day", "VAR", "{topic}", "a=Env.b"] {
        assert!(!is_template(text), "{text}");
    }
}

#[test]
fn keys_that_name_a_variable_hold_no_credential() {
    let text = "\
llm_type: openai
llm_url: https://llm.acme.io
server: {token_key: NEBIUS, key_env: LLM_KEY, api_key_env: KEY}
";
    read(text, |agent| {
        assert!(agent.credentials.is_empty(), "{:?}", agent.credentials);
        assert_eq!(agent.credential_env_names.len(), 3);
    });
}

#[test]
fn formats_of_frameworks_are_told_by_their_content() {
    for (text, wanted) in [
        ("model_list:\n- {model_name: a, litellm_params: {model: openai/a}}", "LiteLLM proxy"),
        ("litellm_settings: {drop_params: true}", "LiteLLM proxy"),
        (
            "a: {role: r, goal: g, backstory: b}\nc: {role: r, goal: g, backstory: b}",
            "CrewAI agents",
        ),
        ("{\"role\": \"r\", \"goal\": \"g\", \"backstory\": \"b\"}", "CrewAI agent"),
        ("t: {description: d, expected_output: o, agent: a}", "CrewAI tasks"),
        (
            "{\"agents\": [\"a\"], \"tasks\": [{\"description\": \"d\", \"expected_output\": \"o\"}]}",
            "CrewAI crew",
        ),
        ("kind: Prompt\nname: a\nmodel: {id: m}", "Foundry agent"),
        ("\u{feff}kind: hosted\nname: a\nprotocols: []\nresources: {cpu: '1'}", "Foundry agent"),
        ("name: a\ntemplate:\n  kind: hosted\n  name: b\n  protocols: []", "Foundry agent"),
        ("name: a\nservices: {b: {host: azure.ai.agent, image: acme/b}}", "Foundry agent"),
        ("name: a\nmodel: gemini-2.5-flash\ninstruction: Be kind.", "ADK agent"),
        ("agent_class: LoopAgent\nname: a\nsub_agents: [{config_path: b.yaml}]", "ADK agent"),
        ("agent_class: acme.Agent1\nname: a\nspeed: 1", "ADK agent of a class of its own"),
        (
            "agents: {a: {aws: {region: r}, bedrock_agentcore: {agent_id: null}}}",
            "AgentCore toolkit",
        ),
        (
            "{\"$schema\": \"https://schema.agentcore.aws.dev/v1/agentcore.json\", \"runtimes\": []}",
            "AgentCore project",
        ),
    ] {
        assert_eq!(format_of(text), Some(wanted), "{text}");
    }
}

#[test]
fn near_misses_of_frameworks_are_somebody_elses() {
    for text in [
        "model_list: [gpt-4o, gpt-4o-mini]",
        "general_settings: {port: 1}\nrouter_settings: {redis_host: a}",
        // A list of people is no crew.
        "ann: {role: editor, goal: g}\nbob: {role: r, goal: g, backstory: b}",
        "a: {description: d, expected_output: o}\nversion: 2",
        "{\"agents\": [\"a\"], \"tasks\": [{\"label\": \"build\"}]}",
        "kind: prompt\nname: a",
        "kind: workflow\nname: a\nsteps: []",
        "kind: pipeline\nname: a\nmodel: b",
        "name: a\nservices: {b: {host: containerapp}}",
        "name: a\ninstruction: Stir well.\nminutes: 5",
        "name: a\nmodel: b\ninstructions: c",
        "agents: {a: {aws: {region: r}}}",
        "{\"$schema\": \"https://schema.agentcore.aws.dev/v1/aws-targets.json\", \"runtimes\": []}",
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn a_proxy_is_open_without_a_key_or_another_way_to_ask() {
    let off = |general: &str| {
        let text = format!("litellm_settings: {{cache: false}}\ngeneral_settings: {{{general}}}");
        read(&text, |agent| agent.access.authentication.off().map(|because| because.text))
    };
    let unset = Some("`general_settings.master_key` is not set".to_owned());
    assert_eq!(off(""), unset);
    assert_eq!(off("master_key: ''"), unset);
    assert_eq!(off("master_key: os.environ/KEY"), None);
    assert_eq!(off("master_key: sk-9aF3kLmQ2xYz7"), None);
    assert_eq!(off("custom_auth: auth.check"), None);
    assert_eq!(off("enable_jwt_auth: true"), None);
    assert_eq!(off("enable_jwt_auth: false"), unset);
}

#[test]
fn fallbacks_must_be_models_of_the_list() {
    let dangling = |rest: &str| {
        let text = format!(
            "model_list:\n- {{model_name: fast, litellm_params: {{model: openai/a}}}}\n{rest}"
        );
        read(&text, |agent| {
            let bad = agent.references.iter().filter(|reference| reference.is_dangling());
            bad.map(|reference| reference.at.text().to_owned()).collect::<Vec<_>>()
        })
    };
    let names = ["slow"];
    assert_eq!(dangling("router_settings: {fallbacks: [{fast: [slow]}]}"), names);
    assert_eq!(dangling("litellm_settings: {default_fallbacks: [slow, fast]}"), names);
    assert!(dangling("router_settings: {fallbacks: [{'*': [fast]}]}").is_empty());
    let stored = "router_settings: {fallbacks: [{fast: [slow]}]}\n\
                  general_settings: {store_model_in_db: true}";
    assert!(dangling(stored).is_empty());
    let pattern = "router_settings: {fallbacks: [{fast: [slow]}], \
                   model_group_alias: {slow: fast}}";
    assert!(dangling(pattern).is_empty());
}

#[test]
fn a_crew_says_how_long_its_agents_may_go_on() {
    let text = "a: {role: r, goal: g, backstory: b, max_iter: 400, allow_code_execution: true, \
                code_execution_mode: unsafe}";
    read(text, |agent| {
        let steps = agent.bounds.iter().find(|bound| bound.kind == BoundKind::Steps).unwrap();
        assert_eq!(steps.what, "agent `a`");
        assert_eq!(steps.limit.value(), Some(400.0));
        assert_eq!(agent.grants[0].checked.value(), Some(false));
    });
    let text = "{\"role\": \"r\", \"goal\": \"g\", \"backstory\": \"b\", \"max_iter\": 3, \
                \"settings\": {\"max_iter\": 9}}";
    read(text, |agent| assert_eq!(agent.bounds[0].limit.value(), Some(9.0)));
}

#[test]
fn a_gateway_that_asks_nobody_is_public() {
    let text = "{\"$schema\": \"https://schema.agentcore.aws.dev/v1/agentcore.json\", \"runtimes\": [{\"name\": \"a\", \
                \"networkMode\": \"PUBLIC\"}], \"agentCoreGateways\": [{\"name\": \"b\", \"authorizerType\": \"NONE\"}]}";
    read(text, |agent| {
        let off = agent.access.authentication.off().unwrap();
        assert_eq!(off.text, "`authorizerType` is NONE");
        assert!(agent.access.public.on().is_some());
    });
    // Runtimes ask for signed requests where nothing else is said.
    let text = "agents: {a: {aws: {region: r}, bedrock_agentcore: {agent_id: null}}}";
    read(text, |agent| assert!(agent.access.authentication.off().is_none()));
}

/// Reads a Kubernetes object and hands the model to `ask`.
fn read_object<T>(text: &str, ask: impl FnOnce(&AgentConfig<'_>) -> T) -> T {
    let tree = tree_of(text);
    let object = Object::of(tree.documents().next().unwrap()).unwrap();
    ask(&AgentConfig::of_object(object).expect("an object of an agent"))
}

#[test]
fn secrets_of_objects_are_told_from_their_names() {
    let names = |text: &str| {
        read_object(text, |agent| {
            let names = agent.credentials.iter().map(|it| (it.name.to_owned(), it.value));
            names.collect::<Vec<_>>()
        })
    };
    let component = |item: &str| {
        format!(
            "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{name: a}}\n\
             spec: {{type: conversation.openai, version: v1, metadata: [{item}]}}\n"
        )
    };
    let literal = |name: &str| vec![(name.to_owned(), Value::Literal)];
    assert_eq!(names(&component("{name: key, value: 4d1f8e7a6b5c}")), literal("key"));
    assert_eq!(names(&component("{name: apiKey, value: 4d1f8e7a6b5c}")), literal("apiKey"));
    for item in [
        "{name: key, secretKeyRef: {name: a, key: b}}",
        "{name: key, envRef: OPENAI_API_KEY}",
        "{name: model, value: gpt-4o}",
        "{name: cacheTTL, value: 10m}",
    ] {
        assert!(names(&component(item)).is_empty(), "{item}");
    }
    let model = "apiVersion: kagent.dev/v1alpha2\nkind: ModelConfig\nmetadata: {name: a}\n\
                 spec: {apiKeySecret: openai, apiKeySecretKey: key, \
                 defaultHeaders: {X-Api-Key: 4d1f8e7a6b5c, X-Team: returns}}\n";
    assert_eq!(names(model), literal("X-Api-Key"));
}

#[test]
fn agents_of_kagent_are_read_in_all_parts() {
    let agent = |spec: &str| {
        let text = format!(
            "apiVersion: kagent.dev/v1alpha2\nkind: Agent\nmetadata: {{name: ops}}\nspec: {spec}\n"
        );
        read_object(&text, |agent| {
            let links = agent.links.iter().map(|it| (it.of.1, it.name.to_owned()));
            (agent.grants.len(), agent.replicas.value(), links.collect::<Vec<_>>())
        })
    };
    let tools = |server: &str| {
        agent(&format!(
            "{{type: Declarative, declarative: {{modelConfig: a/b, tools: [{{mcpServer: {server}}}]}}}}"
        ))
    };
    let (grants, replicas, links) = tools("{kind: RemoteMCPServer, name: c}");
    assert_eq!((grants, replicas), (1, Some(1.0)));
    assert_eq!(links, [("ModelConfig", "b".into()), ("RemoteMCPServer", "c".into())]);
    assert_eq!(tools("{kind: Service, name: c, toolNames: [a]}").0, 0);
    assert_eq!(tools("{kind: Service, name: c, toolNames: []}").0, 1);
    assert!(agent("{declarative: {modelConfig: default-model-config}}").2.is_empty());
    assert_eq!(agent("{type: BYO, byo: {deployment: {replicas: 3}}}").1, Some(3.0));
    assert_eq!(agent("{type: BYO}").1, None);
}

#[test]
fn prompts_that_nobody_wrote_are_known() {
    let tree = tree_of("- a");
    let at = tree.documents().next().unwrap();
    let fault = |text| Prompt { at, text: PromptText::Inline(text) }.fault();
    for text in [
        "TODO",
        "todo: write it",
        "<Your system prompt here>",
        "Insert your prompt here.",
        "Lorem ipsum dolor sit amet",
        "...",
        "[PLACEHOLDER]",
    ] {
        assert_eq!(fault(text), Some("is still a placeholder"), "{text}");
    }
    assert_eq!(fault(" \n"), Some("is empty"));
    for text in [
        "You answer questions about orders.",
        "Todo lists are what you keep.",
        "Enter the order into the system, and never promise a date.",
        "Your answers are short.",
        "{{ system_prompt }}",
        "${PROMPT}",
        "Test every claim before you repeat it.",
    ] {
        assert_eq!(fault(text), None, "{text}");
    }
}

#[test]
fn a_header_inside_a_string_is_a_credential() {
    let text = |env: &str| {
        let text =
            format!("[[agent.mcp]]\nname = 'a'\ncommand = 'b'\n[agent.mcp.env]\nH = '{env}'");
        read(&text, |agent| agent.credentials.first().map(|it| it.text.to_owned()))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(text("{\"Authorization\": \"Bearer 4d1f8e7a6b5c\"}"), some("4d1f8e7a6b5c"));
    assert_eq!(text("{\"Accept\":\"a\",\"X-Api-Key\":\"4d1f8e7a6b5c\"}"), some("4d1f8e7a6b5c"));
    assert_eq!(text("{\"Accept\": \"*/*\", \"n\": 1}"), None);
    assert_eq!(text("{\"a\": {\"b\": [\"c\"]}"), None);
    assert_eq!(text("{\"Authorization"), None);
    assert_eq!(text("{}"), None);
}

#[test]
fn spans_of_time_have_several_units() {
    for (text, seconds) in
        [("30", 30.0), ("30s", 30.0), ("1m30s", 90.0), ("500ms", 0.5), ("7d", 604_800.0)]
    {
        let tree = tree_of(&format!("a: {text}"));
        let node = tree.documents().next().unwrap().at(&["a"]).unwrap();
        assert_eq!(setting::seconds(node), Some(seconds), "{text}");
    }
    for text in ["''", "s", "30x", "m30", "1.2.3s"] {
        let tree = tree_of(&format!("a: {text}"));
        let node = tree.documents().next().unwrap().at(&["a"]).unwrap();
        assert_eq!(setting::seconds(node), None, "{text}");
    }
}
