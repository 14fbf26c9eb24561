use crate::checklist::signal::asked::ask;

/// An `agent.toml` that is told by its table of sessions.
fn agent(rest: &str) -> String {
    format!("[agent]\nname = \"desk\"\n[agent.mcp_sessions]\nenabled = true\n{rest}")
}

/// What a signal says of an `agent.toml`.
fn told(signal: &str, rest: &str) -> String {
    ask(signal, &[("config/agent.toml", &agent(rest))])
}

/// The first word of what it says.
fn word(signal: &str, files: &[(&str, &str)]) -> String {
    let said = ask(signal, files);
    said.split([':', '\n']).next().unwrap_or_default().to_owned()
}

#[test]
fn inputs_are_validated_and_bounded() {
    let on = "[agent.security.input_validation]\nenabled = true\n";
    assert_eq!(
        told("agent/input-validation", on),
        "shown\nconfig/agent.toml:6: agent `desk`: \
         `agent.security.input_validation.enabled` is true"
    );
    for rest in [
        "[agent.security.input_validation]\nenabled = \"${VALIDATE}\"\n",
        "[agent.security.input_validation]\nenabled = false\n",
        "[agent.security.input_validation]\nenabled = true\nmax_input_length = 0\n",
    ] {
        let said = told("agent/input-validation", rest);
        assert!(said.starts_with("lacking: 1 agent that does not show"), "{said}");
    }
    let readme = ("README.md", "# Orders\n");
    assert_eq!(ask("agent/input-validation", &[readme]), "moot: nothing here runs");
    let image = ("Dockerfile", "FROM scratch\n");
    assert_eq!(word("agent/input-validation", &[image]), "lacking");
}

#[test]
fn one_agent_of_two_is_not_all() {
    let on = agent("[agent.security.rate_limiting]\nenabled = true\n");
    let off = agent("[agent.security.rate_limiting]\nenabled = \"${LIMIT}\"\n");
    let both = [("a/agent.toml", on.as_str()), ("b/agent.toml", off.as_str())];
    let said = ask("agent/rate-limit", &both);
    assert!(
        said.starts_with("lacking: 1 agent without a known rate limit\nb/agent.toml:6"),
        "{said}"
    );
    assert_eq!(word("agent/rate-limit", &[("a/agent.toml", &on)]), "shown");
}

#[test]
fn examples_and_development_show_nothing() {
    let on = agent("[agent.security.rate_limiting]\nenabled = true\n");
    for path in ["config/agent.toml.example", "docs/agent.toml", "config/development/agent.toml"] {
        assert_eq!(word("agent/rate-limit", &[(path, &on)]), "moot", "{path}");
    }
}

#[test]
fn personal_data_is_taken_out() {
    let with = |action: &str| {
        let rest =
            format!("[agent.security.pii_detection]\nenabled = true\naction = \"{action}\"\n");
        told("agent/pii-detection", &rest)
    };
    assert!(with("redact").starts_with("shown"));
    assert!(with("warn").starts_with("lacking"));
}

#[test]
fn injection_is_looked_for_while_inputs_are_validated() {
    let on = "[agent.security.validation]\nenabled = true\nblock_prompt_injection = true\n";
    assert!(told("agent/injection-detection", on).starts_with("shown"));
    let off = "[agent.security.validation]\nenabled = false\nblock_prompt_injection = true\n";
    assert!(told("agent/injection-detection", off).starts_with("lacking"));
}

#[test]
fn every_call_has_a_timeout() {
    let model = "[[agent.models]]\nname = \"main\"\nprovider = \"openai\"\n";
    assert_eq!(
        told("agent/timeouts", model),
        "lacking: 1 call without a known timeout\nconfig/agent.toml:6: agent `desk`, calls of \
         model `main`: `timeout` is not set"
    );
    assert!(told("agent/timeouts", &format!("{model}timeout = 30\n")).starts_with("shown"));
}

