//! The rules, and what one is handed.
//!
//! A rule is two files of one name: `rules/<group>/<rule>.md` says what it is (metadata, why,
//! examples that the tests run) and `src/rules/<group>/<rule>.rs` says how it looks. `group!`, in
//! `src/rules/<group>/mod.rs`, ties them together. A rule imports its view from a model
//! ([`crate::k8s`], [`crate::docker`], [`crate::compose`], [`crate::agent`]) and [`Check`] and
//! [`Cx`] from here; it imports no other rule.

mod alias;
mod page;
mod surplus;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use self::alias::is_same_check;
use self::surplus::Bounds;
pub use self::surplus::{MOST_FINDINGS, Surplus};
use crate::agent::{AgentConfig, Collector, Notifier, Scraper};
use crate::alert::{Alert, AlertSet};
use crate::compose::{ComposeFile, Service};
use crate::config::{RuleSettings, Settings};
use crate::diagnostic::{
    Applicability, Confidence, Diagnostic, Fix, Part, Related, Severity, Subject,
};
use crate::docker::{Dockerfile, Step};
use crate::file::File;
use crate::fingerprint::Fingerprint;
use crate::gate::ReleasePolicy;
use crate::image::Clock;
use crate::k8s::{
    Container, ContainerClasses, KubernetesVersion, Object, Workload, WorkloadKind, is_templated,
};
use crate::project::{Process, Processes, Project, Runner, StatedVariable};
use crate::repo::Repository;
use crate::secret::Secret;
use crate::source::{FileId, Place};
use crate::suppress::Asked;
use crate::tree::Node;
use crate::tree::edit::{Change, Edits};

/// What a rule looks at. The run hands it each of those in the project.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// The containers of those classes, in workloads of those kinds.
    Container(&'static [WorkloadKind], ContainerClasses, for<'p> fn(Container<'p>, &mut Cx<'p>)),
    /// The workloads of those kinds.
    Workload(&'static [WorkloadKind], for<'p> fn(Workload<'p>, &mut Cx<'p>)),
    /// The Kubernetes objects of those kinds of the core API; an empty list means every object.
    Object(&'static [&'static str], fn(Object<'_>, &mut Cx<'_>)),
    /// The variables of containers whose values the manifests state, each once: where a container
    /// says so, or in a ConfigMap that containers take variables from.
    Variable(fn(&StatedVariable<'_>, &mut Cx<'_>)),
    /// Every Dockerfile.
    Dockerfile(fn(&Dockerfile, &mut Cx<'_>)),
    /// Every `RUN`, also one behind `ONBUILD`; nothing of it can be read where no POSIX shell
    /// runs it.
    Step(fn(Step<'_>, &mut Cx<'_>)),
    /// Every service of every Compose project.
    Service(fn(Service<'_>, &mut Cx<'_>)),
    /// Every Compose file as a whole.
    Compose(fn(ComposeFile<'_>, &mut Cx<'_>)),
    /// Every agent configuration, of whatever framework.
    Agent(fn(&AgentConfig<'_>, &mut Cx<'_>)),
    /// Every configuration of Alertmanager.
    Notifier(fn(&Notifier<'_>, &mut Cx<'_>)),
    /// Every OpenTelemetry collector.
    Collector(fn(&Collector<'_>, &mut Cx<'_>)),
    /// Every configuration of Prometheus.
    Scraper(fn(&AgentConfig<'_>, &Scraper<'_>, &mut Cx<'_>)),
    /// Every alert, of whatever program.
    Alert(fn(&Alert<'_>, &mut Cx<'_>)),
    /// The alerts of a document or an object together.
    AlertSet(fn(&AlertSet<'_>, &mut Cx<'_>)),
    /// Every release policy.
    Gate(fn(&ReleasePolicy<'_>, &mut Cx<'_>)),
    /// Every credential in any text, and the file that it stands in.
    Secret(fn(&File, &Secret, &mut Cx<'_>)),
    /// Every file of which anything is known, whatever it is.
    File(fn(&File, &mut Cx<'_>)),
    /// Every repository as a whole.
    Repository(fn(&Repository<'_>, &mut Cx<'_>)),
    /// Reported while a file is read or the findings are settled; the text says of what.
    Reading(&'static str),
}

/// When a rule is on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// What breaks or exposes a service today.
    Essential,
    /// What a service needs before it goes to production.
    Production,
    /// What a platform team may want on top.
    Strict,
    /// Only when it is selected by name.
    #[value(skip)]
    #[schemars(skip)]
    Optional,
}

impl Profile {
    /// The profiles that one can choose; what is optional is chosen rule by rule.
    pub const CHOICES: [Profile; 3] = [Profile::Essential, Profile::Production, Profile::Strict];

    /// The profile of that name, if it is one to choose.
    pub fn named(name: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|profile| profile.as_str() == name)
    }

    /// The word that configuration and rule pages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Essential => "essential",
            Profile::Production => "production",
            Profile::Strict => "strict",
            Profile::Optional => "optional",
        }
    }
}

/// Where the files are meant to run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine, a test.
    Development,
    /// A rehearsal of production.
    Staging,
    /// The real thing.
    Production,
}

impl Environment {
    /// Every environment.
    pub const ALL: [Environment; 3] =
        [Environment::Development, Environment::Staging, Environment::Production];

    /// The word that configuration and rule pages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Environment::Development => "development",
            Environment::Staging => "staging",
            Environment::Production => "production",
        }
    }

    /// The environment of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|environment| environment.as_str() == name)
    }
}

