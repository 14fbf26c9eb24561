//! How the kubelet asks a container for its health.

use super::{Container, is_templated};
use crate::tree::Node;

/// The numbers of a probe with what the API server makes of one that is absent or zero.
///
/// Source: Kubernetes API reference, `Probe`.
const DEFAULTS: [(&str, i64); 5] = [
    ("initialDelaySeconds", 0),
    ("periodSeconds", 10),
    ("timeoutSeconds", 1),
    ("successThreshold", 1),
    ("failureThreshold", 3),
];

/// A probe that says something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe<'t> {
    container: Container<'t>,
    node: Node<'t>,
}

/// What a probe asks, with defaults filled in and named ports looked up.
#[derive(Debug, PartialEq, Eq)]
enum Question<'t> {
    Http { host: &'t str, port: &'t str, path: &'t str, scheme: String, headers: Vec<String> },
    Tcp { host: &'t str, port: &'t str },
    Grpc { port: &'t str, service: &'t str },
    Exec(Vec<&'t str>),
}

impl<'t> Probe<'t> {
    /// The probe of that kind (`livenessProbe`, ...), if it says anything.
    pub(super) fn of(container: Container<'t>, kind: &str) -> Option<Self> {
        let node = container.node().at(&[kind])?;
        let is_empty = node.is_map() && node.entries().is_empty();
        (!is_empty).then_some(Probe { container, node })
    }

    pub(crate) fn node(self) -> Node<'t> {
        self.node
    }

    /// What the API server makes of one of the numbers when nothing is stated.
    pub(crate) fn default(field: &str) -> i64 {
        DEFAULTS.iter().find(|(name, _)| *name == field).map_or(0, |(_, default)| *default)
    }

    /// One of the numbers; nothing where a template decides it.
    pub(crate) fn number(self, field: &str) -> Option<i64> {
        match self.node.at(&[field]).map(Node::as_int) {
            None | Some(Some(0)) => Some(Self::default(field)),
            Some(number) => number,
        }
    }

    /// How many seconds of failures it takes until something happens.
    pub(crate) fn patience(self) -> Option<i64> {
        Some(self.number("periodSeconds")?.saturating_mul(self.number("failureThreshold")?))
    }

    /// How many seconds after its start a container has that never answers.
    pub(crate) fn time_to_start(self) -> Option<i64> {
        Some(self.number("initialDelaySeconds")?.saturating_add(self.patience()?))
    }

    /// Whether the manifest says what is asked; a template may ask anything.
    pub(crate) fn is_known(self) -> bool {
        let is_open = |node: Node<'_>| node.is_scalar() && is_templated(node.text());
        self.handler().is_some_and(|(_, asked)| {
            asked.is_map() && !asked.entries().iter().any(|it| is_open(it.value))
        })
    }

    /// Whether one of the numbers is stated, and known.
    pub(crate) fn states(self, field: &str) -> bool {
        self.node.at(&[field]).is_some_and(|number| number.as_int().is_some())
    }

    /// Whether it leaves the container alone for longer than another probe does, so that both may ask
    /// the same; nothing where a template decides.
    ///
    /// Source: kubernetes.io/docs/concepts/workloads/pods/probes ("a higher `failureThreshold`").
    pub(crate) fn is_more_patient(self, other: Probe<'_>) -> Option<bool> {
        let is_later = self.number("failureThreshold")? > other.number("failureThreshold")?;
        Some(is_later && self.patience()? > other.patience()?)
    }

    /// The entry that says what is asked.
    pub(crate) fn handler(self) -> Option<(&'static str, Node<'t>)> {
        let handlers = ["httpGet", "tcpSocket", "grpc", "exec"];
        handlers.into_iter().find_map(|kind| Some((kind, self.node.at(&[kind])?)))
    }

    /// Whether two probes ask the same, however they write it.
    pub(crate) fn asks_the_same(self, other: Probe<'_>) -> bool {
        let question = self.question();
        question.is_some() && question == other.question()
    }

    fn question(self) -> Option<Question<'t>> {
        let (kind, node) = self.handler()?;
        let text = |key: &str, default| node.at(&[key]).map_or(default, Node::text);
        let port = || node.at(&["port"]).map_or("", |port| self.port(port));
        Some(match kind {
            "httpGet" => {
                let headers = node.at(&["httpHeaders"]).into_iter().flat_map(Node::items);
                let field = |header: Node<'t>, key: &str| header.at(&[key]).map_or("", Node::text);
                let mut headers: Vec<_> = headers
                    .map(|it| {
                        format!("{}: {}", field(it, "name").to_lowercase(), field(it, "value"))
                    })
                    .collect();
                headers.sort_unstable();
                Question::Http {
                    host: text("host", ""),
                    port: port(),
                    path: text("path", "/"),
                    scheme: text("scheme", "HTTP").to_uppercase(),
                    headers,
                }
            }
            "tcpSocket" => Question::Tcp { host: text("host", ""), port: port() },
            "grpc" => Question::Grpc { port: port(), service: text("service", "") },
            _ => {
                let words = node.at(&["command"]).into_iter().flat_map(Node::items);
                Question::Exec(words.map(Node::text).collect())
            }
        })
    }

    /// The number of a port, which may be given by the name that the container has for it.
    fn port(self, port: Node<'t>) -> &'t str {
        let declared = self.container.node().at(&["ports"]).into_iter().flat_map(Node::items);
        let named = declared
            .into_iter()
            .find(|declared| declared.at(&["name"]).is_some_and(|name| name.text() == port.text()));
        named.and_then(|named| named.at(&["containerPort"])).unwrap_or(port).text()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, workload};

    #[test]
    fn probes_are_compared_by_what_they_ask() {
        // Two probes of a container whose port 8080 is called `http`, and whether they ask the same.
        let table = [
            ("{httpGet: {port: 8080}}", "{httpGet: {port: http, path: /, scheme: http}}", true),
            ("{httpGet: {port: 8080}, periodSeconds: 5}", "{httpGet: {port: \"8080\"}}", true),
            ("{httpGet: {port: 8080, path: /a}}", "{httpGet: {port: 8080, path: /b}}", false),
            ("{httpGet: {port: 8080}}", "{httpGet: {port: 8080, scheme: HTTPS}}", false),
            ("{httpGet: {port: 8080}}", "{httpGet: {port: 8080, host: a.test}}", false),
            (
                "{httpGet: {port: 1, httpHeaders: [{name: A, value: b}, {name: C, value: d}]}}",
                "{httpGet: {port: 1, httpHeaders: [{name: c, value: d}, {name: a, value: b}]}}",
                true,
            ),
            ("{tcpSocket: {port: 8080}}", "{tcpSocket: {port: http}}", true),
            ("{tcpSocket: {port: 8080}}", "{httpGet: {port: 8080}}", false),
            ("{grpc: {port: 1}}", "{grpc: {port: 1, service: \"\"}}", true),
            ("{grpc: {port: 1}}", "{grpc: {port: 1, service: live}}", false),
            ("{exec: {command: [a, b]}}", "{exec: {command: [a, b]}}", true),
            ("{exec: {command: [a, b]}}", "{exec: {command: [a]}}", false),
            ("{periodSeconds: 5}", "{periodSeconds: 5}", false),
        ];
        for (liveness, readiness, expected) in table {
            let tree = read(&format!(
                "{{apiVersion: v1, kind: Pod, spec: {{containers: [{{name: c, \
                 ports: [{{name: http, containerPort: 8080}}], \
                 livenessProbe: {liveness}, readinessProbe: {readiness}}}]}}}}\n"
            ));
            let container = workload(&tree).containers()[0];
            let (one, other) =
                (container.probe("livenessProbe"), container.probe("readinessProbe"));
            assert_eq!(
                one.unwrap().asks_the_same(other.unwrap()),
                expected,
                "{liveness} {readiness}"
            );
        }
    }

    #[test]
    fn numbers_of_a_probe_have_defaults() {
        let table = [
            ("{tcpSocket: {port: 1}}", (Some(0), Some(30))),
            ("{periodSeconds: 0, initialDelaySeconds: 5}", (Some(5), Some(30))),
            ("{periodSeconds: 2, failureThreshold: 5}", (Some(0), Some(10))),
            ("{periodSeconds: \"${P}\"}", (Some(0), None)),
        ];
        for (probe, expected) in table {
            let tree = read(&format!(
                "{{apiVersion: v1, kind: Pod, spec: {{containers: [{{name: c, livenessProbe: {probe}}}]}}}}\n"
            ));
            let probe = workload(&tree).containers()[0].probe("livenessProbe").unwrap();
            assert_eq!((probe.number("initialDelaySeconds"), probe.patience()), expected);
        }
    }
}
