use crate::k8s::Object;
use crate::k8s::workflow::Workflow;
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(Workflow::KINDS, check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(workflow) = Workflow::of(object) else { return };
    for template in workflow.templates() {
        let Some(stated) = template.at(&["dag", "failFast"]) else { continue };
        if stated.as_bool() != Some(false) {
            continue;
        }
        let name = template.at(&["name"]).map_or("?", Node::text);
        cx.report(
            stated,
            format!("the graph `{name}` of {} goes on after a task has failed", object.describe()),
        )
        .help("the other branches spend time and tokens on a result that will not be")
        .unsafe_fix(
            "stop when a task fails, unless the branches are worth something by themselves",
            || edit::replace(stated, &true.into()),
        );
    }
}
