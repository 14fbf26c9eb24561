//! Pipelines: what CI does with the repository, when, and in which order.
//!
//! [`github`], [`gitlab`], [`azure`], [`circleci`] and [`others`] read one kind of file each, [`recipe`] what
//! their commands call: Makefiles, scripts, composite actions. [`command`] and [`action`] say what a step does,
//! [`when`] on which events it runs, and [`flow`] follows the calls and says what comes before what.
//!
//! What a file of another repository does, or a program that nobody knows, is [`Does::Unknown`], so that a rule
//! which misses something stays silent.

mod action;
mod azure;
mod circleci;
mod command;
mod flow;
mod github;
mod gitlab;
mod others;
mod recipe;
#[cfg(test)]
mod tests;
mod when;

use std::sync::Arc;

pub(crate) use self::command::runs_tests;
pub(crate) use self::flow::{Activity, Flow};
pub(crate) use self::when::{Events, When};
use crate::source::{FileId, Place};
use crate::tree::{Node, SyntaxError, yaml};

/// More steps are nobody's.
const MOST_STEPS: usize = 4096;

/// The program that runs a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Tool {
    AzurePipelines,
    Bitbucket,
    Buildkite,
    CircleCi,
    CloudBuild,
    CodeBuild,
    Drone,
    Forgejo,
    GitHub,
    GitLab,
    Jenkins,
    Travis,
    Woodpecker,
}

impl Tool {
    /// What people call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Tool::AzurePipelines => "Azure Pipelines",
            Tool::Bitbucket => "Bitbucket Pipelines",
            Tool::Buildkite => "Buildkite",
            Tool::CircleCi => "CircleCI",
            Tool::CloudBuild => "Cloud Build",
            Tool::CodeBuild => "CodeBuild",
            Tool::Drone => "Drone",
            Tool::Forgejo => "Forgejo Actions",
            Tool::GitHub => "GitHub Actions",
            Tool::GitLab => "GitLab CI",
            Tool::Jenkins => "Jenkins",
            Tool::Travis => "Travis CI",
            Tool::Woodpecker => "Woodpecker",
        }
    }
}

/// A file of a pipeline, or one that pipelines call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Pipeline(Tool),
    /// A file that a pipeline of that tool may include.
    Template(Tool),
    /// `action.yml`
    Action,
    Recipe(Runner),
}

/// What runs a named list of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Runner {
    Make,
    Just,
    /// npm, pnpm, yarn and bun.
    Package,
    Task,
    Shell,
    PreCommit,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Pipeline(Arc<Pipeline>),
    Recipes(Recipes),
}

/// What runs when something happens to the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pipeline {
    pub(crate) tool: Tool,
    /// Where the pipeline as a whole may be pointed at: its jobs, or its beginning.
    pub(crate) place: Place,
    /// What it is called, where it says so.
    pub(crate) name: Option<String>,
    /// When it runs: at any of these.
    pub(crate) triggers: Vec<When>,
    /// Where that is said.
    pub(crate) triggered_at: Option<Place>,
    /// Whether it runs only as a part of another one.
    pub(crate) is_template: bool,
    pub(crate) jobs: Vec<Job>,
    /// Files that are read along, as paths of the repository, and what it includes from elsewhere.
    pub(crate) includes: Vec<Step>,
}

/// Steps that run one after the other on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) place: Place,
    /// The indexes of the jobs that have to be through before.
    pub(crate) after: Vec<usize>,
    /// When it runs, of the times that the pipeline does.
    pub(crate) when: Vec<When>,
    /// What the job says of where it deploys to.
    pub(crate) environment: Option<(String, Place)>,
    /// Why its failure stops nothing.
    pub(crate) lenient: Option<Leniency>,
    pub(crate) steps: Vec<Step>,
}

/// One thing that a job does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The program or the action.
    pub(crate) place: Place,
    pub(crate) does: Does,
    pub(crate) when: Vec<When>,
    /// Why its failure stops nothing.
    pub(crate) lenient: Option<Leniency>,
}

/// Why a failure stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leniency {
    pub(crate) place: Place,
    pub(crate) how: How,
}

