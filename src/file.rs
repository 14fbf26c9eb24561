//! One file of the run: what it is, told by its content, and what parsing made of it.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use regex::bytes::{Regex, RegexBuilder};

use crate::agent;
use crate::alert;
use crate::build::{self, Brought, Statement, Told};
use crate::chart::{ChartPart, Charts};
use crate::compose;
use crate::config;
use crate::docker::{Dockerfile, IGNORE_FILE, IgnoreFile, Inline, is_keyword};
use crate::gate;
use crate::k8s::{MOST_IN_POD, Object, Workload};
use crate::kustomize::{self, json_patch};
use crate::meant;
use crate::repo;
use crate::secret::{self, Secret, Setting};
use crate::source::{EXAMPLE_ENDINGS, FileId, MAX_BYTES, Place, Source, Span, resolve};
use crate::timings::{self, Phase};
use crate::tree::{
    Dialect, HostMap, Limit, Node, Style, SyntaxError, Tree, Variables, dotenv, json, toml, yaml,
};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    Kubernetes,
    Kustomization,
    HelmChart,
    HelmValues,
    Compose,
    Agent(agent::Format),
    /// Alerts, outside of Kubernetes objects.
    Alerts(alert::Format),
    /// What must hold before a version goes live.
    ReleasePolicy,
    /// Variables that Compose files take.
    Variables,
    /// What a kustomization changes of objects: a list of JSON 6902 operations, or any patch that
    /// stands in the kustomization itself.
    Patch,
    /// Something that agentcheck does not read.
    Other,
}

/// What a file is, for the account of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A Dockerfile or Containerfile.
    Dockerfile,
    /// A Compose file.
    Compose,
    /// A Kubernetes manifest, with one object or many.
    Kubernetes,
    /// A kustomization.
    Kustomization,
    /// The `Chart.yaml` of a Helm chart.
    HelmChart,
    /// Values of a Helm chart.
    HelmValues,
    /// A file of variables that a Compose file takes.
    EnvFile,
    /// The configuration of an agent.
    Agent,
    /// A configuration that connects agents to the outside world.
    Integration,
    /// Rules of Prometheus.
    PrometheusRules,
    /// Alerts of another program.
    Alerts,
    /// The configuration of Prometheus.
    Prometheus,
    /// The configuration of Prometheus' Alertmanager.
    Alertmanager,
    /// The configuration of an OpenTelemetry collector.
    Collector,
    /// What must hold before a version of an agent goes live.
    ReleasePolicy,
    /// What CI does when something happens to the repository.
    Pipeline,
    /// What keeps packages up to date: the configuration of Dependabot or Renovate.
    Updates,
    /// What is promised of a service.
    Objectives,
}

impl FileKind {
    /// The kind in words: one, and many.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            FileKind::Dockerfile => ("Dockerfile", "Dockerfiles"),
            FileKind::Compose => ("Compose file", "Compose files"),
            FileKind::Kubernetes => ("Kubernetes manifest", "Kubernetes manifests"),
            FileKind::Kustomization => ("kustomization", "kustomizations"),
            FileKind::HelmChart => ("Helm chart", "Helm charts"),
            FileKind::HelmValues => ("Helm values file", "Helm values files"),
            FileKind::EnvFile => ("env file", "env files"),
            FileKind::Agent => ("agent config", "agent configs"),
            FileKind::Integration => ("integration config", "integration configs"),
            FileKind::PrometheusRules => ("Prometheus rule file", "Prometheus rule files"),
            FileKind::Alerts => ("alert config", "alert configs"),
            FileKind::Prometheus => ("Prometheus config", "Prometheus configs"),
            FileKind::Alertmanager => ("Alertmanager config", "Alertmanager configs"),
            FileKind::Collector => ("OpenTelemetry collector", "OpenTelemetry collectors"),
            FileKind::ReleasePolicy => ("release policy", "release policies"),
            FileKind::Pipeline => ("pipeline", "pipelines"),
            FileKind::Updates => ("update config", "update configs"),
            FileKind::Objectives => ("file of objectives", "files of objectives"),
        }
    }
}

/// Why a file was not checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// Larger than so many bytes, which is more than there is in any file of its kind.
    TooLarge(u64),
    /// What the files before it take of memory is all that a run may.
    TooMuch,
    /// Not UTF-8.
    NotUtf8,
    /// Holds NUL bytes.
    Binary,
    /// Nothing in it.
    Empty,
    /// A Go template, which is YAML only after rendering.
    Template,
    /// The name suggests a format that the content denies, or the file was named on the command
    /// line and its content is of no known format.
    NotRecognised,
    /// Of no known format, and nothing suggested that it would be. Such files are not counted.
    Foreign,
    /// A symbolic link, which is followed only when it is named on the command line.
    SymbolicLink,
    /// The system said no.
    Unreadable(String),
}

impl SkipReason {
    /// The reason in words.
    pub fn describe(&self) -> String {
        match self {
            SkipReason::TooLarge(most) => Limit::Bytes(*most).describe(),
            SkipReason::TooMuch => Limit::Memory.describe(),
            SkipReason::NotUtf8 => "not UTF-8".to_owned(),
            SkipReason::Binary => "holds NUL bytes".to_owned(),
            SkipReason::Empty => "empty".to_owned(),
            SkipReason::Template => {
                "a template; render it first, e.g. `helm template . | agentcheck lint -`".to_owned()
            }
            SkipReason::NotRecognised => {
                "not recognised: its content is of no known format".to_owned()
            }
            SkipReason::Foreign => "of another kind".to_owned(),
            SkipReason::SymbolicLink => "a symbolic link".to_owned(),
            SkipReason::Unreadable(why) => format!("cannot be read: {why}"),
        }
    }
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Dockerfile,
    Yaml,
    Json,
    Toml,
    Dotenv,
    /// A Go template, whatever it renders to.
    Template,
    /// The patterns of an ignore file.
    Patterns,
    /// Something that builds images, and is of no other interest.
    Builds(build::Format),
    /// Something that only says how the repository is kept.
    Part,
}

/// What a file's name says, which decides whether its content is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    syntax: Syntax,
    /// The name belongs to a format, so that a file of another content is worth a word.
    telling: bool,
    compose: bool,
    /// What the file is to the Helm chart that it lies in.
    chart: Option<ChartPart>,
}

