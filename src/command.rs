//! Command lines, as Dockerfiles, manifests and Compose files hold them: lists of words, of which some
//! are scripts of a shell. Nothing is run, and nothing is expanded.

use crate::source::{Place, Span};
use crate::tree::Node;

/// What ends a command within a line; the word that stands for it.
const END: &str = ";";

/// The same where what follows runs only if the command fails. Nobody writes such a word.
const OR_ELSE: &str = "; or else";

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

/// Programs behind which the program that matters begins as well, and words of their own before it.
///
/// Sources: the documentation of each one's command line, 2026-11.
const LAUNCHERS: [&str; 20] = [
    "bun",
    "ddtrace-run",
    "entrypoint",
    "gosu",
    "hatch",
    "newrelic-admin",
    "npx",
    "opentelemetry-instrument",
    "pdm",
    "pipenv",
    "poetry",
    "python",
    "python3",
    "run",
    "run-program",
    "rye",
    "su-exec",
    "tool",
    "uv",
    "uvx",
];

/// Programs that ask nothing by themselves: they look through what others say, or end the script.
const PLAIN: [&str; 24] = [
    ":", "[", "[[", "awk", "cat", "cd", "cut", "echo", "exit", "export", "false", "grep", "head",
    "jq", "kill", "printf", "return", "sed", "set", "sleep", "tail", "test", "tr", "true",
];

/// Launchers whose next word says as whom they start the program.
const WITH_USER: [&str; 2] = ["gosu", "su-exec"];

/// A word of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) place: Place,
}

impl Word {
    /// Whether it stands for the end of a command.
    fn is_end(&self) -> bool {
        [END, OR_ELSE].contains(&self.text.as_str())
    }
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
        if self.words.len() >= MOST_WORDS {
            self.is_open = true;
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
        for token in tokens(script, true) {
            match token {
                Token::Word(word) => self.push(&word, place_of),
                Token::End => self.end(),
                Token::OrElse => self.end_or_else(),
                Token::Background => {
                    self.is_open = true;
                    self.end();
                }
            }
        }
        self.end();
    }

    /// Takes in a text that is split into words, and that no shell runs.
    pub(crate) fn push_text(&mut self, text: &str, place_of: &dyn Fn(&str) -> Place) {
        for token in tokens(text, false) {
            if let Token::Word(word) = token {
                self.push(&word, place_of);
            }
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
        self.awaits_script = false;
        let Some(last) = self.words.last().filter(|last| !last.is_end()) else { return };
        let place = last.place;
        self.push_word(END, place);
    }

    /// Ends the command in hand, which the next stands in for.
    fn end_or_else(&mut self) {
        self.end();
        if let Some(last) = self.words.last_mut().filter(|last| last.is_end()) {
            OR_ELSE.clone_into(&mut last.text);
        }
    }

    /// Says that more happens than the words tell.
    pub(crate) fn open(&mut self) {
        self.is_open = true;
    }

    /// Whether more happens than the words tell.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The words of another line behind these. `[sh, -c]` and what it is to run may stand in two lists.
    pub(crate) fn extend(&mut self, other: &CommandLine) {
        for word in &other.words {
            if word.text == OR_ELSE {
                self.end_or_else();
            } else if word.is_end() {
                self.end();
            } else {
                self.push(&word.text, &|_| word.place);
            }
        }
        self.is_open |= other.is_open;
    }

    /// The words with a mark where a command ends.
    fn all(&self) -> &[Word] {
        &self.words
    }

    /// The commands of the line, each with its words.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &[Word]> {
        self.all().split(Word::is_end).filter(|words| !words.is_empty())
    }

    /// Every word, but for the marks between commands.
    pub(crate) fn words(&self) -> impl Iterator<Item = &Word> {
        self.all().iter().filter(|word| !word.is_end())
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
        let name = file_name(&found.text);
        (!self.does_without(found, lacks)).then(|| (name.to_owned(), found.place))
    }

