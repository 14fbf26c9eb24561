//! What a container runs: its command, its hooks and its probes, and the programs in their scripts.

use super::Container;
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

impl<'t> Container<'t> {
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
}
