//! Pipelines of GitLab.
//!
//! Source: docs.gitlab.com/ci/yaml; of templates, gitlab.com/gitlab-org/gitlab, `lib/gitlab/ci/templates`.

use super::command::{self, Shell, by_name};
use super::when::{Events, When, both, condition};
use super::{
    Call, Does, How, Job, Leniency, Pipeline, Scan, Step, Tool, heed_variables, local, text_at,
    texts,
};
use crate::build::said;
use crate::docker::shell::Settings;
use crate::tree::Node;

/// Keys at the top that are no jobs.
const RESERVED: [&str; 12] = [
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "services",
    "spec",
    "stages",
    "types",
    "variables",
    "workflow",
];

/// Where nothing says which stages there are.
const STAGES: [&str; 5] = [".pre", "build", "test", "deploy", ".post"];

/// As far as `extends` is followed.
const DEPTH: usize = 8;

/// The keys of which one makes a job.
const OF_JOBS: [&str; 5] = ["script", "trigger", "extends", "run", "stage"];

/// Reads a file that is included by another one; nothing where it holds no job.
pub(super) fn template(document: Node<'_>) -> Option<Pipeline> {
    let is_job = |value: Node<'_>| value.is_map() && value.at(&["script"]).is_some();
    let has_jobs = document.own_entries().any(|entry| is_job(entry.value));
    (has_jobs || document.at(&["include"]).is_some_and(Node::is_list)).then(|| read(document))?
}

/// Reads a pipeline.
pub(super) fn read(document: Node<'_>) -> Option<Pipeline> {
    let entries = document.entries();
    let place = entries.first()?.key.place();
    let stages = document.at(&["stages"]).map(texts).filter(|it| !it.is_empty());
    let stages = stages.unwrap_or_else(|| STAGES.to_vec());
    let is_job = |entry: &&crate::tree::Entry<'_>| {
        let name = entry.key.text();
        let is_map =
            entry.value.is_map() && OF_JOBS.iter().any(|key| entry.value.get(key).is_some());
        !RESERVED.contains(&name) && !name.starts_with('.') && is_map
    };
    let jobs: Vec<_> = entries.iter().filter(is_job).collect();
    let names: Vec<&str> = jobs.iter().map(|entry| entry.key.text()).collect();
    let stage_of = |job: Node<'_>| {
        let stage = inherited(document, job, "stage").map_or("test", Node::text);
        stages.iter().position(|it| *it == stage).unwrap_or(usize::from(stage != ".pre"))
    };
    let positions: Vec<usize> = jobs.iter().map(|entry| stage_of(entry.value)).collect();
    let mut read = Vec::new();
    for (entry, own) in jobs.iter().zip(&positions) {
        let after = match inherited(document, entry.value, "needs") {
            Some(needs) => {
                let listed = needs.items().filter_map(|it| it.at(&["job"]).or(Some(it)));
                listed.filter_map(|it| names.iter().position(|name| *name == it.text())).collect()
            }
            None => {
                (0..jobs.len()).filter(|at| positions.get(*at).is_some_and(|it| it < own)).collect()
            }
        };
        read.push(job(document, entry, after));
    }
    let workflow = document.at(&["workflow", "rules"]);
    let triggers = workflow.map_or_else(
        || {
            vec![When::on(
                Events::PUSH | Events::SCHEDULE | Events::MANUAL | Events::MERGE | Events::OTHER,
            )]
        },
        rules,
    );
    let includes = document.at(&["include"]).map(includes).unwrap_or_default();
    let triggered_at = document.get("workflow").map(|it| it.key.place());
    Some(Pipeline {
        tool: Tool::GitLab,
        place: jobs.first().map_or(place, |entry| entry.key.place()),
        name: None,
        triggers,
        triggered_at,
        is_template: false,
        jobs: read,
        includes,
    })
}

/// A key of a job, or of what it extends.
fn inherited<'t>(document: Node<'t>, job: Node<'t>, key: &str) -> Option<Node<'t>> {
    let mut queue = vec![job];
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for job in queue {
            if let Some(found) = job.at(&[key]) {
                return Some(found);
            }
            // The last of them counts most.
            let extended = job.at(&["extends"]).map(texts).unwrap_or_default();
            next.extend(
                extended.into_iter().rev().take(DEPTH).filter_map(|name| document.at(&[name])),
            );
        }
        next.truncate(64);
        queue = next;
    }
    document.at(&["default", key]).filter(|_| matches!(key, "before_script" | "after_script"))
}

