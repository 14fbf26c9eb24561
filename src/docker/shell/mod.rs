//! The shell text of an instruction, split into its simple commands.
//!
//! [`parser`] splits the text, [`invocation`] tells which program a command starts and [`options`]
//! what it is told. Nothing is expanded and nothing is run.
//!
//! No crate does this for text that Dockerfiles break into lines: `brush-parser` and
//! `tree-sitter-bash` take one string, know no places in front of line continuations, and bound
//! neither the nesting nor the time of a hostile one.
//!
//! Source: pubs.opengroup.org/onlinepubs/9799919799, "Shell Command Language"; the manual of bash.

mod duration;
mod invocation;
mod options;
mod parser;
#[cfg(test)]
pub(super) mod tests;

pub(crate) use self::invocation::{Invocation, file_name};
pub(crate) use self::options::{Arguments, Valued};
use crate::source::{FileId, Place};

/// A word of a command, or what stands behind the `=` of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShellWord {
    /// Without quotes and escapes; what the shell would expand stands as it is written.
    pub(crate) text: String,
    /// Quotes included.
    pub(crate) place: Place,
    /// Whether the shell expands nothing in it but wildcards, braces and `~`.
    pub(crate) is_literal: bool,
    /// Whether a part of it is quoted or escaped.
    pub(crate) is_quoted: bool,
}

/// `NAME=value` before a command.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) value: ShellWord,
}

/// `2>/dev/null`, with what stands behind the operator.
#[derive(Debug)]
pub(crate) struct Redirection {
    pub(crate) operator: Operator,
    /// The number before the operator: which stream is redirected.
    pub(crate) descriptor: Option<u32>,
    /// Whether it is `&>`, by which bash alone redirects standard output and standard error.
    pub(crate) is_of_both: bool,
    pub(crate) target: ShellWord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `>`, `>>`, `>|`, `&>`, `&>>`
    Output,
    /// `<`, `<>`
    Input,
    /// `>&`, `<&`
    Duplicate,
    /// `<<`, `<<-`, `<<<`
    Here,
}

/// What stands between a command and the one before it in the same block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    First,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or a line break.
    Then,
    /// `&`: the one before goes on in the background.
    Background,
    /// `|`
    Pipe,
}

/// A command without others in it: variables, words and redirections.
#[derive(Debug)]
pub(crate) struct SimpleCommand {
    pub(crate) assignments: Vec<Assignment>,
    /// The name of the program and its arguments; nothing where variables are only set.
    pub(crate) words: Vec<ShellWord>,
    pub(crate) redirections: Vec<Redirection>,
    pub(crate) join: Join,
    /// From its first variable to its last redirection.
    pub(crate) place: Place,
    /// The index of its pipeline and of its block.
    pipeline: usize,
    block: usize,
    /// The index of the word that names the program which it starts in the end.
    program: usize,
}

/// Commands with `|` between them, or one alone.
#[derive(Debug)]
pub(crate) struct Pipeline {
    /// What stands before its first command.
    pub(crate) join: Join,
    /// Where its `|` are.
    pub(crate) bars: Vec<Place>,
    /// Whether `!` stands before it.
    pub(crate) is_negated: bool,
    /// Whether `&` stands behind it.
    pub(crate) is_background: bool,
    /// From its first command to the end of its last one, closing words included.
    pub(crate) place: Place,
    block: usize,
}

/// What a list of commands is to the list around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// The text itself.
    Script,
    /// `( )`
    Subshell,
    /// `{ }`
    Group,
    /// Behind `if`, `elif`, `while` and `until`: its failure is an answer.
    Condition,
    /// Behind `then`, `else` and a pattern of `case`.
    Branch,
    /// Between `do` and `done`.
    Loop,
    /// The body of a function.
    Function,
    /// `$( )`, backticks, `<( )` and `>( )`.
    Substitution,
    /// The text behind `sh -c`.
    Inner,
}

#[derive(Debug)]
struct Block {
    kind: BlockKind,
    parent: usize,
    /// The options that the shell of [`BlockKind::Inner`] is started with.
    settings: Settings,
}

/// What `set` can change that tells whether a failure ends the script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `-e`
    pub(crate) errexit: bool,
    /// `-o pipefail`
    pub(crate) pipefail: bool,
}

