//! What one instruction says.

use std::sync::OnceLock;

use super::lines::{self, Heredoc, Lines};
use super::package::Asking;
use super::shell::{Operator, Script, SimpleCommand};
use super::state::{At, Held, is_posix_shell};
use super::words::{Flag, Lexer, Pair, Said, Word, quoted, separated, split_word, text};
use crate::source::{FileId, Place, Span};

/// An instruction of a stage.
#[derive(Debug)]
pub(crate) struct Instruction {
    /// From its keyword to the end of its last line, heredocs included.
    pub(crate) span: Span,
    /// `RUN`, as it is written. Behind `ONBUILD` it is the keyword of what will be done.
    pub(crate) keyword: Word,
    /// The word `ONBUILD` before the keyword.
    pub(crate) onbuild: Option<Word>,
    pub(crate) flags: Vec<Flag>,
    pub(crate) action: Action,
    /// Where it stands among the instructions that are done.
    pub(super) at: At,
    /// What holds where it begins.
    pub(super) held: Held,
}

impl Instruction {
    /// The first flag of that name, without its dashes.
    pub(crate) fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name.text == name)
    }

    /// All flags of that name, as `--mount` may be repeated.
    pub(crate) fn flags_named(&self, name: &str) -> impl Iterator<Item = &Flag> {
        self.flags.iter().filter(move |flag| flag.name.text == name)
    }

    /// What `COPY` and `ADD` take from the build context, not from another stage or image.
    pub(crate) fn context_sources(&self) -> impl Iterator<Item = &Word> {
        let own = self.action.transfer().filter(|_| self.flag("from").is_none());
        own.into_iter().flat_map(Transfer::paths)
    }

    /// Where its words stand that were meant as a JSON array and are none: `COPY ['a b', '/app']`.
    pub(crate) fn broken_list<'t>(&self, text: &'t str) -> Option<(Place, &'t str)> {
        let (first, last) = match &self.action {
            Action::Add(it) | Action::Copy(it) if !it.is_json => {
                (&it.sources.first()?.word, &it.destination)
            }
            Action::Volume(words) => (words.first()?, words.last()?),
            _ => return None,
        };
        let Place { file, span } = first.place;
        let span = Span { start: span.start, end: last.place.span.end };
        let text = text.get(span.range())?;
        // No volume begins with a bracket.
        let is_bracketed = matches!(self.action, Action::Volume(_))
            && text.starts_with('[')
            && text.ends_with(']');
        (is_bracketed || is_broken_list(text)).then_some((Place { file, span }, text))
    }

    /// Whether it puts files into an image that has none: nothing runs there by itself.
    pub(super) fn makes_files(&self) -> bool {
        match &self.action {
            Action::Add(_) | Action::Copy(_) | Action::Workdir(_) => true,
            Action::Run(_) => self.flag("mount").is_some(),
            _ => false,
        }
    }

    pub(crate) fn is_onbuild(&self) -> bool {
        self.onbuild.is_some()
    }
}

/// What an instruction does to the image.
#[derive(Debug)]
pub(crate) enum Action {
    Add(Transfer),
    Arg(Vec<Pair>),
    Cmd(Command),
    Copy(Transfer),
    Entrypoint(Command),
    Env(Vec<Pair>),
    /// With the ports.
    Expose(Vec<Word>),
    /// With the command; nothing for `NONE`.
    Healthcheck(Option<Command>),
    Label(Vec<Pair>),
    Maintainer(Word),
    Run(Run),
    Shell(Vec<Word>),
    Stopsignal(Word),
    User(Word),
    Volume(Vec<Word>),
    Workdir(Word),
}

impl Action {
    /// What `ADD` and `COPY` put into the image.
    pub(crate) fn transfer(&self) -> Option<&Transfer> {
        match self {
            Action::Add(transfer) | Action::Copy(transfer) => Some(transfer),
            _ => None,
        }
    }

    pub(crate) fn run(&self) -> Option<&Run> {
        match self {
            Action::Run(run) => Some(run),
            _ => None,
        }
    }
}

