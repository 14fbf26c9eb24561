//! The configuration of an OpenTelemetry collector, also inside `OpenTelemetryCollector` objects.
//!
//! Source: opentelemetry.io/docs/collector/configuration; collector, `config/configgrpc` and `confighttp`.

use std::sync::LazyLock;

use regex::Regex;

use crate::agent::collector::{Collector, Component, Pipeline, Section, is_escape_open};
use crate::agent::{AgentConfig, Definition, Endpoint, leaves};
use crate::file::FileKind;
use crate::schema::Shape::{Any, List, Map, Nullable, Text};
use crate::schema::{Reader, Shape, fields};
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "OpenTelemetry collector",
    kind: FileKind::Collector,
    marker: r#"\bpipelines["']?\s*:"#,
    recognise: |document, _| recognise(document),
    objects: &[],
    read: |document| read(&FORMAT, document),
    keys: Some((&KEYS, &READER)),
};

pub(super) static OBJECT: Definition = Definition {
    name: "OpenTelemetryCollector",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[("opentelemetry.io", "OpenTelemetryCollector")],
    read: |object| read(&OBJECT, object.at(&["spec", "config"]).unwrap_or(object)),
    keys: None,
};

static READER: Reader = Reader {
    is_open: |text| text.contains('$'),
    extensions: None,
    refusal: "the collector does not start",
    unknown: "the collector does not start",
};

const COMPONENTS: Shape = Nullable(&Map(&Any));

static KEYS: Shape = fields! {
    "receivers": COMPONENTS,
    "processors": COMPONENTS,
    "exporters": COMPONENTS,
    "connectors": COMPONENTS,
    "extensions": COMPONENTS,
    "service": fields! {
        "extensions": Nullable(&List(&Text)),
        "telemetry": Any,
        "pipelines": Map(&fields! {
            "receivers": List(&Text),
            "processors": Nullable(&List(&Text)),
            "exporters": List(&Text),
        }),
    },
};

fn recognise(document: Node<'_>) -> bool {
    ["receivers", "exporters"].iter().all(|key| document.at(&[key]).is_some_and(Node::is_map))
        && document.at(&["service", "pipelines"]).is_some_and(Node::is_map)
}

fn read<'t>(definition: &'static Definition, root: Node<'t>) -> AgentConfig<'t> {
    let common = AgentConfig::of_tree(definition, root);
    if !recognise(root) {
        // The configuration is a text, and is read as a document of its own.
        let (endpoints, credentials, credential_env_names) = (Vec::new(), Vec::new(), Vec::new());
        return AgentConfig { endpoints, credentials, credential_env_names, ..common };
    }
    // Receivers name what is scraped, and processors what is looked for: neither is called with a key.
    let called = [Section::Exporters, Section::Extensions];
    let called = called.iter().filter_map(|section| root.at(&[section.as_str()]));
    let endpoints = called.flat_map(leaves::below).filter_map(|leaf| Endpoint::of(&leaf));
    let spans = |section: &str| root.at(&[section]).map(|node| node.place().span);
    let processors = spans("processors");
    let mut credentials = common.credentials;
    credentials.retain(|it| {
        let at = it.at.place().span;
        !processors.is_some_and(|span| span.start <= at.start && at.end <= span.end)
    });
    AgentConfig {
        endpoints: endpoints.collect(),
        credentials,
        collector: collector(root),
        ..common
    }
}

/// Nobody writes more components, and each is looked for among all others.
const MOST: usize = 2000;

fn collector(root: Node<'_>) -> Option<Collector<'_>> {
    let components = Section::ALL.into_iter().flat_map(|section| {
        let all = root.at(&[section.as_str()]).map(Node::entries).unwrap_or_default();
        all.into_iter().map(move |entry| Component {
            section,
            id: entry.key,
            settings: entry.value,
        })
    });
    let service = root.at(&["service"])?;
    let pipelines = service.get("pipelines")?;
    let read = pipelines.value.entries().into_iter().map(|entry| {
        let sink = entry.value.get("exporters").map_or(entry.key, |exporters| exporters.key);
        Pipeline {
            name: entry.key,
            receivers: list_of(entry.value, "receivers"),
            processors: list_of(entry.value, "processors"),
            exporters: list_of(entry.value, "exporters"),
            sink,
        }
    });
    let (components, pipelines_read): (Vec<_>, Vec<_>) = (components.collect(), read.collect());
    if components.len().max(pipelines_read.len()) > MOST {
        return None;
    }
    let leaves = leaves::below(root);
    let open = Section::ALL.into_iter().filter(|section| {
        let holders = pipelines.value.entries().into_iter().map(|entry| entry.value);
        let lists = holders.chain([service]).filter_map(|holder| holder.at(&[section.as_str()]));
        lists.into_iter().any(|list| list.items().chain([list]).any(|it| it.text().contains('$')))
    });
    Some(Collector {
        components,
        pipelines: pipelines_read,
        key: pipelines.key,
        open: open.collect(),
        extensions: list_of(service, "extensions"),
        undashed: leaves.iter().map(|leaf| leaf.node).filter(|it| is_undashed(it.text())).collect(),
    })
}

fn list_of<'t>(holder: Node<'t>, key: &str) -> Vec<Node<'t>> {
    holder.at(&[key]).into_iter().flat_map(Node::items).collect()
}

/// `${env:NAME:default}`; the default begins with `:-`.
static UNDASHED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\$\{env:[A-Za-z_][A-Za-z0-9_]*:[^-}][^}]*\}").ok());

fn is_undashed(text: &str) -> bool {
    let Some(pattern) = UNDASHED.as_ref().filter(|_| text.contains("${env:")) else { return false };
    pattern.find_iter(text).any(|found| {
        let before = text.get(..found.start()).unwrap_or_default();
        !is_escape_open(before)
    })
}
