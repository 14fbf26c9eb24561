use crate::diagnostic::Severity;
use crate::k8s::{Object, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Service"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(service) = Service::of(object) else { return };
    let Some(kind) = service.exposure() else { return };
    let Some(interface) = project.ai_interface_of(service) else { return };
    let is_node_port = kind.text() == "NodePort";
    let how = if is_node_port { "every node's address" } else { "a load balancer" };
    let found = cx
        .report(kind, format!("{} opens {interface} to whoever reaches {how}", object.describe()))
        .help("it asks for no password unless told to; keep it a ClusterIP Service behind a gateway that asks who calls");
    if is_node_port {
        found.severity(Severity::Warning).note_in_development();
    } else {
        found.note_in_development();
    }
}
