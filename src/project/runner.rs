//! Who runs a process, and which configuration of agents it reads.

use std::collections::{HashMap, HashSet};

use super::context::ancestors;
use super::{MOST, Project, Subjects};
use crate::agent::AgentConfig;
use crate::compose::Service;
use crate::diagnostic::{Confidence, Subject};
use crate::docker::{Dockerfile, Image, is_official_image};
use crate::image::ImageRef;
use crate::k8s::{Container, KeyedKind, Object, Workload};
use crate::source::{Place, Source, resolve};
use crate::tree::Node;

/// Who runs an image: a container of a pod, or a service of a Compose file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner<'p> {
    Container(Container<'p>),
    Service(Service<'p>),
}

impl<'p> Runner<'p> {
    /// The mapping that describes it.
    pub(crate) fn node(self) -> Node<'p> {
        match self {
            Runner::Container(container) => container.node(),
            Runner::Service(service) => service.node(),
        }
    }

    /// Where the image is named.
    pub(crate) fn place(self) -> Option<Place> {
        self.node().at(&["image"]).map(Node::place)
    }

    /// Who it is, for people.
    pub(crate) fn describe(self) -> String {
        match self {
            Runner::Container(container) => container.describe(),
            Runner::Service(service) => format!("service `{}`", service.name()),
        }
    }

    /// What findings about it are about.
    pub(crate) fn subject(self) -> Subject {
        match self {
            Runner::Container(container) => container.subject(),
            Runner::Service(service) => service.subject(),
        }
    }

    /// The container, where it is one.
    pub(crate) fn container(self) -> Option<Container<'p>> {
        match self {
            Runner::Container(container) => Some(container),
            Runner::Service(_) => None,
        }
    }

    /// The workload whose container it is.
    pub(crate) fn workload(self) -> Option<Workload<'p>> {
        self.container().map(Container::workload)
    }

    /// The service, where it is one.
    pub(crate) fn service(self) -> Option<Service<'p>> {
        match self {
            Runner::Container(_) => None,
            Runner::Service(service) => Some(service),
        }
    }

    /// Whether it runs where others than developers see it, as far as Compose says so.
    pub(crate) fn is_deployed(self) -> bool {
        self.service().is_none_or(Service::is_deployed)
    }

    /// Whether its image is one that Docker publishes, which runs nothing of the project's own.
    fn is_of_official_image(self) -> bool {
        let image = self.node().at(&["image"]).map(|image| ImageRef::parse(image.text()));
        image.is_some_and(|image| !image.has_owner() && is_official_image(image.short_name()))
    }
}

/// What says that a process reads a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// They are the process's own variables that configure it.
    Variables,
    /// The configuration is mounted, or is taken from a `ConfigMap`, here.
    Mounted(Place),
    /// The image that the process runs is built with it, by this word of the Dockerfile.
    Copied(Place),
    /// The whole folder that it lies in is copied into the image, by this word.
    CopiedWithAll(Place),
    /// Nothing else is deployed from the folder of the configuration.
    Folder,
}

impl Reads {
    /// How sure it is.
    pub(crate) fn confidence(self) -> Confidence {
        match self {
            Reads::Variables | Reads::Mounted(_) | Reads::Copied(_) => Confidence::High,
            Reads::CopiedWithAll(_) | Reads::Folder => Confidence::Medium,
        }
    }

    /// Where it is said, in words for people.
    pub(crate) fn stated(self) -> Option<(Place, &'static str)> {
        match self {
            Reads::Variables | Reads::Folder => None,
            Reads::Mounted(place) => Some((place, "the configuration is mounted here")),
            Reads::Copied(place) | Reads::CopiedWithAll(place) => {
                Some((place, "the configuration is copied into the image here"))
            }
        }
    }
}

/// That a process reads a configuration, and what says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'p> {
    pub(crate) runner: Runner<'p>,
    pub(crate) reads: Reads,
}

/// Who reads which configuration.
#[derive(Debug, Default)]
pub(super) struct Runs<'p> {
    /// By where the configuration begins. A service is there once for every Compose file that has it.
    by_agent: HashMap<Place, Vec<Run<'p>>>,
    /// The configurations by where their reader stands, each by its file and its number there.
    by_runner: HashMap<Place, Vec<(usize, usize, Reads)>>,
    /// The services by where they stand.
    services: HashMap<Place, Service<'p>>,
}

