//! Workflows and composite actions of GitHub, and of Forgejo and Gitea, which are written alike.
//!
//! Source: docs.github.com/actions, "Workflow syntax", "Events that trigger workflows", "Contexts".

use super::command::{self, Shell};
use super::when::{Events, When, both, condition};
use super::{
    Call, Does, How, Job, Leniency, MOST_STEPS, Pipeline, Recipe, Recipes, Runner, Step, Tool,
    action, heed_variables, local, text_at, texts,
};
use crate::build::said;
use crate::docker::shell::Settings;
use crate::tree::Node;

/// Reads a workflow.
pub(super) fn workflow(document: Node<'_>, tool: Tool) -> Option<Pipeline> {
    let jobs = document.get("jobs").filter(|jobs| jobs.value.is_map())?;
    let entries = jobs.value.entries();
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.text()).collect();
    let defaults = text_at(document, &["defaults", "run", "shell"]);
    let mut read = Vec::new();
    for entry in &entries {
        let job = entry.value;
        let needs = job.at(&["needs"]).map(texts).unwrap_or_default();
        let after =
            needs.iter().filter_map(|need| names.iter().position(|name| name == need)).collect();
        let (when, never) = when(job);
        let lenient = never.or_else(|| ignored(job));
        let environment = job.at(&["environment"]).and_then(|it| it.at(&["name"]).or(Some(it)));
        let environment =
            environment.filter(|it| it.is_scalar()).map(|it| (it.text().to_owned(), it.place()));
        let place = entry.key.place();
        let name = text_at(job, &["name"]).unwrap_or(entry.key.text()).to_owned();
        let mut steps = job_steps(job, defaults);
        heed_variables(&mut steps, &[job.at(&["env"]), document.at(&["env"])]);
        read.push(Job { name, place, after, when, environment, lenient, steps });
    }
    let on = document.get("on");
    let triggers = on.map_or_else(Vec::new, |on| triggers(on.value));
    let is_template = !triggers.is_empty() && triggers.iter().all(|it| it.events == Events::CALL);
    let name = text_at(document, &["name"]).map(str::to_owned);
    let triggered_at = on.map(|on| on.key.place());
    let place = jobs.key.place();
    Some(Pipeline {
        tool,
        place,
        name,
        triggers,
        triggered_at,
        is_template,
        jobs: read,
        includes: Vec::new(),
    })
}

/// Reads a composite action, as a list of commands that has no name.
pub(super) fn action(document: Node<'_>) -> Option<Recipes> {
    let runs = document.at(&["runs"])?;
    let list = runs.at(&["steps"]).filter(|steps| steps.is_list());
    let steps = match list {
        Some(list) => steps(list, None),
        // A program of its own, or an image.
        None => vec![Step::new(runs.place(), Does::Unknown)],
    };
    let all = vec![Recipe { name: String::new(), steps }];
    Some(Recipes { runner: Runner::Shell, all })
}

fn job_steps(job: Node<'_>, defaults: Option<&str>) -> Vec<Step> {
    if let Some(uses) = job.at(&["uses"]) {
        return vec![Step::new(uses.place(), called(uses.text()))];
    }
    let shell = text_at(job, &["defaults", "run", "shell"]).or(defaults);
    job.at(&["steps"]).map(|list| steps(list, shell)).unwrap_or_default()
}

/// A workflow or an action of this repository, or one of another.
fn called(uses: &str) -> Does {
    match uses.strip_prefix("./").and_then(local) {
        Some(path) if super::is_yaml(&path) => Does::Calls(Call::File(vec![path])),
        Some(folder) => Does::Calls(Call::File(vec![
            format!("{folder}/action.yml"),
            format!("{folder}/action.yaml"),
        ])),
        None if uses.trim_end_matches('/') == "." => {
            Does::Calls(Call::File(vec!["action.yml".to_owned(), "action.yaml".to_owned()]))
        }
        None => Does::Unknown,
    }
}

fn steps(list: Node<'_>, shell: Option<&str>) -> Vec<Step> {
    let mut found = Vec::new();
    for step in list.items() {
        if found.len() >= MOST_STEPS {
            break;
        }
        let (when, never) = when(step);
        let outer = never.or_else(|| ignored(step));
        let mut own = Vec::new();
        if let Some(uses) = step.at(&["uses"]) {
            let text = uses.text();
            if text.starts_with('.') {
                own.push(Step::new(uses.place(), called(text)));
            } else {
                let (does, lenient) = action::github(text, step.at(&["with"]), uses);
                let step =
                    |does| Step { lenient: lenient.clone(), ..Step::new(uses.place(), does) };
                own.extend(does.into_iter().map(step));
            }
            for key in ["inlineScript", "run", "script"] {
                if let Some(script) = step
                    .at(&["with", key])
                    .filter(|_| text.starts_with("azure/") || text.starts_with("Azure/"))
                {
                    own.extend(commands(script, None, None));
                }
            }
        }
        if let Some(run) = step.at(&["run"]) {
            let shell = text_at(step, &["shell"]).or(shell);
            own.extend(commands(run, shell, text_at(step, &["working-directory"])));
        }
        heed_variables(&mut own, &[step.at(&["env"])]);
        for mut step in own {
            step.when = both(&when, &step.when);
            step.lenient = outer.clone().or(step.lenient);
            found.push(step);
        }
    }
    found
}