/// Something of a rule that configuration may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// The key under `[rules."group/name"]`.
    pub name: &'static str,
    /// What it is when nothing is configured.
    pub default: ParameterValue,
    /// What it means, with its unit and source.
    pub about: &'static str,
}

/// The value of a [`Parameter`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ParameterValue {
    /// A whole number.
    Number(i64),
    /// A number with a fraction.
    Decimal(Decimal),
    /// A list of names, of whatever the rule compares with them.
    Words(Vec<String>),
}

impl fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParameterValue::Number(number) => write!(f, "{number}"),
            ParameterValue::Decimal(number) => write!(f, "{number}"),
            ParameterValue::Words(words) => write!(f, "{words:?}"),
        }
    }
}

/// A number with a fraction, exact to the millionth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    millionths: i64,
}

impl Decimal {
    const ONE: f64 = 1e6;

    /// The number of that text, unless it is none, or one too large to be exact.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(text.parse().ok()?)
    }

    /// The decimal next to a number, unless that is too large to be exact.
    #[allow(clippy::cast_possible_truncation)] // the bound is checked
    pub fn of(number: f64) -> Option<Self> {
        const MOST: f64 = 1e9;
        let millionths = (number * Self::ONE).round();
        (number.abs() <= MOST).then_some(Decimal { millionths: millionths as i64 })
    }

    /// The nearest binary fraction, which is what a file's numbers are read as.
    #[allow(clippy::cast_precision_loss)] // the bound is checked
    pub fn number(self) -> f64 {
        self.millionths as f64 / Self::ONE
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.number())
    }
}

/// A rule: what its page says, and its check.
pub struct Rule {
    /// `group/name`.
    pub id: &'static str,
    /// One short sentence: what is wrong.
    pub title: &'static str,
    /// How bad, unless configured.
    pub severity: Severity,
    /// How sure, unless a finding says otherwise.
    pub confidence: Confidence,
    /// The least strict profile that has the rule.
    pub profile: Profile,
    /// Where the rule makes sense.
    pub environments: Vec<Environment>,
    /// Whether there is a fix, and of what kind.
    pub fix: Option<Applicability>,
    /// The version that brought it.
    pub since: &'static str,
    /// The ids of the same check in other tools.
    pub aliases: Vec<(&'static str, Vec<&'static str>)>,
    /// What configuration may change.
    pub parameters: Vec<Parameter>,
    /// The whole page, front matter included.
    pub page: &'static str,
    pub(crate) check: Check,
}