/// What makes a failure stop nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// `continue-on-error: true`, `allow_failure: true`
    Ignored,
    /// `|| true`
    Swallowed,
    /// `| tee report` without `pipefail`
    Piped,
    /// The tool is told to succeed whatever it finds.
    ToldTo,
    /// The tool succeeds unless it is told not to.
    ByDefault,
    /// `if: false`
    Never,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    BuildsImage,
    PushesImage,
    Tests,
    Lints,
    /// With the name of the tool.
    Scans(Scan, &'static str),
    /// With the name of the tool.
    Deploys(&'static str),
    /// Sends the requests to what was deployed beside the old version, with the name of the tool.
    Switches(&'static str),
    /// Waits until what was deployed is up.
    AwaitsRollout,
    /// Asks what runs whether it works.
    SmokeTests,
    Releases,
    BacksUp,
    Calls(Call),
    /// Something of which nobody can tell.
    Unknown,
}

impl Does {
    /// In words, behind the name of a step: "builds an image".
    pub(crate) fn describe(&self) -> String {
        match self {
            Does::BuildsImage => "builds an image".to_owned(),
            Does::PushesImage => "pushes an image".to_owned(),
            Does::Tests => "runs tests".to_owned(),
            Does::Lints => "checks the code".to_owned(),
            Does::Scans(scan, tool) => format!("scans {} with {tool}", scan.as_str()),
            Does::Deploys(tool) => format!("deploys with {tool}"),
            Does::Switches(tool) => format!("switches to the new version with {tool}"),
            Does::AwaitsRollout => "waits for the rollout".to_owned(),
            Does::SmokeTests => "asks what runs whether it works".to_owned(),
            Does::Releases => "publishes a release".to_owned(),
            Does::BacksUp => "backs up data".to_owned(),
            Does::Calls(_) => "calls another file".to_owned(),
            Does::Unknown => "does something unknown".to_owned(),
        }
    }
}

/// What is scanned for what is known to be dangerous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scan {
    Image,
    Dependencies,
    Secrets,
    Code,
    Configuration,
}

impl Scan {
    /// What is scanned.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Scan::Image => "images",
            Scan::Dependencies => "dependencies",
            Scan::Secrets => "secrets",
            Scan::Code => "code",
            Scan::Configuration => "configuration",
        }
    }
}

/// Another file that says what a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// A script, a composite action, a workflow, a template; paths from the root of the repository, of which the
    /// first that is there counts.
    File(Vec<String>),
    /// A target of a Makefile, a script of a `package.json`, ...; nothing for the default one.
    Recipe(Runner, Option<String>),
    /// A recipe, where there is one of that name.
    Further(Runner, String),
}

/// Commands by the names under which they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recipes {
    pub(crate) runner: Runner,
    pub(crate) all: Vec<Recipe>,
}

/// Commands that are called by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recipe {
    /// Empty for a file that is one list of commands.
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

impl Step {
    /// A step that runs whenever its job does.
    fn new(place: Place, does: Does) -> Self {
        Step { place, does, when: vec![When::ALWAYS], lenient: None }
    }
}

