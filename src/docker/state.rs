//! What holds where an instruction stands: who runs it, where, with which shell and variables.

use std::cell::Cell;

use super::instruction::{Action, Command, Form, Instruction};
use super::words::{Pair, Word};
use super::{Dockerfile, Stage};
use crate::variables;

/// How many variables may stand in for each other before a value counts as unknown.
const MOST_LOOKUPS: u8 = 64;

/// How far back a relative directory is followed.
const MOST_DIRECTORIES: usize = 64;

/// Build arguments that every `RUN` sees without an `ARG`.
///
/// Source: docs.docker.com/reference/dockerfile, "Predefined ARGs".
const PREDEFINED_ARGS: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Set by the builder, and different in every build.
///
/// Source: docs.docker.com/reference/dockerfile, "Automatic platform ARGs in the global scope".
const PLATFORM_ARGS: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// Whether the builder sets the argument before the first `FROM`: `TARGETARCH` and the like, which
/// a stage sees when it repeats their `ARG`.
pub(crate) fn is_platform_arg(name: &str) -> bool {
    PLATFORM_ARGS.contains(&name)
}

/// Whether the builder knows the argument without anybody declaring it.
pub(crate) fn is_predefined_arg(name: &str) -> bool {
    PREDEFINED_ARGS.contains(&name) || name.starts_with("BUILDKIT_")
}

/// An instruction, by its stage and its index in that. Each instruction holds several, so they are short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct At {
    stage: u32,
    index: u32,
}

impl At {
    /// A file has fewer bytes than a `u32` counts.
    pub(super) fn new(stage: usize, index: usize) -> Self {
        let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        At { stage: short(stage), index: short(index) }
    }

    pub(super) fn stage(self) -> usize {
        self.stage as usize
    }

    pub(super) fn index(self) -> usize {
        self.index as usize
    }
}

/// The instructions that hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    pub(super) user: Option<At>,
    pub(super) workdir: Option<At>,
    pub(super) shell: Option<At>,
    pub(super) entrypoint: Option<At>,
    pub(super) cmd: Option<At>,
    pub(super) healthcheck: Option<At>,
    pub(super) stopsignal: Option<At>,
}

impl Held {
    /// What holds behind the instruction at `at`.
    pub(super) fn after(mut self, at: At, action: &Action) -> Self {
        match action {
            Action::User(_) => self.user = Some(at),
            Action::Workdir(_) => self.workdir = Some(at),
            Action::Shell(_) => self.shell = Some(at),
            Action::Entrypoint(_) => {
                self.entrypoint = Some(at);
                // A new entrypoint drops the command that was made for the old one.
                self.cmd = self.cmd.filter(|cmd| cmd.stage == at.stage);
            }
            Action::Cmd(_) => self.cmd = Some(at),
            Action::Healthcheck(_) => self.healthcheck = Some(at),
            Action::Stopsignal(_) => self.stopsignal = Some(at),
            _ => {}
        }
        self
    }
}

/// What holds at one point of a stage, what earlier stages say included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State<'d> {
    pub(super) dockerfile: &'d Dockerfile,
    /// The point itself.
    pub(super) at: At,
    pub(super) held: Held,
}

/// The `USER` in effect.
#[derive(Debug)]
pub(crate) struct User<'d> {
    pub(crate) word: &'d Word,
    /// The stage that says so.
    pub(crate) stage: &'d Stage,
    /// With its variables replaced, as far as the file says what they are.
    pub(crate) resolved: Option<String>,
}

impl User<'_> {
    /// The name or the number, without the group; nothing where a variable decides.
    pub(crate) fn name(&self) -> Option<&str> {
        let resolved = self.resolved.as_deref()?;
        resolved.split(':').next().map(str::trim).filter(|name| !name.is_empty())
    }
}

/// The shell that runs what is not in exec form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shell<'d> {
    /// Nothing where no `SHELL` chooses one, so that it is the builder's: `/bin/sh -c`.
    pub(crate) words: &'d [Word],
}

/// A command that starts the image, and the shell that would run it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'d> {
    pub(crate) command: &'d Command,
    pub(crate) shell: Shell<'d>,
    pub(crate) instruction: &'d Instruction,
}

/// Where a variable was declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    pub(super) index: usize,
    pub(super) pair: usize,
    pub(super) is_env: bool,
}

