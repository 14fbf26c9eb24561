//! What becomes process 1 of a container, and what it does with signals.
//!
//! The kernel gives process 1 no default action: a signal for which it installed no handler does
//! nothing. Source: `pid_namespaces(7)`, "The namespace init process".

use super::instruction::Form;
use super::state::is_posix_shell;
use super::{Action, Image, Stage, Start, Word};
use crate::image::ImageRef;

/// Programs that take signals and pass them on.
const INITS: [&str; 14] = [
    "catatonit",
    "circusd",
    "docker-init",
    "dumb-init",
    "init",
    "my_init",
    "pm2-docker",
    "pm2-runtime",
    "runit",
    "runsvdir",
    "s6-svscan",
    "supervisord",
    "systemd",
    "tini",
];

/// What many official images start with; others give a script of their own that name.
const ENTRYPOINT_SCRIPT: &str = "docker-entrypoint.sh";

/// Programs that start another one in their own place.
const STEPPING_ASIDE: [&str; 9] = [
    "chpst",
    "ddtrace-run",
    ENTRYPOINT_SCRIPT,
    "env",
    "gosu",
    "nice",
    "opentelemetry-instrument",
    "setpriv",
    "su-exec",
];

/// Modules that `python -m` runs and that install handlers of their own.
const HANDLING_MODULES: [&str; 13] = [
    "celery",
    "daphne",
    "debugpy",
    "fastapi",
    "flask",
    "granian",
    "gunicorn",
    "hypercorn",
    "jupyter",
    "jupyterlab",
    "pytest",
    "streamlit",
    "uvicorn",
];

/// Programs that install handlers of their own for the signals that stop them.
///
/// Sources: the manuals of these programs; for Java, the documentation of `Runtime.addShutdownHook`.
const HANDLING_PROGRAMS: [&str; 18] = [
    "apache2-foreground",
    "caddy",
    "dotnet",
    "envoy",
    "haproxy",
    "httpd",
    "httpd-foreground",
    "java",
    "litellm",
    "memcached",
    "mongod",
    "mysqld",
    "nginx",
    "otelcol",
    "php-fpm",
    "postgres",
    "puma",
    "redis-server",
];

/// Options of Python that take a word.
const PYTHON_VALUED: [&str; 2] = ["-W", "-X"];

/// Why signals get lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deaf {
    /// A package manager, which starts the program and does not hand all signals on.
    Runner,
    /// An interpreter without a handler of its own, so that it depends on the program.
    Interpreter,
    /// The same, where most programs of the kind bring a handler along.
    Doubtful,
}

