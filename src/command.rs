//! Command lines, as Dockerfiles, manifests and Compose files hold them: lists of words, of which some
//! are scripts of a shell. Nothing is run, and nothing is expanded.

use crate::source::{Place, Span};
use crate::tree::Node;

/// What ends a command within a line; the word that stands for it.
const END: &str = ";";

/// More words than any command line that a person writes.
const MOST_WORDS: usize = 2048;

/// Shells that take a script behind `-c`.
const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];

/// Programs that start another one, which stands behind their own options.
const STARTERS: [&str; 12] = [
    "catatonit",
    "docker-init",
    "dumb-init",
    "env",
    "exec",
    "nice",
    "nohup",
    "setsid",
    "stdbuf",
    "time",
    "timeout",
    "tini",
];

/// Words of a script before which a command stands, or behind which one begins.
const GRAMMAR: [&str; 12] =
    ["!", "(", ")", "{", "}", "do", "done", "else", "fi", "if", "then", "while"];

/// A word of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// The words of a command line in their order, those of its scripts included.
#[derive(Clone, Debug, Default)]
pub(crate) struct CommandLine {
    words: Vec<Word>,
    /// Something of it goes on in the background, or is more than can be told here.
    is_open: bool,
    /// The next word is a script.
    awaits_script: bool,
}

/// The last segment of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl CommandLine {
    /// Takes a word in behind the others; one that a shell is to run is taken apart.
    pub(crate) fn push(&mut self, text: &str, place_of: &dyn Fn(&str) -> Place) {
        if std::mem::take(&mut self.awaits_script) {
            self.push_script(text, place_of);
            return;
        }
        self.push_word(text, place_of(text));
        let is_flag = text.strip_prefix('-').is_some_and(|letters| {
            letters.ends_with('c') && letters.chars().all(|c| c.is_ascii_lowercase())
        });
        let of_shell = || self.program().is_some_and(|it| SHELLS.contains(&file_name(&it.text)));
        self.awaits_script = is_flag && of_shell();
    }

    /// Takes in what a shell is to run.
    pub(crate) fn push_script(&mut self, script: &str, place_of: &dyn Fn(&str) -> Place) {
        self.end();
        let joined = script.replace("\\\n", " ");
        for line in joined.lines() {
            for token in line.split_whitespace() {
                if token.starts_with('#') {
                    break;
                }
                self.push_token(token, place_of);
            }
            self.end();
        }
    }

    /// A word of a script with what the shell reads at its ends.
    fn push_token(&mut self, token: &str, place_of: &dyn Fn(&str) -> Place) {
        match token {
            "&&" | "||" | "|" | ";" => return self.end(),
            "&" => {
                self.is_open = true;
                return self.end();
            }
            _ => {}
        }
        let (bare, is_last) = match token.strip_suffix(';') {
            Some(bare) => (bare, true),
            None => (token, false),
        };
        self.is_open |= bare.len() > 1 && bare.ends_with('&');
        let bare = bare.trim_matches(['"', '\'']);
        if !bare.is_empty() {
            self.push_word(bare, place_of(bare));
        }
        if is_last {
            self.end();
        }
    }

    /// Takes in a word as it stands.
    pub(crate) fn push_word(&mut self, text: &str, place: Place) {
        if self.words.len() < MOST_WORDS {
            self.words.push(Word { text: text.to_owned(), place });
        } else {
            self.is_open = true;
        }
    }

    /// Ends the command in hand.
    pub(crate) fn end(&mut self) {
        let Some(last) = self.words.last().filter(|last| last.text != END) else { return };
        let place = last.place;
        self.push_word(END, place);
    }

    /// Says that more happens than the words tell.
    pub(crate) fn open(&mut self) {
        self.is_open = true;
    }

    /// Whether more happens than the words tell.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words of another line behind these.
    pub(crate) fn extend(&mut self, other: &CommandLine) {
        let mut words = other.words.iter();
        // `[sh, -c]` and what it is to run may stand in two lists.
        if std::mem::take(&mut self.awaits_script)
            && let Some(script) = words.next()
        {
            self.push_script(&script.text, &|_| script.place);
        }
        for word in words {
            self.push_word(&word.text, word.place);
        }
        self.is_open |= other.is_open;
    }

    /// The words with a mark where a command ends.
    fn all(&self) -> &[Word] {
        &self.words
    }

    /// The commands of the line, each with its words.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &[Word]> {
        self.all().split(|word| word.text == END).filter(|words| !words.is_empty())
    }

    /// Every word, but for the marks between commands.
    pub(crate) fn words(&self) -> impl Iterator<Item = &Word> {
        self.all().iter().filter(|word| word.text != END)
    }

    /// The program of the last command.
    fn program(&self) -> Option<&Word> {
        program_of(self.commands().last()?)
    }

    /// The program of each command: what comes first, without what only starts it.
    pub(crate) fn programs(&self) -> impl Iterator<Item = &Word> {
        self.commands().filter_map(program_of)
    }

    /// The one port of its own machine that the line asks, and where.
    pub(crate) fn own_port(&self) -> Option<(u16, Place)> {
        let mut asked = self.words().filter_map(|word| {
            let (port, _) = own_address(&word.text)?;
            Some((port, word.place))
        });
        let first = asked.next()?;
        // A check may ask several things.
        asked.all(|(port, _)| port == first.0).then_some(first)
    }

    /// The first program that the image lacks, and where it is run; `shell` is the whole of what
    /// the shell of the image runs.
    pub(crate) fn missing_program(
        &self,
        shell: Option<Place>,
        lacks: impl Fn(&str) -> bool,
    ) -> Option<(String, Place)> {
        if let Some(place) = shell.filter(|_| lacks("sh")) {
            return Some(("sh".to_owned(), place));
        }
        // With a second way to ask, the check may do without the first.
        let asks = |word: &&Word| ["curl", "wget"].contains(&file_name(&word.text));
        if self.programs().filter(asks).count() > 1 {
            return None;
        }
        let mut programs = self.programs();
        let found = programs.find(|word| lacks(file_name(&word.text)))?;
        Some((file_name(&found.text).to_owned(), found.place))
    }

    /// The words of a list of a YAML file, or of one text that is split like those of a shell.
    pub(crate) fn of_list(list: Node<'_>) -> Self {
        let mut line = CommandLine::default();
        for item in list.items() {
            line.push(item.text(), &|word| place_in(item, word));
        }
        line
    }
}