impl Candidate {
    /// What the name of a file suggests; nothing for a file that cannot be of any known format.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let lower = name.to_ascii_lowercase();
        let named = |syntax| Some(Candidate { syntax, telling: true, compose: false, chart: None });
        if is_dockerfile_name(&lower) {
            return named(Syntax::Dockerfile);
        }
        if name.ends_with(IGNORE_FILE) {
            return named(Syntax::Patterns);
        }
        if let Some(format) = build::Format::named(name) {
            return named(Syntax::Builds(format));
        }
        if name == "Kustomization" || name == "Chart.yaml" {
            return named(Syntax::Yaml);
        }
        let part = || {
            let part =
                Candidate { syntax: Syntax::Part, telling: false, compose: false, chart: None };
            repo::is_part(path).then_some(part)
        };
        // `agent.toml.example` is the file that people copy, and often the only one committed.
        let stem =
            EXAMPLE_ENDINGS.iter().find_map(|ending| lower.strip_suffix(ending)).unwrap_or(&lower);
        let is_dotenv = stem == ".env" || stem.starts_with(".env.");
        let Some((base, extension)) = stem.rsplit_once('.') else { return part() };
        let syntax = match extension {
            // Prometheus' own examples are called `alerts.rules`.
            "yaml" | "yml" | "rules" => Syntax::Yaml,
            "json" | "jsonc" => Syntax::Json,
            "toml" => Syntax::Toml,
            "tpl" => Syntax::Template,
            "env" => Syntax::Dotenv,
            _ if is_dotenv => Syntax::Dotenv,
            _ => return part(),
        };
        let compose = syntax == Syntax::Yaml
            && (base.starts_with("docker-compose")
                || base == "compose"
                || base.starts_with("compose."));
        let policy = base == "release-policy";
        let agent = AGENT_FILES.contains(&stem);
        let telling = compose || agent || policy || is_kustomization_name(name);
        Some(Candidate { syntax, telling, compose, chart: None })
    }

    /// The names of the files beside one of that name without which it is not understood.
    pub(crate) fn companions(name: &str) -> Vec<String> {
        if !is_dockerfile_name(&name.to_ascii_lowercase()) {
            return Vec::new();
        }
        vec![format!("{name}{IGNORE_FILE}"), IGNORE_FILE.to_owned()]
    }

    /// The same, of a file of that path among charts. What only a chart has is none elsewhere.
    pub(crate) fn within(self, charts: &Charts, path: &str) -> Option<Self> {
        let chart = charts.part(path);
        let is_stray = self.syntax == Syntax::Template && chart != Some(ChartPart::Template);
        (!is_stray).then_some(Candidate { chart, ..self })
    }

    /// Whether the file is there for what others say of it, so that nobody misses it.
    pub(crate) fn is_silent(self) -> bool {
        matches!(self.syntax, Syntax::Builds(_) | Syntax::Part)
    }

    /// How large a file may be that is read.
    pub(crate) fn most_bytes(self) -> u64 {
        match self.syntax {
            Syntax::Yaml | Syntax::Json | Syntax::Template => MAX_BYTES,
            Syntax::Dockerfile
            | Syntax::Toml
            | Syntax::Dotenv
            | Syntax::Patterns
            | Syntax::Builds(_)
            | Syntax::Part => MOST_WRITTEN,
        }
    }

    /// Whether a text that begins like this is a manifest, as far as that can be told.
    fn is_manifest(self, head: &str) -> bool {
        matches!(self.syntax, Syntax::Yaml | Syntax::Json) && is_like_manifest(head)
    }

    /// What the file may say of how images are built.
    fn builds(self) -> Option<build::Format> {
        match self.syntax {
            Syntax::Builds(format) => Some(format),
            Syntax::Yaml if self.chart.is_none() => Some(build::Format::Yaml),
            _ => None,
        }
    }

    /// Whether Helm renders the file rather than reading it.
    fn is_rendered(self, text: &str) -> bool {
        self.chart == Some(ChartPart::Template)
            && (self.syntax == Syntax::Template || text.contains("{{"))
    }

    /// For a text without a name of its own: standard input.
    pub(crate) fn of_text(text: &str) -> Self {
        let first = text
            .trim_start_matches('\u{feff}')
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .unwrap_or_default();
        let syntax = if begins_dockerfile(first) {
            Syntax::Dockerfile
        } else if first.starts_with('{') {
            Syntax::Json
        } else if first.starts_with('[') {
            Syntax::Toml
        } else {
            Syntax::Yaml
        };
        Candidate { syntax, telling: false, compose: false, chart: None }
    }
}

/// Whether a Dockerfile may begin with that line: `FROM image AS name`, `ARG name`, but not Python's
/// `from module import name`.
fn begins_dockerfile(line: &str) -> bool {
    let mut words = line.split_whitespace();
    match words.next() {
        Some(word) if word.eq_ignore_ascii_case("ARG") => true,
        Some(word) if word.eq_ignore_ascii_case("FROM") => {
            let mut words = words.skip_while(|word| word.starts_with("--"));
            let (image, after) = (words.next(), words.next());
            image.is_some()
                && after.is_none_or(|word| word.eq_ignore_ascii_case("AS") || word == "\\")
        }
        _ => false,
    }
}

/// `Dockerfile`, `Dockerfile.dev`, `api.Dockerfile`, `Containerfile-arm`, ..., but not what merely
/// belongs to one (`Dockerfile.dockerignore`, `dockerfile.go`).
fn is_dockerfile_name(lower: &str) -> bool {
    const NOT: [&str; 13] = [
        ".dockerignore",
        ".tmpl",
        ".md",
        ".go",
        ".py",
        ".js",
        ".ts",
        ".rs",
        ".sh",
        ".txt",
        ".yaml",
        ".yml",
        ".json",
    ];
    if NOT.iter().any(|ending| lower.ends_with(ending)) {
        return false;
    }
    ["dockerfile", "containerfile"].iter().any(|word| {
        lower
            .strip_suffix(word)
            .is_some_and(|before| before.is_empty() || before.ends_with(['.', '-', '_']))
            || lower.strip_prefix(word).is_some_and(|after| after.starts_with(['.', '-', '_']))
    })
}

/// Something that does not parse, and the rule that says so.
type Broken = (&'static str, SyntaxError);

/// What is reported where a text has too much of something.
const LIMIT: &str = "syntax/limit-exceeded";

/// The most bytes of files that people write rather than programs. The largest lock files of public
/// repositories have half of that.
const MOST_WRITTEN: u64 = 4 << 20;

/// The names that belong to configurations of agents.
const AGENT_FILES: [&str; 22] = [
    ".bedrock_agentcore.yaml",
    "agent.toml",
    "agentcore.json",
    "alertmanager.yaml",
    "alertmanager.yml",
    "litellm_config.yaml",
    "litellm_config.yml",
    "root_agent.yaml",
    "integration_config.yaml",
    "integration_config.yml",
    ".mcp.json",
    "mcp.json",
    "langgraph.json",
    "cagent.yaml",
    "mcp_agent.config.yaml",
    "mcp-agent.config.yaml",
    "mcp_agent.secrets.yaml",
    "mcp-agent.secrets.yaml",
    "fastagent.config.yaml",
    "fastagent.secrets.yaml",
    "fast-agent.yaml",
    "fast-agent.secrets.yaml",
];

/// The names under which kustomize looks for a kustomization, which may do without `apiVersion`.
fn is_kustomization_name(name: &str) -> bool {
    matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Bytes of memory for the states that have been met, for each thread.
const MOST_OF_AUTOMATON: usize = 8 << 20;

/// What one of a known format's documents must hold somewhere: a file without any of these is
/// not parsed, unless its name is telling. (JSON and TOML spell the same words.)
static MARKERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const PATCH: &str = r#" op:|\{op:|"op"|'op'"#;
    let words = agent::markers().chain(alert::MARKERS).chain([gate::MARKER]);
    let words = words.collect::<Vec<_>>().join("|");
    let pattern = format!("apiVersion|services|kustomize|{PATCH}|{words}");
    // All of it is ASCII. Knowing the words of every language, the automaton would be too large for
    // its memory, and the engine that is left then is slow.
    RegexBuilder::new(&pattern).unicode(false).dfa_size_limit(MOST_OF_AUTOMATON).build().ok()
});

/// Whether a text has one of the [`MARKERS`]. Most that have one have the first, which is found sooner alone.
fn is_marked(text: &str) -> bool {
    text.contains("apiVersion")
        || MARKERS.as_ref().is_none_or(|markers| markers.is_match(text.as_bytes()))
}

