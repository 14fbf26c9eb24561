use crate::k8s::Object;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["ConfigMap", "Secret"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let is_own = object.node().at(&["type"]).is_none_or(|kind| kind.text() == "Opaque");
    if is_own && cx.project().is_unnamed(object) {
        cx.report(object.grip(), format!("nothing in the project names {}", object.describe()))
            .help("what it holds reaches no pod: refer to it, or leave it out");
    }
}