fn job(document: Node<'_>, entry: &crate::tree::Entry<'_>, after: Vec<usize>) -> Job {
    let (name, job) = (entry.key.text(), entry.value);
    let find = |key: &str| inherited(document, job, key);
    let mut steps = Vec::new();
    for key in ["before_script", "script", "after_script"] {
        for line in find(key).map(|it| lines(document, it)).unwrap_or_default() {
            if line.is_list() {
                steps.push(Step::new(line.place(), Does::Unknown));
                continue;
            }
            // The runner sets `pipefail` where the shell is bash.
            let settings = Settings { errexit: true, pipefail: true };
            let shell = Shell { settings, folder: "" };
            let found = command::read(line.tree().file(), &said(line), shell);
            // What is told behind the script changes nothing any more.
            steps.extend(
                found.into_iter().filter(|it| key == "script" || !matches!(it.does, Does::Unknown)),
            );
        }
    }
    heed_variables(&mut steps, &[find("variables"), document.at(&["variables"])]);
    if let Some(trigger) = find("trigger") {
        let listed = trigger.at(&["include"]);
        let files = listed
            .map(|it| it.items().chain(std::iter::once(it)).collect::<Vec<_>>())
            .unwrap_or_default();
        let paths: Vec<_> = files
            .iter()
            .filter_map(|it| it.at(&["local"]).or(Some(*it)))
            .filter_map(|it| local(it.text()))
            .collect();
        let does = if paths.is_empty() { Does::Unknown } else { Does::Calls(Call::File(paths)) };
        steps.push(Step::new(trigger.place(), does));
    } else if find("script").is_none() && find("run").is_none() {
        // What it extends stands elsewhere.
        steps.push(Step::new(entry.key.place(), by_name(name).unwrap_or(Does::Unknown)));
    }
    // A job of a template that is changed here still does what the template says.
    steps.extend(of_template(name).map(|does| Step::new(entry.key.place(), does)));
    let environment = find("environment").and_then(|it| it.at(&["name"]).or(Some(it)));
    let environment =
        environment.filter(|it| it.is_scalar()).map(|it| (it.text().to_owned(), it.place()));
    let is_end =
        find("environment").and_then(|it| text_at(it, &["action"])).is_some_and(|it| it == "stop");
    if is_end {
        steps.retain(|step| !matches!(step.does, Does::Deploys(_)));
    }
    let lenient = find("allow_failure").filter(|it| it.as_bool() == Some(true));
    let lenient = lenient.map(|it| Leniency { place: it.place(), how: How::Ignored });
    let mut when = match (find("rules"), find("only"), find("except")) {
        (Some(list), ..) => rules(list),
        (None, None, None) => vec![When::ALWAYS],
        (None, only, except) => refs(only, except),
    };
    match find("when").map(Node::text) {
        Some("manual") => {
            when = both(&when, &[When::on(Events::ALL)])
                .into_iter()
                .map(|_| When::on(Events::MANUAL))
                .collect();
        }
        Some("never" | "on_failure") => when = Vec::new(),
        _ => {}
    }
    let place = entry.key.place();
    Job { name: name.to_owned(), place, after, when, environment, lenient, steps }
}

/// The lines of a script; those that anchors bring stand in lists of their own.
fn lines<'t>(document: Node<'t>, script: Node<'t>) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut queue = vec![(script, 0)];
    while let Some((node, depth)) = queue.pop() {
        if node.is_scalar() {
            found.push(node);
        } else if depth < DEPTH && found.len() < super::MOST_STEPS {
            let names = reference(document, node).filter(|_| depth > 0);
            match names.map(|names| document.at(&names)) {
                Some(Some(other)) => queue.push((other, depth + 1)),
                Some(None) => found.push(node),
                None => queue.extend(node.items().rev().map(|it| (it, depth + 1))),
            }
        }
    }
    found
}

/// The keys to what `!reference [.setup, script]` stands for, which another file may hold.
fn reference<'t>(document: Node<'t>, listed: Node<'t>) -> Option<Vec<&'t str>> {
    let names: Vec<&str> = listed.items().filter(|it| it.is_scalar()).map(Node::text).collect();
    let last = names.last().filter(|_| names.len() > 1)?;
    let is_script = last.ends_with("script") && !last.contains(' ');
    (is_script || document.at(&names).is_some()).then_some(names)
}

/// The jobs of GitLab's templates by their names.
fn of_template(name: &str) -> Option<Does> {
    Some(match name {
        "container_scanning" => Does::Scans(Scan::Image, "GitLab container scanning"),
        "dependency_scanning"
        | "gemnasium-dependency_scanning"
        | "gemnasium-python-dependency_scanning" => {
            Does::Scans(Scan::Dependencies, "GitLab dependency scanning")
        }
        "secret_detection" => Does::Scans(Scan::Secrets, "GitLab secret detection"),
        "sast" | "semgrep-sast" => Does::Scans(Scan::Code, "GitLab SAST"),
        _ => return None,
    })
}

