//! All files of a run, parsed, and the questions that rules ask across them.

mod accounts;
mod amounts;
mod built;
mod calls;
mod confined;
mod connections;
mod context;
mod copies;
mod environments;
mod guarded;
mod images;
mod init;
mod installed;
mod keyed;
mod lifecycle;
mod listed;
mod needs;
mod network;
mod observed;
mod presence;
mod probed;
mod process;
mod rbac;
mod released;
mod resources;
mod runner;
mod scaling;
mod serving;
mod shared;
mod traffic;
mod unused;
mod writing;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use self::accounts::Accounts;
use self::built::Built;
pub(crate) use self::calls::Call;
use self::calls::Names;
pub(crate) use self::confined::{Content, Obstacle};
use self::connections::Clients;
pub(crate) use self::context::Context;
use self::context::Paths;
pub(crate) use self::copies::ConfigCopy;
pub(crate) use self::environments::Environments;
pub(crate) use self::guarded::Guard;
use self::images::Images;
pub(crate) use self::images::{Evidence, Known as KnownImages, Link, Name, Stated};
use self::installed::Installed;
use self::keyed::KeyedIndex;
pub(crate) use self::keyed::{Known, StatedVariable};
use self::listed::Listings;
pub(crate) use self::needs::Unmet;
use self::network::Network;
pub(crate) use self::network::{Isolation, MOST};
use self::observed::Neighbours;
pub(crate) use self::observed::{Address, Misplaced, Sender, Unheard};
pub(crate) use self::presence::Presence;
use self::probed::Probed;
pub(crate) use self::process::{Process, Processes};
use self::rbac::{Powers, Rbac};
pub(crate) use self::released::{CanaryPlan, CanaryStep, CanaryTest};
pub(crate) use self::resources::Gpus;
use self::runner::Runs;
pub(crate) use self::runner::{Reads, Run, Runner};
pub(crate) use self::serving::{
    HealthCommand, ListensElsewhere, listening_of_image, wrongly_exposed,
};
use self::traffic::Callers;
pub(crate) use self::traffic::{CutOff, ShutOut, Who};
pub(crate) use self::writing::Need;
use crate::agent::AgentConfig;
use crate::alert::{Alert, AlertSet, Measure};
use crate::compose::{ComposeFile, Service, Stacks};
use crate::diagnostic::Confidence;
use crate::file::{AT_A_TIME, DocumentKind, File, Files};
use crate::gate::{self, ReleasePolicy};
use crate::image::ImageRef;
use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::network::NetworkPolicy;
use crate::k8s::resizer::Resizer;
use crate::k8s::schema::Faultless;
use crate::k8s::{
    Amount, Container, KeyedKind, LabelIndex, LabelSelector, Object, SelectorIndex, Workload,
    WorkloadKind,
};
use crate::kustomize::{Generated, Kustomization, Overlays};
use crate::repo::Repository;
use crate::source::{FileId, Place, Source, resolve};
use crate::tree::Node;

/// The words of a text that may be the names of kinds.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

/// What a budget selects. One without a selector selects nothing; neither does an empty selector of
/// policy/v1beta1, while one of policy/v1 selects everything.
///
/// Source: Kubernetes API reference, `PodDisruptionBudgetSpec.selector`.
fn budget_selector(object: Object<'_>) -> Option<LabelSelector<'_>> {
    if !object.is("policy", "PodDisruptionBudget") {
        return None;
    }
    let node = object.node().at(&["spec", "selector"]).filter(|node| node.is_map())?;
    let selector = LabelSelector::of(node);
    let nothing = selector.is_empty() && object.api_version() == "policy/v1beta1";
    (!nothing).then_some(selector)
}

/// What a network policy selects.
fn policy_selector(object: Object<'_>) -> Option<LabelSelector<'_>> {
    NetworkPolicy::of(object)?.selector()
}

/// What a Service sends its requests to.
fn service_selector(object: Object<'_>) -> Option<LabelSelector<'_>> {
    object.served_labels().map(LabelSelector::of_labels)
}

/// The fields of a `LimitRange` that give a container a limit: `max` is the default's default.
///
/// Source: Kubernetes, `SetDefaults_LimitRangeItem`.
const LIMIT: &[&str] = &["default", "max"];

/// And those that give it a request.
const REQUEST: &[&str] = &["defaultRequest", "default", "max", "min"];

/// Kinds whose controllers make pods in whatever namespace.
const MAKERS_ANYWHERE: [&str; 5] =
    ["Application", "ApplicationSet", "HelmChart", "HelmRelease", "Kustomization"];

/// The namespace of what is in all of them; none can have that name.
const EVERYWHERE: &str = "";

/// What one file contributes.
#[derive(Debug, Default)]
pub(crate) struct Subjects<'p> {
    pub(crate) objects: Vec<Object<'p>>,
    /// The ConfigMaps that a kustomization generates. No file holds them as they are, so only what they
    /// say to containers is looked at.
    pub(crate) generated: Vec<Object<'p>>,
    pub(crate) workloads: Vec<Workload<'p>>,
    pub(crate) services: Vec<Service<'p>>,
    pub(crate) compose_files: Vec<ComposeFile<'p>>,
    pub(crate) agents: Vec<AgentConfig<'p>>,
    pub(crate) alerts: Vec<AlertSet<'p>>,
    pub(crate) policies: Vec<ReleasePolicy<'p>>,
}

/// How many pods a workload has at least, and what says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replicas<'p> {
    pub(crate) count: i64,
    /// The number, or where it would stand when it is a default.
    pub(crate) at: Node<'p>,
    /// Whether nothing states the number.
    pub(crate) is_default: bool,
    /// The object that decides, when it is not the workload itself.
    pub(crate) by: Option<Object<'p>>,
}

/// The objects of one kind in one namespace.
#[derive(Debug, Default)]
struct Named<'p> {
    all: Vec<Object<'p>>,
    /// The indexes of those of a name, which are a fraction of their size.
    by_name: HashMap<&'p str, Vec<u32>>,
}

impl<'p> Named<'p> {
    fn push(&mut self, object: Object<'p>) {
        // No run has as many objects as would not fit.
        if let Ok(index) = u32::try_from(self.all.len()) {
            self.all.push(object);
            self.by_name.entry(object.name()).or_default().push(index);
        }
    }

    /// Those of a name.
    fn called<'a>(&'a self, name: &str) -> impl Iterator<Item = Object<'p>> + use<'a, 'p> {
        let indexes = self.by_name.get(name).into_iter().flatten();
        indexes.filter_map(|index| self.all.get(*index as usize).copied())
    }
}

