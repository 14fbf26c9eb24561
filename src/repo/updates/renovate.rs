//! Configurations of Renovate.
//!
//! A preset of somebody's own may say anything, so that what a configuration with one leaves out is not
//! known.
//!
//! Source: docs.renovatebot.com ("Configuration Options", "Managers", "Default Presets", "Schedule
//! Presets").

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use super::{Interval, Problem, days_of_cron};
use crate::diagnostic::Confidence;
use crate::repo::dependencies::Ecosystem;
use crate::source::{FileId, Place, Span};
use crate::tree::{Node, Tree, json};
use crate::words;

/// What people call managers that have another name.
const MISTAKEN: [(&str, &str); 21] = [
    ("actions", "github-actions"),
    ("compose", "docker-compose"),
    ("docker", "dockerfile"),
    ("dotnet", "nuget"),
    ("gha", "github-actions"),
    ("github", "github-actions"),
    ("github-action", "github-actions"),
    ("gitlab", "gitlabci"),
    ("gitlab-ci", "gitlabci"),
    ("go", "gomod"),
    ("go-mod", "gomod"),
    ("golang", "gomod"),
    ("helm", "helmv3"),
    ("pip", "pip_requirements"),
    ("pip-requirements", "pip_requirements"),
    ("pnpm", "npm"),
    ("python", "pep621"),
    ("ruby", "bundler"),
    ("rust", "cargo"),
    ("uv", "pep621"),
    ("yarn", "npm"),
];

/// The managers that there are.
const MANAGERS: &str = "ansible ansible-galaxy argocd asdf azure-pipelines batect batect-wrapper bazel bazel-module bazelisk \
    bicep bitbucket-pipelines bitrise buildkite buildpacks bun bun-version bundler cake cargo cdnurl circleci cloudbuild cocoapods \
    composer conan copier cpanfile crossplane crow deno deps-edn devbox devcontainer docker-compose dockerfile droneci fleet flux \
    fvm git-submodules github-actions gitlabci gitlabci-include glasskube gleam gomod gradle gradle-wrapper haskell-cabal \
    helm-requirements helm-values helmfile helmsman helmv3 hermit heroku homebrew html jenkins jsonata jsonnet-bundler \
    kotlin-script kubernetes kustomize leiningen maven maven-wrapper meteor mint mise mix nix nodenv npm nuget nvm ocb osgi pep621 \
    pep723 pip-compile pip_requirements pip_setup pipenv pixi poetry pre-commit proto pub puppet pyenv quadlet regex \
    renovate-config renovate-config-presets ruby-version runtime-version rust-toolchain sbt scalafmt setup-cfg sveltos swift \
    tekton terraform terraform-version terragrunt terragrunt-version tflint-plugin travis typst unity3d velaci vendir woodpecker \
    xcodegen";

/// A configuration of Renovate.
#[derive(Debug)]
pub(crate) struct Renovate {
    /// The beginning of the file, or the key under which it stands.
    pub(crate) place: Place,
    /// What turns all of it off.
    pub(crate) off: Option<Place>,
    /// The managers that it is limited to, and the key that says so.
    limited: Option<(Vec<String>, Place)>,
    /// Managers that are turned off, each with what says so.
    disabled: Vec<(String, Place)>,
    ignored: Vec<GlobMatcher>,
    included: Vec<GlobMatcher>,
    pub(crate) interval: Option<Interval>,
    /// Whether a preset that is not known here has a say.
    is_open: bool,
    pub(super) problems: Vec<Problem>,
}

/// What Renovate does about the packages of a manifest.
pub(super) enum Does {
    Updates,
    Unknown,
    /// What says that it does not.
    Refuses(Place),
    /// Nothing says that it would, and this says what is updated instead.
    Leaves(Place),
}

impl Renovate {
    fn new(place: Place) -> Self {
        Renovate {
            place,
            off: None,
            limited: None,
            disabled: Vec::new(),
            ignored: Vec::new(),
            included: Vec::new(),
            interval: None,
            is_open: false,
            problems: Vec::new(),
        }
    }

