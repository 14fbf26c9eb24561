//! The steps of a build: what a `RUN` runs, and what it leaves in its layer.

use super::package::{Manager, PackageCommand, Task};
use super::shell::{Invocation, Script, Settings, ShellWord, SimpleCommand, file_name};
use super::{Action, Dockerfile, Form, Instruction, Place, Run, Span, Stage, State, Transfer};

/// How many words braces may make of one.
const MOST_WORDS: usize = 64;

/// Where apt keeps what it knows of packages.
pub(super) const APT_LISTS: &str = "/var/lib/apt/lists";

/// A `RUN`, also one behind `ONBUILD`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'d> {
    pub(crate) dockerfile: &'d Dockerfile,
    pub(crate) stage: &'d Stage,
    pub(crate) instruction: &'d Instruction,
    pub(crate) run: &'d Run,
}

impl Dockerfile {
    /// Whether a step asks that of a package manager.
    pub(crate) fn asks(&self, is_wanted: impl Fn(Manager, Task) -> bool) -> bool {
        self.steps().any(|step| step.run.command.asks(&is_wanted))
    }

    /// Every `RUN`, stage by stage.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.stages.iter().flat_map(|stage| self.steps_of(stage))
    }

    /// The `RUN`s of a stage.
    pub(crate) fn steps_of<'d>(&'d self, stage: &'d Stage) -> impl Iterator<Item = Step<'d>> {
        let all = stage.instructions().iter().chain(stage.triggers());
        all.filter_map(move |instruction| self.step(stage, instruction))
    }

    /// An instruction of a stage, if it is a `RUN`.
    pub(crate) fn step<'d>(
        &'d self,
        stage: &'d Stage,
        instruction: &'d Instruction,
    ) -> Option<Step<'d>> {
        match &instruction.action {
            Action::Run(run) => Some(Step { dockerfile: self, stage, instruction, run }),
            _ => None,
        }
    }

    /// The words by which Python packages are installed that compute on CPUs alone, in stages that the
    /// image needs.
    ///
    /// Source: pytorch.org/get-started/locally; tensorflow.org/install/pip.
    pub(crate) fn cpu_wheels(&self) -> Vec<(&Stage, &ShellWord)> {
        let is_one = |word: &ShellWord| {
            let text = word.text.trim_end_matches('/');
            let text = text
                .split_once('=')
                .filter(|(flag, _)| flag.starts_with('-'))
                .map_or(text, |(_, it)| it);
            text.ends_with("pytorch.org/whl/cpu")
                || text.ends_with("+cpu")
                || text
                    .split(['=', '<', '>', '~', '['])
                    .next()
                    .is_some_and(|name| name.replace('_', "-") == "tensorflow-cpu")
        };
        let mut found = Vec::new();
        for stage in self.stages.iter().filter(|stage| self.reaches_final(stage)) {
            let installs = self.steps_of(stage).flat_map(Step::packages);
            let installs = installs.filter(|it| it.task == Task::Install && it.manager.is_python());
            found.extend(installs.filter_map(|it| {
                Some((stage, it.command.words.iter().find(|word| is_one(word))?))
            }));
        }
        found
    }

    /// The first byte at which the file says that, wherever it says it.
    pub(crate) fn says(&self, text: &str) -> Option<usize> {
        self.text.find(text)
    }

    /// Whether a `COPY` or `ADD` brings something to that place of an image.
    pub(crate) fn brings(&self, path: &str) -> bool {
        let actions = self.stages.iter().flat_map(Stage::actions).filter_map(Action::transfer);
        actions.into_iter().any(|transfer| brings(transfer, path))
    }

    /// From where on a setting of package managers holds in each stage: what a `RUN`, `COPY` or `ADD`
    /// says of it, or brings to the files of that kind.
    pub(crate) fn configured(&self, setting: &str, files: &[&str]) -> Configured {
        let mut from: Vec<Option<u32>> = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            let inherited = stage.base.and_then(|base| from.get(base).copied().flatten());
            let own =
                || stage.instructions.iter().find_map(|it| self.configures(it, setting, files));
            from.push(inherited.or_else(own));
        }
        Configured(from)
    }

    /// Where an instruction says the setting for what follows: not in a comment, nor as an option of one
    /// command that needs it itself.
    fn configures(&self, it: &Instruction, setting: &str, files: &[&str]) -> Option<u32> {
        let run = match &it.action {
            Action::Run(run) => Some(run),
            Action::Add(transfer) | Action::Copy(transfer) => {
                if files.iter().any(|file| brings(transfer, file)) {
                    return Some(it.span.start);
                }
                None
            }
            _ => return None,
        };
        let written = self.written(it.span);
        let mut said = places_of(setting, written).peekable();
        said.peek()?;
        let asked = run
            .into_iter()
            .flat_map(|run| run.command.packages_where(|_, task| task != Task::Other));
        let asked: Vec<Span> = asked.map(|asked| asked.command.place.span).collect();
        let start = |at: usize| it.span.start + u32::try_from(at).unwrap_or_default();
        let is_option = |at: usize| {
            let before = asked.partition_point(|own| own.start <= start(at));
            before
                .checked_sub(1)
                .and_then(|last| asked.get(last))
                .is_some_and(|own| own.contains(start(at)))
        };
        let is_comment = |at: usize| {
            let line = written.get(..at).and_then(|before| before.rsplit('\n').next());
            line.is_some_and(|line| line.trim_start().starts_with('#'))
        };
        said.find(|at| !is_option(*at) && !is_comment(*at)).map(start)
    }
}

