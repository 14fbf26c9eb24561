//! Commands that download what a cache could keep for the next build.
//!
//! Source: docs.docker.com/build/cache/optimize, "Use cache mounts"; the manuals of the managers.

use super::Step;
use super::package::{Manager, PackageCommand, Source, Task};
use super::shell::{ShellWord, SimpleCommand, file_name};

/// A command that downloads packages.
#[derive(Debug)]
pub(crate) struct Fetch<'c> {
    /// `pip`, `bundle`.
    pub(crate) what: String,
    pub(crate) word: &'c ShellWord,
    /// What stands behind options that hold for all that it does, in each of its commands: `install`.
    pub(crate) tasks: Vec<&'c ShellWord>,
    /// The folder below the home of the user in which it keeps what it downloaded; nothing where
    /// that depends on more.
    pub(crate) folder: Option<&'static str>,
    /// The words that keep it from keeping anything, each with its command.
    pub(crate) forgets: Vec<(&'c SimpleCommand, &'c ShellWord)>,
    /// Whether it builds the project, so that a step before may have downloaded all it needs.
    pub(crate) is_build: bool,
}

/// Other programs that download what a project depends on.
const BUILDS: [(&str, &[&str]); 9] = [
    ("bundle", &["install"]),
    ("cargo", &["build", "fetch", "cook"]),
    ("composer", &["install", "require", "update"]),
    ("dotnet", &["restore", "publish", "build"]),
    ("go", &["download", "build"]),
    ("gradle", &["build", "assemble", "bootJar", "dependencies"]),
    ("gradlew", &["build", "assemble", "bootJar", "dependencies"]),
    ("mvn", &["package", "install", "verify", "dependency:go-offline"]),
    ("mvnw", &["package", "install", "verify", "dependency:go-offline"]),
];

/// Options by which nothing is downloaded.
const OFFLINE: [&str; 4] = ["--no-index", "--no-restore", "--offline", "-mod=vendor"];

/// Variables that switch a cache off, or put it elsewhere.
const ELSEWHERE: [&str; 9] = [
    "HOME",
    "NPM_CONFIG_CACHE",
    "PIP_CACHE_DIR",
    "PIP_NO_CACHE_DIR",
    "POETRY_CACHE_DIR",
    "UV_CACHE_DIR",
    "UV_NO_CACHE",
    "XDG_CACHE_HOME",
    "npm_config_cache",
];

impl<'d> Step<'d> {
    /// Whether a cache that is mounted at that folder of root's would be used, and left as it is: a
    /// folder that something is mounted at cannot be removed either.
    pub(crate) fn may_cache_in(self, folder: &str) -> bool {
        let cleans = self.packages_where(|_, task| task == Task::Clean).next().is_some();
        let names = |command: &SimpleCommand| {
            let removes =
                command.invocation().is_some_and(|it| ["find", "rm"].contains(&it.name()));
            removes && command.words.iter().any(|word| word.text.contains(folder))
        };
        let moves = |command: &SimpleCommand| {
            ELSEWHERE.iter().any(|name| command.variable(name).is_some())
                || command.words.iter().any(|word| {
                    let option = word.text.split('=').next().unwrap_or_default();
                    ["--cache", "--cache-dir"].contains(&option)
                })
        };
        let mut commands = self.commands().map(|(_, command)| command);
        !cleans
            && self.last_emptying(&format!("/root/{folder}")).is_none()
            && self.sets_from(&ELSEWHERE).is_none()
            && !commands.any(|command| names(command) || moves(command))
    }

    /// What its commands download, each program once.
    pub(crate) fn fetches(self) -> Vec<Fetch<'d>> {
        let mut found: Vec<Fetch<'d>> = Vec::new();
        let by_manager = self.packages().filter_map(|asked| by_manager(&asked));
        let by_build = self.commands().filter_map(|(_, command)| by_build(command));
        for fetch in by_manager.chain(by_build) {
            match found.iter_mut().find(|other| other.what == fetch.what) {
                Some(other) => {
                    other.tasks.extend(fetch.tasks);
                    other.forgets.extend(fetch.forgets);
                }
                None => found.push(fetch),
            }
        }
        found
    }
}

fn by_manager<'d>(asked: &PackageCommand<'d>) -> Option<Fetch<'d>> {
    let is_local = !asked.packages.is_empty()
        && asked.packages.iter().all(|package| package.source == Source::Local)
        && asked.arguments.option(&["--no-deps"]).is_some();
    if asked.task != Task::Install || is_local || asked.arguments.option(&OFFLINE).is_some() {
        return None;
    }
    let folder = match asked.manager {
        Manager::Pip | Manager::Uv if asked.is_by_uv() => Some(".cache/uv"),
        Manager::Pip => Some(".cache/pip"),
        Manager::Poetry => Some(".cache/pypoetry"),
        Manager::Npm => Some(".npm"),
        _ => None,
    };
    let forgets = asked.arguments.option(&["--no-cache-dir", "--no-cache"]);
    let what = file_name(&asked.program.text).to_owned();
    let forgets = forgets.into_iter().map(|word| (asked.command, word)).collect();
    let tasks = vec![asked.subcommand];
    Some(Fetch { what, word: asked.program, tasks, folder, forgets, is_build: false })
}

fn by_build(command: &SimpleCommand) -> Option<Fetch<'_>> {
    let invocation = command.invocation()?;
    let (name, tasks) = BUILDS.iter().find(|(name, _)| *name == invocation.name())?;
    let words = || invocation.arguments.iter().map(|word| word.text.as_str());
    let is_task = words().any(|word| tasks.contains(&word));
    if !is_task || words().any(|word| OFFLINE.contains(&word)) {
        return None;
    }
    let what = (*name).to_owned();
    let word = invocation.program;
    let (tasks, forgets) = (Vec::new(), Vec::new());
    Some(Fetch { what, word, tasks, folder: None, forgets, is_build: true })
}