/// The commands of a shell text.
#[derive(Debug)]
pub(crate) struct Script {
    file: FileId,
    commands: Vec<SimpleCommand>,
    pipelines: Vec<Pipeline>,
    blocks: Vec<Block>,
    complete: bool,
}

impl Script {
    /// Splits a text whose characters come with their places in the file. A text that is no shell
    /// has no commands.
    pub(crate) fn read(file: FileId, said: &[(usize, char)]) -> Self {
        let empty = |complete| Script {
            file,
            commands: Vec::new(),
            pipelines: Vec::new(),
            blocks: vec![Block {
                kind: BlockKind::Script,
                parent: 0,
                settings: Settings::default(),
            }],
            complete,
        };
        let mut script = empty(true);
        if parser::read(&mut script, said).is_err() {
            return empty(false);
        }
        script.commands.shrink_to_fit();
        script.pipelines.shrink_to_fit();
        // Those inside of a command were finished before it.
        script.commands.sort_by_key(|command| {
            let span = command.place.span;
            (span.start, std::cmp::Reverse(span.end))
        });
        script
    }

    /// Whether the text is shell, so that a command that was not found is not there.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Every simple command in the order in which they begin.
    pub(crate) fn commands(&self) -> &[SimpleCommand] {
        &self.commands
    }

    /// Every pipeline, those of one command included; those inside of another follow it.
    pub(crate) fn pipelines(&self) -> &[Pipeline] {
        &self.pipelines
    }

    /// The pipeline that a command of this script is in.
    pub(crate) fn pipeline(&self, command: &SimpleCommand) -> Option<&Pipeline> {
        self.pipelines.get(command.pipeline)
    }

    /// The simple commands of a pipeline, those of its blocks and substitutions aside.
    pub(crate) fn members(&self, pipeline: &Pipeline) -> impl Iterator<Item = &SimpleCommand> {
        let span = pipeline.place.span;
        let first = self.commands.partition_point(|it| it.place.span.start < span.start);
        let behind = self.commands.get(first..).unwrap_or_default();
        let inside = behind.iter().take_while(move |it| it.place.span.start < span.end);
        inside.filter(|it| self.pipeline(it).is_some_and(|own| std::ptr::eq(own, pipeline)))
    }

    /// The pipeline before that one in the same block.
    pub(crate) fn previous_pipeline(&self, pipeline: &Pipeline) -> Option<&Pipeline> {
        let before = |other: &&Pipeline| {
            other.block == pipeline.block && other.place.span.end <= pipeline.place.span.start
        };
        self.pipelines.iter().rfind(before)
    }

    /// The command that reads what this one writes, by `|`; nothing where that is more than one.
    pub(crate) fn piped_into(&self, command: &SimpleCommand) -> Option<&SimpleCommand> {
        let end = command.place.span.end;
        let behind = self.commands.partition_point(|it| it.place.span.start < end);
        let next = self.commands.iter().skip(behind).find(|it| it.block == command.block)?;
        (next.join == Join::Pipe && next.pipeline == command.pipeline).then_some(next)
    }

    /// The command whose output this one reads, by `|`; nothing where that is more than one.
    pub(crate) fn piped_from(&self, command: &SimpleCommand) -> Option<&SimpleCommand> {
        let start = command.place.span.start;
        let own = self.commands.partition_point(|it| it.place.span.start < start);
        let before = self.commands.get(..own)?.iter().rev();
        let previous = before.into_iter().find(|it| it.block == command.block)?;
        let is_next = |next: &SimpleCommand| next.place == command.place;
        self.piped_into(previous).is_some_and(is_next).then_some(previous)
    }

    /// The pipeline behind that one in the same block.
    pub(crate) fn next_pipeline(&self, pipeline: &Pipeline) -> Option<&Pipeline> {
        let behind = |other: &&Pipeline| {
            other.block == pipeline.block && other.place.span.start >= pipeline.place.span.end
        };
        self.pipelines.iter().find(behind)
    }

    /// The kinds of the blocks around a command, from the innermost to [`BlockKind::Script`].
    pub(crate) fn around(&self, command: &SimpleCommand) -> impl Iterator<Item = BlockKind> {
        self.lineage(command.block).map(|(_, block)| block.kind)
    }