/// From where on something is configured, stage by stage.
#[derive(Debug)]
pub(crate) struct Configured(Vec<Option<u32>>);

impl Configured {
    /// Whether it is where a command of the stage begins.
    pub(crate) fn holds_for(&self, stage: &Stage, asked: &PackageCommand<'_>) -> bool {
        let from = self.0.get(stage.index).copied().flatten();
        from.is_some_and(|from| from < asked.start())
    }
}

/// Where a word stands in a text, whatever its case.
fn places_of<'t>(word: &'t str, text: &'t str) -> impl Iterator<Item = usize> + 't {
    let first = word.bytes().next().unwrap_or_default();
    let (small, capital) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let is_there = move |at: &usize| {
        let found = text.as_bytes().get(*at..at + word.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    memchr::memchr2_iter(small, capital, text.as_bytes()).filter(is_there)
}

/// Whether a `COPY` or `ADD` brings something to that place of an image.
fn brings(transfer: &Transfer, path: &str) -> bool {
    let destination = transfer.destination.text.as_str();
    destination.starts_with(path)
        || transfer.paths().any(|word| {
            let name = file_name(&word.text);
            destination.ends_with('/') && format!("{destination}{name}").starts_with(path)
        })
}

impl<'d> Step<'d> {
    /// What holds where it begins.
    pub(crate) fn state(self) -> State<'d> {
        self.dockerfile.at(self.instruction)
    }

    /// All of it, as it is written.
    pub(crate) fn place(self) -> Place {
        Place { file: self.dockerfile.file(), span: self.instruction.span }
    }

    pub(crate) fn scripts(self) -> &'d [Script] {
        self.run.command.scripts()
    }

    /// What runs its heredoc in the place of the shell, with its options: `/bin/bash -e` of `#!/bin/bash -e`.
    pub(crate) fn interpreter(self) -> Option<&'d str> {
        let [heredoc] = self.run.heredocs.as_slice() else { return None };
        let is_alone = match &self.run.command.form {
            Form::Shell(text) => text.split_whitespace().nth(1).is_none(),
            Form::Exec(_) => false,
        };
        let first = self.dockerfile.written(heredoc.body).lines().next().filter(|_| is_alone);
        first.and_then(|line| line.strip_prefix("#!"))
    }

    /// What its shell is started with, by `SHELL` or by the first line of its heredoc.
    pub(crate) fn settings(self) -> Settings {
        let mut settings = Settings::default();
        if let Some(interpreter) = self.interpreter() {
            let words = interpreter.split_whitespace();
            settings.change(words.skip_while(|word| !file_name(word).ends_with("sh")).skip(1));
        } else if matches!(self.run.command.form, Form::Shell(_)) {
            let shell = self.state().shell().words.iter().skip(1);
            settings.change(shell.map(|word| word.text.as_str()));
        }
        settings
    }

    /// Whether all that it runs is known, so that what was not found is not there.
    pub(crate) fn is_readable(self) -> bool {
        !self.scripts().is_empty() && self.scripts().iter().all(Script::is_complete)
    }

    /// Every simple command, each with the script that it is in.
    pub(crate) fn commands(self) -> impl Iterator<Item = (&'d Script, &'d SimpleCommand)> {
        self.run.command.scripted_commands()
    }

    /// What it asks of package managers, in its order.
    pub(crate) fn packages(self) -> impl Iterator<Item = PackageCommand<'d>> {
        self.packages_where(|_, _| true)
    }

    /// The same of those managers and tasks that are wanted. The rest is not read again.
    pub(crate) fn packages_where(
        self,
        is_wanted: impl Fn(Manager, Task) -> bool,
    ) -> impl Iterator<Item = PackageCommand<'d>> {
        self.run.command.packages_where(is_wanted)
    }

    /// Whether its layer is part of the image.
    pub(crate) fn is_in_image(self) -> bool {
        self.dockerfile.is_in_image(self.stage)
    }

    /// Where its `--mount`s of a cache or of memory are, which are no part of the layer.
    fn mounts(self) -> impl Iterator<Item = String> {
        let flags = self.instruction.flags_named("mount");
        let passing = flags.filter(|flag| {
            flag.settings()
                .any(|(name, value)| name == "type" && ["cache", "tmpfs"].contains(&value))
        });
        let target = passing.filter_map(|flag| flag.setting(&["target", "dst", "destination"]));
        target.map(|target| target.text.trim_end_matches('/').to_owned())
    }

    /// Whether that folder is mounted, so that nothing of it is in the layer.
    pub(crate) fn has_mounted(self, path: &str) -> bool {
        self.mounts().any(|mount| is_within(path, &mount))
    }

    /// Whether a mount has one of those words in its path: `npm` in `/home/node/.npm`.
    pub(crate) fn has_mounted_any(self, words: &[&str]) -> bool {
        self.mounts().any(|mount| words.iter().any(|word| mount.contains(word)))
    }

    /// Whether a command that begins behind that byte empties the folder, or may.
    pub(crate) fn may_empty(self, path: &str, after: u32) -> bool {
        self.last_emptying(path).is_some_and(|last| last > after)
    }

    /// Whether the lists that apt reads behind that byte become part of the image.
    pub(crate) fn keeps_apt_lists(self, after: u32) -> bool {
        self.is_in_image() && !self.has_mounted(APT_LISTS) && !self.may_empty(APT_LISTS, after)
    }

    /// Where the last command begins that empties the folder, or may.
    pub(crate) fn last_emptying(self, path: &str) -> Option<u32> {
        let mut folder = None;
        let mut last = None;
        for (_, command) in self.commands() {
            let Some(invocation) = command.invocation() else { continue };
            if invocation.name() == "trap" && empties_at_exit(invocation, path) {
                return Some(u32::MAX);
            }
            if invocation.name() == "cd" {
                folder = invocation.arguments.first().map(|word| word.text.as_str());
            } else if removes(invocation, folder, path) {
                last = Some(command.place.span.start);
            }
        }
        last
    }

    /// From which byte on one of the variables is set to something, or may be: 0 where that is
    /// before the step.
    pub(crate) fn sets_from(self, names: &[&str]) -> Option<u32> {
        let is_set = |name: &&str| {
            let pair = self.state().declared(name);
            // Whoever builds may fill an `ARG` without a default.
            let value = pair.map(|pair| pair.value.as_ref());
            value.is_some_and(|value| value.is_none_or(|value| !value.text.is_empty()))
        };
        if names.iter().any(is_set) {
            return Some(0);
        }
        let sets = |it: &&SimpleCommand| names.iter().any(|name| exports(it, name));
        self.commands().map(|(_, command)| command).find(sets).map(|it| it.place.span.start)
    }
}

