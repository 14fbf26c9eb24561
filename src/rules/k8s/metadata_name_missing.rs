use crate::diagnostic::Confidence;
use crate::k8s::Object;
use crate::k8s::naming::{is_named_by_kubernetes, name_fault};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&[], check);

/// API groups of questions to the API server, which are asked and not kept.
const QUESTIONS: [&str; 2] = ["authentication.k8s.io", "authorization.k8s.io"];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let node = object.node();
    if let Some(name) = node.at(&["metadata", "name"]).filter(|name| !name.text().is_empty()) {
        // What is no string is another finding.
        if let Some(why) = name.as_str().and_then(|text| name_fault(object, text)) {
            cx.report(name, format!("the name of {} {why}", object.describe()))
                .help("the API server refuses the object");
        }
        return;
    }
    let is_own = is_named_by_kubernetes(object);
    let has_metadata = node.at(&["metadata"]).is_some_and(crate::tree::Node::is_map);
    // Configuration files of programs borrow `apiVersion` and `kind`, and have no metadata.
    if !object.name().is_empty()
        || QUESTIONS.contains(&object.group())
        || !(is_own || has_metadata)
        || object.kind().ends_with("List")
    {
        return;
    }
    let at = node.grip(&["metadata", "name"]).unwrap_or_else(|| object.grip());
    let found = cx.report(at, format!("{} has no name", object.kind())).help(
        "the API server refuses an object without `metadata.name` or `metadata.generateName`",
    );
    if !is_own {
        found.confidence(Confidence::Medium);
    }
}
