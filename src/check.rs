//! Hands every subject of the project to every rule that wants it.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::checklist::{Scorecard, View};
use crate::compose::{ComposeFile, Service, Stacks};
use crate::config::Settings;
use crate::diagnostic::Diagnostic;
use crate::docker::{Dockerfile, Inline, Step};
use crate::evidence::Record;
use crate::file::{AT_A_TIME, DocumentKind, File, Files};
use crate::fingerprint;
use crate::k8s::{Container, Object, Workload, WorkloadKind};
use crate::kustomize::Overlays;
use crate::project::{Environments, Project, StatedVariable, Subjects};
use crate::rules::{
    About, Check, Cx, Environment, MOST_FINDINGS, ON_LITERALS, RULES, Rule, Surplus, index_of,
};
use crate::source::{FileId, Place, Span, Spans};
use crate::suppress;
use crate::timings::{self, Phase};
use crate::tree::Tree;
use crate::tree::edit::Refusal;

/// What the rules found.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of the files, then of the places in them, then of the rules.
    pub diagnostics: Vec<Diagnostic>,
    /// Those that lie outside of the change that was asked for; they are not shown.
    pub outside: Vec<Diagnostic>,
    /// What is found beyond the number that is kept of a rule and a file.
    pub surplus: Vec<Surplus>,
    /// The rules that failed on a file, which is a bug of agentcheck: rule id and path.
    pub failures: Vec<(&'static str, String)>,
    /// The lines of the configuration that name the Dockerfile of an image which nothing runs.
    pub unused_images: Vec<usize>,
}

impl Findings {
    /// The findings, those outside of the change included.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(&self.outside)
    }

    /// Both together. The first list grows, so that no moment has all findings twice.
    fn and(mut self, other: Self) -> Self {
        if self.diagnostics.is_empty() {
            self.diagnostics = other.diagnostics;
        } else {
            self.diagnostics.extend(other.diagnostics);
        }
        self.surplus.extend(other.surplus);
        self.failures.extend(other.failures);
        self
    }
}

/// Runs the rules over the files; `settings` are those of each file, by its index. Nothing lies
/// outside: that is for [`crate::changes`] to say.
pub fn check(files: &Files, settings: &[Arc<Settings>]) -> Findings {
    check_and(files, settings, |_, _| ()).0
}

/// Runs the rules over the files, and judges every item of the checklists by what they found, by
/// what else the files show, and by what people vouch for.
pub fn judge_items(
    files: &Files,
    settings: &[Arc<Settings>],
    records: &[Record],
    today: Date,
) -> (Findings, Scorecard) {
    check_and(files, settings, |project, found| {
        let is_off = |rule: &str| {
            let known = index_of(rule).and_then(|index| Some((index, RULES.get(index)?)));
            let Some((index, rule)) = known else { return true };
            let is_on =
                |settings: &Arc<Settings>| settings.rules.get(index).is_some_and(|own| own.enabled);
            // Where it makes no sense, nobody turned it off.
            let is_sensible =
                |settings: &Arc<Settings>| rule.environments.contains(&settings.environment);
            settings.iter().any(is_sensible) && !settings.iter().any(is_on)
        };
        Scorecard::of(&View::new(project, settings), found, is_off, records, today)
    })
}