/// Whether the command sets the variable for what follows it.
fn exports(command: &SimpleCommand, name: &str) -> bool {
    let is_export = command
        .invocation()
        .is_some_and(|it| ["export", "declare", "typeset"].contains(&it.name()));
    if is_export {
        return command.words.iter().any(|word| {
            word.text.strip_prefix(name).is_some_and(|rest| rest.len() > 1 && rest.starts_with('='))
        });
    }
    let own = command.assignments.iter();
    command.words.is_empty()
        && own.into_iter().any(|it| it.name == name && !it.value.text.is_empty())
}

/// Whether the command empties the folder `path`, or may, where it runs in another folder.
fn removes(invocation: Invocation<'_>, folder: Option<&str>, path: &str) -> bool {
    let is_one = |word: &ShellWord| {
        word.text.starts_with('$') && !word.is_literal && !word.text.contains('/')
            || braced(&word.text).iter().any(|it| covers(&within(folder, it), path))
    };
    match invocation.name() {
        "rm" => invocation.arguments.iter().any(is_one),
        "find" => {
            let deletes = |word: &ShellWord| ["-delete", "rm"].contains(&file_name(&word.text));
            let arguments = invocation.arguments.iter();
            let roots = arguments.clone().take_while(|word| !word.text.starts_with('-'));
            arguments.clone().any(deletes) && roots.into_iter().any(is_one)
        }
        // A script of the image or of the project, by its name.
        name => name.contains("clean"),
    }
}

