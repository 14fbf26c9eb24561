//! Pipelines of Bitbucket, Buildkite, Cloud Build, `CodeBuild`, Drone, Jenkins, Travis and Woodpecker, of which less is
//! understood.
//!
//! Sources: the reference of each one's configuration file.

use std::sync::Arc;

use super::command::{self, Shell, by_name};
use super::when::{Events, When};
use super::{Does, Job, MOST_STEPS, Pipeline, Scan, Step, Tool, action, text_at, texts};
use crate::build::jenkins::{Spoken, spoken};
use crate::build::said;
use crate::docker::shell::Settings;
use crate::source::{FileId, Place, Span};
use crate::tree::Node;

/// `parallel`, `stage` and `step` inside of each other.
const DEPTH: usize = 8;

/// Reads a pipeline of which the documents are given.
pub(super) fn read<'t>(
    tool: Tool,
    first: Node<'t>,
    rest: impl Iterator<Item = Node<'t>>,
) -> Option<Pipeline> {
    let place = first.own_entries().next()?.key.place();
    let mut pipeline = Pipeline {
        tool,
        place,
        name: text_at(first, &["name"]).map(str::to_owned),
        triggers: vec![When::ALWAYS],
        triggered_at: None,
        is_template: false,
        jobs: Vec::new(),
        includes: Vec::new(),
    };
    match tool {
        Tool::Bitbucket => bitbucket(first, &mut pipeline),
        Tool::CloudBuild => {
            let steps = first.at(&["steps"])?;
            let mut found = Vec::new();
            steps.items().for_each(|step| cloud_build(step, &mut found));
            if first.at(&["images"]).is_some() {
                found.push(Step::new(first.get("images")?.key.place(), Does::PushesImage));
            }
            pipeline.jobs.push(job("build", steps.place(), Vec::new(), When::ALWAYS, found));
        }
        Tool::CodeBuild => {
            let phases = first.get("phases")?;
            let mut found = Vec::new();
            for phase in phases.value.entries() {
                found.extend(phase.value.at(&["commands"]).into_iter().flat_map(commands));
            }
            pipeline.jobs.push(job("build", phases.key.place(), Vec::new(), When::ALWAYS, found));
        }
        Tool::Travis => {
            const PHASES: [&str; 8] = [
                "before_install",
                "install",
                "before_script",
                "script",
                "after_success",
                "before_deploy",
                "deploy",
                "after_script",
            ];
            let listed =
                first.at(&["jobs", "include"]).or_else(|| first.at(&["matrix", "include"]));
            let jobs = listed.into_iter().flat_map(Node::items).chain(std::iter::once(first));
            for node in jobs.take(MOST_STEPS) {
                let mut found = Vec::new();
                for entry in PHASES.iter().filter_map(|phase| node.get(phase)) {
                    if entry.key.text() == "deploy" && !entry.value.is_scalar() {
                        found.push(Step::new(entry.key.place(), Does::Deploys("Travis")));
                    } else {
                        found.extend(commands(entry.value));
                    }
                }
                // Without a script, the usual one of the language runs.
                if node.get("script").is_none() && node.get("language").is_some() {
                    found.push(Step::new(node.place(), Does::Unknown));
                }
                pipeline.jobs.push(job("build", node.place(), Vec::new(), When::ALWAYS, found));
            }
        }
        Tool::Buildkite => {
            let mut found = Vec::new();
            buildkite(first.at(&["steps"])?, DEPTH, &mut found);
            pipeline.jobs.push(job("build", place, Vec::new(), When::ALWAYS, found));
        }
        _ => {
            for document in std::iter::once(first).chain(rest) {
                drone(document, &mut pipeline);
            }
        }
    }
    Some(pipeline)
}

fn job(name: &str, place: Place, after: Vec<usize>, when: When, steps: Vec<Step>) -> Job {
    let name = name.to_owned();
    Job { name, place, after, when: vec![when], environment: None, lenient: None, steps }
}

fn commands(script: Node<'_>) -> Vec<Step> {
    let settings = Settings { errexit: true, pipefail: false };
    let file = script.tree().file();
    let mut found = command::read(file, &said(script), Shell { settings, folder: "" });
    // Whether another shell than that of the reference runs it is not known.
    found
        .iter_mut()
        .filter(|it| it.lenient.as_ref().is_some_and(|it| it.how == super::How::Piped))
        .for_each(|it| it.lenient = None);
    found
}

