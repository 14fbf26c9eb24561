//! Signals: what in a project speaks for an item of a checklist.
//!
//! A signal asks one question of all that a project means to run in production, and answers it with
//! places. It is as careful as a rule, the other way round: a value that a template or a variable fills
//! in shows nothing, and one workload that lacks what the others have leaves the question open. Each
//! module below holds the signals of one subject; they ask the models, and never read files themselves.

mod access;
mod agent;
mod alert;
#[cfg(test)]
mod asked;
mod availability;
mod backup;
mod canary;
mod code;
mod cost;
mod documents;
mod flag;
mod gate;
mod image;
mod measured;
mod mesh;
mod network;
mod package;
mod pipeline;
mod pod;
mod resources;
mod rollout;
mod running;
mod said;
mod scaling;
mod secret;
mod storage;
mod telemetry;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock, OnceLock};

use jiff::civil::Date;

use crate::agent::AgentConfig;
use crate::alert::{Alert, AlertSet};
use crate::compose::{ComposeFile, Service};
use crate::config::{self, Settings};
use crate::diagnostic::Subject;
use crate::docker::Dockerfile;
use crate::file::File;
use crate::gate::ReleasePolicy;
use crate::k8s::{Container, ContainerClasses, Object, Workload, WorkloadKind};
use crate::project::{Environments, Project, StatedVariable};
use crate::repo::{self, Repository, is_among_tests, is_for_show};
use crate::rules::Environment;
use crate::source::{FileId, Place, Span};

/// Something that may speak for an item.
pub(crate) struct Signal {
    /// `group/name`, as the checklists have it.
    pub(crate) name: &'static str,
    /// What it shows, as a sentence about the project.
    pub(crate) about: &'static str,
    pub(crate) look: fn(&View<'_>) -> Answer,
}

/// Every signal, in the order of their names.
pub(crate) static SIGNALS: LazyLock<Vec<&'static Signal>> = LazyLock::new(|| {
    let groups = [
        access::SIGNALS,
        agent::SIGNALS,
        alert::SIGNALS,
        availability::SIGNALS,
        backup::SIGNALS,
        canary::SIGNALS,
        code::SIGNALS,
        cost::SIGNALS,
        documents::SIGNALS,
        flag::SIGNALS,
        gate::SIGNALS,
        image::SIGNALS,
        measured::SIGNALS,
        mesh::SIGNALS,
        network::SIGNALS,
        package::SIGNALS,
        pipeline::SIGNALS,
        pod::SIGNALS,
        resources::SIGNALS,
        rollout::SIGNALS,
        scaling::SIGNALS,
        secret::SIGNALS,
        storage::SIGNALS,
        telemetry::SIGNALS,
    ];
    let mut all: Vec<_> = groups.into_iter().flatten().collect();
    all.sort_by_key(|signal| signal.name);
    all
});

/// The groups of signals that ask what runs in a cluster.
const OF_CLUSTERS: [&str; 8] =
    ["access", "availability", "cost", "network", "pod", "resources", "rollout", "scaling"];

impl Signal {
    /// What the signal says. Where a template is not rendered, nobody knows what runs in the cluster, so that no
    /// question about it is settled by there being nothing.
    pub(crate) fn answer(&self, view: &View<'_>) -> Answer {
        let group = self.name.split('/').next().unwrap_or_default();
        match (self.look)(view) {
            Answer::Moot(why) if OF_CLUSTERS.contains(&group) => match view.unrendered() {
                Some(template) => {
                    let at =
                        Proof::new(template, "a template, which is not read before it is rendered");
                    Answer::Lacking(
                        format!("{why}, but a template of manifests is not rendered"),
                        vec![at],
                    )
                }
                None => Answer::Moot(why),
            },
            answer => answer,
        }
    }
}

/// The name of every signal, and what it shows.
pub fn signals() -> impl Iterator<Item = (&'static str, &'static str)> {
    SIGNALS.iter().map(|signal| (signal.name, signal.about))
}

/// What the signal of that name shows.
pub(crate) fn about(name: &str) -> Option<&'static str> {
    let at = SIGNALS.binary_search_by_key(&name, |signal| signal.name).ok()?;
    SIGNALS.get(at).map(|signal| signal.about)
}

/// A place that shows something, or fails to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Where.
    pub place: Place,
    /// What is there, by name.
    pub says: String,
}

impl Proof {
    pub(crate) fn new(place: Place, says: impl Into<String>) -> Self {
        Proof { place, says: says.into() }
    }
}