/// A path from the folder that a `cd` before it went to.
fn within(folder: Option<&str>, path: &str) -> String {
    match folder.filter(|_| !path.starts_with(['/', '~', '$'])) {
        Some(folder) => {
            format!("{}/{}", folder.trim_end_matches('/'), path.trim_start_matches("./"))
        }
        None => path.to_owned(),
    }
}

/// Whether removing `removed` empties the folder `path`.
fn covers(removed: &str, path: &str) -> bool {
    // Whoever runs it, the home is that of root for whoever asks.
    let homes = ["~", "$HOME", "${HOME}"];
    let below = homes.iter().find_map(|home| removed.strip_prefix(home)).or_else(|| {
        let user = removed.strip_prefix("/home/")?;
        user.find('/').and_then(|at| user.get(at..))
    });
    let removed = below.map_or_else(|| removed.to_owned(), |below| format!("/root{below}"));
    // What a wildcard stands for is below the last folder before it.
    let fixed = match removed.find(['*', '?', '[']) {
        Some(wildcard) => {
            let before = removed.get(..wildcard).unwrap_or_default();
            before.get(..before.rfind('/').unwrap_or(0)).unwrap_or_default()
        }
        None => removed.trim_end_matches('.'),
    };
    removed.starts_with('/') && is_within(path, fixed.trim_end_matches('/'))
}

/// Whether a path is a folder or is in it.
fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The words that braces make of one: `/a` and `/b` of `/{a,b}`.
fn braced(text: &str) -> Vec<String> {
    let mut made = vec![text.to_owned()];
    while let Some((index, open, close)) = made.iter().enumerate().find_map(|(index, word)| {
        let open = word
            .match_indices('{')
            .map(|(at, _)| at)
            .find(|at| !word.get(..*at).unwrap_or_default().ends_with('$'))?;
        let close = open + word.get(open..)?.find('}')?;
        word.get(open..close)?.contains(',').then_some((index, open, close))
    }) {
        let word = made.swap_remove(index);
        let part = |from: usize, to: usize| word.get(from..to).unwrap_or_default();
        let (before, after) = (part(0, open), part(close + 1, word.len()));
        made.extend(part(open + 1, close).split(',').map(|item| format!("{before}{item}{after}")));
        if made.len() > MOST_WORDS {
            break;
        }
    }
    made
}

