//! The variables of a process that agents and their frameworks take their settings from: those of a
//! Compose service, of a container, of a file of variables.
//!
//! Nothing is said of a variable that is not there, as the image or the platform may set it, nor of one
//! that takes its value from another.
//!
//! Sources: `.env.example` of FBA-Bench; `docs/reference/environment-variables.md` and `.env.example` of
//! the MSFT agent framework templates; opentelemetry.io, "Environment Variable Specification" and
//! "General SDK Configuration"; the documentation of `OpenLLMetry` and of Azure's tracing of AI clients.

use crate::agent::setting::Variable;
use crate::agent::{
    Access, AgentConfig, Definition, Endpoint, Guards, Logs, Origins, Setting, Store, Telemetry,
};
use crate::file::FileKind;
use crate::log::debug_in_variable;
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "environment",
    kind: FileKind::EnvFile,
    // A file of variables is none of a format's documents before nobody else takes it.
    marker: "",
    recognise: |_, _| false,
    objects: &[],
    read: |document| {
        // Nothing else looks at the credentials and URLs of a file that no Compose file takes.
        let AgentConfig { mut endpoints, credentials, credential_env_names, .. } =
            AgentConfig::of_tree(&FORMAT, document);
        endpoints.retain(Endpoint::is_called_by_variable);
        let own = read(document, &of_document(document));
        AgentConfig { endpoints, credentials, credential_env_names, ..own }
    },
    keys: None,
};

/// Names that only what serves or runs an agent takes.
const TELLING: [&str; 12] = [
    "API_RATE_LIMIT",
    "AUTH_ENABLED",
    "AUTH_PROTECT_DOCS",
    "AUTH_TEST_BYPASS",
    "BLOCK_PII",
    "BLOCK_PROMPT_INJECTION",
    "FBA_CORS_ALLOW_ORIGINS",
    "GOOGLE_API_KEY",
    "RATE_LIMIT_ENABLED",
    "RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_RPM",
    "REDACT_PII",
];

/// What the names of variables for models and frameworks begin with.
const TELLING_PREFIXES: [&str; 16] = [
    "ANTHROPIC_",
    "AZURE_OPENAI_",
    "BEDROCK_",
    "COHERE_",
    "CREWAI_",
    "GEMINI_",
    "GROQ_",
    "LANGCHAIN_",
    "LANGGRAPH_",
    "LANGSMITH_",
    "LITELLM_",
    "LLM_",
    "MISTRAL_",
    "OLLAMA_",
    "OPENAI_",
    "OPENROUTER_",
];

/// Switches that put prompts and answers into traces.
///
/// Source of the words of the second: the README of `opentelemetry-util-genai`.
const CONTENT: [&str; 3] = [
    "AZURE_TRACING_GEN_AI_CONTENT_RECORDING_ENABLED",
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
    "TRACELOOP_TRACE_CONTENT",
];

/// Whether variables of those names are an agent's.
pub(in crate::agent) fn is_telling<'n>(mut names: impl Iterator<Item = &'n str>) -> bool {
    names.any(|name| {
        TELLING.contains(&name) || TELLING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })
}