impl<'d> State<'d> {
    fn instruction(self, at: At) -> Option<&'d Instruction> {
        self.dockerfile.stages().get(at.stage())?.instructions().get(at.index())
    }

    fn stage(self, at: At) -> Option<&'d Stage> {
        self.dockerfile.stages().get(at.stage())
    }

    /// The same file, where the instruction at `at` begins.
    fn back_to(self, at: At) -> Option<Self> {
        Some(State { at, held: self.instruction(at)?.held, ..self })
    }

    pub(crate) fn user(self) -> Option<User<'d>> {
        let at = self.held.user?;
        let Action::User(word) = &self.instruction(at)?.action else { return None };
        let resolved = self.back_to(at)?.expand(&word.text);
        Some(User { word, stage: self.stage(at)?, resolved })
    }

    /// Whether a `WORKDIR` is in effect.
    pub(crate) fn has_workdir(self) -> bool {
        self.held.workdir.is_some()
    }

    /// The `WORKDIR` in effect, joined with those that it is relative to, and with its variables
    /// replaced; nothing where that depends on the base image or on who builds.
    pub(crate) fn directory(self) -> Option<String> {
        let mut below: Vec<String> = Vec::new();
        let mut state = self;
        for _ in 0..MOST_DIRECTORIES {
            let Some(at) = state.held.workdir else {
                // A base from nothing begins at the root; any other may have a directory.
                let origin = self.dockerfile.origin(self.stage(self.at)?);
                return origin.is_scratch().then(|| joined("/", &below));
            };
            let Action::Workdir(word) = &state.instruction(at)?.action else { return None };
            state = state.back_to(at)?;
            let path = state.expand(&word.text)?;
            if is_absolute(&path) {
                return Some(joined(&path, &below));
            }
            below.push(path);
        }
        None
    }

    pub(crate) fn shell(self) -> Shell<'d> {
        let chosen = self.held.shell.and_then(|at| self.instruction(at));
        match chosen.map(|instruction| &instruction.action) {
            Some(Action::Shell(words)) => Shell { words },
            _ => Shell { words: &[] },
        }
    }

    pub(crate) fn entrypoint(self) -> Option<Start<'d>> {
        let at = self.held.entrypoint?;
        let instruction = self.instruction(at)?;
        let Action::Entrypoint(command) = &instruction.action else { return None };
        Some(Start { command, shell: self.back_to(at)?.shell(), instruction })
    }

    pub(crate) fn cmd(self) -> Option<Start<'d>> {
        let at = self.held.cmd?;
        let instruction = self.instruction(at)?;
        let Action::Cmd(command) = &instruction.action else { return None };
        Some(Start { command, shell: self.back_to(at)?.shell(), instruction })
    }

    /// The `HEALTHCHECK` in effect; its command is nothing where it is `NONE`.
    pub(crate) fn healthcheck(self) -> Option<&'d Instruction> {
        self.instruction(self.held.healthcheck?)
    }

    pub(crate) fn stopsignal(self) -> Option<&'d Word> {
        match &self.instruction(self.held.stopsignal?)?.action {
            Action::Stopsignal(word) => Some(word),
            _ => None,
        }
    }

    /// `text` with its variables replaced; nothing where the file leaves one open.
    pub(crate) fn expand(self, text: &str) -> Option<String> {
        self.expand_within(text, &Cell::new(MOST_LOOKUPS))
    }

    /// The `ENV` or `ARG` that the variable has its value from: `ENV` beats `ARG` wherever it
    /// stands.
    pub(crate) fn declared(self, name: &str) -> Option<&'d Pair> {
        self.declaration(name).map(|(_, pair)| pair)
    }

    /// What a variable is where the image runs, and the `ENV` that says so; the value is nothing where
    /// that depends on who builds.
    pub(crate) fn env(self, name: &str) -> Option<(&'d Pair, Option<String>)> {
        let (at, pair) = self.nearest(name, true)?;
        let value = pair.value.as_ref().map_or("", |value| value.text.as_str());
        Some((pair, self.back_to(at)?.expand(value)))
    }

    /// The variables that a container has: the names of `ENV`s in effect, with what each one says and
    /// where; nothing where the file leaves that open.
    pub(crate) fn environment(self) -> Vec<(&'d str, &'d Pair, Option<String>)> {
        let mut names: Vec<&str> = match self.stage(self.at) {
            Some(own) => self.dockerfile.lineage(own).flat_map(Stage::variables).collect(),
            None => Vec::new(),
        };
        names.sort_unstable();
        names.dedup();
        let all = names.into_iter().filter_map(|name| {
            let (pair, value) = self.env(name)?;
            Some((name, pair, value))
        });
        all.collect()
    }

    /// Whether an `ENV` sets the variable, so that whatever runs has it.
    pub(crate) fn sets(self, name: &str) -> bool {
        self.nearest(name, true).is_some()
    }

    fn expand_within(self, text: &str, budget: &Cell<u8>) -> Option<String> {
        variables::expand(text, &|name| self.variable(name, budget))
    }

    fn variable(self, name: &str, budget: &Cell<u8>) -> Option<String> {
        budget.set(budget.get().checked_sub(1)?);
        let (at, pair) = self.declaration(name)?;
        let global = || self.dockerfile.global_args().rfind(|arg| arg.name.text == name);
        let value = pair.value.as_ref().or_else(|| global()?.value.as_ref())?;
        self.back_to(at)?.expand_within(&value.text, budget)
    }

    fn declaration(self, name: &str) -> Option<(At, &'d Pair)> {
        self.nearest(name, true).or_else(|| self.nearest(name, false))
    }

    /// The last `ENV`, or the last `ARG`, of that name before this point.
    fn nearest(self, name: &str, is_env: bool) -> Option<(At, &'d Pair)> {
        let own = self.stage(self.at)?;
        self.dockerfile.lineage(own).find_map(|stage| {
            let end = if stage.is(own) { self.at.index() } else { usize::MAX };
            let all = stage.declared(name);
            let before = all.get(..all.partition_point(|it| it.index < end))?;
            let found = before.iter().rev().find(|it| it.is_env == is_env)?;
            let at = At::new(stage.index, found.index);
            let (Action::Env(pairs) | Action::Arg(pairs)) = &self.instruction(at)?.action else {
                return None;
            };
            Some((at, pairs.get(found.pair)?))
        })
    }
}