/// What workloads there are below a folder.
#[derive(Debug)]
enum Below<'p> {
    /// One, and its copies in other files.
    One(Vec<Workload<'p>>),
    Several,
}

impl<'p> Runs<'p> {
    pub(super) fn of(project: &Project<'p>) -> Self {
        let mut runs = Runs::default();
        let services = project.subjects.iter().flat_map(|subjects| &subjects.services).copied();
        runs.services.extend(services.clone().map(|service| (service.node().place(), service)));
        if project.agents().next().is_none() {
            return runs;
        }
        let takers = Takers::of(project);
        let mounted = mounted(project, services);
        let copied = copied(project);
        let below = workloads_below(project);
        for (file, subjects) in project.subjects.iter().enumerate() {
            let maps = config_maps(subjects);
            for (index, agent) in subjects.agents.iter().enumerate() {
                let place = agent.root().place();
                let found = if agent.object().is_some() {
                    None
                } else if let Some(map) = around(&maps, place) {
                    Some(takers.of_map(project, map))
                } else {
                    let path = resolve("", project.path_of(place));
                    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    covering(&mounted, &path)
                        .or_else(|| copied.of(project, &path))
                        .or_else(|| in_folder(&below, folder))
                };
                let found = found.unwrap_or_default();
                for run in &found {
                    let known = runs.by_runner.entry(run.runner.node().place()).or_default();
                    if known.len() < MOST {
                        known.push((file, index, run.reads));
                    }
                }
                runs.by_agent.insert(place, found);
            }
        }
        runs
    }
}

/// Who takes anything from a `ConfigMap` that holds a configuration, by namespace and name.
#[derive(Default)]
struct Takers<'p>(HashMap<(&'p str, &'p str), Vec<Run<'p>>>);

impl<'p> Takers<'p> {
    fn of(project: &Project<'p>) -> Self {
        let mut takers = Takers::default();
        for subjects in &project.subjects {
            let maps = config_maps(subjects);
            let places = subjects.agents.iter().map(|agent| agent.root().place());
            for map in places.filter_map(|place| around(&maps, place)) {
                let namespaces = project.namespaces_of(map).into_iter();
                takers.0.extend(namespaces.map(|namespace| ((namespace, map.name()), Vec::new())));
            }
        }
        if !takers.0.is_empty() {
            project.workloads().for_each(|workload| takers.add(project, workload));
        }
        takers
    }

    fn add(&mut self, project: &Project<'p>, workload: Workload<'p>) {
        let mut found: Vec<(&str, Container<'p>, Place)> = Vec::new();
        for container in workload.containers() {
            let references = container.references().into_iter();
            let maps = references.filter(|it| it.kind == KeyedKind::ConfigMap);
            found.extend(maps.map(|it| (it.name.text(), container, it.name.place())));
        }
        for volume in workload.volumes() {
            for it in volume.shown().iter().filter(|it| it.kind == KeyedKind::ConfigMap) {
                let name = it.name.text();
                let mounts = volume.mounts.iter();
                found.extend(mounts.map(|mount| (name, mount.container, mount.node.place())));
                if volume.mounts.is_empty() {
                    let all = workload.containers().into_iter();
                    found.extend(all.map(|container| (name, container, it.name.place())));
                }
            }
        }
        let mut seen = HashSet::new();
        found.retain(|(name, container, _)| seen.insert((*name, container.node().place())));
        for namespace in project.namespaces_of(workload.object()) {
            for &(name, container, place) in &found {
                if let Some(known) = self.0.get_mut(&(namespace, name)) {
                    let (runner, reads) = (Runner::Container(container), Reads::Mounted(place));
                    if known.len() < MOST {
                        known.push(Run { runner, reads });
                    }
                }
            }
        }
    }

    fn of_map(&self, project: &Project<'p>, map: Object<'_>) -> Vec<Run<'p>> {
        let mut seen = HashSet::new();
        let namespaces = project.namespaces_of(map).into_iter();
        let takers = namespaces.filter_map(|it| self.0.get(&(it, map.name()))).flatten();
        takers.filter(|run| seen.insert(run.runner.node().place())).copied().collect()
    }
}

