//! What an image starts and asks itself, as command lines, and which programs it has not.

use std::borrow::Cow;

use super::instruction::{Action, Command, Form};
use super::package::{Manager, Task};
use super::shell::{Join, Operator, SimpleCommand};
use super::state::{Start, State};
use super::{Dockerfile, Image};
use crate::command::CommandLine;
use crate::image::{ImageRef, is_of_system, package_of, speaks_of};
use crate::listen::{Lookup, speaks_of_proxy};
use crate::source::{Place, Span};

/// What `EXPOSE` says of ports for TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExposedPort {
    pub(crate) number: u16,
    pub(crate) place: Place,
}

/// Folders that hold programs: what is copied there from another image may be any of them.
const PROGRAMS: [&str; 9] = [
    "/",
    "/bin",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/usr/local/bin",
    "/usr/sbin",
    "/opt/bin",
];

/// What runs whatever it is told to, so that nobody knows what it installs.
const ANY: [&str; 8] =
    [".sh", "ansible", "playwright", "puppeteer", "$(cat", "xargs", "make ", "nix"];

/// What brings a shell into an image that has none.
const WITH_SHELL: [&str; 4] = ["busybox", "toybox", "/sh", "bash"];

impl Dockerfile {
    /// The words of a command, scripts taken apart; nothing where no shell that is known runs them.
    fn line_of(&self, command: &Command, is_posix: bool) -> Option<CommandLine> {
        let mut line = CommandLine::default();
        match &command.form {
            Form::Exec(words) => {
                for word in words {
                    line.push(&word.text, &|part| self.place_within(word.place, part));
                }
            }
            Form::Shell(_) if !is_posix => return None,
            Form::Shell(_) => {
                command.simple_commands().for_each(|simple| push_simple(&mut line, simple));
            }
        }
        Some(line)
    }

    /// A part of a word, where it stands in it once.
    fn place_within(&self, whole: Place, part: &str) -> Place {
        let written = self.written(whole);
        let mut found = written.match_indices(part);
        let (Some((at, _)), None) = (found.next(), found.next()) else { return whole };
        // The quotes belong to the word.
        if written.trim_matches('"') == part {
            return whole;
        }
        let start = whole.span.start as usize + at;
        Place { span: Span::new(start, start + part.len()), ..whole }
    }

    fn started_line(&self, start: Start<'_>) -> Option<CommandLine> {
        self.line_of(start.command, start.shell.is_posix())
    }

    /// What starts the image, ENTRYPOINT and CMD together.
    pub(crate) fn line_of_image(&self, image: &Image<'_>) -> Option<CommandLine> {
        self.line_with(image, None)
    }

    /// What starts the image, with other arguments in the place of its CMD; nothing where it cannot be
    /// read.
    pub(crate) fn line_with(
        &self,
        image: &Image<'_>,
        arguments: Option<CommandLine>,
    ) -> Option<CommandLine> {
        let has_own = arguments.is_some();
        let arguments = || match arguments {
            Some(arguments) => Some(arguments),
            None => self.started_line(image.cmd?),
        };
        let Some(entrypoint) = image.entrypoint.filter(|it| !it.command.is_empty()) else {
            return arguments();
        };
        let mut line = self.started_line(entrypoint)?;
        // A shell takes no words behind its script.
        if matches!(entrypoint.command.form, Form::Exec(_)) && (image.cmd.is_some() || has_own) {
            line.extend(&arguments()?);
        }
        Some(line)
    }

    /// What an image says of a variable.
    pub(crate) fn lookup(&self, image: &Image<'_>, name: &str) -> Lookup {
        match self.at_end(image.stage).env(name) {
            Some((pair, Some(value))) => Lookup::Is(value, pair.place()),
            Some((_, None)) => Lookup::Unknown,
            // An image of somebody else may have any variable.
            None if image.base().is_none_or(|base| !ImageRef::parse(base).is_official()) => {
                Lookup::Open
            }
            None => Lookup::Unset,
        }
    }