/// What is read along.
fn includes(include: Node<'_>) -> Vec<Step> {
    let mut found = Vec::new();
    for item in include.items().chain((!include.is_list()).then_some(include)).take(256) {
        let place = item.place();
        let file = item.at(&["local"]).or(item.is_scalar().then_some(item));
        if let Some(file) = file.filter(|it| !it.text().contains("://")) {
            let paths = local(file.text())
                .map_or(Does::Unknown, |path| Does::Calls(Call::File(vec![path])));
            found.push(Step::new(place, paths));
            continue;
        }
        let name = ["template", "component"].iter().find_map(|key| item.at(&[key]));
        let text = name.map_or("", Node::text).to_ascii_lowercase();
        let does = match () {
            () if text.contains("container-scanning") => {
                Does::Scans(Scan::Image, "GitLab container scanning")
            }
            () if text.contains("dependency-scanning") => {
                Does::Scans(Scan::Dependencies, "GitLab dependency scanning")
            }
            () if text.contains("secret-detection") => {
                Does::Scans(Scan::Secrets, "GitLab secret detection")
            }
            () if text.contains("sast-iac") => Does::Scans(Scan::Configuration, "GitLab SAST"),
            () if text.contains("sast") => Does::Scans(Scan::Code, "GitLab SAST"),
            () if text.contains("code-quality") => Does::Lints,
            () if text.contains("workflows/") => continue,
            () => Does::Unknown,
        };
        found.push(Step::new(name.map_or(place, Node::place), does));
    }
    found
}

/// The alternatives of `rules`.
fn rules(list: Node<'_>) -> Vec<When> {
    let mut all = Vec::new();
    for rule in list.items().take(64) {
        // `!reference`
        if !rule.is_map() {
            all.push(When::ALWAYS);
            continue;
        }
        let met =
            text_at(rule, &["if"]).map_or_else(|| vec![When::ALWAYS], |it| condition(it, atom));
        match text_at(rule, &["when"]) {
            Some("never" | "on_failure") => {}
            Some("manual") => all.push(When::on(Events::MANUAL)),
            _ => all.extend(met),
        }
    }
    all
}

fn atom(text: &str) -> When {
    let (left, right, is_equal) = match (text.split_once("=="), text.split_once("!=")) {
        (Some((left, right)), _) => (left.trim(), right.trim(), true),
        (_, Some((left, right))) => (left.trim(), right.trim(), false),
        _ => match text.trim() {
            "$CI_COMMIT_TAG" => return When::on(Events::TAG),
            "$CI_MERGE_REQUEST_ID" | "$CI_MERGE_REQUEST_IID" => return When::on(Events::MERGE),
            _ => return When::ALWAYS,
        },
    };
    let value = right.trim_matches(['"', '\'']);
    let on_branch =
        Events::TRUNK | Events::BRANCH | Events::SCHEDULE | Events::MANUAL | Events::OTHER;
    match left {
        "$CI_PIPELINE_SOURCE" => {
            let stated = match value {
                "merge_request_event" | "external_pull_request_event" => Events::MERGE,
                "push" => Events::PUSH,
                "schedule" => Events::SCHEDULE,
                "web" | "api" | "trigger" | "chat" => Events::MANUAL,
                _ => Events::OTHER | Events::CALL,
            };
            When::on(if is_equal { stated } else { stated.others() })
        }
        "$CI_COMMIT_BRANCH" | "$CI_COMMIT_REF_NAME" if is_equal => {
            When::on(on_branch).only([value])
        }
        "$CI_COMMIT_BRANCH" | "$CI_COMMIT_REF_NAME" if value.starts_with('$') => {
            When::on(Events::TRUNK.others())
        }
        "$CI_COMMIT_BRANCH" | "$CI_COMMIT_REF_NAME" => When::ALWAYS.except([value]),
        _ => When::ALWAYS,
    }
}

/// `only` and `except`.
fn refs(only: Option<Node<'_>>, except: Option<Node<'_>>) -> Vec<When> {
    let list = |node: Option<Node<'_>>| {
        let node = node.map(|node| if node.is_map() { node.at(&["refs"]) } else { Some(node) });
        node.flatten()
            .map(texts)
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let of = |name: &str| match name {
        "merge_requests" | "external_pull_requests" => When::on(Events::MERGE),
        "branches" => When::on(Events::TRUNK | Events::BRANCH),
        "pushes" => When::on(Events::PUSH),
        "tags" => When::on(Events::TAG),
        "schedules" => When::on(Events::SCHEDULE),
        "web" | "api" | "triggers" | "chat" => When::on(Events::MANUAL),
        name => When::on(Events::TRUNK | Events::BRANCH | Events::SCHEDULE | Events::MANUAL)
            .only([name.trim_matches('/')]),
    };
    let only = list(only);
    let allowed: Vec<_> =
        if only.is_empty() { vec![When::ALWAYS] } else { only.iter().map(|it| of(it)).collect() };
    let mut denied = Events::NONE;
    let mut branches = Vec::new();
    for name in list(except) {
        match name.as_str() {
            "merge_requests"
            | "external_pull_requests"
            | "pushes"
            | "tags"
            | "schedules"
            | "web"
            | "api"
            | "triggers"
            | "chat" => {
                denied = denied | of(&name).events;
            }
            "branches" => denied = denied | Events::TRUNK | Events::BRANCH,
            _ => branches.push(name),
        }
    }
    let left = When::on(denied.others()).except(branches.iter().map(String::as_str));
    both(&allowed, &[left])
}
