//! Calls in source files that say what a program does: that it ends by itself when it is told to, and that it
//! tries again what failed.
//!
//! The signal that a container is stopped with is SIGTERM. What counts is a handler that somebody
//! wrote; a mark in a comment, a signal that is sent to somebody else, and a handler that ignores it do
//! not.

use memchr::memmem;

use super::{Call, Kind};
use crate::source::Span;

/// A language, as far as its comments and its handlers of signals go.
struct Language {
    extensions: &'static [&'static str],
    /// What makes the rest of a line a comment.
    comment: &'static str,
    handlers: &'static [Handler],
    growths: &'static [Growth],
}

/// How a handler is written.
struct Handler {
    /// What is looked for.
    mark: &'static str,
    /// What has to stand close before or behind it, if anything has to.
    near: &'static [&'static str],
    /// What is reported.
    what: &'static str,
}

const fn plain(mark: &'static str) -> Handler {
    Handler { mark, near: &[], what: mark }
}

/// Sources: docs.python.org/3/library/signal, nodejs.org/api/process ("Signal events"), docs.nestjs.com
/// ("Lifecycle events"), pkg.go.dev/os/signal, docs.rs/tokio/latest/tokio/signal/unix,
/// docs.rs/signal-hook, the API of `java.lang.Runtime`, docs.spring.io ("Graceful Shutdown"),
/// learn.microsoft.com/dotnet (`PosixSignalRegistration`, `IHostApplicationLifetime`),
/// docs.ruby-lang.org (`Signal.trap`), `php.net/pcntl_signal`.
const LANGUAGES: [Language; 10] = [
    Language {
        extensions: &["py"],
        growths: &OF_PYTHON,
        comment: "#",
        handlers: &[Handler {
            mark: "SIGTERM",
            near: &["signal.signal(", "add_signal_handler(", "signal(", "open_signal_receiver("],
            what: "a handler of SIGTERM",
        }],
    },
    Language {
        extensions: &["js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx"],
        growths: &OF_JAVASCRIPT,
        comment: "//",
        handlers: &[
            Handler {
                mark: "SIGTERM",
                near: &[
                    "process.on(",
                    "process.once(",
                    "process.addListener(",
                    "addSignalListener(",
                ],
                what: "a handler of SIGTERM",
            },
            plain("enableShutdownHooks("),
        ],
    },
    Language {
        extensions: &["go"],
        growths: &[],
        comment: "//",
        handlers: &[Handler {
            mark: "SIGTERM",
            near: &["signal.Notify(", "signal.NotifyContext("],
            what: "a handler of SIGTERM",
        }],
    },
    Language {
        extensions: &["rs"],
        growths: &OF_RUST,
        comment: "//",
        handlers: &[
            plain("SignalKind::terminate()"),
            Handler {
                mark: "SIGTERM",
                near: &["Signals::new(", "flag::register(", "low_level::register(", "sigaction("],
                what: "a handler of SIGTERM",
            },
        ],
    },
    Language {
        extensions: &["java", "kt", "kts", "scala", "groovy"],
        growths: &OF_JAVA,
        comment: "//",
        handlers: &[plain("addShutdownHook(")],
    },
    Language {
        extensions: &["properties"],
        growths: &[],
        comment: "#",
        handlers: &[plain("server.shutdown=graceful")],
    },
    Language {
        extensions: &["cs", "fs", "vb"],
        growths: &OF_DOTNET,
        comment: "//",
        handlers: &[
            plain("PosixSignal.SIGTERM"),
            plain("ApplicationStopping.Register("),
            plain("ProcessExit +="),
        ],
    },
    Language {
        extensions: &["rb"],
        growths: &[],
        comment: "#",
        handlers: &[Handler {
            mark: "TERM",
            near: &["trap(", "trap "],
            what: "a handler of SIGTERM",
        }],
    },
    Language {
        extensions: &["php"],
        growths: &[],
        comment: "//",
        handlers: &[Handler {
            mark: "SIGTERM",
            near: &["pcntl_signal(", "addSignalHandler("],
            what: "a handler of SIGTERM",
        }],
    },
    Language {
        extensions: &["c", "cc", "cpp", "cxx"],
        growths: &[],
        comment: "//",
        handlers: &[Handler {
            mark: "SIGTERM",
            near: &["sigaction(", "signal("],
            what: "a handler of SIGTERM",
        }],
    },
];

/// How it is written that what failed is tried again, with pauses that grow.
///
/// Sources: tenacity.readthedocs.io; the READMEs of backoff (`jitter=full_jitter` by default), cockatiel
/// (`decorrelatedJitterGenerator`), backon (three times by default); urllib3.readthedocs.io, `Retry`;
/// resilience4j.readme.io, "Retry" (three attempts by default); pollydocs.org, "Retry resilience strategy".
struct Growth {
    /// What is looked for.
    mark: &'static str,
    /// One of these says how often, where there is no end by itself.
    ends: &'static [&'static str],
    jitter: Jitter,
    /// What is reported.
    what: &'static str,
}