/// What the file at `path` may be, by its name; paths are those from the root of the repository.
pub(crate) fn format_of(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let (stem, extension) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    let folders = path.len() - name.len();
    let within = |folder: &str| {
        // Most are at the root, or in folders of other names.
        folder.len() <= folders && path.contains(folder) && {
            let mut found = path.match_indices(folder);
            found.any(|(at, _)| at == 0 || path.as_bytes().get(at - 1) == Some(&b'/'))
        }
    };
    let is_yaml = matches!(extension, "yml" | "yaml");
    Some(match extension {
        "yml" | "yaml" if within(".github/workflows/") => Format::Pipeline(Tool::GitHub),
        "yml" | "yaml" if within(".forgejo/workflows/") || within(".gitea/workflows/") => {
            Format::Pipeline(Tool::Forgejo)
        }
        "yml" | "yaml" if stem == "action" => Format::Action,
        "yml" | "yaml" if stem == ".gitlab-ci" => Format::Pipeline(Tool::GitLab),
        "yml" | "yaml" if stem == "bitbucket-pipelines" => Format::Pipeline(Tool::Bitbucket),
        "yml" | "yaml" if within(".circleci/") => Format::Pipeline(Tool::CircleCi),
        "yml" | "yaml" if within(".buildkite/") => Format::Pipeline(Tool::Buildkite),
        "yml" | "yaml" if stem == ".drone" => Format::Pipeline(Tool::Drone),
        "yml" | "yaml" if stem == ".woodpecker" || within(".woodpecker/") => {
            Format::Pipeline(Tool::Woodpecker)
        }
        "yml" | "yaml" if stem == ".travis" => Format::Pipeline(Tool::Travis),
        "yml" | "yaml" | "json" if stem.starts_with("cloudbuild") => {
            Format::Pipeline(Tool::CloudBuild)
        }
        "yml" | "yaml" if stem.starts_with("buildspec") => Format::Pipeline(Tool::CodeBuild),
        "yml" | "yaml" if stem.starts_with("azure-pipeline") || stem == ".vsts-ci" => {
            Format::Pipeline(Tool::AzurePipelines)
        }
        "yml" | "yaml" if stem.starts_with("taskfile") => Format::Recipe(Runner::Task),
        "yml" | "yaml" if stem == ".pre-commit-config" => Format::Recipe(Runner::PreCommit),
        "yml" | "yaml"
            if [".azure-pipelines/", "azure-pipelines/", ".azuredevops/", ".azure/", ".ado/"]
                .iter()
                .any(|folder| within(folder)) =>
        {
            Format::Template(Tool::AzurePipelines)
        }
        _ if is_yaml
            && (stem.ends_with("gitlab-ci") || within(".gitlab/") || within("gitlab/")) =>
        {
            Format::Template(Tool::GitLab)
        }
        _ if is_yaml && (within("ci/") || within(".ci/")) => Format::Template(Tool::GitLab),
        "sh" | "bash" => Format::Recipe(Runner::Shell),
        "mk" => Format::Recipe(Runner::Make),
        "json" if stem == "package" => Format::Recipe(Runner::Package),
        "just" | "justfile" => Format::Recipe(Runner::Just),
        "jenkinsfile" => Format::Pipeline(Tool::Jenkins),
        _ if stem == "jenkinsfile" || lower == "jenkinsfile" => Format::Pipeline(Tool::Jenkins),
        _ if lower == "justfile" => Format::Recipe(Runner::Just),
        _ if matches!(name, "Makefile" | "makefile" | "GNUmakefile") => {
            Format::Recipe(Runner::Make)
        }
        // `.ci/run`, `scripts/test`
        "" if ["ci/", ".ci/", "scripts/", "script/", "bin/", "hack/"]
            .iter()
            .any(|it| within(it)) =>
        {
            Format::Recipe(Runner::Shell)
        }
        _ => return None,
    })
}

impl Format {
    /// Whether a file of that path is a pipeline and nothing else.
    fn is_sure(self) -> bool {
        let Format::Pipeline(tool) = self else { return false };
        matches!(tool, Tool::GitHub | Tool::Forgejo | Tool::GitLab | Tool::Bitbucket)
    }
}

/// Whether another program makes the pipeline of a text which is none itself.
fn is_template(text: &str) -> bool {
    let is_expression = |at: usize| text.get(..at).is_some_and(|before| before.ends_with('$'));
    let mut braces = text.match_indices("{{");
    text.contains("{%") || text.contains("<%") || braces.any(|(at, _)| !is_expression(at))
}

