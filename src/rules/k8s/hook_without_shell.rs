use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, KubernetesVersion, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal, Value};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

/// Since when a hook can sleep without a shell.
///
/// Source: kubernetes.io/docs/concepts/containers/container-lifecycle-hooks (`sleep`, on by default
/// since 1.30).
const SLEEP_SINCE: KubernetesVersion = KubernetesVersion::of(30);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    for hook in container.command_hooks().filter(|hook| hook.needs_tools()) {
        let Some((bare, confidence)) = cx.project().lack_of_tools(container) else { return };
        let sleeps = cx.kubernetes() >= SLEEP_SINCE;
        let message = format!(
            "the {} hook of {} runs `{}`, which its image does not have",
            hook.field(),
            container.describe(),
            hook.program.text()
        );
        let found = cx.report(hook.program, message).confidence(confidence);
        let found = found.related(bare, "this image has no shell and no such programs");
        if !hook.is_pre_stop {
            found.severity(Severity::Error).help(
                "the kubelet kills a container whose postStart hook fails, and starts it again without end",
            );
            continue;
        }
        let found = found.help("the hook fails at once, and SIGTERM comes while requests still arrive: let the kubelet sleep (Kubernetes 1.30), or wait in the program");
        if let Some((seconds, node)) = container.only_sleeps_before_stop().filter(|_| sleeps) {
            found.unsafe_fix("let the kubelet sleep as long; it needs Kubernetes 1.30", || {
                let exec = node.get("exec").ok_or(Refusal::Occupied)?;
                edit::replace_entry(node, exec, "sleep", &Value::map([("seconds", seconds.into())]))
            });
        }
    }
}