/// A text and its documents.
#[derive(Debug)]
struct Documents {
    tree: Arc<Tree>,
    /// By the index of the document.
    kinds: Vec<DocumentKind>,
    /// The scalar that the text is the value of.
    host: Option<Span>,
}

/// So many files at most are handed to a thread together. Long ones often lie side by side, and of what a thread
/// has begun with, none that is idle takes a part.
pub(crate) const AT_A_TIME: usize = 8;

/// The files of a run, each parsed once. [`FileId`]s are their indexes.
#[derive(Debug, Default)]
pub struct Files {
    all: Vec<File>,
    /// The paths of everything in scope, also of what nothing was read of, in order.
    listing: Vec<String>,
    roots: Vec<repo::Root>,
    searched: Searched,
    partial: bool,
    on_disk: bool,
    images: Vec<StatedImage>,
}

/// How many files of no known format were searched for credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Those that were.
    pub files: usize,
    /// Those that were not, as they are too large for anything that people write.
    pub too_large: usize,
}

/// An image whose Dockerfile the configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedImage {
    /// The name of the image.
    pub image: String,
    /// The file that builds it.
    pub dockerfile: FileId,
    /// The line of the configuration that says so, from 1.
    pub line: usize,
}

impl Files {
    /// Files that are already in memory, as paths and texts. Each counts as named by the user.
    pub fn in_memory<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let texts: Vec<_> = texts.into_iter().collect();
        let charts = Charts::among(texts.iter().map(|(path, _)| *path));
        let read = |(index, (path, text)): (usize, (&str, &str))| {
            let candidate = Candidate::of(path).and_then(|it| it.within(&charts, path));
            let candidate = candidate.unwrap_or_else(|| Candidate::of_text(text));
            File::read(FileId::new(index), Source::new(path, text), candidate, true)
        };
        let listing = texts.iter().map(|(path, _)| (*path).to_owned()).collect();
        let files = texts.into_iter().enumerate().map(read).collect();
        Files::new(files).listed(listing, Vec::new())
    }

    pub(crate) fn new(mut files: Vec<File>) -> Self {
        hand_out_variables(&mut files);
        Files { all: files, ..Files::default() }
    }

    /// The same files, among everything that is in scope, and the folders that git keeps.
    pub(crate) fn listed(self, mut listing: Vec<String>, known: Vec<repo::Root>) -> Self {
        listing.sort_unstable();
        listing.dedup();
        let roots = repo::roots(known, listing.iter().map(String::as_str));
        Files { listing, roots, ..self }
    }

    /// The same files, with how many others were searched for credentials.
    pub(crate) fn beside(self, searched: Searched) -> Self {
        Files { searched, ..self }
    }

    /// How many files of no known format were searched for credentials.
    pub fn searched(&self) -> Searched {
        self.searched
    }

    /// The paths of everything in scope, also of what nothing was read of, in order.
    pub(crate) fn listing(&self) -> &[String] {
        &self.listing
    }

    /// The repositories that the files lie in.
    pub(crate) fn roots(&self) -> &[repo::Root] {
        &self.roots
    }

    /// The same files, as a part of a project: what is not in them may be in others.
    #[must_use]
    pub fn partial(self) -> Self {
        Files { partial: true, ..self }
    }

    /// The same files, with what the configuration says of the images that are built of them.
    #[must_use]
    pub fn stating(self, images: Vec<StatedImage>) -> Self {
        Files { images, ..self }
    }

    /// What the configuration says of the images that are built.
    pub(crate) fn stated_images(&self) -> &[StatedImage] {
        &self.images
    }

    /// The same files, which were read from a disk by their paths.
    pub(crate) fn on_disk(self) -> Self {
        Files { on_disk: true, ..self }
    }

    /// Whether the paths lead to the files.
    pub(crate) fn are_on_disk(&self) -> bool {
        self.on_disk
    }

    /// Whether there may be other files.
    pub(crate) fn is_partial(&self) -> bool {
        self.partial
    }

    pub(crate) fn as_slice(&self) -> &[File] {
        &self.all
    }

    pub(crate) fn get(&self, id: FileId) -> Option<&File> {
        self.all.get(id.index())
    }

    /// Whether a part of the file does not parse.
    pub(crate) fn is_broken(&self, id: FileId) -> bool {
        self.get(id).is_none_or(|file| !file.errors.is_empty())
    }

    /// Whether all of the file at `index` was read and understood, be it as empty or as something
    /// that no rule is about.
    pub(crate) fn was_understood(&self, index: usize) -> bool {
        let read = |file: &File| match &file.skipped {
            None => file.errors.is_empty(),
            Some(reason) => matches!(reason, SkipReason::Empty | SkipReason::Foreign),
        };
        self.all.get(index).is_some_and(read)
    }

    /// Whether a file without anything to point at is in scope: it was searched for credentials, and
    /// nothing is kept of it.
    pub(crate) fn was_searched(&self, path: &str) -> bool {
        self.listing.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// The file as it would be with another text.
    pub(crate) fn with_text(&self, id: FileId, text: Arc<str>) -> Option<File> {
        let file = self.get(id)?;
        let source = file.source.with_text(text);
        let Some(candidate) = file.candidate else {
            let found = SearchedFile::of(&source);
            return Some(File::searched(id, source, found));
        };
        let mut new = File::read(id, source, candidate, file.named);
        if let Some(variables) = file.tree().and_then(|tree| tree.variables()) {
            new.set_variables(variables);
        }
        Some(new)
    }

    /// Puts a file in the place of the one with its id.
    pub(crate) fn replace(&mut self, file: File) {
        if let Some(old) = self.all.get_mut(file.id.index()) {
            *old = file;
        }
    }

    /// How many files there are, skipped ones included.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The path of each file, as reports print it.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|file| file.source().path())
    }

    /// The template of a Helm chart that the text around a place was rendered from.
    pub(crate) fn template_of(&self, place: Place) -> Option<&str> {
        self.source(place.file)?.template_at(place.span.start)
    }

    /// The text and the path of a file.
    pub fn source(&self, id: FileId) -> Option<&Source> {
        self.all.get(id.index()).map(File::source)
    }
}

/// Tells the Compose files what the `.env` beside each says, and forgets the files of variables that
/// neither they nor kustomizations take.
///
/// Source: docs.docker.com/compose/how-tos/environment-variables/variable-interpolation.
fn hand_out_variables(files: &mut [File]) {
    let path = |file: &File| resolve("", file.source().path());
    let of_kind = |kind: FileKind| {
        let of_kind = files.iter().enumerate().filter(move |(_, file)| file.kind == Some(kind));
        of_kind.collect::<Vec<_>>()
    };
    let env_files = of_kind(FileKind::EnvFile);
    if env_files.is_empty() {
        return;
    }
    let by_path: HashMap<_, _> =
        env_files.iter().map(|(index, file)| (path(file), (*index, *file))).collect();
    let (mut taken, mut beside) = (HashSet::new(), Vec::new());
    let mut known: HashMap<usize, Arc<Variables>> = HashMap::new();
    for (index, file) in of_kind(FileKind::Compose) {
        let folder = file.source().folder();
        let named = file.documents().flat_map(|(document, _)| compose::env_files(document));
        let named = named.filter_map(|path| by_path.get(&resolve(folder, path)));
        taken.extend(named.map(|(env_file, _)| *env_file));
        if let Some((env_file, variables)) = by_path.get(&resolve(folder, ".env")) {
            taken.insert(*env_file);
            let variables =
                known.entry(*env_file).or_insert_with(|| Arc::new(stated_variables(variables)));
            beside.push((index, Arc::clone(variables)));
        }
    }
    let mut generated = HashSet::new();
    for (_, file) in of_kind(FileKind::Kustomization) {
        let folder = file.source().folder();
        let named = file.documents().flat_map(|(document, _)| kustomize::env_files(document));
        let named = named.filter_map(|path| by_path.get(&resolve(folder, path)));
        generated.extend(named.map(|(env_file, _)| *env_file));
    }
    let unused: Vec<_> =
        env_files.iter().map(|(index, _)| *index).filter(|index| !taken.contains(index)).collect();
    for index in unused {
        if let Some(file) = files.get_mut(index)
            && !file.takes_settings()
            && !generated.contains(&index)
        {
            file.forget();
        }
    }
    for (index, variables) in beside {
        if let Some(file) = files.get_mut(index) {
            file.set_variables(&variables);
        }
    }
}

