//! Dockerfiles: what the instructions say, and what the image will be.
//!
//! [`lines`] cuts the text into instructions, [`instruction`] reads each one, and this file puts
//! them into stages and answers what an image inherits. May import from [`crate::image`],
//! [`crate::variables`], [`crate::source`] and [`crate::tree`] only.

pub(crate) mod edit;
mod ignore;
mod instruction;
mod lines;
#[cfg(test)]
mod tests;
mod words;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(crate) use self::ignore::{IGNORE_FILE, IgnoreFile};
pub(crate) use self::instruction::{Action, Command, Form, Word};
use self::instruction::{Parsed, Reader};
use self::lines::{Cutter, Heredoc, Lines};
pub(crate) use self::words::Pair;
use crate::diagnostic::Subject;
use crate::image::ImageRef;
use crate::source::{FileId, Place, Span};
use crate::tree::SyntaxError;
use crate::variables;

/// A file with more bad instructions than this is no Dockerfile, and nobody reads further.
const MOST_ERRORS: usize = 50;

/// How many variables may stand in for each other before a value counts as unknown.
const MOST_LOOKUPS: u8 = 64;

/// How far a stage's ancestors are followed: an image cannot have half as many layers.
const MOST_ANCESTORS: usize = 256;

/// Set by the builder, and different in every build.
///
/// Source: docs.docker.com/reference/dockerfile, "Automatic platform ARGs in the global scope".
const PLATFORM_ARGS: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// The last segment of the name of the image that a Dockerfile makes, where its own name or its
/// folder's tells: `api` for `api.Dockerfile`, `Dockerfile.api` and `services/api/Dockerfile`.
pub(crate) fn image_named_by(path: &str) -> Option<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = file.to_ascii_lowercase();
    let words = ["dockerfile", "containerfile"];
    let own = words.iter().find_map(|word| {
        let before = lower.strip_suffix(word).and_then(|before| before.strip_suffix('.'));
        before.or_else(|| lower.strip_prefix(word).and_then(|after| after.strip_prefix('.')))
    });
    let of_folder = || words.contains(&lower.as_str()).then(|| folder.rsplit('/').next()).flatten();
    own.or_else(of_folder).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// A Dockerfile.
#[derive(Debug)]
pub(crate) struct Dockerfile {
    file: FileId,
    text: Arc<str>,
    escape: char,
    /// The `ARG`s before the first stage.
    global_args: Vec<Pair>,
    stages: Vec<Stage>,
    instructions: Vec<Span>,
    complete: bool,
}

/// A `FROM` and what follows it.
#[derive(Debug)]
pub(crate) struct Stage {
    index: usize,
    /// The index of its `FROM` among the instructions.
    from: usize,
    /// Nothing where the `FROM` does not parse.
    image: Option<Word>,
    /// The image with its variables replaced, as far as the file says what they are.
    resolved: Option<String>,
    name: Option<Word>,
    /// The earlier stage that this one goes on from.
    base: Option<usize>,
    actions: Vec<Action>,
    triggers: Vec<Action>,
    /// The names of its `ARG`s.
    args: HashSet<String>,
}

/// What an image runs, its own stage and those it goes on from taken together.
#[derive(Debug)]
pub(crate) struct Image<'d> {
    /// The stage that makes the image.
    pub(crate) stage: &'d Stage,
    /// The stage that takes the image from elsewhere.
    pub(crate) origin: &'d Stage,
    pub(crate) user: Option<User<'d>>,
    pub(crate) entrypoint: Option<Start<'d>>,
    pub(crate) cmd: Option<Start<'d>>,
    pub(crate) has_healthcheck: bool,
    /// What `EXPOSE` says, protocols and variables included.
    pub(crate) ports: Vec<&'d Word>,
}

/// The `USER` in effect.
#[derive(Debug)]
pub(crate) struct User<'d> {
    pub(crate) word: &'d Word,
    /// The stage that says so.
    pub(crate) stage: &'d Stage,
    /// With its variables replaced, as far as the file says what they are.
    pub(crate) resolved: Option<String>,
}

/// A command that starts the image, and the shell that would run it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'d> {
    pub(crate) command: &'d Command,
    pub(crate) shell: &'d [String],
}

