//! What one instruction says.

use std::ops::Range;

use parse_dockerfile::{Command as ParsedCommand, Instruction, UnescapedString, parse_iter};

use super::lines::{Heredoc, Lines};
use super::words::{Lexer, Pair};
use crate::source::{FileId, Place, Span};

/// A word and where it stands, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// What it means: without quotes, escapes and line continuations.
    pub(crate) text: String,
    pub(crate) place: Place,
}

impl Word {
    pub(super) fn new(file: FileId, range: Range<usize>, text: String) -> Self {
        Word { text, place: Place { file, span: range.into() } }
    }
}

/// ```text
/// CMD ["executable", "argument"]
///     ^^^^^^^^^^^^^^^^^^^^^^^^^^
/// CMD command argument
///     ^^^^^^^^^^^^^^^^
/// ```
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) place: Place,
    pub(crate) form: Form,
}

/// How a command is started.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it stands.
    Exec(Vec<String>),
    /// By a shell.
    Shell(String),
}

/// ```text
/// FROM [--platform=<platform>] <image> [AS <name>]
/// ```
#[derive(Debug)]
pub(super) struct From {
    pub(super) image: Word,
    pub(super) name: Option<Word>,
}

/// What an instruction does to the image, as far as anybody asks. Steps that only change its files
/// are not kept.
#[derive(Debug)]
pub(crate) enum Action {
    Arg(Vec<Pair>),
    Cmd(Command),
    Entrypoint(Command),
    Env(Vec<Pair>),
    /// With the ports.
    Expose(Vec<Word>),
    /// With a command or `NONE`.
    Healthcheck,
    Shell(Vec<String>),
    User(Word),
}

/// An instruction that parses.
#[derive(Debug)]
pub(super) enum Parsed {
    From(From),
    Action(Action),
    /// For the images that are built on this one.
    Onbuild(Option<Action>),
    Step,
}

/// Every instruction there is.
const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Reads instructions one at a time, so that a bad one costs itself only.
pub(super) struct Reader<'t> {
    text: &'t str,
    lexer: Lexer,
    /// What stands before the instruction that is being read: the escape character's directive and
    /// a `FROM`, without which the parser takes nothing but `ARG`.
    preamble: usize,
    buffer: String,
}

impl<'t> Reader<'t> {
    pub(super) fn new(file: FileId, text: &'t str, escape: char) -> Self {
        let buffer = format!("# escape={escape}\nFROM scratch\n");
        Reader { text, lexer: Lexer { file, escape }, preamble: buffer.len(), buffer }
    }

    /// What the instruction says, or what is wrong with it.
    pub(super) fn read(&mut self, lines: &Lines) -> Result<Parsed, String> {
        match &lines.heredoc {
            Heredoc::None => {}
            // Whatever it says, it is a step that changes files.
            Heredoc::Closed => return Ok(Parsed::Step),
            Heredoc::Open(name) => return Err(format!("heredoc `{name}` is not closed")),
        }
        self.buffer.truncate(self.preamble);
        let start = lines.span.start;
        self.buffer.push_str(self.text.get(start..lines.end()).unwrap_or_default());
        let instruction = match parse_iter(&self.buffer).map(|mut parser| parser.nth(1)) {
            Ok(Some(Ok(instruction))) => instruction,
            Ok(Some(Err(error))) | Err(error) => return self.explain(lines, &format!("{error:#}")),
            Ok(None) => return Ok(Parsed::Step),
        };
        let shift = Shift { file: self.lexer.file, from: self.preamble, to: start };
        self.parsed(lines, instruction, shift)
    }