/// The ConfigMaps of a file, in the order in which they stand.
fn config_maps<'p>(subjects: &Subjects<'p>) -> Vec<(Place, Object<'p>)> {
    let objects = subjects.objects.iter().copied();
    let maps = objects.filter(|object| object.is("", "ConfigMap"));
    let mut maps: Vec<_> = maps.map(|map| (map.node().place(), map)).collect();
    maps.sort_by_key(|(place, _)| *place);
    maps
}

/// The `ConfigMap` that a place lies in.
fn around<'p>(maps: &[(Place, Object<'p>)], place: Place) -> Option<Object<'p>> {
    let before = maps.partition_point(|(map, _)| map.span.start <= place.span.start);
    let (map, object) = maps.get(before.checked_sub(1)?)?;
    map.contains(place).then_some(*object)
}

/// The paths that services see, and who sees each.
fn mounted<'p>(
    project: &Project<'p>,
    services: impl Iterator<Item = Service<'p>>,
) -> HashMap<String, Vec<Run<'p>>> {
    let mut mounted: HashMap<String, Vec<Run<'p>>> = HashMap::new();
    for service in services {
        for (node, path) in service.host_paths() {
            let Some(source) = project.source(node.place().file) else { continue };
            let (runner, reads) = (Runner::Service(service), Reads::Mounted(node.place()));
            mounted.entry(resolve(source.folder(), &path)).or_default().push(Run { runner, reads });
        }
    }
    mounted
}

/// Who sees a path, or the nearest folder around it.
fn covering<'p>(seen: &HashMap<String, Vec<Run<'p>>>, path: &str) -> Option<Vec<Run<'p>>> {
    ancestors(path).find_map(|folder| seen.get(folder)).cloned()
}

/// What the Dockerfiles copy whose images are run.
#[derive(Default)]
struct Copied<'p> {
    by_path: HashMap<String, Vec<(&'p Dockerfile, String, Place)>>,
}

fn copied<'p>(project: &Project<'p>) -> Copied<'p> {
    let mut copied = Copied::default();
    for dockerfile in project.files().iter().filter_map(|file| file.dockerfile()) {
        let is_run = !project.services_running(dockerfile).is_empty()
            || !project.containers_running(dockerfile).is_empty();
        if !is_run {
            continue;
        }
        for context in project.contexts_of(dockerfile) {
            for (path, word) in dockerfile.copied_paths() {
                let known = copied.by_path.entry(resolve(&context.folder, &path)).or_default();
                known.push((dockerfile, context.folder.clone(), word.place));
            }
        }
    }
    copied
}

impl<'p> Copied<'p> {
    /// Who runs the only image that holds the file at a path.
    fn of(&self, project: &Project<'p>, path: &str) -> Option<Vec<Run<'p>>> {
        let (folder, found) =
            ancestors(path).find_map(|it| Some((it, self.by_path.get(it)?.as_slice())))?;
        let (dockerfile, context, place) = found.first()?;
        let is_one = found.iter().all(|(other, ..)| std::ptr::eq(*other, *dockerfile));
        let inside = path.strip_prefix(context.as_str()).unwrap_or(path).trim_start_matches('/');
        let contexts = project.contexts_of(dockerfile);
        if !is_one || contexts.iter().any(|it| it.excludes(inside).is_some()) {
            return None;
        }
        let reads =
            if folder == path { Reads::Copied(*place) } else { Reads::CopiedWithAll(*place) };
        let services = project.services_running(dockerfile).iter().copied().map(Runner::Service);
        let containers = project.containers_running(dockerfile).iter().copied();
        let runners = services.chain(containers.map(Runner::Container));
        Some(runners.map(|runner| Run { runner, reads }).collect())
    }
}

/// The workloads below each folder that run something of the project's own.
fn workloads_below<'p>(project: &Project<'p>) -> HashMap<&'p str, Below<'p>> {
    let mut below: HashMap<&'p str, Below<'p>> = HashMap::new();
    for workload in project.workloads() {
        let containers = workload.containers().into_iter().map(Runner::Container);
        let file = workload.object().node().place().file;
        let Some(source) = project.source(file) else { continue };
        if containers.clone().count() > 0 && containers.clone().all(Runner::is_of_official_image) {
            continue;
        }
        let name = (workload.kind(), workload.name());
        for folder in ancestors(source.folder()) {
            match below.get_mut(folder) {
                None => {
                    below.insert(folder, Below::One(vec![workload]));
                }
                Some(Below::One(known)) => {
                    if known.iter().all(|other| (other.kind(), other.name()) == name) {
                        known.push(workload);
                    } else {
                        below.insert(folder, Below::Several);
                    }
                }
                Some(Below::Several) => {}
            }
        }
    }
    below
}

