use crate::diagnostic::{Confidence, Severity};
use crate::k8s::ports::{PortRef, quoted_number};
use crate::k8s::{Object, Service, ServicePort, Workload};
use crate::project::{ListensElsewhere, Runner};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["Service"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(service) = Service::of(object).filter(|service| !service.is_alias()) else { return };
    let workloads = project.served_by(service);
    for port in service.ports() {
        let Some((target, at)) = port.target() else { continue };
        match target.fault() {
            Some(fault) => refused(object, target, at, fault, cx),
            // The name of a headless Service stands for its pods, whatever its ports.
            None if service.is_headless() && matches!(target, PortRef::Number(_)) => {}
            None => unresolved(object, &workloads, (port, target, at), cx),
        }
    }
}

/// A port that the API server refuses.
fn refused(
    object: Object<'_>,
    target: PortRef<'_>,
    at: Node<'_>,
    fault: &'static str,
    cx: &mut Cx<'_>,
) {
    let found = cx
        .report(
            at,
            format!("{} sends requests to port {target}, which no port can be", object.describe()),
        )
        .confidence(Confidence::High);
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

/// Why the only container of the pods does not hear what is sent to that port.
fn listens_elsewhere(
    known: &[&Workload<'_>],
    number: i64,
    cx: &Cx<'_>,
) -> Option<ListensElsewhere> {
    let [workload] = known else { return None };
    let mut containers = workload.long_running();
    let container = containers.next().filter(|_| containers.next().is_none())?;
    container.ports().next()?;
    cx.project().listens_elsewhere(Runner::Container(container), u16::try_from(number).ok()?)
}

/// A port that no container of the selected pods declares.
fn unresolved(
    object: Object<'_>,
    workloads: &[Workload<'_>],
    (port, target, at): (ServicePort<'_>, PortRef<'_>, Node<'_>),
    cx: &mut Cx<'_>,
) {
    let known: Vec<_> = workloads.iter().filter(|workload| workload.has_pods()).collect();
    let is_declared = |protocol| known.iter().any(|it| it.declares(target, protocol));
    let Some(example) = known.first().filter(|_| !is_declared(Some(port.protocol()))) else {
        return;
    };
    let sends = format!("{} sends requests to port {target}", object.describe());
    match target {
        PortRef::Name(_) if is_declared(None) => {
            cx.report(
                at,
                format!(
                    "{sends} by {}, which its pods declare for another protocol",
                    port.protocol()
                ),
            )
            .help("a name stands for a port of the same protocol only")
            .related(**example, "makes the pods");
        }
        PortRef::Name(_) => {
            cx.report(at, format!("{sends}, but no container of its pods has a port of that name"))
                .help("the Service has no endpoints on this port, so every connection is refused")
                .related(**example, "makes the pods");
        }
        PortRef::Number(number) if let Some(unheard) = listens_elsewhere(&known, number, cx) => {
            cx.report(at, format!("{sends}, but {}", unheard.why))
                .help("the Service has no pod that answers on this port, so every connection is refused")
                .confidence(unheard.confidence.min(Confidence::Medium))
                .related(unheard.place, "what says where it listens")
                .related(**example, "makes the pods");
        }
        PortRef::Number(_)
            if known.iter().all(|workload| workload.declares_some()) && !is_declared(None) =>
        {
            cx.report(at, format!("{sends}, which no container of its pods declares"))
                .help("it works where a container listens there all the same; declare the port, or correct the number")
                .severity(Severity::Note)
                .confidence(Confidence::Low)
                .related(**example, "makes the pods");
        }
        PortRef::Number(_) => {}
    }
}