    /// What the HEALTHCHECK of the image runs, and whether a shell runs it.
    pub(crate) fn health_line(&self, image: &Image<'_>) -> Option<(CommandLine, bool)> {
        let end = self.at_end(image.stage);
        let Action::Healthcheck(Some(command)) = &end.healthcheck()?.action else { return None };
        let line = self.line_of(command, end.shell().is_posix())?;
        Some((line, matches!(command.form, Form::Shell(_))))
    }

    /// Where the HEALTHCHECK of the image stands.
    pub(crate) fn health_place(&self, image: &Image<'_>) -> Option<Place> {
        match &self.at_end(image.stage).healthcheck()?.action {
            Action::Healthcheck(Some(command)) => Some(command.place),
            _ => None,
        }
    }

    /// The ports for TCP that the image exposes; nothing where a variable or a range says which.
    pub(crate) fn exposed_by(&self, image: &Image<'_>) -> Option<Vec<ExposedPort>> {
        let mut ports = Vec::new();
        let words =
            self.exposed_words().filter(|it| self.lineage(image.stage).any(|own| own.is(it.stage)));
        let mut count = 0;
        for exposed in words {
            count += 1;
            let super::Exposed::Ports { first, last, protocol } = exposed.port() else {
                return None;
            };
            if first != last {
                return None;
            }
            if protocol.eq_ignore_ascii_case("tcp") {
                ports.push(ExposedPort { number: first, place: exposed.word.place });
            }
        }
        (count == image.ports.len()).then_some(ports)
    }

    /// Whether something in the image may take requests in the place of what it starts.
    pub(crate) fn has_proxy(&self, image: &Image<'_>) -> bool {
        let stages = self.lineage(image.stage).flat_map(super::Stage::instructions);
        let mut brought = stages
            .filter(|it| matches!(&it.action, Action::Run(_) | Action::Copy(_) | Action::Add(_)));
        image.base().is_some_and(speaks_of_proxy)
            || brought.any(|it| speaks_of_proxy(self.written(it.span)))
    }

    /// Whether the image surely has no program of that name: its base is known not to have it, and
    /// nothing that is done to it speaks of it.
    pub(crate) fn lacks(&self, image: &Image<'_>, program: &str) -> bool {
        let base = image.origin.resolved_image().map(ImageRef::parse);
        if !self.is_complete() || !base.is_some_and(|base| base.lacks(program)) {
            return false;
        }
        let is_of_system = is_of_system(program);
        let all = self.lineage(image.stage).flat_map(super::Stage::instructions);
        !all.into_iter().any(|instruction| {
            let written = self.written(instruction.span);
            match &instruction.action {
                Action::Run(run) => {
                    !is_of_system && speaks_of(written, program)
                        || may_install(self.at(instruction), run, program)
                        || program == "bash" && written.contains("bash")
                        || ANY.iter().any(|word| written.contains(word)) && !only_handles(run)
                }
                Action::Add(transfer) | Action::Copy(transfer) => {
                    let to = transfer.destination.text.trim_end_matches('/');
                    let to = if to.is_empty() { "/" } else { to };
                    let is_program = to.rsplit('/').next() == Some(program)
                        || transfer.paths().any(|it| it.text.rsplit('/').next() == Some(program));
                    let brings_any = instruction.flag("from").is_some()
                        || transfer.paths().any(|it| {
                            it.text.to_ascii_lowercase().ends_with(".tar")
                                || it.text.contains(".tar.")
                                || it.text.contains("rootfs")
                        });
                    is_program
                        || brings_any && PROGRAMS.contains(&to)
                        || is_of_system && WITH_SHELL.iter().any(|word| written.contains(word))
                }
                _ => false,
            }
        })
    }
}

/// Programs that do something with a file and never run it.
const HANDLING: [&str; 12] =
    ["cat", "chgrp", "chmod", "chown", "cp", "dos2unix", "ln", "ls", "mkdir", "mv", "rm", "sed"];

/// Whether a `RUN` does nothing but move files about and set who may use them: `chmod +x start.sh`.
fn only_handles(run: &super::Run) -> bool {
    let scripts = run.command.scripts();
    let mut commands = run.command.simple_commands().filter(|it| !it.words.is_empty()).peekable();
    run.heredocs.is_empty()
        && scripts.iter().all(super::shell::Script::is_complete)
        && commands.peek().is_some()
        && commands.all(|it| {
            let name = it.invocation().map(|it| it.name());
            name.is_some_and(|name| HANDLING.contains(&name))
                && it.words.iter().all(|word| !word.text.contains("$("))
        })
}

