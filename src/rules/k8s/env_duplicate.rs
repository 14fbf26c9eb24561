use std::collections::HashMap;

use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let variables = container.node().at(&["env"]);
    let mut earlier: HashMap<&str, (Node<'_>, Node<'_>)> = HashMap::new();
    for variable in variables.into_iter().flat_map(Node::items) {
        let Some(name) = variable.at(&["name"]).filter(|name| !name.text().is_empty()) else {
            continue;
        };
        let Some((first, old)) = earlier.insert(name.text(), (name, variable)) else { continue };
        if builds_on_itself(name.text(), variable) {
            continue;
        }
        let (is_same, whose) = (is_same(old, variable), container.describe());
        let found = cx
            .report(name, format!("{whose} sets the variable `{}` twice", name.text()))
            .related(first, "the earlier one, which is hidden");
        if is_same {
            found
                .severity(Severity::Note)
                .help("both say the same, until somebody changes one of them");
        } else {
            found.help("the later one wins, and `kubectl apply` may drop either; remove one");
        }
    }
}

/// `PATH: $(PATH):/opt/bin`, which adds to the variable before it. It must add something.
///
/// Source: Kubernetes, `pkg/api/pod/warnings.go`, which warns in the same cases.
fn builds_on_itself(name: &str, variable: Node<'_>) -> bool {
    let itself = format!("$({name})");
    let value = variable.at(&["value"]).map_or("", Node::text);
    variable.at(&["valueFrom"]).is_none() && value != itself && value.contains(&itself)
}

fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    let value = |variable: Node<'_>| {
        variable
            .at(&["valueFrom"])
            .is_none()
            .then(|| variable.at(&["value"]).map_or("", Node::text).to_owned())
    };
    value(one).is_some_and(|one| value(other) == Some(one))
}
