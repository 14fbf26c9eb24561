//! Pipelines of `CircleCI`.
//!
//! Source: circleci.com/docs/configuration-reference.

use super::command::{self, Shell};
use super::when::{Events, When, both};
use super::{
    Does, Job, MOST_STEPS, Pipeline, Step, Tool, action, heed_variables, local, text_at, texts,
};
use crate::build::said;
use crate::docker::shell::Settings;
use crate::tree::Node;

/// `when` and `unless` around steps, and commands that use others.
const DEPTH: usize = 6;

/// Reads a pipeline.
pub(super) fn read(document: Node<'_>) -> Option<Pipeline> {
    let jobs = document.get("jobs").or_else(|| document.get("workflows"))?;
    let mut read = Vec::new();
    let workflows = document.at(&["workflows"]).map(Node::entries).unwrap_or_default();
    for workflow in workflows.iter().filter(|it| it.value.is_map()) {
        let scheduled = workflow
            .value
            .at(&["triggers"])
            .is_some_and(|it| it.items().any(|it| it.get("schedule").is_some()));
        let events = if scheduled { Events::SCHEDULE } else { Events::PUSH | Events::MERGE };
        of_workflow(document, workflow.value, events, &mut read);
    }
    // Without a workflow there is one job.
    if workflows.is_empty() {
        let own = jobs.value.entries().into_iter().filter(|it| it.value.is_map());
        read.extend(own.map(|it| job(document, it.key.text(), it.key, Some(it.value))));
    }
    // What a setup pipeline continues with is in another file, or is made.
    let setup = document.at(&["setup"]).filter(|it| it.as_bool() == Some(true));
    let includes = setup.map(|it| Step::new(it.place(), Does::Unknown)).into_iter().collect();
    Some(Pipeline {
        tool: Tool::CircleCi,
        place: jobs.key.place(),
        name: None,
        triggers: vec![When::ALWAYS],
        triggered_at: document.get("workflows").map(|it| it.key.place()),
        is_template: false,
        jobs: read,
        includes,
    })
}

fn of_workflow(document: Node<'_>, workflow: Node<'_>, events: Events, read: &mut Vec<Job>) {
    let first = read.len();
    let mut required: Vec<(String, Vec<&str>)> = Vec::new();
    for item in workflow.at(&["jobs"]).into_iter().flat_map(Node::items).take(MOST_STEPS) {
        let entry = item.own_entries().next();
        let (key, with) = entry.map_or((item, None), |entry| (entry.key, Some(entry.value)));
        let name = key.text();
        let definition = document.at(&["jobs", name]);
        let mut found = job(document, name, key, definition);
        if definition.is_none() {
            let does = action::orb(name, with);
            found.steps.extend(does.into_iter().map(|does| Step::new(key.place(), does)));
        }
        let of = |keys: &[&str]| with.and_then(|with| with.at(keys)).map(texts).unwrap_or_default();
        let mut when = When::on(events);
        let (only, ignore) =
            (of(&["filters", "branches", "only"]), of(&["filters", "branches", "ignore"]));
        let is_tagged = !of(&["filters", "tags", "only"]).is_empty();
        let all = ignore.iter().any(|it| it.contains(".*"));
        if !only.is_empty() {
            when = when.only(only.into_iter().map(pattern));
        } else if all && is_tagged {
            when = When::on(Events::TAG);
        } else if !ignore.is_empty() {
            when = when.except(ignore.into_iter().map(pattern));
        }
        found.when = both(&found.when, &[when]);
        let own = with.and_then(|with| text_at(with, &["name"])).unwrap_or(name);
        required.push((own.to_owned(), of(&["requires"])));
        own.clone_into(&mut found.name);
        read.push(found);
    }
    for (index, (_, requires)) in required.iter().enumerate() {
        let after = requires.iter().filter_map(|name| {
            required.iter().position(|(own, _)| own == name).map(|at| first + at)
        });
        let after = after.collect();
        if let Some(job) = read.get_mut(first + index) {
            job.after = after;
        }
    }
}

/// `/release-.*/` as a glob.
fn pattern(text: &str) -> &str {
    text.trim_matches('/').trim_end_matches(".*").trim_start_matches('^')
}

fn job(document: Node<'_>, name: &str, at: Node<'_>, definition: Option<Node<'_>>) -> Job {
    let mut found = Vec::new();
    if let Some(list) = definition.and_then(|it| it.at(&["steps"])) {
        steps(document, list, DEPTH, &mut found);
    }
    heed_variables(&mut found, &[definition.and_then(|it| it.at(&["environment"]))]);
    Job {
        name: name.to_owned(),
        place: at.place(),
        after: Vec::new(),
        when: vec![When::ALWAYS],
        environment: None,
        lenient: None,
        steps: found,
    }
}

fn steps(document: Node<'_>, list: Node<'_>, depth: usize, found: &mut Vec<Step>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for step in list.items() {
        if found.len() >= MOST_STEPS {
            return;
        }
        if step.is_scalar() {
            named(document, step, None, depth, found);
            continue;
        }
        for entry in step.own_entries() {
            match entry.key.text() {
                "run" => {
                    let command = entry.value.at(&["command"]).unwrap_or(entry.value);
                    let folder = text_at(entry.value, &["working_directory"])
                        .and_then(local)
                        .unwrap_or_default();
                    let settings = Settings { errexit: true, pipefail: true };
                    let mut own = command::read(
                        command.tree().file(),
                        &said(command),
                        Shell { settings, folder: &folder },
                    );
                    heed_variables(&mut own, &[entry.value.at(&["environment"])]);
                    let fails = text_at(entry.value, &["when"]) == Some("on_fail");
                    found.extend(own.into_iter().filter(|_| !fails));
                }
                "when" | "unless" => {
                    if let Some(inner) = entry.value.at(&["steps"]) {
                        steps(document, inner, depth, found);
                    }
                }
                _ => named(document, entry.key, Some(entry.value), depth, found),
            }
        }
    }
}

/// A command of the file, or one of an orb, with its parameters.
fn named(
    document: Node<'_>,
    at: Node<'_>,
    with: Option<Node<'_>>,
    depth: usize,
    found: &mut Vec<Step>,
) {
    let name = at.text();
    if let Some(list) = document.at(&["commands", name, "steps"]) {
        steps(document, list, depth, found);
    } else {
        let does = action::orb(name, with);
        found.extend(does.into_iter().map(|does| Step::new(at.place(), does)));
    }
}