fn check_and<R>(
    files: &Files,
    settings: &[Arc<Settings>],
    then: impl FnOnce(&Project<'_>, &[Diagnostic]) -> R,
) -> (Findings, R) {
    let environment = |file: FileId| {
        settings.get(file.index()).map_or(Environment::Production, |settings| settings.environment)
    };
    let mut laps = timings::laps();
    let overlays = Overlays::of(files.as_slice(), environment);
    let stacks = Stacks::of(files.as_slice(), environment);
    let project = Project::link(files, &overlays, &stacks);
    laps.end(Phase::Link);
    let shares: Vec<_> = project
        .files()
        .par_iter()
        .with_max_len(AT_A_TIME)
        .enumerate()
        .filter_map(|(index, file)| {
            let (subjects, settings) = (project.subjects(index)?, settings.get(index)?);
            Some(check_file(&project, file, subjects, settings))
        })
        .fold(Findings::default, Findings::and)
        .collect();
    let mut findings = shares.into_iter().fold(Findings::default(), Findings::and);
    laps.end(Phase::Rules);
    findings = findings.and(check_repositories(&project, settings));
    laps.end(Phase::Repositories);
    findings.unused_images = project.unused_images();
    say_once(files, &mut findings.diagnostics);
    report_surplus(&project, settings, &findings.surplus, &mut findings.diagnostics);
    let more = suppress::apply(&project, settings, &mut findings.diagnostics, &findings.surplus);
    report_surplus(&project, settings, &more, &mut findings.diagnostics);
    findings.surplus.extend(more);
    // Those of each file are in order already.
    findings.diagnostics.sort_by(order);
    findings.diagnostics.dedup();
    merge_shared(&mut findings.diagnostics);
    laps.end(Phase::Settle);
    fingerprint::name(files, &mut findings.diagnostics);
    laps.end(Phase::Fingerprints);
    let result = then(&project, &findings.diagnostics);
    laps.end(Phase::Checklists);
    (findings, result)
}

/// The order of findings: that of the files, of the places in them, of the rules.
fn order(one: &Diagnostic, other: &Diagnostic) -> Ordering {
    (one.place, one.rule, &one.message).cmp(&(other.place, other.rule, &other.message))
}

/// Makes one finding of those that several services have at one place, or a service and a container,
/// because all of them take in what stands there. The worst of them counts.
fn merge_shared(diagnostics: &mut Vec<Diagnostic>) {
    let is_of_service = |found: &Diagnostic| {
        found.subject.as_ref().is_some_and(|subject| subject.kind == "compose service")
    };
    diagnostics.dedup_by(|later, earlier| {
        let is_of_service = is_of_service(later) || is_of_service(earlier);
        let is_shared = (later.rule.starts_with("compose/") || is_of_service)
            && (later.rule, later.place) == (earlier.rule, earlier.place)
            && (later.subject != earlier.subject || later.message == earlier.message);
        if is_shared {
            earlier.severity = earlier.severity.max(later.severity);
        }
        is_shared
    });
}

/// Runs the rules on repositories, once for all files of the same settings: each file's own decide
/// what is said of it.
fn check_repositories(project: &Project<'_>, settings: &[Arc<Settings>]) -> Findings {
    let mut findings = Findings::default();
    if project.repositories().is_empty() {
        return findings;
    }
    let mut distinct: Vec<&Arc<Settings>> = Vec::new();
    for one in settings {
        if !distinct.iter().any(|known| Arc::ptr_eq(known, one)) {
            distinct.push(one);
        }
    }
    for settled in distinct {
        let mut laps = timings::laps();
        let rules = RULES.iter().zip(&settled.rules).enumerate();
        for (index, (rule, own)) in rules.filter(|(_, (_, own))| own.enabled) {
            let Check::Repository(check) = rule.check else { continue };
            let mut cx = Cx::new(project, rule, settled, own);
            for repository in project.repositories() {
                cx.about(About::Nothing);
                let run = catch_unwind(AssertUnwindSafe(|| check(repository, &mut cx)));
                if run.is_err() {
                    findings.failures.push((rule.id, repository.root().folder.clone()));
                }
            }
            let is_of_settled = |file: FileId| {
                let of_file = settings.get(file.index());
                of_file.is_some_and(|of_file| Arc::ptr_eq(of_file, settled))
            };
            let surplus = cx.surplus().into_iter();
            findings.surplus.extend(surplus.filter(|it| is_of_settled(it.first.file)));
            let subjects = cx.subjects();
            let found = cx.finish();
            laps.end_rule(index, subjects, found.len());
            let found = found.into_iter();
            findings.diagnostics.extend(found.filter(|it| is_of_settled(it.place.file)));
        }
    }
    findings
}

/// Leaves out what was found of a credential in the text where a rule that knows what the file is has
/// said it.
fn say_once(files: &Files, diagnostics: &mut Vec<Diagnostic>) {
    // Of several environments, which is another matter.
    const OF_SEVERAL: &str = "secret/shared-across-environments";
    let mut said: HashMap<FileId, Vec<Span>> = HashMap::new();
    for found in diagnostics.iter().filter(|found| ON_LITERALS.contains(&found.rule)) {
        said.entry(found.place.file).or_default().push(found.place.span);
    }
    let said: HashMap<_, _> =
        said.into_iter().map(|(file, spans)| (file, Spans::from_iter(spans))).collect();
    let is_said = |found: &Diagnostic| {
        let (Some(said), Some(file)) = (said.get(&found.place.file), files.get(found.place.file))
        else {
            return false;
        };
        let (secrets, span) = (file.secrets(), found.place.span);
        let at = secrets.binary_search_by_key(&span.start, |secret| secret.span.start).ok();
        let whole = at.and_then(|at| secrets.get(at)).map_or(span, |secret| Span {
            start: secret.name.map_or(secret.span.start, |name| name.start.min(secret.span.start)),
            end: secret.hidden.end,
        });
        said.touch(whole)
    };
    let is_textual = |found: &Diagnostic| {
        found.rule.starts_with("secret/")
            && found.rule != OF_SEVERAL
            && !ON_LITERALS.contains(&found.rule)
    };
    diagnostics.retain(|found| !is_textual(found) || !is_said(found));
}

/// What a file holds for rules, looked up once for all of them.
struct Held<'f, 'p> {
    file: &'f File,
    subjects: &'f Subjects<'p>,
    environments: Environments<'p>,
    /// The kinds of its objects, each once.
    kinds: Vec<&'p str>,
    /// Workloads with their containers.
    workloads: Vec<(Workload<'p>, Vec<Container<'p>>)>,
}

impl<'f, 'p> Held<'f, 'p> {
    fn of(project: &'p Project<'p>, file: &'f File, subjects: &'f Subjects<'p>) -> Self {
        let workloads = subjects.workloads.iter().map(|it| (*it, it.containers()));
        let mut kinds: Vec<_> = subjects.objects.iter().map(|object| object.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        Held {
            file,
            subjects,
            environments: Environments::of(project, subjects),
            kinds,
            workloads: workloads.collect(),
        }
    }

    /// Whether there is anything for a check. Most files hold something for a few rules only.
    fn has_any_for(&self, check: Check) -> bool {
        let Held { file, subjects, environments, kinds, .. } = self;
        let has_workloads = |kinds: &[WorkloadKind]| {
            self.workloads.iter().any(|(workload, _)| kinds.contains(&workload.kind()))
        };
        match check {
            Check::Container(kinds, ..) | Check::Workload(kinds, _) => has_workloads(kinds),
            Check::Object(wanted, _) => kinds.iter().any(|kind| is_among(wanted, kind)),
            Check::Variable(_) => !environments.variables.is_empty(),
            Check::Dockerfile(_) | Check::Step(_) => {
                file.dockerfile().is_some() || !file.inline_dockerfiles().is_empty()
            }
            Check::Service(_) => !subjects.services.is_empty(),
            Check::Compose(_) => !subjects.compose_files.is_empty(),
            Check::Agent(_) => {
                !subjects.agents.is_empty()
                    || !environments.objects.is_empty()
                    || !environments.services.is_empty()
            }
            Check::Notifier(_) | Check::Collector(_) | Check::Scraper(_) => {
                !subjects.agents.is_empty()
            }
            Check::Alert(_) | Check::AlertSet(_) => !subjects.alerts.is_empty(),
            Check::Gate(_) => !subjects.policies.is_empty(),
            Check::Secret(_) => !file.secrets().is_empty(),
            Check::Reading(_) => {
                !file.errors().is_empty()
                    || file.trees().any(|tree| {
                        tree.duplicates().next().is_some() || tree.doubled_merges().next().is_some()
                    })
            }
            Check::File(_) => true,
            // Not of one file.
            Check::Repository(_) => false,
        }
    }
}

/// Whether a kind is among those that are wanted; none at all stands for every one.
fn is_among(wanted: &[&str], kind: &str) -> bool {
    wanted.is_empty() || wanted.contains(&kind)
}

fn check_file<'p>(
    project: &'p Project<'p>,
    file: &File,
    subjects: &Subjects<'p>,
    settings: &'p Settings,
) -> Findings {
    let mut findings = Findings::default();
    let held = Held::of(project, file, subjects);
    let answers = Rc::default();
    let mut laps = timings::laps();
    let rules = RULES.iter().zip(&settings.rules).enumerate();
    for (index, (rule, own)) in rules.filter(|(_, (_, own))| own.enabled) {
        if !held.has_any_for(rule.check) {
            continue;
        }
        let mut cx = Cx::sharing(&answers, project, rule, settings, own);
        // A rule that panics must not hide what the others found.
        let run = catch_unwind(AssertUnwindSafe(|| run(rule, &held, &mut cx)));
        if run.is_err() {
            findings.failures.push((rule.id, file.source().path().to_owned()));
        }
        findings.surplus.extend(cx.surplus());
        let subjects = cx.subjects();
        let found = cx.finish();
        laps.end_rule(index, subjects, found.len());
        findings.diagnostics.extend(found);
    }
    findings.diagnostics.sort_by(order);
    findings
}

/// Reports for each file of which too much was found how much of that is not listed. It is as bad as the
/// worst of what is not.
fn report_surplus(
    project: &Project<'_>,
    settings: &[Arc<Settings>],
    surplus: &[Surplus],
    diagnostics: &mut Vec<Diagnostic>,
) {
    const LIMIT: &str = "syntax/limit-exceeded";
    let Some((index, rule)) = index_of(LIMIT).and_then(|index| Some((index, RULES.get(index)?)))
    else {
        return;
    };
    for Surplus { rule: of, first, count, severity } in surplus {
        let Some(settings) = settings.get(first.file.index()) else { continue };
        let Some(own) = settings.rules.get(index).filter(|own| own.enabled) else { continue };
        let mut cx = Cx::new(project, rule, settings, own);
        let (findings, are) = if *count == 1 { ("finding", "is") } else { ("findings", "are") };
        let whole = Place { file: first.file, span: Span::default() };
        cx.report(
            whole,
            format!("`{of}` has {count} more {findings} here, which {are} not listed"),
        )
        .help(format!("of one rule, {MOST_FINDINGS} are listed for a file"))
        .related(*first, "the first that is not listed")
        .severity(*severity);
        diagnostics.extend(cx.finish());
    }
}

fn run<'p>(rule: &Rule, held: &Held<'_, 'p>, cx: &mut Cx<'p>) {
    let Held { file, subjects, environments, .. } = held;
    match rule.check {
        Check::Container(kinds, classes, check) => {
            let wanted = |workload: &Workload<'_>| kinds.contains(&workload.kind());
            for (workload, containers) in held.workloads.iter().filter(|(it, _)| wanted(it)) {
                cx.within(Some(workload.object()));
                for &container in containers.iter().filter(|it| classes.contains(it.class())) {
                    cx.about(About::Container(container));
                    check(container, cx);
                }
            }
        }
        Check::Workload(kinds, check) => {
            for &workload in subjects.workloads.iter().filter(|it| kinds.contains(&it.kind())) {
                cx.within(Some(workload.object()));
                cx.about(About::Object(workload.object()));
                check(workload, cx);
            }
        }
        Check::Object(kinds, check) => {
            for &object in subjects.objects.iter().filter(|it| is_among(kinds, it.kind())) {
                cx.within(Some(object));
                cx.about(About::Object(object));
                check(object, cx);
            }
        }
        Check::Variable(check) => {
            for variable in &environments.variables {
                cx.within(Some(variable.object));
                cx.about(whose(variable));
                check(variable, cx);
            }
        }
        Check::Dockerfile(check) => {
            if let Some(dockerfile) = file.dockerfile() {
                cx.about(About::Nothing);
                check(dockerfile, cx);
            }
            for inline in file.inline_dockerfiles() {
                judge_inline(inline, check, cx);
            }
        }
        Check::Step(check) => {
            if let Some(dockerfile) = file.dockerfile() {
                check_steps(dockerfile, check, cx);
            }
            for inline in file.inline_dockerfiles() {
                judge_inline(inline, |dockerfile, cx| check_steps(dockerfile, check, cx), cx);
            }
        }
        Check::Service(check) => {
            for &service in &subjects.services {
                judge(service, service, service.below(), rule, check, cx);
            }
        }
        Check::Compose(check) => {
            for &file in &subjects.compose_files {
                judge_file(file, check, cx);
            }
        }
        Check::Agent(check) => {
            for agent in &subjects.agents {
                cx.within(agent.object());
                cx.about(Some(agent.subject()));
                check(agent, cx);
            }
            for (object, agent) in &environments.objects {
                // No patch changes what is generated: it is made of what stands in several files.
                cx.within(Some(*object).filter(|it| !subjects.generated.contains(it)));
                cx.about(Some(agent.subject()));
                check(agent, cx);
            }
            for it in &environments.services {
                judge(it.service, &it.agent, it.below.as_ref(), rule, check, cx);
            }
        }
        Check::Notifier(_)
        | Check::Collector(_)
        | Check::Scraper(_)
        | Check::Alert(_)
        | Check::AlertSet(_) => watch(rule, subjects, cx),
        Check::Gate(check) => {
            for policy in &subjects.policies {
                cx.about(Some(policy.subject()));
                check(policy, cx);
            }
        }
        Check::Secret(check) => {
            for secret in file.secrets() {
                cx.about(About::Nothing);
                check(file, secret, cx);
            }
        }
        Check::File(check) => {
            cx.about(About::Nothing);
            check(file, cx);
        }
        // Not of one file.
        Check::Repository(_) => {}
        Check::Reading(_) => reading(rule, file, cx),
    }
}