    /// Whether a script has another way where a program of it is not there: behind `||` or `else`, or
    /// anywhere once it has asked for the program.
    fn does_without(&self, program: &Word, lacks: impl Fn(&str) -> bool) -> bool {
        const ASKERS: [&str; 4] = ["command", "hash", "type", "which"];
        let is_way = |words: &[Word]| {
            let name = program_of(words).map_or("", |word| file_name(&word.text));
            let asks_nothing = [&PLAIN[..], &ASKERS, &SHELLS].iter().any(|it| it.contains(&name));
            !name.is_empty() && !asks_nothing && !lacks(name)
        };
        let asks = |words: &[Word]| {
            let is_asker = program_of(words).is_some_and(|it| ASKERS.contains(&it.text.as_str()));
            is_asker && words.iter().any(|word| word.text == file_name(&program.text))
        };
        let mut ways = self.commands().filter(|words| is_way(words));
        if self.commands().any(asks) && ways.next().is_some() {
            return true;
        }
        let mut rest = self.all();
        let (mut is_behind, mut is_other) = (false, false);
        while !rest.is_empty() {
            let end = rest.iter().position(Word::is_end).unwrap_or(rest.len());
            let (words, behind) = rest.split_at(end);
            let begins = |names: &[&str]| {
                words.first().is_some_and(|word| names.contains(&word.text.as_str()))
            };
            is_other |= is_behind && begins(&["else", "elif"]);
            // Who gives up has no other way.
            is_other &= !begins(&["exit", "false", "kill", "return"]);
            if is_other && is_way(words) {
                return true;
            }
            is_behind |= words.iter().any(|word| std::ptr::eq(word, program));
            if is_behind && behind.first().is_some_and(|mark| mark.text == OR_ELSE) {
                is_other = true;
            }
            rest = behind.get(1..).unwrap_or_default();
        }
        false
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

/// What a text is made of.
enum Token {
    Word(String),
    /// The end of a command.
    End,
    /// The end of one that the next stands in for.
    OrElse,
    /// The end of one that goes on beside the next.
    Background,
}

/// The words of a text without their quotes and, of a script, the ends of its commands.
fn tokens(text: &str, is_script: bool) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    // Within the word that is read: its quote, the substitutions it is in, and whether a `(` is in it.
    let (mut quote, mut depth, mut is_call) = (None, 0_usize, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if let Some(open) = quote {
            if c == open {
                quote = None;
            } else if c == '\\' && open == '"' && matches!(next, Some('"' | '\\')) {
                word.get_or_insert_default().extend(chars.next());
            } else {
                word.get_or_insert_default().push(c);
            }
            continue;
        }
        if depth > 0 || c == '$' && next == Some('(') {
            word.get_or_insert_default().push(c);
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                '$' if depth == 0 => {
                    depth = 1;
                    word.get_or_insert_default().extend(chars.next());
                }
                _ => {}
            }
            continue;
        }
        let is_redirected = word.as_deref().is_some_and(|it| it.ends_with(['>', '<']));
        let end = match c {
            '\'' | '"' => {
                quote = Some(c);
                word.get_or_insert_default();
                continue;
            }
            '\\' => {
                let escaped = chars.next().filter(|it| *it != '\n');
                if let Some(escaped) = escaped {
                    word.get_or_insert_default().push(escaped);
                }
                continue;
            }
            '#' if is_script && word.is_none() => {
                while chars.next_if(|it| *it != '\n').is_some() {}
                continue;
            }
            '&' if is_script && !is_redirected && next != Some('>') => {
                let is_and = chars.next_if_eq(&'&').is_some();
                Some(if is_and { Token::End } else { Token::Background })
            }
            '|' if is_script && is_redirected => continue,
            '|' if is_script && chars.next_if_eq(&'|').is_some() => Some(Token::OrElse),
            ';' | '|' | '\n' if is_script => Some(Token::End),
            '(' if is_script && word.is_none() => Some(Token::End),
            ')' if is_script && !is_call => Some(Token::End),
            c if c.is_whitespace() => None,
            c => {
                is_call |= c == '(';
                word.get_or_insert_default().push(c);
                continue;
            }
        };
        is_call = false;
        found.extend(word.take().map(Token::Word));
        found.extend(end);
    }
    found.extend(word.map(Token::Word));
    found
}

/// The first of some programs that a command starts, by whatever it is started, and the words behind it.
pub(crate) fn started(words: &[Word], is_one: impl Fn(&str) -> bool) -> Option<(&Word, &[Word])> {
    let mut before = "";
    let mut rest = words;
    while let Some((word, behind)) = rest.split_first() {
        let name = file_name(&word.text);
        if is_one(name) {
            return Some((word, behind));
        }
        let is_of_option = before.starts_with('-') && before != "--" && before != "-m";
        let is_user = WITH_USER.contains(&file_name(before));
        rest = behind;
        if !(is_launcher(&word.text) || is_of_option || is_user) {
            // What somebody else starts stands behind this.
            let at = rest.iter().position(|word| word.text == "--")?;
            rest = rest.get(at + 1..)?;
        }
        before = word.text.as_str();
    }
    None
}

/// Whether a command still begins behind a word: what starts another program, an option or a number of
/// that, a variable.
fn is_launcher(word: &str) -> bool {
    let name = file_name(word);
    let is_set = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    // `python3.13`
    let version = name.strip_prefix("python3.");
    is_set
        || word.starts_with('-')
        || name.parse::<f64>().is_ok()
        || [&STARTERS[..], &SHELLS, &GRAMMAR, &LAUNCHERS].iter().any(|known| known.contains(&name))
        || name.rsplit_once('.').is_some_and(|(_, extension)| extension == "sh")
        || version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit()))
}