    fn parsed(
        &self,
        lines: &Lines,
        instruction: Instruction<'_>,
        shift: Shift,
    ) -> Result<Parsed, String> {
        let said = |words: &UnescapedString<'_>| -> Vec<(usize, char)> {
            lines.chars(self.text, shift.range(&words.span).start).collect()
        };
        let joined = |from: usize| -> String {
            let said: String = lines.chars(self.text, from).map(|(_, c)| c).collect();
            said.trim().to_owned()
        };
        let action = match instruction {
            Instruction::From(from) => {
                return Ok(Parsed::From(From {
                    image: shift.word(&from.image),
                    name: from.as_.as_ref().map(|(_, name)| shift.word(name)),
                }));
            }
            Instruction::Onbuild(onbuild) => {
                return match self.parsed(lines, *onbuild.instruction, shift)? {
                    Parsed::Action(action) => Ok(Parsed::Onbuild(Some(action))),
                    Parsed::From(_) => Err("ONBUILD FROM is not allowed".to_owned()),
                    Parsed::Step | Parsed::Onbuild(_) => Ok(Parsed::Onbuild(None)),
                };
            }
            Instruction::Arg(arg) => Action::Arg(self.lexer.arg(&said(&arg.arguments))),
            Instruction::Env(env) => Action::Env(self.lexer.env(&said(&env.arguments))?),
            Instruction::Cmd(cmd) => Action::Cmd(shift.command(cmd.arguments, joined)),
            Instruction::Entrypoint(entrypoint) => {
                Action::Entrypoint(shift.command(entrypoint.arguments, joined))
            }
            Instruction::Expose(expose) => {
                Action::Expose(expose.arguments.iter().map(|port| shift.word(port)).collect())
            }
            Instruction::Healthcheck(_) => Action::Healthcheck,
            Instruction::Shell(shell) => {
                Action::Shell(shell.arguments.iter().map(|word| word.value.to_string()).collect())
            }
            Instruction::User(user) => Action::User(shift.word(&user.arguments)),
            _ => return Ok(Parsed::Step),
        };
        Ok(Parsed::Action(action))
    }

    /// An error of the parser, in our words where its own are wrong or could be better.
    fn explain(&self, lines: &Lines, message: &str) -> Result<Parsed, String> {
        let said: String = lines.chars(self.text, lines.span.start).map(|(_, c)| c).collect();
        let said = said.trim_start();
        let (keyword, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
        // `ENTRYPOINT []` is how an image gets rid of its base's entrypoint.
        let empty = rest.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if keyword.eq_ignore_ascii_case("ENTRYPOINT") && empty.is_some_and(|it| it.trim() == "") {
            let span = Span::new(lines.span.start, lines.end());
            let place = Place { file: self.lexer.file, span };
            let command = Command { place, form: Form::Exec(Vec::new()) };
            return Ok(Parsed::Action(Action::Entrypoint(command)));
        }
        let known = |keyword: &str| KEYWORDS.iter().any(|it| it.eq_ignore_ascii_case(keyword));
        if known(keyword) {
            let keyword = keyword.to_ascii_uppercase();
            let names_it = message.to_ascii_uppercase().starts_with(&keyword);
            return Err(if names_it {
                message.to_owned()
            } else {
                format!("{keyword}: {message}")
            });
        }
        let upper = keyword.to_ascii_uppercase();
        let near = KEYWORDS.iter().min_by_key(|known| strsim::damerau_levenshtein(known, &upper));
        let near = near.filter(|known| strsim::damerau_levenshtein(known, &upper) <= 2);
        let advice = near.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
        let shown: String = keyword.chars().take(32).collect();
        Err(format!("unknown instruction `{shown}`{advice}"))
    }
}

/// From the parser's buffer to the file.
#[derive(Clone, Copy)]
struct Shift {
    file: FileId,
    from: usize,
    to: usize,
}

impl Shift {
    fn range(self, span: &Range<usize>) -> Range<usize> {
        let shift = |at: usize| at.saturating_sub(self.from) + self.to;
        shift(span.start)..shift(span.end)
    }

    fn word(self, word: &UnescapedString<'_>) -> Word {
        Word::new(self.file, self.range(&word.span), word.value.to_string())
    }

    /// `joined` is what stands from a byte of the file on, without line continuations.
    fn command(self, command: ParsedCommand<'_>, joined: impl Fn(usize) -> String) -> Command {
        let (span, form) = match command {
            ParsedCommand::Exec(words) => {
                let texts = words.value.iter().map(|word| word.value.to_string());
                (words.span, Form::Exec(texts.collect()))
            }
            ParsedCommand::Shell(text) => {
                let start = self.range(&text.span).start;
                (text.span, Form::Shell(joined(start)))
            }
            _ => (0..0, Form::Exec(Vec::new())),
        };
        Command { place: Place { file: self.file, span: self.range(&span).into() }, form }
    }
}