/// What a file of variables says. One that is empty is there to be filled in, and one that takes the
/// value of another is not followed.
fn stated_variables(file: &File) -> Variables {
    let entries = file.documents().flat_map(|(document, _)| document.own_entries());
    let stated = entries.map(|entry| (entry.key.text(), entry.value.text()));
    let plain = stated.filter(|(_, value)| !value.is_empty() && !value.contains('$'));
    plain.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct File {
    id: FileId,
    source: Source,
    /// Boxed, as it is the largest part of a file, and most have none.
    dockerfile: Option<Box<Dockerfile>>,
    /// The Dockerfiles in strings of the file's own documents, in the order of the text.
    inline: Vec<Inline>,
    patterns: Option<IgnoreFile>,
    /// What the file builds and brings, where it is neither of these nor one of the documents that are checked.
    told: Told,
    /// What the file says of the repository, whatever else it is.
    parts: Vec<repo::Part>,
    /// What kind of file it is, as far as credentials are concerned.
    setting: Setting,
    /// The credentials in the text, whatever it is, in its order.
    secrets: Vec<Secret>,
    /// The file's own documents, and after them those embedded in strings.
    documents: Vec<Documents>,
    /// Of those embedded in strings, where each is.
    hosts: HashMap<Span, usize>,
    errors: Vec<Broken>,
    kind: Option<FileKind>,
    skipped: Option<SkipReason>,
    /// How the text was read; nothing for a file that was not.
    candidate: Option<Candidate>,
    named: bool,
    is_only_searched: bool,
    /// Whether not all of the text was kept.
    is_cut: bool,
    /// The variables that a file of variables names, those in comments included. They are kept also where
    /// the file is of no other interest.
    listed: Option<HashSet<String>>,
}

impl File {
    /// A file that could not be read or is not looked at.
    pub(crate) fn skipped(id: FileId, path: String, reason: SkipReason) -> Self {
        File::empty(id, Source::new(path, ""), Some(reason))
    }

    /// A file of which more than its beginning is not read. It is worth a finding where that looks like
    /// something that would have been checked; data may be as large as they like.
    pub(crate) fn too_large(id: FileId, path: String, candidate: Candidate, head: &str) -> Self {
        let most = candidate.most_bytes();
        let mut file = File::skipped(id, path, SkipReason::TooLarge(most));
        if candidate.is_silent() {
            file.skipped = Some(SkipReason::Foreign);
        } else if candidate.telling || candidate.is_manifest(head) {
            file.exceed(Limit::Bytes(most));
        }
        file
    }

    /// The file as one that would take more memory than there is for a run: there was something to
    /// say of it.
    pub(crate) fn too_much(self) -> Self {
        let path = self.source.path().to_owned();
        let mut file = File::skipped(self.id, path, SkipReason::TooMuch);
        file.exceed(Limit::Memory);
        file
    }

    /// Notes that the file as a whole is beyond a limit. Nothing of its text is kept.
    fn exceed(&mut self, limit: Limit) {
        let (place, document) = (self.place(Span::default()), Span::default());
        let message = limit.describe();
        self.errors.push((LIMIT, SyntaxError { place, message, document, limit: Some(limit) }));
    }

    /// How much memory it takes, near enough.
    pub(crate) fn weight(&self) -> usize {
        /// What the model of a Dockerfile takes for each byte of its text.
        const OF_DOCKERFILE: usize = 16;
        let trees = self.trees().map(Tree::weight).sum::<usize>();
        let text = self.source.text().len();
        let model = if self.dockerfile.is_some() { OF_DOCKERFILE * text } else { 0 };
        text + trees + model
    }

    fn empty(id: FileId, source: Source, skipped: Option<SkipReason>) -> Self {
        let (documents, errors, inline) = (Vec::new(), Vec::new(), Vec::new());
        let (kind, candidate, named, listed) = (None, None, false, None);
        let (dockerfile, patterns, told) = (None, None, Told::default());
        let (parts, secrets) = (Vec::new(), Vec::new());
        File {
            id,
            source,
            dockerfile,
            inline,
            patterns,
            told,
            parts,
            setting: Setting::Plain,
            secrets,
            documents,
            hosts: HashMap::new(),
            errors,
            kind,
            skipped,
            candidate,
            named,
            is_only_searched: false,
            is_cut: false,
            listed,
        }
    }

    /// Parses a file. `named` says that the user asked for it, so that it is worth a word also
    /// when it is of no known format; of other such files not even the text is kept, unless there is
    /// something in it to point at.
    pub(crate) fn read(id: FileId, source: Source, candidate: Candidate, named: bool) -> Self {
        if u64::try_from(source.text().len()).is_ok_and(|length| length > candidate.most_bytes()) {
            return File::too_large(id, source.path().to_owned(), candidate, source.text());
        }
        let mut laps = timings::laps();
        let SearchedFile { setting, secrets, mut parts } = SearchedFile::of(&source);
        let mut errors = Vec::new();
        if repo::is_part(source.path()) {
            parts.append(&mut repo::read(id, source.path(), source.text(), &mut errors));
        }
        laps.end(Phase::Secrets);
        let whole = source.with_text(Arc::clone(source.text()));
        let file = File::parse(id, source, candidate, named);
        laps.end(Phase::Parse);
        // Of what is foreign only the path is left.
        let is_empty = secrets.is_empty() && parts.is_empty() && errors.is_empty();
        let is_kept = !file.source.text().is_empty() || is_empty;
        let source = if is_kept { file.source } else { whole };
        let mut file = File { source, parts, setting, secrets, candidate: Some(candidate), ..file };
        if file.errors.is_empty() && file.is_other() && !errors.is_empty() {
            file.errors.extend(of_syntax(Syntax::Yaml, errors));
            file.skipped = None;
        }
        file = file.cut();
        file.name_by_parts();
        file
    }

    /// Makes the file one that was checked, where it is of no other kind and rules read what it says of
    /// the repository.
    fn name_by_parts(&mut self) {
        if self.is_other() && self.errors.is_empty() {
            self.kind = self.parts.iter().find_map(repo::Part::file_kind);
            self.skipped = self.skipped.take().filter(|_| self.kind.is_none());
        }
    }

    /// Whether nothing was found that would make it a file of a known kind.
    fn is_other(&self) -> bool {
        let is_foreign =
            matches!(self.skipped, Some(SkipReason::Foreign | SkipReason::NotRecognised));
        is_foreign && self.kind.is_none()
    }

    /// The file without the end of a long text of which nothing was understood: what is said of it stands
    /// before that.
    fn cut(mut self) -> Self {
        /// Shorter texts are kept. What people write is shorter.
        const LONG: usize = 512 << 10;
        /// So much is kept after the last place that is pointed at.
        const AROUND: usize = 4 << 10;
        let text = self.source.text();
        let is_lost = self.kind.is_none() && (!self.errors.is_empty() || self.is_template());
        if text.len() <= LONG || !is_lost || !self.parts.is_empty() {
            return self;
        }
        let errors = self.errors.iter().map(|(_, error)| error.place.span.end);
        let secrets = self.secrets.iter().map(|secret| secret.span.end.max(secret.hidden.end));
        let last = errors.chain(secrets).max().unwrap_or_default() as usize;
        let end = text.floor_char_boundary(last.saturating_add(AROUND));
        if end < text.len() {
            let kept: Arc<str> = text.get(..end).unwrap_or_default().into();
            (self.source, self.is_cut) = (self.source.with_text(kept), true);
        }
        self
    }

    /// A file of no known format in which something was found.
    pub(crate) fn searched(id: FileId, source: Source, found: SearchedFile) -> Self {
        let SearchedFile { setting, secrets, parts } = found;
        File { parts, setting, secrets, ..File::empty(id, source, Some(SkipReason::Foreign)) }
    }

    /// The file as one that was searched and no more, where it is of no known format.
    pub(crate) fn or_only_searched(mut self) -> Self {
        if self.skipped == Some(SkipReason::NotRecognised) {
            (self.skipped, self.is_only_searched) = (Some(SkipReason::Foreign), true);
        }
        self
    }

    /// Whether the file was named, and searched for credentials and no more.
    pub(crate) fn is_only_searched(&self) -> bool {
        self.is_only_searched
    }

    fn parse(id: FileId, source: Source, candidate: Candidate, named: bool) -> Self {
        let mut file = File::empty(id, source, None);
        (file.candidate, file.named) = (Some(candidate), named);
        let text = file.source.text();
        if candidate.syntax == Syntax::Patterns {
            // Nothing is checked in it, but Dockerfiles ask what it says.
            file.patterns = Some(IgnoreFile::read(text));
            file.skipped = Some(SkipReason::Foreign);
            return file;
        }
        if candidate.syntax == Syntax::Part {
            // The text comes back with its parts.
            return File {
                candidate: Some(candidate),
                ..File::skipped(id, file.source.path().to_owned(), SkipReason::Foreign)
            };
        }
        if file.source.name() == config::FILE_NAME {
            file.read_configuration();
            return file;
        }
        if let (true, Some(format)) = (candidate.is_silent(), candidate.builds()) {
            let told = build::read(format, id, file.source.path(), text);
            if told.is_empty() && !named {
                return File::skipped(id, file.source.path().to_owned(), SkipReason::Foreign);
            }
            (file.told, file.skipped) = (told, Some(SkipReason::Foreign));
            return file;
        }
        if text.trim_matches(['\u{feff}', ' ', '\n', '\r', '\t']).is_empty() {
            file.skipped = Some(SkipReason::Empty);
        } else if candidate.is_rendered(text) {
            file.skipped = Some(SkipReason::Template);
        } else if candidate.syntax == Syntax::Dockerfile {
            file.read_dockerfile();
        } else if candidate.syntax == Syntax::Dotenv {
            file.read_variables();
        } else if candidate.telling || candidate.chart == Some(ChartPart::Values) || is_marked(text)
        {
            file.read_documents(candidate);
        }
        if file.kind.is_none() && file.skipped.is_none() && file.errors.is_empty() {
            file.skipped = Some(SkipReason::NotRecognised);
        }
        if file.kind.is_none()
            && let Some(format) = candidate.builds()
        {
            let text = Arc::clone(file.source.text());
            file.told = build::read(format, id, file.source.path(), &text);
        }
        let unremarkable =
            matches!(file.skipped, Some(SkipReason::Empty | SkipReason::NotRecognised));
        if unremarkable && !candidate.telling && !named {
            if !file.told.is_empty() {
                file.skipped = Some(SkipReason::Foreign);
                return file;
            }
            file = File::skipped(id, file.source.path().to_owned(), SkipReason::Foreign);
        }
        file
    }

    fn read_dockerfile(&mut self) {
        let text = self.source.text();
        // What is called otherwise may be a part of one, or about one.
        let lower = self.source.name().to_ascii_lowercase();
        let is_named = ["dockerfile", "containerfile"].contains(&lower.as_str());
        let tells = |word: &str| {
            let word = word.to_ascii_uppercase();
            word == "FROM" || is_named && is_keyword(&word)
        };
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        if !lines.any(|line| line.split_whitespace().next().is_some_and(tells)) {
            return;
        }
        let (dockerfile, errors) = Dockerfile::read(self.id, text);
        // A heredoc may hold what an instruction cannot.
        let is_templated = |error: &SyntaxError| {
            let said = text.get(error.document.range()).unwrap_or_default();
            ["{{", "{%", "<%"].iter().any(|mark| said.contains(mark))
        };
        if errors.iter().any(is_templated) {
            self.skipped = Some(SkipReason::Template);
            return;
        }
        self.dockerfile = Some(Box::new(dockerfile));
        self.errors.extend(errors.into_iter().map(|error| ("syntax/dockerfile-invalid", error)));
        self.kind = Some(FileKind::Dockerfile);
    }

    /// Keeps the tree of our own configuration, which says what people vouch for. It is no file of the
    /// project that is checked, and what is wrong with its syntax ends the run that it configures.
    fn read_configuration(&mut self) {
        self.skipped = Some(SkipReason::Foreign);
        let (tree, errors) = toml::read(self.id, self.source.text(), None);
        if errors.is_empty() {
            let (tree, kinds) = (Arc::new(tree), vec![DocumentKind::Other; 1]);
            self.documents.push(Documents { tree, kinds, host: None });
        }
    }

    /// The tree of a configuration of agentcheck.
    pub(crate) fn configuration(&self) -> Option<&Tree> {
        let is_ours = self.source.name() == config::FILE_NAME;
        self.tree().filter(|_| is_ours).map(Arc::as_ref)
    }

    fn read_variables(&mut self) {
        let tree = Arc::new(dotenv::read(self.id, self.source.text()));
        self.listed = Some(dotenv::listed(self.source.text()));
        let kinds = vec![DocumentKind::Variables; tree.documents().len()];
        self.documents.push(Documents { tree, kinds, host: None });
        self.kind = Some(FileKind::EnvFile);
    }

    /// Says what the variables in the file's own documents stand for.
    fn set_variables(&mut self, variables: &Arc<Variables>) {
        let own = self.documents.iter_mut().find(|documents| documents.host.is_none());
        if let Some(tree) = own.and_then(|own| Arc::get_mut(&mut own.tree)) {
            tree.set_variables(Arc::clone(variables));
        }
    }

    /// Makes a configuration of a file of variables that an agent takes its settings from. What
    /// people copy holds what suits a developer's machine.
    fn takes_settings(&mut self) -> bool {
        if self.source.is_example() {
            return false;
        }
        let mut found = false;
        for documents in &mut self.documents {
            for (document, kind) in documents.tree.documents().zip(&mut documents.kinds) {
                if let Some(format) = agent::environment(document) {
                    (*kind, found) = (DocumentKind::Agent(format), true);
                }
            }
        }
        found
    }

    /// The file as if it were none of a known format.
    fn forget(&mut self) {
        if !self.named {
            let path = self.source.path().to_owned();
            let mut forgotten = File::skipped(self.id, path, SkipReason::Foreign);
            forgotten.listed = self.listed.take();
            forgotten.setting = self.setting;
            forgotten.secrets = std::mem::take(&mut self.secrets);
            forgotten.parts = std::mem::take(&mut self.parts);
            forgotten.candidate = self.candidate;
            if !forgotten.secrets.is_empty() || !forgotten.parts.is_empty() {
                std::mem::swap(&mut forgotten.source, &mut self.source);
            }
            *self = forgotten;
            self.name_by_parts();
            return;
        }
        self.documents.clear();
        (self.kind, self.skipped) = (None, Some(SkipReason::NotRecognised));
        self.name_by_parts();
    }

    fn read_documents(&mut self, candidate: Candidate) {
        let text = Arc::clone(self.source.text());
        let (mut tree, errors) = parse(candidate.syntax, self.id, &text, None);
        // Helm reads values as they are: `{{` in them is text, or a mistake.
        let is_values = candidate.chart == Some(ChartPart::Values);
        if text.contains("{{")
            && candidate.syntax == Syntax::Yaml
            && !is_values
            && is_template(&tree, &text, !errors.is_empty())
        {
            // Parameters of a manifest of Foundry stand in such braces.
            let is_manifest = self.source.name().starts_with("agent.manifest.");
            let looks_ours = text.contains("apiVersion") || candidate.telling || is_manifest;
            self.skipped = looks_ours.then_some(SkipReason::Template);
            // A template that is none of our formats is like any other foreign file.
            if self.skipped.is_none() {
                self.skipped = Some(SkipReason::NotRecognised);
            }
            return;
        }
        let mut kinds: Vec<_> = tree
            .documents()
            .map(|document| recognise(document, self.source.name(), candidate))
            .collect();
        let is_manifest = kinds.contains(&DocumentKind::Kubernetes);
        for (document, kind) in tree.documents().zip(&mut kinds) {
            if *kind == DocumentKind::Kubernetes
                && let Some(error) = crowd(document)
            {
                self.errors.push((LIMIT, error));
                *kind = DocumentKind::Other;
            }
        }
        if kinds.iter().any(|kind| matches!(kind, DocumentKind::Kubernetes | DocumentKind::Patch)) {
            tree.set_dialect(Dialect::Kubernetes);
        }
        for (document, kind) in tree.documents().zip(&kinds) {
            for (inline, errors) in inline_dockerfiles(document, *kind) {
                let errors = errors.into_iter().map(|error| ("syntax/dockerfile-invalid", error));
                self.errors.extend(errors);
                self.inline.push(inline);
            }
        }
        // A broken file of no known format is someone else's.
        let ours = is_values
            || is_manifest
            || !self.inline.is_empty()
            || kinds.iter().any(|kind| *kind != DocumentKind::Other);
        let is_known = |error: &SyntaxError| {
            let document = text.get(error.document.range()).unwrap_or_default();
            is_like_manifest(document)
                || candidate.syntax == Syntax::Yaml && meant::is_known(document)
        };
        if ours || candidate.telling || errors.iter().any(is_known) {
            self.errors.extend(of_syntax(candidate.syntax, errors));
        }
        if !ours {
            return;
        }
        let of_inline = (!self.inline.is_empty()).then_some(FileKind::Agent);
        self.kind = kinds.iter().find_map(|kind| kind.file_kind()).or(of_inline);
        // Schemas of custom resources fill megabytes, and nothing is said of them.
        tree.forget(|document| {
            let object = Object::of(document)?;
            object.is_custom_resource_definition().then(|| document.at(&["spec"]))?
        });
        let (embedded, errors) = embedded(&tree, &kinds);
        self.errors.extend(errors);
        self.documents.reserve_exact(1 + embedded.len());
        self.documents.push(Documents { tree: Arc::new(tree), kinds, host: None });
        self.documents.extend(embedded);
        let hosts = self.documents.iter().enumerate().rev();
        self.hosts = hosts.filter_map(|(index, inner)| Some((inner.host?, index))).collect();
    }

    pub(crate) fn id(&self) -> FileId {
        self.id
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// What the file is; nothing for one that was skipped or whose every document is broken.
    pub(crate) fn kind(&self) -> Option<FileKind> {
        self.kind
    }

    pub(crate) fn skip_reason(&self) -> Option<&SkipReason> {
        self.skipped.as_ref()
    }

    pub(crate) fn dockerfile(&self) -> Option<&Dockerfile> {
        self.dockerfile.as_deref()
    }

    /// What the file says of the repository, whatever else it is.
    pub(crate) fn parts(&self) -> &[repo::Part] {
        &self.parts
    }

    /// A place in the file.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place { file: self.id, span }
    }

    /// What the file says that git must not keep.
    pub(crate) fn ignore_list(&self) -> Option<&repo::IgnoreList> {
        self.parts.iter().find_map(|part| match part {
            repo::Part::IgnoreList(list) => Some(list),
            _ => None,
        })
    }

    /// What kind of file it is, as far as credentials are concerned.
    pub(crate) fn setting(&self) -> Setting {
        self.setting
    }

    /// The credentials in the text, whatever it is, in its order.
    pub(crate) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The Dockerfiles in strings of the file.
    pub(crate) fn inline_dockerfiles(&self) -> &[Inline] {
        &self.inline
    }

    /// The Dockerfile in that string.
    pub(crate) fn inline_in(&self, text: Node<'_>) -> Option<&Dockerfile> {
        let at = self.inline.binary_search_by_key(&text.target().place(), Inline::host).ok()?;
        self.inline.get(at).map(Inline::dockerfile)
    }

    /// The patterns, where the file is an ignore file of Docker's.
    pub(crate) fn ignore_file(&self) -> Option<&IgnoreFile> {
        self.patterns.as_ref()
    }

    /// The variables that the file names, where it is a file of variables.
    pub(crate) fn listed_variables(&self) -> Option<&HashSet<String>> {
        self.listed.as_ref()
    }

    /// What the file says of how images are built.
    pub(crate) fn builds(&self) -> &[Statement] {
        &self.told.builds
    }

    /// What commands and helmfiles in it bring into a cluster.
    pub(crate) fn brought(&self) -> &[Brought] {
        &self.told.brought
    }

    /// The documents of known formats, embedded ones included.
    pub(crate) fn documents(&self) -> impl Iterator<Item = (Node<'_>, DocumentKind)> {
        self.documents
            .iter()
            .flat_map(|documents| documents.tree.documents().zip(documents.kinds.iter().copied()))
            .filter(|(_, kind)| *kind != DocumentKind::Other)
    }

    /// The documents inside strings of the file's own, which are configurations of agents, or alerts.
    pub(crate) fn embedded(&self) -> impl Iterator<Item = Node<'_>> {
        let inside = self.documents.iter().filter(|documents| documents.tree.is_embedded());
        inside.flat_map(|documents| documents.tree.documents())
    }

    /// The trees of known formats.
    pub(crate) fn trees(&self) -> impl Iterator<Item = &Tree> {
        self.documents.iter().map(|documents| documents.tree.as_ref())
    }

    /// The tree of the file itself, of which those embedded in it are not part.
    pub(crate) fn tree(&self) -> Option<&Arc<Tree>> {
        self.documents.iter().find(|documents| documents.host.is_none()).map(|own| &own.tree)
    }

    /// The tree that is embedded in a scalar of the file.
    pub(crate) fn embedded_in(&self, scalar: Node<'_>) -> Option<&Arc<Tree>> {
        let index = self.hosts.get(&scalar.target().local_span())?;
        self.documents.get(*index).map(|inner| &inner.tree)
    }

    /// What did not parse, each with the rule that reports it.
    pub(crate) fn errors(&self) -> &[(&'static str, SyntaxError)] {
        &self.errors
    }

    /// Whether another program makes of it what is read.
    pub(crate) fn is_template(&self) -> bool {
        matches!(self.skipped, Some(SkipReason::Template))
    }

    /// Whether there is more of it than is known: it may hold anything.
    pub(crate) fn is_unseen(&self) -> bool {
        let is_beyond = matches!(self.skipped, Some(SkipReason::TooLarge(_) | SkipReason::TooMuch));
        self.is_cut || is_beyond && !self.errors.is_empty()
    }

    /// The texts that could not be read: broken documents, and the whole of a template.
    pub(crate) fn unread(&self) -> impl Iterator<Item = &str> {
        let whole = self.is_template().then(|| self.source.text().as_ref());
        // Thousands of errors may be about one document.
        let mut lost: Vec<Span> = self.errors.iter().map(|(_, error)| error.document).collect();
        lost.sort_unstable_by_key(|span| (span.start, Reverse(span.end)));
        lost.dedup_by(|later, earlier| later.end <= earlier.end);
        lost.into_iter().map(|span| self.source.slice(span)).chain(whole)
    }
}

/// What was found in a file of no known format.
#[derive(Debug)]
pub(crate) struct SearchedFile {
    setting: Setting,
    secrets: Vec<Secret>,
    parts: Vec<repo::Part>,
}

impl SearchedFile {
    /// What there is in a text.
    pub(crate) fn of(source: &Source) -> Self {
        let (path, text) = (source.path(), source.text());
        let setting = Setting::of(source.path_in_run(), text);
        let secrets = secret::scan(setting, text);
        SearchedFile { setting, secrets, parts: repo::search(path, text) }
    }

    /// What there is in what is no text.
    pub(crate) fn of_bytes(path: &str, bytes: &[u8]) -> Self {
        let (setting, secrets) = (Setting::Plain, Vec::new());
        SearchedFile { setting, secrets, parts: repo::search_bytes(path, bytes) }
    }

    /// Whether there is nothing in it to point at.
    pub(crate) fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.parts.is_empty()
    }
}

