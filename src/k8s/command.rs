//! What a container runs: its command, its hooks and its probes, and the programs in their scripts.

use super::Container;
use crate::tree::Node;

/// The lists of words that are run in a container.
const COMMANDS: [&[&str]; 7] = [
    &["command"],
    &["args"],
    &["lifecycle", "postStart", "exec", "command"],
    &["lifecycle", "preStop", "exec", "command"],
    &["startupProbe", "exec", "command"],
    &["readinessProbe", "exec", "command"],
    &["livenessProbe", "exec", "command"],
];

/// Words of a shell after which another command begins.
const BEFORE_COMMANDS: [&str; 14] = [
    "!", "{", "command", "do", "elif", "else", "env", "exec", "if", "nohup", "then", "time",
    "until", "while",
];

impl<'t> Container<'t> {
    /// The words that run that program, or scripts that do: at most one of each command.
    pub(crate) fn runs(self, program: &str) -> Vec<Node<'t>> {
        let lists = COMMANDS.iter().filter_map(|path| self.node().at(path));
        lists.filter_map(|list| running(list, program)).collect()
    }
}

/// The item of a command that runs the program.
fn running<'t>(command: Node<'t>, program: &str) -> Option<Node<'t>> {
    let is_first = |item: Node<'t>| is_named(item.text(), program).then_some(item);
    let in_script = |item: &Node<'t>| {
        item.text().contains(char::is_whitespace) && script_runs(item.text(), program)
    };
    command.items().next().and_then(is_first).or_else(|| command.items().find(in_script))
}

/// Whether a word is that program, with a path or without.
fn is_named(word: &str, program: &str) -> bool {
    word.rsplit('/').next() == Some(program)
}

/// Whether the script has a command that is the program.
fn script_runs(script: &str, program: &str) -> bool {
    commands(script).iter().any(|command| {
        let is_before = |word: &&&str| {
            BEFORE_COMMANDS.contains(*word) || word.contains('=') && !word.starts_with('=')
        };
        command
            .split_whitespace()
            .collect::<Vec<_>>()
            .iter()
            .find(|word| !is_before(word))
            .is_some_and(|word| is_named(word, program))
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