/// Lists the rules of a group, each a module of it and a page in `rules/`.
macro_rules! group {
    ($group:ident: $($rule:ident),* $(,)?) => {
        pub(super) const PAGES: &[$crate::rules::page::Page] = &[$({
            const TEXT: &str = include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/rules/", stringify!($group), "/", stringify!($rule), ".md"
            ));
            static FRONT: [u8; $crate::rules::page::front_length(TEXT)] = $crate::rules::page::front(TEXT);
            $crate::rules::page::Page { front: $crate::rules::page::text(&FRONT), text: TEXT, check: $rule::CHECK }
        }),*];
    };
}

mod agent;
mod alert;
mod compose;
mod docker;
mod evidence;
mod gate;
mod k8s;
mod repo;
mod secret;
mod syntax;

/// Every rule, in the order of their ids.
pub static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let groups = [
        agent::PAGES,
        alert::PAGES,
        compose::PAGES,
        docker::PAGES,
        evidence::PAGES,
        gate::PAGES,
        k8s::PAGES,
        repo::PAGES,
        secret::PAGES,
        syntax::PAGES,
    ];
    let mut all: Vec<Rule> = groups.into_iter().flatten().map(Rule::of).collect();
    all.sort_by_key(|rule| rule.id);
    all
});

/// The rules that report a literal credential, and know more of it than the text does.
pub(crate) const ON_LITERALS: [&str; 10] = [
    "agent/credential-env-name-invalid",
    "agent/credential-literal",
    "agent/default-login",
    "compose/command-credential",
    "compose/credential-env-literal",
    "docker/chpasswd",
    "docker/secret-in-arg-or-env",
    "k8s/configmap-secret-literal",
    "k8s/env-secret-literal",
    "secret/kubernetes-secret",
];

/// The index in [`RULES`] of the rule with that id.
pub fn index_of(id: &str) -> Option<usize> {
    RULES.binary_search_by_key(&id, |rule| rule.id).ok()
}

/// The rule with that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.get(index_of(id)?)
}

/// The rules that go by a name: an id, the part of it after the slash, or another tool's id.
pub fn named(name: &str) -> Vec<&'static Rule> {
    if let Some(rule) = find(name) {
        return vec![rule];
    }
    let short =
        RULES.iter().filter(|rule| rule.id.ends_with(&format!("/{name}"))).collect::<Vec<_>>();
    if !short.is_empty() {
        return short;
    }
    let has_alias = |rule: &&Rule| {
        rule.aliases.iter().any(|(tool, ids)| ids.iter().any(|id| is_same_check(tool, name, id)))
    };
    RULES.iter().filter(has_alias).collect()
}

/// The rule whose id is most like a name that no rule has.
pub fn nearest(name: &str) -> Option<&'static Rule> {
    const LIKE: f64 = 0.7;
    let likeness = |rule: &&Rule| {
        let short = rule.id.rsplit('/').next().unwrap_or(rule.id);
        strsim::jaro_winkler(rule.id, name).max(strsim::jaro_winkler(short, name))
    };
    let best = RULES.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) >= LIKE).then_some(best)
}

/// The name that one was probably meant to be.
pub(crate) fn most_alike<'n>(
    name: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    /// How alike two names are when one is taken for a slip of the other.
    const LIKE: f64 = 0.85;
    /// Of so many names one is like any other.
    const MOST: usize = 256;
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '.'], "_");
    let wanted = plain(name);
    let likeness = |known: &str| strsim::jaro_winkler(&plain(known), &wanted);
    let names = names.into_iter().take(MOST).filter(|known| *known != name);
    let all = names.map(|known| (likeness(known), known));
    let best = all.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(likeness, _)| *likeness >= LIKE).map(|(_, known)| known)
}

