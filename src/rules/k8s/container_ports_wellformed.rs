use std::collections::HashMap;

use crate::diagnostic::Severity;
use crate::k8s::ports::{ContainerPort, name_fault, number_fault};
use crate::k8s::{Container, ContainerClasses, Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// Source: Kubernetes API reference, `ContainerPort.protocol`.
const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let mut names: HashMap<&str, (Container<'_>, ContainerPort<'_>)> = HashMap::new();
    let mut numbers: HashMap<(i64, &str), (Container<'_>, Node<'_>)> = HashMap::new();
    for container in workload.containers() {
        let is_serving = ContainerClasses::LONG_RUNNING.contains(container.class());
        for port in container.ports() {
            malformed(container, port, cx);
            if let Some(name) = port.name().filter(|name| is_serving && !is_templated(name.text()))
            {
                let first = *names.entry(name.text()).or_insert((container, port));
                same_name((container, port), name, first, cx);
            }
            if let Some(number) = port.number().filter(|_| is_serving)
                && let Some(value) = number.as_int()
            {
                let first = *numbers.entry((value, port.protocol())).or_insert((container, number));
                same_number(container, number, first, cx);
            }
        }
    }
}

/// What the API server refuses of a port.
fn malformed(container: Container<'_>, port: ContainerPort<'_>, cx: &mut Cx<'_>) {
    let of = container.describe();
    if let Some(name) = port.name()
        && let Some(fault) = name_fault(name.text()).filter(|_| !is_templated(name.text()))
    {
        cx.report(name, format!("`{}` is no name for a port of {of}", name.text())).help(fault);
    }
    for key in ["containerPort", "hostPort"] {
        if let Some(number) = port.node().at(&[key])
            && let Some(value) =
                number.as_int().filter(|value| key == "containerPort" || *value != 0)
            && let Some(fault) = number_fault(value)
        {
            cx.report(number, format!("{value} is no {key} for {of}")).help(fault);
        }
    }
    if let Some(protocol) = port.node().at(&["protocol"])
        && !PROTOCOLS.contains(&protocol.text())
        && !is_templated(protocol.text())
    {
        cx.report(protocol, format!("`{}` is no protocol for a port of {of}", protocol.text()))
            .help("the API server knows `TCP`, `UDP` and `SCTP`");
    }
}

fn same_name(
    (container, port): (Container<'_>, ContainerPort<'_>),
    name: Node<'_>,
    (other, first): (Container<'_>, ContainerPort<'_>),
    cx: &mut Cx<'_>,
) {
    let is_one_container = other.node() == container.node();
    // A Service asks for a name and a protocol.
    if first.node() == port.node() || !is_one_container && first.protocol() != port.protocol() {
        return;
    }
    let found = cx
        .report(
            name,
            format!("{} has a second port of the name `{}`", container.describe(), name.text()),
        )
        .related(first.name().unwrap_or(name), "the first one");
    if is_one_container {
        found.help("the API server refuses two ports of one name in a container");
    } else {
        found
            .help("Services find the first of the pod's containers only")
            .severity(Severity::Warning);
    }
}

fn same_number(
    container: Container<'_>,
    number: Node<'_>,
    (other, first): (Container<'_>, Node<'_>),
    cx: &mut Cx<'_>,
) {
    if first == number {
        return;
    }
    let help = if other.node() == container.node() {
        "one of them says nothing; which was meant to have another number or protocol?"
    } else {
        "the containers of a pod share its address: only one of them can listen there"
    };
    cx.report(
        number,
        format!("{} declares port {} a second time", container.describe(), number.text()),
    )
    .help(help)
    .severity(Severity::Warning)
    .related(first, "the first one");
}