impl Dockerfile {
    /// Reads `text`; an instruction that does not parse costs itself only.
    pub(crate) fn read(file: FileId, text: &Arc<str>) -> (Self, Vec<SyntaxError>) {
        let (global_args, stages) = (Vec::new(), Vec::new());
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let escape = lines::escape(text.get(start..).unwrap_or_default());
        let instructions = Vec::new();
        let mut read = Dockerfile {
            file,
            text: Arc::clone(text),
            escape,
            global_args,
            stages,
            instructions,
            complete: true,
        };
        let mut errors = Vec::new();
        let mut reader = Reader::new(file, text, escape);
        for lines in Cutter::new(text, start, escape) {
            read.instructions.push(lines.span.clone().into());
            let parsed = reader.read(&lines);
            read.complete &= !matches!(lines.heredoc, Heredoc::Open(_));
            let Err(message) = parsed.and_then(|parsed| read.take(parsed)) else { continue };
            if keyword(text, &lines).1.eq_ignore_ascii_case("FROM") {
                read.begin(None, None);
            }
            // One word for all that stands before the first FROM.
            let last = errors.last().map(|error: &SyntaxError| &error.message);
            if read.stages.is_empty() && last == Some(&message) {
                continue;
            }
            errors.push(read.error(text, &lines, message));
            if errors.len() == MOST_ERRORS {
                let message = "too many instructions do not parse; the rest was not read";
                errors.push(read.error(text, &lines, message.to_owned()));
                read.complete = false;
                break;
            }
        }
        read.resolve_bases();
        (read, errors)
    }

    fn take(&mut self, parsed: Parsed) -> Result<(), String> {
        match (parsed, self.stages.last_mut()) {
            (Parsed::From(from), _) => self.begin(Some(from.image), from.name),
            (Parsed::Action(Action::Arg(pairs)), None) => self.global_args.extend(pairs),
            (_, None) => return Err("an instruction before the first FROM".to_owned()),
            (Parsed::Action(action), Some(stage)) => {
                if let Action::Arg(pairs) = &action {
                    stage.args.extend(pairs.iter().map(|pair| pair.name.text.clone()));
                }
                stage.actions.push(action);
            }
            (Parsed::Onbuild(action), Some(stage)) => stage.triggers.extend(action),
            (Parsed::Step, Some(_)) => {}
        }
        Ok(())
    }

    fn begin(&mut self, image: Option<Word>, name: Option<Word>) {
        self.stages.push(Stage {
            index: self.stages.len(),
            from: self.instructions.len().saturating_sub(1),
            image,
            resolved: None,
            name,
            base: None,
            actions: Vec::new(),
            triggers: Vec::new(),
            args: HashSet::new(),
        });
    }

    fn error(&self, text: &str, lines: &Lines, message: String) -> SyntaxError {
        let place = Place { file: self.file, span: keyword(text, lines).0 };
        SyntaxError { place, message, document: lines.span.clone().into() }
    }

    /// Says of every stage which image it takes, and whether that is an earlier stage.
    fn resolve_bases(&mut self) {
        let mut globals: HashMap<&str, String> = HashMap::new();
        for pair in &self.global_args {
            let name = pair.name.text.as_str();
            // An empty default is there to be filled by whoever builds.
            let default = pair.value.as_ref().map(|value| value.text.as_str());
            let value = default.filter(|default| !default.is_empty()).and_then(|default| {
                variables::expand(default, &|other| globals.get(other).cloned())
            });
            match value {
                Some(value) if !PLATFORM_ARGS.contains(&name) => globals.insert(name, value),
                _ => globals.remove(name),
            };
        }
        let mut names: HashMap<String, usize> = HashMap::new();
        for stage in &mut self.stages {
            if let Some(image) = &stage.image {
                let text = image.text.trim_matches(['"', '\'']);
                stage.resolved = variables::expand(text, &|name| globals.get(name).cloned());
            }
            let wanted = stage.resolved.as_deref().unwrap_or_default().to_lowercase();
            let numbered = || wanted.parse().ok().filter(|number| *number < stage.index);
            stage.base = names.get(&wanted).copied().or_else(numbered);
            // A later stage of the same name hides the earlier one.
            if let Some(name) = &stage.name {
                names.insert(name.text.to_lowercase(), stage.index);
            }
        }
    }

    /// Every instruction, from its keyword to the end of its last line, heredocs included.
    pub(crate) fn instructions(&self) -> &[Span] {
        &self.instructions
    }

