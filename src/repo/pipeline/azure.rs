//! Pipelines of Azure.
//!
//! Source: learn.microsoft.com/azure/devops/pipelines/yaml-schema.

use super::command::{self, Shell};
use super::when::{Events, When, both};
use super::{
    Call, Does, How, Job, Leniency, MOST_STEPS, Pipeline, Step, Tool, action, heed_variables,
    local, text_at, texts,
};
use crate::build::said;
use crate::docker::shell::Settings;
use crate::source::resolve;
use crate::tree::Node;

/// `${{ if }}` and `${{ each }}` around stages, jobs and steps.
const DEPTH: usize = 6;

/// Reads a pipeline, or a template of stages, jobs or steps.
pub(super) fn read(document: Node<'_>) -> Option<Pipeline> {
    let lists = ["stages", "jobs", "steps", "extends"];
    let first = lists.iter().find_map(|key| document.get(key))?;
    if first.key.text() != "extends" && !first.value.is_list() {
        return None;
    }
    let mut reader = Reader { jobs: Vec::new() };
    reader.all(document, &[], &[When::ALWAYS]);
    for job in &mut reader.jobs {
        heed_variables(&mut job.steps, &[document.at(&["variables"])]);
    }
    let extends = document.at(&["extends", "template"]);
    let includes = extends.map(template).into_iter().collect();
    let trigger = document
        .get("trigger")
        .or_else(|| document.get("pr"))
        .or_else(|| document.get("schedules"));
    Some(Pipeline {
        tool: Tool::AzurePipelines,
        place: first.key.place(),
        name: text_at(document, &["name"]).map(str::to_owned),
        triggers: triggers(document),
        triggered_at: trigger.map(|it| it.key.place()),
        is_template: false,
        jobs: reader.jobs,
        includes,
    })
}

/// When a pipeline runs. Whether it does for pull requests is often said by a policy outside.
fn triggers(document: Node<'_>) -> Vec<When> {
    let mut all = vec![When::on(Events::MANUAL)];
    let of = |key: &str, events: Events| {
        let Some(node) = document.at(&[key]) else { return vec![When::on(events)] };
        if node.text() == "none" {
            return Vec::new();
        }
        let branches = node.at(&["branches"]).unwrap_or(node);
        let (only, except) = if branches.is_map() {
            (branches.at(&["include"]).map(texts), branches.at(&["exclude"]).map(texts))
        } else {
            (Some(texts(branches)), None)
        };
        let when = When::on(events);
        let when = match only.filter(|it| !it.is_empty() && it.iter().any(|it| !it.is_empty())) {
            Some(only) => when.only(only),
            None => when,
        };
        vec![when.except(except.unwrap_or_default())]
    };
    all.extend(of("trigger", Events::PUSH));
    all.extend(of("pr", Events::MERGE));
    if document.get("schedules").is_some() {
        all.push(When::on(Events::SCHEDULE));
    }
    all
}

struct Reader {
    jobs: Vec<Job>,
}