/// The container or the ConfigMap that gives a variable its value.
fn whose<'p>(variable: &StatedVariable<'p>) -> About<'p> {
    variable.own_container().map_or(About::Object(variable.object), About::Container)
}

/// Runs a rule over what watches the project.
fn watch<'p>(rule: &Rule, subjects: &Subjects<'p>, cx: &mut Cx<'p>) {
    match rule.check {
        Check::Notifier(check) => {
            for agent in &subjects.agents {
                cx.about(Some(agent.subject()));
                agent.notifier.iter().for_each(|notifier| check(notifier, cx));
            }
        }
        Check::Collector(check) => {
            for agent in &subjects.agents {
                cx.about(Some(agent.subject()));
                agent.collector.iter().for_each(|collector| check(collector, cx));
            }
        }
        Check::Scraper(check) => {
            for agent in &subjects.agents {
                cx.about(Some(agent.subject()));
                agent.scraper.iter().for_each(|scraper| check(agent, scraper, cx));
            }
        }
        Check::Alert(check) => {
            for set in &subjects.alerts {
                cx.within(set.object);
                for alert in &set.alerts {
                    let subject = set.object.map_or_else(|| alert.subject(), Object::subject);
                    cx.about(Some(subject));
                    check(alert, cx);
                }
            }
        }
        Check::AlertSet(check) => {
            for set in &subjects.alerts {
                cx.within(set.object);
                cx.about(set.object.map(Object::subject));
                check(set, cx);
            }
        }
        _ => {}
    }
}