#[test]
fn retries_need_pauses_that_grow() {
    let server = "[agent.mcp.erp]\ntype = \"d365\"\n";
    assert!(told("agent/retries", server).starts_with("shown"));
    assert!(told("agent/jittered-retries", server).starts_with("lacking"));
    let model = "[[agent.models]]\nname = \"main\"\nprovider = \"openai\"\nmax_retries = 3\n";
    let said = told("agent/retries", model);
    assert!(said.ends_with("nothing says whether the pauses between tries grow"), "{said}");
    let second = "[[agent.models]]\nname = \"small\"\nprovider = \"openai\"\nmax_retries = 2\n";
    let said = told("agent/retries", &format!("{model}{second}"));
    assert!(said.starts_with("lacking: 1 call that"), "{said}");
}

#[test]
fn breakers_cover_models_too() {
    let server = "[agent.mcp.erp]\ntype = \"d365\"\n";
    assert!(told("agent/circuit-breaker", server).starts_with("shown"));
    let both = format!("[[agent.models]]\nname = \"main\"\nprovider = \"openai\"\n{server}");
    assert!(told("agent/circuit-breaker", &both).starts_with("lacking: 1 call"));
    let proxy = "model_list:\n- model_name: a\n  litellm_params: {model: openai/a}\n";
    assert_eq!(word("agent/circuit-breaker", &[("litellm.yaml", proxy)]), "shown");
}

#[test]
fn levels_of_variables_count() {
    let compose = |level: &str| {
        format!(
            "services:\n  api:\n    image: acme/api:1\n    environment:\n      LOG_LEVEL: {level}\n"
        )
    };
    let of = |signal: &str, level: &str| word(signal, &[("compose.yaml", &compose(level))]);
    assert_eq!(of("agent/log-level-info", "INFO"), "shown");
    assert_eq!(of("agent/log-level-warn", "INFO"), "lacking");
    assert_eq!(of("agent/log-level-warn", "error"), "shown");
    assert_eq!(of("agent/log-level-info", "debug"), "lacking");
    assert_eq!(of("agent/log-level-info", "${LEVEL}"), "lacking");
}

const PALADIN: &str = "llm_type: openai\nllm_url: https://api.openai.com\nagents: []\n";

/// What a signal says of a `config.yml` of Paladin.
fn paladin(signal: &str, rest: &str) -> String {
    let text = format!("{PALADIN}{rest}");
    word(signal, &[("config.yml", &text)])
}

#[test]
fn log_files_rotate() {
    let file = |rotation: &str| {
        format!("logging:\n  format: json\n  outputs:\n  - type: file\n    path: a.log\n{rotation}")
    };
    let rotation = "    rotation: {max_size: 100MB, max_age: 7d}\n";
    assert_eq!(paladin("agent/log-rotation", &file(rotation)), "shown");
    assert_eq!(paladin("agent/log-retention", &file(rotation)), "shown");
    assert_eq!(paladin("agent/log-rotation", &file("")), "lacking");
    assert_eq!(paladin("agent/log-retention", &file("")), "lacking");
    assert_eq!(paladin("agent/log-rotation", "logging: {format: json}\n"), "moot");
}

#[test]
fn caches_end_and_are_bounded() {
    let cache = "cache: {enabled: true, ttl: 3600, max_size: 10000, eviction_policy: lru}\n";
    let short = "cache: {enabled: true, ttl: 3600, eviction_policy: lru}\n";
    assert_eq!(paladin("agent/cache-bounds", cache), "shown");
    assert_eq!(paladin("agent/cache-ttl", short), "lacking");
    assert_eq!(paladin("agent/caching", short), "shown");
    assert_eq!(paladin("agent/caching", "cache: {enabled: false, ttl: 3600}\n"), "lacking");
}

#[test]
fn calls_of_models_say_everything() {
    let llm = "llm:\n  timeout: 30s\n  max_retries: 3\n  retry_delay: 1s\n";
    let batch = "  batching: {enabled: true, max_batch_size: 10, max_wait_time: 100ms}\n";
    let all = format!("{llm}  connection_pooling: true\n{batch}");
    assert_eq!(paladin("agent/model-calls", &all), "shown");
    assert_eq!(paladin("agent/model-calls", &format!("{llm}{batch}")), "lacking");
    let one = format!("{all}  openai: {{api_key: '${{OPENAI_API_KEY}}', max_retries: 3}}\n");
    assert_eq!(paladin("agent/model-calls", &one), "shown");
    assert_eq!(
        paladin("agent/model-calls", &one.replace("pooling: true", "pooling: false")),
        "lacking"
    );
    // Those of models that look at images are calls of models, too.
    let vision = format!("{all}vision: {{retry: {{max_retries: 3}}}}\n");
    assert_eq!(paladin("agent/model-calls", &vision), "lacking");
}