    /// Where the stage ends whose `FROM` holds `at`.
    pub(crate) fn end_of_stage(&self, at: u32) -> Option<u32> {
        let is_begun = |stage: &&Stage| {
            self.instructions.get(stage.from).is_some_and(|from| from.contains(at))
        };
        let begun = self.stages.iter().find(is_begun)?;
        let next = self.stages.get(begun.index + 1);
        let next = next.and_then(|next| self.instructions.get(next.from));
        Some(next.map_or(Span::new(self.text.len(), 0).start, |from| from.start))
    }

    pub(crate) fn file(&self) -> FileId {
        self.file
    }

    /// Whether the whole file was read, so that what was not found is not there.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the file builds a Windows image: nobody else changes the escape character.
    pub(crate) fn is_for_windows(&self) -> bool {
        self.escape == '`'
    }

    /// The `ARG`s before the first stage, which only the `FROM`s see.
    pub(crate) fn global_args(&self) -> &[Pair] {
        &self.global_args
    }

    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The earlier stage that a stage goes on from.
    fn base_of(&self, stage: &Stage) -> Option<&Stage> {
        self.stages.get(stage.base?)
    }

    /// A stage, the one that it goes on from, and so on.
    fn lineage<'d>(&'d self, stage: &'d Stage) -> impl Iterator<Item = &'d Stage> {
        std::iter::successors(Some(stage), |stage| self.base_of(stage))
    }

    /// Whether a stage, or one that it goes on from, has an `ARG` of that name.
    pub(crate) fn declares_arg(&self, stage: &Stage, name: &str) -> bool {
        self.lineage(stage).take(MOST_ANCESTORS).any(|stage| stage.args.contains(name))
    }

    /// The image that the file builds unless another stage is asked for: that of its last stage.
    pub(crate) fn image(&self) -> Option<Image<'_>> {
        let stage = self.stages.last()?;
        let lineage: Vec<_> = self.lineage(stage).collect();
        let origin = *lineage.last()?;
        let (mut has_healthcheck, mut ports) = (false, Vec::new());
        let (mut user, mut entrypoint, mut cmd, mut shell) = (None, None, None, &[] as &[String]);
        for stage in lineage.into_iter().rev() {
            let mut own_cmd = false;
            for (index, action) in stage.actions.iter().enumerate() {
                match action {
                    Action::User(word) => user = Some((stage, index, word)),
                    Action::Entrypoint(command) => {
                        entrypoint = Some(Start { command, shell });
                        // A new entrypoint drops the command that was made for the old one.
                        cmd = cmd.filter(|_| own_cmd);
                    }
                    Action::Cmd(command) => {
                        (cmd, own_cmd) = (Some(Start { command, shell }), true);
                    }
                    Action::Shell(words) => shell = words,
                    Action::Healthcheck => has_healthcheck = true,
                    Action::Expose(words) => ports.extend(words),
                    Action::Arg(_) | Action::Env(_) => {}
                }
            }
        }
        let user = user.map(|(stage, index, word)| {
            let budget = Cell::new(MOST_LOOKUPS);
            User { word, stage, resolved: self.expand(&word.text, stage, index, &budget) }
        });
        Some(Image { stage, origin, user, entrypoint, cmd, has_healthcheck, ports })
    }

    /// `text` as the stage's action at `index` sees it.
    fn expand(&self, text: &str, stage: &Stage, index: usize, budget: &Cell<u8>) -> Option<String> {
        variables::expand(text, &|name| self.variable(name, stage, index, budget))
    }

    fn variable(
        &self,
        name: &str,
        stage: &Stage,
        before: usize,
        budget: &Cell<u8>,
    ) -> Option<String> {
        budget.set(budget.get().checked_sub(1)?);
        let mut seen = Some((stage, before));
        while let Some((stage, before)) = seen {
            let actions = stage.actions.get(..before).unwrap_or(&stage.actions);
            let declared = |is_env: bool| {
                actions.iter().enumerate().rev().find_map(|(index, action)| {
                    let pairs = match action {
                        Action::Env(pairs) if is_env => pairs,
                        Action::Arg(pairs) if !is_env => pairs,
                        _ => return None,
                    };
                    Some((index, pairs.iter().rev().find(|pair| pair.name.text == name)?))
                })
            };
            // ENV beats ARG wherever it stands.
            if let Some((index, pair)) = declared(true).or_else(|| declared(false)) {
                let global = || self.global_args.iter().rev().find(|arg| arg.name.text == name);
                let value = pair.value.as_ref().or_else(|| global()?.value.as_ref())?;
                return self.expand(&value.text, stage, index, budget);
            }
            seen = self.base_of(stage).map(|base| (base, base.actions.len()));
        }
        None
    }
}

