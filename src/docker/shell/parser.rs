//! Splits shell text into commands by recursive descent.

use super::invocation::{assigned_name, program_index};
use super::{
    Assignment, Block, BlockKind, Join, Operator, Pipeline, Redirection, Script, Settings,
    ShellWord, SimpleCommand,
};
use crate::source::{Place, Span};

/// Nobody writes a longer script into a Dockerfile.
const MOST_CHARS: usize = 1 << 18;

/// Nor one of more commands or lists of them; rules look at each beside each.
const MOST_COMMANDS: usize = 1024;

/// How deep lists of commands and expansions may lie in each other.
const DEPTH: u8 = 32;

/// Arithmetic is short. Without a bound, text that only looks like it would be read again and
/// again.
const MOST_ARITHMETIC: usize = 4096;

/// Words that mean something where a command begins.
const KEYWORDS: [&str; 19] = [
    "!", "[[", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if",
    "select", "then", "time", "until", "while", "{", "}",
];

/// The keywords that end a list of commands.
const ENDS: [&str; 8] = ["do", "done", "elif", "else", "esac", "fi", "then", "}"];

/// The text is no shell, or more than anybody writes.
#[derive(Debug)]
pub(super) struct Unreadable;

type Read<T> = Result<T, Unreadable>;

/// Reads a text into the outermost block of a script.
pub(super) fn read(script: &mut Script, said: &[(usize, char)]) -> Read<()> {
    if said.len() > MOST_CHARS {
        return Err(Unreadable);
    }
    Parser { said, at: 0, depth: DEPTH, script, heredocs: Vec::new() }.whole(0)
}

struct Parser<'s, 'o> {
    said: &'s [(usize, char)],
    /// The index of the next character.
    at: usize,
    /// How much deeper it may go.
    depth: u8,
    script: &'o mut Script,
    /// The here-documents whose text begins behind the next line break.
    heredocs: Vec<Heredoc>,
}

struct Heredoc {
    end: String,
    /// Whether tabs before the end are dropped.
    tabs: bool,
}

/// A word that is being read.
#[derive(Default)]
struct Raw {
    /// What it means, each with its place.
    chars: Vec<(usize, char)>,
    expands: bool,
    /// Whether a command is in it.
    substitutes: bool,
    quoted: bool,
}

impl Parser<'_, '_> {
    fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> Option<char> {
        self.said.get(self.at + count).map(|(_, c)| *c)
    }