/// The variables of a file.
pub(in crate::agent) fn of_document(document: Node<'_>) -> Vec<Variable<'_>> {
    let stated = document.own_entries();
    let stated = stated.map(|entry| {
        let (name, at) = (entry.key.text().into(), entry.value);
        Variable { name, value: at.text(), at }
    });
    stated.collect()
}

/// The URLs of a file that Compose fills its own text in from: it hands the variables to no service as
/// they are, so nobody else can say where they stand.
pub(in crate::agent) fn urls(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let stated = || document.own_entries();
    let endpoints: Vec<_> =
        stated().filter_map(|it| Endpoint::of_variable(it.key.text(), it.value)).collect();
    let is_of_agent = !endpoints.is_empty() && is_telling(stated().map(|it| it.key.text()));
    is_of_agent.then(|| AgentConfig { endpoints, ..AgentConfig::blank(&FORMAT, document) })
}

/// Reads variables; `root` is what holds them.
pub(in crate::agent) fn read<'t>(root: Node<'t>, all: &[Variable<'t>]) -> AgentConfig<'t> {
    let find = |name: &str| all.iter().rfind(|variable| variable.name == name);
    let flag = |name: &str| find(name).map(Variable::flag).unwrap_or_default();
    let text = |name: &str| find(name).map(Variable::text).unwrap_or_default();
    let number = |name: &str| {
        find(name).map(|it| it.setting(|value| value.parse::<f64>().ok())).unwrap_or_default()
    };
    // It may name what prompts and answers are put into.
    let content = |name: &str| {
        let on = ["SPAN_ONLY", "EVENT_ONLY", "SPAN_AND_EVENT"];
        find(name).map(|it| it.flag_or(&on, "NO_CONTENT")).unwrap_or_default()
    };
    let first =
        |names: &'static [&'static str]| names.iter().copied().find(|name| find(name).is_some());
    let origins = first(&["FBA_CORS_ALLOW_ORIGINS", "CORS_ALLOW_ORIGINS", "CORS_ALLOWED_ORIGINS"])
        .or(first(&["CORS_ORIGINS", "ALLOWED_ORIGINS"]));
    let exporter = |name: &str| {
        let exporter = text(name);
        let is_none = exporter.value().is_some_and(|it| it.eq_ignore_ascii_case("none"));
        (is_none, exporter)
    };
    let (no_traces, trace_exporter) = exporter("OTEL_TRACES_EXPORTER");
    let (no_metrics, metrics_exporter) = exporter("OTEL_METRICS_EXPORTER");
    let sdk = flag("OTEL_SDK_DISABLED").not();
    let unless = |none: bool, exporter: &Setting<'t, &'t str>| {
        if none { exporter.clone().map(|_| false) } else { sdk.clone() }
    };
    AgentConfig {
        access: Access {
            authentication: flag("AUTH_ENABLED"),
            cors: origins
                .and_then(find)
                .map(|it| it.setting(|list| Some(allowed_origins(list))))
                .unwrap_or_default(),
            rate_limit: rate_limit(all),
            docs: flag("AUTH_PROTECT_DOCS").not(),
            bypasses: vec![flag("AUTH_TEST_BYPASS")],
            ..Access::default()
        },
        guards: Guards {
            injection_detection: flag("BLOCK_PROMPT_INJECTION"),
            pii_detection: {
                let (block, redact) = (flag("BLOCK_PII"), flag("REDACT_PII"));
                // One of them is enough; where only one is said, the other may be on by default.
                let is_off = block.off().is_some() && redact.off().is_some();
                if is_off || block.on().is_some() { block } else { Setting::default() }
            },
            ..Guards::default()
        },
        logs: Logs {
            level: level(all),
            format: text("LOG_FORMAT"),
            payloads: CONTENT.map(content).into(),
            ..Logs::default()
        },
        telemetry: Telemetry {
            tracing: unless(no_traces, &trace_exporter),
            sample_rate: sample_rate(
                &text("OTEL_TRACES_SAMPLER"),
                &number("OTEL_TRACES_SAMPLER_ARG"),
            ),
            metrics: unless(no_metrics, &metrics_exporter),
            trace_exporter,
            metrics_exporter,
            health: Setting::default(),
            environment: text("ENVIRONMENT"),
        },
        stores: vec![Store {
            what: "the Redis cache",
            enabled: Setting::default(),
            host: text("REDIS_HOST"),
            tls: flag("REDIS_SSL"),
        }],
        schema_creation: flag("DB_AUTO_CREATE"),
        ..AgentConfig::blank(&FORMAT, root)
    }
}

/// The level of the first variable that asks for too much, else of the first one.
fn level<'t>(all: &[Variable<'t>]) -> Setting<'t, &'t str> {
    const NAMES: [&str; 6] =
        ["LOG_LEVEL", "LOGLEVEL", "LITELLM_LOG", "OPENAI_LOG", "ANTHROPIC_LOG", "RUST_LOG"];
    let find = |name: &&str| all.iter().rfind(|variable| variable.name == *name);
    let stated: Vec<_> = NAMES.iter().filter_map(find).collect();
    let is_debug = |it: &&Variable<'t>| debug_in_variable(&it.name, it.value).is_some();
    let found = stated.iter().copied().find(is_debug).or(stated.first().copied());
    found.map(Variable::text).unwrap_or_default()
}

fn allowed_origins(value: &str) -> Origins {
    let bare = |origin: &str| {
        let origin = origin.trim_matches(|c: char| c.is_whitespace() || "[]\"'".contains(c));
        ["*", "http://*", "https://*"].contains(&origin)
    };
    if value.split(',').any(bare) { Origins::Any } else { Origins::Listed }
}

/// `RATE_LIMIT_ENABLED: false`, `API_RATE_LIMIT: 0/minute`, `RATE_LIMIT_RPM: 0`
fn rate_limit<'t>(all: &[Variable<'t>]) -> Setting<'t, bool> {
    let find = |name: &str| all.iter().rfind(|variable| variable.name == name);
    if let Some(switch) = find("RATE_LIMIT_ENABLED") {
        return switch.flag();
    }
    let names = ["API_RATE_LIMIT", "RATE_LIMIT_REQUESTS_PER_MINUTE", "RATE_LIMIT_RPM"];
    let Some(limit) = names.iter().find_map(|name| find(name)) else { return Setting::default() };
    limit.text().map(|value| {
        let count = value.split(['/', ' ']).next().unwrap_or(value);
        let words = ["none", "off", "false", "disabled", "unlimited"];
        let is_none = count == "0" || words.iter().any(|word| count.eq_ignore_ascii_case(word));
        !is_none
    })
}

