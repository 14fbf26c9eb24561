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
    /// The sections of which a variable names components.
    pub(crate) open: Vec<Section>,
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

/// How data is sent by OTLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otlp {
    Grpc,
    Http,
}

impl Otlp {
    /// The protocol of that name, as `OTEL_EXPORTER_OTLP_PROTOCOL` has it.
    ///
    /// Source: opentelemetry.io/docs/specs/otel/protocol/exporter.
    pub(crate) fn named(text: &str) -> Option<Self> {
        match text {
            "grpc" => Some(Otlp::Grpc),
            "http/protobuf" | "http/json" => Some(Otlp::Http),
            _ => None,
        }
    }

    /// The protocol that a port is registered for.
    pub(crate) fn usual_at(port: u16) -> Option<Self> {
        [Otlp::Grpc, Otlp::Http].into_iter().find(|protocol| protocol.port() == port)
    }

    /// The port that is registered for it.
    fn port(self) -> u16 {
        match self {
            Otlp::Grpc => 4317,
            Otlp::Http => 4318,
        }
    }

    /// The key below `protocols` of a receiver.
    fn key(self) -> &'static str {
        match self {
            Otlp::Grpc => "grpc",
            Otlp::Http => "http",
        }
    }
}

impl std::fmt::Display for Otlp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Otlp::Grpc => "gRPC",
            Otlp::Http => "HTTP",
        })
    }
}

/// A port at which a collector takes in data by OTLP.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listener<'t> {
    pub(crate) protocol: Otlp,
    /// The id of the receiver.
    pub(crate) receiver: &'t str,
    /// Nothing where a variable decides.
    pub(crate) port: Option<u16>,
    /// The address, else the key of the protocol.
    pub(crate) at: Node<'t>,
    /// Nothing where the default holds, which is the collector's own machine since 0.104.
    pub(crate) host: Option<&'t str>,
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
    /// Where in the pipeline the last processor of a type stands.
    pub(crate) fn last_position(&self, of: &str) -> Option<usize> {
        self.processors.iter().rposition(|id| kind(id.text()) == of)
    }

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

/// Whether a `$` behind a text stands for itself: `$$` is an escaped one.
pub(crate) fn is_escape_open(before: &str) -> bool {
    let dollars = before.chars().rev().take_while(|c| *c == '$').count();
    dollars % 2 == 1
}

/// Exporters that write to the collector's own output.
pub(crate) fn is_output(id: &str) -> bool {
    matches!(kind(id), "debug" | "logging")
}

impl<'t> Collector<'t> {
    /// The component that an id in a pipeline stands for: one of the section, or a connector.
    pub(crate) fn component(&self, section: Section, id: &str) -> Option<&Component<'t>> {
        // A connector takes data from the end of a pipeline to the beginning of another one.
        let connects = matches!(section, Section::Receivers | Section::Exporters);
        let is_it = |it: &&Component<'t>| {
            let is_of_section = it.section == section;
            it.id.text() == id && (is_of_section || connects && it.section == Section::Connectors)
        };
        self.components.iter().find(is_it)
    }

    /// The ports at which receivers that some pipeline uses take in data by OTLP.
    ///
    /// Source: collector, `receiver/otlpreceiver`, README.md.
    pub(crate) fn listeners(&self) -> Vec<Listener<'t>> {
        let receivers = self.components.iter().filter(|component| {
            let is_receiver = component.section == Section::Receivers;
            is_receiver && component.kind() == "otlp" && self.uses(component)
        });
        let of = |receiver: &Component<'t>, protocol: Otlp| {
            let entry = receiver.settings.path(&["protocols", protocol.key()])?;
            let endpoint = entry.value.at(&["endpoint"]);
            let (host, port) = match endpoint {
                None => (None, Some(protocol.port())),
                Some(endpoint) => {
                    let (host, port) = endpoint.text().rsplit_once(':')?;
                    (Some(host), port.parse().ok())
                }
            };
            let at = endpoint.unwrap_or(entry.key);
            Some(Listener { protocol, receiver: receiver.id.text(), port, at, host })
        };
        let both = |receiver| [Otlp::Grpc, Otlp::Http].map(|protocol| of(receiver, protocol));
        receivers.flat_map(both).flatten().collect()
    }

    /// Whether something of the collector listens at a port, or may: a variable decides, or what
    /// stands there is not of the kinds that are known here.
    pub(crate) fn may_listen_at(&self, port: u16) -> bool {
        let is_open = |text: &str| {
            let stated = text.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
            !matches!(stated, Some(Ok(other)) if other != port)
        };
        let components = self.components.iter().filter(|component| {
            matches!(component.section, Section::Receivers | Section::Extensions)
                && self.uses(component)
        });
        components.into_iter().any(|component| {
            let endpoints = component.endpoints();
            let is_known = component.kind() == "otlp" && component.settings.is_map();
            // Receivers that fetch what they report have no port.
            endpoints.iter().any(|(_, endpoint)| is_open(endpoint.value.text()))
                || component.kind() == "otlp" && !is_known
        }) || self.listeners().iter().any(|it| it.port.is_none_or(|own| own == port))
    }

    /// Whether a component may be used by a name that only shows where the collector runs.
    pub(crate) fn may_use(&self, component: &Component<'t>) -> bool {
        let section = component.section;
        let ends = [Section::Receivers, Section::Exporters];
        self.open.contains(&section)
            || section == Section::Connectors && ends.iter().any(|end| self.open.contains(end))
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
