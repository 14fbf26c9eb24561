use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::MAIN, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let workload = container.workload();
    let shares = workload.pod_spec().and_then(|spec| spec.at(&["shareProcessNamespace"]));
    if workload.runs_to_completion() || shares.and_then(Node::as_bool) == Some(true) {
        return;
    }
    let Some(script) = container.script_without_exec() else { return };
    let (program, name) = (&script.program, container.describe());
    let message = if script.stays {
        format!("a shell stays process 1 of {name}, and `{program}` is one of its children")
    } else {
        format!("`{program}` of {name} may run as the child of a shell")
    };
    let found = cx
        .report(script.node, message)
        .help("a shell keeps SIGTERM to itself, and the program is killed in the end: start the last command with `exec`");
    let found = match workload.grace() {
        Some(grace) => {
            let at = workload.stated_grace().unwrap_or_else(|| container.grip());
            found.related(at, format!("it is killed after {grace} seconds"))
        }
        None => found,
    };
    if script.stays {
        found.severity(Severity::Warning).confidence(Confidence::High);
        return;
    }
    found.unsafe_fix("let the shell hand over to the last command", || {
        let text = script.handing_over.as_deref().ok_or(Refusal::Occupied)?;
        edit::reword(script.node, text)
    });
}