fn bitbucket(document: Node<'_>, pipeline: &mut Pipeline) {
    let Some(pipelines) = document.get("pipelines") else { return };
    pipeline.place = pipelines.key.place();
    for entry in pipelines.value.entries() {
        let (events, named) = match entry.key.text() {
            "default" => (Events::TRUNK | Events::BRANCH, false),
            "branches" => (Events::TRUNK | Events::BRANCH, true),
            "pull-requests" => (Events::MERGE, true),
            "tags" => (Events::TAG, true),
            "custom" => (Events::MANUAL | Events::SCHEDULE, true),
            _ => continue,
        };
        if !named {
            bitbucket_list(entry.value, &When::on(events), pipeline);
            continue;
        }
        for list in entry.value.entries() {
            let when = When::on(events);
            let is_branch = entry.key.text() == "branches";
            let when = if is_branch { when.only([list.key.text()]) } else { when };
            bitbucket_list(list.value, &when, pipeline);
        }
    }
}

/// Steps run one after the other; those that are parallel beside each other.
fn bitbucket_list(list: Node<'_>, when: &When, pipeline: &mut Pipeline) {
    let mut before: Vec<usize> = Vec::new();
    for item in list.items().take(MOST_STEPS) {
        let group = item.at(&["parallel"]).or_else(|| item.at(&["stage"]));
        let is_stage = item.get("stage").is_some();
        let inner = group.and_then(|it| it.at(&["steps"]).or(Some(it)));
        let steps: Vec<_> = match inner {
            Some(inner) => inner.items().filter_map(|it| it.at(&["step"])).collect(),
            None => item.at(&["step"]).into_iter().collect(),
        };
        let mut own: Vec<usize> = Vec::new();
        for step in steps {
            let mut found = Vec::new();
            for line in step.at(&["script"]).into_iter().flat_map(Node::items) {
                match line.at(&["pipe"]) {
                    Some(pipe) => found.extend(
                        action::pipe(pipe.text())
                            .into_iter()
                            .map(|does| Step::new(pipe.place(), does)),
                    ),
                    None => found.extend(commands(line)),
                }
            }
            let is_manual = text_at(step, &["trigger"]) == Some("manual");
            let when = if is_manual { When::on(Events::MANUAL) } else { when.clone() };
            let after = if is_stage {
                own.last().copied().into_iter().chain(before.iter().copied()).collect()
            } else {
                before.clone()
            };
            let mut job =
                job(text_at(step, &["name"]).unwrap_or_default(), step.place(), after, when, found);
            job.environment = step.at(&["deployment"]).map(|it| (it.text().to_owned(), it.place()));
            pipeline.jobs.push(job);
            own.push(pipeline.jobs.len() - 1);
        }
        before = if own.is_empty() { before } else { own };
    }
}

fn cloud_build(step: Node<'_>, found: &mut Vec<Step>) {
    if found.len() > MOST_STEPS {
        return;
    }
    if let Some(script) = step.at(&["script"]) {
        found.extend(commands(script));
    }
    let Some(image) = step.at(&["name"]) else { return };
    let program = image.text().split([':', '@']).next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let program = match program {
        "cloud-sdk" => "gcloud",
        "node" => "npm",
        other => other,
    };
    let own = text_at(step, &["entrypoint"]).unwrap_or(program);
    let words: Vec<&str> = step.at(&["args"]).map(texts).unwrap_or_default();
    let told = match words.as_slice() {
        ["-c", script] => (*script).to_owned(),
        words => std::iter::once(own)
            .chain(words.iter().copied())
            .map(quoted)
            .collect::<Vec<_>>()
            .join(" "),
    };
    let at = image.place().span.start as usize;
    let said: Vec<_> = told.chars().chain(['\n']).map(|c| (at, c)).collect();
    let settings = Settings { errexit: true, pipefail: false };
    let file = step.tree().file();
    let own = command::read(file, &said, Shell { settings, folder: "" });
    found.extend(own.into_iter().map(|it| Step { place: image.place(), ..it }));
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn buildkite(list: Node<'_>, depth: usize, found: &mut Vec<Step>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for step in list.items() {
        if found.len() > MOST_STEPS {
            return;
        }
        for key in ["command", "commands"] {
            found.extend(step.at(&[key]).into_iter().flat_map(commands));
        }
        for plugin in step.at(&["plugins"]).into_iter().flat_map(Node::items) {
            let name = plugin.own_entries().next().map_or(plugin, |it| it.key);
            let does = by_name(name.text().split('#').next().unwrap_or_default());
            found.push(Step::new(name.place(), does.unwrap_or(Does::Unknown)));
        }
        if let Some(inner) = step.at(&["steps"]) {
            buildkite(inner, depth, found);
        }
        if let Some(trigger) = step.at(&["trigger"]) {
            found.push(Step::new(trigger.place(), Does::Unknown));
        }
    }
}

