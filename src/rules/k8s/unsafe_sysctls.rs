use crate::diagnostic::Severity;
use crate::k8s::sysctl::{self, Scope};
use crate::k8s::{Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    if workload.is_windows() {
        return;
    }
    let allowed = cx.words("allowed");
    for setting in workload.pod_security("sysctls").into_iter().flat_map(Node::items) {
        let Some(name) = setting.at(&["name"]) else { continue };
        if is_templated(name.text()) {
            continue;
        }
        let shared = sysctl::shared_by(name.text()).and_then(|field| workload.shares(field));
        if let Some(shared) = shared {
            cx.report(
                name,
                format!("{} sets the sysctl `{}` of its node", workload.describe(), name.text()),
            )
            .help("no kubelet lets pods set what they share with the node; set it on the nodes")
            .severity(Severity::Error)
            .related(shared, "this shares it");
            continue;
        }
        let (severity, help) = match Scope::of(name.text(), cx.kubernetes()) {
            Scope::Safe => continue,
            Scope::Pod if allowed.iter().any(|it| allows(it, name.text())) => continue,
            Scope::Pod => (
                Severity::Warning,
                "the pods fail to start on a node whose kubelet does not list it in allowedUnsafeSysctls",
            ),
            Scope::Node => (
                Severity::Error,
                "it is one of the whole node, and no kubelet lets a pod set it; set it on the nodes",
            ),
        };
        cx.report(
            name,
            format!("{} sets the unsafe sysctl `{}`", workload.describe(), name.text()),
        )
        .help(help)
        .severity(severity);
    }
}

/// Whether the kubelet means that name by an entry of its list, which may end in `*`.
fn allows(entry: &str, name: &str) -> bool {
    entry.strip_suffix('*').map_or(entry == name, |prefix| name.starts_with(prefix))
}
