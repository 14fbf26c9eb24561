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
    /// What stands behind options that hold for all that it does: `install`.
    pub(crate) task: Option<&'c ShellWord>,
    /// The folder below the home of the user in which it keeps what it downloaded; nothing where
    /// that depends on more.
    pub(crate) folder: Option<&'static str>,
    /// The word that keeps it from keeping anything.
    pub(crate) forgets: Option<&'c ShellWord>,
    /// Whether it builds the project, so that a step before may have downloaded all it needs.
    pub(crate) is_build: bool,
}

/// Other programs that download what a project depends on.
const BUILDS: [(&str, &[&str]); 9] = [
    ("bundle", &["install"]),
    ("cargo", &["build", "fetch", "chef"]),
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

impl<'d> Step<'d> {
    /// What its commands download, each program once.
    pub(crate) fn fetches(self) -> Vec<Fetch<'d>> {
        let mut found: Vec<Fetch<'d>> = Vec::new();
        let by_manager = self.packages().filter_map(|asked| by_manager(&asked));
        let by_build = self.commands().filter_map(|(_, command)| by_build(command));
        for fetch in by_manager.chain(by_build) {
            if !found.iter().any(|other| other.what == fetch.what) {
                found.push(fetch);
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
    let task = Some(asked.subcommand);
    Some(Fetch { what, word: asked.program, task, folder, forgets, is_build: false })
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
    Some(Fetch { what, word, task: None, folder: None, forgets: None, is_build: true })
}