#[test]
fn callers_show_tokens() {
    let auth = |kind: &str| format!("http: {{auth: {{enabled: true}}}}\nauth: {{type: {kind}}}\n");
    assert_eq!(paladin("agent/strong-authentication", &auth("oauth2")), "shown");
    assert_eq!(paladin("agent/strong-authentication", &auth("api_key")), "lacking");
    assert_eq!(paladin("agent/authentication", &auth("oauth2")), "shown");
    let roles = "rbac:\n  roles:\n  - viewer: ['paladin:read']\n";
    assert_eq!(paladin("agent/access-control", roles), "shown");
    assert_eq!(paladin("agent/access-control", ""), "lacking");
}

#[test]
fn nobody_has_to_ask_where_nothing_is_exposed() {
    let compose =
        |port: &str| format!("services:\n  api:\n    image: acme/api:1\n    ports: ['{port}']\n");
    let of = |port: &str| word("agent/authentication", &[("compose.yaml", &compose(port))]);
    assert_eq!(of("127.0.0.1:80:80"), "moot");
    assert_eq!(of("80:80"), "lacking");
}

/// What a signal says of an integration.
fn integration(signal: &str, rest: &str) -> String {
    let text = format!("real_world_integration_system:\n  enabled: true\n{rest}");
    word(signal, &[("integration_config.yaml", &text)])
}

const LIVE: &str = "  safety_constraints: {dry_run_mode: false, fail_on_violation: true, \
                    manual_approval_threshold_usd: 500, max_daily_price_change_percent: 0.1}\n";

#[test]
fn integrations_can_be_stopped() {
    assert_eq!(integration("agent/kill-switch", LIVE), "shown");
    assert_eq!(integration("agent/action-limits", LIVE), "shown");
    let pretends = "  safety_constraints: {dry_run_mode: true}\n";
    assert_eq!(integration("agent/kill-switch", pretends), "shown");
    let unknown = LIVE.replace("fail_on_violation: true", "fail_on_violation: '${HALT}'");
    assert_eq!(integration("agent/kill-switch", &unknown), "lacking");
    let off = format!("real_world_integration_system:\n  enabled: false\n{LIVE}");
    assert_eq!(word("agent/kill-switch", &[("integration_config.yaml", &off)]), "moot");
}

#[test]
fn a_person_is_asked_at_an_address() {
    let to = |url: &str| {
        let rest =
            format!("{LIVE}  deployment_workflow: {{manual_review_queue_endpoint: '{url}'}}\n");
        integration("agent/manual-review", &rest)
    };
    assert_eq!(to("https://review.acme.io/queue"), "shown");
    for url in ["http://review.acme.io/queue", "https://your-review-tool.com", "${REVIEW}", ""] {
        assert_eq!(to(url), "lacking", "{url}");
    }
}

#[test]
fn a_rollback_has_to_be_tried() {
    let with = |on: &str| {
        let rest =
            format!("{LIVE}  deployment_workflow: {{auto_rollback_on_critical_alert: {on}}}\n");
        integration("agent/rollback", &rest)
    };
    assert_eq!(with("false"), "shown");
    assert_eq!(with("true"), "lacking");
    assert_eq!(integration("agent/rollback", LIVE), "lacking");
}

#[test]
fn messages_go_through_a_service() {
    let bus = |kind: &str| {
        let text = format!("distributed_simulation:\n  event_bus_type: {kind}\n");
        ask("agent/event-bus", &[("infrastructure.yaml", &text)])
    };
    assert!(bus("redis").ends_with("`distributed_simulation.event_bus_type` is `redis`"));
    assert!(bus("local_memory").starts_with("lacking"));
    assert!(bus("'${BUS}'").starts_with("lacking"));
}