    /// The kinds of the blocks around a pipeline.
    pub(crate) fn around_pipeline(&self, pipeline: &Pipeline) -> impl Iterator<Item = BlockKind> {
        self.lineage(pipeline.block).map(|(_, block)| block.kind)
    }

    /// What the list of a pipeline is to the one around it, and the pipeline of that one which it
    /// stands in.
    pub(crate) fn enclosing(&self, pipeline: &Pipeline) -> Option<(BlockKind, &Pipeline)> {
        let (_, block) = self.lineage(pipeline.block).next()?;
        let (parent, _) = self.lineage(pipeline.block).nth(1)?;
        let span = pipeline.place.span;
        let is_around = |it: &&Pipeline| {
            let own = it.place.span;
            it.block == parent && own.start <= span.start && span.end <= own.end
        };
        self.pipelines.iter().find(is_around).map(|around| (block.kind, around))
    }

    /// Whether a command stands in the list of a pipeline, or in a list inside of it.
    pub(crate) fn is_within_list(&self, command: &SimpleCommand, pipeline: &Pipeline) -> bool {
        self.lineage(command.block).any(|(index, _)| index == pipeline.block)
    }

    /// A block, the one around it, and so on.
    fn lineage(&self, block: usize) -> impl Iterator<Item = (usize, &Block)> {
        let at = |index: usize| Some((index, self.blocks.get(index)?));
        // The block around another one comes before it, and the script is its own.
        std::iter::successors(at(block), move |(index, block)| {
            (block.parent < *index).then(|| at(block.parent)).flatten()
        })
    }

    /// Whether what a command changes of its shell still holds for a later one: both run in the same
    /// list of commands, or the later one in a list inside of it.
    pub(crate) fn holds_for(&self, earlier: &SimpleCommand, later: &SimpleCommand) -> bool {
        self.lineage(later.block).any(|(index, _)| index == earlier.block)
    }

    /// What the shell was told by `set`, where a pipeline begins; `outer` is what it was started
    /// with.
    pub(crate) fn settings_at(&self, pipeline: &Pipeline, outer: Settings) -> Settings {
        // Another shell begins with its own settings.
        let mut blocks = Vec::new();
        let mut settings = outer;
        for (index, block) in self.lineage(pipeline.block) {
            blocks.push(index);
            if block.kind == BlockKind::Inner {
                settings = block.settings;
                break;
            }
        }
        let before = |command: &&SimpleCommand| {
            command.place.span.end <= pipeline.place.span.start && blocks.contains(&command.block)
        };
        let is_set = |it: &&SimpleCommand| it.words.first().is_some_and(|it| it.text == "set");
        for command in self.commands.iter().filter(is_set).filter(before) {
            if let Some(invocation) = command.invocation() {
                settings.change(invocation.arguments.iter().map(|word| word.text.as_str()));
            }
        }
        settings
    }
}

impl Settings {
    /// Reads the options of `set`, or of a shell up to its script.
    pub(crate) fn change<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let (on, letters) = match (word.strip_prefix('-'), word.strip_prefix('+')) {
                (Some(letters), _) => (true, letters),
                (_, Some(letters)) => (false, letters),
                _ => break,
            };
            if letters.starts_with('-') {
                continue;
            }
            for letter in letters.chars() {
                match letter {
                    'e' => self.errexit = on,
                    'o' => match words.next() {
                        Some("pipefail") => self.pipefail = on,
                        Some("errexit") => self.errexit = on,
                        _ => {}
                    },
                    _ => {}
                }
            }
        }
    }
}

impl SimpleCommand {
    /// What a variable is set to for this command alone: before it, or by `env` or `sudo`.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        let own = self.assignments.iter().find(|it| it.name == name);
        own.map(|it| it.value.text.as_str()).or_else(|| {
            let before = self.words.iter().take(self.program);
            before
                .filter_map(|word| word.text.split_once('='))
                .find(|(it, _)| *it == name)
                .map(|it| it.1)
        })
    }

    /// The files that its output goes into.
    pub(crate) fn writes(&self) -> impl Iterator<Item = &ShellWord> {
        let outputs = self.redirections.iter().filter(|it| it.operator == Operator::Output);
        outputs.map(|it| &it.target)
    }

    /// Whether a word of it says that, capitals or not.
    pub(crate) fn says(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.words.iter().any(|word| word.text.to_ascii_lowercase().contains(&text))
    }
}