impl<'d> Image<'d> {
    /// The words that the container starts with, as far as the file says so: those of ENTRYPOINT
    /// and CMD, where no shell comes first.
    fn first_words(&self) -> Option<Vec<&'d Word>> {
        let exec = |start: Start<'d>| match &start.command.form {
            Form::Exec(words) => Some(words),
            Form::Shell(_) => None,
        };
        let entrypoint = if let Some(entrypoint) = self.entrypoint {
            exec(entrypoint)?.iter().collect()
        } else {
            // Official images start what they are told; of others nobody knows.
            let official = ImageRef::parse(self.base()?).official_name()?;
            (official != "scratch").then(Vec::new)?
        };
        let cmd = match self.cmd {
            Some(cmd) => exec(cmd)?.as_slice(),
            None => &[],
        };
        Some(entrypoint.into_iter().chain(cmd).collect())
    }

    /// The word that names process 1, as far as the file says so, and what is handed to it.
    fn process(&self) -> Option<(&'d Word, Vec<&'d Word>)> {
        let words = self.first_words()?;
        let mut words = words.into_iter().peekable();
        let steps_aside = |word: &&Word| {
            STEPPING_ASIDE.contains(&name(word))
                && (name(word) != ENTRYPOINT_SCRIPT || self.is_entrypoint_of_base(word))
        };
        while words.next_if(steps_aside).is_some() {
            // `env A=b -i`, `gosu app`
            while words
                .next_if(|word| word.text.contains('=') || word.text.starts_with('-'))
                .is_some()
            {}
        }
        let first = words.next()?;
        Some((first, words.collect()))
    }

    /// Whether the script is that of the base image, which nothing in the file may have replaced.
    fn is_entrypoint_of_base(&self, word: &Word) -> bool {
        let dockerfile = self.dockerfile();
        let is_usual = [ENTRYPOINT_SCRIPT, "/usr/local/bin/docker-entrypoint.sh"];
        let replaces = |action: &Action| match action {
            Action::Run(run) => {
                run.command.simple_commands().any(|command| command.says(ENTRYPOINT_SCRIPT))
            }
            _ => action.transfer().is_some_and(|transfer| {
                let destination = transfer.destination.text.trim_end_matches('/');
                let is_own = |text: &str| text.ends_with(ENTRYPOINT_SCRIPT);
                is_own(destination)
                    || matches!(destination, "" | "/usr" | "/usr/local" | "/usr/local/bin")
                    || transfer.paths().any(|path| is_own(&path.text))
            }),
        };
        is_usual.contains(&word.text.as_str())
            && !dockerfile.lineage(self.stage).flat_map(Stage::actions).any(replaces)
    }

    /// The word that names process 1, where no shell comes before it.
    pub(crate) fn first_process(&self) -> Option<&'d Word> {
        self.process().map(|(first, _)| first)
    }

    /// The word that names process 1, where that is an init or a program that is known to heed the
    /// signals that stop it.
    pub(crate) fn heeding_process(&self) -> Option<&'d Word> {
        let (first, arguments) = self.process()?;
        let words = std::iter::once(first).chain(arguments).map(|word| word.text.as_str());
        heeds_signals(words).then_some(first)
    }

    /// The word that names process 1, where that may not hear SIGTERM.
    pub(crate) fn deaf_process(&self) -> Option<(Word, Deaf)> {
        let (first, arguments) = self.process()?;
        let (first, arguments) = match arguments.as_slice() {
            [option, script, ..] if is_posix_shell(&first.text) && option.text == "-c" => {
                let mut words = replacing(&script.text)?;
                (Word { text: words.next()?.to_owned(), place: script.place }, words.collect())
            }
            all => (first.clone(), all.iter().map(|it| it.text.as_str()).collect::<Vec<_>>()),
        };
        let mut arguments = arguments.into_iter();
        let deaf = match name(&first) {
            init if INITS.contains(&init) => return None,
            "npm" | "npx" | "pnpm" | "yarn" => Deaf::Runner,
            "node" | "nodejs" => Deaf::Interpreter,
            python if python.starts_with("python") => python_deafness(&mut arguments)?,
            "php" => Deaf::Interpreter,
            _ => return None,
        };
        Some((first, deaf))
    }
}

/// The words of the program that takes the place of the shell at the end of its script: `exec node app.js`.
fn replacing(script: &str) -> Option<impl Iterator<Item = &str>> {
    let at = script.rfind("exec ")?;
    let (before, rest) = script.split_at_checked(at)?;
    let before = before.trim_end();
    let is_command = before.is_empty() || before.ends_with("&&") || before.ends_with(';');
    let is_last = !rest.contains([';', '&', '|', '\n']);
    (is_command && is_last).then(|| rest.split_whitespace().skip(1))
}

/// Whether a command without a shell is an init or a program that is known to heed the signals that
/// stop it.
pub(crate) fn heeds_signals<'w>(mut words: impl Iterator<Item = &'w str>) -> bool {
    let first = words.next().unwrap_or_default();
    let program = first.rsplit('/').next().unwrap_or(first);
    let is_module = program.starts_with("python") && words.next() == Some("-m");
    INITS.contains(&program)
        || HANDLING_PROGRAMS.contains(&program)
        || HANDLING_MODULES.contains(&program)
        || is_module && words.next().is_some_and(|module| HANDLING_MODULES.contains(&module))
}

