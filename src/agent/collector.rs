//! What an OpenTelemetry collector receives, and what it does with it.

use crate::tree::{Entry, Node};

/// The components and pipelines of a collector.
#[derive(Debug)]
pub(crate) struct Collector<'t> {
    pub(crate) components: Vec<Component<'t>>,
    pub(crate) pipelines: Vec<Pipeline<'t>>,
    /// The key of the pipelines.
    pub(crate) key: Node<'t>,
    /// The extensions that the service starts.
    pub(crate) extensions: Vec<Node<'t>>,
    /// Values with `${env:NAME:default}`, which is none.
    pub(crate) undashed: Vec<Node<'t>>,
}

/// The sections of the configuration that define components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Receivers,
    Processors,
    Exporters,
    Connectors,
    Extensions,
}

impl Section {
    pub(in crate::agent) const ALL: [Section; 5] = [
        Section::Receivers,
        Section::Processors,
        Section::Exporters,
        Section::Connectors,
        Section::Extensions,
    ];

    /// The key.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Section::Receivers => "receivers",
            Section::Processors => "processors",
            Section::Exporters => "exporters",
            Section::Connectors => "connectors",
            Section::Extensions => "extensions",
        }
    }

    /// One of them, in words.
    pub(crate) fn one(self) -> &'static str {
        self.as_str().trim_end_matches('s')
    }
}

/// A component, by its id: `otlp`, `otlp/backup`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Component<'t> {
    pub(crate) section: Section,
    pub(crate) id: Node<'t>,
    pub(crate) settings: Node<'t>,
}

impl<'t> Component<'t> {
    /// The type, without the name after the slash.
    pub(crate) fn kind(&self) -> &'t str {
        kind(self.id.text())
    }

    /// The endpoints that it listens at or sends to, each with the mapping that it stands in.
    pub(crate) fn endpoints(&self) -> Vec<(Node<'t>, Entry<'t>)> {
        let protocols = self.settings.at(&["protocols"]).map(Node::entries).unwrap_or_default();
        let places = protocols.into_iter().map(|entry| entry.value).chain([self.settings]);
        places.filter_map(|place| Some((place, place.get("endpoint")?))).collect()
    }
}

/// The type in the id of a component.
pub(crate) fn kind(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

/// A pipeline.
#[derive(Debug)]
pub(crate) struct Pipeline<'t> {
    pub(crate) name: Node<'t>,
    pub(crate) receivers: Vec<Node<'t>>,
    pub(crate) processors: Vec<Node<'t>>,
    pub(crate) exporters: Vec<Node<'t>>,
    /// The list of the exporters.
    pub(crate) sink: Node<'t>,
}

impl<'t> Pipeline<'t> {
    /// Where in the pipeline the first processor of a type stands.
    pub(crate) fn position(&self, of: &str) -> Option<usize> {
        self.processors.iter().position(|id| kind(id.text()) == of)
    }

    /// The components of a section that it names.
    pub(crate) fn of(&self, section: Section) -> &[Node<'t>] {
        match section {
            Section::Receivers => &self.receivers,
            Section::Processors => &self.processors,
            Section::Exporters => &self.exporters,
            Section::Connectors | Section::Extensions => &[],
        }
    }
}

/// Exporters that write to the collector's own output.
pub(crate) fn is_output(id: &str) -> bool {
    matches!(kind(id), "debug" | "logging")
}

impl<'t> Collector<'t> {
    /// The component that an id in a pipeline stands for: one of the section, or a connector.
    pub(crate) fn component(&self, section: Section, id: &str) -> Option<&Component<'t>> {
        let is_it = |it: &&Component<'t>| {
            it.id.text() == id && (it.section == section || it.section == Section::Connectors)
        };
        self.components.iter().find(is_it)
    }

    /// Whether a component is used.
    pub(crate) fn uses(&self, component: &Component<'t>) -> bool {
        let id = component.id.text();
        let named = |nodes: &[Node<'t>]| nodes.iter().any(|node| node.text() == id);
        match component.section {
            Section::Extensions => named(&self.extensions),
            Section::Connectors => {
                self.pipelines.iter().any(|it| named(&it.receivers) || named(&it.exporters))
            }
            section => self.pipelines.iter().any(|it| named(it.of(section))),
        }
    }
}
