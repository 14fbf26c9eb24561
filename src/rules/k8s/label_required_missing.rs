use crate::k8s::{Object, Workload};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&[], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let (wanted, kinds) = (cx.words("labels"), cx.words("kinds"));
    let is_meant = match kinds {
        [] => Workload::of(object).is_some(),
        kinds => kinds.iter().any(|kind| kind == object.kind()),
    };
    let lacking = object.lacking("labels", wanted);
    if !is_meant || lacking.is_empty() {
        return;
    }
    let keys: Vec<_> = lacking.iter().map(|key| format!("`{key}`")).collect();
    let at = object.node().grip(&["metadata", "labels"]);
    cx.report(
        at.unwrap_or_else(|| object.grip()),
        format!("{} lacks the label {}", object.describe(), keys.join(", ")),
    )
    .help("the configuration of this project asks for it");
}
