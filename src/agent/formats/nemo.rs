//! The configuration of `NeMo` Guardrails, `config.yml` beside Colang files.
//!
//! Keys that it does not know are passed over, so the table is open. Colang 2 says in its own files
//! which rails there are: of such a configuration nothing is said about guards.

use std::sync::Arc;

use crate::agent::setting::{Root, Unset};
use crate::agent::{AgentConfig, Definition, Guards, Logs, Prompt, Reference, Telemetry};
use crate::file::FileKind;
use crate::schema::Shape::{
    self, Any, Flag, List, Map, Nullable, Number, NumberOrText, OneOf, Text,
};
use crate::schema::{Reader, fields};
use crate::tree::Node;

/// `rails:` at the top, the version of Colang, or the main model.
const MARKER: &str = r#"(?m:^["']?rails["']?\s*:)|colang_version|\btype["']?\s*:\s*["']?main\b"#;

pub(super) static FORMAT: Definition = Definition {
    name: "NeMo Guardrails",
    kind: FileKind::Agent,
    marker: MARKER,
    recognise: |document, _| grip(document).is_some(),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

static READER: Reader = Reader {
    is_open: |text| text.contains("${") || text.contains("{{"),
    extensions: None,
    refusal: "NeMo Guardrails refuses the configuration",
    unknown: "NeMo Guardrails passes over the key",
};

/// The key to point at when something is missing.
fn grip(document: Node<'_>) -> Option<Node<'_>> {
    let rails = document.get("rails").filter(|entry| {
        ["input", "output", "retrieval", "dialog"]
            .iter()
            .any(|rail| entry.value.at(&[rail]).is_some_and(Node::is_map))
            || entry.value.at(&["config", "sensitive_data_detection"]).is_some()
    });
    let models = document.get("models").filter(|entry| {
        let mut models = entry.value.items().map(|model| (model.at(&["type"]), model));
        let has_colang = document.get("colang_version").is_some();
        models.any(|(kind, model)| {
            model.at(&["engine"]).is_some()
                && kind.is_some_and(|kind| has_colang || kind.text() == "main")
        })
    });
    rails.or(models).map(|entry| entry.key)
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let grip = grip(document).unwrap_or(document);
    let root = Root { node: document, grip };
    let exporter = document
        .at(&["tracing", "adapters"])
        .and_then(|list| list.items().find(|item| item.at(&["exporter"]).is_some()));
    let exporter = exporter.map(|item| Root { node: item, grip: item });
    let prompts = document.at(&["instructions"]).into_iter().flat_map(Node::items);
    let prompts = prompts.filter_map(|item| Prompt::inline(item.at(&["content"])?));
    AgentConfig {
        guards: guards(root),
        logs: Logs {
            payloads: vec![root.flag("tracing.enable_content_capture", Unset::Documented(false))],
            ..Logs::default()
        },
        telemetry: Telemetry {
            tracing: root.flag_of_table(&["tracing"], "tracing.enabled"),
            trace_exporter: exporter
                .map(|it| it.text("exporter", Unset::Nothing))
                .unwrap_or_default(),
            ..Telemetry::default()
        },
        prompts: prompts.collect(),
        references: references(document),
        ..AgentConfig::of_tree(&FORMAT, document)
    }
}

/// Flows that search for personal data.
const PERSONAL: [&str; 4] = ["sensitive data", "pii", "gliner", "private data"];

/// Flows that search for attempts to give other instructions.
const INJECTION: [&str; 7] = [
    "jailbreak",
    "self check input",
    "content safety check input",
    "llama guard check input",
    "injection detection",
    "prompt security",
    "prompt guard",
];

fn guards(root: Root<'_>) -> Guards<'_> {
    let version = root.node.at(&["colang_version"]).map_or("1.0", Node::text);
    if version.starts_with('2') {
        return Guards::default();
    }
    let some = |flows: Node<'_>| Some(flows.is_list() && flows.items().next().is_some());
    let finds = |words: &'static [&'static str]| {
        move |flows: Node<'_>| {
            let is_one = |flow: Node<'_>| {
                let flow = flow.text().to_ascii_lowercase();
                words.iter().any(|word| flow.contains(word))
            };
            // A flow of one's own may do anything.
            Some(true).filter(|_| flows.items().any(is_one))
        }
    };
    Guards {
        // A flow is no boolean that could be turned on.
        input_validation: root
            .setting("rails.input.flows", some, Unset::Means(false))
            .map(|has_flows| has_flows),
        injection_detection: root
            .setting("rails.input.flows", finds(&INJECTION), Unset::Nothing)
            .map(|finds| finds),
        pii_detection: root
            .setting("rails.input.flows", finds(&PERSONAL), Unset::Nothing)
            .map(|finds| finds),
        output_filter: root
            .setting("rails.output.flows", some, Unset::Means(false))
            .map(|has_flows| has_flows),
        ..Guards::default()
    }
}

