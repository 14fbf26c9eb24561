//! Pipelines: the steps that build images, in workflows of GitHub, GitLab, Azure, `CircleCI` and others
//! that are written alike.
//!
//! Sources: docs.github.com/actions, "Workflow syntax"; docs.gitlab.com/ci/yaml;
//! learn.microsoft.com/azure/devops/pipelines/yaml-schema; circleci.com/docs/configuration-reference;
//! docs.aws.amazon.com/codebuild, "Build specification reference"; buildkite.com/docs/pipelines; docs.travis-ci.com.

use super::command::{self, Shell, pushed_as};
use super::known::{Known, UNKNOWN};
use super::{Found, Statement, Target, Tool, default_in, path_from};
use crate::image::ImageRef;
use crate::source::Span;
use crate::tree::{HostMap, Node};

/// Keys of which a pipeline has one at the top.
const TELLING: [&str; 12] = [
    "jobs",
    "on",
    "phases",
    "pipeline",
    "pipelines",
    "pool",
    "runs",
    "script",
    "stages",
    "steps",
    "tasks",
    "workflows",
];

/// Keys under which variables are set.
const VARIABLES: [&str; 5] = ["env", "environment", "substitutions", "variables", "vars"];

/// Keys under which commands stand.
const SCRIPTS: [&str; 9] = [
    "after_script",
    "bash",
    "before_script",
    "cmd",
    "cmds",
    "command",
    "commands",
    "run",
    "script",
];

/// Nobody nests deeper.
const DEPTH: usize = 24;

/// A pipeline with more parts, each combination of a matrix counted, is not read to its end.
const MOST_PARTS: usize = 50_000;

/// GitHub allows 256 jobs of a matrix; that many tell enough.
const MOST_COMBINATIONS: usize = 64;

/// As many expressions of a script are replaced.
const MOST_EXPRESSIONS: usize = 512;

/// Whether a text may be a pipeline that builds something.
pub(super) fn may_be(text: &str) -> bool {
    let marks = ["build-push-action", "Docker@", "docker/build", "docker/publish"];
    marks.iter().any(|mark| text.contains(mark)) || command::may_tell(text)
}

/// Whether a document is a pipeline.
pub(super) fn recognise(document: Node<'_>) -> bool {
    let is_job = |entry: &crate::tree::Entry<'_>| {
        entry.value.is_map() && ["script", "steps"].iter().any(|key| entry.value.get(key).is_some())
    };
    TELLING.iter().any(|key| document.get(key).is_some())
        || document.own_entries().any(|entry| is_job(&entry))
}

/// Finds what the steps of a pipeline build.
pub(super) fn read(document: Node<'_>, tool: Tool, found: &mut Found) {
    let folder = found.folder.clone();
    let mut reader = Reader { found, tool, parts_left: MOST_PARTS };
    reader.visit(document, &Known::default(), Some(&folder), DEPTH);
}

struct Reader<'f> {
    found: &'f mut Found,
    tool: Tool,
    parts_left: usize,
}