    fn looks_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, c)| self.ahead(index) == Some(c))
    }

    /// Moves behind `text` if it is next.
    fn eat(&mut self, text: &str) -> bool {
        let is_next = self.looks_at(text);
        if is_next {
            self.at += text.chars().count();
        }
        is_next
    }

    fn expect(&mut self, text: &str) -> Read<()> {
        if self.eat(text) { Ok(()) } else { Err(Unreadable) }
    }

    /// The byte at which the next character stands.
    fn start(&self) -> usize {
        self.said.get(self.at).map_or_else(|| self.end(), |(byte, _)| *byte)
    }

    /// The byte behind the last character.
    fn end(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.said.get(at));
        last.map_or(0, |(byte, c)| byte + c.len_utf8())
    }

    fn place(&self, start: usize) -> Place {
        Place { file: self.script.file, span: Span::new(start, self.end()) }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth = self.depth.checked_sub(1).ok_or(Unreadable)?;
        let result = read(self);
        self.depth += 1;
        result
    }

    fn block(&mut self, kind: BlockKind, parent: usize) -> usize {
        self.script.blocks.push(Block { kind, parent, settings: Settings::default() });
        self.script.blocks.len() - 1
    }

    fn whole(&mut self, block: usize) -> Read<()> {
        self.list(block)?;
        if self.peek().is_some() { Err(Unreadable) } else { Ok(()) }
    }

    /// A line break behind a backslash is no character at all.
    fn continuation(&self) -> Option<usize> {
        if self.peek() != Some('\\') {
            return None;
        }
        ["\\\n", "\\\r\n"].iter().find(|it| self.looks_at(it)).map(|it| it.len())
    }

    fn at_line_break(&self) -> bool {
        self.peek() == Some('\n') || self.looks_at("\r\n")
    }

    /// Moves behind blanks and a comment, to the end of the line at most.
    fn blanks(&mut self) {
        loop {
            if let Some(length) = self.continuation() {
                self.at += length;
            } else if matches!(self.peek(), Some(' ' | '\t')) {
                self.at += 1;
            } else {
                break;
            }
        }
        if self.peek() == Some('#') {
            while self.peek().is_some() && !self.at_line_break() {
                self.at += 1;
            }
        }
    }

    /// Moves behind blanks, comments, line breaks and the here-documents that they begin.
    fn gap(&mut self) {
        self.blanks();
        while self.line_break() {
            self.blanks();
        }
    }

    fn line_break(&mut self) -> bool {
        let broken = self.eat("\n") || self.eat("\r\n");
        if broken {
            for heredoc in std::mem::take(&mut self.heredocs) {
                self.skip(&heredoc);
            }
        }
        broken
    }

    /// Moves behind a here-document; one without an end goes on to the end of the text.
    fn skip(&mut self, heredoc: &Heredoc) {
        while self.peek().is_some() {
            let mut line = String::new();
            while let Some(c) = self.peek() {
                self.at += 1;
                if c == '\n' {
                    break;
                }
                line.push(c);
            }
            let line = line.strip_suffix('\r').unwrap_or(&line);
            let line = if heredoc.tabs { line.trim_start_matches('\t') } else { line };
            if line == heredoc.end {
                break;
            }
        }
    }

    /// The keyword that is next, where a command begins.
    fn keyword(&self) -> Option<&'static str> {
        const LONGEST: usize = "function".len();
        let word = self.said.get(self.at..)?.iter().take(LONGEST + 1);
        let length = word.take_while(|(_, c)| !c.is_whitespace() && !is_meta(*c)).count();
        let is_next = |keyword: &&str| keyword.len() == length && self.looks_at(keyword);
        let keyword = KEYWORDS.into_iter().find(is_next);
        keyword.or_else(|| self.looks_at("{\\").then_some("{"))
    }

    fn is_at_end_of_list(&self) -> bool {
        let closes = self.peek().is_none_or(|c| c == ')');
        closes
            || self.looks_at(";;")
            || self.looks_at(";&")
            || self.keyword().is_some_and(|keyword| ENDS.contains(&keyword))
    }

    /// Commands, up to what cannot be one.
    fn list(&mut self, block: usize) -> Read<()> {
        let mut join = Join::First;
        loop {
            self.gap();
            if self.is_at_end_of_list() {
                let lacks = matches!(join, Join::And | Join::Or);
                return if lacks { Err(Unreadable) } else { Ok(()) };
            }
            let pipeline = self.script.pipelines.len();
            self.pipeline(block, join)?;
            self.blanks();
            join = if self.eat("&&") {
                Join::And
            } else if self.eat("||") {
                Join::Or
            } else if self.is_at_end_of_list() {
                return Ok(());
            } else if self.eat("&") {
                if let Some(pipeline) = self.script.pipelines.get_mut(pipeline) {
                    pipeline.is_background = true;
                }
                Join::Background
            } else if self.eat(";") || self.at_line_break() {
                Join::Then
            } else {
                return Err(Unreadable);
            };
        }
    }

    fn pipeline(&mut self, block: usize, join: Join) -> Read<()> {
        let start = self.start();
        let index = self.script.pipelines.len();
        if index.max(self.script.commands.len()) >= MOST_COMMANDS {
            return Err(Unreadable);
        }
        let place = self.place(start);
        let bars = Vec::new();
        let (is_negated, is_background) = (false, false);
        let pipeline = Pipeline { join, bars, is_negated, is_background, place, block };
        self.script.pipelines.push(pipeline);
        let mut is_negated = false;
        while let Some(keyword) = self.keyword() {
            // Before anything but a compound command, `time` is a program like others.
            if keyword != "!" && (keyword != "time" || !self.times_compound()) {
                break;
            }
            is_negated ^= keyword == "!";
            self.at += keyword.len();
            self.blanks();
        }
        let mut bars = Vec::new();
        let mut join = join;
        loop {
            self.deeper(|parser| parser.command(block, index, join))?;
            let end = self.place(start);
            if let Some(pipeline) = self.script.pipelines.get_mut(index) {
                (pipeline.place, pipeline.is_negated) = (end, is_negated);
            }
            self.blanks();
            let bar = self.start();
            if self.looks_at("||") || !self.eat("|") {
                break;
            }
            self.eat("&");
            bars.push(self.place(bar));
            join = Join::Pipe;
            self.gap();
        }
        if let Some(pipeline) = self.script.pipelines.get_mut(index) {
            pipeline.bars = bars;
        }
        Ok(())
    }

    fn times_compound(&self) -> bool {
        let behind = self.said.get(self.at + "time".len()..).unwrap_or_default();
        let next = behind.iter().map(|(_, c)| *c).find(|c| *c != ' ');
        matches!(next, Some('(' | '{' | '!'))
    }

    /// A simple command, or one with others in it.
    fn command(&mut self, block: usize, pipeline: usize, join: Join) -> Read<()> {
        if self.looks_at("((")
            && let Some(length) = self.arithmetic()
        {
            self.at += length;
        } else if self.eat("(") {
            self.inside(BlockKind::Subshell, block, ")")?;
        } else if let Some(keyword) = self.keyword() {
            if ENDS.contains(&keyword) {
                return Err(Unreadable);
            }
            if keyword == "time" {
                return self.simple(block, pipeline, join);
            }
            self.at += keyword.chars().count();
            match keyword {
                "{" => self.inside(BlockKind::Group, block, "}")?,
                "if" => self.conditional(block)?,
                "while" | "until" => {
                    self.inside(BlockKind::Condition, block, "do")?;
                    self.inside(BlockKind::Loop, block, "done")?;
                }
                "for" | "select" => self.for_loop(block)?,
                "case" => self.case(block)?,
                "function" => {
                    self.blanks();
                    self.word(block, false)?;
                    self.blanks();
                    if self.eat("(") {
                        self.blanks();
                        self.expect(")")?;
                    }
                    self.function(block, pipeline)?;
                }
                "[[" => self.test(block)?,
                _ => return Err(Unreadable),
            }
        } else {
            return self.simple(block, pipeline, join);
        }
        self.blanks_before_redirection();
        while self.redirection(block)?.is_some() {
            self.blanks_before_redirection();
        }
        Ok(())
    }

    /// Moves behind blanks where a redirection follows, so that what is read ends where it ends.
    fn blanks_before_redirection(&mut self) {
        let before = self.at;
        self.blanks();
        let digits = self.said.get(self.at..).unwrap_or_default().iter();
        let digits = digits.take_while(|(_, c)| c.is_ascii_digit()).count();
        let follows = matches!(self.ahead(digits), Some('<' | '>')) || self.looks_at("&>");
        if !follows {
            self.at = before;
        } else if digits > 0 {
            self.at += digits;
        }
    }

    /// A list in a block of its own, and the word that ends it.
    fn inside(&mut self, kind: BlockKind, parent: usize, end: &str) -> Read<()> {
        let block = self.block(kind, parent);
        self.list(block)?;
        self.expect(end)
    }

    fn conditional(&mut self, block: usize) -> Read<()> {
        self.inside(BlockKind::Condition, block, "then")?;
        loop {
            let branch = self.block(BlockKind::Branch, block);
            self.list(branch)?;
            match self.keyword() {
                Some("elif") => {
                    self.expect("elif")?;
                    self.inside(BlockKind::Condition, block, "then")?;
                }
                Some("else") => {
                    self.expect("else")?;
                    return self.inside(BlockKind::Branch, block, "fi");
                }
                _ => return self.expect("fi"),
            }
        }
    }

    fn for_loop(&mut self, block: usize) -> Read<()> {
        self.blanks();
        if self.looks_at("((") {
            self.at += self.arithmetic().ok_or(Unreadable)?;
        } else {
            self.word(block, false)?;
            self.gap();
            if self.looks_at("in") && self.ahead(2).is_none_or(|c| c.is_whitespace() || c == ';') {
                self.at += 2;
                self.words(block)?;
            }
        }
        self.blanks();
        self.eat(";");
        self.gap();
        self.expect("do")?;
        self.inside(BlockKind::Loop, block, "done")
    }

    /// Words that no program is given, up to what cannot be one.
    fn words(&mut self, block: usize) -> Read<()> {
        loop {
            self.blanks();
            if self.peek().is_none_or(|c| c == '\n' || is_meta(c)) || self.at_line_break() {
                return Ok(());
            }
            self.word(block, false)?;
        }
    }

    fn case(&mut self, block: usize) -> Read<()> {
        self.blanks();
        self.word(block, false)?;
        self.gap();
        self.expect("in")?;
        loop {
            self.gap();
            if self.keyword() == Some("esac") {
                return self.expect("esac");
            }
            self.eat("(");
            loop {
                self.blanks();
                self.word(block, false)?;
                self.blanks();
                if !self.eat("|") {
                    break;
                }
            }
            self.expect(")")?;
            let branch = self.block(BlockKind::Branch, block);
            self.list(branch)?;
            if !self.eat(";;&") && !self.eat(";;") && !self.eat(";&") {
                return self.expect("esac");
            }
        }
    }

    /// The body of a function, behind its name and parentheses.
    fn function(&mut self, block: usize, pipeline: usize) -> Read<()> {
        self.gap();
        if self.peek() != Some('(') && self.keyword().is_none() {
            return Err(Unreadable);
        }
        let body = self.block(BlockKind::Function, block);
        self.deeper(|parser| parser.command(body, pipeline, Join::First))
    }

    /// The rest of `[[ .. ]]`.
    fn test(&mut self, block: usize) -> Read<()> {
        loop {
            self.gap();
            if self.peek().is_none() {
                return Err(Unreadable);
            }
            if self.eat("]]") {
                return Ok(());
            }
            self.word(block, true)?;
        }
    }

    fn simple(&mut self, block: usize, pipeline: usize, join: Join) -> Read<()> {
        let start = self.start();
        let mut end = self.place(start);
        let (mut assignments, mut redirections) = (Vec::new(), Vec::new());
        let mut descriptor = None;
        let mut words: Vec<ShellWord> = Vec::new();
        // Where the words begin in which no command is, and what the one in hand means.
        let (mut firsts, mut raw) = (Vec::new(), Raw::default());
        loop {
            self.blanks();
            if self.at_line_break() {
                break;
            }
            if let Some(redirection) = self.redirection(block)? {
                redirections.push(Redirection { descriptor: descriptor.take(), ..redirection });
                end = self.place(start);
                continue;
            }
            match self.peek() {
                Some('(') if words.len() == 1 && assignments.is_empty() => {
                    self.expect("(")?;
                    self.blanks();
                    self.expect(")")?;
                    return self.function(block, pipeline);
                }
                Some('(') => return Err(Unreadable),
                None => break,
                Some(c) if is_meta(c) && !self.at_substitution() => break,
                _ => {}
            }
            let (first, byte) = (self.at, self.start());
            self.word_into(&mut raw, block, false)?;
            let is_number = raw.chars.len() == self.at - first
                && raw.chars.iter().all(|(_, c)| c.is_ascii_digit());
            if is_number && matches!(self.peek(), Some('<' | '>')) {
                descriptor = raw.chars.iter().map(|(_, c)| c).collect::<String>().parse().ok();
                continue;
            }
            let name = self.assignment(first);
            if name.is_some()
                && self.peek() == Some('(')
                && raw.chars.last().is_some_and(|it| it.1 == '=')
            {
                self.array(block)?;
            }
            if let Some(name) = name.filter(|_| words.is_empty()) {
                assignments.push(self.assigned(name, &raw, byte));
            } else {
                words.push(self.shell_word(&raw, byte));
                firsts.push((!raw.substitutes).then_some(first));
            }
            end = self.place(start);
        }
        if words.is_empty() && assignments.is_empty() && redirections.is_empty() {
            return Err(Unreadable);
        }
        let place = end;
        let program = program_index(&words);
        words.shrink_to_fit();
        let command = SimpleCommand {
            assignments,
            words,
            redirections,
            join,
            place,
            pipeline,
            block,
            program,
        };
        self.inner_script(&command, &firsts)?;
        self.script.commands.push(command);
        // Behind it, so that what is read ends where it ends.
        self.rewind_to(end.span.end as usize);
        Ok(())
    }

    /// Moves back to the character behind that byte, over blanks and a comment.
    fn rewind_to(&mut self, byte: usize) {
        while self.at > 0 && self.end() > byte {
            self.at -= 1;
        }
    }

    /// The text behind `sh -c`, where nothing of it is put in by another command. A bad one costs
    /// itself only.
    fn inner_script(&mut self, command: &SimpleCommand, firsts: &[Option<usize>]) -> Read<()> {
        let Some(invocation) = command.invocation() else { return Ok(()) };
        let Some(index) = invocation.script_index() else { return Ok(()) };
        let first = command.words.len() - invocation.arguments.len();
        let Some(first) = firsts.get(first + index).copied().flatten() else { return Ok(()) };
        let Some(depth) = self.depth.checked_sub(1) else { return Ok(()) };
        let behind = std::mem::replace(&mut self.at, first);
        let raw = self.word(command.block, false)?;
        self.at = behind;
        let script = &mut *self.script;
        let counts = (script.commands.len(), script.pipelines.len(), script.blocks.len());
        let mut settings = Settings::default();
        let options = invocation.arguments.iter().take(index);
        settings.change(options.map(|word| word.text.as_str()));
        script.blocks.push(Block { kind: BlockKind::Inner, parent: command.block, settings });
        let mut parser = Parser { said: &raw.chars, at: 0, depth, script, heredocs: Vec::new() };
        if parser.whole(counts.2).is_err() {
            self.script.commands.truncate(counts.0);
            self.script.pipelines.truncate(counts.1);
            self.script.blocks.truncate(counts.2);
        }
        Ok(())
    }

    /// The name of the variable that the word from the character `first` on sets.
    fn assignment(&self, first: usize) -> Option<String> {
        let word = self.said.get(first..self.at).unwrap_or_default();
        let equals = word.iter().position(|(_, c)| *c == '=')?;
        let said: String = word.iter().take(equals + 1).map(|(_, c)| *c).collect();
        let said = said.replace("+=", "=");
        // `array[0]=value`
        let said = match said.split_once('[').filter(|(_, rest)| rest.ends_with("]=")) {
            Some((name, _)) => format!("{name}="),
            None => said,
        };
        assigned_name(&said).map(str::to_owned)
    }

    fn assigned(&self, name: String, raw: &Raw, start: usize) -> Assignment {
        let equals = raw.chars.iter().position(|(_, c)| *c == '=').unwrap_or(0);
        let before = raw.chars.get(equals).map_or(start, |(byte, c)| byte + c.len_utf8());
        let mut value = self.shell_word(raw, before);
        value.text = raw.chars.iter().skip(equals + 1).map(|(_, c)| *c).collect();
        Assignment { name, value }
    }

    fn shell_word(&self, raw: &Raw, start: usize) -> ShellWord {
        ShellWord {
            text: raw.chars.iter().map(|(_, c)| *c).collect(),
            place: self.place(start),
            is_literal: !raw.expands,
            is_quoted: raw.quoted,
        }
    }

    /// `(a b c)` behind `name=`
    fn array(&mut self, block: usize) -> Read<()> {
        self.expect("(")?;
        loop {
            self.gap();
            if self.eat(")") {
                return Ok(());
            }
            let before = self.at;
            self.word(block, false)?;
            if self.at == before {
                return Err(Unreadable);
            }
        }
    }

    fn redirection(&mut self, block: usize) -> Read<Option<Redirection>> {
        if !matches!(self.peek(), Some('&' | '<' | '>')) || self.at_substitution() {
            return Ok(None);
        }
        let operators = [
            ("&>>", Operator::Output),
            ("&>", Operator::Output),
            ("<<<", Operator::Here),
            ("<<-", Operator::Here),
            ("<<", Operator::Here),
            ("<&", Operator::Duplicate),
            ("<>", Operator::Input),
            ("<", Operator::Input),
            (">>", Operator::Output),
            (">&", Operator::Duplicate),
            (">|", Operator::Output),
            (">", Operator::Output),
        ];
        let Some((written, operator)) = operators.into_iter().find(|(it, _)| self.eat(it)) else {
            return Ok(None);
        };
        self.blanks();
        let (first, start) = (self.at, self.start());
        let raw = self.word(block, false)?;
        if self.at == first {
            return Err(Unreadable);
        }
        let target = self.shell_word(&raw, start);
        if written == "<<" || written == "<<-" {
            let end = target.text.clone();
            self.heredocs.push(Heredoc { end, tabs: written == "<<-" });
        }
        let is_of_both = written.starts_with('&');
        Ok(Some(Redirection { operator, descriptor: None, is_of_both, target }))
    }

    fn at_substitution(&self) -> bool {
        self.looks_at("<(") || self.looks_at(">(")
    }

    /// A word, which may be empty where none is next. One of a test ends at white space only.
    fn word(&mut self, block: usize, is_test: bool) -> Read<Raw> {
        let mut raw = Raw::default();
        self.word_into(&mut raw, block, is_test)?;
        Ok(raw)
    }

    /// The same in the place of another one.
    fn word_into(&mut self, raw: &mut Raw, block: usize, is_test: bool) -> Read<()> {
        let mut chars = std::mem::take(&mut raw.chars);
        chars.clear();
        *raw = Raw { chars, ..Raw::default() };
        let first = self.at;
        // Where the word ends, if only line continuations follow.
        let mut end = self.at;
        while let Some(c) = self.peek() {
            if self.take_plain(raw) {
                end = self.at;
                continue;
            }
            if let Some(length) = self.continuation() {
                self.at += length;
                continue;
            }
            match c {
                ' ' | '\t' | '\n' => break,
                '\r' if self.at_line_break() => break,
                '\\' => {
                    self.at += 1;
                    raw.quoted = true;
                    // A backslash at the very end means itself.
                    let at = if self.peek().is_some() { self.at } else { self.at - 1 };
                    raw.chars.extend(self.said.get(at));
                    self.at = at + 1;
                }
                '\'' => self.single(raw)?,
                '"' => self.double(raw, block)?,
                '$' => self.dollar(raw, block, false)?,
                '`' => self.backticks(raw, block)?,
                '<' | '>' if self.at_substitution() && !is_test => {
                    let from = self.at;
                    self.at += 2;
                    self.deeper(|it| it.inside(BlockKind::Substitution, block, ")"))?;
                    self.keep(raw, from);
                    raw.substitutes = true;
                }
                // `!(a|b)`
                '(' if !is_test && self.follows_glob(first) => {
                    let from = self.at;
                    self.at += self.parenthesized().ok_or(Unreadable)?;
                    self.keep(raw, from);
                    raw.expands = false;
                }
                _ if is_meta(c) && !is_test => break,
                _ => self.take(raw),
            }
            end = self.at;
        }
        self.at = end;
        Ok(())
    }

    fn follows_glob(&self, first: usize) -> bool {
        let before = self.at.checked_sub(1).filter(|before| *before >= first);
        before.and_then(|at| self.said.get(at)).is_some_and(|(_, c)| "?*+@!".contains(*c))
    }

    fn take(&mut self, raw: &mut Raw) {
        raw.chars.extend(self.said.get(self.at));
        self.at += 1;
    }

    /// Takes what means nothing but itself, wherever it stands in a word; says whether there is some.
    fn take_plain(&mut self, raw: &mut Raw) -> bool {
        let rest = self.said.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|(_, c)| is_plain(*c)).count();
        raw.chars.extend_from_slice(rest.get(..count).unwrap_or_default());
        self.at += count;
        count > 0
    }

    /// Keeps an expansion as it is written.
    fn keep(&mut self, raw: &mut Raw, from: usize) {
        raw.chars.extend(self.said.get(from..self.at).unwrap_or_default());
        raw.expands = true;
    }

    fn single(&mut self, raw: &mut Raw) -> Read<()> {
        raw.quoted = true;
        self.at += 1;
        while self.peek().ok_or(Unreadable)? != '\'' {
            self.take(raw);
        }
        self.at += 1;
        Ok(())
    }

    fn double(&mut self, raw: &mut Raw, block: usize) -> Read<()> {
        raw.quoted = true;
        self.at += 1;
        loop {
            if self.take_plain(raw) {
                continue;
            }
            if let Some(length) = self.continuation() {
                self.at += length;
                continue;
            }
            match self.peek().ok_or(Unreadable)? {
                '"' => break,
                '\\' if matches!(self.ahead(1), Some('"' | '\\' | '$' | '`')) => {
                    self.at += 1;
                    self.take(raw);
                }
                '$' => self.dollar(raw, block, true)?,
                '`' => self.backticks(raw, block)?,
                _ => self.take(raw),
            }
        }
        self.at += 1;
        Ok(())
    }

    /// `$'..'`
    fn escaped(&mut self, raw: &mut Raw) -> Read<()> {
        raw.quoted = true;
        self.at += 2;
        loop {
            match self.peek().ok_or(Unreadable)? {
                '\'' => break,
                '\\' => {
                    self.at += 1;
                    let (at, c) = *self.said.get(self.at).ok_or(Unreadable)?;
                    let meant = match c {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    };
                    raw.chars.push((at, meant));
                    self.at += 1;
                }
                _ => self.take(raw),
            }
        }
        self.at += 1;
        Ok(())
    }

    /// What begins with `$`.
    fn dollar(&mut self, raw: &mut Raw, block: usize, is_quoted: bool) -> Read<()> {
        let from = self.at;
        match self.ahead(1) {
            Some('\'') if !is_quoted => return self.escaped(raw),
            Some('"') if !is_quoted => {
                self.at += 1;
                return self.double(raw, block);
            }
            Some('(') => {
                self.at += 1;
                if let Some(length) = self.looks_at("((").then(|| self.arithmetic()).flatten() {
                    self.at += length;
                } else {
                    self.at += 1;
                    self.deeper(|it| it.inside(BlockKind::Substitution, block, ")"))?;
                }
                raw.substitutes = true;
            }
            Some('{') => {
                self.at += 2;
                raw.substitutes |= self.deeper(|it| it.braced(block, is_quoted))?;
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                self.at += 2;
                while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                    self.at += 1;
                }
            }
            Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => self.at += 2,
            _ => {
                self.take(raw);
                return Ok(());
            }
        }
        self.keep(raw, from);
        Ok(())
    }

    /// The rest of `${..}`, and whether a command is in it.
    fn braced(&mut self, block: usize, is_quoted: bool) -> Read<bool> {
        let mut inner = Raw::default();
        loop {
            match self.peek().ok_or(Unreadable)? {
                '}' => break,
                '\\' => {
                    self.at += 1;
                    self.take(&mut inner);
                }
                '\'' if !is_quoted => self.single(&mut inner)?,
                '"' => self.double(&mut inner, block)?,
                '$' => self.dollar(&mut inner, block, is_quoted)?,
                '`' => self.backticks(&mut inner, block)?,
                _ => self.take(&mut inner),
            }
        }
        self.at += 1;
        Ok(inner.substitutes)
    }

    fn backticks(&mut self, raw: &mut Raw, block: usize) -> Read<()> {
        let from = self.at;
        self.at += 1;
        let mut said = Vec::new();
        loop {
            match self.peek().ok_or(Unreadable)? {
                '`' => break,
                '\\' if matches!(self.ahead(1), Some('`' | '\\' | '$')) => self.at += 1,
                _ => {}
            }
            said.extend(self.said.get(self.at));
            self.at += 1;
        }
        self.at += 1;
        let depth = self.depth.checked_sub(1).ok_or(Unreadable)?;
        let inner = self.block(BlockKind::Substitution, block);
        let script = &mut *self.script;
        Parser { said: &said, at: 0, depth, script, heredocs: Vec::new() }.whole(inner)?;
        self.keep(raw, from);
        raw.substitutes = true;
        Ok(())
    }

    /// How long `((..))` is.
    fn arithmetic(&self) -> Option<usize> {
        let length = self.parenthesized()?;
        let last = self.said.get(self.at + length - 2)?;
        (length > 3 && last.1 == ')').then_some(length).filter(|_| {
            // `((a) (b))` is two lists in a subshell.
            let inside = self.said.get(self.at + 1..self.at + length - 1).unwrap_or_default();
            let mut depth = 0_usize;
            let closes = inside.iter().position(|(_, c)| {
                match c {
                    '(' => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
            closes == Some(inside.len() - 1)
        })
    }

    /// How long what stands in parentheses is, with them.
    fn parenthesized(&self) -> Option<usize> {
        let mut depth = 0_usize;
        let mut quote = None;
        let said = self.said.get(self.at..)?.iter().take(MOST_ARITHMETIC);
        for (index, (_, c)) in said.enumerate() {
            match (c, quote) {
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                ('(', None) => depth += 1,
                (')', None) => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                return Some(index + 1);
            }
        }
        None
    }
}

/// Whether a character means itself in every word, quoted or not.
fn is_plain(c: char) -> bool {
    !is_meta(c) && !matches!(c, ' ' | '\t' | '\n' | '\r' | '\\' | '\'' | '"' | '$' | '`')
}

/// What ends a word where nothing quotes it.
fn is_meta(c: char) -> bool {
    matches!(c, ';' | '&' | '|' | '<' | '>' | '(' | ')')
}