impl DocumentKind {
    fn file_kind(self) -> Option<FileKind> {
        Some(match self {
            DocumentKind::Kubernetes => FileKind::Kubernetes,
            DocumentKind::Kustomization | DocumentKind::Patch => FileKind::Kustomization,
            DocumentKind::HelmChart => FileKind::HelmChart,
            DocumentKind::HelmValues => FileKind::HelmValues,
            DocumentKind::Compose => FileKind::Compose,
            DocumentKind::Variables => FileKind::EnvFile,
            DocumentKind::Agent(format) => format.file_kind(),
            DocumentKind::Alerts(format) => format.file_kind(),
            DocumentKind::ReleasePolicy => FileKind::ReleasePolicy,
            DocumentKind::Other => return None,
        })
    }
}

fn parse(
    syntax: Syntax,
    file: FileId,
    text: &Arc<str>,
    host: Option<HostMap>,
) -> (Tree, Vec<SyntaxError>) {
    let (mut tree, errors) = match syntax {
        Syntax::Json => json::read(file, text, host),
        Syntax::Toml => toml::read(file, text, host),
        Syntax::Dotenv => (dotenv::read(file, text), Vec::new()),
        Syntax::Yaml
        | Syntax::Dockerfile
        | Syntax::Template
        | Syntax::Patterns
        | Syntax::Builds(_)
        | Syntax::Part => yaml::read(file, text, host),
    };
    tree.settle();
    (tree, errors)
}