/// Who makes which pods.
#[derive(Debug, Default)]
struct Pods<'p> {
    /// Workloads by namespace and the labels of their pods, and all of them by these alone.
    workloads: HashMap<&'p str, LabelIndex<'p, Workload<'p>>>,
    workloads_anywhere: LabelIndex<'p, Workload<'p>>,
    /// Service accounts, by who runs under them.
    accounts: Accounts<'p>,
    /// Custom resources whose controllers may make pods, by namespace, one of each name.
    makers: HashMap<&'p str, Vec<Object<'p>>>,
}

impl<'p> Pods<'p> {
    fn of(project: &Project<'p>) -> Self {
        let mut pods = Pods::default();
        for workload in project.workloads() {
            let namespaces = project.all_namespaces_of(workload.object());
            let labels = workload.pod_labels();
            pods.accounts.add_user(workload, &namespaces);
            pods.workloads_anywhere.push(workload, labels);
            for namespace in namespaces {
                pods.workloads.entry(namespace).or_default().push(workload, labels);
            }
        }
        let mut seen = HashSet::new();
        let objects = project.subjects.iter().flat_map(|subjects| subjects.objects.iter().copied());
        for maker in objects.filter(|object| object.may_make_pods()) {
            let is_everywhere = MAKERS_ANYWHERE.contains(&maker.kind());
            let mut namespaces = project.all_namespaces_of(maker);
            if is_everywhere {
                namespaces = vec![EVERYWHERE];
            }
            for namespace in namespaces {
                if seen.insert((namespace, maker.kind(), maker.name())) {
                    pods.makers.entry(namespace).or_default().push(maker);
                }
            }
        }
        pods
    }
}

/// Where the objects are, and what they select.
#[derive(Debug, Default)]
struct Objects<'p> {
    /// By kind and namespace.
    by_kind: HashMap<&'p str, HashMap<&'p str, Named<'p>>>,
    /// Disruption budgets, network policies and Services by namespace and what they select.
    budgets: HashMap<&'p str, SelectorIndex<'p, Object<'p>>>,
    policies: HashMap<&'p str, SelectorIndex<'p, Object<'p>>>,
    services: HashMap<&'p str, SelectorIndex<'p, Object<'p>>>,
    /// Autoscalers by namespace and the name of what they scale.
    autoscalers: HashMap<&'p str, HashMap<&'p str, Vec<Autoscaler<'p>>>>,
    /// Roles and bindings.
    rbac: Rbac<'p>,
}

impl<'p> Objects<'p> {
    fn of(project: &Project<'p>) -> Self {
        let mut all = Objects::default();
        for &object in project.subjects.iter().flat_map(|subjects| &subjects.objects) {
            let namespaces = project.all_namespaces_of(object);
            all.rbac.push(object, &namespaces);
            let of_kind = all.by_kind.entry(object.kind()).or_default();
            for namespace in namespaces {
                of_kind.entry(namespace).or_default().push(object);
                if let Some(selector) = budget_selector(object) {
                    all.budgets.entry(namespace).or_default().push(object, selector);
                }
                if let Some(selector) = policy_selector(object) {
                    all.policies.entry(namespace).or_default().push(object, selector);
                }
                if let Some(selector) = service_selector(object) {
                    all.services.entry(namespace).or_default().push(object, selector);
                }
                if let Some(autoscaler) = Autoscaler::of(object)
                    && let Some(target) = autoscaler.target_name()
                {
                    let here = all.autoscalers.entry(namespace).or_default();
                    here.entry(target.text()).or_default().push(autoscaler);
                }
            }
        }
        all
    }
}

/// Leaves out what several namespaces have in common; of one, everything is different.
fn distinct<'p>(
    objects: impl Iterator<Item = Object<'p>>,
    namespaces: usize,
) -> impl Iterator<Item = Object<'p>> {
    let mut seen = HashSet::new();
    objects.filter(move |object| namespaces < 2 || seen.insert(object.node().place()))
}

/// The files of a run, linked.
pub(crate) struct Project<'p> {
    files: &'p [File],
    subjects: Vec<Subjects<'p>>,
    overlays: &'p Overlays<'p>,
    pods: Pods<'p>,
    objects: Objects<'p>,
    /// The Services that open their pods to whoever reaches a node or a load balancer, and those that
    /// Ingresses and routes send requests to.
    exposed: HashMap<&'p str, SelectorIndex<'p, Object<'p>>>,
    routed: HashMap<&'p str, SelectorIndex<'p, Object<'p>>>,
    /// ConfigMaps and Secrets, and who takes variables from which ConfigMap.
    keyed: KeyedIndex<'p>,
    /// Network policies, Services and monitors.
    network: Network<'p>,
    /// Whether Kubernetes asks images that may be of any Dockerfile.
    probed: Probed,
    /// Dockerfiles and the images that they build.
    images: Images<'p>,
    /// Who is reached by which name.
    neighbours: Neighbours<'p>,
    /// The services that build Dockerfiles or run what they build.
    built: Built<'p>,
    /// What the repository installs besides.
    installed: Installed<'p>,
    /// Who reads which configuration of agents.
    runs: Runs<'p>,
    /// Where the files are.
    paths: Paths,
    /// Files of variables.
    listings: Listings<'p>,
    /// Whom bindings give which power.
    powers: Powers<'p>,
    /// The words of what could not be read: broken documents and templates.
    unread: HashSet<&'p str>,
    /// Whether there is something of which not even the text is known.
    has_unseen: bool,
    /// Who opens connections to databases of the project.
    clients: OnceLock<Clients>,
    /// What names there are, and who calls which Service; for the few rules that ask.
    names: OnceLock<Names>,
    /// Configurations by the names of their files.
    configurations: OnceLock<copies::ByFileName>,
    callers: OnceLock<Callers>,
    /// How often each word stands in the files.
    mentions: OnceLock<HashMap<String, usize>>,
    /// What the alerts of all files measure.
    alert_levels: OnceLock<Vec<(Measure, f64)>>,
    /// The credentials of all files, by what they are.
    credentials: OnceLock<shared::Credentials>,
    /// What objects without faults look like.
    faultless: Faultless,
    /// The paths of everything in scope, in order.
    listing: &'p [String],
    /// The files whose objects get a namespace whichever way they go, where nothing else is left to whoever
    /// applies it.
    settled: HashSet<FileId>,
    /// The repositories that the files lie in.
    repositories: Vec<Repository<'p>>,
    /// Whether there are other files, of which nothing is known.
    has_rest: bool,
    /// Whether the files lie on a disk, where others may be looked for.
    on_disk: bool,
}

