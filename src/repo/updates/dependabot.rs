//! `.github/dependabot.yml`
//!
//! Source: docs.github.com/code-security/reference/supply-chain-security ("Dependabot options
//! reference", "Supported ecosystems and repositories").

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use super::{Interval, Problem, days_of_cron};
use crate::diagnostic::Confidence;
use crate::repo::dependencies::Ecosystem;
use crate::rules::most_alike;
use crate::source::{FileId, Place, Span, resolve};
use crate::tree::{self, Node, yaml};

/// What Dependabot calls the ecosystems that it knows.
const ECOSYSTEMS: [&str; 34] = [
    "bazel",
    "bun",
    "bundler",
    "cargo",
    "composer",
    "conda",
    "deno",
    "devcontainers",
    "docker",
    "docker-compose",
    "dotnet-sdk",
    "elm",
    "gitsubmodule",
    "github-actions",
    "gomod",
    "gradle",
    "helm",
    "hex",
    "julia",
    "maven",
    "mix",
    "nix",
    "npm",
    "nuget",
    "opentofu",
    "pip",
    "pre-commit",
    "pub",
    "rust-toolchain",
    "sbt",
    "swift",
    "terraform",
    "uv",
    "vcpkg",
];

/// What people call them instead.
const MISTAKEN: [(&str, &str); 36] = [
    ("actions", "github-actions"),
    ("bundle", "bundler"),
    ("compose", "docker-compose"),
    ("crates", "cargo"),
    ("csharp", "nuget"),
    ("dockercompose", "docker-compose"),
    ("dockerfile", "docker"),
    ("dotnet", "nuget"),
    ("gem", "bundler"),
    ("gha", "github-actions"),
    ("git-submodule", "gitsubmodule"),
    ("git-submodules", "gitsubmodule"),
    ("github", "github-actions"),
    ("github-action", "github-actions"),
    ("githubactions", "github-actions"),
    ("go", "gomod"),
    ("go-modules", "gomod"),
    ("golang", "gomod"),
    ("gomodules", "gomod"),
    ("gradlew", "gradle"),
    ("helm-charts", "helm"),
    ("java", "maven"),
    ("javascript", "npm"),
    ("mvn", "maven"),
    ("node", "npm"),
    ("nodejs", "npm"),
    ("php", "composer"),
    ("pipenv", "pip"),
    ("pip-compile", "pip"),
    ("pnpm", "npm"),
    ("poetry", "pip"),
    ("pypi", "pip"),
    ("python", "pip"),
    ("ruby", "bundler"),
    ("rust", "cargo"),
    ("yarn", "npm"),
];

/// How often it looks, in days.
const INTERVALS: [(&str, i64); 6] = [
    ("daily", 1),
    ("weekly", 7),
    ("monthly", 31),
    ("quarterly", 92),
    ("semiannually", 183),
    ("yearly", 366),
];

const NOT_READ: &str = "GitHub shows the error where nobody looks, and updates nothing";

/// A configuration of Dependabot.
#[derive(Debug)]
pub(crate) struct Dependabot {
    /// The key `updates`, or the beginning of the file.
    pub(crate) place: Place,
    pub(crate) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
    /// Whether all of it could be read.
    pub(crate) is_read: bool,
}

/// What is updated, where, and how often.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What the configuration calls the ecosystem.
    pub(crate) named: String,
    pub(crate) ecosystem: Option<Ecosystem>,
    /// Whether Dependabot knows the name; where it does not, the ecosystem is the one that was meant.
    pub(super) is_known: bool,
    /// The folders of the manifests.
    pub(crate) directories: Vec<Directory>,
    pub(crate) interval: Option<Interval>,
    /// What keeps versions from being updated at all.
    pub(crate) off: Option<Off>,
    /// What is left out below the folders.
    excluded: Vec<GlobMatcher>,
    /// The branch that is updated, where it is not the default one.
    branch: Option<String>,
    /// Whether it goes into the pull requests of several ecosystems.
    is_grouped: bool,
}

/// What turns updates off, and which value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Off {
    /// No pull request may be open. Security updates are not counted.
    Limit(Place),
    /// Every package is ignored.
    Ignored(Place),
}

/// A folder, or a pattern of folders.
#[derive(Debug)]
pub(crate) struct Directory {
    /// As the configuration says it.
    pub(crate) said: String,
    pub(crate) place: Place,
    /// From the root on, without slashes around it.
    pub(crate) path: String,
    glob: Option<GlobMatcher>,
}

impl Directory {
    fn of(value: Node<'_>) -> Self {
        let said = value.text().to_owned();
        let path = resolve("", &said);
        // `**/*` is every folder, the root included, and so is `/**`.
        let glob = said.contains(['*', '?', '[']).then(|| glob(&path)).flatten();
        Directory { said, place: value.place(), path, glob }
    }

    /// Whether the folder of that path is meant.
    pub(crate) fn is(&self, folder: &str) -> bool {
        match &self.glob {
            Some(_) if self.path == "**" || self.path == "**/*" => true,
            Some(glob) => glob.is_match(folder),
            None => self.path == folder,
        }
    }