/// What the file at `path` says; nothing where it is something else. Why all of a pipeline cannot be
/// read is said in `errors`.
pub(crate) fn read(
    format: Format,
    file: FileId,
    path: &str,
    text: &Arc<str>,
    errors: &mut Vec<SyntaxError>,
) -> Option<Part> {
    if let Format::Recipe(runner) = format {
        let recipes = recipe::read(runner, file, path, text)?;
        return Some(Part::Recipes(recipes));
    }
    if format == Format::Pipeline(Tool::Jenkins) {
        return others::jenkins(file, text).map(|it| Part::Pipeline(Arc::new(it)));
    }
    let (tree, mut found) = yaml::read(file, text, None);
    if format.is_sure() && !is_template(text) {
        errors.append(&mut found);
    }
    let mut documents = tree.documents().filter(|document| document.is_map());
    let document = documents.next()?;
    let pipeline = match format {
        Format::Pipeline(tool @ (Tool::GitHub | Tool::Forgejo)) => {
            github::workflow(document, tool)?
        }
        Format::Action => return github::action(document).map(Part::Recipes),
        Format::Pipeline(Tool::GitLab) => gitlab::read(document)?,
        Format::Template(Tool::GitLab) => {
            Pipeline { is_template: true, ..gitlab::template(document)? }
        }
        Format::Pipeline(Tool::AzurePipelines) => azure::read(document)?,
        Format::Template(_) => {
            let read = azure::read(document)?;
            // A pipeline lies there as well, and says when it runs.
            Pipeline { is_template: read.triggered_at.is_none(), ..read }
        }
        Format::Pipeline(Tool::CircleCi) => circleci::read(document)?,
        Format::Pipeline(tool) => others::read(tool, document, documents)?,
        Format::Recipe(_) => return None,
    };
    Some(Part::Pipeline(Arc::new(pipeline)))
}

/// Whether the program that runs it finds a pipeline at that path of a repository.
pub(crate) fn is_at_home(path: &str, part: &Part) -> bool {
    let Part::Pipeline(pipeline) = part else { return true };
    let folder = match pipeline.tool {
        Tool::GitHub => ".github/workflows/",
        Tool::Forgejo => return path.starts_with(".forgejo/") || path.starts_with(".gitea/"),
        Tool::CircleCi => ".circleci/",
        Tool::Buildkite => ".buildkite/",
        Tool::Bitbucket | Tool::Travis | Tool::Drone => return !path.contains('/'),
        Tool::GitLab => return pipeline.is_template || !path.contains('/'),
        _ => return true,
    };
    path.starts_with(folder)
}

/// Whether a path is that of a YAML file.
pub(super) fn is_yaml(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("yml") || extension.eq_ignore_ascii_case("yaml")
}

/// A path of the repository, where a text is one.
fn local(path: &str) -> Option<String> {
    let path = path.trim().trim_start_matches("./").trim_start_matches('/');
    let is_plain = !path.is_empty()
        && !path.contains("://")
        && path.chars().all(|c| c.is_alphanumeric() || "-_./+@".contains(c));
    is_plain.then(|| crate::source::resolve("", path))
}

/// Takes from scans what is known of them by default where a variable tells them to fail: one of these
/// maps, of which the first that has it counts, or lists of names and values.
fn heed_variables(steps: &mut [Step], maps: &[Option<Node<'_>>]) {
    let stated = |name: &str| {
        maps.iter().flatten().find_map(|map| {
            let listed = map.items().find(|it| text_at(*it, &["name"]) == Some(name));
            let value = map.at(&[name]).or(listed)?;
            Some(value.at(&["value"]).unwrap_or(value).text().trim())
        })
    };
    for step in steps {
        let name = match step.does {
            Does::Scans(_, "Trivy") => "TRIVY_EXIT_CODE",
            Does::Scans(_, "Grype") => "GRYPE_FAIL_ON_SEVERITY",
            _ => continue,
        };
        let is_default = step.lenient.as_ref().is_some_and(|it| it.how == How::ByDefault);
        if is_default && stated(name).is_some_and(|value| !matches!(value, "" | "0")) {
            step.lenient = None;
        }
    }
}

/// The text of a value below a key.
fn text_at<'t>(node: Node<'t>, keys: &[&str]) -> Option<&'t str> {
    node.at(keys).map(|value| value.text().trim()).filter(|text| !text.is_empty())
}

/// The texts of a scalar, or of those of a list.
fn texts(node: Node<'_>) -> Vec<&str> {
    let items = node.items().chain(std::iter::once(node));
    items.filter(|it| it.is_scalar()).map(Node::text).collect()
}