impl Reader<'_> {
    fn visit(&mut self, node: Node<'_>, outer: &Known<'_>, folder: Option<&str>, depth: usize) {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.parts_left.checked_sub(1))
        else {
            return;
        };
        self.parts_left = left;
        if node.is_list() {
            for item in node.items().filter(|item| !item.is_scalar()) {
                self.visit(item, outer, folder, depth);
            }
            return;
        }
        let inner = self.folder(node, outer, folder);
        let folder = inner.as_deref();
        for combination in combinations(node) {
            let mut known = Known::within(outer);
            for (name, value) in &combination {
                known.set(name, outer.fill(value));
            }
            set_variables(node, &mut known);
            set_names(node, &mut known);
            self.step(node, &known, folder);
            for entry in node.entries() {
                // Taskfile: `cmds` may hold others than texts.
                let key = entry.key.text();
                let is_read = SCRIPTS.contains(&key) && key != "cmds" && !entry.value.is_map();
                if !is_read && !entry.value.is_scalar() {
                    self.visit(entry.value, &known, folder, depth);
                }
            }
        }
    }

    /// The folder that a job or a step runs in: the one around it, unless it names another.
    fn folder(&self, node: Node<'_>, known: &Known<'_>, outer: Option<&str>) -> Option<String> {
        let keys = ["working-directory", "workingDirectory", "working_directory", "dir"];
        let stated = keys.iter().find_map(|key| node.at(&[key]));
        let stated = stated.or_else(|| node.at(&["defaults", "run", "working-directory"]));
        let Some(stated) = stated else { return outer.map(str::to_owned) };
        let path = known.fill(stated.text());
        // CircleCI checks out into a folder of the home.
        let root = self.found.folder.as_str();
        if path.starts_with('~') {
            return Some(root.to_owned());
        }
        path_from(root, root, &path)
    }

    fn step(&mut self, node: Node<'_>, known: &Known<'_>, folder: Option<&str>) {
        if let Some(action) = node.at(&["uses"])
            && is_action(action, "build-push-action")
        {
            self.action(action, node.at(&["with"]), known);
        }
        if let Some(task) = node.at(&["task"]).filter(|it| it.text().starts_with("Docker@")) {
            self.task(task, node.at(&["inputs"]), known);
        }
        if let (Some(image), Some(arguments)) = (node.at(&["name"]), node.at(&["args"])) {
            self.container(image, arguments, known, folder);
        }
        for key in ["docker/build", "docker/publish"] {
            if let Some(inputs) = node.get(key) {
                self.orb(inputs.value, known);
            }
        }
        for key in SCRIPTS {
            let Some(script) = node.at(&[key]) else { continue };
            // CircleCI: `run: {command: ..}`.
            let script = script.at(&["command"]).unwrap_or(script);
            let said = said(script, known);
            let shell = Shell { tool: self.tool, folder, known };
            shell.read(&said, self.found);
        }
    }

    /// ```text
    /// uses: docker/build-push-action@v6
    /// with: {context: ., file: api/Dockerfile, tags: ghcr.io/acme/api:latest}
    /// ```
    ///
    /// Source: github.com/docker/build-push-action, `action.yml`.
    fn action(&mut self, action: Node<'_>, with: Option<Node<'_>>, known: &Known<'_>) {
        let root = self.found.folder.clone();
        let value = |key: &str| {
            let value = with?.at(&[key])?.text().trim();
            (!value.is_empty()).then(|| known.fill(&value.replace("{{defaultContext}}:", "")))
        };
        let remote = with.and_then(|with| with.at(&["context"]));
        let is_remote = remote.is_some_and(|it| it.text().contains("{{defaultContext}}:"));
        let context = match value("context") {
            Some(context) => path_from(&root, &root, &context),
            None => Some(root.clone()),
        };
        let dockerfile = match (value("file"), context) {
            (Some(file), Some(context)) if is_remote => path_from(&root, &context, &file),
            (Some(file), _) => path_from(&root, &root, &file),
            (None, context) => context.map(|context| default_in(&context)),
        };
        let tags = value("tags").unwrap_or_default();
        let tags = tags.split(['\n', ',']).map(str::trim).filter(|it| !it.is_empty());
        let outputs = value("outputs").unwrap_or_default();
        let pushed = outputs.lines().filter_map(pushed_as);
        let images = tags.chain(pushed).map(str::to_owned).collect();
        let target = Target::of(value("target").as_deref());
        let dockerfiles = dockerfile.into_iter().collect();
        let contexts = value("build-contexts").unwrap_or_default();
        let contexts = contexts.lines().filter_map(|line| line.split_once('='));
        let contexts = contexts.map(|(name, _)| name.trim().to_owned()).collect();
        let (tool, place) = (Tool::Pipeline, action.place());
        self.found.push(Statement { tool, images, dockerfiles, target, contexts, place });
    }

    /// Cloud Build: what a container is told.
    ///
    /// ```text
    /// name: gcr.io/cloud-builders/docker
    /// args: [build, -t, "gcr.io/$PROJECT_ID/api", .]
    /// ```
    ///
    /// Source: cloud.google.com/build/docs/build-config-file-schema.
    fn container(
        &mut self,
        image: Node<'_>,
        arguments: Node<'_>,
        known: &Known<'_>,
        folder: Option<&str>,
    ) {
        let program = match ImageRef::parse(image.text()).short_name() {
            "docker" => "docker",
            "executor" if image.text().contains("kaniko") => "/kaniko/executor",
            _ => return,
        };
        let at = image.place().span.start as usize;
        let words = arguments.items().take(MOST_EXPRESSIONS).map(Node::text);
        let words: Vec<_> = words.filter(|word| !word.contains(['"', '\\', '`'])).collect();
        let told = match words.as_slice() {
            ["-c", script] => format!("{script}\n"),
            words => {
                let quoted = words.iter().map(|word| format!(" \"{word}\""));
                format!("{program}{}\n", quoted.collect::<String>())
            }
        };
        let said: Vec<_> = told.chars().map(|c| (at, c)).collect();
        Shell { tool: self.tool, folder, known }.read(&said, self.found);
    }

    /// ```text
    /// docker/build: {image: acme/api, path: api, dockerfile: prod.Dockerfile}
    /// ```
    ///
    /// Source: circleci.com/developer/orbs/orb/circleci/docker, "build".
    fn orb(&mut self, inputs: Node<'_>, known: &Known<'_>) {
        let root = self.found.folder.clone();
        let value = |key: &str| inputs.at(&[key]).map(|value| known.fill(value.text()));
        let Some(image) = value("image") else { return };
        let registry = value("registry").map(|it| format!("{it}/")).unwrap_or_default();
        let folder = value("path").unwrap_or_else(|| ".".to_owned());
        let dockerfile = value("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned());
        let path = path_from(&root, &root, &folder);
        let dockerfile = path.and_then(|path| path_from(&root, &path, &dockerfile));
        let (tool, target, place) = (self.tool, Target::Last, inputs.place());
        let (images, dockerfiles) =
            (vec![format!("{registry}{image}")], dockerfile.into_iter().collect());
        let contexts = Vec::new();
        self.found.push(Statement { tool, images, dockerfiles, target, contexts, place });
    }

    /// ```text
    /// task: Docker@2
    /// inputs: {command: buildAndPush, repository: acme/api, dockerfile: api/Dockerfile}
    /// ```
    ///
    /// Source: learn.microsoft.com/azure/devops/pipelines/tasks/reference/docker-v2.
    fn task(&mut self, task: Node<'_>, inputs: Option<Node<'_>>, known: &Known<'_>) {
        let value = |keys: [&str; 2]| {
            let value = keys.iter().find_map(|key| inputs?.at(&[key]));
            value.map(|value| known.fill(value.text()))
        };
        let verb = value(["command", "Command"]);
        if !verb.as_deref().is_none_or(|verb| matches!(verb, "build" | "buildAndPush")) {
            return;
        }
        let root = self.found.folder.clone();
        let dockerfile = value(["dockerfile", "Dockerfile"]);
        let dockerfile = dockerfile.and_then(|file| path_from(&root, &root, &file));
        // The registry is that of a connection, which has a name only.
        let images = value(["repository", "Repository"]).map(|it| format!("{UNKNOWN}/{it}"));
        let (images, dockerfiles) =
            (images.into_iter().collect(), dockerfile.into_iter().collect());
        let (tool, target, place) = (Tool::Pipeline, Target::Last, task.place());
        let contexts = Vec::new();
        self.found.push(Statement { tool, images, dockerfiles, target, contexts, place });
    }
}

