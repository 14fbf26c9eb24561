//! What `ShellCheck`, another program, says of the shell text of a `RUN`.
//!
//! It is started only where the configuration asks for it, by its name in `PATH`, with the text on
//! its standard input; nothing of the project is executed.

use std::io::ErrorKind;
use std::ops::Range;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use serde::Deserialize;
use subprocess::{Exec, Redirection};
use thiserror::Error;

use super::lines::Cutter;
use super::{Action, Dockerfile, Form, Instruction, Run, Stage};
use crate::image::ImageRef;
use crate::source::{FileId, Place, Span};

/// How long one text may take; most take 50 ms.
const MOST_TIME: Duration = Duration::from_secs(20);

/// No text earns more remarks than fit here, in bytes of JSON.
const MOST_OUTPUT: usize = 4 << 20;

/// What cannot be right of a text that came alone: that a file it sources is not there (1090, 1091),
/// and that `sh` of Alpine is called `ash` (2187).
const EXCLUDED: &str = "SC1090,SC1091,SC2187";

/// The codes of what `sh` refuses where it is a strict one.
///
/// Source: `ShellCheck`'s wiki, "SC3000-SC3999: only in POSIX sh".
const STRICT: Range<u32> = 3000..4000;

/// Comments that ask to ignore codes, in this instruction or in the whole file.
static IGNORES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let list = r"[ \t]*=[ \t]*(?P<codes>(?-u:[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*))";
    let global = r"hadolint[ \t]+(?P<global>global[ \t]+)?ignore";
    Regex::new(&format!(r"(?m)^[ \t]*#.*?(?-u:\b)(?:{global}|shellcheck[ \t]+disable){list}")).ok()
});

/// A code, a range of codes, or all of them.
static CODE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)^(?:SC\d+(?:-SC\d+)?|all)$").ok());

/// A text for `ShellCheck`, and what it is to know of its surroundings.
struct Request<'t> {
    /// What the shell is handed, each character with its place in the file.
    said: Vec<(usize, char)>,
    /// The shell, by the name that `ShellCheck` has for it.
    shell: &'static str,
    /// Whether that shell refuses what only others know.
    is_strict: bool,
    /// The variables that the Dockerfile sets for it.
    variables: Vec<&'t str>,
    /// Codes that comments ask to ignore: `SC2086`.
    disabled: Vec<&'t str>,
}

/// Something that `ShellCheck` remarks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// `SC2086`
    pub(crate) code: String,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) place: Place,
}

/// How bad `ShellCheck` takes a remark to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Warning,
    Info,
    Style,
}

/// Why there are no remarks.
#[derive(Debug, Error)]
pub(crate) enum ShellCheckError {
    /// There is no such program in `PATH`.
    #[error("ShellCheck is not installed")]
    Missing,
    /// It took longer than anybody waits.
    #[error("ShellCheck did not finish within {} seconds", MOST_TIME.as_secs())]
    Slow,
    /// It could not be started, or said nothing that can be read.
    #[error("ShellCheck failed")]
    Failed,
}

/// The `--format=json1` of `ShellCheck`: lines and columns count from one, columns in characters.
#[derive(Deserialize)]
struct Output {
    comments: Vec<Comment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comment {
    line: usize,
    end_line: usize,
    column: usize,
    end_column: usize,
    level: Level,
    code: u32,
    message: String,
}

impl Dockerfile {
    /// What `ShellCheck` says of an instruction of the stage; nothing where that hands no text to a
    /// shell that it knows.
    pub(crate) fn shellcheck(
        &self,
        stage: &Stage,
        instruction: &Instruction,
    ) -> Option<Result<Vec<Remark>, ShellCheckError>> {
        let Action::Run(run) = &instruction.action else { return None };
        // Without scripts it is in exec form, or for another shell.
        let Form::Shell(text) = &run.command.form else { return None };
        if run.command.scripts().is_empty() {
            return None;
        }
        let is_script = run.heredocs.len() == 1 && !text.contains(char::is_whitespace);
        let chosen = self.at(instruction).shell().words.first().map(|word| word.text.as_str());
        let named = if is_script { self.interpreter(run).or(chosen) } else { chosen };
        let shell = match named.map(|path| path.rsplit('/').next().unwrap_or(path)) {
            None | Some("sh") => "sh",
            Some("bash") => "bash",
            Some("ash" | "busybox" | "dash") => "dash",
            Some("ksh" | "mksh") => "ksh",
            Some(_) => return None,
        };
        let base = self.origin(stage).resolved_image().map(ImageRef::parse);
        let request = Request {
            said: self.handed_to_shell(instruction, run, is_script),
            shell,
            is_strict: shell == "sh" && base.is_some_and(|base| base.has_strict_sh()),
            variables: self.variable_names(stage).collect(),
            disabled: self.disabled_codes(instruction),
        };
        let remark = |comment| request.remark(self.file(), comment);
        let output = request.ask();
        Some(output.map(|output| output.comments.into_iter().filter_map(remark).collect()))
    }

    /// The interpreter that the first line of a heredoc names.
    fn interpreter(&self, run: &Run) -> Option<&str> {
        let body = self.text.get(run.heredocs.first()?.body.range())?;
        let words = body.lines().next()?.strip_prefix("#!")?.split_whitespace();
        words.into_iter().find(|word| !word.ends_with("/env") && !word.starts_with('-'))
    }