impl<'p> Project<'p> {
    /// Links the files, whose objects are what the overlays make of them, and whose services are what
    /// the stacks do.
    pub(crate) fn link(
        files: &'p Files,
        overlays: &'p Overlays<'p>,
        stacks: &'p Stacks<'p>,
    ) -> Self {
        let (has_rest, on_disk) = (files.is_partial(), files.are_on_disk());
        let stated = files.stated_images();
        let (roots, listing) = (files.roots(), files.listing());
        let files = files.as_slice();
        let subjects: Vec<_> = files
            .par_iter()
            .with_max_len(AT_A_TIME)
            .map(|file| Subjects::of(file, overlays, stacks))
            .collect();
        let unread = files.iter().flat_map(File::unread).flat_map(words).collect();
        let mut project = Project {
            files,
            subjects,
            overlays,
            pods: Pods::default(),
            objects: Objects::default(),
            exposed: HashMap::new(),
            routed: HashMap::new(),
            keyed: KeyedIndex::default(),
            network: Network::default(),
            probed: Probed::default(),
            images: Images::default(),
            neighbours: Neighbours::default(),
            built: Built::default(),
            installed: Installed::of(files),
            runs: Runs::default(),
            paths: Paths::of(files),
            powers: Powers::default(),
            unread,
            has_unseen: files.iter().any(File::is_unseen),
            clients: OnceLock::new(),
            names: OnceLock::new(),
            configurations: OnceLock::new(),
            callers: OnceLock::new(),
            listings: Listings::of(files),
            mentions: OnceLock::new(),
            alert_levels: OnceLock::new(),
            credentials: OnceLock::new(),
            faultless: Faultless::default(),
            settled: HashSet::new(),
            listing,
            repositories: Repository::all(roots, listing, files, !has_rest, on_disk),
            has_rest,
            on_disk,
        };
        project.drop_unused_agents();
        project.join_included_agents();
        project.settled = project.settled_files();
        project.index();
        (project.images, project.powers) =
            rayon::join(|| Images::of(files, stated, &project.subjects), || Powers::of(&project));
        project.built = Built::of(&project);
        project.probed =
            Probed::of(&project.subjects, |container| project.may_be_built_here(container));
        project.runs = Runs::of(&project);
        let mut neighbours = Neighbours::of(&project);
        neighbours.find_senders(&project);
        project.neighbours = neighbours;
        project
    }

    /// The loader of the MSFT framework reads `[tool.agent]` of pyproject.toml only where it finds
    /// no agent.toml, so beside one the table says nothing about the agent that will run.
    fn drop_unused_agents(&mut self) {
        let is_fallback = |file: &File| file.source().name() == "pyproject.toml";
        let folder = |file: &'p File| file.source().path().strip_suffix("pyproject.toml");
        let unused: Vec<_> = (self.files.iter().zip(0..))
            .filter(|(file, _)| is_fallback(file))
            .filter_map(|(file, index)| Some((folder(file)?, index)))
            .filter(|(folder, _)| {
                self.files.iter().zip(&self.subjects).any(|(file, subjects)| {
                    let here = file.source().path().starts_with(folder) && !is_fallback(file);
                    here && subjects.agents.iter().any(AgentConfig::replaces_pyproject)
                })
            })
            .map(|(_, index)| index)
            .collect();
        for index in unused {
            if let Some(subjects) = self.subjects.get_mut::<usize>(index) {
                subjects.agents.clear();
            }
        }
    }

    /// The files whose objects get a namespace whichever way they go. An object without any, which somebody
    /// may put beside any other, makes nothing of that.
    fn settled_files(&self) -> HashSet<FileId> {
        let mut settled = HashSet::new();
        if self.has_rest {
            return settled;
        }
        for object in self.subjects.iter().flat_map(|subjects| &subjects.objects) {
            let file = object.node().tree().file();
            if self.overlays.settles_namespace(file) {
                settled.insert(file);
                continue;
            }
            let needs_one = !object.is_of_no_namespace() && !object.kind().starts_with("Cluster");
            if needs_one && !object.names_namespace() {
                return HashSet::new();
            }
        }
        settled
    }

    /// What a configuration reads along is judged as a part of it.
    fn join_included_agents(&mut self) {
        let all = self.files.iter().zip(&self.subjects);
        let mut parts: Vec<(String, &str)> = Vec::new();
        for (file, subjects) in all {
            let folder = file.source().folder();
            for agent in &subjects.agents {
                let included = agent.included().map(|path| resolve(folder, path));
                parts.extend(included.map(|path| (path, agent.format())));
            }
        }
        if parts.is_empty() {
            return;
        }
        for (file, subjects) in self.files.iter().zip(&mut self.subjects) {
            let path = resolve("", file.source().path());
            for agent in &mut subjects.agents {
                if parts.iter().any(|(part, format)| *part == path && *format == agent.format()) {
                    agent.become_part();
                }
            }
        }
    }

    fn index(&mut self) {
        let project = &*self;
        let ((pods, objects), (network, keyed)) = rayon::join(
            || rayon::join(|| Pods::of(project), || Objects::of(project)),
            || {
                let network = || Network::of(project, &project.subjects);
                rayon::join(network, || KeyedIndex::of(project))
            },
        );
        (self.pods, self.objects) = (pods, objects);
        (self.network, self.keyed) = (network, keyed);
        (self.exposed, self.routed) = self.opened();
    }

    /// What objects without faults look like, as far as it was seen.
    pub(crate) fn faultless(&self) -> &Faultless {
        &self.faultless
    }

    /// The repositories that the files lie in.
    pub(crate) fn repositories(&self) -> &[Repository<'p>] {
        &self.repositories
    }