/// The word that names the program of a command.
fn program_of(words: &[Word]) -> Option<&Word> {
    let mut is_behind_starter = false;
    words.iter().find(|word| {
        let name = file_name(&word.text);
        let is_option = word.text.starts_with('-') || name.parse::<f64>().is_ok();
        if STARTERS.contains(&name) {
            is_behind_starter = true;
            return false;
        }
        !(GRAMMAR.contains(&name) || word.text.contains('=') || is_behind_starter && is_option)
    })
}

/// Where a word of a scalar stands; the whole scalar where that is not plain.
pub(crate) fn place_in(node: Node<'_>, word: &str) -> Place {
    let whole = node.place();
    let written = node.tree().text().get(node.local_span().range()).unwrap_or_default();
    let mut found = written.match_indices(word);
    let (Some((at, _)), None, false) = (found.next(), found.next(), node.is_alias()) else {
        return whole;
    };
    if word.is_empty() || node.text() == word {
        return whole;
    }
    let start = whole.span.start as usize + at;
    Place { span: Span::new(start, start + word.len()), ..whole }
}

/// The port of this machine that a word asks, and the path: `http://localhost:8000/health`.
pub(crate) fn own_address(word: &str) -> Option<(u16, String)> {
    const OWN: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];
    let (start, host) = OWN.iter().find_map(|host| Some((word.find(host)?, host)))?;
    let before = word.get(..start)?;
    // `api.localhost` and `x127.0.0.1` are others.
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == '-') {
        return None;
    }
    let behind = word.get(start + host.len()..)?;
    let number = behind.strip_prefix(':');
    let rest = number.unwrap_or(behind);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at_checked(end)?;
    let port = match number {
        Some(_) => digits.parse().ok()?,
        None if !digits.is_empty() => return None,
        None if before.ends_with("https://") => 443,
        None if before.ends_with("http://") => 80,
        None => return None,
    };
    // What a variable or a call goes on with is not known.
    if rest.starts_with(['$', '{', '.']) {
        return None;
    }
    let path = rest.split(['?', '#', '"', '\'', ')', ',', ';', '|']).next().unwrap_or_default();
    Some((port, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn line(words: &[&str]) -> CommandLine {
        let place = Place { file: FileId::new(0), span: Span::new(0, 0) };
        let mut line = CommandLine::default();
        for word in words {
            line.push(word, &|_| place);
        }
        line
    }

    #[test]
    fn programs_are_found_behind_what_starts_them() {
        for (words, expected) in [
            (&["curl", "-f", "http://localhost"][..], "curl"),
            (&["sh", "-c", "curl -f x || exit 1"], "sh curl exit"),
            (&["/bin/bash", "-ec", "exec uvicorn a:b; echo done"], "/bin/bash uvicorn echo"),
            (&["tini", "--", "python", "-c", "import a; b()"], "python"),
            (&["env", "A=b", "wget", "x"], "wget"),
            (&["timeout", "5", "curl", "x"], "curl"),
            (&["sh", "-c", "if curl x; then true; fi\n# wget\n"], "sh curl true"),
        ] {
            let line = line(words);
            let programs: Vec<_> = line.programs().map(|word| word.text.as_str()).collect();
            assert_eq!(programs.join(" "), expected, "{words:?}");
        }
        let mut shell = line(&["/bin/sh", "-c"]);
        shell.extend(&line(&["set -e\nexec uvicorn a:b"]));
        let programs: Vec<_> = shell.programs().map(|word| word.text.as_str()).collect();
        assert_eq!(programs, ["/bin/sh", "set", "uvicorn"]);
        assert!(line(&["sh", "-c", "a & b"]).is_open());
        assert!(!line(&["sh", "-c", "a && b"]).is_open());
    }

    #[test]
    fn what_a_check_asks_of_its_own_machine() {
        for (word, expected) in [
            ("http://localhost:8000/health", Some((8000, "/health"))),
            ("localhost:8000", Some((8000, ""))),
            ("http://127.0.0.1/live?x=1", Some((80, "/live"))),
            ("urllib.request.urlopen('http://localhost:8080/ok')", Some((8080, "/ok"))),
            ("http://localhost:$PORT/health", None),
            ("http://localhost:${PORT:-80}/", None),
            ("http://api.localhost:80/", None),
            ("http://redis:6379", None),
            ("localhost", None),
        ] {
            let found = own_address(word);
            let expected = expected.map(|(port, path)| (port, path.to_owned()));
            assert_eq!(found, expected, "{word}");
        }
    }
}