    /// What it does about the packages of an ecosystem in the manifest of that path; `is_there` tells
    /// which other files there are.
    pub(super) fn does(
        &self,
        ecosystem: Ecosystem,
        path: &str,
        is_there: impl Fn(&str) -> bool,
    ) -> Does {
        let managers = managers(ecosystem);
        if let Some(place) = self.off {
            return Does::Refuses(place);
        }
        if managers.is_empty() {
            return Does::Unknown;
        }
        let is_off = |manager: &str| self.disabled.iter().find(|(name, _)| name == manager);
        let mut readers = managers.to_vec();
        readers.retain(|manager| may_read(manager, path, &is_there));
        let disabled: Vec<_> = readers.iter().filter_map(|manager| is_off(manager)).collect();
        if let Some((_, place)) = disabled.first().filter(|_| disabled.len() == readers.len()) {
            return Does::Refuses(*place);
        }
        if self.ignored.iter().any(|glob| glob.is_match(path)) {
            return Does::Unknown;
        }
        let is_included =
            self.included.is_empty() || self.included.iter().any(|glob| glob.is_match(path));
        match &self.limited {
            _ if !is_included => Does::Unknown,
            Some((names, place))
                if !managers.iter().any(|it| names.iter().any(|name| name == it)) =>
            {
                Does::Leaves(*place)
            }
            _ if self.is_open => Does::Unknown,
            _ => Does::Updates,
        }
    }
}

/// The managers that read the manifests of an ecosystem.
fn managers(ecosystem: Ecosystem) -> &'static [&'static str] {
    match ecosystem {
        Ecosystem::Actions => &["github-actions"],
        Ecosystem::Bundler => &["bundler"],
        Ecosystem::Cargo => &["cargo"],
        Ecosystem::Compose => &["docker-compose"],
        Ecosystem::Composer => &["composer"],
        // Renovate knows the registry and no manifest. Submodules it updates where it is told to, which a preset may
        // do.
        Ecosystem::Conda | Ecosystem::Submodules => &[],
        Ecosystem::Deno => &["deno"],
        Ecosystem::Docker => &["dockerfile"],
        Ecosystem::Go => &["gomod"],
        Ecosystem::Gradle => &["gradle"],
        Ecosystem::Helm => &["helmv3", "helm-requirements"],
        Ecosystem::Hex => &["mix"],
        Ecosystem::Maven => &["maven"],
        Ecosystem::Npm => &["npm", "bun"],
        Ecosystem::NuGet => &["nuget"],
        Ecosystem::Pub => &["pub"],
        Ecosystem::Python => &[
            "pep621",
            "pip-compile",
            "pip_requirements",
            "pip_setup",
            "pipenv",
            "poetry",
            "setup-cfg",
        ],
        Ecosystem::Swift => &["swift"],
        Ecosystem::Terraform => &["terraform"],
    }
}

/// Whether a manager may read the manifest of that path. Bun's reads a `package.json` beside or below
/// its lock.
fn may_read(manager: &str, path: &str, is_there: impl Fn(&str) -> bool) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match manager {
        "bun" => {
            let locks = |folder: &str| [format!("{folder}bun.lock"), format!("{folder}bun.lockb")];
            let ends = path.match_indices('/').map(|(at, _)| at + 1);
            let folders = std::iter::once(0).chain(ends).filter_map(|end| path.get(..end));
            folders.flat_map(locks).any(|lock| is_there(&lock))
        }
        "pipenv" => name == "Pipfile",
        "pip_setup" => name == "setup.py",
        "setup-cfg" => name == "setup.cfg",
        "pep621" | "poetry" => name == "pyproject.toml",
        "helm-requirements" => name == "requirements.yaml",
        "helmv3" => name == "Chart.yaml",
        _ => true,
    }
}

/// Reads a configuration.
pub(super) fn read(file: FileId, text: &str) -> Renovate {
    let mut renovate = Renovate::new(Place { file, span: Span::new(0, 0) });
    let (tree, errors) = json::read(file, &Arc::from(text), None);
    if let Some(error) = errors.first() {
        renovate.is_open = true;
        // `.renovaterc` and newer versions take JSON5, which a reader of JSON does not.
        if text.contains("\":") && !text.contains("//") {
            renovate.problems.push(Problem {
                place: error.place,
                message: format!(
                    "the file does not parse: {}",
                    error.message.trim_end_matches('.')
                ),
                help: "Renovate stops and opens an issue, and updates nothing until it is mended",
                confidence: Confidence::Medium,
            });
        }
    }
    renovate.filled(&tree)
}