/// What part of all requests a sampler keeps.
fn sample_rate<'t>(
    sampler: &Setting<'t, &'t str>,
    argument: &Setting<'t, f64>,
) -> Setting<'t, f64> {
    let sampler_name = sampler.value().map(str::to_ascii_lowercase);
    match sampler_name.as_deref().map(|name| name.trim_start_matches("parentbased_")) {
        Some("always_on") => sampler.clone().map(|_| 1.0),
        Some("always_off") => sampler.clone().map(|_| 0.0),
        Some("traceidratio") => argument.clone(),
        _ => Setting::default(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::agent::{AgentConfig, Because};
    use crate::source::FileId;
    use crate::tree::dotenv;

    fn read<T>(text: &str, ask: impl FnOnce(&AgentConfig<'_>) -> T) -> T {
        let text: Arc<str> = text.into();
        let tree = dotenv::read(FileId::new(0), &text);
        let document = tree.documents().next().unwrap();
        ask(&super::read(document, &of_document(document)))
    }

    fn text(because: Option<Because<'_>>) -> String {
        because.map_or(String::new(), |because| because.text)
    }

    #[test]
    fn names_tell() {
        for name in ["AUTH_ENABLED", "OPENAI_API_KEY", "LANGGRAPH_URL"] {
            assert!(is_telling(["PORT", name].into_iter()), "{name}");
        }
        for name in ["LOG_LEVEL", "OTEL_TRACES_SAMPLER", "VITE_AUTH_ENABLED", "GF_AUTH_ENABLED"] {
            assert!(!is_telling(std::iter::once(name)), "{name}");
        }
    }

    #[test]
    fn only_what_is_stated_counts() {
        read(
            "AUTH_ENABLED=${AUTH}\nAUTH_TEST_BYPASS=\nREDIS_SSL=maybe\nLOG_LEVEL=$LEVEL\n",
            |it| {
                assert!(it.access.authentication.off().is_none());
                assert!(it.access.bypasses.iter().all(|bypass| bypass.on().is_none()));
                assert!(it.access.rate_limit.off().is_none());
                assert!(it.telemetry.tracing.off().is_none());
                assert!(it.stores.iter().all(|store| store.tls.off().is_none()));
                assert_eq!(it.logs.level.value(), None);
            },
        );
    }

    #[test]
    fn values_are_named_as_they_are_written() {
        let said = "AUTH_ENABLED=False\nAUTH_PROTECT_DOCS=no\nAPI_RATE_LIMIT=0/minute\n\
                    OTEL_TRACES_EXPORTER=none\nOTEL_SDK_DISABLED=true\n";
        read(said, |it| {
            assert_eq!(text(it.access.authentication.off()), "`AUTH_ENABLED` is false");
            assert_eq!(text(it.access.docs.on()), "`AUTH_PROTECT_DOCS` is false");
            assert_eq!(text(it.access.rate_limit.off()), "`API_RATE_LIMIT` is 0/minute");
            assert_eq!(text(it.telemetry.tracing.off()), "`OTEL_TRACES_EXPORTER` is none");
            assert_eq!(text(it.telemetry.metrics.off()), "`OTEL_SDK_DISABLED` is true");
        });
    }

    #[test]
    fn samplers_keep_a_part_or_all_or_nothing() {
        for (said, rate) in [
            ("OTEL_TRACES_SAMPLER=always_on", Some(1.0)),
            ("OTEL_TRACES_SAMPLER=parentbased_always_off", Some(0.0)),
            ("OTEL_TRACES_SAMPLER=traceidratio\nOTEL_TRACES_SAMPLER_ARG=0.2", Some(0.2)),
            ("OTEL_TRACES_SAMPLER=traceidratio", None),
            ("OTEL_TRACES_SAMPLER=jaeger_remote\nOTEL_TRACES_SAMPLER_ARG=0", None),
            ("OTEL_TRACES_SAMPLER_ARG=0", None),
        ] {
            assert_eq!(read(said, |it| it.telemetry.sample_rate.value()), rate, "{said}");
        }
    }

    #[test]
    fn one_star_among_origins_is_any() {
        for (value, any) in [
            ("*", true),
            ("https://a.io,*", true),
            ("'[\"*\"]'", true),
            ("https://a.io,https://*.b.io", false),
            ("\"\"", false),
        ] {
            let said = format!("FBA_CORS_ALLOW_ORIGINS={value}");
            let is_any = read(&said, |it| it.access.cors.when(Origins::is_any).is_some());
            assert_eq!(is_any, any, "{value}");
        }
    }
}
