//! Which server a container or a service starts, and what its command line tells it.
//!
//! The words are those of the manifest, where it replaces the image's `ENTRYPOINT` and `CMD`, and else
//! those of the image.

use super::{Project, Runner};
use crate::docker::{Form, Start};
use crate::source::Place;
use crate::tree::Node;

/// Servers that start several processes, or have limits of time, and that are known here.
///
/// Sources: docs.gunicorn.org, "Settings"; uvicorn.org, "Settings"; the documentation of Hypercorn,
/// Granian and of the command line of `FastAPI`.
const SERVERS: [&str; 5] = ["fastapi", "granian", "gunicorn", "hypercorn", "uvicorn"];

/// Words after which a command still begins: what starts another program, and a shell with its script.
const BEFORE: [&str; 28] = [
    "-",
    "--",
    "ash",
    "bash",
    "catatonit",
    "dash",
    "ddtrace-run",
    "docker-entrypoint.sh",
    "dumb-init",
    "env",
    "exec",
    "gosu",
    "newrelic-admin",
    "nohup",
    "opentelemetry-instrument",
    "pdm",
    "pipenv",
    "poetry",
    "python",
    "python3",
    "run",
    "run-program",
    "sh",
    "stdbuf",
    "su-exec",
    "tini",
    "uv",
    "zsh",
];

/// How far a script may stand inside of another one.
const DEPTH: u8 = 3;

/// A word of a command line.
#[derive(Clone, Copy, Debug)]
struct Word<'p> {
    text: &'p str,
    place: Place,
}

/// A server with what its command line tells it.
#[derive(Debug)]
pub(crate) struct Server<'p> {
    pub(crate) program: &'p str,
    /// Where it is named.
    pub(crate) at: Place,
    arguments: Vec<Word<'p>>,
}

impl<'p> Server<'p> {
    /// The server that the last command of a command line starts.
    fn of(commands: &[Vec<Word<'p>>]) -> Option<Self> {
        let words = commands.iter().rev().find(|words| !words.is_empty())?;
        let at = words.iter().position(|word| !is_before(word.text))?;
        let Word { text, place } = *words.get(at)?;
        let (program, at, arguments) = (file_name(text), place, words.get(at + 1..)?.to_vec());
        SERVERS.contains(&program).then_some(Server { program, at, arguments })
    }

    /// What an option is set to: `--name value`, `--name=value`, and for a letter `-nvalue` as well.
    pub(crate) fn option(&self, names: &[&str]) -> Option<(&'p str, Place)> {
        let of = |(index, word): (usize, &Word<'p>)| {
            names.iter().find_map(|name| {
                let rest = word.text.strip_prefix(name)?;
                match rest.strip_prefix('=') {
                    Some(value) => Some((value, word.place)),
                    None if rest.is_empty() => {
                        let next = self.arguments.get(index + 1)?;
                        Some((next.text, next.place))
                    }
                    None if !name.starts_with("--") => Some((rest, word.place)),
                    None => None,
                }
            })
        };
        self.arguments.iter().enumerate().rev().find_map(of)
    }

    /// The number that an option is set to.
    fn number(&self, names: &[&str]) -> Option<(f64, Place)> {
        let (text, place) = self.option(names)?;
        Some((text.parse().ok()?, place))
    }

    /// How many processes answer requests, and where it says so.
    pub(crate) fn workers(&self) -> Option<(f64, Place)> {
        match self.program {
            "gunicorn" | "hypercorn" => self.number(&["--workers", "-w"]),
            _ => self.number(&["--workers"]),
        }
    }

    /// For how many seconds the server goes on with its requests once it is told to stop, where the
    /// command line says so.
    pub(crate) fn time_to_finish(&self) -> Option<(f64, Place)> {
        match self.program {
            "gunicorn" | "hypercorn" => self.number(&["--graceful-timeout"]),
            "uvicorn" => self.number(&["--timeout-graceful-shutdown"]),
            _ => None,
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a command still begins behind the word: a starter, an option of one, a variable.
fn is_before(word: &str) -> bool {
    let is_set = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    is_set || word.starts_with('-') || BEFORE.contains(&file_name(word)) || is_python(word)
}

/// `python3.13`
fn is_python(word: &str) -> bool {
    let version = file_name(word).strip_prefix("python3.");
    version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit()))
}

/// Adds a text to the commands: a word, or where it has more than one, a script whose commands are
/// taken apart.
fn add<'p>(commands: &mut Vec<Vec<Word<'p>>>, text: &'p str, place: Place, depth: u8) {
    let is_script = text.contains(char::is_whitespace);
    if !is_script || depth == 0 {
        if let Some(last) = commands.last_mut() {
            last.push(Word { text, place });
        }
        return;
    }
    let mut quote = None;
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if quote.is_some() && at < text.len() {
            if quote == Some(c) {
                quote = None;
            }
            continue;
        }
        let ends_command = matches!(c, ';' | '|' | '&' | '\n' | '(' | ')');
        if !(ends_command || c.is_whitespace()) {
            start = start.or(Some(at));
            quote = Some(c).filter(|c| matches!(c, '"' | '\''));
            continue;
        }
        if let Some(word) = start.take().and_then(|start| text.get(start..at)) {
            add(commands, word.trim_matches(['"', '\'']), place, depth - 1);
        }
        if ends_command && commands.last().is_some_and(|last| !last.is_empty()) {
            commands.push(Vec::new());
        }
    }
}