/// ```text
/// COPY [<flags>] <source> ... <destination>
/// COPY [<flags>] ["<source>", ... "<destination>"]
/// ```
#[derive(Debug)]
pub(crate) struct Transfer {
    pub(crate) sources: Vec<Source>,
    pub(crate) destination: Word,
    pub(crate) is_json: bool,
}

impl Transfer {
    /// The sources that are paths or URLs.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Word> {
        self.sources.iter().filter(|it| it.heredoc.is_none()).map(|source| &source.word)
    }
}

/// What is put into the image.
#[derive(Debug)]
pub(crate) struct Source {
    /// A path, a URL, or the operator and name of a heredoc: `<<EOF`.
    pub(crate) word: Word,
    pub(crate) heredoc: Option<Heredoc>,
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
    scripts: Vec<Script>,
    /// Which of its commands ask something of a package manager, once a rule asked.
    pub(super) asking: OnceLock<Vec<Asking>>,
}

/// How a command is started.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it stands.
    Exec(Vec<Word>),
    /// By a shell.
    Shell(String),
}

impl Command {
    /// The shell texts that it runs: what it says, in exec form too, and the heredocs that a shell
    /// reads. Nothing where no POSIX shell understands them.
    pub(crate) fn scripts(&self) -> &[Script] {
        &self.scripts
    }

    /// Whether it was meant as a JSON array and is none, so that a shell gets it: `['nginx', '-g']`.
    pub(crate) fn is_broken_list(&self) -> bool {
        match &self.form {
            Form::Exec(_) => false,
            Form::Shell(text) => is_broken_list(text),
        }
    }

    /// The simple commands of all its scripts.
    pub(crate) fn simple_commands(&self) -> impl Iterator<Item = &SimpleCommand> {
        self.scripts.iter().flat_map(Script::commands)
    }

    /// The same, each with the script that it is in.
    pub(crate) fn scripted_commands(&self) -> impl Iterator<Item = (&Script, &SimpleCommand)> {
        let of = |script| Script::commands(script).iter().map(move |command| (script, command));
        self.scripts.iter().flat_map(of)
    }

    /// Whether it gives the base image's command up: `CMD []`.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.form {
            Form::Exec(words) => words.is_empty(),
            Form::Shell(text) => text.is_empty(),
        }
    }
}

/// What a `RUN` runs.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) command: Command,
    pub(crate) heredocs: Vec<Heredoc>,
}

/// ```text
/// FROM [--platform=<platform>] <image> [AS <name>]
/// ```
#[derive(Debug)]
pub(crate) struct From {
    /// `FROM`, as it is written.
    pub(crate) keyword: Word,
    pub(crate) flags: Vec<Flag>,
    /// Nothing where the instruction does not parse.
    pub(crate) image: Option<Word>,
    /// `AS`, as it is written, and the name.
    pub(crate) name: Option<(Word, Word)>,
}

/// An instruction that parses.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // it is taken apart at once
pub(super) enum Parsed {
    From(From),
    Instruction(Instruction),
}

impl Parsed {
    /// What stops the build in its flags.
    pub(super) fn broken_flag(&self) -> Option<String> {
        let (keyword, flags) = match self {
            Parsed::From(from) => (&from.keyword, &from.flags),
            // Its flags are not looked at.
            Parsed::Instruction(Instruction { action: Action::Healthcheck(None), .. }) => {
                return None;
            }
            Parsed::Instruction(it) => (&it.keyword, &it.flags),
        };
        let keyword = keyword.text.to_ascii_uppercase();
        let (_, valued, switches) = FLAGS.iter().find(|(known, ..)| *known == keyword)?;
        // Anything else comes from what makes a Dockerfile of the file.
        let is_plain = |flag: &&Flag| {
            flag.name.text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        };
        flags.iter().filter(is_plain).find_map(|flag| {
            let name = flag.name.text.as_str();
            if valued.contains(&name) {
                return flag
                    .value
                    .is_none()
                    .then(|| format!("{keyword}: flag `--{name}` has no value"));
            }
            let known = || valued.iter().chain(*switches).copied();
            (!known().any(|it| it == name)).then(|| {
                let advice = crate::words::nearest(name, known(), 2)
                    .map(|near| format!("; did you mean `--{near}`?"));
                let shown: String = name.chars().take(32).collect();
                format!("{keyword}: unknown flag `--{shown}`{}", advice.unwrap_or_default())
            })
        })
    }
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

/// The flags of instructions: those that need a value, and switches.
///
/// Source: github.com/moby/buildkit, `instructions/parse.go`.
const FLAGS: [(&str, &[&str], &[&str]); 5] = [
    ("ADD", &["checksum", "chmod", "chown", "exclude"], &["keep-git-dir", "link", "unpack"]),
    ("COPY", &["chmod", "chown", "exclude", "from"], &["link", "parents"]),
    ("FROM", &["platform"], &[]),
    ("HEALTHCHECK", &["interval", "retries", "start-interval", "start-period", "timeout"], &[]),
    ("RUN", &["device", "mount", "network", "security"], &[]),
];

/// Whether an instruction is called so, in capitals.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Reads instructions one at a time, so that a bad one costs itself only.
pub(super) struct Reader<'t> {
    text: &'t str,
    lexer: Lexer,
    /// What the instruction in hand says.
    said: Vec<(usize, char)>,
    /// Whether a POSIX shell runs what is not in exec form.
    is_posix: bool,
}

