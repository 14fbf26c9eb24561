//! Dockerfiles: what the instructions say, and what the image will be.
//!
//! [`lines`] cuts the text into instructions, [`instruction`] reads each one with the words of
//! [`words`], and this file puts them into stages. [`stage`] says what stages take from each other,
//! [`state`] what holds where an instruction stands, [`built`] what the image will be, and
//! [`shell`] which commands a `RUN` runs; [`shellcheck`] asks another program about those. May
//! import from [`crate::image`], [`crate::variables`], [`crate::source`] and [`crate::tree`] only.
//! [`shell`] which commands a `RUN` runs, [`package`] what they ask of package managers and [`step`]
//! what a `RUN` leaves behind. May import from [`crate::image`], [`crate::variables`],
//! [`crate::source`] and [`crate::tree`] only.

// Until every rule that asks is there.
#![allow(dead_code, unused_imports)]

mod built;
mod directive;
pub(crate) mod edit;
mod instruction;
mod lines;
mod official;
pub(crate) mod package;
mod port;
pub(crate) mod shell;
mod shellcheck;
mod signal;
mod stage;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod variable;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use self::built::{Image, UNPRIVILEGED};
pub(crate) use self::directive::Directive;
pub(crate) use self::instruction::{
    Action, Command, Form, From, Instruction, Run, Source, Transfer,
};
use self::instruction::{Parsed, Reader};
use self::lines::Cutter;
pub(crate) use self::lines::Heredoc;
pub(crate) use self::shellcheck::{Level, ShellCheckError};
pub(crate) use self::official::is_official_image;
pub(crate) use self::port::Exposed;
pub(crate) use self::signal::signal;
pub(crate) use self::stage::{Stage, Use};
use self::state::Held;
pub(crate) use self::state::{
    Shell, Start, State, User, Workdir, is_absolute, is_platform_arg, is_predefined_arg,
};
pub(crate) use self::variable::{Variable, is_set_by_images};
pub(crate) use self::step::Step;
pub(crate) use self::words::{Flag, Pair, Word};
use crate::image::ImageRef;
use crate::source::{FileId, Place, Span};
use crate::tree::SyntaxError;
use crate::variables;

/// A file with more bad instructions than this is no Dockerfile, and nobody reads further.
const MOST_ERRORS: usize = 50;

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
    directives: Vec<Directive>,
    /// The `ARG`s before the first stage.
    globals: Vec<Instruction>,
    stages: Vec<Stage>,
    /// Every instruction, those that do not parse included.
    spans: Vec<Span>,
    /// The empty lines inside of instructions, those of heredocs aside.
    blanks: Vec<Span>,
    /// Whether the last stage needs each stage.
    reached: Vec<bool>,
    /// Whether each stage needs itself.
    circular: Vec<bool>,
    complete: bool,
}

/// A Dockerfile that is being read.
struct Reading {
    read: Dockerfile,
    errors: Vec<SyntaxError>,
    /// What the `ARG`s before the first stage are, as far as their defaults say.
    globals: HashMap<String, String>,
    /// The stages by their names in small letters; a later one hides an earlier one.
    names: HashMap<String, usize>,
    /// Whether the last stage is a Windows image.
    is_windows: bool,
}

impl Reading {
    fn take(&mut self, parsed: Parsed) -> Result<(), String> {
        match (parsed, self.read.stages.last_mut()) {
            (Parsed::From(from), _) => self.begin(from),
            (Parsed::Instruction(instruction), Some(stage)) => stage.push(instruction),
            (Parsed::Instruction(instruction), None) => match &instruction.action {
                Action::Arg(pairs) if !instruction.is_onbuild() => {
                    for pair in pairs {
                        self.declare(pair);
                    }
                    self.read.globals.push(instruction);
                }
                _ => return Err("an instruction before the first FROM".to_owned()),
            },
        }
        Ok(())
    }

    /// Keeps the default of an `ARG` that the `FROM`s see.
    fn declare(&mut self, pair: &Pair) {
        let name = pair.name.text.as_str();
        // An empty default is there to be filled by whoever builds.
        let default = pair.value.as_ref().map(|value| value.text.as_str());
        let value = default.filter(|default| !default.is_empty()).and_then(|default| {
            variables::expand(default, &|other| self.globals.get(other).cloned())
        });
        match value {
            Some(value) if !is_platform_arg(name) => self.globals.insert(name.to_owned(), value),
            _ => self.globals.remove(name),
        };
    }

    fn begin(&mut self, from: From) {
        let index = self.read.stages.len();
        let resolved = from.image.as_ref().and_then(|image| {
            variables::expand(&image.text, &|name| self.globals.get(name).cloned())
        });
        let wanted = resolved.as_deref().unwrap_or_default().to_lowercase();
        let numbered = || wanted.parse().ok().filter(|number| *number < index);
        let base = self.names.get(&wanted).copied().or_else(numbered);
        if let Some((_, name)) = &from.name {
            self.names.insert(name.text.to_lowercase(), index);
        }
        let inherited = base.and_then(|base| self.read.stages.get(base));
        let ends = inherited.map_or(Held::default(), |base| base.ends);
        self.read.stages.push(Stage {
            index,
            first: self.read.spans.len().saturating_sub(1),
            from,
            resolved,
            base,
            instructions: Vec::new(),
            triggers: Vec::new(),
            ends,
            declared: HashMap::new(),
            uses: Vec::new(),
        });
        let stage = self.read.final_stage();
        let image = stage.and_then(|stage| self.read.origin(stage).image());
        self.is_windows = self.read.is_for_windows()
            || image.is_some_and(|image| ImageRef::parse(&image.text).is_windows());
    }