impl Rule {
    /// `docker`, `k8s`, ...
    pub fn group(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(group, _)| group)
    }

    /// The part of the id after the slash.
    pub fn name(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(_, name)| name)
    }

    /// The checklist items that the rule helps to decide.
    pub fn checklist(&self) -> &'static [&'static str] {
        crate::checklist::items_of(self.id)
    }

    /// Whether a scorecard of the checklists needs what the rule finds.
    pub(crate) fn decides(&self) -> bool {
        !self.checklist().is_empty() || self.group() == "evidence"
    }

    /// Where the page stands on the web.
    pub fn url(&self) -> String {
        format!("{}/{}/{}.md", Self::PAGES, self.group(), self.name().replace('-', "_"))
    }

    /// The home of the rule pages.
    const PAGES: &'static str = "https://github.com/agentcheck/agentcheck/blob/main/rules";

    /// What the rule looks at, in words.
    pub fn applies_to(&self) -> String {
        let names =
            |kinds: &[WorkloadKind]| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>();
        let kinds = |kinds: &[WorkloadKind]| {
            let all = WorkloadKind::ALL.iter().copied();
            let others: Vec<_> = all.filter(|kind| !kinds.contains(kind)).collect();
            match others.as_slice() {
                [] => "every workload".to_owned(),
                few @ ([_] | [_, _]) => format!("every workload but {}", names(few).join(" and ")),
                _ => names(kinds).join(", "),
            }
        };
        match self.check {
            Check::Container(on, classes, _) => format!("{} of {}", classes.describe(), kinds(on)),
            Check::Workload(on, _) => kinds(on),
            Check::Object([], _) => "every Kubernetes object".to_owned(),
            Check::Object(on, _) => on.join(", "),
            Check::Variable(_) => "variables of containers".to_owned(),
            Check::Dockerfile(_) => "Dockerfiles".to_owned(),
            Check::Step(_) => "RUN instructions of Dockerfiles".to_owned(),
            Check::Service(_) => "Compose services".to_owned(),
            Check::Compose(_) => "Compose files".to_owned(),
            Check::Agent(_) => "agent and integration configurations".to_owned(),
            Check::Notifier(_) => "configurations of Alertmanager".to_owned(),
            Check::Collector(_) => "OpenTelemetry collectors".to_owned(),
            Check::Scraper(_) => "configurations of Prometheus".to_owned(),
            Check::Alert(_) | Check::AlertSet(_) => "alerts".to_owned(),
            Check::Gate(_) => "release policies".to_owned(),
            Check::Secret(_) => "text files of every kind".to_owned(),
            Check::File(_) => "files of every kind".to_owned(),
            Check::Repository(_) => "the repository".to_owned(),
            Check::Reading(what) => what.to_owned(),
        }
    }
}

/// What a check may see and where it reports.
pub(crate) struct Cx<'p> {
    project: &'p Project<'p>,
    rule: &'static Rule,
    /// What holds in the file, and of that what holds for the rule.
    settings: &'p Settings,
    own: &'p RuleSettings,
    /// Where what is in hand is meant to run.
    environment: Environment,
    /// The Kubernetes object in hand.
    object: Option<Object<'p>>,
    about: About<'p>,
    /// How many subjects the rule was handed.
    subjects: u64,
    found: Vec<Diagnostic>,
    bounds: Bounds,
    /// Whether what is found is looked at before it is reported, or not.
    is_aside: bool,
    /// What other rules have asked for.
    answers: Rc<Answers<'p>>,
}

/// What rules on one file have asked for, for whoever asks again.
#[derive(Default)]
pub(crate) struct Answers<'p> {
    processes: Processes<'p>,
    subjects: RefCell<HashMap<Node<'p>, Arc<Subject>>>,
    /// What is to be ignored of a file.
    asked: RefCell<HashMap<FileId, Asked>>,
}

impl<'p> Answers<'p> {
    /// The names of what a node describes.
    fn subject(&self, node: Node<'p>, names: impl FnOnce() -> Subject) -> Arc<Subject> {
        let mut known = self.subjects.borrow_mut();
        Arc::clone(known.entry(node).or_insert_with(|| Arc::new(names())))
    }
}

/// What findings are about. Its names are written out only where there is a finding.
#[derive(Clone, Debug)]
pub(crate) enum About<'p> {
    /// Nothing with a name of its own.
    Nothing,
    Object(Object<'p>),
    Container(Container<'p>),
    Known(Arc<Subject>),
}

impl<'p> About<'p> {
    fn subject(&self, answers: &Answers<'p>) -> Option<Arc<Subject>> {
        match self {
            About::Nothing => None,
            About::Object(it) => Some(answers.subject(it.node(), || it.subject())),
            About::Container(it) => Some(answers.subject(it.node(), || it.subject())),
            About::Known(subject) => Some(Arc::clone(subject)),
        }
    }
}

impl<S: Into<Arc<Subject>>> From<Option<S>> for About<'_> {
    fn from(subject: Option<S>) -> Self {
        subject.map_or(About::Nothing, |subject| About::Known(subject.into()))
    }
}

