//! Edits of Dockerfiles that leave every byte they do not mean to change.

use super::package::PackageCommand;
use super::shell::{BlockKind, Join, Pipeline, Script, ShellWord, SimpleCommand};
use super::step::APT_LISTS;
use super::{Command, Dockerfile, Form, Place, Span, Stage, Step, Word};
use crate::diagnostic::Edit;
use crate::tree::edit::{Change, Edits, Refusal, source_text};

/// What says how the image runs, in the order in which it is usually written.
const STARTS: [&str; 3] = ["HEALTHCHECK", "ENTRYPOINT", "CMD"];

/// Adds an instruction to the last stage, before what says how the image runs and behind the last
/// step that builds it.
pub(crate) fn before_start(dockerfile: &Dockerfile, instruction: &str) -> Edits {
    editable(dockerfile)?;
    let own = dockerfile.last_stage_instructions();
    let is = |span: &Span, words: &[&str]| words.contains(&dockerfile.keyword_at(*span).as_str());
    let built = own.iter().rposition(|span| is(span, &["RUN"])).unwrap_or(0);
    let start = own.iter().skip(built + 1).position(|span| is(span, &STARTS));
    let before = own.iter().take(built + 1 + start.unwrap_or(own.len())).next_back();
    let next = start.and_then(|at| own.get(built + 1 + at));
    let previous = before.ok_or(Refusal::Occupied)?.end as usize;
    insert(dockerfile, previous, next.copied(), instruction)
}

/// Puts another text where an argument or all arguments of an instruction stand.
pub(crate) fn replace(dockerfile: &Dockerfile, place: Place, text: String) -> Edits {
    editable(dockerfile)?;
    Ok(Change { edits: vec![Edit { place, text }], touches: Vec::new() })
}

/// Puts a list of words where the arguments of an instruction stand.
pub(crate) fn replace_by_words(dockerfile: &Dockerfile, place: Place, words: &[String]) -> Edits {
    if has_comments(dockerfile.written(place.span)) {
        // A comment between the lines would be lost.
        return Err(Refusal::Occupied);
    }
    let words: Vec<_> = words.iter().map(|word| serde_json::json!(word).to_string()).collect();
    replace(dockerfile, place, format!("[{}]", words.join(", ")))
}

/// Adds words behind one of a command, where `word` is a word of it or of a script that it runs.
pub(crate) fn add_words(
    dockerfile: &Dockerfile,
    command: &Command,
    word: Place,
    new: &[&str],
) -> Edits {
    let is_listed = is_listed(command, word);
    let mut text = String::new();
    for new in new {
        if is_listed {
            text.push_str(", ");
            text.push_str(&serde_json::json!(new).to_string());
        } else {
            text.push(' ');
            text.push_str(new);
        }
    }
    insert_behind(dockerfile, word, text)
}

/// Whether a word is one of a JSON array, which takes words and no shell text.
fn is_listed(command: &Command, word: Place) -> bool {
    match &command.form {
        Form::Exec(words) => words.iter().any(|own| own.place == word),
        Form::Shell(_) => false,
    }
}

/// Puts text right behind a place.
pub(crate) fn insert_behind(dockerfile: &Dockerfile, place: Place, text: String) -> Edits {
    let end = place.span.end;
    replace(dockerfile, Place { span: Span { start: end, end }, ..place }, text)
}

/// Puts text right before a place.
pub(crate) fn insert_before(dockerfile: &Dockerfile, place: Place, text: String) -> Edits {
    let start = place.span.start;
    replace(dockerfile, Place { span: Span { start, end: start }, ..place }, text)
}

/// Adds an instruction before the one that a word belongs to.
pub(crate) fn before_instruction(dockerfile: &Dockerfile, word: Place, instruction: &str) -> Edits {
    let around = dockerfile.spans().iter().find(|span| span.contains(word.span.start));
    let span = *around.ok_or(Refusal::Occupied)?;
    let text = format!("{instruction}{}", line_break(dockerfile));
    insert_before(dockerfile, Place { span, ..word }, text)
}

