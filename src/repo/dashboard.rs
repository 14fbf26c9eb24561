//! Dashboards of Grafana: their panels, and what those ask.
//!
//! Source: grafana.com/docs/grafana/latest, "Dashboard JSON model" and "Provision Grafana"; the label
//! `grafana_dashboard` is that of the sidecar in Grafana's Helm chart, `GrafanaDashboard` the kind of
//! its operator.

use std::sync::Arc;

use crate::source::{FileId, Place};
use crate::tree::{Node, json, yaml};

/// A dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dashboard {
    pub(crate) title: String,
    /// Its title, or where it begins.
    pub(crate) place: Place,
    /// How often it is drawn anew, as it says: `30s`; nothing where it does not say.
    pub(crate) refresh: Option<String>,
    /// The panels that ask something.
    pub(crate) panels: Vec<Panel>,
}

/// A panel and what it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) place: Place,
    pub(crate) queries: Vec<String>,
}

/// Longer texts are no dashboards that anybody reads.
const MOST_BYTES: usize = 4 << 20;

/// More panels and dashboards are nobody's.
const MOST: usize = 512;

/// Whether dashboards may be in a file of that name.
pub(crate) fn may_be_named(path: &str) -> bool {
    is_json(path) || super::pipeline::is_yaml(path)
}

fn is_json(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".json")
}

/// Whether a text may hold dashboards.
pub(crate) fn may_be(path: &str, text: &str) -> bool {
    let is_marked = text.contains("\"panels\"") && text.contains("\"schemaVersion\"");
    may_be_named(path) && is_marked && text.len() <= MOST_BYTES
}

/// The dashboards of a file: the file itself, or texts in objects of Kubernetes.
pub(crate) fn read(file: FileId, path: &str, text: &Arc<str>) -> Vec<Dashboard> {
    if is_json(path) {
        let (tree, _) = json::read(file, text, None);
        return tree.documents().filter_map(|root| dashboard(root, None)).collect();
    }
    let (tree, _) = yaml::read(file, text, None);
    let texts = tree.scalars().filter(|it| it.text().trim_start().starts_with('{')).take(MOST);
    let found = texts.filter_map(|it| {
        let (inner, _) = json::read(file, &Arc::from(it.text()), None);
        let root = inner.documents().next()?;
        dashboard(root, Some(it.place()))
    });
    found.collect()
}

/// `inside` is the text that holds the dashboard, where that is not the file.
fn dashboard(root: Node<'_>, inside: Option<Place>) -> Option<Dashboard> {
    // What the interface of Grafana's API takes has the dashboard one step below.
    let root = root.at(&["dashboard"]).filter(|it| it.is_map()).unwrap_or(root);
    root.at(&["schemaVersion"])?;
    let place = |node: Node<'_>| inside.unwrap_or_else(|| node.place());
    let of = |panel: Node<'_>| {
        let queries: Vec<_> = queries(panel).map(str::to_owned).collect();
        let title = panel.at(&["title"]);
        let at = title.or_else(|| panel.own_entries().next().map(|it| it.key));
        let title = title.map_or("", Node::text).to_owned();
        let panel = Panel { title, place: place(at.unwrap_or(panel)), queries };
        (!panel.queries.is_empty()).then_some(panel)
    };
    let outer = root.at(&["panels"]).into_iter().flat_map(Node::items);
    // A row that is folded up holds its panels.
    let all = outer.flat_map(|panel| {
        let inner = panel.at(&["panels"]).into_iter().flat_map(Node::items);
        std::iter::once(panel).chain(inner)
    });
    let title = root.at(&["title"]);
    let refresh = root.at(&["refresh"]).map(|it| it.text().to_owned());
    Some(Dashboard {
        title: title.map_or("", Node::text).to_owned(),
        place: title.map_or_else(|| place(root), place),
        refresh: refresh.filter(|it| it.starts_with(|c: char| c.is_ascii_digit())),
        panels: all.take(MOST).filter_map(of).collect(),
    })
}

/// What a panel asks its sources: of Prometheus and Loki, of databases, of clouds.
fn queries(panel: Node<'_>) -> impl Iterator<Item = &str> {
    const KEYS: [&str; 6] = ["expr", "query", "rawSql", "metricName", "metric", "expression"];
    let targets = panel.at(&["targets"]).into_iter().flat_map(Node::items).take(64);
    let asked = targets.flat_map(|target| KEYS.iter().filter_map(move |key| target.at(&[key])));
    asked.map(Node::text).filter(|query| !query.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"title": "Agent", "schemaVersion": 39, "refresh": "30s", "panels": [
        {"type": "text", "title": "About"},
        {"type": "row", "title": "Row", "panels": [{"title": "P95", "targets": [{"expr": "a"}]}]},
        {"title": "Errors", "targets": [{"expr": ""}, {"rawSql": "SELECT 1"}]}]}"#;

    fn read_all(path: &str, text: &str) -> Vec<Dashboard> {
        assert!(may_be(path, text), "{path}");
        read(FileId::new(0), path, &text.into())
    }

    #[test]
    fn panels_are_those_that_ask() {
        let found = read_all("grafana/agent.json", JSON);
        let [dashboard] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (dashboard.title.as_str(), dashboard.refresh.as_deref()),
            ("Agent", Some("30s"))
        );
        let titles: Vec<_> = dashboard.panels.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["P95", "Errors"]);
        let start = dashboard.panels[0].place.span.start as usize;
        assert!(JSON.get(start..).unwrap().starts_with("\"P95\""));
    }

    #[test]
    fn objects_hold_dashboards() {
        let text = JSON.replace('\n', " ");
        let map = format!(
            "kind: ConfigMap\nmetadata: {{labels: {{grafana_dashboard: '1'}}}}\ndata:\n  agent.json: |\n    {text}\n"
        );
        let found = read_all("deploy/dashboards.yaml", &map);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].panels.len(), 2);
    }

    #[test]
    fn other_files_are_none() {
        assert!(!may_be("package.json", "{\"panels\": []}"));
        assert!(!may_be("readme.md", JSON));
        let found = read_all(
            "x.json",
            r#"{"a": {"schemaVersion": 1, "panels": 2}, "schemaVersion": 1, "panels": {"a": 1}}"#,
        );
        assert!(found.iter().all(|it| it.panels.is_empty()));
    }
}