fn check_steps(dockerfile: &Dockerfile, check: fn(Step<'_>, &mut Cx<'_>), cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        dockerfile.steps_of(stage).for_each(|step| check(step, cx));
    }
}

/// Judges a Dockerfile inside another file, and keeps what can be shown there. Nothing is mended in a
/// text inside a text.
fn judge_inline(inline: &Inline, check: impl FnOnce(&Dockerfile, &mut Cx<'_>), cx: &mut Cx<'_>) {
    cx.about(About::Nothing);
    let found = cx.aside(|cx| check(inline.dockerfile(), cx)).into_iter();
    cx.keep(found.filter_map(|mut it| {
        it.place = inline.outer(it.place)?;
        it.related.retain_mut(|related| {
            let place = inline.outer(related.place);
            related.place = place.unwrap_or(related.place);
            place.is_some()
        });
        if it.fix.take().is_some() || it.no_fix.is_some() {
            it.no_fix = Some(Refusal::Embedded.describe());
        }
        Some(it)
    }));
}

/// Judges what a service is as Compose runs it, and keeps what its own file brings: what it lacks
/// without that file as well (`below`) is reported there.
fn judge<'p, V>(
    service: Service<'p>,
    whole: V,
    below: Option<V>,
    rule: &Rule,
    check: impl Fn(V, &mut Cx<'p>),
    cx: &mut Cx<'p>,
) {
    if service.is_for_development() {
        if !rule.environments.contains(&Environment::Development) {
            return;
        }
        cx.within_environment(Environment::Development);
    }
    cx.about(Some(service.subject()));
    let known = below.map(|below| messages(cx.aside(|cx| check(below, cx))));
    let known = known.unwrap_or_default();
    let found = cx.aside(|cx| check(whole, cx)).into_iter();
    let is_known = |it: &Diagnostic| known.contains(&it.message) && service.lacks_at(it.place);
    cx.keep(found.filter(|it| service.brings(it.place) && !is_known(it)));
    cx.within_environment(cx.stated_environment());
}

/// The same for what is asked of all services of a file together.
fn judge_file<'p>(file: ComposeFile<'p>, check: fn(ComposeFile<'_>, &mut Cx<'_>), cx: &mut Cx<'p>) {
    cx.about(About::Nothing);
    let found = cx.aside(|cx| check(file, cx)).into_iter();
    cx.keep(found.filter(|it| file.brings(it.place)));
}