fn commands(run: Node<'_>, shell: Option<&str>, folder: Option<&str>) -> Vec<Step> {
    // `bash` by name is started with `pipefail`, and without a name it is not.
    let pipefail = shell.is_some_and(|it| it == "bash" || it.contains("pipefail"));
    let is_shell = shell
        .is_none_or(|it| it.contains("sh") && !it.contains("pwsh") && !it.contains("powershell"));
    let settings = Settings { errexit: is_shell, pipefail: pipefail || !is_shell };
    let folder = folder.and_then(local).unwrap_or_default();
    command::read(run.tree().file(), &said(run), Shell { settings, folder: &folder })
}

/// `continue-on-error: true`
fn ignored(node: Node<'_>) -> Option<Leniency> {
    let stated = node.at(&["continue-on-error"]).filter(|it| it.as_bool() == Some(true))?;
    Some(Leniency { place: stated.place(), how: How::Ignored })
}

/// The events on which a job or a step runs, and where it says that it never does.
fn when(node: Node<'_>) -> (Vec<When>, Option<Leniency>) {
    let Some(stated) = node.at(&["if"]) else { return (vec![When::ALWAYS], None) };
    let text = stated.text().trim();
    let text = text.strip_prefix("${{").and_then(|it| it.strip_suffix("}}")).unwrap_or(text).trim();
    if text == "false" {
        // It is reported as what it would do.
        return (vec![When::ALWAYS], Some(Leniency { place: stated.place(), how: How::Never }));
    }
    (condition(text, atom), None)
}

/// One comparison of a condition.
fn atom(text: &str) -> When {
    let text = text.trim();
    match text {
        "failure()" | "cancelled()" | "false" => return When::on(Events::NONE),
        _ => {}
    }
    if let Some(inside) = text.strip_prefix("startsWith(").and_then(|it| it.strip_suffix(')')) {
        let (what, start) = inside.split_once(',').unwrap_or_default();
        let start = start.trim().trim_matches('\'');
        return match what.trim() {
            "github.ref" if start.starts_with("refs/tags") => When::on(Events::TAG),
            "github.ref" => match start.strip_prefix("refs/heads/") {
                Some(branch) => {
                    When::on(Events::TRUNK | Events::BRANCH).only([format!("{branch}*").as_str()])
                }
                None => When::ALWAYS,
            },
            "github.ref_name" if start == "v" => When::on(Events::TAG),
            _ => When::ALWAYS,
        };
    }
    let (left, right, is_equal) = match (text.split_once("=="), text.split_once("!=")) {
        (Some((left, right)), _) => (left, right, true),
        (_, Some((left, right))) => (left, right, false),
        _ => return When::ALWAYS,
    };
    let (left, right) = (left.trim(), right.trim().trim_matches('\''));
    let stated = match left {
        "github.event_name" => event(right),
        "github.ref_type" if right == "tag" => Events::TAG,
        "github.ref_type" => Events::TRUNK | Events::BRANCH,
        "github.ref" | "github.ref_name" => {
            let branch = right.strip_prefix("refs/heads/").unwrap_or(right);
            if branch.starts_with("refs/") || branch.starts_with("github.") {
                return When::ALWAYS;
            }
            let others = Events::SCHEDULE | Events::MANUAL | Events::CALL | Events::OTHER;
            return if is_equal {
                When::on(Events::TRUNK | Events::BRANCH | others).only([branch])
            } else {
                When::ALWAYS.except([branch])
            };
        }
        _ => return When::ALWAYS,
    };
    When::on(if is_equal { stated } else { stated.others() })
}

/// What an event is.
fn event(name: &str) -> Events {
    match name {
        "pull_request" | "pull_request_target" | "merge_group" => Events::MERGE,
        "push" => Events::PUSH,
        "create" => Events::BRANCH | Events::TAG,
        "release" => Events::TAG,
        "schedule" => Events::SCHEDULE,
        "workflow_dispatch" | "repository_dispatch" => Events::MANUAL,
        "workflow_call" => Events::CALL,
        _ => Events::OTHER,
    }
}

/// The value of `on`.
fn triggers(on: Node<'_>) -> Vec<When> {
    if !on.is_map() {
        return texts(on).into_iter().map(|name| When::on(event(name))).collect();
    }
    let mut all = Vec::new();
    for entry in on.entries() {
        let (name, filter) = (entry.key.text(), entry.value);
        let events = event(name);
        let list = |key: &str| filter.at(&[key]).map(texts).unwrap_or_default();
        let (branches, ignored) = (list("branches"), list("branches-ignore"));
        let has_tags = !list("tags").is_empty();
        if name == "push" {
            let has_branches = !branches.is_empty() || !ignored.is_empty();
            let on_branches = When::on(Events::TRUNK | Events::BRANCH);
            if has_tags || !has_branches {
                all.push(When::on(Events::TAG));
            }
            match () {
                () if !branches.is_empty() => all.push(on_branches.only(branches)),
                () if !ignored.is_empty() => all.push(on_branches.except(ignored)),
                () if !has_tags => all.push(on_branches),
                () => {}
            }
        } else if events == Events::MERGE {
            // A merge that has happened is no longer to be stopped.
            let types = list("types");
            let is_late = !types.is_empty() && types.iter().all(|it| *it == "closed");
            let when = When::on(if is_late { Events::OTHER } else { events });
            all.push(match () {
                () if !branches.is_empty() => when.only(branches),
                () if !ignored.is_empty() => when.except(ignored),
                () => when,
            });
        } else {
            all.push(When::on(events));
        }
    }
    all
}