    /// The folder of the repository that a path lies in, as reports print it.
    pub(crate) fn home_of(&self, path: &str) -> Option<&'p str> {
        let homes = self.repositories.iter().filter(|repository| repository.holds(path));
        homes.map(|repository| repository.root().folder.as_str()).max_by_key(|folder| folder.len())
    }

    /// Whether all files are in scope of the repository that a path lies in.
    pub(crate) fn sees_all_around(&self, path: &str) -> bool {
        let homes = self.repositories.iter().filter(|repository| repository.holds(path));
        let home = homes.max_by_key(|repository| repository.root().folder.len());
        !self.has_rest && home.is_none_or(Repository::is_whole)
    }

    /// Whether there is a file or a folder of that path; nothing where there may be others than those
    /// in scope.
    pub(crate) fn has_path(&self, path: &str) -> Option<bool> {
        let path = path.trim_end_matches('/');
        let at = self.listing.partition_point(|known| known.as_str() < path);
        let folder = format!("{path}/");
        let below = self.listing.partition_point(|known| *known < folder);
        let is_file = self.listing.get(at).is_some_and(|known| known == path);
        let is_folder = self.listing.get(below).is_some_and(|known| known.starts_with(&folder));
        if is_file || is_folder {
            return Some(true);
        }
        (!self.has_rest && !self.on_disk).then_some(false)
    }

    /// Whether the paths of files lead to them.
    pub(crate) fn are_on_disk(&self) -> bool {
        self.on_disk
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

    fn kustomizations_over(&self, object: Object<'_>) -> impl Iterator<Item = &Kustomization<'p>> {
        self.overlays.over(object.node().tree().file())
    }

    /// Whether a file holds patches of a kustomization, which are not judged alone.
    pub(crate) fn is_partial(&self, file: FileId) -> bool {
        self.overlays.is_partial(file)
    }

    /// Whether the object is not what its file says, and nobody can tell what it is: kustomizations
    /// of equal weight change it differently, or in a way that is not worked out.
    pub(crate) fn is_doubted(&self, object: Object<'_>) -> bool {
        self.overlays.is_doubted(object)
    }

    /// Whether a kustomization generates the `ConfigMap` or Secret of that name beside an object.
    pub(crate) fn generates(&self, object: Object<'_>, kind: &str, name: &str) -> bool {
        self.overlays.generate(object.node().tree().file(), kind, name)
    }

    /// The namespaces that an object may land in: its own, and those that kustomizations give it. Two objects
    /// are taken to meet where those of one are among [all](Self::all_namespaces_of) of the other.
    pub(crate) fn namespaces_of<'a>(&self, object: Object<'a>) -> Vec<&'a str>
    where
        'p: 'a,
    {
        let mut namespaces = self.all_namespaces_of(object);
        let is_settled = self.settled.contains(&object.node().tree().file());
        if is_settled && !object.names_namespace() && namespaces.len() > 1 {
            namespaces.remove(0);
        }
        namespaces
    }

    /// The same, and the namespace that the object's file says or leaves to whoever applies it, though every
    /// kustomization gives it another one.
    pub(crate) fn all_namespaces_of<'a>(&self, object: Object<'a>) -> Vec<&'a str>
    where
        'p: 'a,
    {
        let mut namespaces = vec![object.namespace()];
        for namespace in self.kustomizations_over(object).filter_map(Kustomization::namespace) {
            if !namespaces.contains(&namespace) {
                namespaces.push(namespace);
            }
        }
        namespaces
    }

    /// Whether a kustomization gives it a namespace.
    pub(crate) fn is_moved(&self, object: Object<'_>) -> bool {
        self.kustomizations_over(object).any(|it| it.namespace().is_some())
    }

    /// The namespace of an object for people: where it names none, the one that it is given, if that is
    /// but one.
    pub(crate) fn namespace_of<'a>(&self, object: Object<'a>) -> &'a str
    where
        'p: 'a,
    {
        match self.all_namespaces_of(object).as_slice() {
            [_, given] if !object.names_namespace() => given,
            _ => object.namespace(),
        }
    }

    /// Whether an object is part of the cluster itself.
    pub(crate) fn is_of_the_cluster(&self, object: Object<'_>) -> bool {
        self.namespaces_of(object).contains(&"kube-system")
    }

    /// Whether the pods are there for the node that they run on, and may well use something of it.
    pub(crate) fn serves_its_node(&self, workload: Workload<'_>) -> bool {
        workload.kind() == WorkloadKind::DaemonSet || self.is_of_the_cluster(workload.object())
    }

    /// The objects of a kind in a namespace, whatever their API version.
    pub(crate) fn objects(
        &self,
        group: &'static str,
        kind: &str,
        namespace: &str,
    ) -> impl Iterator<Item = Object<'p>> {
        let here = self.objects.by_kind.get(kind).and_then(|kinds| kinds.get(namespace));
        let all = here.into_iter().flat_map(|here| here.all.iter().copied());
        all.filter(move |object| object.group() == group)
    }

    /// Whether a place is within an object of a kind.
    pub(crate) fn is_within(&self, place: Place, (group, kind): (&str, &str)) -> bool {
        let everywhere = self.objects.by_kind.get(kind).into_iter().flat_map(|it| it.values());
        let mut all = everywhere.flat_map(|here| &here.all).filter(|it| it.group() == group);
        all.any(|object| object.node().place().contains(place))
    }

    /// The objects of a kind in the namespaces of an object.
    pub(crate) fn objects_beside(
        &self,
        object: Object<'_>,
        (group, kind): (&'static str, &str),
    ) -> Vec<Object<'p>> {
        let namespaces = self.namespaces_of(object);
        let all = namespaces.iter().flat_map(|namespace| self.objects(group, kind, namespace));
        distinct(all, namespaces.len()).collect()
    }

    /// An object of a kind and a name in the namespaces of an object.
    pub(crate) fn named_beside(
        &self,
        object: Object<'_>,
        of: (&'static str, &str),
        name: &str,
    ) -> Option<Object<'p>> {
        self.named_in(&self.namespaces_of(object), of, name)
    }

    /// An object of a kind and a name in one of those namespaces.
    pub(crate) fn named_in(
        &self,
        namespaces: &[&str],
        (group, kind): (&'static str, &str),
        name: &str,
    ) -> Option<Object<'p>> {
        namespaces.iter().find_map(|namespace| {
            let here = self.objects.by_kind.get(kind)?.get(namespace)?;
            here.called(name).find(|object| object.group() == group)
        })
    }

    /// How sure it is that an object refers to one, in one of those namespaces, that is not there;
    /// nothing where it is there or may well be.
    ///
    /// Where the project has others of that kind in the namespace, this one could be expected among
    /// them. Where it has none, they may live elsewhere. Where it has no workload either, the files are
    /// a part of something: a hook that sees one file, a chart.
    pub(crate) fn dangles_in(
        &self,
        object: Object<'_>,
        namespaces: &[&str],
        of: (&'static str, &str),
        name: &str,
    ) -> Option<Confidence> {
        if self.named_in(namespaces, of, name).is_some()
            || of.0.is_empty() && self.generates(object, of.1, name)
            || self.may_hide(of.1)
        {
            return None;
        }
        let has_some = |namespace: &&str| self.objects(of.0, of.1, namespace).next().is_some();
        let has_company = namespaces.iter().any(has_some);
        match () {
            () if has_company && !self.has_unseen_company(object) => Some(Confidence::Medium),
            () if has_company || self.workloads().next().is_some() => Some(Confidence::Low),
            () => None,
        }
    }

    /// Every set of alerts of the project, in the order of the files.
    pub(crate) fn alert_sets(&self) -> impl Iterator<Item = &AlertSet<'p>> {
        self.subjects.iter().flat_map(|subjects| subjects.alerts.iter())
    }

    /// Every configuration of agents, and of what belongs to them.
    pub(crate) fn agents(&self) -> impl Iterator<Item = &AgentConfig<'p>> {
        self.subjects.iter().flat_map(|subjects| subjects.agents.iter())
    }

    /// From where on the alerts of the project fire, for each of what they measure.
    pub(crate) fn alert_levels(&self) -> &[(Measure, f64)] {
        self.alert_levels.get_or_init(|| {
            let alerts = self.alert_sets().flat_map(|set| &set.alerts);
            alerts.flat_map(Alert::levels).map(|level| (level.measure, level.limit)).collect()
        })
    }

    /// Whether there are other files, of which nothing is known.
    pub(crate) fn has_rest(&self) -> bool {
        self.has_rest
    }

    /// Every workload of the project.
    pub(crate) fn workloads(&self) -> impl Iterator<Item = Workload<'p>> {
        self.subjects.iter().flat_map(|subjects| subjects.workloads.iter().copied())
    }

    /// The workloads of a namespace whose pods a selector selects.
    pub(crate) fn workloads_matching<'a>(
        &'a self,
        namespace: &str,
        selector: &'a LabelSelector<'_>,
    ) -> impl Iterator<Item = Workload<'p>> + use<'a, 'p> {
        self.pods.workloads.get(namespace).into_iter().flat_map(|here| here.matching(selector))
    }

    /// The first workload of the project whose pods a selector would select in its namespace.
    pub(crate) fn first_matching(&self, selector: &LabelSelector<'_>) -> Option<Workload<'p>> {
        self.pods.workloads_anywhere.matching(selector).next()
    }

    /// The workloads of those namespaces, each once, in the order of the files.
    pub(crate) fn workloads_in(&self, namespaces: &[&str]) -> Vec<Workload<'p>> {
        let here = namespaces.iter().filter_map(|namespace| self.pods.workloads.get(namespace));
        let mut all: Vec<_> = here.flat_map(LabelIndex::all).collect();
        if namespaces.len() > 1 {
            all.sort_by_key(|workload| workload.object().node().place());
            all.dedup_by_key(|workload| workload.object().node().place());
        }
        all
    }

    /// The objects of an index that select the workload's pods.
    fn selecting<'a>(
        &'a self,
        index: &'a HashMap<&'p str, SelectorIndex<'p, Object<'p>>>,
        workload: Workload<'a>,
    ) -> impl Iterator<Item = Object<'p>> + use<'a, 'p> {
        let namespaces = self.namespaces_of(workload.object());
        let count = namespaces.len();
        let here = namespaces.into_iter().filter_map(|namespace| index.get(namespace));
        distinct(here.flat_map(move |here| here.selecting(workload.pod_labels())), count)
    }

    /// The budgets that cover the workload's pods.
    pub(crate) fn budgets_of<'a>(
        &'a self,
        workload: Workload<'a>,
    ) -> impl Iterator<Item = Object<'p>> + use<'a, 'p> {
        self.selecting(&self.objects.budgets, workload)
    }

    /// A name for an object of that kind beside the workload: the workload's own, with its kind
    /// where that is taken or is the name of another workload too.
    pub(crate) fn name_beside(
        &self,
        workload: Workload<'_>,
        of: (&'static str, &str),
    ) -> Option<String> {
        let own = workload.name().trim_end_matches('-');
        let is_shared =
            WorkloadKind::ALL.iter().filter(|kind| **kind != workload.kind()).any(|kind| {
                let of_kind = kind.groups().iter().map(|group| (*group, kind.as_str()));
                of_kind
                    .into_iter()
                    .any(|of| self.named_beside(workload.object(), of, own).is_some())
            });
        let with_kind = format!("{own}-{}", workload.kind().as_str().to_lowercase());
        let names = [(!is_shared).then(|| own.to_owned()), Some(with_kind)];
        names.into_iter().flatten().find(|name| {
            !own.is_empty() && self.named_beside(workload.object(), of, name).is_none()
        })
    }

    /// The network policies that select the workload's pods.
    pub(crate) fn policies_on<'a>(
        &'a self,
        workload: Workload<'a>,
    ) -> impl Iterator<Item = Object<'p>> + use<'a, 'p> {
        self.selecting(&self.objects.policies, workload)
    }

    /// The Services that send requests to the workload's pods.
    pub(crate) fn services_of<'a>(
        &'a self,
        workload: Workload<'a>,
    ) -> impl Iterator<Item = Object<'p>> + use<'a, 'p> {
        self.selecting(&self.objects.services, workload).take(MOST)
    }

    /// The `ServiceAccount` of that name in the namespace of the workload.
    pub(crate) fn service_account(&self, workload: Workload<'_>, name: &str) -> Option<Object<'p>> {
        self.named_beside(workload.object(), ("", "ServiceAccount"), name)
    }

    /// The vertical autoscaler that sets the requests of the workload's pods, if one does.
    pub(crate) fn resizer_of(&self, workload: Workload<'_>) -> Option<Object<'p>> {
        let of = ("autoscaling.k8s.io", "VerticalPodAutoscaler");
        self.objects_beside(workload.object(), of).into_iter().find(|object| {
            let resizer = Resizer::of(*object).filter(|resizer| resizer.acts());
            resizer.and_then(Resizer::target) == Some((workload.kind().as_str(), workload.name()))
        })
    }

    /// How many pods the workload has at least: what its autoscaler says, or the Rollout that runs
    /// its template, or the kustomization over it, or else the workload itself. Nothing for kinds
    /// without replicas, for patches, and where a template decides.
    pub(crate) fn replicas_of<'w>(&self, workload: Workload<'w>) -> Option<Replicas<'w>>
    where
        'p: 'w,
    {
        if !WorkloadKind::REPLICATED.contains(&workload.kind())
            || !(workload.has_pods() || workload.borrows_from().is_some())
        {
            return None;
        }
        if let Some(autoscaler) = self.autoscaler_of(workload) {
            let by = Some(autoscaler.object());
            let stated = autoscaler.stated_min();
            let at = stated.unwrap_or_else(|| autoscaler.object().grip());
            let is_default = stated.is_none();
            return Some(Replicas { count: autoscaler.min()?, at, is_default, by });
        }
        if let Some(rollout) = self.rollout_of(workload) {
            let replicas = self.replicas_of(rollout)?;
            return Some(Replicas { by: Some(rollout.object()), ..replicas });
        }
        let own = || {
            let is_default = workload.object().node().at(&["spec", "replicas"]).is_none();
            Some(Replicas {
                count: workload.replicas()?,
                at: workload.replicas_grip(),
                is_default,
                by: None,
            })
        };
        let given =
            |at: Node<'p>| Some(Replicas { count: at.as_int()?, at, is_default: false, by: None });
        // Of several overlays the largest number counts, be it given or the workload's own: the
        // others are for development.
        let file = workload.object().node().tree().file();
        let of_overlays: Vec<_> = self.overlays.replicas(file, workload.name()).collect();
        if of_overlays.iter().all(Option::is_none) {
            return own();
        }
        let each = of_overlays.into_iter().filter_map(|at| at.map_or_else(own, given));
        each.max_by_key(|replicas| replicas.count)
    }

    /// The Rollout that runs the template of a Deployment.
    fn rollout_of(&self, workload: Workload<'_>) -> Option<Workload<'p>> {
        if workload.kind() != WorkloadKind::Deployment {
            return None;
        }
        self.objects_beside(workload.object(), ("argoproj.io", "Rollout"))
            .into_iter()
            .filter_map(Workload::of)
            .find(|rollout| rollout.borrows_from() == Some(workload.name()))
    }

    /// How much of a resource the container may take, a default of its namespace included.
    pub(crate) fn limit_of<'c>(&self, container: Container<'c>, resource: &str) -> Amount<'c> {
        match container.limit(resource) {
            Amount::Missing if self.range_gives(container.workload(), LIMIT, resource) => {
                Amount::Given
            }
            amount => amount,
        }
    }

    /// How much of a resource is reserved for the container, a default of its namespace included.
    pub(crate) fn request_of<'c>(&self, container: Container<'c>, resource: &str) -> Amount<'c> {
        match container.request(resource) {
            Amount::Missing if self.range_gives(container.workload(), REQUEST, resource) => {
                Amount::Given
            }
            amount => amount,
        }
    }

    /// Whether a `LimitRange` in the workload's namespace gives its containers an amount that they
    /// do not state, by one of those fields; or may do so, where one could not be read.
    fn range_gives(&self, workload: Workload<'_>, fields: &[&str], resource: &str) -> bool {
        let gives = |object: &Object<'p>| {
            let limits = object.node().at(&["spec", "limits"]);
            limits.into_iter().flat_map(Node::items).any(|item| {
                item.at(&["type"]).is_some_and(|kind| kind.text() == "Container")
                    && fields.iter().any(|field| item.at(&[field, resource]).is_some())
            })
        };
        self.objects_beside(workload.object(), ("", "LimitRange")).iter().any(gives)
            || self.is_in_what_was_not_read("LimitRange")
    }

    /// The image of the container, where it may mean another one tomorrow.
    pub(crate) fn floating_image<'c>(
        &self,
        container: Container<'c>,
    ) -> Option<(Node<'c>, ImageRef<'c>)> {
        let image = container.stated_image()?;
        let text = image.text();
        let reference = ImageRef::parse(text);
        let floats = reference.is_floating() && !self.pins_image(container.workload(), &reference);
        floats.then_some((image, reference))
    }

    /// Whether a kustomization gives an image of the workload a tag of its own or a digest.
    pub(crate) fn pins_image(&self, workload: Workload<'_>, image: &ImageRef<'_>) -> bool {
        self.kustomizations_over(workload.object()).any(|it| it.pins_image(&image.name()))
    }

    /// Whether a kustomization gives an image of the workload a digest.
    pub(crate) fn gives_digest(&self, workload: Workload<'_>, image: &ImageRef<'_>) -> bool {
        self.kustomizations_over(workload.object()).any(|it| it.gives_digest(&image.name()))
    }

    /// Whether a kustomization takes an image of the workload from somewhere else.
    pub(crate) fn renames_image(&self, workload: Workload<'_>, image: &ImageRef<'_>) -> bool {
        self.kustomizations_over(workload.object()).any(|it| it.renames_image(&image.name()))
    }

    /// The custom resources beside an object whose controllers may make pods, and those that
    /// deploy whole charts wherever they are told to.
    pub(crate) fn pod_makers_beside<'a>(
        &'a self,
        object: Object<'a>,
    ) -> impl Iterator<Item = Object<'p>> + 'a {
        let namespaces = self.namespaces_of(object).into_iter().chain([EVERYWHERE]);
        namespaces.filter_map(|namespace| self.pods.makers.get(namespace)).flatten().copied()
    }

    /// Whether an object of that name may be made by what only stands for others: by a custom resource in
    /// one of the namespaces, or by the release of a chart. They call what they make after themselves.
    pub(crate) fn may_be_made(&self, namespaces: &[&str], name: &str) -> bool {
        let makers = namespaces.iter().chain([&EVERYWHERE]);
        let mut makers = makers.filter_map(|namespace| self.pods.makers.get(namespace)).flatten();
        makers.any(|maker| !maker.name().is_empty() && name.contains(maker.name()))
            || self.installed.may_have(name)
    }

    /// Whether the object is rendered together with others that are not among the files.
    pub(crate) fn has_unseen_company(&self, object: Object<'_>) -> bool {
        self.kustomizations_over(object).any(Kustomization::brings_unseen)
    }

    /// Whether an object of that kind may be where nobody looked: in a broken document, in a
    /// template, in the rest of a project of which these files are a part. Then nothing can be said
    /// about its absence.
    pub(crate) fn may_hide(&self, kind: &str) -> bool {
        self.has_rest || self.is_in_what_was_not_read(kind)
    }

    fn is_in_what_was_not_read(&self, kind: &str) -> bool {
        self.has_unseen || self.unread.contains(kind)
    }
}