/// The containers of the only workload below a folder.
fn in_folder<'p>(below: &HashMap<&'p str, Below<'p>>, folder: &str) -> Option<Vec<Run<'p>>> {
    let Below::One(workloads) = below.get(folder)? else { return None };
    let containers = workloads.iter().copied().flat_map(Workload::containers);
    let runners = containers.map(Runner::Container).filter(|it| !it.is_of_official_image());
    Some(runners.map(|runner| Run { runner, reads: Reads::Folder }).collect())
}

impl<'p> Project<'p> {
    /// Who runs the process that reads a configuration: whom it is mounted into, who runs the image
    /// that holds it, or who is the only one to be deployed from its folder. Nobody where nothing
    /// tells. Variables are read by those that have them.
    pub(crate) fn runners_of<'a>(&self, agent: &AgentConfig<'a>) -> Vec<Run<'a>>
    where
        'p: 'a,
    {
        let root = agent.root();
        if let Some(found) = self.runs.by_agent.get(&root.place()) {
            return found.clone();
        }
        if let Some(service) = self.runs.services.get(&root.place()) {
            return vec![Run { runner: Runner::Service(*service), reads: Reads::Variables }];
        }
        let Some(object) = Object::of(root) else { return Vec::new() };
        let subject = agent.subject();
        let all = self.containers_fed_by(object).into_iter();
        let own = all.filter(|it| it.subject() == subject || object.is("", "ConfigMap"));
        own.map(|it| Run { runner: Runner::Container(it), reads: Reads::Variables }).collect()
    }

    /// The configurations that a process reads, but for its own variables.
    pub(crate) fn agents_of(
        &self,
        runner: Runner<'_>,
    ) -> impl Iterator<Item = (&AgentConfig<'p>, Reads)> {
        let found = self.runs.by_runner.get(&runner.node().place());
        found.into_iter().flatten().filter_map(|(file, index, reads)| {
            Some((self.subjects.get(*file)?.agents.get(*index)?, *reads))
        })
    }

    /// Whether one process alone reads a configuration, be it stated for several environments.
    pub(super) fn has_one_reader(&self, agent: &AgentConfig<'_>) -> bool {
        /// Nobody has more environments.
        const MOST: usize = 16;
        let runs = self.runs.by_agent.get(&agent.root().place()).map_or(&[][..], Vec::as_slice);
        let Some((first, rest)) = runs.split_first().filter(|(_, rest)| rest.len() < MOST) else {
            return false;
        };
        let name = first.runner.describe();
        rest.iter().all(|run| run.runner.describe() == name)
    }

    /// The image that somebody runs, where a Dockerfile of the project makes it.
    pub(crate) fn image_of(&self, runner: Runner<'_>) -> Option<Image<'p>> {
        match runner {
            Runner::Container(container) => Some(self.image_of_container(container)?.0),
            Runner::Service(service) => self.image_built_for(service),
        }
    }

    /// The name of the file that a place is in.
    pub(crate) fn path_of(&self, place: Place) -> &'p str {
        self.source(place.file).map_or("", Source::path)
    }
}

#[cfg(test)]
mod tests {
    use crate::project::tests::linked;

    const AGENT: &str = "llm_type: openai\nllm_url: https://api.openai.com/v1\n\
                         server: {host: 0.0.0.0, port: 8080}\n";