/// The models that flows name: `content safety check input $model=guard`.
fn references(document: Node<'_>) -> Vec<Reference<'_>> {
    let models = document.at(&["models"]).into_iter().flat_map(Node::items);
    let known: Vec<_> = models.filter_map(|model| Some(model.at(&["type"])?.text())).collect();
    if known.is_empty() {
        return Vec::new();
    }
    let flows = ["input", "output", "retrieval"]
        .iter()
        .filter_map(|rail| document.at(&["rails", rail, "flows"]));
    let known: Arc<[_]> = known.into();
    let named = flows.flat_map(Node::items).filter(|flow| flow.text().contains("$model"));
    named.map(|at| Reference { kind: "model", at, known: Arc::clone(&known) }).collect()
}

const FLOWS: Shape = fields! { open {
    "flows": Nullable(&List(&Text)),
    "parallel": Flag,
} };

const ENTITIES: Shape = fields! { open {
    "entities": Nullable(&List(&Text)),
    "mask_token": Text,
    "score_threshold": Number,
} };

/// Source: github.com/NVIDIA/NeMo-Guardrails, `nemoguardrails/rails/llm/config.py`.
static KEYS: Shape = fields! { open {
    "models": List(&fields! { open {
        "type" !required: Text,
        "engine" !required: Text,
        "model": Nullable(&NumberOrText),
        "api_key_env_var": Nullable(&Text),
        "mode": OneOf(&["chat", "text"]),
        "parameters": Nullable(&Map(&Any)),
    } }),
    "colang_version": NumberOrText,
    "instructions": Nullable(&List(&fields! { open {
        "type" !required: Text,
        "content" !required: Text,
    } })),
    "sample_conversation": Nullable(&Text),
    "prompts": Nullable(&List(&fields! { open {
        "task" !required: Text,
        "content": Nullable(&Text),
        "models": Nullable(&List(&Text)),
        "max_length": Nullable(&Number),
        "output_parser": Nullable(&Text),
    } })),
    "rails": fields! { open {
        "input": Nullable(&FLOWS),
        "output": Nullable(&fields! { open {
            "flows": Nullable(&List(&Text)),
            "parallel": Flag,
            "streaming": fields! { open {
                "enabled": Flag,
                "chunk_size": Number,
                "context_size": Number,
                "stream_first": Flag,
            } },
        } }),
        "retrieval": Nullable(&FLOWS),
        "dialog": Nullable(&fields! { open {
            "single_call": fields! { open {
                "enabled": Flag,
                "fallback_to_multiple_calls": Flag,
            } },
            "user_messages": fields! { open { "embeddings_only": Flag } },
        } }),
        "config": Nullable(&fields! { open {
            "sensitive_data_detection": Nullable(&fields! { open {
                "input": ENTITIES,
                "output": ENTITIES,
                "retrieval": ENTITIES,
                "recognizers": Nullable(&List(&Any)),
            } }),
            "jailbreak_detection": Nullable(&fields! { open {
                "server_endpoint": Nullable(&Text),
                "length_per_perplexity_threshold": Number,
                "prefix_suffix_perplexity_threshold": Number,
            } }),
            "fact_checking": Any,
        } }),
    } },
    "tracing": Nullable(&fields! { open {
        "enabled": Flag,
        "adapters": Nullable(&List(&fields! { open { "name" !required: Text } })),
        "span_format": OneOf(&["legacy", "opentelemetry"]),
        "enable_content_capture": Flag,
    } }),
    "enable_rails_exceptions": Nullable(&Flag),
    "enable_multi_step_generation": Nullable(&Flag),
    "passthrough": Nullable(&Flag),
    "streaming": Flag,
    "lowest_temperature": Nullable(&Number),
    "actions_server_url": Nullable(&Text),
    "import_paths": Nullable(&List(&Text)),
    "docs": Any,
    "knowledge_base": Any,
    "core": Any,
    "custom_data": Any,
    "prompting_mode": Nullable(&Text),
} };

#[cfg(test)]
mod tests {
    use crate::agent::tests::{format_of, read};

    #[test]
    fn rails_and_main_models_are_telling() {
        for text in [
            "rails: {input: {flows: [self check input]}}",
            "rails: {config: {sensitive_data_detection: {input: {entities: [PERSON]}}}}",
            "models: [{type: main, engine: openai}]",
            "colang_version: '2.x'\nmodels: [{type: llama_guard, engine: vllm_openai}]",
        ] {
            assert_eq!(format_of(text), Some("NeMo Guardrails"), "{text}");
        }
        for text in [
            "rails: {version: 8.0}",
            "rails: [left, right]",
            "models: [{type: chat, engine: v8}]",
            "models: [{type: main, name: a}]",
            "models: {type: main, engine: a}",
        ] {
            assert_eq!(format_of(text), None, "{text}");
        }
    }

    #[test]
    fn flows_name_models() {
        let dangling = |flow: &str| {
            let text = format!(
                "models: [{{type: main, engine: openai}}, {{type: guard, engine: nim}}]\n\
                 rails: {{input: {{flows: ['{flow}']}}}}\n"
            );
            read(&text, |agent| {
                let names = agent.references.iter().filter(|it| it.is_dangling());
                names.map(|it| it.name().to_owned()).collect::<Vec<_>>()
            })
        };
        assert!(dangling("content safety check input $model=guard").is_empty());
        assert!(dangling("content safety check input $model=\"guard\"").is_empty());
        assert!(dangling("self check input").is_empty());
        assert_eq!(dangling("content safety check input $model=\"gaurd\""), ["gaurd"]);
    }

    #[test]
    fn guards_are_known_by_their_flows() {
        let guards = |rest: &str| {
            let text = format!("models: [{{type: main, engine: openai}}]\n{rest}");
            read(&text, |agent| {
                let guards = &agent.guards;
                (
                    guards.input_validation.value(),
                    guards.injection_detection.value(),
                    guards.pii_detection.value(),
                    guards.output_filter.value(),
                )
            })
        };
        assert_eq!(guards(""), (Some(false), None, None, Some(false)));
        let flows = "rails: {input: {flows: [self check input, mask sensitive data on input]}}";
        assert_eq!(guards(flows), (Some(true), Some(true), Some(true), Some(false)));
        assert_eq!(guards("rails: {input: {flows: [mine]}}").1, None);
        assert_eq!(guards("colang_version: 2.x"), (None, None, None, None));
    }
}
