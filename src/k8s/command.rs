//! What a container runs: its command, its hooks and its probes, and the programs in their scripts.

use super::Container;
use super::lifecycle::SHELLS;
use crate::docker::shell::{self, Assignment, BlockKind, Join, Pipeline, SimpleCommand, file_name};
use crate::source::FileId;
use crate::tree::Node;

/// The lists of words that are run in a container; those of one line make one command.
const COMMANDS: [&[&[&str]]; 6] = [
    &[&["command"], &["args"]],
    &[&["lifecycle", "postStart", "exec", "command"]],
    &[&["lifecycle", "preStop", "exec", "command"]],
    &[&["startupProbe", "exec", "command"]],
    &[&["readinessProbe", "exec", "command"]],
    &[&["livenessProbe", "exec", "command"]],
];

/// Programs, and the mark of their options' end, behind which the program begins that they run.
const STARTERS: [&str; 8] = ["--", "dumb-init", "env", "exec", "nohup", "time", "tini", "xargs"];

/// What a shell does itself and is done with at once, so that nothing takes its place.
const SAYS: [&str; 6] = [":", "echo", "exit", "false", "printf", "true"];

/// Commands whose outcome is a question: what stands behind their `||` is what runs.
const ASKS: [&str; 6] = ["[", "command", "grep", "pgrep", "test", "which"];

/// Other commands that a shell does itself, so that `exec` cannot stand before them.
const BUILT_IN: [&str; 14] = [
    ".", "[", "cd", "eval", "exec", "export", "return", "set", "shift", "source", "test", "ulimit",
    "unset", "wait",
];

/// A script of several commands as the command of a container, whose shell need not give way to the
/// last one.
#[derive(Debug)]
pub(crate) struct Script<'t> {
    pub(crate) node: Node<'t>,
    /// The program that it is there for.
    pub(crate) program: String,
    /// Whether something is still to be done beside or behind the program, so that the shell stays for
    /// certain.
    pub(crate) stays: bool,
    /// The script with an `exec` before the program, where that is plain.
    pub(crate) handing_over: Option<String>,
}

impl<'t> Container<'t> {
    /// The script that the container is started with, where it has several commands and the last one
    /// does not take the place of the shell. Nothing for a script that sees to signals itself.
    pub(crate) fn script_without_exec(self) -> Option<Script<'t>> {
        let node = self.shell_script()?;
        let script = shell::Script::read(node.place().file, &said(node.text()));
        let (lasting, is_last) = lasting(&script).filter(|_| !sees_to_signals(&script))?;
        // The last of a pipe may be a block.
        let is_at_end = |it: &&SimpleCommand| it.place.span.end >= lasting.place.span.end;
        let command = script.members(lasting).last().filter(is_at_end)?;
        let invocation = command.invocation()?;
        let program = invocation.program.text.clone();
        let is_own = BUILT_IN.contains(&program.as_str()) || is_function(node.text(), &program);
        let is_piped = !lasting.bars.is_empty();
        let is_alone = is_last && !is_piped && script.previous_pipeline(lasting).is_none();
        if is_alone || is_own || invocation.started_by("exec").is_some() {
            return None;
        }
        let stays = is_piped || !is_last || lasting.is_negated;
        let handing_over = if stays { None } else { with_exec(node.text(), command) };
        Some(Script { node, program, stays, handing_over })
    }

    /// The text that the container has a shell run: `[sh, -c, TEXT]`.
    fn shell_script(self) -> Option<Node<'t>> {
        let lists = ["command", "args"].iter().filter_map(|key| self.node().at(&[key]));
        let words: Vec<Node<'t>> = lists.flat_map(Node::items).collect();
        let (first, rest) = words.split_first()?;
        let flag = rest.iter().position(|word| asks_for_script(word.text()))?;
        rest.get(flag + 1).copied().filter(|_| SHELLS.contains(&file_name(first.text())))
    }

    /// The words that run that program, or scripts that do: at most one of each command.
    pub(crate) fn runs(self, program: &str) -> Vec<Node<'t>> {
        let words = |lists: &&[&[&str]]| -> Vec<Node<'t>> {
            lists.iter().filter_map(|path| self.node().at(path)).flat_map(Node::items).collect()
        };
        COMMANDS.iter().filter_map(|lists| running(&words(lists), program)).collect()
    }
}