impl<'t> Reader<'t> {
    pub(super) fn new(file: FileId, text: &'t str, escape: char) -> Self {
        Reader { text, lexer: Lexer { file, escape }, said: Vec::new(), is_posix: true }
    }

    /// The first word of an instruction.
    pub(super) fn keyword(&self, lines: &Lines) -> Word {
        let said: Vec<_> = lines.chars(self.text, lines.span.start).collect();
        self.lexer.plain(split_word(&said).0)
    }

    /// What the instruction says, or what is wrong with it. `is_posix` tells whether a POSIX shell
    /// runs what is not in exec form.
    pub(super) fn read(&mut self, lines: &Lines, is_posix: bool) -> Result<Parsed, String> {
        self.is_posix = is_posix;
        if let Some(name) = &lines.open {
            return Err(format!("heredoc `{name}` is not closed"));
        }
        self.said.clear();
        lines.say(self.text, &mut self.said);
        let (keyword, mut rest) = split_word(&self.said);
        let mut keyword = self.lexer.plain(keyword);
        if keyword.text.eq_ignore_ascii_case("FROM") {
            return self.from(keyword, rest).map(Parsed::From);
        }
        let mut onbuild = None;
        if keyword.text.eq_ignore_ascii_case("ONBUILD") {
            let (inner, behind) = split_word(rest);
            let inner = self.lexer.plain(inner);
            match inner.text.to_ascii_uppercase().as_str() {
                "" => return Err("ONBUILD instruction requires at least one argument".to_owned()),
                inner @ ("ONBUILD" | "FROM" | "MAINTAINER") => {
                    return Err(format!("ONBUILD {inner} is not allowed"));
                }
                _ => onbuild = Some(std::mem::replace(&mut keyword, inner)),
            }
            rest = behind;
        }
        let (flags, action) = self.action(&keyword, rest, &lines.heredocs)?;
        let span = lines.span.clone().into();
        let (at, held) = (At::default(), Held::default());
        Ok(Parsed::Instruction(Instruction { span, keyword, onbuild, flags, action, at, held }))
    }