/// A user that no base image gives rights to.
///
/// Source: reference production-agent, "Container Security".
pub(crate) const UNPRIVILEGED: &str = "1001";

/// Programs that start another one as a lesser user.
const STEP_DOWN: [&str; 6] = ["gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid", "chpst"];

impl Image<'_> {
    /// Whether the stage only carries files, for `docker build --output` or for another build to
    /// copy from: nothing says what would run.
    pub(crate) fn is_artifact(&self) -> bool {
        self.origin.is_scratch() && !self.is_started()
    }

    /// Whether something says that the image runs: a command, or a port.
    pub(crate) fn is_started(&self) -> bool {
        let runs = |start: Option<Start<'_>>| start.is_some_and(|it| !it.command.is_empty());
        !self.ports.is_empty() || runs(self.entrypoint) || runs(self.cmd)
    }

    /// Whether the image itself starts as root to step down at once.
    pub(crate) fn steps_down(&self) -> bool {
        let tells = |word: &str| STEP_DOWN.contains(&word.rsplit('/').next().unwrap_or(word));
        [self.entrypoint, self.cmd].iter().flatten().any(|start| match &start.command.form {
            Form::Exec(words) => words.iter().any(|word| tells(word)),
            Form::Shell(text) => text.split_whitespace().any(tells),
        })
    }

    /// The image that all of it goes back to, with its variables replaced as far as possible.
    pub(crate) fn base(&self) -> Option<&str> {
        let written = || self.origin.image().map(|word| word.text.as_str());
        self.origin.resolved_image().or_else(written)
    }

    /// Whether a shell and `curl` may be there, so that a command can use them.
    pub(crate) fn may_have_curl(&self) -> bool {
        !self.origin.is_scratch() && !self.base().is_some_and(|base| base.contains("distroless"))
    }

    /// Whether the image is for Windows, where users and shells are others.
    pub(crate) fn is_windows(&self) -> bool {
        self.base().is_some_and(|base| ImageRef::parse(base).is_windows())
    }
}

/// The span of the instruction's keyword, and the keyword.
fn keyword(text: &str, lines: &Lines) -> (Span, String) {
    let said = lines.chars(text, lines.span.start).skip_while(|(_, c)| c.is_whitespace());
    let word: Vec<_> = said.take_while(|(_, c)| !c.is_whitespace()).collect();
    let end = word.last().map_or(lines.span.start, |(at, c)| at + c.len_utf8());
    (Span::new(lines.span.start, end), word.into_iter().map(|(_, c)| c).collect())
}

impl Stage {
    /// ```text
    /// FROM python:${VERSION} AS build
    ///      ^^^^^^^^^^^^^^^^^
    /// ```
    pub(crate) fn image(&self) -> Option<&Word> {
        self.image.as_ref()
    }

    /// The image with its variables replaced; nothing where the file leaves one open.
    pub(crate) fn resolved_image(&self) -> Option<&str> {
        self.resolved.as_deref()
    }

    /// Whether it is that stage of the same file.
    pub(crate) fn is(&self, other: &Stage) -> bool {
        self.index == other.index
    }

    /// Whether the stage takes its image from elsewhere: not from an earlier stage, nor begins
    /// with nothing.
    pub(crate) fn is_external(&self) -> bool {
        self.base.is_none() && !self.is_scratch()
    }

    /// Whether the stage begins with nothing.
    pub(crate) fn is_scratch(&self) -> bool {
        self.resolved.as_deref() == Some("scratch")
    }

    /// What the instructions do, in their order; those behind `ONBUILD` do nothing here.
    pub(crate) fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// What the instructions behind `ONBUILD` will do to images that are built on this one.
    pub(crate) fn triggers(&self) -> &[Action] {
        &self.triggers
    }

    /// ``stage `build` ``, or ``stage 2`` when it has no name.
    pub(crate) fn describe(&self) -> String {
        match &self.name {
            Some(name) => format!("stage `{}`", name.text),
            None => format!("stage {}", self.index + 1),
        }
    }

    pub(crate) fn subject(&self) -> Subject {
        let named = self.name.as_ref().map(|name| name.text.clone());
        let name = named.unwrap_or_else(|| (self.index + 1).to_string());
        Subject { kind: "stage".to_owned(), name, ..Subject::default() }
    }
}

impl Command {
    /// Whether it gives the base image's command up: `CMD []`.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.form {
            Form::Exec(words) => words.is_empty(),
            Form::Shell(text) => text.is_empty(),
        }
    }
}