/// Leaves a word as it is, so that no other fix changes it or puts anything beside it in the same
/// round.
pub(crate) fn keep(dockerfile: &Dockerfile, word: Place) -> Edits {
    replace(dockerfile, word, dockerfile.written(word.span).to_owned())
}

/// Puts another text where the last `old` in a word stands, inside of its quotes.
pub(crate) fn reword(dockerfile: &Dockerfile, word: &ShellWord, old: &str, new: &str) -> Edits {
    let at = dockerfile.written(word.place.span).rfind(old).ok_or(Refusal::Occupied)?;
    let start = word.place.span.start as usize + at;
    let place = Place { span: Span::new(start, start + old.len()), ..word.place };
    replace(dockerfile, place, new.to_owned())
}

/// Takes a word of a command out, with the blanks before it or, where it begins a line, behind it.
pub(crate) fn remove_word(
    dockerfile: &Dockerfile,
    command: &SimpleCommand,
    word: &ShellWord,
) -> Edits {
    remove_words(dockerfile, command, word, word)
}

/// The same for several words, from the first to the last.
pub(crate) fn remove_words(
    dockerfile: &Dockerfile,
    command: &SimpleCommand,
    first: &ShellWord,
    last: &ShellWord,
) -> Edits {
    let own = Span { start: first.place.span.start, end: last.place.span.end };
    let place = |start, end| Place { span: Span { start, end }, ..first.place };
    let before = command.words.iter().rfind(|it| it.place.span.end <= own.start);
    let next = command.words.iter().find(|it| it.place.span.start >= own.end);
    let before = before.map(|it| (it.place.span.end, own.end));
    let behind = next.map(|it| (own.start, it.place.span.start));
    let is_blank = |(start, end): &(u32, u32)| {
        let gap = |it: Place| !dockerfile.written(it.span).contains(['\n', '#']);
        gap(place(*start, own.start)) && gap(place(own.end, *end))
    };
    // A list over several lines keeps its other lines as they are.
    let begins_line =
        behind.filter(|(_, end)| !dockerfile.written(place(own.end, *end).span).contains('#'));
    let (start, end) = before.filter(is_blank).or(begins_line).ok_or(Refusal::Occupied)?;
    replace(dockerfile, place(start, end), String::new())
}

/// All of those changes, or none.
pub(crate) fn all(changes: impl IntoIterator<Item = Edits>) -> Edits {
    let none = Change { edits: Vec::new(), touches: Vec::new() };
    changes.into_iter().try_fold(none, |all, change| Ok(all.and(change?)))
}

/// Cleans up behind the last command that leaves something, where that is done whichever of `all`
/// ran, and where no failure is lost by it.
pub(crate) fn clean_behind(
    step: Step<'_>,
    last: &PackageCommand<'_>,
    all: &[&PackageCommand<'_>],
    cleaning: &str,
) -> Edits {
    // No shell reads the words of a JSON array.
    if last.command.words.iter().any(|word| is_listed(&step.run.command, word.place)) {
        return Err(Refusal::Occupied);
    }
    let is_everywhere = cleaning.starts_with("rm ");
    let script = last.script;
    let pipeline = to_clean_behind(last, all, is_everywhere)?;
    let next = follower(script, pipeline).filter(|next| {
        let asks = step.dockerfile.written(next.place.span).contains("$?");
        next.join == Join::Then && !asks
    });
    // What may be skipped may be skipped because the program is not there.
    let may_be_skipped = pipeline.join == Join::Or || pipeline.join == Join::And && next.is_some();
    if may_be_skipped && !is_everywhere && !follows_own(pipeline, last) {
        return Err(Refusal::Occupied);
    }
    let join = match next {
        Some(next) => then_behind(step, script, pipeline, next),
        None => and_behind(step, script, pipeline),
    };
    insert_behind(step.dockerfile, pipeline.place, format!("{join}{cleaning}"))
}

/// The pipeline of the last command, or the one around it that runs whichever of `all` ran.
fn to_clean_behind<'c>(
    last: &PackageCommand<'c>,
    all: &[&PackageCommand<'_>],
    is_everywhere: bool,
) -> Result<&'c Pipeline, Refusal> {
    let script = last.script;
    let mut inner = script.pipeline(last.command).ok_or(Refusal::Occupied)?;
    let mut found = inner;
    loop {
        if inner.is_negated || inner.is_background {
            return Err(Refusal::Occupied);
        }
        let Some((kind, around)) = script.enclosing(inner) else { return Ok(found) };
        let is_once = match kind {
            BlockKind::Branch => false,
            BlockKind::Subshell | BlockKind::Group | BlockKind::Inner => around.join != Join::Or,
            _ => return Err(Refusal::Occupied),
        };
        let has = |it: &&PackageCommand<'_>| {
            std::ptr::eq(it.script, script) && script.is_within_list(it.command, inner)
        };
        if !is_once && !all.iter().all(has) {
            if kind == BlockKind::Inner || !is_everywhere || may_leave(script, around) {
                return Err(Refusal::Occupied);
            }
            found = around;
        }
        inner = around;
    }
}

