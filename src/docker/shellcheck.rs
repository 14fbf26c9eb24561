//! What `ShellCheck`, another program, says of the shell text of an instruction.
//!
//! It is started only where the configuration asks for it, by its name in `PATH`, with the text on
//! its standard input; nothing of the project is executed.

use std::io::ErrorKind;
use std::ops::Range;
use std::time::Duration;

use serde::Deserialize;
use subprocess::{Exec, Redirection};
use thiserror::Error;

/// How long one text may take; most take 50 ms.
const MOST_TIME: Duration = Duration::from_secs(20);

/// No text earns more remarks than fit here, in bytes of JSON.
const MOST_OUTPUT: usize = 4 << 20;

/// What cannot be right of a text that came alone: that a file it sources is not there (1090, 1091),
/// and that `sh` of Alpine is called `ash` (2187).
const EXCLUDED: &str = "SC1090,SC1091,SC2187";

/// A text for `ShellCheck`, and what it is to know of its surroundings.
pub(super) struct Request<'t> {
    /// What the shell is handed: without line continuations.
    pub(super) text: &'t str,
    /// The shell, by the name that `ShellCheck` has for it.
    pub(super) shell: &'static str,
    /// The variables that the Dockerfile sets for it.
    pub(super) variables: Vec<&'t str>,
    /// Codes that comments ask to ignore: `SC2086`.
    pub(super) disabled: Vec<&'t str>,
}

/// Something that `ShellCheck` remarks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// `SC2086`
    pub(crate) code: String,
    pub(crate) level: Level,
    pub(crate) message: String,
    /// The characters of the text that it is about.
    pub(super) chars: Range<usize>,
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

/// Asks `ShellCheck`.
pub(super) fn ask(request: &Request<'_>) -> Result<Vec<Remark>, ShellCheckError> {
    let preamble = request.preamble();
    let input = format!("{preamble}{}\n", request.text);
    let arguments = [
        "--norc",
        "--format=json1",
        &format!("--shell={}", request.shell),
        &format!("--exclude={EXCLUDED}"),
        "-",
    ];
    let output = run(&arguments, input)?;
    let output: Output = serde_json::from_slice(&output).map_err(|_| ShellCheckError::Failed)?;
    let lines = Lines::of(request.text, preamble.lines().count());
    Ok(output.comments.into_iter().filter_map(|comment| lines.remark(comment)).collect())
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
    // It ended long ago, or has to: what is dropped is waited for.
    let _ = job.kill();
    match said {
        Ok((output, _)) => Ok(output),
        Err(error) if error.kind() == ErrorKind::TimedOut => Err(ShellCheckError::Slow),
        Err(_) => Err(ShellCheckError::Failed),
    }
}

impl Request<'_> {
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
            preamble += &format!("export{set}\n");
        }
        preamble
    }
}

/// The lines of a text as ranges of its characters.
struct Lines {
    ranges: Vec<Range<usize>>,
    /// How many lines come before the text.
    before: usize,
}

impl Lines {
    fn of(text: &str, before: usize) -> Self {
        let mut ranges = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let end = start + line.chars().count();
            ranges.push(start..end);
            start = end + 1;
        }
        Lines { ranges, before }
    }

    fn at(&self, line: usize, column: usize) -> Option<usize> {
        let range = self.ranges.get(line.checked_sub(self.before + 1)?)?;
        Some((range.start + column.saturating_sub(1)).min(range.end))
    }

    /// Nothing for what is said of the lines before the text.
    fn remark(&self, comment: Comment) -> Option<Remark> {
        let start = self.at(comment.line, comment.column)?;
        let end = self.at(comment.end_line, comment.end_column)?;
        Some(Remark {
            code: format!("SC{}", comment.code),
            level: comment.level,
            message: comment.message,
            chars: start..end.max(start),
        })
    }
}