fn is_action(uses: Node<'_>, name: &str) -> bool {
    let path = uses.text().split('@').next().unwrap_or_default();
    path.rsplit('/').next() == Some(name)
}

/// Takes in the variables that a pipeline, a job or a step sets.
fn set_variables(node: Node<'_>, known: &mut Known<'_>) {
    let mut set = Vec::new();
    for variables in VARIABLES.iter().filter_map(|key| node.at(&[key])) {
        for entry in variables.entries() {
            // GitLab: `NAME: {value: .., description: ..}`.
            let value = entry.value.at(&["value"]).unwrap_or(entry.value);
            if value.is_scalar() {
                set.push((entry.key.text(), value.text()));
            }
        }
        // Azure: `- name: ..` and `value: ..`.
        let listed =
            variables.items().filter_map(|it| Some((it.at(&["name"])?, it.at(&["value"])?)));
        set.extend(listed.map(|(name, value)| (name.text(), value.text())));
    }
    for (name, value) in set {
        let value = known.fill(value);
        known.set(name, value);
    }
}

/// Takes in the names that `docker/metadata-action` gives to what a later step builds.
///
/// Source: github.com/docker/metadata-action, "images input".
fn set_names(job: Node<'_>, known: &mut Known<'_>) {
    let Some(steps) = job.at(&["steps"]) else { return };
    for step in steps.items() {
        let (Some(uses), Some(id)) = (step.at(&["uses"]), step.at(&["id"])) else { continue };
        let images = step.at(&["with", "images"]).map(|images| known.fill(images.text()));
        let Some(images) = images.filter(|_| is_action(uses, "metadata-action")) else { continue };
        let name = |line: &str| {
            let mut parts = line.split(',').map(str::trim);
            let named = parts.clone().find_map(|part| part.strip_prefix("name="));
            named.or_else(|| parts.next()).map(str::to_owned)
        };
        let names: Vec<_> = images.lines().filter_map(name).filter(|it| !it.is_empty()).collect();
        known.set(&format!("steps.{}.outputs.tags", id.text()), names.join("\n"));
    }
}

