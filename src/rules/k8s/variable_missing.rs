use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::{Runner, Unmet};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// As many places as a finding shows.
const SHOWN: usize = 8;

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let unmet = cx.project().unmet_needs(Runner::Container(container));
    if unmet.is_empty() {
        return;
    }
    let message = format!("{} is not given {}", container.describe(), Unmet::describe(&unmet));
    let confidence = unmet.iter().map(|it| it.confidence).max();
    let places =
        unmet.iter().take(SHOWN).map(|it| (it.at, format!("`{}` is needed here", it.name)));
    let found = cx
        .report(container.grip_at(&["env"]), message)
        .help("add it to `env`, or to a ConfigMap or Secret that `envFrom` takes")
        .confidence(confidence.unwrap_or(Confidence::Medium))
        .related_to(places);
    if !unmet.iter().any(Unmet::is_grave) {
        found.severity(Severity::Warning);
    }
}