fn name(word: &Word) -> &str {
    word.text.rsplit('/').next().unwrap_or(&word.text)
}

/// Python handles SIGINT alone. What is run may do better.
fn python_deafness(arguments: &mut dyn Iterator<Item = &str>) -> Option<Deaf> {
    while let Some(argument) = arguments.next() {
        if PYTHON_VALUED.contains(&argument) {
            arguments.next();
        } else if argument == "-m" {
            let module = arguments.next()?;
            let module = module.split('.').next().unwrap_or(module);
            return (!HANDLING_MODULES.contains(&module)).then_some(Deaf::Doubtful);
        } else if argument == "-c" {
            return Some(Deaf::Doubtful);
        } else if !argument.starts_with('-') {
            // Django's server stops on SIGTERM.
            return (!argument.ends_with("manage.py")).then_some(Deaf::Doubtful);
        }
    }
    // An interactive interpreter.
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::good;

    #[test]
    fn interpreters_and_runners_are_deaf_as_process_1() {
        use Deaf::{Doubtful, Interpreter, Runner};
        for (text, expected) in [
            ("FROM node:22\nCMD [\"node\", \"app.js\"]", Some(("node", Interpreter))),
            ("FROM node:22\nCMD [\"npm\", \"start\"]", Some(("npm", Runner))),
            (
                "FROM node:22\nENTRYPOINT [\"/usr/local/bin/node\"]\nCMD [\"a.js\"]",
                Some(("/usr/local/bin/node", Interpreter)),
            ),
            (
                "FROM node:22\nENTRYPOINT [\"docker-entrypoint.sh\"]\nCMD [\"node\", \"a\"]",
                Some(("node", Interpreter)),
            ),
            ("FROM acme/node\nENTRYPOINT [\"node\", \"a\"]", Some(("node", Interpreter))),
            ("FROM python:3\nCMD [\"python\", \"-u\", \"app.py\"]", Some(("python", Doubtful))),
            (
                "FROM python:3\nCMD [\"python3.12\", \"-m\", \"api\"]",
                Some(("python3.12", Doubtful)),
            ),
            ("FROM python:3\nCMD [\"python\", \"-m\", \"uvicorn\", \"api:app\"]", None),
            ("FROM python:3\nCMD [\"python\", \"manage.py\", \"runserver\"]", None),
            ("FROM python:3\nCMD [\"uvicorn\", \"api:app\"]", None),
            ("FROM node:22\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"node\", \"a\"]", None),
            ("FROM node:22\nENTRYPOINT [\"/usr/bin/dumb-init\", \"--\", \"node\", \"a\"]", None),
            ("FROM node:22\nENTRYPOINT [\"./start.sh\"]\nCMD [\"node\", \"a\"]", None),
            ("FROM node:22\nCMD node a", None),
            ("FROM node:22\nCMD [\"sh\", \"-c\", \"exec node a\"]", Some(("node", Interpreter))),
            (
                "FROM node:22\nCMD [\"sh\", \"-c\", \"cd /b && exec npm start\"]",
                Some(("npm", Runner)),
            ),
            ("FROM node:22\nCMD [\"sh\", \"-c\", \"exec ./a; node b\"]", None),
            ("FROM node:22\nENTRYPOINT []\nCMD [\"node\", \"a\"]", Some(("node", Interpreter))),
            ("FROM node:22\nENTRYPOINT [\"env\", \"A=b\", \"node\"]", Some(("node", Interpreter))),
            // The entrypoint of the base may be an init.
            ("FROM acme/node\nCMD [\"node\", \"a\"]", None),
            ("FROM node:22\nENV A=b", None),
            ("FROM debian\nCMD [\"java\", \"-jar\", \"a.jar\"]", None),
        ] {
            let file = good(text);
            let image = file.image().unwrap();
            let found = image.deaf_process();
            let found = found.as_ref().map(|(word, deaf)| (word.text.as_str(), *deaf));
            assert_eq!(found, expected, "{text}");
        }
    }
}