#[test]
fn models_and_tools_are_known() {
    let model = |endpoint: &str| {
        let rest = format!(
            "[[agent.models]]\nname = \"main\"\nprovider = \"azure_openai\"\n\
             endpoint = \"{endpoint}\"\ndeployment = \"gpt-4o\"\napi_version = \"2024-10-21\"\n"
        );
        told("agent/model-deployment", &rest)
    };
    assert!(model("https://acme.openai.azure.com").starts_with("shown"));
    assert!(model("https://your-resource.openai.azure.com").starts_with("lacking"));
    assert!(model("${AZURE_OPENAI_ENDPOINT}").starts_with("lacking"));
    let server = "[agent.mcp.orders]\ntype = \"stdio\"\ncommand = \"orders-mcp\"\n";
    assert!(told("agent/tools", server).starts_with("shown"));
    let templated = server.replace("orders-mcp", "${ORDERS_COMMAND}");
    assert!(told("agent/tools", &templated).starts_with("lacking"));
    assert!(told("agent/tools", "[agent.mcp.orders]\ntype = \"stdio\"\n").starts_with("lacking"));
    assert!(told("agent/tools", "").starts_with("moot: no agent here"));
    let erp = "[agent.mcp.erp]\ntype = \"d365\"\n";
    assert!(told("agent/tools", erp).starts_with("lacking"));
    let environment =
        "[agent.mcp.erp.oauth]\nenvironment_url = \"https://contoso.crm4.dynamics.com\"\n";
    assert!(told("agent/tools", &format!("{erp}{environment}")).starts_with("shown"));
}

#[test]
fn a_prompt_takes_a_reviewer() {
    let said = told("agent/prompt", "[agent.x]\n");
    assert!(said.starts_with("lacking: no system prompt"), "{said}");
    let config = "[agent]\nsystem_prompt = \"You answer.\"\n[agent.mcp_sessions]\nenabled = true\n";
    let said = ask("agent/prompt", &[("agent.toml", config)]);
    assert!(said.starts_with("lacking: 1 prompt is here, but no file shows"), "{said}");
}

#[test]
fn keys_are_known() {
    assert!(told("agent/configuration", "").starts_with("shown"));
    assert!(told("agent/configuration", "[server]\nport = \"x\"\n").starts_with("lacking"));
}

#[test]
fn memory_ends() {
    let kept = "[agent.memory.cache]\nenabled = true\nttl = 600\n";
    assert!(told("agent/retention", kept).starts_with("shown"));
    let unswitched = "[agent.memory.cache]\nttl = 600\n";
    let said = told("agent/retention", unswitched);
    assert!(said.contains("chat memory: `agent.memory.cache.ttl` is 600"), "{said}");
    let persisted = format!("{kept}[agent.memory.persistence]\nenabled = true\n");
    let said = told("agent/retention", &persisted);
    assert!(
        said.ends_with(
            "agent.memory.persistence.enabled` is true, and nothing says when it is removed"
        ),
        "{said}"
    );
    assert!(told("agent/retention", "").starts_with("lacking"));
}

#[test]
fn a_slip_is_no_key_that_a_format_knows() {
    let observability = |key: &str| format!("[agent.observability]\n{key} = \"json\"\n");
    let said = told("agent/configuration", &observability("log_format"));
    assert_eq!(
        said,
        "shown\nconfig/agent.toml:1: agent `desk`: nothing that MSFT agent would not know"
    );
    let said = told("agent/configuration", &observability("log_fromat"));
    assert!(
        said.ends_with(
            "config/agent.toml:6: agent `desk`: `log_fromat` may be meant to be `log_format`"
        ),
        "{said}"
    );
    // Keys of anybody's own, and one beside that which it is near to.
    for rest in [
        observability("region"),
        "[agent.tools.weather]\napi_base_url = \"https://a.io\"\n".to_owned(),
        "[agent.observability]\nlog_format = \"json\"\nlog_formats = \"json\"\n".to_owned(),
    ] {
        let said = told("agent/configuration", &rest);
        assert!(said.starts_with("shown"), "{rest}: {said}");
    }
}
