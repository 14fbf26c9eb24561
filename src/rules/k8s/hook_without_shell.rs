use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    for hook in container.command_hooks() {
        let Some(tool) = hook.tool() else { continue };
        let lack = cx.project().lack_of_tools(container, tool);
        let Some((bare, confidence)) = lack else { continue };
        let (field, name) = (hook.field(), container.describe());
        let program = hook.program.text();
        let message =
            format!("the {field} hook of {name} runs `{program}`, which its image does not have");
        let found = cx
            .report(hook.program, message)
            .confidence(confidence)
            .related(bare, "this image has no shell and no such programs");
        if hook.is_pre_stop {
            found.help("the hook fails at once, and SIGTERM comes while requests still arrive: let the kubelet wait (`sleep`, since Kubernetes 1.30), or the program");
        } else {
            found.severity(Severity::Error).help(
                "the kubelet kills a container whose postStart hook fails, and starts it again without end",
            );
        }
    }
}