impl<'p> Subjects<'p> {
    fn of(file: &'p File, overlays: &'p Overlays<'p>, stacks: &'p Stacks<'p>) -> Self {
        let mut subjects = Subjects::default();
        if overlays.is_partial(file.id()) {
            return subjects;
        }
        for (document, kind) in file.documents() {
            match kind {
                DocumentKind::Kubernetes => {
                    let objects = Object::all_of(document).into_iter();
                    for object in objects.filter_map(|object| overlays.object(object)) {
                        subjects.objects.push(object);
                        subjects.workloads.extend(Workload::of(object));
                        subjects.agents.extend(AgentConfig::of_object(object));
                        subjects.alerts.extend(AlertSet::of_object(object));
                    }
                }
                DocumentKind::Compose => {
                    let file = stacks.file(document);
                    subjects.services.extend(file.services());
                    subjects.compose_files.push(file);
                }
                DocumentKind::Agent(format) => {
                    subjects.agents.push(AgentConfig::read(format, document));
                    // What must hold before the agent goes live may stand beside what it is.
                    if gate::recognise(document) {
                        subjects.policies.push(ReleasePolicy::read(document));
                    }
                    subjects.alerts.extend(AlertSet::of_document(document));
                }
                DocumentKind::ReleasePolicy => {
                    subjects.policies.push(ReleasePolicy::read(document));
                    subjects.alerts.extend(AlertSet::of_document(document));
                }
                DocumentKind::Alerts(_) => {
                    subjects.alerts.extend(AlertSet::of_document(document));
                }
                // What people copy holds what suits a developer's machine.
                DocumentKind::Variables
                    if !stacks.hand_out(file.id()) && !file.source().is_example() =>
                {
                    subjects.agents.extend(AgentConfig::of_urls(document));
                }
                DocumentKind::Kustomization if subjects.generated.is_empty() => {
                    let made = overlays.generated_in(file.id());
                    let made = made.filter(|it| it.kind() == KeyedKind::ConfigMap);
                    subjects.generated.extend(made.filter_map(Generated::object));
                }
                DocumentKind::Variables
                | DocumentKind::Kustomization
                | DocumentKind::Patch
                | DocumentKind::HelmChart
                | DocumentKind::HelmValues
                | DocumentKind::Other => {}
            }
        }
        subjects
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rules::Environment;

    /// What there is to say of a project of those files.
    pub(crate) fn linked<T>(texts: &[(&str, &str)], ask: impl FnOnce(&Project<'_>) -> T) -> T {
        let files = Files::in_memory(texts.iter().copied());
        let overlays = Overlays::of(files.as_slice(), |_| Environment::Production);
        let stacks = Stacks::of(files.as_slice(), |_| Environment::Production);
        ask(&Project::link(&files, &overlays, &stacks))
    }

    const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  \
        template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, image: i}]}\n";

    fn web<'p>(project: &Project<'p>) -> Workload<'p> {
        project.workloads().find(|workload| workload.name() == "web").unwrap()
    }

    #[test]
    fn a_limit_range_gives_what_the_api_server_derives_from_it() {
        // Fields of the LimitRange, and whether they give (a limit, a request).
        let table = [
            ("default: {memory: 1Gi}", (true, true)),
            ("defaultRequest: {memory: 1Gi}", (false, true)),
            ("max: {memory: 1Gi}", (true, true)),
            ("min: {memory: 1Gi}", (false, true)),
            ("default: {cpu: 1}", (false, false)),
            ("maxLimitRequestRatio: {memory: 2}", (false, false)),
        ];
        for (fields, expected) in table {
            for (kind, expected) in [("Container", expected), ("Pod", (false, false))] {
                let range = format!(
                    "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: r}}\n\
                     spec: {{limits: [{{type: {kind}, {fields}}}]}}\n"
                );
                let given = linked(&[("web.yaml", WEB), ("range.yaml", &range)], |project| {
                    let container = web(project).containers()[0];
                    let is_given = |amount| amount == Amount::Given;
                    (
                        is_given(project.limit_of(container, "memory")),
                        is_given(project.request_of(container, "memory")),
                    )
                });
                assert_eq!(given, expected, "{kind} {fields}");
            }
        }
    }

    #[test]
    fn a_selector_that_is_empty_or_not_there() {
        let table = [
            ("policy/v1", "PodDisruptionBudget", "{selector: {}}", true),
            ("policy/v1", "PodDisruptionBudget", "{selector: }", false),
            ("policy/v1", "PodDisruptionBudget", "{}", false),
            ("policy/v1beta1", "PodDisruptionBudget", "{selector: {}}", false),
            ("networking.k8s.io/v1", "NetworkPolicy", "{podSelector: {}}", true),
            ("networking.k8s.io/v1", "NetworkPolicy", "{}", true),
            ("example.com/v1", "NetworkPolicy", "{podSelector: {}}", false),
        ];
        for (version, kind, spec, expected) in table {
            let object = format!(
                "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: o}}\nspec: {spec}\n"
            );
            let found = linked(&[("web.yaml", WEB), ("o.yaml", &object)], |project| {
                let workload = web(project);
                project.budgets_of(workload).count() + project.policies_on(workload).count()
            });
            assert_eq!(found == 1, expected, "{version} {kind} {spec}");
        }
    }

    #[test]
    fn what_decides_the_number_of_replicas() {
        let hpa = |min: &str| {
            format!(
                "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: h}}\n\
                 spec: {{scaleTargetRef: {{kind: Deployment, name: web}}{min}}}\n"
            )
        };
        let keda = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: k}\n\
                    spec: {scaleTargetRef: {name: web}}\n";
        let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\n\
                       spec: {replicas: 4, workloadRef: {kind: Deployment, name: web}}\n";
        let kustomization = "resources: [web.yaml]\nreplicas: [{name: web, count: 5}]\n";
        let elsewhere = hpa("").replace("name: h", "name: h, namespace: other");
        let table = [
            ("o.yaml", String::new(), Some((1, None))),
            ("o.yaml", hpa(", minReplicas: 3"), Some((3, Some("h")))),
            ("o.yaml", hpa(""), Some((1, Some("h")))),
            ("o.yaml", hpa(", minReplicas: \"${MIN}\""), None),
            ("o.yaml", elsewhere, Some((1, None))),
            ("o.yaml", keda.to_owned(), Some((0, Some("k")))),
            ("o.yaml", rollout.to_owned(), Some((4, Some("r")))),
            ("kustomization.yaml", kustomization.to_owned(), Some((5, None))),
        ];
        for (path, other, expected) in table {
            let found = linked(&[("web.yaml", WEB), (path, &other)], |project| {
                let replicas = project.replicas_of(web(project))?;
                Some((replicas.count, replicas.by.map(|by| by.name().to_owned())))
            });
            let expected = expected.map(|(count, by)| (count, by.map(str::to_owned)));
            assert_eq!(found, expected, "{other}");
        }
    }

    #[test]
    fn of_several_overlays_the_largest_number_of_replicas_counts() {
        let web = WEB.replace("spec:\n", "spec:\n  replicas: 3\n");
        let overlay = |more: &str| format!("resources: [../base]\n{more}");
        let count = |count| overlay(&format!("replicas: [{{name: web, count: {count}}}]\n"));
        let table = [
            (count("1"), count("2"), Some(2)),
            (count("1"), overlay(""), Some(3)),
            (count("5"), overlay(""), Some(5)),
            (count("1"), overlay("components: [../more]\n"), Some(4)),
            (count("1"), count("1").replace("../base", "../one"), Some(1)),
        ];
        for (one, two, expected) in table {
            let files = [
                ("base/web.yaml", web.as_str()),
                ("base/kustomization.yaml", "resources: [web.yaml]\n"),
                ("more/kustomization.yaml", "kind: Component\nreplicas: [{name: web, count: 4}]\n"),
                ("one/kustomization.yaml", &one),
                ("two/kustomization.yaml", &two),
            ];
            let found = linked(&files, |project| {
                Some(project.replicas_of(project.workloads().next()?)?.count)
            });
            assert_eq!(found, expected, "{two}");
        }
    }

    #[test]
    fn objects_meet_in_the_namespaces_that_kustomizations_give_them() {
        let web = WEB.replace("name: web", "name: web, namespace: one");
        let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
                      metadata: {name: p, namespace: two}\nspec: {podSelector: {}}\n";
        let meet = |kustomization: &str| {
            let files = [
                ("./base/web.yaml", web.as_str()),
                ("base/policies/p.yaml", policy),
                ("base/policies/kustomization.yaml", "resources: [p.yaml]\n"),
                ("overlays/prod/kustomization.yaml", kustomization),
            ];
            linked(&files, |project| {
                let workload = project.workloads().next().unwrap();
                project.policies_on(workload).count()
            })
        };
        let resources = "resources: [../../base/web.yaml, ../../base/policies/]\n";
        assert_eq!(meet(resources), 0);
        assert_eq!(meet(&format!("namespace: prod\n{resources}")), 1);
        assert_eq!(meet("namespace: prod\nresources: [../../base/web.yaml]\n"), 0);
    }

    #[test]
    fn objects_of_kustomizations_for_different_namespaces_do_not_meet() {
        let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
                      metadata: {name: p}\nspec: {podSelector: {}}\n";
        let meet = |one: &str, two: &str, other: &str| {
            let files = [
                ("one/web.yaml", WEB),
                ("two/p.yaml", policy),
                ("one/kustomization.yaml", &format!("{one}resources: [web.yaml]\n")),
                ("two/kustomization.yaml", &format!("{two}resources: [p.yaml]\n")),
                ("other.yaml", other),
            ];
            linked(&files, |project| {
                let workload = project.workloads().next().unwrap();
                project.policies_on(workload).count()
            })
        };
        let (a, b) = ("namespace: a\n", "namespace: b\n");
        assert_eq!(meet(a, b, ""), 0);
        assert_eq!(meet(a, a, ""), 1);
        assert_eq!(meet(a, "", ""), 1);
        // Whoever applies what says no namespace may apply all of it.
        let stray = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n";
        assert_eq!(meet(a, b, stray), 1);
        assert_eq!(meet(a, b, "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"), 0);
    }

    #[test]
    fn what_could_not_be_read_may_hide_a_kind() {
        let broken = "apiVersion: v1\nkind: PodDisruptionBudget\nspec: [\n";
        linked(&[("broken.yaml", broken)], |project| {
            assert!(project.may_hide("PodDisruptionBudget"));
            assert!(!project.may_hide("Pod"));
            assert!(!project.may_hide("Deployment"));
        });
    }

    #[test]
    fn how_sure_it_is_that_a_reference_dangles() {
        let service = |name: &str, namespace: &str| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
            )
        };
        let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n";
        let broken = "apiVersion: v1\nkind: Service\nspec: [\n".to_owned();
        let remote = "resources: [i.yaml, s.yaml, \"https://acme.io/base\"]\n".to_owned();
        let table = [
            (vec![], None),
            (vec![("web.yaml", WEB.to_owned())], Some(Confidence::Low)),
            (vec![("s.yaml", service("api", "default"))], None),
            (vec![("s.yaml", service("web", "default"))], Some(Confidence::Medium)),
            (vec![("s.yaml", service("api", "other"))], None),
            (
                vec![("s.yaml", service("web", "default")), ("kustomization.yaml", remote)],
                Some(Confidence::Low),
            ),
            (vec![("web.yaml", WEB.to_owned()), ("broken.yaml", broken)], None),
        ];
        for (others, expected) in table {
            let others = others.iter().map(|(path, text)| (*path, text.as_str()));
            let files: Vec<_> = std::iter::once(("i.yaml", ingress)).chain(others).collect();
            let found = linked(&files, |project| {
                let ingress = project.objects("networking.k8s.io", "Ingress", "default").next();
                let ingress = ingress.unwrap();
                let namespaces = project.namespaces_of(ingress);
                project.dangles_in(ingress, &namespaces, ("", "Service"), "api")
            });
            assert_eq!(found, expected, "{files:?}");
        }
    }

    #[test]
    fn what_is_generated_does_not_dangle() {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
        let dangles = |kustomization: &str, path: &str| {
            let files = [("base/web.yaml", WEB), ("base/map.yaml", map), (path, kustomization)];
            linked(&files, |project| {
                let (object, of) = (web(project).object(), ("", "ConfigMap"));
                let namespaces = project.namespaces_of(object);
                project.dangles_in(object, &namespaces, of, "settings").is_some()
            })
        };
        let generator = "configMapGenerator: [{name: settings, literals: [a=1]}]\n";
        let here = format!("resources: [web.yaml]\n{generator}");
        let above = format!("resources: [../base/web.yaml]\n{generator}");
        assert!(dangles("resources: [web.yaml]\n", "base/kustomization.yaml"));
        assert!(!dangles(&here, "base/kustomization.yaml"));
        assert!(!dangles(&above, "prod/kustomization.yaml"));
        // A generator that does not render the workload is for others.
        assert!(dangles(generator, "prod/kustomization.yaml"));
        assert!(dangles(&here.replace("configMap", "secret"), "base/kustomization.yaml"));
    }

    #[test]
    fn a_part_of_a_project_may_hide_everything_but_limits() {
        let files = Files::in_memory([("web.yaml", WEB)]).partial();
        let overlays = Overlays::default();
        let stacks = Stacks::default();
        let project = Project::link(&files, &overlays, &stacks);
        assert!(project.may_hide("PodDisruptionBudget"));
        assert_eq!(project.limit_of(web(&project).containers()[0], "memory"), Amount::Missing);
    }
}