/// Parses a file as a run does, and makes nothing of it. Tells how many documents there are.
pub(crate) fn parse_only(path: &str, text: String) -> usize {
    let Some(candidate) = Candidate::of(path) else { return 0 };
    let (id, text) = (FileId::new(0), Arc::from(text));
    match candidate.syntax {
        Syntax::Dockerfile => Dockerfile::read(id, &text).0.stages().len(),
        Syntax::Dotenv => dotenv::read(id, &text).documents().len(),
        Syntax::Yaml | Syntax::Json | Syntax::Toml if candidate.telling || is_marked(&text) => {
            parse(candidate.syntax, id, &text, None).0.documents().len()
        }
        _ => 0,
    }
}

fn recognise(document: Node<'_>, name: &str, candidate: Candidate) -> DocumentKind {
    if !document.is_map() {
        let is_patch = json_patch::recognise(document);
        return if is_patch { DocumentKind::Patch } else { DocumentKind::Other };
    }
    if candidate.chart == Some(ChartPart::Values) {
        return DocumentKind::HelmValues;
    }
    if let Some(object) = Object::of(document) {
        return match object.group() {
            "kustomize.config.k8s.io" => DocumentKind::Kustomization,
            _ if object.is("", "Config") => DocumentKind::Other, // a kubeconfig is never read
            group if is_api_group(group) => DocumentKind::Kubernetes,
            _ => DocumentKind::Other,
        };
    }
    if is_kustomization_name(name) {
        return DocumentKind::Kustomization;
    }
    let has = |key: &str| document.get(key).is_some();
    if name == "Chart.yaml" && has("apiVersion") && has("name") && has("version") {
        return DocumentKind::HelmChart;
    }
    if compose::recognise(document, candidate.compose) {
        return DocumentKind::Compose;
    }
    if let Some(format) = agent::recognise(document, name) {
        return DocumentKind::Agent(format);
    }
    if gate::recognise(document) {
        return DocumentKind::ReleasePolicy;
    }
    alert::recognise(document).map_or(DocumentKind::Other, DocumentKind::Alerts)
}

