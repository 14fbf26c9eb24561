use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const CREATE: Access = Access {
    verbs: &["create"],
    resources: &[
        ("", "pods"),
        ("", "replicationcontrollers"),
        ("apps", "deployments"),
        ("apps", "statefulsets"),
        ("apps", "daemonsets"),
        ("apps", "replicasets"),
        ("extensions", "deployments"),
        ("extensions", "daemonsets"),
        ("extensions", "replicasets"),
        ("batch", "jobs"),
        ("batch", "cronjobs"),
        ("argoproj.io", "rollouts"),
    ],
};

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    for grant in role.grants(&CREATE) {
        // Of `*` another rule speaks.
        if grant.verb("create").is_some() {
            report_grant(cx, grant.at(), &grant)
                .help("a pod that one may make reads every Secret and runs under every ServiceAccount of its namespace");
        }
    }
}