/// What a signal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The question does not arise; why, as "no workload of Kubernetes here".
    Moot(String),
    /// Nothing shows it, or not everything does; what is missing, as "2 of 3 workloads have no budget",
    /// and where.
    Lacking(String, Vec<Proof>),
    /// Something shows it, and where.
    Shown(Vec<Proof>),
}

impl Answer {
    /// Of a question to everything of a sort, which all of it has to answer with yes. `nobody` says why
    /// the question does not arise where there is nothing of the sort, `lack` what those have in common
    /// that answer with no, after a number: "containers without a memory limit".
    pub(crate) fn all(
        asked: impl IntoIterator<Item = (Proof, bool)>,
        nobody: &str,
        lack: &str,
    ) -> Self {
        // What several files take in is asked in each, and told once.
        let mut seen = HashSet::new();
        let asked = asked
            .into_iter()
            .filter(|(proof, yes)| seen.insert((proof.place, proof.says.clone(), *yes)));
        let (shown, lacking): (Vec<_>, Vec<_>) = asked.partition(|(_, yes)| *yes);
        let proofs = |of: Vec<(Proof, bool)>| of.into_iter().map(|(proof, _)| proof).collect();
        match (shown.len(), lacking.len()) {
            (0, 0) => Answer::Moot(nobody.to_owned()),
            (_, 0) => Answer::Shown(proofs(shown)),
            (_, 1) => Answer::Lacking(format!("1 {}", of_one(lack)), proofs(lacking)),
            (_, count) => Answer::Lacking(format!("{count} {lack}"), proofs(lacking)),
        }
    }

    /// Of a demand on everybody, which nobody is free of: each place says yes or what it says instead,
    /// and where there is no such place, `absent` is what is missing.
    pub(crate) fn demanded(asked: impl IntoIterator<Item = (Proof, bool)>, absent: &str) -> Self {
        let (shown, lacking): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(_, yes)| *yes);
        let proofs = |of: Vec<(Proof, bool)>| of.into_iter().map(|(proof, _)| proof).collect();
        match lacking.as_slice() {
            [] if shown.is_empty() => Answer::Lacking(absent.to_owned(), Vec::new()),
            [] => Answer::Shown(proofs(shown)),
            [(only, _)] => Answer::Lacking(only.says.clone(), proofs(lacking)),
            [(first, _), others @ ..] => {
                let why = format!("{}, and {} more", first.says, others.len());
                Answer::Lacking(why, proofs(lacking))
            }
        }
    }

    /// Of a question that one place answers with yes for all; `absent` says what is missing without.
    pub(crate) fn any(found: impl IntoIterator<Item = Proof>, absent: &str) -> Self {
        let mut seen = HashSet::new();
        let found =
            found.into_iter().filter(|proof| seen.insert((proof.place, proof.says.clone())));
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            return Answer::Lacking(absent.to_owned(), found);
        }
        Answer::Shown(found)
    }

    /// What several say together, any of which is enough.
    pub(super) fn any_of(answers: impl IntoIterator<Item = Answer>) -> Option<Self> {
        answers.into_iter().reduce(|one, other| match (one, other) {
            (Answer::Shown(places), Answer::Shown(more)) => Answer::Shown(joined(places, more)),
            (shown @ Answer::Shown(_), _) | (_, shown @ Answer::Shown(_)) => shown,
            // The one that got further.
            (Answer::Lacking(one, at), Answer::Lacking(other, also)) => {
                if at.is_empty() && !also.is_empty() {
                    Answer::Lacking(other, also)
                } else {
                    Answer::Lacking(one, at)
                }
            }
            (lacking @ Answer::Lacking(..), _) | (_, lacking @ Answer::Lacking(..)) => lacking,
            (moot, _) => moot,
        })
    }

    /// What several say together, all of which is wanted, as far as the question arises.
    pub(super) fn all_of(answers: impl IntoIterator<Item = Answer>) -> Option<Self> {
        answers.into_iter().reduce(|one, other| match (one, other) {
            (lacking @ Answer::Lacking(..), _) | (_, lacking @ Answer::Lacking(..)) => lacking,
            (Answer::Shown(places), Answer::Shown(more)) => Answer::Shown(joined(places, more)),
            (shown @ Answer::Shown(_), _) | (_, shown @ Answer::Shown(_)) => shown,
            (moot, _) => moot,
        })
    }
}

