//! All files of a run, parsed, and the questions that rules ask across them.

use std::collections::HashMap;

use crate::agent::AgentConfig;
use crate::compose::{self, Service};
use crate::docker::Dockerfile;
use crate::file::{DocumentKind, File};
use crate::k8s::{LabelSelector, Object, Workload, WorkloadKind};
use crate::source::{FileId, Source};

/// What one file contributes.
#[derive(Debug, Default)]
pub(crate) struct Subjects<'p> {
    pub(crate) objects: Vec<Object<'p>>,
    pub(crate) workloads: Vec<Workload<'p>>,
    pub(crate) services: Vec<Service<'p>>,
    pub(crate) agents: Vec<AgentConfig<'p>>,
}

/// The files of a run, linked.
pub(crate) struct Project<'p> {
    files: &'p [File],
    subjects: Vec<Subjects<'p>>,
    /// Workloads by namespace.
    workloads: HashMap<&'p str, Vec<Workload<'p>>>,
    /// Objects by kind and namespace.
    objects: HashMap<&'p str, HashMap<&'p str, Vec<Object<'p>>>>,
    /// What could not be read: broken documents and templates.
    unread: Vec<&'p str>,
}

impl<'p> Project<'p> {
    /// Links the files.
    pub(crate) fn link(files: &'p [File]) -> Self {
        let partial = crate::kustomize::patches(files);
        let subjects: Vec<_> = files
            .iter()
            .map(|file| {
                if partial.contains(&file.id()) { Subjects::default() } else { Subjects::of(file) }
            })
            .collect();
        let mut workloads: HashMap<_, Vec<_>> = HashMap::new();
        let mut objects: HashMap<_, HashMap<_, Vec<_>>> = HashMap::new();
        for subjects in &subjects {
            for &workload in &subjects.workloads {
                workloads.entry(workload.namespace()).or_default().push(workload);
            }
            for &object in &subjects.objects {
                let of_kind = objects.entry(object.kind()).or_default();
                of_kind.entry(object.namespace()).or_default().push(object);
            }
        }
        let unread = files.iter().flat_map(File::unread).collect();
        Project { files, subjects, workloads, objects, unread }
    }

    pub(crate) fn files(&self) -> &'p [File] {
        self.files
    }

    pub(crate) fn source(&self, file: FileId) -> Option<&'p Source> {
        self.files.get(file.index()).map(File::source)
    }

    /// What the file at `index` contributes.
    pub(crate) fn subjects(&self, index: usize) -> Option<&Subjects<'p>> {
        self.subjects.get(index)
    }

    pub(crate) fn dockerfiles(&self) -> impl Iterator<Item = &'p Dockerfile> {
        self.files.iter().filter_map(File::dockerfile)
    }

    pub(crate) fn agents(&self) -> impl Iterator<Item = &AgentConfig<'p>> {
        self.subjects.iter().flat_map(|subjects| &subjects.agents)
    }

    /// The objects of a kind in a namespace, whatever their API version.
    pub(crate) fn objects(
        &self,
        group: &'static str,
        kind: &str,
        namespace: &str,
    ) -> impl Iterator<Item = Object<'p>> {
        let here = self.objects.get(kind).and_then(|kinds| kinds.get(namespace));
        here.into_iter().flatten().copied().filter(move |object| object.group() == group)
    }

    /// The workloads of a namespace whose pods a selector selects.
    pub(crate) fn workloads_matching<'a>(
        &'a self,
        namespace: &str,
        selector: &'a LabelSelector<'_>,
    ) -> impl Iterator<Item = Workload<'p>> + use<'a, 'p> {
        let here = self.workloads.get(namespace).map_or(&[] as &[_], Vec::as_slice);
        here.iter().copied().filter(|workload| selector.matches(workload.pod_labels()))
    }

    /// The objects of a kind whose `spec.<field>` selects the workload's pods.
    fn selecting(
        &self,
        (group, kind): (&'static str, &str),
        field: &str,
        workload: Workload<'_>,
    ) -> Vec<Object<'p>> {
        let selects = |object: &Object<'p>| {
            // A selector that is not there selects nothing; an empty one selects everything.
            let node = object.node().path(&["spec", field]).map(|entry| entry.value);
            node.filter(|node| node.is_map())
                .is_some_and(|node| LabelSelector::of(node).matches(workload.pod_labels()))
        };
        self.objects(group, kind, workload.namespace()).filter(selects).collect()
    }

    /// The budgets that cover the workload's pods.
    pub(crate) fn budgets_of(&self, workload: Workload<'_>) -> Vec<Object<'p>> {
        self.selecting(("policy", "PodDisruptionBudget"), "selector", workload)
    }

    /// The network policies that select the workload's pods.
    pub(crate) fn policies_on(&self, workload: Workload<'_>) -> Vec<Object<'p>> {
        self.selecting(("networking.k8s.io", "NetworkPolicy"), "podSelector", workload)
    }

    /// The autoscaler that sets the workload's replicas, if one does.
    pub(crate) fn autoscaler_of(&self, workload: Workload<'_>) -> Option<Object<'p>> {
        let targets = |object: &Object<'p>| {
            let target = |field: &str| {
                object.node().at(&["spec", "scaleTargetRef", field]).map_or("", |node| node.text())
            };
            // KEDA's default kind is Deployment.
            let kind = match target("kind") {
                "" => "Deployment",
                kind => kind,
            };
            kind == workload.kind().as_str() && target("name") == workload.name()
        };
        [("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject")]
            .into_iter()
            .flat_map(|(group, kind)| self.objects(group, kind, workload.namespace()))
            .find(targets)
    }

    /// Whether Kubernetes asks some workload of this project for its health.
    pub(crate) fn has_probed_workloads(&self) -> bool {
        let serving = self.subjects.iter().flat_map(|subjects| &subjects.workloads);
        serving.filter(|it| WorkloadKind::SERVING.contains(&it.kind())).any(|workload| {
            workload.containers().iter().any(|container| {
                ["livenessProbe", "readinessProbe"]
                    .iter()
                    .any(|probe| container.node().at(&[probe]).is_some())
            })
        })
    }

    /// Whether something that could not be read (a broken document, a template) may hold an object
    /// of that kind. Then nothing can be said about its absence.
    pub(crate) fn may_hide(&self, kind: &str) -> bool {
        self.unread.iter().any(|text| text.contains(kind))
    }
}

impl<'p> Subjects<'p> {
    fn of(file: &'p File) -> Self {
        let mut subjects = Subjects::default();
        for (document, kind) in file.documents() {
            match kind {
                DocumentKind::Kubernetes => {
                    for object in Object::all_of(document) {
                        subjects.objects.push(object);
                        subjects.workloads.extend(Workload::of(object));
                    }
                }
                DocumentKind::Compose => subjects.services.extend(compose::services(document)),
                DocumentKind::Agent(format) => {
                    subjects.agents.push(AgentConfig::read(format, document));
                }
                DocumentKind::Kustomization | DocumentKind::HelmChart | DocumentKind::Other => {}
            }
        }
        subjects
    }
}