/// What makes pauses vary.
enum Jitter {
    /// The call by itself.
    Own,
    /// One of these beside it.
    By(&'static [&'static str]),
    /// The call, unless this stands beside it.
    Unless(&'static str),
}

const OF_PYTHON: [Growth; 5] = [
    Growth {
        mark: "wait_random_exponential(",
        ends: &["stop_after_attempt(", "stop_after_delay("],
        jitter: Jitter::Own,
        what: "wait_random_exponential",
    },
    Growth {
        mark: "wait_exponential_jitter(",
        ends: &["stop_after_attempt(", "stop_after_delay("],
        jitter: Jitter::Own,
        what: "wait_exponential_jitter",
    },
    Growth {
        mark: "wait_exponential(",
        ends: &["stop_after_attempt(", "stop_after_delay("],
        jitter: Jitter::By(&["wait_random("]),
        what: "wait_exponential",
    },
    Growth {
        mark: "backoff.expo",
        ends: &["max_tries=", "max_time="],
        jitter: Jitter::Unless("jitter=None"),
        what: "backoff.expo",
    },
    Growth {
        mark: "backoff_factor=",
        ends: &["Retry("],
        jitter: Jitter::By(&["backoff_jitter="]),
        what: "backoff_factor",
    },
];

const OF_JAVASCRIPT: [Growth; 1] = [Growth {
    mark: "new ExponentialBackoff(",
    ends: &["maxAttempts"],
    jitter: Jitter::Unless("noJitterGenerator"),
    what: "ExponentialBackoff",
}];

const OF_JAVA: [Growth; 2] = [
    Growth {
        mark: ".ofExponentialRandomBackoff(",
        ends: &[],
        jitter: Jitter::Own,
        what: "ofExponentialRandomBackoff",
    },
    Growth {
        mark: ".ofExponentialBackoff(",
        ends: &[],
        jitter: Jitter::By(&[]),
        what: "ofExponentialBackoff",
    },
];

const OF_DOTNET: [Growth; 1] = [Growth {
    mark: "DelayBackoffType.Exponential",
    ends: &[],
    jitter: Jitter::By(&["UseJitter = true"]),
    what: "DelayBackoffType.Exponential",
}];

const OF_RUST: [Growth; 1] = [Growth {
    mark: "ExponentialBuilder::",
    ends: &[],
    jitter: Jitter::By(&[".with_jitter()"]),
    what: "ExponentialBuilder",
}];

/// How far before a mark a call may begin, and how far behind it may come.
const BEFORE: usize = 120;
const BEHIND: usize = 240;

/// A file says it once or twice; more is a table of signals.
const MOST: usize = 4;

/// As many marks are looked at; a file of nothing else is none that anybody wrote.
const MOST_MARKS: usize = 256;

/// Shell scripts are looked at as well, but by their lines.
const SHELL: [&str; 3] = ["sh", "bash", "ksh"];

fn language(path: &str) -> Option<&'static Language> {
    let extension = path.rsplit_once('.')?.1;
    LANGUAGES.iter().find(|language| language.extensions.contains(&extension))
}

fn is_shell(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| SHELL.contains(&extension))
}

/// Whether a file of that path may hold a call that is known.
pub(crate) fn is_source(path: &str) -> bool {
    is_shell(path) || language(path).is_some()
}

/// The calls in a source file.
pub(crate) fn read(path: &str, text: &str) -> Vec<Call> {
    if is_shell(path) {
        return traps(text);
    }
    let Some(language) = language(path) else { return Vec::new() };
    let mut found = retries(language, text);
    let most = found.len() + MOST;
    for handler in language.handlers {
        for at in memmem::find_iter(text.as_bytes(), handler.mark).take(MOST_MARKS) {
            let end = at + handler.mark.len();
            if found.len() < most
                && is_code(language, text, at)
                && is_handled(handler, text, at..end)
            {
                let span = Span::new(at, end);
                found.push(Call { kind: Kind::GracefulShutdown, span, what: handler.what });
            }
        }
    }
    found
}

/// The calls that try again what failed, each of them with an end.
fn retries(language: &Language, text: &str) -> Vec<Call> {
    let mut found = Vec::new();
    for growth in language.growths {
        let marks = memmem::find_iter(text.as_bytes(), growth.mark).take(MOST_MARKS);
        let marks = marks.filter(|at| is_code(language, text, *at));
        for at in marks.take(MOST) {
            let end = at + growth.mark.len();
            let span = Span::new(at, end);
            let (before, behind) = (back(text, at, BEHIND), ahead(text, end, BEHIND));
            let is_near = |word: &&str| before.contains(*word) || behind.contains(*word);
            if !growth.ends.is_empty() && !growth.ends.iter().any(is_near) {
                continue;
            }
            let varies = match growth.jitter {
                Jitter::Own => true,
                Jitter::By(words) => words.iter().any(is_near),
                Jitter::Unless(word) => !is_near(&word),
            };
            let kinds = [Some(Kind::Retry), varies.then_some(Kind::JitteredRetry)];
            let of = |kind| Call { kind, span, what: growth.what };
            found.extend(kinds.into_iter().flatten().map(of));
        }
    }
    found
}

