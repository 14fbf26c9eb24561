use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::rbac::{self, PolicyRule, Role};
use crate::project::Project;
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    let project = cx.project();
    if makes_admins(role, project) {
        return;
    }
    let found: Vec<_> = role.rules().into_iter().filter_map(fault).collect();
    let has_other = found.iter().any(|fault| !fault.is_of_urls);
    for Fault { at, message, help, severity, is_of_urls } in found {
        if is_of_urls && has_other {
            continue;
        }
        let found = cx
            .report(at, format!("{} {message}", object.describe()))
            .help(help)
            .severity(severity)
            .confidence(project.confidence_in(role));
        if let Some(binding) = project.bindings_of(role).first() {
            let whom = format!("granted to {} here", binding.describe_subjects());
            found.related(binding.object(), whom);
        }
    }
}

/// Whether it is `cluster-admin` by another name, which is reported where it is bound.
fn makes_admins(role: Role<'_>, project: &Project<'_>) -> bool {
    role.is_of_cluster()
        && role.rules().into_iter().any(PolicyRule::is_everything)
        && project.bindings_of(role).iter().any(|binding| binding.is_of_cluster())
}

struct Fault<'t> {
    at: Node<'t>,
    message: String,
    help: &'static str,
    severity: Severity,
    is_of_urls: bool,
}

/// The widest wildcard of a rule.
fn fault(rule: PolicyRule<'_>) -> Option<Fault<'_>> {
    let (verbs, groups) = (rbac::verbs(&rule.verbs()), groups(rule));
    let of_own = is_of_custom_resources(rule) || !rule.names().is_empty();
    let severity = if of_own { Severity::Note } else { Severity::Warning };
    let fault = |at, message, help, severity| {
        Some(Fault { at, message, help, severity, is_of_urls: false })
    };
    if let Some(at) = rule.wildcard("resources") {
        let message = format!("grants {verbs} on every resource of {groups}");
        return if rule.is_everything() {
            fault(at, message, EVERYTHING, Severity::Error)
        } else {
            let help = if rule.groups().iter().any(is_core) { SECRETS } else { FUTURE };
            fault(at, message, help, severity)
        };
    }
    if let Some(at) = rule.wildcard("verbs").filter(|_| !rule.resources().is_empty()) {
        let message = format!("grants {verbs} on {}", rbac::names(&rule.resources()));
        return fault(at, message, VERBS, severity);
    }
    // `*/scale` is for the resources of every group, and can be said in no other way.
    let is_of_parts = rule.resources().iter().all(|it| it.text().starts_with("*/"));
    if let Some(at) = rule.wildcard("apiGroups").filter(|_| !is_of_parts) {
        let message = format!("grants {verbs} on {} of {groups}", rbac::names(&rule.resources()));
        return fault(at, message, GROUPS, Severity::Note);
    }
    let lists = [rule.resources(), rule.groups(), rule.names(), rule.verbs()];
    if let Some(at) = lists.concat().into_iter().find(is_no_wildcard) {
        let message = format!("names `{}`, which is no wildcard to Kubernetes", at.text());
        return fault(at, message, LITERAL, Severity::Note);
    }
    let at = rule.wildcard("nonResourceURLs")?;
    let message = format!("grants {verbs} on every URL of the API server");
    Some(Fault { at, message, help: FUTURE, severity: Severity::Note, is_of_urls: true })
}

const EVERYTHING: &str = "whoever gets it owns all that it reaches; name what is needed";
const SECRETS: &str =
    "that includes every Secret, and whatever is added later; name what is needed";
const FUTURE: &str = "that includes whatever is added later; name what is needed";
const VERBS: &str =
    "that includes deleting all of them, and verbs that are added later; name what is needed";
const GROUPS: &str = "every API group may have a resource of that name; name the group";
const LITERAL: &str =
    "it is taken by the letter and grants nothing; only `*` and `*/part` stand for more";

/// `` API group `apps` ``, as messages name it.
fn groups(rule: PolicyRule<'_>) -> String {
    let groups = rule.groups();
    match groups.as_slice() {
        _ if rule.wildcard("apiGroups").is_some() => "every API group".to_owned(),
        [] => "any API group".to_owned(),
        [one] if one.text().is_empty() => "the core API group".to_owned(),
        [one] => format!("API group `{}`", one.text()),
        groups => format!("API groups {}", rbac::names(groups)),
    }
}

/// Whether the group is the one that has the Secrets.
fn is_core(group: &Node<'_>) -> bool {
    matches!(group.text(), "" | "*")
}

/// Whether all groups are somebody's own, and none is of Kubernetes.
fn is_of_custom_resources(rule: PolicyRule<'_>) -> bool {
    let is_own =
        |group: &Node<'_>| group.text().contains('.') && !group.text().ends_with(".k8s.io");
    !rule.groups().is_empty() && rule.groups().iter().all(is_own)
}

/// Whether a name holds a `*` that stands for nothing.
fn is_no_wildcard(node: &Node<'_>) -> bool {
    let text = node.text();
    let rest = text.strip_prefix("*/").filter(|part| !part.is_empty()).unwrap_or(text);
    rest.contains('*') && text != "*"
}
