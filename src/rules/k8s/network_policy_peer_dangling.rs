use crate::diagnostic::Confidence;
use crate::k8s::network::{Direction, NetworkPolicy, Peer, PolicyRule};
use crate::k8s::{LabelSelector, NAMESPACE_NAME, Object};
use crate::project::Project;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["NetworkPolicy"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(policy) = NetworkPolicy::of(object) else { return };
    for direction in Direction::BOTH {
        for peer in policy.rules(direction).flat_map(PolicyRule::peers) {
            let Some(pods) = peer.pod_selector() else { continue };
            let Some(namespaces) = namespaces_of(peer, policy, project) else { continue };
            let selector = LabelSelector::of(pods);
            let Some(nothing) = project.selects_no_pods(object, &namespaces, &selector) else {
                continue;
            };
            let confidence = match peer.namespace_selector() {
                Some(_) => Confidence::Low,
                None => nothing.confidence,
            };
            let found = cx
                .report(
                    peer.node().grip(&["podSelector"]).unwrap_or_else(|| object.grip()),
                    format!(
                        "a rule of {} allows {} for pods that no workload of namespace `{}` in this project makes",
                        object.describe(),
                        direction.key(),
                        namespaces.join("`, `")
                    ),
                )
                .help("without a namespaceSelector, a podSelector means pods of the policy's own namespace")
                .confidence(confidence);
            if let Some(workload) = nothing.stray {
                let namespace = workload.namespace();
                found.related(
                    workload,
                    format!("has such labels, but is in namespace `{namespace}`"),
                );
            }
        }
    }
}

/// The namespaces in which the pods of a peer are; nothing where they may be outside the project.
fn namespaces_of<'p>(
    peer: Peer<'p>,
    policy: NetworkPolicy<'p>,
    project: &Project<'p>,
) -> Option<Vec<&'p str>> {
    let Some(namespaces) = peer.namespace_selector() else {
        return Some(project.namespaces_of(policy.object()));
    };
    let named = LabelSelector::of(namespaces).demanded(NAMESPACE_NAME)?.to_vec();
    named.iter().all(|namespace| project.has_workloads_in(namespace)).then_some(named)
}
