use crate::diagnostic::{Confidence, Severity};
use crate::k8s::ports::{PortRef, quoted_number};
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit;

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

/// What asks a container by a port, and how messages call it.
const ASKING: [(&[&str], &str); 5] = [
    (&["startupProbe"], "startup probe"),
    (&["livenessProbe"], "liveness probe"),
    (&["readinessProbe"], "readiness probe"),
    (&["lifecycle", "postStart"], "postStart hook"),
    (&["lifecycle", "preStop"], "preStop hook"),
];

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    for (keys, name) in ASKING {
        let Some(asking) = container.node().at(keys) else { continue };
        for means in ["httpGet", "tcpSocket", "grpc"] {
            let Some(at) = asking.at(&[means, "port"]) else { continue };
            // A request to another host has nothing to do with the container's ports.
            let is_elsewhere = asking.at(&[means, "host"]).is_some();
            let port = PortRef::of(at);
            if let Some(fault) = port.and_then(PortRef::fault) {
                refused(container, name, at, fault, cx);
                continue;
            }
            match port {
                Some(port @ PortRef::Name(_)) => named(container, name, port, at, cx),
                Some(port @ PortRef::Number(_)) if !is_elsewhere => {
                    numbered(container, name, port, at, cx);
                }
                _ => {}
            }
        }
    }
}

/// A port that the API server refuses.
fn refused(
    container: Container<'_>,
    name: &str,
    at: Node<'_>,
    fault: &'static str,
    cx: &mut Cx<'_>,
) {
    let found = cx.report(
        at,
        format!(
            "the {name} of {} asks port `{}`, which no port can be",
            container.describe(),
            at.text()
        ),
    );
    match quoted_number(at) {
        Some(number) => {
            let found = found.help("in quotes it is a name, which must have a letter");
            found.safe_fix("write it as a number", || edit::replace(at, &number.into()));
        }
        None => {
            found.help(fault);
        }
    }
}

/// A name means a port of the same container; without it, the kubelet has nothing to ask.
fn named(container: Container<'_>, name: &str, port: PortRef<'_>, at: Node<'_>, cx: &mut Cx<'_>) {
    if container.declares(port, None) {
        return;
    }
    let found = cx.report(
        at,
        format!(
            "the {name} of {} asks port {port}, which the container does not declare",
            container.describe()
        ),
    );
    let neighbour = container.workload().long_running().find(|it| it.declares(port, None));
    match neighbour {
        Some(neighbour) => {
            found
                .help("a name means a port of the same container; write the number")
                .related(neighbour, "declares a port of that name");
        }
        None => {
            found.help("it fails every time: the kubelet cannot tell which port is meant");
        }
    }
}

/// A number that nobody declares works where something listens there; where others are declared, it
/// may be a slip.
fn numbered(
    container: Container<'_>,
    name: &str,
    port: PortRef<'_>,
    at: Node<'_>,
    cx: &mut Cx<'_>,
) {
    let workload = container.workload();
    if workload.declares(port, None) || container.ports().next().is_none() {
        return;
    }
    let ports = container.node().get("ports").map(|entry| entry.key);
    let found = cx
        .report(
            at,
            format!("the {name} of {} asks port {port}, which no container of the pod declares", container.describe()),
        )
        .help("it works where the container listens there all the same; declare the port, or correct the number")
        .severity(Severity::Note)
        .confidence(Confidence::Low);
    if let Some(ports) = ports {
        found.related(ports, "the ports that it declares");
    }
}