fn messages(found: Vec<Diagnostic>) -> HashSet<String> {
    found.into_iter().map(|found| found.message).collect()
}

/// What parsing had to say about the file.
fn reading(rule: &Rule, file: &File, cx: &mut Cx<'_>) {
    for (_, error) in file.errors().iter().filter(|(id, _)| *id == rule.id) {
        if rule.id == "syntax/dockerfile-invalid" {
            cx.report(error.place, error.message.clone())
                .help("the build stops here; the other instructions were checked");
            continue;
        }
        let mut message = error.message.clone();
        message.truncate(message.trim_end_matches('.').len());
        if let Some(limit) = error.limit {
            cx.report(error.place, message).help(limit.help());
            continue;
        }
        let is_lost = error.document.start < error.document.end;
        cx.report(error.place, message).help(if is_lost {
            "nothing in this document was checked"
        } else {
            "programs that read the older syntax refuse the whole file"
        });
    }
    if rule.id == "syntax/duplicate-key" {
        for (later, earlier) in file.trees().flat_map(Tree::duplicates) {
            cx.report(later, format!("key `{}` stands twice in this mapping", later.text()))
                .help("the later one wins without a word; remove one of them")
                .related(earlier, "the earlier one");
        }
        // Other readers merge them all.
        let is_compose = file.documents().any(|(_, kind)| kind == DocumentKind::Compose);
        let of_compose = file.trees().filter(|_| is_compose);
        for (later, first) in of_compose.flat_map(Tree::doubled_merges) {
            cx.report(later, "key `<<` stands twice in this mapping, which Docker Compose refuses")
                .help("merge several with one key: `<<: [*a, *b]`")
                .related(first, "the first one");
        }
    }
}