/// Whether a variable in what a `RUN` installs may be that program.
fn may_install(state: State<'_>, run: &super::Run, program: &str) -> bool {
    let is_of_language = |manager: Manager| {
        manager.is_python()
            || manager.is_node()
            || matches!(manager, Manager::Cargo | Manager::Gem | Manager::Go)
    };
    let mut installs = run
        .command
        .packages_where(|manager, task| task == Task::Install && !is_of_language(manager));
    installs.any(|install| {
        install.packages.iter().filter(|it| !it.word.is_literal).any(|package| {
            let text = package.word.text.as_str();
            let known = state.expand(text).filter(|text| !text.contains(['$', '`']));
            // `nodejs=$VERSION` is none of it, whatever the variable says.
            let fixed = || text.split(['$', '`']).next().unwrap_or_default();
            known.map_or_else(|| program.starts_with(fixed()), |text| text.contains(program))
        })
    })
}

impl Image<'_> {
    /// How else than by a program that it has not an image of its kind can ask itself.
    pub(crate) fn instead(&self, program: &str) -> Cow<'static, str> {
        let base = self.base().map(ImageRef::parse);
        let is = |word: &str| base.is_some_and(|it| it.repository.contains(word));
        match () {
            () if is("distroless") || self.origin.is_scratch() => {
                "let the program ask itself, in exec form".into()
            }
            () if let Some(package) = package_of(program) => {
                format!("install it with `{package}`, or let the program tell how it is").into()
            }
            () if is("python") || is("astral-sh/uv") => {
                "install it, or ask with `python -c` and urllib".into()
            }
            () if is("node") => "install it, or ask with `node -e` and fetch".into(),
            () => "install it, or ask with what the image has".into(),
        }
    }
}

fn push_simple(line: &mut CommandLine, simple: &SimpleCommand) {
    if simple.join == Join::Background {
        line.open();
    }
    for assignment in &simple.assignments {
        let text = format!("{}={}", assignment.name, assignment.value.text);
        line.push_word(&text, assignment.value.place);
    }
    for word in &simple.words {
        line.push_word(&word.text, word.place);
    }
    for it in simple.redirections.iter().filter(|it| it.operator == Operator::Output) {
        line.push_word(&format!(">{}", it.target.text), it.target.place);
    }
    line.end();
}

#[cfg(test)]
mod tests {
    use crate::docker::tests::good;