/// The variables of each job that a matrix makes; one without any where there is no matrix.
fn combinations(job: Node<'_>) -> Vec<Vec<(String, String)>> {
    if let Some(matrix) = job.at(&["strategy", "matrix"]).filter(|matrix| matrix.is_map()) {
        return github(matrix);
    }
    let Some(matrix) = job.at(&["parallel", "matrix"]) else { return vec![Vec::new()] };
    let entries = matrix.items().flat_map(|item| {
        let lists = item.entries().into_iter().map(|it| (it.key.text().to_owned(), it.value));
        product(lists)
    });
    entries.take(MOST_COMBINATIONS).collect()
}

/// GitHub's, with what `include` adds.
fn github(matrix: Node<'_>) -> Vec<Vec<(String, String)>> {
    let is_list = |key: &str| key != "include" && key != "exclude";
    let entries = matrix.entries().into_iter().filter(|entry| is_list(entry.key.text()));
    let lists = entries.map(|entry| (format!("matrix.{}", entry.key.text()), entry.value));
    let mut jobs = product(lists);
    let has_lists = jobs.iter().any(|job| !job.is_empty());
    if !has_lists {
        jobs.clear();
    }
    let own: Vec<Vec<String>> =
        jobs.iter().map(|job| job.iter().map(|(name, _)| name.clone()).collect()).collect();
    let included = matrix.at(&["include"]).into_iter().flat_map(Node::items);
    for entry in included.take(MOST_COMBINATIONS) {
        let mut added = Vec::new();
        flatten("matrix", entry, &mut added, 4);
        let mut is_placed = false;
        for (job, own) in jobs.iter_mut().zip(&own) {
            let fits = added.iter().all(|(name, value)| {
                !own.contains(name) || job.iter().any(|(it, has)| it == name && has == value)
            });
            if fits {
                job.extend(added.iter().filter(|(name, _)| !own.contains(name)).cloned());
                is_placed = true;
            }
        }
        if !is_placed {
            jobs.push(added);
        }
    }
    if jobs.is_empty() { vec![Vec::new()] } else { jobs }
}