/// Drone and Woodpecker: steps are a list, or have names.
fn drone(document: Node<'_>, pipeline: &mut Pipeline) {
    let steps = document.at(&["steps"]).or_else(|| document.at(&["pipeline"]));
    let Some(steps) = steps else { return };
    let list: Vec<Node<'_>> = if steps.is_list() {
        steps.items().collect()
    } else {
        steps.entries().into_iter().map(|it| it.value).collect()
    };
    let mut found = Vec::new();
    for step in list.into_iter().take(MOST_STEPS) {
        found.extend(step.at(&["commands"]).into_iter().flat_map(commands));
        let Some(image) = step.at(&["image"]) else { continue };
        if step.at(&["commands"]).is_some() {
            continue;
        }
        let text = image.text();
        let does = match () {
            () if text.contains("docker") || text.contains("kaniko") || text.contains("buildx") => {
                vec![Does::BuildsImage, Does::PushesImage]
            }
            () if text.contains("trivy") => vec![Does::Scans(Scan::Image, "Trivy")],
            () if ["slack", "s3", "cache", "git", "webhook", "email", "matrix"]
                .iter()
                .any(|it| text.contains(it)) =>
            {
                Vec::new()
            }
            () if text.contains("helm") || text.contains("kube") => vec![Does::Deploys("a plugin")],
            () => vec![by_name(text).unwrap_or(Does::Unknown)],
        };
        found.extend(does.into_iter().map(|does| Step::new(image.place(), does)));
    }
    let place = steps.place();
    pipeline.jobs.push(job(
        text_at(document, &["name"]).unwrap_or("build"),
        place,
        Vec::new(),
        When::ALWAYS,
        found,
    ));
}

/// Reads a Jenkinsfile: its shell steps, and some steps of plugins by their names.
pub(super) fn jenkins(file: FileId, text: &Arc<str>) -> Option<Pipeline> {
    const STEPS: [&str; 12] = [
        "junit",
        "snykSecurity",
        "withSonarQubeEnv",
        "dependencyCheck",
        "anchore",
        "aquaMicroscanner",
        "prismaCloudScanImage",
        "grypeScan",
        "library",
        "load",
        "build",
        "kubernetesDeploy",
    ];
    if !["pipeline", "node", "stage", "sh"].iter().any(|it| text.contains(it)) {
        return None;
    }
    let place = |at: usize, len: usize| Place { file, span: Span::new(at, at + len) };
    let start = place(text.len() - text.trim_start().len(), 1);
    let mut jobs = vec![job("", start, Vec::new(), When::ALWAYS, Vec::new())];
    for part in spoken(text, |name| STEPS.contains(&name)) {
        let found = match part {
            Spoken::Stage(at, title) => {
                let before = jobs.len() - 1;
                jobs.push(job(
                    &title,
                    place(at, "stage".len()),
                    vec![before],
                    When::ALWAYS,
                    Vec::new(),
                ));
                continue;
            }
            Spoken::Script(said) => {
                let settings = Settings { errexit: true, pipefail: true };
                command::read(file, &said, Shell { settings, folder: "" })
            }
            Spoken::Step(at, name) => {
                let does = match name.as_str() {
                    "junit" => Does::Tests,
                    "snykSecurity" => Does::Scans(Scan::Dependencies, "Snyk"),
                    "withSonarQubeEnv" => Does::Scans(Scan::Code, "SonarQube"),
                    "dependencyCheck" => Does::Scans(Scan::Dependencies, "Dependency-Check"),
                    "anchore" | "aquaMicroscanner" | "prismaCloudScanImage" | "grypeScan" => {
                        Does::Scans(Scan::Image, "a scanner of images")
                    }
                    "kubernetesDeploy" => Does::Deploys("Kubernetes"),
                    _ => Does::Unknown,
                };
                vec![Step::new(place(at, name.len()), does)]
            }
        };
        if let Some(job) = jobs.last_mut() {
            job.steps.extend(found);
        }
    }
    // A library of an organisation does the rest.
    let at = text.find("@Library");
    let includes =
        at.map(|at| Step::new(place(at, "@Library".len()), Does::Unknown)).into_iter().collect();
    Some(Pipeline {
        tool: Tool::Jenkins,
        place: jobs.get(1).map_or(start, |job| job.place),
        name: None,
        triggers: vec![When::ALWAYS],
        triggered_at: None,
        is_template: false,
        jobs,
        includes,
    })
}