/// What an option is given, the last time that it is there: `--workers 4`, `--workers=4`, `-w 4`, `-w4`.
pub(crate) fn option(words: &[Word], names: &[&str]) -> Option<Word> {
    let value = |(index, word): (usize, &Word)| {
        names.iter().find_map(|name| {
            let rest = word.text.strip_prefix(name)?;
            let text = match rest.strip_prefix('=') {
                Some(value) => value.to_owned(),
                None if rest.is_empty() => return words.get(index + 1).cloned(),
                None if !name.starts_with("--") => rest.to_owned(),
                None => return None,
            };
            Some(Word { text, place: word.place })
        })
    };
    words.iter().enumerate().rev().find_map(value)
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
            (&["sh", "-c", "python -c 'a; b' > /x 2>&1|cat"], "sh python cat"),
            (&["sh", "-c", "(cd x; bash -c 'run \"$(nproc; id)\"; end')"], "sh cd bash run end"),
        ] {
            let line = line(words);
            let programs: Vec<_> = line.programs().map(|word| word.text.as_str()).collect();
            assert_eq!(programs.join(" "), expected, "{words:?}");
        }
        let mut shell = line(&["/bin/sh", "-c"]);
        shell.extend(&line(&["set -e\nexec uvicorn a:b"]));
        let programs: Vec<_> = shell.programs().map(|word| word.text.as_str()).collect();
        assert_eq!(programs, ["/bin/sh", "set", "uvicorn"]);
        let mut shell = line(&["sh"]);
        shell.extend(&line(&["-c", "a && b"]));
        assert_eq!(shell.programs().count(), 3);
        assert!(line(&["sh", "-c", "a & b"]).is_open());
        assert!(!line(&["sh", "-c", "a && b"]).is_open());
    }

    #[test]
    fn a_script_may_do_without_a_program() {
        for (script, expected) in [
            ("curl -f x || exit 1", "curl"),
            ("curl -f x | grep ok || exit 1", "curl"),
            ("curl -f x || { echo no; exit 1; }", "curl"),
            ("curl -f x || exit 1; node hc.js", "curl"),
            ("curl -f x && node hc.js", "curl"),
            ("command -v curl && curl -f x || exit 1", "curl"),
            ("if curl -f x; then exit 0; else exit 1; fi", "curl"),
            ("curl -f x || nc -z localhost 80", "curl"),
            ("curl -f x || python -c 'y'", ""),
            ("curl -f x || { echo no; node hc.js; }", ""),
            ("command -v curl >/dev/null && curl -f x || node hc.js", ""),
            ("if which curl; then curl -f x; else node hc.js; fi", ""),
            ("if ! type curl; then node hc.js; else curl -f x; fi", ""),
        ] {
            let lacks = |name: &str| ["curl", "nc"].contains(&name);
            let found = line(&["sh", "-c", script]).missing_program(None, lacks);
            assert_eq!(found.map_or(String::new(), |(name, _)| name), expected, "{script}");
        }
    }

    #[test]
    fn what_is_started_by_others() {
        let is_one = |name: &str| ["gunicorn", "hypercorn", "uvicorn"].contains(&name);
        for (words, expected) in [
            (&["gunicorn", "-w", "4", "a:app"][..], Some(("gunicorn", Some("4")))),
            (&["gunicorn", "-w4", "a:app"], Some(("gunicorn", Some("4")))),
            (&["/venv/bin/uvicorn", "a:app", "--workers=2"], Some(("uvicorn", Some("2")))),
            (&["python3.13", "-W", "ignore", "-m", "uvicorn", "a:app"], Some(("uvicorn", None))),
            (&["tini", "--", "hypercorn", "-w", "3", "a:app"], Some(("hypercorn", Some("3")))),
            (
                &["sh", "-c", "alembic upgrade head && exec gunicorn a:app --workers 8"],
                Some(("gunicorn", Some("8"))),
            ),
            (&["bash", "-c", "cd /app; PORT=80 uv run uvicorn a:app"], Some(("uvicorn", None))),
            (&["gosu", "app", "gunicorn", "a:app"], Some(("gunicorn", None))),
            (&["/app/entrypoint.sh", "gunicorn", "a:app"], Some(("gunicorn", None))),
            (&["doppler", "run", "--", "gunicorn", "a:app"], Some(("gunicorn", None))),
            (&["sh", "-c", "pip install gunicorn && python app.py"], None),
            (&["python", "app.py", "--server", "gunicorn"], None),
            (&["node", "server.js"], None),
            (&[], None),
        ] {
            let line = line(words);
            let found = line.commands().find_map(|words| started(words, is_one));
            let found = found.map(|(word, behind)| {
                (file_name(&word.text), option(behind, &["--workers", "-w"]).map(|it| it.text))
            });
            let expected = expected.map(|(name, count)| (name, count.map(str::to_owned)));
            assert_eq!(found, expected, "{words:?}");
        }
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