impl<'p> Cx<'p> {
    pub(crate) fn new(
        project: &'p Project<'p>,
        rule: &'static Rule,
        settings: &'p Settings,
        own: &'p RuleSettings,
    ) -> Self {
        Self::sharing(&Rc::default(), project, rule, settings, own)
    }

    /// Takes what other rules have asked for from there.
    pub(crate) fn sharing(
        answers: &Rc<Answers<'p>>,
        project: &'p Project<'p>,
        rule: &'static Rule,
        settings: &'p Settings,
        own: &'p RuleSettings,
    ) -> Self {
        let (environment, found) = (settings.environment, Vec::new());
        let (object, about, subjects) = (None, About::Nothing, 0);
        let (bounds, is_aside) = (Bounds::default(), false);
        Cx {
            project,
            rule,
            settings,
            own,
            environment,
            object,
            about,
            subjects,
            found,
            bounds,
            is_aside,
            answers: Rc::clone(answers),
        }
    }

    /// Where the findings from here on are meant to run.
    pub(crate) fn within_environment(&mut self, environment: Environment) {
        self.environment = environment;
    }

    /// Where the file is meant to run, whatever is said of a part of it.
    pub(crate) fn stated_environment(&self) -> Environment {
        self.settings.environment
    }

    /// What is found by `look`, which is not reported.
    pub(crate) fn aside(&mut self, look: impl FnOnce(&mut Self)) -> Vec<Diagnostic> {
        let before = (std::mem::take(&mut self.found), self.is_aside);
        self.is_aside = true;
        look(self);
        let (found, is_aside) = before;
        self.is_aside = is_aside;
        std::mem::replace(&mut self.found, found)
    }

    /// Reports what was found aside.
    pub(crate) fn keep(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        for found in found {
            if self.is_aside || self.bounds.admit(found.place.file) {
                self.found.push(found);
            } else {
                self.bounds.pass_over(found);
            }
        }
    }

    /// The object that the findings from here on belong to: what patches it has a say in them.
    pub(crate) fn within(&mut self, object: Option<Object<'p>>) {
        self.object = object;
    }

    /// What the findings from here on are about, unless they say otherwise.
    pub(crate) fn about(&mut self, about: impl Into<About<'p>>) {
        self.about = about.into();
        self.subjects += 1;
    }

    /// How many subjects the rule was handed so far.
    pub(crate) fn subjects(&self) -> u64 {
        self.subjects
    }

    /// The whole project, for rules that ask what else is there.
    pub(crate) fn project(&self) -> &'p Project<'p> {
        self.project
    }

    /// Whether a comment or an annotation asks to ignore what the rule finds at a place. What is ignored
    /// anyway is not for rules to ask; those that say one thing of several places must leave out of it
    /// what nobody wants to hear of.
    pub(crate) fn is_ignored(&self, at: impl Into<Place>) -> bool {
        let Place { file, span } = at.into();
        let mut known = self.answers.asked.borrow_mut();
        let asked = known.entry(file).or_insert_with(|| Asked::of(self.project, file));
        asked.covers(self.rule.id, span.start)
    }