/// The word of a command that runs the program.
fn running<'t>(words: &[Node<'t>], program: &str) -> Option<Node<'t>> {
    let first = words.iter().find(|word| !is_before(word.text()));
    let is_program = |word: &&Node<'t>| is_named(word.text(), program);
    let script =
        words.iter().zip(words.iter().skip(1)).find(|(flag, _)| asks_for_script(flag.text()));
    let runs = |script: &&Node<'t>| script_runs(script.text(), program);
    let script = script.map(|(_, script)| script).filter(runs);
    first.filter(is_program).or(script).copied()
}

/// Whether the word behind this one is a script, as in `sh -c` and `bash -lc`.
fn asks_for_script(flag: &str) -> bool {
    let letters = flag.strip_prefix('-').and_then(|letters| letters.strip_suffix('c'));
    letters.is_some_and(|letters| letters.chars().all(|c| c.is_ascii_lowercase()))
}

/// Whether the program begins behind the word: one of those above, or a variable that is set.
fn is_before(word: &str) -> bool {
    STARTERS.contains(&file_name(word)) || word.contains('=') && !word.starts_with('=')
}

/// Whether a word is that program, with a path or without.
fn is_named(word: &str, program: &str) -> bool {
    file_name(word) == program
}

/// Whether the script has a command that is the program.
fn script_runs(script: &str, program: &str) -> bool {
    let script = shell::Script::read(FileId::new(0), &said(script));
    script
        .commands()
        .iter()
        .flat_map(SimpleCommand::invocations)
        .any(|it| is_named(&it.program.text, program) || it.started_by(program).is_some())
}

/// The characters of a script, each with its place in it.
pub(super) fn said(script: &str) -> Vec<(usize, char)> {
    script.char_indices().collect()
}

/// Whether a script hands signals on itself, or has a program that does.
fn sees_to_signals(script: &shell::Script) -> bool {
    script.commands().iter().any(|command| {
        command.words.first().is_some_and(|word| word.text == "trap")
            || command.words.iter().any(|word| word.text.contains("tini"))
    })
}

/// What a script is there for: its last commands without what is only done behind them, and whether they
/// are the last. Nothing where that is a block, or only waits.
fn lasting(script: &shell::Script) -> Option<(&Pipeline, bool)> {
    let is_outermost = |it: &&Pipeline| script.around_pipeline(it).eq([BlockKind::Script]);
    let outermost: Vec<&Pipeline> = script.pipelines().iter().filter(is_outermost).collect();
    let (mut lasting, mut earlier) = outermost.split_last()?;
    let mut is_last = !lasting.is_background;
    while let Some((before, rest)) = earlier.split_last() {
        let last = script.members(lasting).last()?;
        let asks = |it: &Pipeline| script.members(it).last().is_none_or(|it| is_one_of(it, &ASKS));
        let is_behind = is_one_of(last, &SAYS)
            || lasting.join == Join::Or && !asks(before)
            || lasting.join == Join::Background && is_idle(last);
        if !is_behind {
            break;
        }
        (lasting, earlier, is_last) = (before, rest, false);
    }
    // What is started last beside others runs as their child, and the shell ends.
    let ends_there = is_last || earlier.len() + 1 < outermost.len();
    ends_there.then_some((*lasting, is_last))
}

/// Whether a command is one of those programs.
fn is_one_of(command: &SimpleCommand, names: &[&str]) -> bool {
    command.invocation().is_some_and(|it| names.contains(&it.name()))
}

/// Whether a command only keeps the container going: `tail -f /dev/null`, `sleep infinity`.
fn is_idle(command: &SimpleCommand) -> bool {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    matches!(
        words.as_slice(),
        ["tail", "-f" | "-F", "/dev/null"] | ["sleep", "infinity" | "inf"] | ["cat"]
    )
}

/// Whether the script makes a function of that name.
fn is_function(script: &str, name: &str) -> bool {
    let forms = [format!("{name}()"), format!("{name} ()"), format!("function {name}")];
    forms.iter().any(|form| script.contains(form))
}