/// Whether a command inside of a pipeline may end what is behind it.
fn may_leave(script: &Script, pipeline: &Pipeline) -> bool {
    let leaves = ["break", "continue", "exec", "exit", "return"];
    let mut inside =
        script.commands().iter().filter(|it| pipeline.place.span.contains(it.place.span.start));
    inside.any(|it| it.words.first().is_some_and(|word| leaves.contains(&word.text.as_str())))
}

/// What runs behind a pipeline in the same shell: behind it, or behind what it is the end of.
fn follower<'s>(script: &'s Script, pipeline: &'s Pipeline) -> Option<&'s Pipeline> {
    let mut inner = pipeline;
    loop {
        if let Some(next) = script.next_pipeline(inner) {
            return Some(next);
        }
        match script.enclosing(inner)? {
            (BlockKind::Group | BlockKind::Branch, around) => inner = around,
            _ => return None,
        }
    }
}

/// Whether the same program runs right before a pipeline, so that it is there.
fn follows_own(pipeline: &Pipeline, last: &PackageCommand<'_>) -> bool {
    let before = last.script.previous_pipeline(pipeline);
    before
        .into_iter()
        .flat_map(|it| last.script.members(it))
        .any(|it| it.invocation().is_some_and(|it| it.program.text == last.program.text))
}

/// What stands between a pipeline and the next one, where failures end the script by `set -e`: that
/// overlooks them before an `&&`.
fn then_behind(step: Step<'_>, script: &Script, pipeline: &Pipeline, next: &Pipeline) -> String {
    let plain = "; ".to_owned();
    let is_next = script.next_pipeline(pipeline).is_some_and(|own| std::ptr::eq(own, next));
    if !is_next || matches!(step.run.command.form, Form::Exec(_)) {
        return plain;
    }
    let span = Span { start: pipeline.place.span.end, end: next.place.span.start };
    let between = step.dockerfile.written(span);
    let is_plain = |c: char| c.is_whitespace() || c == ';' || c == step.dockerfile.escape;
    let Some((above, last)) = between.rsplit_once('\n') else { return plain };
    if !between.chars().all(is_plain) {
        return plain;
    }
    let first = above.lines().next().unwrap_or_default().trim_end_matches('\r');
    format!("{first}{}{last}", line_break(step.dockerfile))
}