impl Reader {
    /// Takes in the stages, jobs or steps of a node, which run behind those jobs; gives the new ones.
    fn all(&mut self, node: Node<'_>, after: &[usize], when: &[When]) -> Vec<usize> {
        if let Some(stages) = node.at(&["stages"]) {
            return self.stages(stages, after, when);
        }
        if let Some(jobs) = node.at(&["jobs"]) {
            return self.list(jobs, after, when);
        }
        match node.at(&["steps"]) {
            Some(_) => self.job(node, "", after, when).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn stages(&mut self, list: Node<'_>, after: &[usize], when: &[When]) -> Vec<usize> {
        let mut named: Vec<(&str, Vec<usize>)> = Vec::new();
        let mut before: Vec<usize> = after.to_vec();
        let mut all = Vec::new();
        for stage in flat(list) {
            if self.jobs.len() > MOST_STEPS {
                break;
            }
            let own = match stage.at(&["dependsOn"]) {
                Some(on) => {
                    let on = texts(on);
                    let jobs = named.iter().filter(|(name, _)| on.contains(name));
                    jobs.flat_map(|(_, jobs)| jobs.iter().copied())
                        .chain(after.iter().copied())
                        .collect()
                }
                None => before.clone(),
            };
            let when = both(when, &condition(stage));
            let jobs = match stage.at(&["template"]) {
                Some(it) => self.called(it, &own, &when),
                None => {
                    stage.at(&["jobs"]).map(|jobs| self.list(jobs, &own, &when)).unwrap_or_default()
                }
            };
            named.push((text_at(stage, &["stage"]).unwrap_or_default(), jobs.clone()));
            all.extend(jobs.iter().copied());
            before = if jobs.is_empty() { before } else { jobs };
        }
        all
    }

    fn list(&mut self, list: Node<'_>, after: &[usize], when: &[When]) -> Vec<usize> {
        let mut named: Vec<(&str, usize)> = Vec::new();
        let mut all = Vec::new();
        for job in flat(list) {
            if self.jobs.len() > MOST_STEPS {
                break;
            }
            let on = job.at(&["dependsOn"]).map(texts).unwrap_or_default();
            let own = named.iter().filter(|(name, _)| on.contains(name)).map(|(_, index)| *index);
            let own: Vec<usize> = own.chain(after.iter().copied()).collect();
            let name = text_at(job, &["job"])
                .or_else(|| text_at(job, &["deployment"]))
                .unwrap_or_default();
            let found = match job.at(&["template"]) {
                Some(it) => self.called(it, &own, when),
                None => self.job(job, name, &own, when).into_iter().collect(),
            };
            named.extend(found.first().map(|index| (name, *index)));
            all.extend(found);
        }
        all
    }

    fn called(&mut self, at: Node<'_>, after: &[usize], when: &[When]) -> Vec<usize> {
        self.push(Job {
            name: at.text().to_owned(),
            place: at.place(),
            after: after.to_vec(),
            when: when.to_vec(),
            environment: None,
            lenient: None,
            steps: vec![template(at)],
        })
    }

    fn push(&mut self, job: Job) -> Vec<usize> {
        self.jobs.push(job);
        vec![self.jobs.len() - 1]
    }

    fn job(&mut self, job: Node<'_>, name: &str, after: &[usize], when: &[When]) -> Option<usize> {
        let place = ["job", "deployment", "steps"]
            .iter()
            .find_map(|key| job.get(key))
            .map(|it| it.value.place());
        let mut steps = Vec::new();
        for list in job.at(&["steps"]).into_iter().chain(strategies(job)) {
            steps.extend(flat(list).into_iter().flat_map(self::steps));
        }
        heed_variables(&mut steps, &[job.at(&["variables"])]);
        let environment = job.at(&["environment"]).and_then(|it| it.at(&["name"]).or(Some(it)));
        let environment =
            environment.filter(|it| it.is_scalar()).map(|it| (it.text().to_owned(), it.place()));
        let lenient = ignored(job);
        let when = both(when, &condition(job));
        let place = place.unwrap_or_else(|| job.place());
        let job = Job {
            name: name.to_owned(),
            place,
            after: after.to_vec(),
            when,
            environment,
            lenient,
            steps,
        };
        self.push(job).first().copied()
    }
}

/// The steps of a deployment.
fn strategies(job: Node<'_>) -> Vec<Node<'_>> {
    const PHASES: [&str; 4] = ["preDeploy", "deploy", "routeTraffic", "postRouteTraffic"];
    let strategies =
        ["runOnce", "rolling", "canary"].iter().filter_map(|it| job.at(&["strategy", it]));
    strategies
        .flat_map(|it| PHASES.iter().filter_map(move |phase| it.at(&[phase, "steps"])))
        .collect()
}

/// The items of a list, with those of the conditions in it.
fn flat(list: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut queue = vec![(list, 0)];
    while let Some((node, depth)) = queue.pop() {
        if node.is_list() && depth < DEPTH {
            queue.extend(node.items().rev().map(|it| (it, depth + 1)));
            continue;
        }
        let inner = node.own_entries().find(|it| it.key.text().starts_with("${{"));
        match inner {
            Some(entry) if depth < DEPTH => queue.push((entry.value, depth + 1)),
            _ if node.is_map() && found.len() < MOST_STEPS => found.push(node),
            _ => {}
        }
    }
    found
}

/// A template of this repository, or of another one.
fn template(at: Node<'_>) -> Step {
    let text = at.text();
    let is_other = text.contains('@') && !text.ends_with("@self");
    let path = text.split('@').next().and_then(local).filter(|_| !is_other);
    // Paths are those from the file, which the reader does not know; both are tried.
    let does = path.map_or(Does::Unknown, |path| Does::Calls(Call::File(vec![path])));
    Step::new(at.place(), does)
}

/// `continueOnError: true`
fn ignored(node: Node<'_>) -> Option<Leniency> {
    let stated = node.at(&["continueOnError"]).filter(|it| it.as_bool() == Some(true))?;
    Some(Leniency { place: stated.place(), how: How::Ignored })
}

fn steps(step: Node<'_>) -> Vec<Step> {
    let mut own = Vec::new();
    if let Some(at) = step.at(&["template"]) {
        own.push(template(at));
    }
    if let Some(task) = step.at(&["task"]) {
        let inputs = step.at(&["inputs"]);
        own.extend(
            action::azure(task.text(), inputs)
                .into_iter()
                .map(|does| Step::new(task.place(), does)),
        );
        for key in ["script", "inlineScript"] {
            let script = inputs.and_then(|it| it.at(&[key]));
            own.extend(script.into_iter().flat_map(|it| commands(it, step)));
        }
    }
    for key in ["script", "bash"] {
        own.extend(step.at(&[key]).into_iter().flat_map(|it| commands(it, step)));
    }
    for key in ["powershell", "pwsh"] {
        own.extend(
            step.at(&[key])
                .into_iter()
                .flat_map(|it| commands(it, step))
                .filter(|it| it.lenient.is_none()),
        );
    }
    heed_variables(&mut own, &[step.at(&["env"])]);
    let (when, never) = (condition(step), never(step));
    for step_ in &mut own {
        step_.when = both(&when, &step_.when);
        step_.lenient = never.clone().or_else(|| ignored(step)).or_else(|| step_.lenient.clone());
    }
    own
}

fn commands(script: Node<'_>, step: Node<'_>) -> Vec<Step> {
    let folder = text_at(step, &["workingDirectory"]).and_then(local).unwrap_or_default();
    let folder = resolve("", &folder);
    // No option is set, so that only the last command counts; that is another matter.
    let settings = Settings { errexit: false, pipefail: false };
    command::read(script.tree().file(), &said(script), Shell { settings, folder: &folder })
}

fn never(node: Node<'_>) -> Option<Leniency> {
    let stated = node.at(&["condition"]).or_else(|| node.at(&["enabled"]));
    let stated = stated.filter(|it| it.text() == "false")?;
    Some(Leniency { place: stated.place(), how: How::Never })
}

/// The events that a condition lets through.
fn condition(node: Node<'_>) -> Vec<When> {
    let Some(text) = text_at(node, &["condition"]) else { return vec![When::ALWAYS] };
    if text.starts_with("failed(") {
        return Vec::new();
    }
    let plain = text.replace(' ', "");
    let has = |part: &str| plain.contains(part);
    if has("or(") || has("not(") {
        return vec![When::ALWAYS];
    }
    match () {
        () if has("eq(variables['Build.Reason'],'PullRequest')") && !has("ne(") => {
            vec![When::on(Events::MERGE)]
        }
        () if has("ne(variables['Build.Reason'],'PullRequest')") => {
            vec![When::on(Events::MERGE.others())]
        }
        () if has("eq(variables['Build.Reason'],'Schedule')") => vec![When::on(Events::SCHEDULE)],
        () => match plain.split_once("eq(variables['Build.SourceBranch'],'refs/heads/") {
            Some((_, behind)) => {
                let branch = behind.split('\'').next().unwrap_or_default();
                vec![When::on(Events::MERGE.others()).only([branch])]
            }
            None => vec![When::ALWAYS],
        },
    }
}
