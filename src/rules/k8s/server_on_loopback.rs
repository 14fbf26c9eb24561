use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::LONG_RUNNING, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(missed) = cx.project().missed_on_loopback(Runner::Container(container)) else {
        return;
    };
    cx.report(
        missed.place,
        format!("{} in {}, where only its own pod reaches it", missed.why, container.describe()),
    )
    .help(
        "the kubelet and the Service ask the address of the pod and are refused: listen on 0.0.0.0",
    )
    .confidence(missed.confidence)
    .related_to(missed.others.into_iter());
}