/// Whether no comment goes before a place on its line.
fn is_code(language: &Language, text: &str, at: usize) -> bool {
    let before = back(text, at, BEFORE);
    let line = before.rsplit('\n').next().unwrap_or(before);
    let is_block = line.trim_start().starts_with(['*', '#']) || line.trim_start().starts_with("/*");
    let comment = line.find(language.comment);
    // Of an address, `//` is a part.
    let is_address = comment.is_some_and(|at| line.get(..at).is_some_and(|it| it.ends_with(':')));
    !is_block && (comment.is_none() || is_address)
}

/// The text before a place, up to so many bytes.
fn back(text: &str, at: usize, most: usize) -> &str {
    let mut start = at.saturating_sub(most);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..at).unwrap_or_default()
}

/// The text behind a place, up to so many bytes.
fn ahead(text: &str, at: usize, most: usize) -> &str {
    let mut end = text.len().min(at.saturating_add(most));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(at..end).unwrap_or_default()
}

/// Whether the mark stands in a call that sets a handler, or is handed to one soon: `for sig in
/// (SIGTERM, SIGINT): loop.add_signal_handler(sig, stop)`.
fn is_handled(handler: &Handler, text: &str, mark: std::ops::Range<usize>) -> bool {
    /// How a signal is sent to somebody else.
    const SENT: [&str; 4] = ["kill(", "killpg(", "send_signal(", "raise_signal("];
    /// And how it is ignored, or left to the system.
    const IGNORED: [&str; 4] = ["SIG_DFL", "SIG_IGN", "'IGNORE'", "\"DEFAULT\""];
    if handler.near.is_empty() {
        return true;
    }
    let before = back(text, mark.start, BEFORE);
    let behind = ahead(text, mark.end, BEHIND);
    let argument = behind.split([')', ';']).next().unwrap_or_default();
    if IGNORED.iter().any(|it| argument.contains(it)) {
        return false;
    }
    let calls = || open_calls(before);
    if calls().any(|call| handler.near.iter().any(|near| ends_with_word(call, near))) {
        return true;
    }
    let bare = before.trim_end_matches(['\'', '"', ':']);
    if handler.near.iter().any(|near| near.ends_with(' ') && ends_with_word(bare, near)) {
        return true;
    }
    // The list ends, and what follows takes each of it.
    let is_sent = calls().any(|call| SENT.iter().any(|sent| call.ends_with(sent)));
    let is_listed =
        behind.trim_start_matches(['\'', '"', '`']).trim_start().starts_with([',', ']', ')']);
    is_listed && !is_sent && handler.near.iter().any(|near| behind.contains(near))
}

/// What stands before each parenthesis that is open at the end of a text, the innermost first, with the
/// parenthesis.
fn open_calls(before: &str) -> impl Iterator<Item = &str> {
    /// Deeper in, it is no argument of the call any more.
    const MOST_DEEP: usize = 4;
    let mut closed = 0_usize;
    let open = before.char_indices().rev().filter_map(move |(at, c)| {
        match c {
            ')' => closed += 1,
            '(' if closed == 0 => return before.get(..=at),
            '(' => closed -= 1,
            _ => {}
        }
        None
    });
    open.take(MOST_DEEP)
}

/// Whether a text ends with a call of that name, and not with one of a longer name.
fn ends_with_word(text: &str, name: &str) -> bool {
    let before = text.strip_suffix(name).map(|before| before.chars().next_back());
    // A method of the same name belongs to something else.
    let is_free = !name.contains(['.', '_', ':']) && name.starts_with('s');
    before.is_some_and(|last| {
        last.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || is_free && c == '.'))
    })
}

/// Shell scripts that catch the signal: `trap 'stop' TERM INT`.
fn traps(text: &str) -> Vec<Call> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let said = line.trim();
        let Some(rest) = said.strip_prefix("trap ") else { continue };
        let mut words = rest.split_whitespace().rev();
        let signals = words.by_ref().take_while(|word| {
            word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        });
        let is_caught = signals.take(16).any(|word| matches!(word, "TERM" | "SIGTERM" | "15"));
        // An empty command ignores the signal, and `-` leaves it to the system.
        let is_command =
            !["''", "\"\"", "-", "- "].iter().any(|it| rest.trim_start().starts_with(it));
        if is_caught && is_command && found.len() < MOST {
            let start = start + (line.len() - line.trim_start().len());
            let span = Span::new(start, start + said.len());
            found.push(Call { kind: Kind::GracefulShutdown, span, what: "a trap of TERM" });
        }
    }
    found
}