/// The `&&` behind a pipeline, as it stands before it or on a line of its own where the pipeline
/// has more than one.
fn and_behind(step: Step<'_>, script: &Script, pipeline: &Pipeline) -> String {
    let text: &str = &step.dockerfile.text;
    let plain = " && ".to_owned();
    if matches!(step.run.command.form, Form::Exec(_)) {
        return plain;
    }
    let (start, end) = (pipeline.place.span.start as usize, pipeline.place.span.end as usize);
    // The text of a heredoc begins on the next line.
    let line = text.get(start..).and_then(|rest| rest.split_inclusive('\n').next());
    if line.is_some_and(|line| line.contains("<<")) {
        return plain;
    }
    let previous = script.previous_pipeline(pipeline).filter(|_| pipeline.join == Join::And);
    let between = previous.and_then(|it| text.get(it.place.span.end as usize..start));
    let is_plain = |c: char| c.is_whitespace() || c == '&' || c == step.dockerfile.escape;
    let newline = line_break(step.dockerfile);
    let escape = step.dockerfile.escape;
    if let Some((above, last)) = between.and_then(|between| between.rsplit_once('\n')) {
        if last.contains("&&") && last.chars().all(is_plain) {
            return format!(" {escape}{newline}{last}");
        }
        if above.chars().all(is_plain) && last.chars().all(is_plain) {
            // Empty lines between are nothing to repeat.
            let first = above.lines().next().unwrap_or_default().trim_end_matches('\r');
            return format!("{first}{newline}{last}");
        }
    }
    let written = text.get(start..end).unwrap_or_default();
    let Some((_, last)) = written.rsplit_once('\n') else { return plain };
    let indent = last.get(..last.len() - last.trim_start().len()).unwrap_or_default();
    and_below(step.dockerfile, indent)
}

/// An `&&` on a line of its own.
pub(crate) fn and_below(dockerfile: &Dockerfile, indent: &str) -> String {
    format!(" {}{}{indent}&& ", dockerfile.escape, line_break(dockerfile))
}