/// Every choice of one item from each list.
fn product<'t>(lists: impl Iterator<Item = (String, Node<'t>)>) -> Vec<Vec<(String, String)>> {
    let mut jobs = vec![Vec::new()];
    for (name, list) in lists {
        let mut items: Vec<Vec<(String, String)>> = Vec::new();
        let values = list.items().take(MOST_COMBINATIONS);
        for item in values.chain(std::iter::once(list).filter(|list| list.is_scalar())) {
            let mut values = Vec::new();
            flatten(&name, item, &mut values, 4);
            items.push(values);
        }
        if items.is_empty() {
            continue;
        }
        let next = jobs.iter().flat_map(|job| {
            items.iter().map(move |item| job.iter().chain(item).cloned().collect::<Vec<_>>())
        });
        jobs = next.take(MOST_COMBINATIONS).collect();
    }
    jobs
}

/// The scalars of a value, each by the path to it.
fn flatten(name: &str, node: Node<'_>, into: &mut Vec<(String, String)>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if node.is_scalar() {
        into.push((name.to_owned(), node.text().to_owned()));
    }
    for entry in node.entries() {
        if into.len() < MOST_COMBINATIONS {
            flatten(&format!("{name}.{}", entry.key.text()), entry.value, into, depth);
        }
    }
}

/// The commands of a step as its shell gets them: with what the pipeline puts in the place of
/// expressions.
pub(super) fn said(script: Node<'_>, known: &Known<'_>) -> Vec<(usize, char)> {
    let mut said = Vec::new();
    let lines = script.items().filter(|line| line.is_scalar());
    for line in lines.chain(std::iter::once(script).filter(|script| script.is_scalar())) {
        let start = line.target().place().span.start;
        let map = HostMap::of(line);
        let at = |inner: usize| {
            let outer = map.as_ref().map(|map| map.outer(Span::new(inner, inner)).start);
            outer.unwrap_or(start) as usize
        };
        let text = line.text();
        let mut next = 0;
        for _ in 0..MOST_EXPRESSIONS {
            let Some((before, open, close)) = expression(text, next) else { break };
            let inside = text.get(next..before).unwrap_or_default();
            said.extend(inside.char_indices().map(|(index, c)| (at(next + index), c)));
            let written = text.get(open..close.0).unwrap_or_default();
            let value = if close.1 { known.expression(written) } else { UNKNOWN.to_string() };
            said.extend(value.chars().map(|c| (at(before), c)));
            next = close.0 + 2;
        }
        let rest = text.get(next..).unwrap_or_default();
        said.extend(rest.char_indices().map(|(index, c)| (at(next + index), c)));
        said.push((at(text.len()), '\n'));
    }
    said
}

/// The next `${{ .. }}`, `$[[ .. ]]` or `<< parameters.. >>`: where it begins, where its inside does,
/// and where that ends, with whether it is the first of these.
fn expression(text: &str, from: usize) -> Option<(usize, usize, (usize, bool))> {
    const MARKS: [(&str, &str); 6] = [
        ("${{", "}}"),
        ("{{.", "}}"),
        ("{{ .", "}}"),
        ("$[[", "]]"),
        ("<< parameters.", ">>"),
        ("<< pipeline.", ">>"),
    ];
    let rest = text.get(from..)?;
    let found = MARKS.iter().filter_map(|(open, close)| Some((rest.find(open)?, open, close)));
    let (at, open, close) = found.min_by_key(|(at, ..)| *at)?;
    let inside = at + open.len();
    let end = rest.get(inside..)?.find(close)?;
    Some((from + at, from + inside, (from + inside + end, close == &"}}")))
}
