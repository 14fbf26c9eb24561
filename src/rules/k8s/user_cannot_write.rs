use std::collections::HashSet;

use crate::k8s::{Workload, WorkloadKind};
use crate::project::{Need, Obstacle, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check<'p>(workload: Workload<'p>, cx: &mut Cx<'p>) {
    if workload.is_windows() {
        return;
    }
    let project = cx.project();
    // A user of the pod is said once for all containers.
    let mut said = HashSet::new();
    let containers = workload.containers().into_iter();
    for container in containers.filter(|it| it.security("runAsUser").is_some()) {
        let process = cx.process_of(Runner::Container(container));
        let Some(user) = process.user().filter(|user| !user.is_of_image) else { continue };
        for hindered in project.hindered(&process) {
            let written = &hindered.written;
            let mut is_new = || said.insert((user.at, written.anywhere.clone()));
            if !matches!(hindered.obstacle, Obstacle::Owner(_)) || !is_new() {
                continue;
            }
            let message = format!(
                "{} runs as user {}, who cannot write {}",
                container.describe(),
                user.name,
                written.what
            );
            cx.report(user.at, message)
                .help("the image gives it to somebody else: run as that user, give it to group 0 (`chgrp -R 0`, `chmod -R g=u`), or mount a volume there")
                .about(container.subject())
                .confidence(written.confidence)
                .milder_where(written.need == Need::Lesser)
                .related_to(hindered.places(&process).into_iter());
        }
    }
}
