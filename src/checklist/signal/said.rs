//! What each container, service or object says when it is asked.

use std::collections::HashSet;

use super::{Answer, Proof, View, name_of};
use crate::diagnostic::Subject;
use crate::project::Runner;
use crate::source::Place;
use crate::tree::Node;

/// What one of those that are asked says.
pub(super) struct Said {
    pub(super) is_yes: bool,
    pub(super) at: Place,
    /// The words that decide it; empty where something is missing.
    pub(super) what: String,
}

impl Said {
    pub(super) fn yes(at: impl Into<Place>, what: impl Into<String>) -> Self {
        Said { is_yes: true, at: at.into(), what: what.into() }
    }

    pub(super) fn no(at: impl Into<Place>, what: impl Into<String>) -> Self {
        Said { is_yes: false, at: at.into(), what: what.into() }
    }

    /// Yes where a field has the value that is wanted, and no where it has another one.
    pub(super) fn field(is_yes: bool, field: &str, value: Node<'_>) -> Self {
        Said { is_yes, at: value.place(), what: format!("{field}: {}", short(value.text())) }
    }

    /// No where something takes the words back, and why.
    pub(super) fn unless(self, taken_back: bool, why: &str) -> Self {
        if taken_back { Said::no(self.at, why) } else { self }
    }

    /// The same with who says it.
    pub(super) fn by(self, who: &str) -> (Proof, bool) {
        let says =
            if self.what.is_empty() { who.to_owned() } else { format!("{who}: {}", self.what) };
        (Proof::new(self.at, says), self.is_yes)
    }

    /// The same with what says it.
    pub(super) fn by_subject(self, subject: &Subject) -> (Proof, bool) {
        self.by(&name_of(subject))
    }
}

/// A value as a line of a report has room for it.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= MOST && line.len() == text.trim_end().len() {
        return line.to_owned();
    }
    format!("{}…", line.chars().take(MOST).collect::<String>())
}

/// [`Answer::all`], where files of several environments may bring the same place.
pub(super) fn all(
    asked: impl IntoIterator<Item = (Proof, bool)>,
    nobody: &str,
    lack: &str,
) -> Answer {
    let mut seen = HashSet::new();
    let is_new = |(proof, _): &(Proof, bool)| seen.insert((proof.place, proof.says.clone()));
    match Answer::all(asked.into_iter().filter(is_new), nobody, lack) {
        Answer::Lacking(_, at) if at.len() == 1 => Answer::Lacking(format!("1 {}", one(lack)), at),
        answer => answer,
    }
}

/// `container that does not drop a thing` of `containers that do not drop a thing`: the noun stands
/// before the first of the words that say more about it, and what it does after `that`.
fn one(many: &str) -> String {
    const FURTHER: [&str; 7] = ["for", "from", "in", "of", "that", "with", "without"];
    const VERBS: [(&str, &str); 8] = [
        ("answer", "answers"),
        ("are", "is"),
        ("do", "does"),
        ("grant", "grants"),
        ("have", "has"),
        ("let", "lets"),
        ("name", "names"),
        ("they", "it"),
    ];
    let mut words: Vec<_> = many.split(' ').collect();
    let end = words.iter().position(|word| FURTHER.contains(word)).unwrap_or(words.len());
    if let Some(noun) = words.iter_mut().take(end).last() {
        *noun = noun.strip_suffix('s').unwrap_or(noun);
    }
    let mut is_after_that = false;
    for word in &mut words {
        let singular = VERBS.iter().find(|(plural, _)| is_after_that && word == plural);
        is_after_that = *word == "that";
        *word = singular.map_or(*word, |(_, singular)| *singular);
    }
    words.join(" ")
}

/// A moot answer only where nothing that was not read may hold one of those kinds.
pub(super) fn unless_hidden(answer: Answer, kinds: &[&str], view: &View<'_>) -> Answer {
    match answer {
        Answer::Moot(_) if kinds.iter().any(|kind| view.project().may_hide(kind)) => {
            let kinds = kinds.join(", ");
            let why = format!("files that may hold one of {kinds} could not be read");
            Answer::Lacking(why, Vec::new())
        }
        answer => answer,
    }
}

/// Asks every container on Linux and every service of Compose that is deployed.
pub(super) fn of_runners<'v>(
    view: &View<'v>,
    ask: impl Fn(Runner<'v>) -> Said,
    lack: &str,
) -> Answer {
    let asked = runners(view).map(|runner| ask(runner).by_subject(&runner.subject()));
    let answer = all(asked.chain(without_containers(view)), NO_CONTAINER, lack);
    unless_hidden(answer, &WORKLOADS, view)
}

pub(super) const NO_CONTAINER: &str = "no container is described here";

/// The kinds of which a project most often runs its containers.
pub(super) const WORKLOADS: [&str; 4] = ["CronJob", "Deployment", "Job", "StatefulSet"];

/// Every container on Linux, and every service of Compose that is deployed.
pub(super) fn runners<'v>(view: &View<'v>) -> impl Iterator<Item = Runner<'v>> {
    let services = view.compose_files().flat_map(crate::compose::ComposeFile::deployed);
    let services = services.collect::<Vec<_>>().into_iter().map(Runner::Service);
    containers(view).map(Runner::Container).chain(services)
}

/// Every container on Linux.
pub(super) fn containers<'v>(view: &View<'v>) -> impl Iterator<Item = crate::k8s::Container<'v>> {
    use crate::k8s::{ContainerClasses, WorkloadKind};
    let containers: Vec<_> = view.containers(WorkloadKind::ALL, ContainerClasses::ALL).collect();
    containers.into_iter().filter(|container| !container.workload().is_windows())
}

/// The workloads whose containers a template fills in, which nobody can ask.
pub(super) fn without_containers(view: &View<'_>) -> impl Iterator<Item = (Proof, bool)> {
    let unseen: Vec<_> = view
        .workloads()
        .filter(|workload| workload.containers().is_empty() && workload.borrows_from().is_none())
        .map(|workload| {
            Said::no(workload, "its containers are not known").by_subject(&workload.subject())
        })
        .collect();
    unseen.into_iter()
}

#[test]
fn one_is_said_of_one() {
    for (many, single) in [
        ("containers without a limit", "container without a limit"),
        ("containers that do not drop all", "container that does not drop all"),
        ("data stores without a password", "data store without a password"),
        (
            "ways in from outside that answer plain HTTP",
            "way in from outside that answers plain HTTP",
        ),
        (
            "keys of a secret manager that name no environment",
            "key of a secret manager that names no environment",
        ),
        ("Secrets that no secret manager brings", "Secret that no secret manager brings"),
    ] {
        assert_eq!(one(many), single);
    }
}