/// Reads a configuration in JSON5, of which more is valid than is read here.
pub(super) fn read_json5(file: FileId, text: &str) -> Renovate {
    let mut renovate = Renovate::new(Place { file, span: Span::new(0, 0) });
    let (tree, errors) = json::read_json5(file, &Arc::from(text));
    renovate.is_open = !errors.is_empty();
    renovate.filled(&tree)
}

/// Reads what a `package.json` says to Renovate, if it says anything.
pub(super) fn read_package(file: FileId, text: &str) -> Option<Renovate> {
    if !text.contains("\"renovate\"") {
        return None;
    }
    let (tree, _) = json::read(file, &Arc::from(text), None);
    let entry = tree.documents().next()?.get("renovate").filter(|entry| entry.value.is_map())?;
    let mut renovate = Renovate::new(entry.key.place());
    renovate.fill(entry.value);
    Some(renovate)
}

fn globs(list: Option<Node<'_>>) -> Vec<GlobMatcher> {
    let texts = list.into_iter().flat_map(Node::items).map(Node::text);
    texts
        .filter_map(|text| GlobBuilder::new(text).literal_separator(true).build().ok())
        .map(|glob| glob.compile_matcher())
        .collect()
}

/// The texts of a list, or of a scalar that stands for a list of one.
fn texts(node: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    let one = node.filter(|node| node.is_scalar());
    node.into_iter().flat_map(Node::items).chain(one)
}

