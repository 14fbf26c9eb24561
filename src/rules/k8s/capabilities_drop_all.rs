use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Value};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

const DROP: [&str; 3] = ["securityContext", "capabilities", "drop"];

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    // A privileged container has every capability, whatever it drops.
    if container.is_privileged() || container.workload().is_windows() {
        return;
    }
    let dropped = container.node().at(&DROP);
    if let Some(dropped) = dropped {
        // What stands for a list, or for a part of one, may stand for `ALL`.
        let may_be_all = |text: &str| text.eq_ignore_ascii_case("all") || text.contains('$');
        if !dropped.is_list() || dropped.items().any(|item| may_be_all(item.text())) {
            return;
        }
    }
    cx.report(
        container.grip_at(&DROP),
        format!("{} does not drop all capabilities", container.describe()),
    )
    .help("set securityContext.capabilities.drop: [ALL] and add back what is needed, e.g. NET_BIND_SERVICE")
    .unsafe_fix("drop ALL capabilities; add back those that the container uses", || match dropped {
        Some(dropped) => edit::append(dropped, &"ALL".into()),
        None => edit::set(container.node(), &DROP, &Value::List(vec!["ALL".into()])),
    });
}