/// `trap 'rm -rf /var/lib/apt/lists/*' EXIT`
fn empties_at_exit(invocation: Invocation<'_>, path: &str) -> bool {
    let [script, signals @ ..] = invocation.arguments else { return false };
    let is_at_exit = signals.iter().any(|signal| ["0", "EXIT"].contains(&signal.text.as_str()));
    is_at_exit && script.text.contains("rm ") && script.text.contains(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::good;

    #[test]
    fn a_folder_is_emptied_in_many_ways() {
        let lists = "/var/lib/apt/lists";
        let table = [
            ("rm -rf /var/lib/apt/lists/*", true),
            ("rm -r /var/lib/apt/lists /var/cache/apt/archives", true),
            ("rm -rf /tmp/* /var/lib/apt/", true),
            ("rm -rf /var/lib/{apt,dpkg,cache,log}/", true),
            ("rm -rf /var/{lib/apt/lists,cache/apt}/*", true),
            ("rm -rf /var/lib/apt/lists/*_* ", true),
            ("rm -rf $TRASH", true),
            ("find /var/lib/apt/lists -type f -delete", true),
            ("find /tmp /var/lib/apt/lists -mindepth 1 -exec rm -rf {} +", true),
            ("/usr/local/bin/clean-layer.sh", true),
            ("cd /var/lib && rm -rf apt/lists ./dpkg", true),
            ("cd /var/lib/apt/lists/ && rm -rf *", true),
            ("cd /var/lib/apt/lists && cd / && rm -rf *.log", true),
            ("cd /app && rm -rf lists *.log", false),
            ("trap 'rm -rf /var/lib/apt/lists/*' EXIT; apt-get update", true),
            ("trap 'rm -rf /var/lib/apt/lists/*' INT; apt-get update", false),
            ("trap 'echo /var/lib/apt/lists' EXIT", false),
            ("apt-get clean", false),
            ("rm -rf /var/cache/apt/*", false),
            ("rm -rf /var/lib/apt/lists/partial", false),
            ("find /var/lib/apt/lists -type f", false),
            ("rm -rf lists", false),
            ("rm -rf $HOME/x", false),
            ("echo rm -rf /var/lib/apt/lists/*", false),
        ];
        for (command, expected) in table {
            let dockerfile = good(&format!("FROM debian:13\nRUN {command}\n"));
            let step = dockerfile.steps().next().unwrap();
            assert_eq!(step.may_empty(lists, 0), expected, "{command}");
        }
        assert!(
            ["~/.cache/*", "/root/.cache", "$HOME/.cache/pip", "/home/app/.cache"]
                .iter()
                .all(|removed| covers(removed, "/root/.cache/pip"))
        );
    }

    #[test]
    fn mounts_keep_folders_out_of_the_layer() {
        let text = "FROM debian:13\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked \
                    --mount=type=tmpfs,dst=/root/.npm/ --mount=type=bind,target=/src apt-get update\n";
        let dockerfile = good(text);
        let step = dockerfile.steps().next().unwrap();
        assert!(step.has_mounted("/var/lib/apt/lists") && !step.has_mounted("/src"));
        assert!(step.has_mounted_any(&["npm"]) && !step.has_mounted_any(&["src"]));
    }

    #[test]
    fn variables_are_set_before() {
        let text =
            "FROM a:1 AS b\nENV A=1 B=\nFROM b\nARG C\nRUN D=1; export E=1; F=1 x; G=1 y; z\n";
        let dockerfile = good(text);
        let step = dockerfile.steps().next().unwrap();
        let set = ["A", "B", "C", "D", "F"].map(|name| step.sets_from(&[name]));
        let at = |what: &str| u32::try_from(text.find(what).unwrap()).ok();
        assert_eq!(set, [Some(0), None, Some(0), at("D=1"), None]);
        assert_eq!(step.sets_from(&["G", "E"]), at("export"));
    }
}