    /// What a container or a service starts, as far as the files say it.
    pub(crate) fn process_of(&self, runner: Runner<'p>) -> Rc<Process<'p>> {
        self.answers.processes.of(self.project, runner)
    }

    /// Where the file is meant to run, or the part of it that is in hand.
    pub(crate) fn environment(&self) -> Environment {
        self.environment
    }

    /// The version of Kubernetes that the manifests are for.
    pub(crate) fn kubernetes(&self) -> KubernetesVersion {
        self.settings.kubernetes
    }

    /// Whether the configuration asks for what `ShellCheck` says.
    pub(crate) fn asks_shellcheck(&self) -> bool {
        self.settings.shellcheck
    }

    /// When the end of an image's support counts, for rules with the parameters for it.
    pub(crate) fn support_clock(&self) -> Clock {
        let (soon, late) = (self.number("soon-days"), self.number("error-after-days"));
        Clock { today: self.settings.today, soon, late }
    }

    /// The value of a parameter of the rule that is a number.
    pub(crate) fn number(&self, name: &str) -> i64 {
        match self.parameter(name) {
            Some(ParameterValue::Number(number)) => *number,
            _ => 0,
        }
    }

    /// The value of a parameter of the rule that is a number, whole or not.
    #[allow(clippy::cast_precision_loss)] // thresholds are far below 2^52
    pub(crate) fn decimal(&self, name: &str) -> f64 {
        match self.parameter(name) {
            Some(ParameterValue::Decimal(number)) => number.number(),
            Some(ParameterValue::Number(number)) => *number as f64,
            _ => 0.0,
        }
    }

    /// The day that ends of support and of other things are compared with.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.settings.today
    }

    /// The value of a parameter of the rule that is a list of names.
    pub(crate) fn words(&self, name: &str) -> &'p [String] {
        match self.parameter(name) {
            Some(ParameterValue::Words(words)) => words,
            _ => &[],
        }
    }

    fn parameter(&self, name: &str) -> Option<&'p ParameterValue> {
        let default = self.rule.parameters.iter().find(|parameter| parameter.name == name);
        debug_assert!(default.is_some(), "{} has no parameter `{name}`", self.rule.id);
        self.own.parameter(name).or(default.map(|parameter| &parameter.default))
    }

    /// How sure it is that `object` refers to something that is not there; nothing where it is
    /// there, or where somebody says that it lives elsewhere (`external` of the configuration).
    pub(crate) fn dangles(
        &self,
        object: Object<'_>,
        (group, kind): (&'static str, &str),
        name: &str,
    ) -> Option<Confidence> {
        self.dangles_in(object, &self.project.namespaces_of(object), (group, kind), name)
    }

    /// The same where the reference says in which namespaces the other one is.
    pub(crate) fn dangles_in(
        &self,
        object: Object<'_>,
        namespaces: &[&str],
        (group, kind): (&'static str, &str),
        name: &str,
    ) -> Option<Confidence> {
        if is_templated(name) || self.settings.external.is_match(format!("{kind}/{name}")) {
            return None;
        }
        self.project.dangles_in(object, namespaces, (group, kind), name)
    }

    /// Reports a finding at `at`; the handle takes what else there is to say.
    pub(crate) fn report(
        &mut self,
        at: impl Into<Place>,
        message: impl Into<String>,
    ) -> Pending<'_> {
        let place = at.into();
        let patched = self.object.and_then(|object| object.node().graft_point(place));
        let related = patched.zip(self.object).map(|(place, object)| Related {
            place,
            message: format!("what it changes of {}", object.describe()),
        });
        let also_at = patched.into_iter().chain(self.object.and_then(Object::patched_annotation));
        let is_doubted = self.object.is_some_and(|object| self.project.is_doubted(object));
        let most = if is_doubted { Confidence::Low } else { Confidence::High };
        let found = Diagnostic {
            rule: self.rule.id,
            severity: self.own.severity.unwrap_or(self.rule.severity),
            confidence: self.rule.confidence.min(most),
            place,
            message: message.into(),
            help: None,
            fix: None,
            no_fix: None,
            related: related.into_iter().collect(),
            subject: self.about.subject(&self.answers),
            parts: Box::default(),
            also_at: also_at.collect(),
            suppressed: None,
            fingerprint: Fingerprint::default(),
        };
        let found = if self.is_aside || self.bounds.admit(place.file) {
            self.found.push(found);
            self.found.last_mut()
        } else {
            Some(self.bounds.pass_over(found))
        };
        Pending {
            found,
            fixed_severity: self.own.severity,
            most_confidence: most,
            environment: self.environment,
        }
    }

    /// What is found in excess of what is kept; to be asked for at the end.
    pub(crate) fn surplus(&mut self) -> Vec<Surplus> {
        self.bounds.surplus()
    }

    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.found
    }
}