/// Groups of custom resources are domain names; those without a dot are Kubernetes' own. Other
/// tools (Skaffold, docker buildx) borrow the two keys and not the naming rule.
fn is_api_group(group: &str) -> bool {
    group.contains('.')
        || ["", "apps", "batch", "autoscaling", "policy", "extensions"].contains(&group)
}

/// What did not parse in a text of that syntax, each with the rule that says so.
fn of_syntax(syntax: Syntax, errors: Vec<SyntaxError>) -> impl Iterator<Item = Broken> {
    let rule = match syntax {
        Syntax::Json => "syntax/json-invalid",
        Syntax::Toml => "syntax/toml-invalid",
        _ => "syntax/yaml-invalid",
    };
    let rule = move |error: &SyntaxError| if error.limit.is_some() { LIMIT } else { rule };
    errors.into_iter().map(move |error| (rule(&error), error))
}

/// Whether a text looks like a manifest: both keys stand at the beginning of a line, or in quotes as
/// JSON has them.
fn is_like_manifest(document: &str) -> bool {
    ["apiVersion", "kind"].iter().all(|key| {
        document.match_indices(key).any(|(at, _)| {
            let (before, after) = (document.get(..at), document.get(at + key.len()..));
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            let (quoted, plain) = (before.ends_with('"'), before.ends_with('\n') || at == 0);
            let rest = if quoted { after.strip_prefix('"').unwrap_or(after) } else { after };
            (quoted || plain || at == 3 && before == "\u{feff}")
                && rest.trim_start().starts_with(':')
        })
    })
}