/// The script with `exec` before that command, and `env` where variables stand before it.
fn with_exec(script: &str, command: &SimpleCommand) -> Option<String> {
    // `env` takes words: what the shell expands in a variable would become several.
    let is_plain =
        |it: &Assignment| it.value.is_literal && !it.value.text.contains(['~', '*', '?', '[', '{']);
    // Behind these, it is the shell that runs the program.
    let first = command.words.first()?;
    if ["builtin", "command", "time"].contains(&first.text.as_str()) {
        return None;
    }
    let (start, end) = (command.place.span.start as usize, first.place.span.start as usize);
    // `a+=b` and `a[0]=b` are no words of `env`.
    let set = script.get(start..end)?;
    let is_word = |it: &Assignment| set.contains(&format!("{}=", it.name)) && is_plain(it);
    let (before, last) = script.split_at_checked(start)?;
    let env = if command.assignments.is_empty() { "" } else { "env " };
    command.assignments.iter().all(is_word).then(|| format!("{before}exec {env}{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_runs_what_stands_where_a_command_does() {
        let table = [
            ("sudo chown 1001 /data", true),
            ("set -e; sudo chown 1001 /data", true),
            ("cd /data && /usr/bin/sudo -E make", true),
            ("if test -d /data; then sudo ls; fi", true),
            ("HOME=/tmp exec sudo serve", true),
            ("echo $(sudo id)", true),
            ("set -e\n# prepare\nsudo id\n", true),
            ("true | \\\n sudo tee /x", true),
            ("apt-get install -y sudo", false),
            ("echo sudo", false),
            ("echo 'a; sudo b'", false),
            ("# sudo is not needed\nserve", false),
            ("ls /etc/sudoers", false),
            ("serve --with-sudo", false),
            ("rm -f /usr/bin/sudo", false),
            ("", false),
        ];
        for (script, expected) in table {
            assert_eq!(script_runs(script, "sudo"), expected, "{script}");
        }
    }

    #[test]
    fn scripts_whose_shell_stays() {
        for (script, expected) in [
            ("migrate && serve --port 80", Some(("serve", "migrate && exec serve --port 80"))),
            ("a; serve > /log 2>&1 # run", Some(("serve", "a; exec serve > /log 2>&1 # run"))),
            ("a\nserve &> /log", Some(("serve", "a\nexec serve &> /log"))),
            ("a; serve $((1+2)) `nproc`", Some(("serve", "a; exec serve $((1+2)) `nproc`"))),
            ("a && A=1 B=\"x y\" serve", Some(("serve", "a && exec env A=1 B=\"x y\" serve"))),
            ("a && A=$B serve", Some(("serve", ""))),
            ("a && time serve", Some(("serve", ""))),
            ("[ -f x ] || serve", Some(("serve", "[ -f x ] || exec serve"))),
            (
                "log() { echo $1; }; log a; serve",
                Some(("serve", "log() { echo $1; }; log a; exec serve")),
            ),
            ("serve | tee /log", Some(("tee", STAYS))),
            ("serve || echo failed", Some(("serve", STAYS))),
            ("a; serve || exit 1", Some(("serve", STAYS))),
            ("serve & tail -f /dev/null", Some(("serve", STAYS))),
            ("serve; echo done", Some(("serve", STAYS))),
            ("migrate && exec serve", None),
            ("a; exec serve || exit 1", None),
            ("exec serve $(nproc) --bind a 2>&1", None),
            ("serve", None),
            ("serve > /log 2>&1", None),
            ("A=`nproc` serve >&2", None),
            ("serve &", None),
            ("trap stop TERM; serve", None),
            ("for i in 1 2; do serve; done", None),
            ("a; for i in 1 2; do serve; done", None),
            ("a; cat x | (b; c)", None),
            ("a; . ./run.sh", None),
            ("run() { serve; }; a; run", None),
            ("a; 'serve", None),
        ] {
            let expected: Option<(&str, &str)> = expected;
            let expected = expected.map(|(program, fixed)| (program.to_owned(), fixed.to_owned()));
            assert_eq!(without_exec(&format!("[/bin/sh, -ec, {script:?}]")), expected, "{script}");
        }
        for command in ["[serve, -c, 'a && b']", "[python, -m, serve]", "[sh, run.sh]"] {
            assert_eq!(without_exec(command), None, "{command}");
        }
    }

    const STAYS: &str = "the shell stays";

    /// The program of the script, and the script with `exec`.
    fn without_exec(command: &str) -> Option<(String, String)> {
        use super::super::tests::{read, root};
        use crate::k8s::{Object, Workload};
        let tree = read(&format!(
            "{{apiVersion: v1, kind: Pod, spec: {{containers: [{{command: {command}}}]}}}}\n"
        ));
        let workload = Workload::of(Object::of(root(&tree)).unwrap()).unwrap();
        let found = workload.containers()[0].script_without_exec()?;
        let stays = if found.stays { STAYS.to_owned() } else { String::new() };
        Some((found.program, found.handing_over.unwrap_or(stays)))
    }
}