/// The places, and those of the others that are not among them.
fn joined(mut places: Vec<Proof>, more: Vec<Proof>) -> Vec<Proof> {
    let known: HashSet<_> = places.iter().map(|it| (it.place, it.says.as_str())).collect();
    let is_new = |it: &Proof| !known.contains(&(it.place, it.says.as_str()));
    let new: Vec<_> = more.into_iter().filter(is_new).collect();
    places.extend(new);
    places
}

/// "of the images are ..., or have ...", said of a single one: "of the images is ..., or has ...".
fn of_one(lack: &str) -> Cow<'_, str> {
    const VERBS: [(&str, &str); 10] = [
        ("are", "is"),
        ("bring", "brings"),
        ("come", "comes"),
        ("do", "does"),
        ("follow", "follows"),
        ("have", "has"),
        ("leave", "leaves"),
        ("link", "links"),
        ("ship", "ships"),
        ("show", "shows"),
    ];
    if !lack.starts_with("of the ") {
        return Cow::Borrowed(lack);
    }
    let mut is_first = true;
    let mut last = "";
    let words = lack.split(' ').map(|word| {
        let verb = VERBS.iter().find(|(many, _)| *many == word);
        let counts = std::mem::replace(&mut last, word) == "or" || is_first;
        match verb.filter(|_| counts) {
            Some((_, one)) => {
                is_first = false;
                *one
            }
            None => word,
        }
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

#[test]
fn one_is_no_many() {
    let lack = "of the images built here come from a single stage, or ship build tools";
    assert_eq!(
        of_one(lack),
        "of the images built here comes from a single stage, or ships build tools"
    );
    let lack = "of the deployments here do not wait until they are ready";
    assert_eq!(of_one(lack), "of the deployments here does not wait until they are ready");
    assert_eq!(of_one("containers that have none"), "containers that have none");
}

/// All that a project means to run in production, and what stands around it. What is for developers
/// is left out.
pub(crate) struct View<'p> {
    project: &'p Project<'p>,
    /// The indexes of the files that count, and what the variables of their processes say.
    files: Vec<(usize, Environments<'p>)>,
    settings: Vec<Arc<Settings>>,
    /// What packages and calls of the code say, asked for by many signals.
    code: OnceLock<Vec<repo::signal::Signal>>,
}

impl<'p> View<'p> {
    pub(crate) fn new(project: &'p Project<'p>, settings: &[Arc<Settings>]) -> Self {
        let counts = |index: usize| {
            settings.get(index).is_none_or(|it| it.environment != Environment::Development)
        };
        let files = (0..project.files().len()).filter(|index| counts(*index));
        let files = files
            .filter_map(|index| Some((index, Environments::of(project, project.subjects(index)?))));
        View { project, files: files.collect(), settings: settings.to_vec(), code: OnceLock::new() }
    }

    /// The whole project, for what its model answers across files.
    pub(crate) fn project(&self) -> &'p Project<'p> {
        self.project
    }

    /// The day on which it is asked.
    pub(crate) fn today(&self) -> Date {
        self.settings.first().map_or_else(config::today, |settings| settings.today)
    }

    /// What a file is for, as far as its path or the configuration says so.
    pub(crate) fn environment(&self, file: FileId) -> Environment {
        self.settings.get(file.index()).map_or(Environment::Production, |it| it.environment)
    }

    /// Whether the configuration says that an object which a workload names lives elsewhere.
    pub(crate) fn is_elsewhere(&self, workload: Workload<'_>, kind: &str, name: &str) -> bool {
        let file = workload.object().node().tree().file();
        let settings = self.settings.get(file.index());
        settings.is_some_and(|it| it.external.is_match(format!("{kind}/{name}")))
    }

    /// The files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &'p File> {
        self.files.iter().filter_map(|(index, _)| self.project.files().get(*index))
    }

    /// Whether a file counts.
    pub(crate) fn has(&self, file: FileId) -> bool {
        self.files.binary_search_by_key(&file.index(), |(index, _)| *index).is_ok()
    }

    fn subjects(&self) -> impl Iterator<Item = &'p crate::project::Subjects<'p>> {
        self.files.iter().filter_map(|(index, _)| self.project.subjects(*index))
    }

    /// A template of manifests, of which nobody knows what Helm or another program makes.
    fn unrendered(&self) -> Option<Place> {
        let mut files = self.project.files().iter();
        let file = files.find(|file| {
            file.is_template()
                && file.source().text().contains("apiVersion:")
                && !is_for_show(file.source().path_in_run())
        })?;
        Some(file.place(Span { start: 0, end: 0 }))
    }

    /// What is deployed: nothing of tests and examples runs in production.
    fn deployed(&self) -> impl Iterator<Item = &'p crate::project::Subjects<'p>> {
        let files = self.files.iter().filter(|(index, _)| {
            let source = self.project.files().get(*index).map(crate::file::File::source);
            source.is_none_or(|it| !is_among_tests(it.path_in_run()))
        });
        files.filter_map(|(index, _)| self.project.subjects(*index))
    }

    /// The objects of Kubernetes.
    pub(crate) fn objects(&self) -> impl Iterator<Item = Object<'p>> {
        self.deployed().flat_map(|subjects| subjects.objects.iter().copied())
    }

    /// The workloads of Kubernetes.
    pub(crate) fn workloads(&self) -> impl Iterator<Item = Workload<'p>> {
        self.deployed().flat_map(|subjects| subjects.workloads.iter().copied())
    }

    /// The workloads of some kinds.
    pub(crate) fn workloads_of(
        &self,
        kinds: &'static [WorkloadKind],
    ) -> impl Iterator<Item = Workload<'p>> {
        self.workloads().filter(|workload| kinds.contains(&workload.kind()))
    }

    /// The containers of some classes of those.
    pub(crate) fn containers(
        &self,
        kinds: &'static [WorkloadKind],
        classes: ContainerClasses,
    ) -> impl Iterator<Item = Container<'p>> {
        let containers = self.workloads_of(kinds).flat_map(crate::k8s::Workload::containers);
        containers.filter(move |container| classes.contains(container.class()))
    }

    /// The services of Compose, without those for developers.
    pub(crate) fn services(&self) -> impl Iterator<Item = Service<'p>> {
        let services = self.deployed().flat_map(|subjects| subjects.services.iter().copied());
        services.filter(|service| !service.is_for_development())
    }

    /// The files of Compose.
    pub(crate) fn compose_files(&self) -> impl Iterator<Item = ComposeFile<'p>> {
        self.deployed().flat_map(|subjects| subjects.compose_files.iter().copied())
    }

    /// The Dockerfiles.
    pub(crate) fn dockerfiles(&self) -> impl Iterator<Item = (&'p File, &'p Dockerfile)> {
        self.files().filter_map(|file| Some((file, file.dockerfile()?)))
    }

    /// The configurations of agents, those included that variables of processes make up. Of tests and
    /// examples nothing runs in production.
    pub(crate) fn agents(&self) -> impl Iterator<Item = &AgentConfig<'p>> {
        let is_used = |agent: &&AgentConfig<'p>| {
            let source = self.project.source(agent.root().place().file);
            source.is_none_or(|it| !it.is_example() && !is_for_show(it.path_in_run()))
        };
        let of_files = self.subjects().flat_map(|subjects| &subjects.agents).filter(is_used);
        let of_variables = self.files.iter().flat_map(|(_, environments)| {
            let of_objects = environments.objects.iter().map(|(_, agent)| agent);
            let services = environments.services.iter();
            let services = services.filter(|it| !it.service.is_for_development());
            of_objects.chain(services.map(|it| &it.agent))
        });
        of_files.chain(of_variables)
    }

    /// The variables that manifests of Kubernetes give containers a value of.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &StatedVariable<'p>> {
        self.files.iter().flat_map(|(_, environments)| &environments.variables)
    }

    /// The alerts of a document or an object together.
    pub(crate) fn alert_sets(&self) -> impl Iterator<Item = &'p AlertSet<'p>> {
        self.subjects().flat_map(|subjects| &subjects.alerts)
    }

    /// The alerts.
    pub(crate) fn alerts(&self) -> impl Iterator<Item = &'p Alert<'p>> {
        self.alert_sets().flat_map(|set| &set.alerts)
    }

    /// The release policies.
    pub(crate) fn policies(&self) -> impl Iterator<Item = &'p ReleasePolicy<'p>> {
        self.subjects().flat_map(|subjects| &subjects.policies)
    }

    /// What packages and calls of the code are evidence of.
    pub(crate) fn code(&self) -> &[repo::signal::Signal] {
        self.code.get_or_init(|| self.repositories().iter().flat_map(Repository::signals).collect())
    }

    /// The repositories, whatever is in them.
    pub(crate) fn repositories(&self) -> &'p [Repository<'p>] {
        self.project.repositories()
    }
}

/// What something is called in a report: "Deployment `api`".
pub(crate) fn name_of(subject: &Subject) -> String {
    match &subject.container {
        Some(container) => {
            format!("container `{container}` of {} `{}`", subject.kind, subject.name)
        }
        None => format!("{} `{}`", subject.kind, subject.name),
    }
}