/// Whether `{{` stands where YAML has something to say about it. In a quoted or block scalar or a
/// comment it is text, and so is `{{ $labels.x }}` in the plain text of an alert rule.
fn is_template(tree: &Tree, text: &str, broken: bool) -> bool {
    if broken {
        return text.lines().any(|line| {
            let code = line.trim_start().trim_start_matches("- ");
            code.starts_with("{{")
                || code
                    .split_once(": ")
                    .is_some_and(|(_, value)| value.trim_start().starts_with("{{"))
        });
    }
    // In the order of the text, none inside another.
    let mut in_text: Vec<std::ops::Range<usize>> = Vec::new();
    for scalar in tree.scalars() {
        let span = scalar.local_span().range();
        let raw = text.get(span.clone()).unwrap_or_default();
        if raw.contains("{{") && (scalar.style() != Style::Plain || !is_directive(raw)) {
            in_text.push(span);
        }
    }
    let quoted = |at: usize| {
        let next = in_text.partition_point(|span| span.start <= at);
        next.checked_sub(1).and_then(|last| in_text.get(last)).is_some_and(|span| at < span.end)
    };
    let mut start = 0;
    text.split_inclusive('\n').any(|line| {
        let here = start;
        start += line.len();
        let comment = if line.trim_start().starts_with('#') { Some(0) } else { line.find(" #") };
        let code = comment.map_or(line, |comment| line.get(..comment).unwrap_or(line));
        code.match_indices("{{").any(|(at, _)| !quoted(here + at))
    })
}

/// Whether a plain scalar holds a template's action rather than an alert rule's variable.
fn is_directive(raw: &str) -> bool {
    raw.split("{{").skip(1).any(|rest| {
        let action = rest.trim_start_matches(['-', ' ']);
        !action.starts_with('$')
    })
}

/// The Dockerfiles that a document holds in strings, each with what does not parse in it.
fn inline_dockerfiles(document: Node<'_>, kind: DocumentKind) -> Vec<(Inline, Vec<SyntaxError>)> {
    if kind == DocumentKind::Compose {
        return compose::inline_dockerfiles(document).filter_map(Inline::of_compose).collect();
    }
    Inline::of_langgraph(document).into_iter().collect()
}

/// What there is too much of in the pods of a document.
fn crowd(document: Node<'_>) -> Option<SyntaxError> {
    let objects = Object::all_of(document).into_iter();
    let key = objects.filter_map(Workload::of).find_map(Workload::crowd)?;
    let limit = Limit::InPod(MOST_IN_POD);
    let (place, message) = (key.place(), format!("`{}`: {}", key.text(), limit.describe()));
    Some(SyntaxError { place, message, document: document.place().span, limit: Some(limit) })
}

/// The configurations that ConfigMaps and other configurations hold as strings, and the patches that
/// kustomizations do.
fn embedded(tree: &Tree, kinds: &[DocumentKind]) -> (Vec<Documents>, Vec<Broken>) {
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    for (document, _) in
        tree.documents().zip(kinds).filter(|(_, kind)| **kind == DocumentKind::Kustomization)
    {
        found.extend(kustomize::inline_patches(document).filter_map(embedded_patch));
    }
    for (document, _) in
        tree.documents().zip(kinds).filter(|(_, kind)| **kind == DocumentKind::Kubernetes)
    {
        let objects = Object::all_of(document);
        for object in objects.iter().filter(|object| object.is("", "ConfigMap")) {
            let data = object.node().at(&["data"]).map(Node::entries).unwrap_or_default();
            for entry in data {
                found.extend(embedded_in(entry.key.text(), entry.value, false, &mut broken));
            }
        }
        // Operators take the configuration of Alertmanager from a Secret.
        for object in objects.iter().filter(|object| object.is("", "Secret")) {
            let data = object.node().at(&["stringData"]).map(Node::entries).unwrap_or_default();
            for entry in data {
                let held = embedded_in(entry.key.text(), entry.value, false, &mut broken);
                found.extend(held.filter(is_of_alertmanager));
            }
        }
        // In the first version of the operator's objects the configuration is a text.
        for object in
            objects.iter().filter(|object| object.is("opentelemetry.io", "OpenTelemetryCollector"))
        {
            let config = object.node().at(&["spec", "config"]).filter(|config| config.is_scalar());
            let read = |config| embedded_in("config.yaml", config, false, &mut broken);
            found.extend(config.and_then(read));
        }
    }
    for (document, kind) in tree.documents().zip(kinds) {
        if let DocumentKind::Agent(format) = kind {
            for (name, value) in agent::embedded(*format, document) {
                found.extend(embedded_in(name, value, true, &mut broken));
            }
        }
    }
    (found, broken)
}

fn is_of_alertmanager(documents: &Documents) -> bool {
    documents.kinds.iter().any(|kind| {
        matches!(kind, DocumentKind::Agent(format) if format.file_kind() == FileKind::Alertmanager)
    })
}

fn embedded_patch(value: Node<'_>) -> Option<Documents> {
    let text: Arc<str> = value.as_str()?.into();
    let (mut tree, errors) = yaml::read(value.tree().file(), &text, Some(HostMap::of(value)?));
    if !errors.is_empty() {
        return None;
    }
    tree.set_dialect(Dialect::Kubernetes);
    let kinds = vec![DocumentKind::Patch; tree.documents().len()];
    Some(Documents { tree: Arc::new(tree), kinds, host: Some(value.target().local_span()) })
}

/// The documents in a string; `telling` says that the place of the string tells what it holds. What
/// does not parse of them is added to `broken`.
fn embedded_in(
    name: &str,
    value: Node<'_>,
    telling: bool,
    broken: &mut Vec<Broken>,
) -> Option<Documents> {
    let candidate = Candidate::of(name)?;
    let is_other = matches!(
        candidate.syntax,
        Syntax::Dockerfile
            | Syntax::Template
            | Syntax::Dotenv
            | Syntax::Patterns
            | Syntax::Builds(_)
            | Syntax::Part
    );
    if is_other {
        return None;
    }
    let text: Arc<str> = value.as_str()?.into();
    if !telling && !is_marked(&text) {
        return None;
    }
    let host = HostMap::of(value)?;
    let (tree, errors) = parse(candidate.syntax, value.tree().file(), &text, Some(host));
    let kinds: Vec<_> =
        tree.documents().map(|document| recognise(document, name, candidate)).collect();
    // A manifest inside a ConfigMap is somebody's template, not an object of this project.
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|kind| match kind {
            DocumentKind::Agent(_) | DocumentKind::Alerts(_) | DocumentKind::ReleasePolicy => kind,
            _ => DocumentKind::Other,
        })
        .collect();
    let host = Some(value.target().local_span());
    let is_ours = kinds.iter().any(|kind| *kind != DocumentKind::Other);
    let is_known = || {
        candidate.syntax == Syntax::Yaml
            && meant::is_known(&text)
            && !(text.contains("{{") && is_template(&tree, &text, true))
    };
    if !errors.is_empty() && (is_ours || is_known()) {
        broken.extend(of_syntax(candidate.syntax, errors));
    }
    is_ours.then(|| Documents { tree: Arc::new(tree), kinds, host })
}