/// The value that turns something off.
fn turned_off(node: Node<'_>) -> Option<Node<'_>> {
    node.at(&["enabled"]).filter(|enabled| enabled.as_bool() == Some(false))
}

impl Renovate {
    /// The same with what a file says, if it says anything.
    fn filled(mut self, tree: &Tree) -> Self {
        if let Some(root) = tree.documents().next() {
            self.fill(root);
        }
        self
    }

    fn fill(&mut self, root: Node<'_>) {
        self.off = turned_off(root).map(Node::place);
        for preset in texts(root.at(&["extends"])) {
            self.extend(preset);
        }
        if let Some(entry) = root.get("enabledManagers") {
            let names = texts(Some(entry.value)).map(|it| it.text().to_owned()).collect();
            self.limited = Some((names, entry.key.place()));
            texts(Some(entry.value)).for_each(|name| self.check_manager(name));
        }
        for ecosystem in Ecosystem::ALL {
            for manager in managers(ecosystem) {
                if let Some(off) = root.at(&[manager]).and_then(turned_off) {
                    self.disabled.push(((*manager).to_owned(), off.place()));
                }
            }
        }
        self.ignored.extend(globs(root.at(&["ignorePaths"])));
        self.included.extend(globs(root.at(&["includePaths"])));
        self.rules(root.at(&["packageRules"]));
        let schedules: Vec<_> = texts(root.at(&["schedule"])).collect();
        let days = schedules.iter().map(|it| days_between(it.text())).collect::<Option<Vec<_>>>();
        if let (Some(first), Some(days)) =
            (schedules.first(), days.and_then(|it| it.into_iter().min()))
        {
            let said = first.text().to_owned();
            self.interval = Some(Interval { days, said, place: first.place() });
        }
    }

    /// What a preset brings.
    fn extend(&mut self, preset: Node<'_>) {
        const OWN: [&str; 16] = [
            ":",
            "config:",
            "customManagers:",
            "default:",
            "docker:",
            "global:",
            "group:",
            "helpers:",
            "mergeConfidence:",
            "monorepo:",
            "npm:",
            "packages:",
            "preview:",
            "regexManagers:",
            "replacements:",
            "schedule:",
        ];
        let name = preset.text();
        let days = match name {
            "schedule:daily" => Some(1),
            "schedule:weekly" | "schedule:earlyMondays" | "schedule:weekends" => Some(7),
            "schedule:monthly" => Some(31),
            "schedule:quarterly" => Some(92),
            "schedule:yearly" => Some(366),
            _ => None,
        };
        if let Some(days) = days {
            self.interval = Some(Interval { days, said: name.to_owned(), place: preset.place() });
        }
        match name {
            ":disableRenovate" => self.off = Some(preset.place()),
            "docker:disable" => {
                for manager in ["dockerfile", "docker-compose"] {
                    self.disabled.push((manager.to_owned(), preset.place()));
                }
            }
            ":onlyNpm" => self.limited = Some((vec!["npm".to_owned()], preset.place())),
            _ => {}
        }
        let is_own = OWN.iter().any(|prefix| name.starts_with(prefix))
            || matches!(name.split(':').next(), Some("security" | "workarounds" | "abandonments"));
        self.is_open |= !is_own;
    }

    fn check_manager(&mut self, name: Node<'_>) {
        let lower = name.text().to_ascii_lowercase();
        let mistaken = MISTAKEN.iter().find(|(mistaken, _)| *mistaken == lower).map(|(_, it)| *it);
        let (meant, confidence) = match mistaken {
            Some(meant) => (Some(meant), Confidence::High),
            // What is not in the list may be new.
            None => (misspelt_manager(&lower), Confidence::Medium),
        };
        if let Some(meant) = meant {
            self.problems.push(Problem {
                place: name.place(),
                message: format!(
                    "Renovate knows no manager `{}`; did you mean `{meant}`?",
                    name.text()
                ),
                help: "Renovate stops and opens an issue, and updates nothing until it is mended",
                confidence,
            });
        }
    }

    /// Which managers the rules for packages turn off. Rules that narrow themselves down further say
    /// nothing of a manager as a whole.
    fn rules(&mut self, rules: Option<Node<'_>>) {
        let Some(rules) = rules else { return };
        let enabled = |rule: Node<'_>| rule.at(&["enabled"]).and_then(Node::as_bool);
        // The last rule that fits decides.
        let is_turned_on = rules.items().any(|rule| enabled(rule) == Some(true));
        for rule in rules.items().filter(|rule| enabled(*rule) == Some(false) && !is_turned_on) {
            let is_broad = rule.own_entries().all(|entry| {
                let key = entry.key.text();
                let is_everything = || names_everything(entry.value);
                let narrows = (key.starts_with("match") || key.starts_with("exclude"))
                    && key != "matchManagers"
                    && !(matches!(key, "matchPackageNames" | PATTERNS) && is_everything());
                !narrows
            });
            let off = rule.at(&["enabled"]).filter(|_| is_broad);
            let packages = ["matchPackageNames", PATTERNS].iter().find_map(|key| rule.at(&[key]));
            let packages = packages.filter(|_| rule.get("matchManagers").is_none());
            if packages.is_some_and(names_everything) && self.off.is_none() {
                self.off = off.map(Node::place);
            }
            for manager in texts(rule.at(&["matchManagers"])) {
                let named = manager.text().to_owned();
                self.disabled.extend(off.map(|off| (named, off.place())));
            }
        }
    }
}

/// What names packages by regular expressions: an older key, which Renovate takes for `matchPackageNames`.
const PATTERNS: &str = "matchPackagePatterns";

/// Whether a list of names of packages stands for all of them.
fn names_everything(list: Node<'_>) -> bool {
    texts(Some(list)).any(|it| matches!(it.text(), "*" | "**" | "/.*/" | ".*"))
        && !texts(Some(list)).any(|it| it.text().starts_with('!'))
}

/// The manager that is meant by a name that is none.
fn misspelt_manager(name: &str) -> Option<&'static str> {
    /// Short names are near to many.
    const LEAST: usize = 5;
    let own = name.strip_prefix("custom.").unwrap_or(name);
    let all = || MANAGERS.split_ascii_whitespace();
    if own.len() < LEAST || name != own || all().any(|known| known == name) {
        return None;
    }
    let most = if own.len() < 8 { 1 } else { 2 };
    words::nearest(name, all(), most)
}

/// About how many days lie between two times at which a schedule lets Renovate work.
fn days_between(schedule: &str) -> Option<i64> {
    if let Some(days) = days_of_cron(schedule) {
        return Some(days);
    }
    let lower = schedule.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let every = words.windows(3).find_map(|three| match three {
        ["every", count, "months" | "month"] => count.parse::<i64>().ok().map(|it| it * 31),
        ["every", count, "weeks" | "week"] => count.parse::<i64>().ok().map(|it| it * 7),
        _ => None,
    });
    if every.is_some() {
        return every;
    }
    Some(if lower.contains("of the month") || lower.contains("every month") { 31 } else { 1 })
}