/// Empties the lists of packages behind the last command that reads them.
pub(crate) fn empty_lists(
    step: Step<'_>,
    last: &PackageCommand<'_>,
    all: &[&PackageCommand<'_>],
) -> Edits {
    let sudo = if last.called().starts_with("sudo ") { "sudo " } else { "" };
    clean_behind(step, last, all, &format!("{sudo}rm -rf {APT_LISTS}/*"))
}

/// Adds an instruction to a stage as its first one.
pub(crate) fn behind_from(dockerfile: &Dockerfile, stage: &Stage, instruction: &str) -> Edits {
    editable(dockerfile)?;
    let from = dockerfile.spans.get(stage.first).ok_or(Refusal::Occupied)?;
    let next = dockerfile.spans.get(stage.first + 1).copied();
    insert(dockerfile, from.end as usize, next, instruction)
}

/// Puts text at the end of a word, inside its quotes.
pub(crate) fn extend(dockerfile: &Dockerfile, word: &Word, text: &str) -> Edits {
    let Place { file, span } = word.place;
    let is_quoted = dockerfile.written(span).ends_with(['"', '\'']);
    let end = span.end - u32::from(is_quoted);
    replace(dockerfile, Place { file, span: Span { start: end, end } }, text.to_owned())
}

/// Writes a line above an instruction and the comments that belong to it.
pub(crate) fn line_before(dockerfile: &Dockerfile, instruction: Span, line: &str) -> Edits {
    editable(dockerfile)?;
    let index = dockerfile.spans.partition_point(|span| span.start < instruction.start);
    let previous = index.checked_sub(1).and_then(|index| dockerfile.spans.get(index));
    let previous = previous.ok_or(Refusal::Occupied)?.end as usize;
    insert(dockerfile, previous, Some(instruction), line)
}

/// Takes whole lines out.
pub(crate) fn remove_lines(dockerfile: &Dockerfile, lines: &[Span]) -> Edits {
    editable(dockerfile)?;
    let edit = |line: &Span| {
        let end = line.end as usize;
        let rest = dockerfile.text.get(end..).unwrap_or_default();
        let end = rest.find('\n').map_or(dockerfile.text.len(), |at| end + at + 1);
        let place = Place { file: dockerfile.file, span: Span::new(line.start as usize, end) };
        Edit { place, text: String::new() }
    };
    Ok(Change { edits: lines.iter().map(edit).collect(), touches: Vec::new() })
}

/// The value of the old form `ENV NAME value` as one word that means the same.
pub(crate) fn as_one_word(dockerfile: &Dockerfile, written: &str) -> Result<String, Refusal> {
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let special = |text: &str| text.contains(|c| is_quote(c) || c == dockerfile.escape);
    let quote = written.chars().next().filter(|c| is_quote(*c));
    let inner = quote.and_then(|it| written.strip_prefix(it)?.strip_suffix(it));
    if written.contains('\n') {
        Err(Refusal::Occupied)
    } else if !written.contains(char::is_whitespace) || inner.is_some_and(|it| !special(it)) {
        Ok(written.to_owned())
    } else if special(written) {
        Err(Refusal::Occupied)
    } else {
        Ok(format!("\"{written}\""))
    }
}

/// Takes a word out that is not the first of its line.
pub(crate) fn drop_word(dockerfile: &Dockerfile, word: &Word) -> Edits {
    let Place { file, span } = word.place;
    let before = dockerfile.text.get(..span.start as usize).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t']);
    if start.is_empty() || start.ends_with('\n') {
        return Err(Refusal::Occupied);
    }
    let span = Span::new(start.len(), span.end as usize);
    replace(dockerfile, Place { file, span }, String::new())
}

/// A value in double quotes, in which nothing is replaced.
pub(crate) fn quoted(dockerfile: &Dockerfile, value: &str) -> String {
    let mut quoted = String::from('"');
    for c in value.chars() {
        if matches!(c, '"' | '$') || c == dockerfile.escape {
            quoted.push(dockerfile.escape);
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// Takes an instruction out, with what that leaves of the empty lines around it. Comments above it
/// stay.
pub(crate) fn remove(dockerfile: &Dockerfile, instruction: Span) -> Edits {
    if has_comments(dockerfile.written(instruction)) {
        return Err(Refusal::Occupied);
    }
    let text: &str = &dockerfile.text;
    let (start, end) = (instruction.start as usize, instruction.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let first = before.rfind('\n').map_or(0, |at| at + 1);
    let line_end = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        rest.find('\n').map_or(text.len(), |found| at + found + 1)
    };
    let mut behind = line_end(end);
    // One empty line was between it and each neighbour, and one is enough between those.
    let above = before.get(..first).unwrap_or_default().replace('\r', "");
    let next = line_end(behind);
    let is_blank = text.get(behind..next).unwrap_or_default().trim().is_empty();
    if is_blank && (above.is_empty() || above.ends_with("\n\n")) {
        behind = next;
    }
    let place = Place { file: dockerfile.file, span: Span::new(first, behind) };
    replace(dockerfile, place, String::new())
}

fn has_comments(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with('#'))
}

/// A line between the instruction that ends at `previous` and the one at `next`: above the comments
/// that belong to the latter, and set off from them as they are from what comes before.
fn insert(
    dockerfile: &Dockerfile,
    previous: usize,
    next: Option<Span>,
    instruction: &str,
) -> Edits {
    let text: &str = &dockerfile.text;
    let newline = line_break(dockerfile);
    let behind = |at: usize| text.get(..at).unwrap_or(text);
    if next.is_none() && behind(previous).trim_end().ends_with(dockerfile.escape) {
        return Err(Refusal::Occupied);
    }
    let mut at = previous;
    let (mut gap, mut indent) = ("", "");
    if let Some(next) = next {
        let between = text.get(previous..next.start as usize).unwrap_or_default();
        let (lines, own) = between.rsplit_once('\n').ok_or(Refusal::Occupied)?;
        indent = own;
        let lines = lines.trim_end_matches('\r');
        let mut above = lines;
        while let Some((rest, line)) = above.rsplit_once('\n') {
            if !line.trim_start().starts_with('#') {
                break;
            }
            above = rest.trim_end_matches('\r');
        }
        let end = above.trim_end().len();
        gap = if end < above.len() { newline } else { "" };
        at = previous + end;
    }
    let new = format!("{newline}{gap}{indent}{instruction}");
    let place = Place { file: dockerfile.file, span: Span::new(at, at) };
    Ok(Change { edits: vec![Edit { place, text: new }], touches: Vec::new() })
}

/// How the first line ends, and so the others.
pub(crate) fn line_break(dockerfile: &Dockerfile) -> &'static str {
    let first = dockerfile.text.split_once('\n').map(|(line, _)| line);
    if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}

fn editable(dockerfile: &Dockerfile) -> Result<(), Refusal> {
    let is_source = || source_text(&dockerfile.text).is_ok();
    let is_ok = dockerfile.is_complete() && *dockerfile.is_source.get_or_init(is_source);
    if is_ok { Ok(()) } else { Err(Refusal::NotSource) }
}

impl Dockerfile {
    /// The instructions of the last stage, its `FROM` included.
    fn last_stage_instructions(&self) -> &[Span] {
        let first = self.stages.last().map_or(0, |stage| stage.first);
        self.spans.get(first..).unwrap_or_default()
    }

    /// The keyword of an instruction, in capitals.
    pub(crate) fn keyword_at(&self, span: Span) -> String {
        let said = self.text.get(span.range()).unwrap_or_default();
        said.split_whitespace().next().unwrap_or_default().to_ascii_uppercase()
    }

    /// Whether a step of the last stage that may need root's rights stands behind `place`.
    pub(crate) fn builds_behind(&self, place: Place) -> bool {
        let behind = |span: &&Span| span.start > place.span.start;
        let own = self.last_stage_instructions().iter();
        own.filter(behind).any(|span| self.keyword_at(*span) == "RUN")
    }
}

/// What the shell does itself, so that there is no program to start instead.
const BUILTINS: [&str; 26] = [
    ".", ":", "alias", "bg", "break", "case", "cd", "command", "continue", "eval", "exec", "exit",
    "export", "for", "if", "read", "set", "shift", "source", "trap", "ulimit", "umask", "unset",
    "until", "wait", "while",
];

/// The words that a shell would start a command with, where it is one command that means the same
/// without a shell. A list in which only the quotes are wrong counts as what it was meant to be.
pub(crate) fn exec_form(text: &str) -> Option<Vec<String>> {
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return quoted_items(inner);
    }
    let words = simple_words(text, false)?;
    is_program(words.first()?).then_some(words)
}

/// Whether the text is one command that uses the shell for variables and wildcards at most, so that
/// `exec` may stand before it.
pub(crate) fn takes_exec(text: &str) -> bool {
    simple_words(text, true)
        .and_then(|words| words.first().map(|first| is_program(first)))
        .unwrap_or(false)
}

fn is_program(word: &str) -> bool {
    let assigns = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    !word.is_empty() && !assigns && !BUILTINS.contains(&word)
}

/// The words of a simple command without their quotes; nothing where a shell would see more in it
/// than words, or than words, variables and wildcards.
fn simple_words(text: &str, variables: bool) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut braces = 0usize;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some('\'')) => word.get_or_insert_default().push(c),
            ('\\' | '`', _) => return None,
            ('$', _) => {
                let next = chars.peek().copied().filter(|_| variables)?;
                braces += usize::from(next == '{');
                if !(next == '{' || next == '_' || next.is_ascii_alphanumeric()) {
                    return None;
                }
                word.get_or_insert_default().push(c);
                if next == '{' {
                    word.get_or_insert_default().extend(chars.next());
                }
            }
            ('}', _) if braces > 0 => {
                braces -= 1;
                word.get_or_insert_default().push(c);
            }
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('*' | '?', None) if variables => word.get_or_insert_default().push(c),
            ('#', None) if word.is_some() => word.get_or_insert_default().push(c),
            (c, None) if "&|;<>()*?[]{}~!#\n".contains(c) => return None,
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (quote.is_none() && braces == 0).then_some(words)
}

/// `'a', "b"`
fn quoted_items(text: &str) -> Option<Vec<String>> {
    let mut items = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (item, after) = rest.get(1..)?.split_once(quote)?;
        if item.contains(['\\', '$']) {
            return None;
        }
        items.push(item.to_owned());
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => "",
            None => return None,
        };
    }
    (!items.is_empty()).then_some(items)
}
