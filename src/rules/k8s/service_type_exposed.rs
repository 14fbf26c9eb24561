use crate::k8s::{Object, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Service"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(service) = Service::of(object) else { return };
    let Some(kind) = service.exposure() else { return };
    // An exposed AI interface is worse, and a finding of its own.
    if project.ai_interface_of(service).is_some() || project.is_edge(service) {
        return;
    }
    let (how, help) = match kind.text() {
        "NodePort" => (
            "on a port of every node",
            "make it a ClusterIP Service, and let an Ingress or a Gateway lead to it",
        ),
        _ => (
            "through a load balancer of its own",
            "let an Ingress or a Gateway lead to it, or make the load balancer internal, or set loadBalancerSourceRanges",
        ),
    };
    cx.report(kind, format!("{} is open to the outside {how}", object.describe()))
        .help(help)
        .note_in_development();
}