    /// Whether a command of the last stage that is not in exec form is a POSIX shell's.
    fn has_posix_shell(&self) -> bool {
        let stage = self.read.final_stage();
        !self.is_windows && stage.is_some_and(|it| self.read.at_end(it).shell().is_posix())
    }

    fn error(&mut self, keyword: &Word, document: Span, message: String) {
        self.errors.push(SyntaxError { place: keyword.place, message, document });
    }
}

impl Dockerfile {
    /// Reads `text`; an instruction that does not parse costs itself only.
    pub(crate) fn read(file: FileId, text: &Arc<str>) -> (Self, Vec<SyntaxError>) {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let directives = directive::directives(file, text, start);
        let escape = directive::escape(&directives);
        let read = Dockerfile {
            file,
            text: Arc::clone(text),
            escape,
            directives,
            globals: Vec::new(),
            stages: Vec::new(),
            spans: Vec::new(),
            blanks: Vec::new(),
            reached: Vec::new(),
            circular: Vec::new(),
            complete: true,
        };
        let (globals, names) = (HashMap::new(), HashMap::new());
        let mut reading = Reading { read, errors: Vec::new(), globals, names, is_windows: false };
        let mut reader = Reader::new(file, text, escape);
        for lines in Cutter::new(text, start, escape) {
            let span = Span::from(lines.span.clone());
            reading.read.spans.push(span);
            reading.read.blanks.extend(lines.blanks.iter().cloned().map(Span::from));
            let parsed = reader.read(&lines, reading.has_posix_shell());
            reading.read.complete &= lines.open.is_none();
            let Err(message) = parsed.and_then(|parsed| reading.take(parsed)) else { continue };
            let keyword = reader.keyword(&lines);
            if keyword.text.eq_ignore_ascii_case("FROM") {
                let (flags, image, name) = (Vec::new(), None, None);
                reading.begin(From { keyword: keyword.clone(), flags, image, name });
            }
            // One word for all that stands before the first FROM.
            let last = reading.errors.last().map(|error| &error.message);
            if reading.read.stages.is_empty() && last == Some(&message) {
                continue;
            }
            reading.error(&keyword, span, message);
            if reading.errors.len() == MOST_ERRORS {
                let message = "too many instructions do not parse; the rest was not read";
                reading.error(&keyword, span, message.to_owned());
                reading.read.complete = false;
                break;
            }
        }
        if reading.read.stages.is_empty()
            && reading.errors.is_empty()
            && let Some(first) = reading.read.globals.first()
        {
            let (keyword, span) = (first.keyword.clone(), first.span);
            reading.error(
                &keyword,
                span,
                "no FROM follows, so there is nothing to build".to_owned(),
            );
        }
        reading.read.resolve_uses();
        (reading.read, reading.errors)
    }

    /// Every instruction, from its keyword to the end of its last line, heredocs included.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The empty lines between the lines of an instruction; where a heredoc has some, they belong to
    /// its text.
    pub(crate) fn blank_lines(&self, instruction: Span) -> &[Span] {
        let first = self.blanks.partition_point(|blank| blank.start < instruction.start);
        let end = self.blanks.partition_point(|blank| blank.start < instruction.end);
        self.blanks.get(first..end).unwrap_or_default()
    }

    /// The text of a span, as it is written.
    pub(crate) fn written(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where the stage ends whose `FROM` holds `at`.
    pub(crate) fn end_of_stage(&self, at: u32) -> Option<u32> {
        let is_begun =
            |stage: &&Stage| self.spans.get(stage.first).is_some_and(|from| from.contains(at));
        let begun = self.stages.iter().find(is_begun)?;
        let next = self.stages.get(begun.index + 1);
        let next = next.and_then(|next| self.spans.get(next.first));
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

    /// The comments at the top that say how the file is read.
    pub(crate) fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// The instructions before the first stage.
    pub(crate) fn globals(&self) -> &[Instruction] {
        &self.globals
    }

    /// The `ARG`s before the first stage, which only the `FROM`s see.
    pub(crate) fn global_args(&self) -> impl DoubleEndedIterator<Item = &Pair> {
        let pairs = self.globals.iter().filter_map(|instruction| match &instruction.action {
            Action::Arg(pairs) => Some(pairs),
            _ => None,
        });
        pairs.flatten()
    }

    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Whether a stage, or one that it goes on from, has an `ARG` of that name.
    pub(crate) fn declares_arg(&self, stage: &Stage, name: &str) -> bool {
        let is_arg = |stage: &Stage| stage.declared(name).iter().any(|declared| !declared.is_env);
        self.lineage(stage).any(is_arg)
        self.lineage(stage).take(MOST_ANCESTORS).any(|stage| stage.args.contains(name))
    }

    /// The image that the file builds unless another stage is asked for: that of its last stage.
    pub(crate) fn image(&self) -> Option<Image<'_>> {
        self.image_of(None)
    }

    /// The image that the file builds where `target` is asked for: a stage by its name or number.
    pub(crate) fn image_of(&self, target: Option<&str>) -> Option<Image<'_>> {
        let is_target = |stage: &&Stage, target: &str| {
            let name = stage.name.as_ref().map(|name| name.text.as_str());
            name.is_some_and(|name| name.eq_ignore_ascii_case(target))
                || target.parse() == Ok(stage.index)
        };
        let stage = match target {
            // A later stage of the same name hides the earlier one.
            Some(target) => self.stages.iter().rev().find(|stage| is_target(stage, target))?,
            None => self.stages.last()?,
        };
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
