use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::LONG_RUNNING, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(missed) = cx.project().port_not_served(Runner::Container(container)) else { return };
    let verb = if missed.is_declared_only { "declares" } else { "is asked on" };
    let found = cx
        .report(
            missed.place,
            format!("{} {verb} port {}, but {}", container.describe(), missed.port, missed.why),
        )
        .help("connections are refused and probes fail; make all of them name the port on which the program listens")
        .confidence(missed.confidence)
        .related_to(missed.others.into_iter());
    if missed.is_declared_only {
        found.severity(Severity::Warning);
    }
}