    fn from(&self, keyword: Word, said: &Said) -> Result<From, String> {
        let (flags, rest) = self.lexer.flags(said);
        let words: Vec<_> = separated(rest).collect();
        let (image, name) = match words.as_slice() {
            [] => return Err("FROM instruction requires at least one argument".to_owned()),
            [image] => (image, None),
            [image, r#as, name] if text(r#as).eq_ignore_ascii_case("AS") => {
                (image, Some((self.lexer.plain(r#as), self.lexer.plain(name))))
            }
            _ => return Err("FROM takes an image, and at most `AS` and a name".to_owned()),
        };
        let is_sound = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if let Some((_, name)) = name.as_ref().filter(|(_, name)| !is_sound(&name.text)) {
            return Err(format!(
                "`{}` cannot name a stage: a name is letters, digits, `-`, `_` and `.`, beginning with a letter",
                name.text
            ));
        }
        Ok(From { keyword, flags, image: Some(self.lexer.word(image)), name })
    }

    /// The flags and what is done.
    fn action(
        &self,
        keyword: &Word,
        said: &Said,
        heredocs: &[Heredoc],
    ) -> Result<(Vec<Flag>, Action), String> {
        let upper = keyword.text.to_ascii_uppercase();
        let lexer = self.lexer;
        let takes_flags = matches!(upper.as_str(), "ADD" | "COPY" | "HEALTHCHECK" | "RUN");
        let (flags, rest) = if takes_flags { lexer.flags(said) } else { (Vec::new(), said) };
        let needs = |count: &str| format!("{upper} instruction requires {count}");
        let one = || if rest.is_empty() { Err(needs("exactly one argument")) } else { Ok(rest) };
        let some = || if rest.is_empty() { Err(needs("at least one argument")) } else { Ok(rest) };
        let action = match upper.as_str() {
            "ADD" => Action::Add(self.transfer(&upper, rest, heredocs)?),
            "ARG" => Action::Arg(lexer.words(some()?).map(|word| lexer.pair(word)).collect()),
            "CMD" => Action::Cmd(self.command(keyword, rest)),
            "COPY" => Action::Copy(self.transfer(&upper, rest, heredocs)?),
            "ENTRYPOINT" => Action::Entrypoint(self.command(keyword, some()?)),
            "ENV" => Action::Env(lexer.pairs("ENV", rest)?),
            "EXPOSE" => Action::Expose(separated(some()?).map(|word| lexer.word(word)).collect()),
            "HEALTHCHECK" => Action::Healthcheck(self.healthcheck(rest)?),
            "LABEL" => Action::Label(lexer.pairs("LABEL", rest)?),
            "MAINTAINER" => Action::Maintainer(lexer.word(one()?)),
            "RUN" => Action::Run(self.run(keyword, rest, heredocs)),
            "SHELL" => match lexer.json(some()?) {
                Some(words) if words.is_empty() => return Err(needs("at least one argument")),
                Some(words) => Action::Shell(words),
                None => return Err("SHELL: expected JSON array".to_owned()),
            },
            "STOPSIGNAL" => Action::Stopsignal(lexer.word(one()?)),
            "USER" => Action::User(lexer.word(one()?)),
            "VOLUME" => Action::Volume(match lexer.json(some()?) {
                Some(words) if words.is_empty() => return Err(needs("at least one argument")),
                Some(words) => words,
                None => separated(rest).map(|word| lexer.word(word)).collect(),
            }),
            "WORKDIR" => Action::Workdir(lexer.word(one()?)),
            _ => return Err(unknown(&keyword.text)),
        };
        Ok((flags, action))
    }

    fn transfer(
        &self,
        keyword: &str,
        said: &Said,
        heredocs: &[Heredoc],
    ) -> Result<Transfer, String> {
        let listed = self.lexer.json(said);
        let is_json = listed.is_some();
        let mut words = listed.unwrap_or_else(|| {
            // The name of a heredoc keeps its quotes, which tell it from a path.
            let word = |said| match self.lexer.plain(said) {
                plain if lines::heredoc(&plain.text).is_some() => plain,
                _ => self.lexer.word(said),
            };
            separated(said).map(word).collect()
        });
        let destination = words.pop().filter(|_| !words.is_empty());
        let Some(destination) = destination else {
            return Err(format!("{keyword} instruction requires at least two arguments"));
        };
        let mut heredocs = heredocs.iter();
        let source = |word: Word| {
            let is_heredoc = !is_json && lines::heredoc(&word.text).is_some();
            let heredoc = if is_heredoc { heredocs.next().cloned() } else { None };
            Source { word, heredoc }
        };
        Ok(Transfer { sources: words.into_iter().map(source).collect(), destination, is_json })
    }

    fn run(&self, keyword: &Word, said: &Said, heredocs: &[Heredoc]) -> Run {
        let mut command = self.command(keyword, said);
        if !heredocs.is_empty() {
            command.scripts = self.heredoc_scripts(said, heredocs);
        }
        Run { command, heredocs: heredocs.to_vec() }
    }

    fn command(&self, keyword: &Word, said: &Said) -> Command {
        let place = if said.is_empty() { keyword.place } else { self.lexer.place(said) };
        let (form, script) = match self.lexer.json(said) {
            Some(words) => {
                let quoted = quoted(self.text, &words);
                (Form::Exec(words), self.script(true, &quoted))
            }
            None => (Form::Shell(text(said)), self.script(self.is_posix, said)),
        };
        Command { place, form, scripts: script.into_iter().collect(), asking: OnceLock::new() }
    }

    fn script(&self, is_shell: bool, said: &Said) -> Option<Script> {
        (is_shell && !said.is_empty()).then(|| Script::read(self.lexer.file, said))
    }

    /// What a `RUN` with heredocs runs.
    ///
    /// Source: github.com/moby/buildkit, `dockerfile2llb/convert.go`, `dispatchRun`.
    fn heredoc_scripts(&self, said: &Said, heredocs: &[Heredoc]) -> Vec<Script> {
        let script_of = |heredoc: &Heredoc| {
            let start = heredoc.body.start as usize;
            let body = self.text.get(heredoc.body.range()).unwrap_or_default();
            let said: Vec<_> = body.char_indices().map(|(at, c)| (start + at, c)).collect();
            Script::read(self.lexer.file, &said)
        };
        // Alone, the heredoc is the script, of the shell or of what it names itself.
        if let ([heredoc], None) = (heredocs, separated(said).nth(1)) {
            let body = self.text.get(heredoc.body.range()).unwrap_or_default();
            let is_shell = match body.lines().next().and_then(|line| line.strip_prefix("#!")) {
                Some(interpreter) => interpreter.split_whitespace().any(is_posix_shell),
                None => self.is_posix,
            };
            return is_shell.then(|| script_of(heredoc)).into_iter().collect();
        }
        let Some(whole) = self.script(self.is_posix, said) else { return Vec::new() };
        let opened = whole.commands().iter().flat_map(|command| {
            let redirections = command.redirections.iter();
            let here = redirections.filter(|it| it.operator == Operator::Here);
            here.map(move |_| reads_script(command))
        });
        let read = opened.zip(heredocs).filter(|(is_read, _)| *is_read);
        let mut scripts: Vec<_> = read.map(|(_, heredoc)| script_of(heredoc)).collect();
        scripts.insert(0, whole);
        scripts
    }

    fn healthcheck(&self, said: &Said) -> Result<Option<Command>, String> {
        let (kind, rest) = split_word(said);
        match text(kind).to_ascii_uppercase().as_str() {
            "CMD" if rest.is_empty() => {
                Err("HEALTHCHECK CMD instruction requires at least one argument".to_owned())
            }
            "CMD" => Ok(Some(self.command(&self.lexer.plain(kind), rest))),
            "NONE" if rest.is_empty() => Ok(None),
            "NONE" => Err("HEALTHCHECK NONE does not accept arguments".to_owned()),
            _ => Err("HEALTHCHECK: expected CMD or NONE".to_owned()),
        }
    }
}

/// Whether the command is a shell that runs what it reads.
fn reads_script(command: &SimpleCommand) -> bool {
    // `<<EOF` alone is for the shell itself.
    let Some(invocation) = command.invocation() else { return false };
    let is_option = |word: &str| word.starts_with(['-', '+']);
    is_posix_shell(invocation.name())
        && invocation.arguments.iter().all(|word| is_option(&word.text) && word.text != "-c")
}

/// Whether arguments that are no JSON array were meant as one. A test of the shell has a space behind
/// its bracket and no commas.
pub(super) fn is_broken_list(text: &str) -> bool {
    const QUOTES: [char; 6] = ['"', '\'', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}'];
    let Some(inner) = text.strip_prefix('[') else { return false };
    let is_closed = text.ends_with(']');
    let is_separated = || QUOTES.iter().any(|quote| inner.contains(&format!("{quote},")));
    inner.starts_with(QUOTES)
        || is_closed && inner.contains(',') && inner.starts_with(|c: char| !" [".contains(c))
        || is_closed && is_separated()
}

fn unknown(keyword: &str) -> String {
    let upper = keyword.to_ascii_uppercase();
    let near = crate::words::nearest(&upper, KEYWORDS, 2);
    let advice = near.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
    let shown: String = keyword.chars().take(32).collect();
    format!("unknown instruction `{shown}`{advice}")
}