/// The commands of a field that is a list of words or a text.
fn add_stated<'p>(commands: &mut Vec<Vec<Word<'p>>>, field: Node<'p>) {
    for word in field.items().chain(field.is_scalar().then_some(field)) {
        add(commands, word.text().trim_end(), word.place(), DEPTH);
    }
}

/// The commands of an `ENTRYPOINT` or a `CMD`.
fn add_built<'p>(commands: &mut Vec<Vec<Word<'p>>>, start: Start<'p>) {
    match &start.command.form {
        Form::Exec(words) => {
            for word in words {
                add(commands, &word.text, word.place, DEPTH);
            }
        }
        Form::Shell(text) => add(commands, text, start.command.place, DEPTH),
    }
}

impl<'p> Project<'p> {
    /// The server that somebody starts, as far as the files say so.
    pub(crate) fn server_of<'a>(&self, runner: Runner<'a>) -> Option<Server<'a>>
    where
        'p: 'a,
    {
        let (first, second) = match runner {
            Runner::Container(_) => ("command", "args"),
            Runner::Service(_) => ("entrypoint", "command"),
        };
        let (first, second) = (runner.node().at(&[first]), runner.node().at(&[second]));
        let first = first.filter(|it| !it.is_null());
        let image = if first.is_none() { self.image_of(runner) } else { None };
        let entrypoint = image.as_ref().and_then(|image| image.entrypoint);
        // An entrypoint that a shell runs takes no arguments.
        let is_closed = entrypoint.is_some_and(|it| matches!(it.command.form, Form::Shell(_)));
        let mut commands = vec![Vec::new()];
        match (first, entrypoint) {
            (Some(first), _) => add_stated(&mut commands, first),
            (None, Some(entrypoint)) => add_built(&mut commands, entrypoint),
            (None, None) => {}
        }
        match second.filter(|it| !it.is_null()) {
            _ if is_closed => {}
            Some(second) => add_stated(&mut commands, second),
            None => {
                let cmd = image.as_ref().and_then(|image| image.cmd);
                if let Some(cmd) = cmd {
                    add_built(&mut commands, cmd);
                }
            }
        }
        Server::of(&commands)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    /// The workers of the server that a text starts.
    fn workers(words: &[&str]) -> Option<(String, Option<f64>)> {
        let place = Place { file: FileId::new(0), span: Span::new(0, 0) };
        let mut commands = vec![Vec::new()];
        for word in words {
            add(&mut commands, word, place, DEPTH);
        }
        let server = Server::of(&commands)?;
        Some((server.program.to_owned(), server.workers().map(|(count, _)| count)))
    }

    #[test]
    fn servers_are_found_in_command_lines() {
        for (words, expected) in [
            (vec!["gunicorn", "-w", "4", "a:app"], Some(("gunicorn", Some(4.0)))),
            (vec!["gunicorn", "-w4", "a:app"], Some(("gunicorn", Some(4.0)))),
            (vec!["/venv/bin/uvicorn", "a:app", "--workers=2"], Some(("uvicorn", Some(2.0)))),
            (vec!["python3.13", "-m", "uvicorn", "a:app"], Some(("uvicorn", None))),
            (vec!["tini", "--", "hypercorn", "-w", "3", "a:app"], Some(("hypercorn", Some(3.0)))),
            (
                vec!["sh", "-c", "alembic upgrade head && exec gunicorn a:app --workers 8"],
                Some(("gunicorn", Some(8.0))),
            ),
            (vec!["bash -c 'cd /app; PORT=80 uv run uvicorn a:app'"], Some(("uvicorn", None))),
            (vec!["gunicorn", "--workers", "$WORKERS", "a:app"], Some(("gunicorn", None))),
            (vec!["sh", "-c", "pip install gunicorn && python app.py"], None),
            (vec!["python", "app.py", "--server", "gunicorn"], None),
            (vec!["node", "server.js"], None),
            (vec![], None),
        ] {
            let expected = expected.map(|(program, count)| (program.to_owned(), count));
            assert_eq!(workers(&words), expected, "{words:?}");
        }
    }
}
