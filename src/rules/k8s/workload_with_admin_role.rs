use crate::diagnostic::Severity;
use crate::k8s::rbac::{Access, Binding, CLUSTER_ADMIN, GROUP, PolicyRule};
use crate::k8s::{Workload, WorkloadKind};
use crate::project::Project;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// Rights that, held in every namespace, lead to all others.
const TAKE_OVER: [(Access, &str); 6] = [
    (
        Access { verbs: &["escalate", "bind"], resources: &[(GROUP, "clusterroles")] },
        "may give itself any right",
    ),
    (
        Access { verbs: &["impersonate"], resources: &[("", "users"), ("", "groups")] },
        "may act as anybody",
    ),
    (
        Access { verbs: &["create"], resources: &[("", "serviceaccounts/token")] },
        "may get a token of every ServiceAccount",
    ),
    (
        Access { verbs: &["get", "list", "watch"], resources: &[("", "secrets")] },
        "may read every Secret of the cluster",
    ),
    (
        Access { verbs: &["create"], resources: &[("", "pods/exec"), ("", "nodes/proxy")] },
        "may run commands in every pod of the cluster",
    ),
    (
        Access {
            verbs: &["create"],
            resources: &[
                ("", "pods"),
                ("apps", "deployments"),
                ("apps", "statefulsets"),
                ("apps", "daemonsets"),
                ("batch", "jobs"),
                ("batch", "cronjobs"),
            ],
        },
        "may run pods under every ServiceAccount of the cluster",
    ),
];

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    if !workload.has_pods() || !project.shows_token(workload) {
        return;
    }
    let bindings = project.bindings_for(workload);
    let powers = bindings.iter().filter_map(|binding| Some((power(*binding, project)?, *binding)));
    // Of equals the first.
    let greatest = powers.reduce(|most, next| if next.0.1 > most.0.1 { next } else { most });
    let Some(((what, severity), binding)) = greatest else { return };
    let at = workload.stated_account();
    cx.report(
        at.unwrap_or_else(|| workload.pod_grip(&["serviceAccountName"])),
        format!(
            "{} runs under ServiceAccount `{}`, which {what}",
            workload.describe(),
            workload.account()
        ),
    )
    .help("whoever gets into one of its containers may do the same; bind the verbs and resources that it uses")
    .severity(severity)
    .related(binding.object(), format!("bound to {} `{}` here", binding.role_kind(), binding.role_name()));
}

/// What a binding makes of an account, if that is more than a workload should be.
fn power(binding: Binding<'_>, project: &Project<'_>) -> Option<(&'static str, Severity)> {
    let rules = project.role_of(binding).map(|role| project.rules_of(role)).unwrap_or_default();
    let is_of_cluster = binding.is_of_cluster();
    let is_all =
        binding.is_to(CLUSTER_ADMIN) || rules.iter().copied().any(PolicyRule::is_everything);
    if is_all && is_of_cluster {
        return Some(("may do everything in the cluster", Severity::Error));
    }
    if is_all {
        return Some(("may do everything in its namespace", Severity::Warning));
    }
    // Roles that every cluster has.
    if binding.is_to("admin") || binding.is_to("edit") {
        return Some(match is_of_cluster {
            true => ("may read every Secret of the cluster and enter every pod", Severity::Warning),
            false if binding.is_to("admin") => {
                ("administers the namespace of the binding", Severity::Warning)
            }
            false => ("may read every Secret of the namespace and enter every pod", Severity::Note),
        });
    }
    let way = TAKE_OVER.iter().find(|(access, _)| rules.iter().any(|rule| rule.allows(access)))?;
    is_of_cluster.then_some((way.1, Severity::Warning))
}