    /// Whether it names many folders by a pattern.
    pub(crate) fn is_pattern(&self) -> bool {
        self.glob.is_some()
    }
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}

impl Entry {
    /// Whether it leaves the manifest of that path out.
    pub(super) fn excludes(&self, path: &str) -> bool {
        let below = |directory: &Directory| {
            let rest = path.strip_prefix(&directory.path)?;
            if directory.path.is_empty() { Some(path) } else { rest.strip_prefix('/') }
        };
        self.excluded.iter().any(|glob| {
            glob.is_match(path)
                || self.directories.iter().filter_map(below).any(|it| glob.is_match(it))
        })
    }
}

/// Reads a configuration.
pub(super) fn read(file: FileId, text: &str) -> Dependabot {
    let (tree, errors) = yaml::read(file, &Arc::from(text), None);
    let start = Place { file, span: Span::new(0, 0) };
    let mut dependabot =
        Dependabot { place: start, entries: Vec::new(), problems: Vec::new(), is_read: true };
    if let Some(error) = errors.first() {
        dependabot.is_read = false;
        let message = format!("the file does not parse: {}", error.message.trim_end_matches('.'));
        dependabot.refuse(error.place, message, NOT_READ);
        return dependabot;
    }
    let Some(root) = tree.documents().next().filter(|root| root.is_map()) else {
        dependabot.refuse(start, "the file is empty".to_owned(), NOT_READ);
        return dependabot;
    };
    let version = root.get("version").map(|entry| entry.value);
    match version {
        Some(version) if version.text() != "2" => {
            let message = format!("version `{}` is not 2, the only one there is", version.text());
            dependabot.refuse(version.place(), message, NOT_READ);
        }
        Some(_) => {}
        None => {
            let at = root.own_entries().next().map_or(start, |entry| entry.key.place());
            dependabot.refuse(at, "`version: 2` is missing".to_owned(), NOT_READ);
        }
    }
    let Some(updates) = root.get("updates") else {
        let at = version.map_or(start, Node::place);
        dependabot.refuse(at, "`updates` is missing".to_owned(), NOT_READ);
        return dependabot;
    };
    dependabot.place = updates.key.place();
    let is_beta = root.at(&["enable-beta-ecosystems"]).and_then(Node::as_bool) == Some(true);
    let groups = root.at(&["multi-ecosystem-groups"]);
    for item in updates.value.items().filter(|item| item.is_map()) {
        dependabot.add(item, groups, is_beta);
    }
    dependabot
}

impl Dependabot {
    fn refuse(&mut self, place: Place, message: String, help: &'static str) {
        self.problems.push(Problem { place, message, help, confidence: Confidence::High });
    }

    fn add(&mut self, item: Node<'_>, groups: Option<Node<'_>>, is_beta: bool) {
        let first = item.own_entries().next().map_or(item.place(), |entry| entry.key.place());
        let Some(named) = item.at(&["package-ecosystem"]) else {
            self.refuse(first, "an entry has no `package-ecosystem`".to_owned(), NOT_READ);
            return;
        };
        if !is_beta {
            self.check_ecosystem(named);
        }
        let directories = self.directories(item, named);
        let branch = item.at(&["target-branch"]).map(|it| it.text().to_owned());
        let is_grouped = item.get("multi-ecosystem-group").is_some();
        if !is_grouped {
            self.check_twins(named, &directories, branch.as_deref());
        }
        let own = item.at(&["schedule"]);
        let of_group = item.at(&["multi-ecosystem-group"]).zip(groups);
        let of_group = of_group.and_then(|(name, groups)| groups.at(&[name.text(), "schedule"]));
        let interval = if let Some(schedule) = own.or(of_group) {
            self.interval(schedule)
        } else {
            let message = format!("the entry for `{}` has no `schedule`", named.text());
            self.refuse(named.place(), message, NOT_READ);
            None
        };
        let patterns = item.at(&["exclude-paths"]).into_iter().flat_map(tree::Node::items);
        let excluded = patterns.filter_map(|it| glob(&resolve("", it.text()))).collect();
        self.entries.push(Entry {
            named: named.text().to_owned(),
            ecosystem: ecosystem(meant(named.text()).unwrap_or(named.text())),
            is_known: ECOSYSTEMS.contains(&named.text()),
            directories,
            interval,
            off: off(item),
            excluded,
            branch,
            is_grouped,
        });
    }

    /// No two entries may be of the same ecosystem, folder and branch.
    fn check_twins(&mut self, named: Node<'_>, directories: &[Directory], branch: Option<&str>) {
        let of_same = self.entries.iter().filter(|it| {
            !it.is_grouped && it.named == named.text() && it.branch.as_deref() == branch
        });
        let known: Vec<_> = of_same.flat_map(|it| &it.directories).map(|it| &it.path).collect();
        let twin = directories.iter().find(|it| known.contains(&&it.path));
        if let Some(twin) = twin {
            let message = format!(
                "`{}` in `{}` is updated by an earlier entry as well",
                named.text(),
                twin.said
            );
            self.refuse(twin.place, message, NOT_READ);
        }
    }

