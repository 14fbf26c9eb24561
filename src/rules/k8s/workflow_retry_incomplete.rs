use crate::diagnostic::Severity;
use crate::k8s::workflow::Workflow;
use crate::k8s::{Object, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit;
use crate::tree::{Entry, Node};

pub(crate) const CHECK: Check = Check::Object(Workflow::KINDS, check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(workflow) = Workflow::of(object) else { return };
    let of_all = workflow.spec().value.get("retryStrategy");
    for retry in workflow.templates().filter_map(|it| it.get("retryStrategy")).chain(of_all) {
        if retry.value.is_map() {
            check_retry(workflow, retry, cx);
        }
    }
}

fn check_retry(workflow: Workflow<'_>, retry: Entry<'_>, cx: &mut Cx<'_>) {
    let says = |keys: &[&str]| retry.value.at(keys).is_some();
    let name = workflow.object().describe();
    // Nothing is retried.
    if retry.value.at(&["limit"]).is_some_and(|limit| limit.text() == "0") {
        return;
    }
    if !says(&["limit"]) && !says(&["backoff", "maxDuration"]) && !says(&["expression"]) {
        cx.report(retry.key, format!("{name} retries a failing step for ever"))
            .help(
                "give `retryStrategy` a `limit`; without one a step that cannot succeed never ends",
            )
            .unsafe_fix("retry twice; see how often a retry has helped", || {
                edit::set(retry.value, &["limit"], &"2".into())
            });
        return;
    }
    let policy = retry.value.at(&["retryPolicy"]);
    let text = policy.map_or("OnFailure", Node::text);
    if text == "Always" || is_templated(text) || says(&["expression"]) {
        return;
    }
    cx.report(
        policy.unwrap_or(retry.key),
        match policy {
            Some(_) => format!("{name} retries a step by the policy `{text}`"),
            None => format!("{name} retries a step by the default policy, `{text}`"),
        },
    )
    .help("`Always` also retries steps whose pod was lost with its node")
    .severity(Severity::Note)
    .unsafe_fix("retry whatever the reason, if the step may be run twice", || {
        edit::set(retry.value, &["retryPolicy"], &"Always".into())
    });
}