/// A diagnostic that its rule may still add to.
pub(crate) struct Pending<'d> {
    found: Option<&'d mut Diagnostic>,
    /// What configuration says, which a rule cannot overrule.
    fixed_severity: Option<Severity>,
    /// How sure anything can be said of the object.
    most_confidence: Confidence,
    environment: Environment,
}

impl Pending<'_> {
    fn edit(mut self, change: impl FnOnce(&mut Diagnostic)) -> Self {
        if let Some(found) = self.found.as_deref_mut() {
            change(found);
        }
        self
    }

    /// Why it matters, or what to do; one line.
    pub(crate) fn help(self, help: impl Into<Cow<'static, str>>) -> Self {
        self.edit(|found| found.help = Some(help.into()))
    }

    /// The other end of a relation.
    pub(crate) fn related(self, at: impl Into<Place>, message: impl Into<String>) -> Self {
        let related = Related { place: at.into(), message: message.into() };
        self.edit(|found| found.related.push(related))
    }

    /// Several other ends.
    pub(crate) fn related_to(self, others: impl Iterator<Item = (Place, String)>) -> Self {
        let others = others.map(|(place, message)| Related { place, message });
        self.edit(|found| found.related.extend(others))
    }

    /// That it stands for several findings, which would be there and about that.
    pub(crate) fn parts(self, parts: impl Iterator<Item = (Place, Subject)>) -> Self {
        let part = |(place, subject)| Part {
            place,
            subject: Arc::new(subject),
            fingerprint: Fingerprint::default(),
        };
        self.edit(|found| found.parts = parts.map(part).collect())
    }

    /// A case that is less certain than the rule's others.
    pub(crate) fn confidence(self, confidence: Confidence) -> Self {
        let confidence = confidence.min(self.most_confidence);
        self.edit(|found| found.confidence = confidence)
    }

    /// A case that is better or worse than the rule's others, unless configuration decides.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        let severity = self.fixed_severity.unwrap_or(severity);
        self.edit(|found| found.severity = severity)
    }

    /// A case that is worth a note where it is not sure, be it only for what changes the object.
    pub(crate) fn note_where_unsure(self) -> Self {
        match self.found.as_ref().map(|found| found.confidence) {
            Some(Confidence::Low) => self.severity(Severity::Note),
            _ => self,
        }
    }

    /// A case that, where `is_milder`, is one step less bad than the rule's others.
    pub(crate) fn milder_where(self, is_milder: bool) -> Self {
        let now = self.found.as_ref().map(|found| found.severity);
        match now.filter(|_| is_milder) {
            Some(Severity::Error) => self.severity(Severity::Warning),
            Some(_) => self.severity(Severity::Note),
            None => self,
        }
    }

    /// A case that is worth a note at most where nothing but a developer's machine is at stake.
    pub(crate) fn note_in_development(self) -> Self {
        match self.environment {
            Environment::Development => self.severity(Severity::Note),
            _ => self,
        }
    }

    /// The object that the finding is about, where it is not the rule's subject.
    pub(crate) fn about(self, subject: impl Into<Arc<Subject>>) -> Self {
        self.edit(|found| found.subject = Some(subject.into()))
    }

    /// Edits that change nothing that runs for the worse.
    pub(crate) fn safe_fix(self, title: &str, change: impl FnOnce() -> Edits) -> Self {
        self.fix(title, Applicability::Safe, change)
    }

    /// Edits that need a value or a judgement which only the author has; the title says so.
    pub(crate) fn unsafe_fix(self, title: &str, change: impl FnOnce() -> Edits) -> Self {
        self.fix(title, Applicability::Unsafe, change)
    }

    fn fix(
        self,
        title: &str,
        applicability: Applicability,
        change: impl FnOnce() -> Edits,
    ) -> Self {
        self.edit(|found| match change() {
            Ok(Change { edits, touches }) => {
                let title = title.to_owned();
                found.fix = Some(Box::new(Fix { title, applicability, edits, touches }));
            }
            Err(refusal) => found.no_fix = Some(refusal.describe()),
        })
    }
}