    fn check_ecosystem(&mut self, named: Node<'_>) {
        let name = named.text();
        if ECOSYSTEMS.contains(&name) {
            return;
        }
        let meant = meant(name);
        let question = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        self.problems.push(Problem {
            place: named.place(),
            message: format!("Dependabot knows no ecosystem `{name}`{question}"),
            help: NOT_READ,
            // A newer Dependabot may know more.
            confidence: if meant.is_some() { Confidence::High } else { Confidence::Low },
        });
    }

    fn directories(&mut self, item: Node<'_>, named: Node<'_>) -> Vec<Directory> {
        let one = item.at(&["directory"]);
        let many = item.get("directories").map(|entry| (entry.key, entry.value));
        match (one, many) {
            (None, None) => {
                let message = format!("the entry for `{}` has no `directory`", named.text());
                self.refuse(named.place(), message, NOT_READ);
                Vec::new()
            }
            (Some(_), Some((key, _))) => {
                let message =
                    format!("the entry for `{}` has `directory` and `directories`", named.text());
                self.refuse(key.place(), message, NOT_READ);
                Vec::new()
            }
            (Some(one), None) => {
                let directory = Directory::of(one);
                if directory.is_pattern() {
                    let message =
                        format!("`directory` takes no patterns such as `{}`", directory.said);
                    self.refuse(one.place(), message, "`directories` takes them, in a list");
                }
                vec![directory]
            }
            (None, Some((_, many))) => many.items().map(Directory::of).collect(),
        }
    }

    fn interval(&mut self, schedule: Node<'_>) -> Option<Interval> {
        let Some(interval) = schedule.at(&["interval"]) else {
            self.refuse(schedule.place(), "the schedule has no `interval`".to_owned(), NOT_READ);
            return None;
        };
        let said = interval.text();
        if said == "cron" {
            let cronjob = schedule.at(&["cronjob"]);
            if cronjob.is_none() {
                let message = "an interval of `cron` needs a `cronjob`".to_owned();
                self.refuse(interval.place(), message, NOT_READ);
            }
            let cronjob = cronjob?;
            let days = days_of_cron(cronjob.text())?;
            return Some(Interval {
                days,
                said: cronjob.text().to_owned(),
                place: cronjob.place(),
            });
        }
        let days = INTERVALS.iter().find(|(name, _)| *name == said).map(|(_, days)| *days);
        if days.is_none() {
            let names = INTERVALS.iter().map(|(name, _)| *name).chain(["cron"]);
            let meant = most_alike(said, names);
            let question =
                meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
            let message = format!("Dependabot knows no interval `{said}`{question}");
            self.refuse(interval.place(), message, NOT_READ);
        }
        Some(Interval { days: days?, said: said.to_owned(), place: interval.place() })
    }
}

/// The ecosystem that a name which Dependabot does not know was probably meant to be.
fn meant(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let mistaken = MISTAKEN.iter().find(|(mistaken, _)| *mistaken == lower).map(|(_, it)| *it);
    let alike = || ECOSYSTEMS.into_iter().find(|known| *known == lower);
    mistaken.or_else(alike).or_else(|| most_alike(name, ECOSYSTEMS))
}

/// What turns the updates of an entry off.
fn off(item: Node<'_>) -> Option<Off> {
    let limit = item.at(&["open-pull-requests-limit"]);
    if let Some(limit) = limit.filter(|limit| limit.as_int() == Some(0)) {
        return Some(Off::Limit(limit.place()));
    }
    let ignored = item.at(&["ignore"]).into_iter().flat_map(tree::Node::items);
    ignored
        .filter(|it| it.get("update-types").is_none() && it.get("versions").is_none())
        .filter_map(|it| it.at(&["dependency-name"]))
        .find(|name| name.text() == "*")
        .map(|name| Off::Ignored(name.place()))
}

/// The ecosystem of that name, where its manifests are known here.
fn ecosystem(name: &str) -> Option<Ecosystem> {
    Some(match name {
        "bun" | "npm" => Ecosystem::Npm,
        "bundler" => Ecosystem::Bundler,
        "cargo" => Ecosystem::Cargo,
        "composer" => Ecosystem::Composer,
        "conda" => Ecosystem::Conda,
        "deno" => Ecosystem::Deno,
        "docker" => Ecosystem::Docker,
        "docker-compose" => Ecosystem::Compose,
        "github-actions" => Ecosystem::Actions,
        "gitsubmodule" => Ecosystem::Submodules,
        "gomod" => Ecosystem::Go,
        "gradle" => Ecosystem::Gradle,
        "helm" => Ecosystem::Helm,
        "hex" | "mix" => Ecosystem::Hex,
        "maven" => Ecosystem::Maven,
        "nuget" => Ecosystem::NuGet,
        "opentofu" | "terraform" => Ecosystem::Terraform,
        "pip" | "uv" => Ecosystem::Python,
        "pub" => Ecosystem::Pub,
        "swift" => Ecosystem::Swift,
        _ => return None,
    })
}