    /// The characters that the shell reads. `is_script` says that they are those of a heredoc.
    fn handed_to_shell(
        &self,
        instruction: &Instruction,
        run: &Run,
        is_script: bool,
    ) -> Vec<(usize, char)> {
        let within = |span: Span| {
            let start = span.start as usize;
            let text = self.text.get(span.range()).unwrap_or_default();
            text.char_indices().map(move |(at, c)| (start + at, c))
        };
        let first = run.heredocs.first();
        if let Some(heredoc) = first.filter(|_| is_script) {
            return within(heredoc.body).collect();
        }
        let start = instruction.span.start as usize;
        let Some(lines) = Cutter::new(&self.text, start, self.escape).next() else {
            return Vec::new();
        };
        let mut said: Vec<_> =
            lines.chars(&self.text, run.command.place.span.start as usize).collect();
        if let Some(heredoc) = first {
            let start = heredoc.body.start;
            said.push((start as usize, '\n'));
            said.extend(within(Span { start, end: instruction.span.end }));
        }
        said
    }

    /// The names of what `ARG` and `ENV` set.
    fn variable_names<'d>(&'d self, stage: &'d Stage) -> impl Iterator<Item = &'d str> {
        let pairs =
            self.lineage(stage).flat_map(Stage::actions).filter_map(|action| match action {
                Action::Arg(pairs) | Action::Env(pairs) => Some(pairs),
                _ => None,
            });
        pairs.flatten().map(|pair| pair.name.text.as_str())
    }

    /// The codes that comments above the instruction, in it, or for the whole file name.
    fn disabled_codes(&self, instruction: &Instruction) -> Vec<&str> {
        let (Some(ignores), Some(code)) = (&*IGNORES, &*CODE) else { return Vec::new() };
        let index = self.spans.partition_point(|span| span.start < instruction.span.start);
        let before = index.checked_sub(1).and_then(|index| self.spans.get(index));
        let near = before.map_or(0, |before| before.end)..instruction.span.end;
        let found = ignores.captures_iter(&self.text).filter(|found| {
            let at = found.get(0).map_or(0, |all| Span::from(all.range()).start);
            near.contains(&at) || found.name("global").is_some()
        });
        let lists = found.filter_map(|found| found.name("codes")).map(|codes| codes.as_str());
        lists
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .filter(|it| code.is_match(it))
            .collect()
    }
}

impl Request<'_> {
    fn ask(&self) -> Result<Output, ShellCheckError> {
        let mut input = self.preamble();
        input.extend(self.said.iter().map(|(_, c)| *c));
        input.push('\n');
        let shell = format!("--shell={}", self.shell);
        let exclude = format!("--exclude={EXCLUDED}");
        let output = run(&["--norc", "--format=json1", &shell, &exclude, "-"], input)?;
        serde_json::from_slice(&output).map_err(|_| ShellCheckError::Failed)
    }

    /// The lines that come before the text.
    fn preamble(&self) -> String {
        let mut preamble = String::new();
        if !self.disabled.is_empty() {
            preamble = format!("# shellcheck disable={}\n", self.disabled.join(","));
        }
        // Of names in capitals, ShellCheck supposes that somebody sets them.
        let is_doubted = |name: &&&str| {
            name.chars().any(|c| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit())
        };
        let set = self.variables.iter().filter(is_doubted).map(|name| format!(" {name}=x"));
        let set: String = set.collect();
        if !set.is_empty() {
            preamble.extend(["export", &set, "\n"]);
        }
        preamble
    }

    /// Nothing for what is said of the lines before the text, and for what this shell does know.
    fn remark(&self, file: FileId, comment: Comment) -> Option<Remark> {
        if self.shell == "sh" && !self.is_strict && STRICT.contains(&comment.code) {
            return None;
        }
        let start = self.index(comment.line, comment.column)?;
        let end = self.index(comment.end_line, comment.end_column)?.max(start);
        let said = self.said.get(start..end).unwrap_or_default();
        let (first, _) = self.said.get(start).or(self.said.last())?;
        let behind = said.last().map_or(*first, |(at, c)| at + c.len_utf8());
        Some(Remark {
            code: format!("SC{}", comment.code),
            level: comment.level,
            message: comment.message,
            place: Place { file, span: Span::new(*first, behind) },
        })
    }

    /// The index of the character at a line and a column of what was asked.
    fn index(&self, line: usize, column: usize) -> Option<usize> {
        let line = line.checked_sub(self.preamble().lines().count() + 1)?;
        let breaks = self.said.iter().enumerate().filter(|(_, (_, c))| *c == '\n');
        let mut starts = std::iter::once(0).chain(breaks.map(|(index, _)| index + 1));
        Some(starts.nth(line)? + column.saturating_sub(1))
    }
}

/// What the program prints, whatever its exit code: 1 says that there are remarks.
fn run(arguments: &[&str], input: String) -> Result<Vec<u8>, ShellCheckError> {
    let started = Exec::cmd("shellcheck")
        .args(arguments)
        .stdin(input)
        .stdout(Redirection::Pipe)
        .stderr(Redirection::Null)
        .start();
    let mut job = started.map_err(|error| match error.kind() {
        ErrorKind::NotFound => ShellCheckError::Missing,
        _ => ShellCheckError::Failed,
    })?;
    let talk = job.communicate().map_err(|_| ShellCheckError::Failed)?;
    let said = talk.limit_time(MOST_TIME).limit_size(MOST_OUTPUT).read();
    // It has ended, or has to: what is dropped is waited for.
    let _ = job.kill();
    match said {
        Ok((output, _)) => Ok(output),
        Err(error) if error.kind() == ErrorKind::TimedOut => Err(ShellCheckError::Slow),
        Err(_) => Err(ShellCheckError::Failed),
    }
}
