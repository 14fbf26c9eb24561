use crate::diagnostic::{Confidence, Severity};
use crate::k8s::Object;
use crate::k8s::rbac::{Binding, CLUSTER_ADMIN, MASTERS, PolicyRule, Role, Who};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["ClusterRoleBinding", "RoleBinding"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(binding) = Binding::of(object) else { return };
    let subjects = binding.subjects();
    // Those may do everything anyway.
    let are_masters = |who: Who<'_>| who == Who::Group(MASTERS);
    if !subjects.is_empty() && subjects.iter().all(|subject| are_masters(subject.who)) {
        return;
    }
    let is_everything = |role: &Role<'_>| role.rules().into_iter().any(PolicyRule::is_everything);
    let equal = cx.project().role_of(binding).filter(is_everything);
    let is_admin = binding.is_to(CLUSTER_ADMIN);
    if !is_admin && (equal.is_none() || !binding.is_of_cluster()) {
        return;
    }
    let whom = binding.describe_subjects();
    let name = object.describe();
    let message = match binding.is_of_cluster() {
        true if is_admin => format!("{name} makes {whom} cluster admin"),
        true => {
            format!("{name} makes {whom} cluster admin by the name of `{}`", binding.role_name())
        }
        false => format!("{name} lets {whom} do everything in namespace `{}`", object.namespace()),
    };
    let mut found = cx.report(binding.role_grip(), message).help(
        "whoever gets hold of its token owns all of it; bind a role with the verbs and resources that it uses",
    );
    if let Some(rule) = equal.filter(|_| !is_admin) {
        found = found.related(rule.object(), "grants every verb on every resource");
    }
    // Somebody has to administer the cluster; a program seldom has to.
    let is_person = |who: Who<'_>| match who {
        Who::User(name) => !name.starts_with("system:"),
        Who::Group(name) => !name.starts_with("system:") || are_masters(who),
        Who::Account(..) => false,
    };
    if subjects.iter().all(|subject| is_person(subject.who)) {
        found.severity(Severity::Warning).confidence(Confidence::Medium);
    } else if !binding.is_of_cluster() {
        found.severity(Severity::Warning);
    }
}
