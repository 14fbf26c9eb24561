//! Dockerfiles: what the instructions say, and what the image will be.
//!
//! [`lines`] cuts the text into instructions, [`instruction`] reads each one with the words of
//! [`words`], and this file puts them into stages. [`stage`] says what stages take from each other,
//! [`state`] what holds where an instruction stands, [`variable`] what the builder replaces,
//! [`built`] what the image will be, [`shell`] which commands a `RUN` runs, [`package`] what they
//! ask of package managers and [`step`] what a `RUN` leaves behind; [`shellcheck`] asks another
//! program about them. Of the image that is built, [`first`] says what becomes process 1, [`users`]
//! whom its steps make, [`owner`] who may write where and [`toolchain`] which build tools it ships; [`ignore`] reads what a build
//! does not see. [`edit`] changes instructions, and [`inline`] reads Dockerfiles inside other files. May import from [`crate::image`],
//! [`crate::variables`], [`crate::source`] and [`crate::tree`] only.

pub(crate) mod archive;
mod argument;
mod built;
pub(crate) mod cache;
mod directive;
pub(crate) mod download;
pub(crate) mod edit;
mod first;
mod ignore;
mod inline;
mod instruction;
mod label;
mod lines;
pub(crate) mod mode;
mod official;
mod owner;
pub(crate) mod package;
pub(crate) mod password;
mod port;
mod serving;
pub(crate) mod shell;
mod shellcheck;
mod signal;
mod stage;
mod state;
mod step;
pub(crate) mod telemetry;
#[cfg(test)]
mod tests;
pub(crate) mod tls;
mod toolchain;
mod users;
mod variable;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

pub(crate) use self::built::{Image, UNPRIVILEGED};
pub(crate) use self::directive::Directive;
pub(crate) use self::first::{Deaf, heeds_signals};
pub(crate) use self::ignore::{IGNORE_FILE, IgnoreFile, with_lines};
pub(crate) use self::inline::Inline;
pub(crate) use self::instruction::is_keyword;
pub(crate) use self::instruction::{Action, Command, Form, From, Instruction, Run, Transfer};
use self::instruction::{Parsed, Reader};
pub(crate) use self::label::LabelType;
use self::lines::Cutter;
pub(crate) use self::official::is_official_image;
pub(crate) use self::owner::{Access, Identity, Owners, is_below};
pub(crate) use self::port::{Exposed, ExposedWord};
pub(crate) use self::serving::ExposedPort;
pub(crate) use self::shellcheck::{Level, ShellCheckError};
pub(crate) use self::signal::{Fitting, UNCAUGHT, is_full_name, signal};
pub(crate) use self::stage::{Stage, Use, plain_path};
use self::state::Held;
pub(crate) use self::state::{Start, State, is_absolute, is_platform_arg, is_predefined_arg};
pub(crate) use self::step::Step;
pub(crate) use self::toolchain::BuildToolKind;
pub(crate) use self::users::{Membership, is_root};
pub(crate) use self::variable::{Variable, is_set_by_images};
pub(crate) use self::words::{Pair, Word};
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
    /// Whether another stage goes on from each stage, or takes files from it.
    used: Vec<bool>,
    complete: bool,
    /// Whether it is only a part of a Dockerfile, whose beginning and end others write.
    is_fragment: bool,
    /// Whether it stands inside another file.
    is_inline: bool,
    /// Whether people write the text, once a fix asked.
    is_source: OnceLock<bool>,
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
        let has_files = match inherited {
            Some(base) => base.has_files,
            None => resolved.as_deref() != Some("scratch"),
        };
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
            has_files,
            subject: OnceLock::new(),
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
        self.errors.push(SyntaxError { place: keyword.place, message, document, limit: None });
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
            used: Vec::new(),
            complete: true,
            is_fragment: false,
            is_inline: false,
            is_source: OnceLock::new(),
        };
        let (globals, names) = (HashMap::new(), HashMap::new());
        let mut reading = Reading { read, errors: Vec::new(), globals, names, is_windows: false };
        let knows_flags = directive::is_of_buildkit(&reading.read.directives);
        let mut reader = Reader::new(file, text, escape);
        for lines in Cutter::new(text, start, escape) {
            let span = Span::from(lines.span.clone());
            reading.read.spans.push(span);
            reading.read.blanks.extend(lines.blanks.iter().cloned().map(Span::from));
            let parsed = reader.read(&lines, reading.has_posix_shell());
            reading.read.complete &= lines.open.is_none();
            let sound = parsed.as_ref().ok().filter(|_| knows_flags);
            let broken_flag = sound.and_then(Parsed::broken_flag);
            let taken = parsed.and_then(|parsed| reading.take(parsed));
            let is_lost = taken.is_err();
            let Some(message) = taken.err().or(broken_flag) else { continue };
            let keyword = reader.keyword(&lines);
            if is_lost && keyword.text.eq_ignore_ascii_case("FROM") {
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
        reading.read.stages.iter_mut().for_each(Stage::shrink);
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

    /// What stands there in the file.
    pub(crate) fn written(&self, at: impl Into<Span>) -> &str {
        self.text.get(at.into().range()).unwrap_or_default()
    }

    /// Where words of the instruction stand that were meant as a JSON array and are none.
    pub(crate) fn broken_words(&self, instruction: &Instruction) -> Option<(Place, &str)> {
        instruction.broken_list(&self.text)
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

    /// Whether others write its beginning and its end, so that what is missing may stand there.
    pub(crate) fn is_fragment(&self) -> bool {
        self.is_fragment
    }

    /// Whether it stands inside another file, which may fill in variables before the builder does.
    pub(crate) fn is_inline(&self) -> bool {
        self.is_inline
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

    /// What the `ARG`s before the first stage are where the build says nothing: empty without a
    /// default. What the builder sets is something.
    pub(crate) fn defaults(&self) -> HashMap<&str, String> {
        let mut defaults: HashMap<&str, String> = HashMap::new();
        for pair in self.global_args() {
            let name = pair.name.text.as_str();
            let default = pair.value.as_ref().map_or("", |value| value.text.as_str());
            let value = variables::expand(default, &|other| {
                let platform = || is_platform_arg(other).then(|| "linux".to_owned());
                defaults.get(other).cloned().or_else(platform)
            });
            let set_by_builder = || is_platform_arg(name).then(|| "linux".to_owned());
            if let Some(value) = set_by_builder().or(value) {
                defaults.insert(name, value);
            }
        }
        defaults
    }

    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Whether a stage, or one that it goes on from, has an `ARG` of that name.
    pub(crate) fn declares_arg(&self, stage: &Stage, name: &str) -> bool {
        let is_arg = |stage: &Stage| stage.declared(name).iter().any(|declared| !declared.is_env);
        self.lineage(stage).any(is_arg)
    }
}