/// Whether a path of the image does not depend on a `WORKDIR`: `/app`, and `C:\app` on Windows.
pub(crate) fn is_absolute(path: &str) -> bool {
    let mut chars = path.chars();
    path.starts_with(['/', '\\'])
        || chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':')
}

/// A directory, and those below it from the last to the first.
fn joined(base: &str, below: &[String]) -> String {
    let mut path = base.trim_end_matches('/').to_owned();
    for part in below.iter().rev() {
        for segment in part.split('/') {
            match segment {
                "" | "." => {}
                ".." => path.truncate(path.rfind('/').unwrap_or(0)),
                segment => {
                    path.push('/');
                    path.push_str(segment);
                }
            }
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Whether a shell of that name or path understands POSIX commands.
pub(super) fn is_posix_shell(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    POSIX_SHELLS.contains(&name)
}

/// Shells that understand POSIX commands.
const POSIX_SHELLS: [&str; 8] = ["ash", "bash", "busybox", "dash", "ksh", "mksh", "sh", "zsh"];

impl Shell<'_> {
    /// Whether it understands POSIX commands: the builder's own does, and a wrapper around one
    /// (`conda run ... bash -c`).
    pub(crate) fn is_posix(self) -> bool {
        let tells = |word: &Word| {
            // Some images bring a script of their own that starts one.
            is_posix_shell(&word.text) || word.text.to_ascii_lowercase().ends_with(".sh")
        };
        self.words.is_empty() || self.words.iter().any(tells)
    }

    /// Whether it puts a command that stands alone in its own place: Bash does, of other shells some versions.
    pub(crate) fn steps_aside(self) -> bool {
        self.words.first().is_some_and(|word| word.text.rsplit('/').next() == Some("bash"))
    }
}

impl<'d> Start<'d> {
    /// The name of the program that runs in the end, without its path and what only starts it.
    pub(crate) fn program(self) -> Option<&'d str> {
        Some(self.command.simple_commands().last()?.invocation()?.name())
    }

    /// The command, where a POSIX shell runs it.
    pub(crate) fn shell_text(self) -> Option<&'d str> {
        match &self.command.form {
            Form::Shell(text) if self.shell.is_posix() && !text.is_empty() => Some(text),
            _ => None,
        }
    }
}
