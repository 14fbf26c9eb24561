//! What a container runs: its command, its hooks and its probes, and the programs in their scripts.

use super::Container;
use super::lifecycle::SHELLS;
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

/// Words, of a shell and of programs that run another, after which a command begins.
const BEFORE_COMMANDS: [&str; 17] = [
    "!",
    "--",
    "do",
    "dumb-init",
    "elif",
    "else",
    "env",
    "exec",
    "if",
    "nohup",
    "then",
    "time",
    "tini",
    "until",
    "while",
    "xargs",
    "{",
];

/// A script of several commands as the command of a container, whose shell need not give way to the
/// last one.
#[derive(Debug)]
pub(crate) struct Script<'t> {
    pub(crate) node: Node<'t>,
    /// The program of the last command.
    pub(crate) program: String,
    /// Whether the last command reads what another one writes, so that the shell stays for certain.
    pub(crate) is_piped: bool,
    /// Where the last command begins in the text, where that is plain.
    pub(crate) last: Option<usize>,
}

impl<'t> Container<'t> {
    /// The script that the container is started with, where it has several commands and the last one
    /// does not take the place of the shell. Nothing for a script that sees to signals itself.
    pub(crate) fn script_without_exec(self) -> Option<Script<'t>> {
        let lists = [["command"], ["args"]];
        let lists = lists.iter().filter_map(|key| self.node().at(key));
        let words: Vec<Node<'t>> = lists.flat_map(Node::items).collect();
        let (first, rest) = words.split_first()?;
        let name = first.text().rsplit('/').next()?;
        let flag = rest.iter().position(|word| asks_for_script(word.text()))?;
        let node = *rest.get(flag + 1).filter(|_| SHELLS.contains(&name))?;
        let text = node.text();
        let all = commands(text);
        let plain: Vec<&str> = all.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect();
        let (last, others) = plain.split_last()?;
        let sees_to_signals = plain.iter().any(|it| it.starts_with("trap ") || it.contains("tini"));
        let program = last.split_whitespace().find(|word| !is_before(word))?;
        let hands_over = last.split_whitespace().any(|word| word == "exec");
        if others.is_empty() || hands_over || sees_to_signals || is_keyword(program) {
            return None;
        }
        let written = text.trim_end();
        let last = written.len().checked_sub(last.len()).filter(|_| written.ends_with(last));
        let before = last.and_then(|last| written.get(..last)).unwrap_or_default().trim_end();
        let is_piped = before.ends_with('|') && !before.ends_with("||");
        Some(Script { node, program: program.to_owned(), is_piped, last })
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

/// Whether a command begins behind the word: one of those above, or a variable that is set.
fn is_before(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    BEFORE_COMMANDS.contains(&name) || word.contains('=') && !word.starts_with('=')
}

/// Whether a word ends a compound command or waits for one, so that nothing is started behind it.
fn is_keyword(word: &str) -> bool {
    ["done", "esac", "exit", "fi", "wait", "}"].contains(&word)
}

/// Whether a word is that program, with a path or without.
fn is_named(word: &str, program: &str) -> bool {
    word.rsplit('/').next() == Some(program)
}

/// Whether the script has a command that is the program.
fn script_runs(script: &str, program: &str) -> bool {
    commands(script).iter().any(|command| {
        let mut words = command.split_whitespace();
        words.find(|word| !is_before(word)).is_some_and(|word| is_named(word, program))
    })
}

/// The commands of a script: split where the shell ends one, outside of quotes and comments.
fn commands(script: &str) -> Vec<String> {
    let mut commands = vec![String::new()];
    let mut quote = None;
    let mut in_comment = false;
    let mut last = '\n';
    for c in script.chars() {
        let escaped = last == '\\' && quote != Some('\'');
        let begins_word = last.is_whitespace() || ";&|(".contains(last);
        last = if escaped { ' ' } else { c };
        match (c, quote) {
            ('\n', None) if escaped => {
                // The line goes on: the backslash is no word.
                commands.last_mut().map(String::pop);
            }
            ('\n', None) => {
                in_comment = false;
                commands.push(String::new());
                continue;
            }
            _ if in_comment => continue,
            _ if escaped => {}
            ('#', None) if begins_word => {
                in_comment = true;
                continue;
            }
            (';' | '&' | '|' | '(' | ')' | '`', None) => {
                commands.push(String::new());
                continue;
            }
            ('\'' | '"', None) => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            _ => {}
        }
        if let Some(command) = commands.last_mut() {
            // What is in quotes is one word, whatever it holds.
            command.push(if quote.is_some() && c.is_whitespace() { '_' } else { c });
        }
    }
    commands
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
        use super::super::tests::{read, root};
        use crate::k8s::{Object, Workload};
        for (command, expected) in [
            ("[sh, -c, 'migrate && serve --port 80']", Some(("serve", false))),
            ("[/bin/sh, -ec, 'serve | tee /log']", Some(("tee", true))),
            ("[sh, -c, 'migrate && exec serve']", None),
            ("[sh, -c, serve]", None),
            ("[sh, -c, 'trap stop TERM; serve']", None),
            ("[sh, -c, 'for i in 1 2; do serve; done']", None),
            ("[serve, -c, 'a && b']", None),
            ("[python, -m, serve]", None),
        ] {
            let text = format!(
                "{{apiVersion: v1, kind: Pod, spec: {{containers: [{{command: {command}}}]}}}}\n"
            );
            let tree = read(&text);
            let workload = Workload::of(Object::of(root(&tree)).unwrap()).unwrap();
            let found = workload.containers()[0].script_without_exec();
            let found = found.map(|it| (it.program, it.is_piped));
            let expected =
                expected.map(|(program, piped): (&str, bool)| (program.to_owned(), piped));
            assert_eq!(found, expected, "{command}");
        }
    }
}
