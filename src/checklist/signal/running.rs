//! What runs, as the signals of several subjects ask for it.

use super::{Answer, Proof, View, name_of};
use crate::compose::Service;
use crate::diagnostic::Subject;
use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, Workload, WorkloadKind, is_store_image};
use crate::project::Project;
use crate::source::Place;

/// Why a question about Kubernetes does not arise.
pub(super) const NO_WORKLOAD: &str = "no workload of Kubernetes here";

/// With fewer, the loss of one is the loss of all.
pub(super) const REPLICATED: i64 = 2;

/// The workloads that run until they are stopped, of which the files say what their pods are made of.
pub(super) fn lasting<'p>(view: &View<'p>) -> Vec<Workload<'p>> {
    let serving = view.workloads_of(WorkloadKind::SERVING);
    serving.filter(|it| it.has_pods() && !it.runs_to_completion()).collect()
}

/// Those of them that could be replaced by more of the same: no store, and not switched off.
pub(super) fn stateless<'p>(view: &View<'p>) -> Vec<Workload<'p>> {
    const KINDS: [WorkloadKind; 3] =
        [WorkloadKind::Deployment, WorkloadKind::Rollout, WorkloadKind::StatefulSet];
    let mut all = lasting(view);
    // Of claims of its own each pod has data for itself.
    let has_claims = |it: &Workload<'_>| it.volumes().iter().any(|it| it.claim().is_some());
    all.retain(|it| {
        KINDS.contains(&it.kind())
            && !it.keeps_data()
            && (it.kind() != WorkloadKind::StatefulSet || !has_claims(it))
            && !is_off(*it, view.project())
    });
    all
}

/// The containers of those workloads that do what the pods are there for.
pub(super) fn main_containers<'p>(workloads: &[Workload<'p>]) -> Vec<Container<'p>> {
    let all = workloads.iter().flat_map(|workload| workload.containers());
    all.filter(|it| ContainerClasses::MAIN.contains(it.class())).collect()
}

/// The services of Compose that run until they are stopped, each where the first file brings it.
pub(super) fn lasting_services<'p>(view: &View<'p>) -> Vec<Service<'p>> {
    let files = view.compose_files();
    files
        .flat_map(|file| {
            let home = file.node().place().file;
            let own = move |service: &Service<'p>| service.key().place().file == home;
            file.lasting().into_iter().filter(own)
        })
        .collect()
}

/// Whether nothing is to run, for now.
pub(super) fn is_off(workload: Workload<'_>, project: &Project<'_>) -> bool {
    project.replicas_of(workload).is_some_and(|it| it.count == 0 && it.by.is_none())
}

/// Whether there is more than one pod, for all that is known.
pub(super) fn is_replicated(workload: Workload<'_>, project: &Project<'_>) -> bool {
    WorkloadKind::REPLICATED.contains(&workload.kind())
        && project.replicas_of(workload).is_none_or(|it| it.count >= REPLICATED)
}

/// Whether the manifest is what will run: no kustomization changes it in a way that nobody can tell.
pub(super) fn is_sure(workload: Workload<'_>, project: &Project<'_>) -> bool {
    !project.is_doubted(workload.object())
}

/// Whether a service of Compose runs a store.
pub(super) fn is_store_service(service: Service<'_>) -> bool {
    service.known_image().is_some_and(|image| is_store_image(ImageRef::parse(&image).short_name()))
}

/// A place that says something of a subject: "Deployment `api`: 3 replicas".
pub(super) fn says(place: impl Into<Place>, subject: &Subject, what: &str) -> Proof {
    Proof::new(place.into(), format!("{}: {what}", name_of(subject)))
}

/// A place of a subject that says nothing, or nothing good.
pub(super) fn lacks(place: impl Into<Place>, subject: &Subject) -> Proof {
    Proof::new(place.into(), name_of(subject))
}

/// Of a question to everything of a sort, with the words for one and for several that lack it:
/// "container", "without a memory limit", "that [does|do] not wait".
pub(super) fn each(
    asked: impl IntoIterator<Item = (Proof, bool)>,
    nobody: &str,
    what: &str,
    lack: &str,
) -> Answer {
    match Answer::all(asked, nobody, "") {
        Answer::Lacking(_, at) => {
            let one = at.len() == 1;
            let s = if one { "" } else { "s" };
            Answer::Lacking(format!("{} {what}{s} {}", at.len(), agreeing(lack, one)), at)
        }
        answer => answer,
    }
}

/// The words for one or for several: `that [does|do] not wait`.
fn agreeing(words: &str, one: bool) -> String {
    let mut parts = words.split(['[', ']']);
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let Some((singular, plural)) = parts.next().and_then(|it| it.split_once('|')) {
        text.push_str(if one { singular } else { plural });
        text.push_str(parts.next().unwrap_or_default());
    }
    text
}

/// Why nobody was asked: there is no workload at all, or none of the sort.
pub(super) fn nobody<'a>(view: &View<'_>, why: &'a str) -> &'a str {
    if lasting(view).is_empty() { NO_WORKLOAD } else { why }
}