    /// Who reads the only configuration of the project, and the other way around.
    fn readers(files: &[(&str, &str)]) -> Vec<String> {
        linked(files, |project| {
            let agent = project.agents().next().expect("an agent");
            let runs = project.runners_of(agent);
            for run in &runs {
                let back = project.agents_of(run.runner).map(|(it, _)| it.root().place());
                assert!(back.collect::<Vec<_>>().contains(&agent.root().place()));
            }
            runs.iter().map(|run| format!("{} {:?}", run.runner.describe(), run.reads)).collect()
        })
    }

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let until = |text: String| text.split('(').next().unwrap_or_default().to_owned();
        readers(files).into_iter().map(until).collect()
    }

    fn deployment(name: &str, image: &str, rest: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  \
             template:\n    spec:\n      containers:\n      - {{name: c, image: {image}{rest}}}\n"
        )
    }

    #[test]
    fn whoever_sees_the_file_reads_it() {
        let compose = |volumes: &str| {
            format!("services:\n  api: {{image: acme/api, {volumes}}}\n  db: {{image: postgres}}\n")
        };
        for (volumes, expected) in [
            ("volumes: ['./config.yml:/app/config.yml:ro']", vec!["service `api` Mounted"]),
            ("volumes: ['./:/app']", vec!["service `api` Mounted"]),
            ("volumes: ['./other:/app']", vec![]),
            ("volumes: ['data:/app']", vec![]),
        ] {
            let files = [("x/config.yml", AGENT), ("x/compose.yaml", &compose(volumes))];
            assert_eq!(told(&files), expected, "{volumes}");
        }
        let configs = "services:\n  api: {image: acme/api, configs: [app]}\n\
                       configs:\n  app: {file: ./config.yml}\n";
        let files = [("config.yml", AGENT), ("compose.yaml", configs)];
        assert_eq!(told(&files), ["service `api` Mounted"]);
    }

    #[test]
    fn whoever_runs_the_image_reads_what_is_copied_into_it() {
        let compose = "services:\n  api: {build: ./api}\n  web: {build: ./web}\n";
        let web = ("web/Dockerfile", "FROM node:22\nCOPY . .\n");
        for (dockerfile, expected) in [
            ("FROM python:3.13\nCOPY config.yml /app/\n", vec!["service `api` Copied"]),
            ("FROM python:3.13\nCOPY . .\n", vec!["service `api` CopiedWithAll"]),
            ("FROM python:3.13\nCOPY src .\n", vec![]),
        ] {
            let files = [
                ("api/config.yml", AGENT),
                ("api/Dockerfile", dockerfile),
                web,
                ("compose.yaml", compose),
            ];
            assert_eq!(told(&files), expected, "{dockerfile}");
        }
        let ignored = [
            ("api/config.yml", AGENT),
            ("api/Dockerfile", "FROM python:3.13\nCOPY . .\n"),
            ("api/.dockerignore", "*.yml\n"),
            ("compose.yaml", compose),
        ];
        assert_eq!(told(&ignored), Vec::<String>::new());
        let both = "services:\n  a: {build: {context: ., dockerfile: a.Dockerfile}}\n  \
                    b: {build: {context: ., dockerfile: b.Dockerfile}}\n";
        let files = [
            ("config.yml", AGENT),
            ("a.Dockerfile", "FROM python:3.13\nCOPY . .\n"),
            ("b.Dockerfile", "FROM python:3.13\nCOPY . .\n"),
            ("compose.yaml", both),
        ];
        assert_eq!(told(&files), Vec::<String>::new());
    }

    #[test]
    fn a_config_map_is_read_by_those_that_mount_it() {
        let map = format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: conf}}\ndata:\n  \
             config.yml: |\n    {}\n",
            AGENT.trim_end().replace('\n', "\n    ")
        );
        let mounting = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  \
             template:\n    spec:\n      containers:\n      \
             - {name: c, image: acme/api, volumeMounts: [{name: v, mountPath: /etc/agent}]}\n      \
             - {name: proxy, image: envoy}\n      \
             volumes: [{name: v, configMap: {name: conf}}]\n";
        let all = format!("{mounting}{map}---\n{}", deployment("other", "acme/other", ""));
        assert_eq!(told(&[("k8s/all.yaml", &all)]), ["container `c` in Deployment `api` Mounted"]);
    }

    #[test]
    fn what_alone_is_deployed_from_a_folder_reads_its_configuration() {
        let api = deployment("api", "acme/api", "");
        let redis = deployment("redis", "redis:7", "");
        let other = deployment("other", "acme/other", "");
        let agent = ("config.yml", AGENT);
        let expected = ["container `c` in Deployment `api` Folder"];
        assert_eq!(told(&[agent, ("k8s/api.yaml", &api)]), expected);
        assert_eq!(told(&[agent, ("k8s/a.yaml", &api), ("k8s/r.yaml", &redis)]), expected);
        assert_eq!(told(&[agent, ("p/a.yaml", &api), ("s/a.yaml", &api)]).len(), 2);
        let files = [agent, ("k8s/a.yaml", api.as_str()), ("k8s/o.yaml", &other)];
        assert_eq!(told(&files), Vec::<String>::new());
    }
}
