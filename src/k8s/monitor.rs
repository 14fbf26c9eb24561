//! The objects that tell a Prometheus what to scrape.

use super::{LabelSelector, Object, Workload};
use crate::image::ImageRef;
use crate::tree::Node;

/// What a monitor selects by its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scraped {
    Services,
    Pods,
}

/// The namespaces in which a monitor looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach<'t> {
    Own,
    Named(Vec<&'t str>),
    Every,
}

/// The kinds of monitors: what they scrape, and the key of their endpoints.
///
/// Sources: the API references of the Prometheus operator, the `VictoriaMetrics` operator and Google
/// Cloud Managed Service for Prometheus.
const KINDS: [(&str, &str, Scraped, &str); 6] = [
    ("monitoring.coreos.com", "ServiceMonitor", Scraped::Services, "endpoints"),
    ("monitoring.coreos.com", "PodMonitor", Scraped::Pods, "podMetricsEndpoints"),
    ("operator.victoriametrics.com", "VMServiceScrape", Scraped::Services, "endpoints"),
    ("operator.victoriametrics.com", "VMPodScrape", Scraped::Pods, "podMetricsEndpoints"),
    ("monitoring.googleapis.com", "PodMonitoring", Scraped::Pods, "endpoints"),
    ("monitoring.googleapis.com", "ClusterPodMonitoring", Scraped::Pods, "endpoints"),
];

/// An object that selects what is scraped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Monitor<'t> {
    object: Object<'t>,
    pub(crate) scraped: Scraped,
    endpoints: &'static str,
}

impl<'t> Monitor<'t> {
    /// The group and the kind of every monitor.
    pub(crate) fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
        KINDS.into_iter().map(|(group, kind, ..)| (group, kind))
    }

    /// The monitor that an object is, if it is one.
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        let (_, _, scraped, endpoints) =
            KINDS.into_iter().find(|(group, kind, ..)| object.is(group, kind))?;
        Some(Monitor { object, scraped, endpoints })
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.object
    }

    /// What it selects; without a selector, everything in the namespaces that it looks in.
    pub(crate) fn selector(self) -> LabelSelector<'t> {
        let node = self.object.node().at(&["spec", "selector"]);
        node.map_or_else(LabelSelector::everything, LabelSelector::of)
    }

    pub(crate) fn reach(self) -> Reach<'t> {
        let selector = |key: &str| self.object.node().at(&["spec", "namespaceSelector", key]);
        if self.object.kind() == "ClusterPodMonitoring"
            || selector("any").is_some_and(|any| any.as_bool() != Some(false))
        {
            return Reach::Every;
        }
        let names: Vec<_> =
            selector("matchNames").into_iter().flat_map(Node::items).map(Node::text).collect();
        if names.is_empty() { Reach::Own } else { Reach::Named(names) }
    }

    /// The ports that it asks for by `port`: of Services, or of pods.
    pub(crate) fn ports(self) -> impl Iterator<Item = Node<'t>> {
        let endpoints = self.object.node().at(&["spec", self.endpoints]);
        endpoints.into_iter().flat_map(Node::items).filter_map(|endpoint| endpoint.at(&["port"]))
    }
}

/// Annotations, or how they begin, by which pods and Services ask to be scraped.
///
/// Sources: the example configuration of Prometheus for Kubernetes; the documentation of Grafana's
/// Kubernetes monitoring, of Datadog and of the OpenTelemetry operator, 2026-11.
const ASKING: [&str; 6] = [
    "ad.datadoghq.com/",
    "instrumentation.opentelemetry.io/",
    "k8s.grafana.com/scrape",
    "prometheus.io/",
    "prometheus.istio.io/",
    "sidecar.opentelemetry.io/inject",
];

/// Programs that scrape, or take metrics that are sent to them: the beginning of their image's name.
const SCRAPERS: [&str; 9] = [
    "alloy",
    "grafana-agent",
    "opentelemetry-collector",
    "otel",
    "prometheus",
    "telegraf",
    "vector",
    "vmagent",
    "victoria-metrics",
];

/// Whether a port of that name is for metrics: `metrics`, `http-metrics`, `prometheus`.
pub(crate) fn is_for_metrics(name: &str) -> bool {
    name.split('-').any(|word| matches!(word, "metrics" | "prometheus" | "prom"))
}

/// Whether annotations ask for scraping; one that says no, says something too.
fn asks(annotations: Option<Node<'_>>) -> bool {
    let entries = annotations.map(Node::entries).unwrap_or_default();
    entries.iter().any(|entry| ASKING.iter().any(|known| entry.key.text().starts_with(known)))
}

impl Object<'_> {
    /// Whether the object's own annotations ask for scraping, or against it.
    pub(crate) fn asks_for_scraping(self) -> bool {
        asks(self.node().at(&["metadata", "annotations"]))
    }
}

impl Workload<'_> {
    /// Whether the pods ask for scraping by their annotations, or scrape themselves by a container
    /// beside the others.
    pub(crate) fn asks_for_scraping(self) -> bool {
        let scrapes = |image: Node<'_>| {
            let name = ImageRef::parse(image.text()).short_name();
            SCRAPERS.iter().any(|known| {
                name.strip_prefix(known)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
        };
        asks(self.template().and_then(|template| template.at(&["metadata", "annotations"])))
            || self.containers().iter().filter_map(|it| it.node().at(&["image"])).any(scrapes)
    }
}
