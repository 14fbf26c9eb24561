use crate::k8s::rbac::{Binding, Who};
use crate::k8s::{Object, Workload};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["ClusterRoleBinding", "RoleBinding"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(binding) = Binding::of(object) else { return };
    for subject in binding.subjects() {
        let Who::Account(namespace, Workload::DEFAULT_ACCOUNT) = subject.who else { continue };
        let (role, kind) = (binding.role_name(), binding.role_kind());
        let of = match namespace.filter(|namespace| !namespace.is_empty()) {
            Some(namespace) => format!(" of namespace `{namespace}`"),
            None => String::new(),
        };
        cx.report(
            subject.at,
            format!(
                "{} grants {kind} `{role}` to the `default` ServiceAccount{of}",
                object.describe()
            ),
        )
        .help("every pod that names no account gets it; bind an account of the workload's own");
    }
}