    #[test]
    fn an_image_lacks_what_its_base_has_not_and_nothing_brings() {
        for (text, program, expected) in [
            ("FROM python:3.13-slim\n", "curl", true),
            ("FROM python:3.13-slim\n", "wget", true),
            ("FROM python:3.13-slim\n", "sh", false),
            ("FROM python:3.13\n", "curl", false),
            ("FROM acme/python:3.13-slim\n", "curl", false),
            (
                "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y curl\n",
                "curl",
                false,
            ),
            ("FROM python:3.13-slim\nRUN pip install .\n", "curl", true),
            (
                "FROM python:3.13-slim\nENV DEPS=\"git curl\"\nRUN apt-get install -y $DEPS\n",
                "curl",
                false,
            ),
            ("FROM python:3.13-slim\nARG DEPS=git\nRUN apt-get install -y $DEPS\n", "curl", true),
            ("FROM python:3.13-slim\nARG A\nRUN apt-get install -y $A\n", "curl", false),
            ("FROM python:3.13-slim\nARG A\nRUN apt-get install -y git=$A\n", "curl", true),
            ("FROM python:3.13-slim\nARG A\nRUN pip install $A\n", "curl", true),
            ("FROM python:3.13-slim\nRUN ./setup.sh\n", "curl", false),
            ("FROM python:3.13-slim\nRUN chmod +x start.sh\n", "curl", true),
            ("FROM python:3.13-slim\nRUN sed -i 's/a/b/' a.sh && chmod +x a.sh\n", "curl", true),
            ("FROM python:3.13-slim\nRUN chmod +x a.sh && ./a.sh\n", "curl", false),
            ("FROM python:3.13-slim\nRUN chmod +x $(cat a.sh | sh)\n", "curl", false),
            ("FROM python:3.13-slim AS a\nRUN apt-get install curl\nFROM a\n", "curl", false),
            (
                "FROM python:3.13-slim AS a\nRUN apt-get install curl\nFROM python:3.13-slim\n",
                "curl",
                true,
            ),
            ("FROM python:3.13-slim\nRUN uv sync --frozen\nCOPY apps /apps\n", "nc", true),
            ("FROM python:3.13-slim\nRUN apt-get install -y netcat-openbsd\n", "nc", false),
            ("FROM python:3.13-slim\nRUN apt-get install -y procps\n", "pgrep", false),
            ("FROM python:3.13-slim\nRUN apt-get install -y git\n", "pgrep", true),
            ("FROM python:3.13-slim\nRUN pip install .\n", "ps", true),
            ("FROM python:3.13-slim\nRUN playwright install --with-deps\n", "pgrep", false),
            ("FROM python:3.13\n", "pgrep", false),
            ("FROM node:22-alpine\n", "pgrep", false),
            ("FROM node:22-alpine\n", "curl", true),
            ("FROM node:22-alpine\n", "wget", false),
            ("FROM gcr.io/distroless/cc-debian12\n", "sh", true),
            ("FROM gcr.io/distroless/cc-debian12:debug\n", "sh", false),
            ("FROM scratch\nCOPY --from=busybox /bin/busybox /bin/sh\n", "sh", false),
            ("FROM scratch\nCOPY --from=build /out/agent /agent\n", "sh", true),
            ("FROM scratch\nCOPY --from=build /out/agent /agent\n", "cat", true),
            ("FROM scratch\nCOPY --from=busybox /bin/busybox /bin/busybox\n", "cat", false),
            ("FROM python:3.13-slim\n", "cat", false),
            ("FROM scratch\nADD rootfs.tar.xz /\n", "sh", false),
        ] {
            let file = good(text);
            let image = file.image().unwrap();
            assert_eq!(file.lacks(&image, program), expected, "{text} {program}");
        }
    }

    #[test]
    fn entrypoint_and_cmd_make_one_line() {
        for (text, expected) in [
            (
                "FROM a\nENTRYPOINT [\"uvicorn\"]\nCMD [\"a:b\", \"--port\", \"80\"]\n",
                "uvicorn a:b --port 80",
            ),
            ("FROM a\nENTRYPOINT exec run\nCMD [\"x\"]\n", "exec run"),
            ("FROM a\nCMD uvicorn a:b --port ${PORT:-80}\n", "uvicorn a:b --port ${PORT:-80}"),
            ("FROM a\nCMD [\"sh\", \"-c\", \"cd /x && run --y\"]\n", "sh -c cd /x run --y"),
            ("FROM a\nENTRYPOINT []\nCMD [\"x\"]\n", "x"),
        ] {
            let file = good(text);
            let line = file.line_of_image(&file.image().unwrap()).unwrap();
            let words: Vec<_> = line.words().map(|word| word.text.as_str()).collect();
            assert_eq!(words.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn ports_that_an_image_exposes() {
        for (text, expected) in [
            ("FROM a\nEXPOSE 80 81/udp\n", Some(vec![80])),
            ("FROM a\nENV PORT=8000\nEXPOSE ${PORT}\n", Some(vec![8000])),
            ("FROM a\nARG PORT\nEXPOSE $PORT\n", None),
            ("FROM a\nEXPOSE 80-90\n", None),
            ("FROM a AS b\nEXPOSE 80\nFROM c\n", Some(vec![])),
            ("FROM a AS b\nEXPOSE 80\nFROM b\nEXPOSE 81\n", Some(vec![80, 81])),
        ] {
            let file = good(text);
            let found = file.exposed_by(&file.image().unwrap());
            let found = found.map(|all| all.iter().map(|it| it.number).collect::<Vec<_>>());
            assert_eq!(found, expected, "{text}");
        }
    }
}
