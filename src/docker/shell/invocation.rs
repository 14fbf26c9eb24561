//! Which program a command starts, whatever starts it.

use super::options::{Valued, takes_next};
use super::{ShellWord, SimpleCommand};

/// A program and its arguments, without what only starts it: `sudo`, `env`, `time`, ...
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invocation<'c> {
    /// The word that names the program, with its path.
    pub(crate) program: &'c ShellWord,
    pub(crate) arguments: &'c [ShellWord],
    /// What stands before the program.
    before: &'c [ShellWord],
}

/// A program that starts the one behind its own options and operands.
struct Wrapper {
    name: &'static str,
    /// Its options that take a value.
    valued: Valued,
    /// How many operands of its own come before the program.
    operands: usize,
}

const fn wrapper(name: &'static str, valued: &'static str, operands: usize) -> Wrapper {
    Wrapper { name, valued: Valued::of(valued), operands }
}

/// Not `chroot`, whose programs work on another image than the one that is built.
static WRAPPERS: [Wrapper; 25] = [
    wrapper("builtin", "", 0),
    wrapper("busybox", "", 0),
    wrapper("catatonit", "", 0),
    wrapper("chronic", "", 0),
    wrapper("command", "", 0),
    wrapper("doas", "-u -C", 0),
    wrapper("dumb-init", "-r --rewrite", 0),
    wrapper("eatmydata", "", 0),
    wrapper("env", "-u --unset -C --chdir -S --split-string", 0),
    wrapper("exec", "-a", 0),
    wrapper("fakeroot", "-l -s -i -b", 0),
    wrapper("gosu", "", 1),
    wrapper("ionice", "-c --class -n --classdata", 0),
    wrapper("nice", "-n --adjustment", 0),
    wrapper("nohup", "", 0),
    wrapper("runuser", "-u --user -g --group -G --supp-group", 0),
    wrapper("setpriv", "--reuid --regid --groups", 0),
    wrapper("setsid", "", 0),
    wrapper("stdbuf", "-i --input -o --output -e --error", 0),
    wrapper("su-exec", "", 1),
    wrapper(
        "sudo",
        "-u --user -g --group -h --host -p --prompt -C --close-from -D --chdir \
         -R --chroot -r --role -t --type -T --command-timeout -U --other-user",
        0,
    ),
    wrapper("time", "-f --format -o --output", 0),
    wrapper("timeout", "-k --kill-after -s --signal", 1),
    wrapper("tini", "-p -e", 0),
    wrapper(
        "xargs",
        "-a --arg-file -d --delimiter -E -I -L -n --max-args -P --max-procs -s --max-chars",
        0,
    ),
];

/// Shells that take a script as a word behind `-c`.
const SHELLS: [&str; 7] = ["ash", "bash", "dash", "ksh", "mksh", "sh", "zsh"];

/// The last segment of a path.
pub(crate) fn file_name(path: &str) -> &str {
    // Most are short, and a search costs more than a look at each byte.
    let slash = path.bytes().rposition(|byte| byte == b'/');
    slash.and_then(|at| path.get(at + 1..)).unwrap_or(path)
}

/// The index of the word that names the program.
pub(super) fn program_index(words: &[ShellWord]) -> usize {
    let mut at = 0;
    while let Some(next) = words.get(at).and_then(|word| behind_wrapper(words, at, word)) {
        at = next;
    }
    at
}

/// The index of what the word at `at` starts, if it is a program that starts another.
fn behind_wrapper(words: &[ShellWord], at: usize, word: &ShellWord) -> Option<usize> {
    let name = file_name(&word.text);
    let wrapper = WRAPPERS.iter().find(|wrapper| wrapper.name == name && word.is_literal)?;
    let mut next = at + 1;
    while let Some(word) = words.get(next).filter(|word| word.text.starts_with('-')) {
        // `command -v git` asks for a program and starts none.
        if name == "command" && word.text.contains(['v', 'V']) {
            return None;
        }
        next += 1;
        if word.text == "--" {
            break;
        }
        next += usize::from(takes_next(&word.text, &wrapper.valued));
    }
    next += wrapper.operands;
    while words.get(next).is_some_and(|word| assigned_name(&word.text).is_some()) {
        next += 1;
    }
    (next < words.len()).then_some(next)
}

/// `NAME` of `NAME=value`.
pub(super) fn assigned_name(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(name)
}

impl SimpleCommand {
    /// The program that the command starts in the end.
    pub(crate) fn invocation(&self) -> Option<Invocation<'_>> {
        let (before, rest) = self.words.split_at_checked(self.program)?;
        let (program, arguments) = rest.split_first()?;
        Some(Invocation { program, arguments, before })
    }

    /// The program that the command starts, and those that `find` starts behind `-exec`.
    pub(crate) fn invocations(&self) -> impl Iterator<Item = Invocation<'_>> {
        let own = self.invocation();
        let words = own.filter(|it| it.name() == "find").map_or(&[][..], |it| it.arguments);
        let is_exec = |word: &ShellWord| EXECS.contains(&word.text.as_str());
        let executed = words.split(is_exec).skip(1).filter_map(|words| {
            let ends = |word: &ShellWord| matches!(word.text.as_str(), ";" | "+");
            let words = words.split(ends).next()?;
            let (program, arguments) = words.split_first()?;
            Some(Invocation { program, arguments, before: &[] })
        });
        own.into_iter().chain(executed)
    }
}

/// What `find` starts a program behind.
const EXECS: [&str; 4] = ["-exec", "-execdir", "-ok", "-okdir"];

impl<'c> Invocation<'c> {
    /// The name of the program without its path.
    pub(crate) fn name(&self) -> &'c str {
        file_name(&self.program.text)
    }

    /// What stands before the program: what starts it, with options and variables.
    pub(crate) fn before(&self) -> &'c [ShellWord] {
        self.before
    }

    /// The word that starts the program by that other one: `sudo`.
    pub(crate) fn started_by(&self, wrapper: &str) -> Option<&'c ShellWord> {
        self.before.iter().find(|word| file_name(&word.text) == wrapper)
    }

    /// The index among the arguments of the script that a shell is to run, as in `sh -ec '..'`.
    pub(super) fn script_index(&self) -> Option<usize> {
        let is_su = ["su", "runuser"].contains(&self.name());
        if !is_su && !SHELLS.contains(&self.name()) {
            return None;
        }
        let mut at = 0;
        loop {
            let text = self.arguments.get(at)?.text.as_str();
            let is_long = text.starts_with("--");
            let letters = text.strip_prefix(['-', '+']).filter(|_| !is_long).unwrap_or_default();
            if text == "--command" && is_su || letters.contains('c') {
                // Each `o` takes a word, too: `bash -eoc pipefail '..'`.
                return Some(at + 1 + if is_su { 0 } else { letters.matches('o').count() });
            }
            if !is_su && letters.is_empty() && !is_long {
                return None;
            }
            at += 1 + if is_su { 0 } else { letters.matches('o').count() };
        }
    }
}
