//! What well-known variables say about the logs of a program: how much it writes, and whether a
//! machine can read it.

use std::borrow::Cow;

use crate::credential::words;

/// A value that a program should not run with in production.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// What to write in its place, where that is plain.
    pub(crate) instead: Option<String>,
}

impl Setting {
    fn of(instead: impl Into<String>) -> Self {
        Setting { instead: Some(instead.into()) }
    }
}

/// Whether a level lets everything through that a developer may want to see.
pub(crate) fn is_debug(level: &str) -> bool {
    ["debug", "trace"].iter().any(|word| level.eq_ignore_ascii_case(word))
}

/// The level of production, in the case in which another one is written.
pub(crate) fn info_like(level: &str) -> &'static str {
    match_case(level, ["INFO", "Info", "info"])
}

/// Of a word in upper case, with a capital and in lower case, the one that is written like `model`.
fn match_case(model: &str, [upper, capital, lower]: [&'static str; 3]) -> &'static str {
    let mut letters = model.chars().map(char::is_uppercase);
    match (letters.next(), letters.next()) {
        (Some(true), Some(true)) => upper,
        (Some(true), _) => capital,
        _ => lower,
    }
}

/// Variables of programs that take a level under a name that does not say so.
const LEVELS: [&str; 3] = ["ANTHROPIC_LOG", "LITELLM_LOG", "OPENAI_LOG"];

/// Switches of a debug mode whose names hold no word of their own for it.
///
/// Sources: docs.python.org, "Environment variables"; nodejs.org/api/cli.html; the documentation of
/// `LangChain`.
const SWITCHES: [&str; 3] = ["LANGCHAIN_VERBOSE", "PYTHONASYNCIODEBUG", "PYTHONDEBUG"];

/// In the company of these words `DEBUG` is about a debugger, or is off.
const NOT_LOGS: [&str; 15] = [
    "attach", "disable", "disabled", "info", "java", "jpda", "jvm", "no", "port", "print",
    "remote", "skip", "symbols", "without", "xdebug",
];

/// Whether a variable makes a program log as if somebody were debugging it.
pub(crate) fn debug_in_variable(name: &str, value: &str) -> Option<Setting> {
    let value = value.trim();
    let words = words(name);
    if names_filter(name) {
        return filter(value);
    }
    if LEVELS.contains(&name) || names_level(&words) {
        return level(value);
    }
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    // Node.js and its `debug` package take lists of what to print.
    if is("NODE_DEBUG") && !value.is_empty() && !is_off(value) {
        return Some(Setting { instead: None });
    }
    if is("DEBUG") && value.contains(['*', ':']) {
        return Some(Setting { instead: None });
    }
    if SWITCHES.iter().any(|switch| is(switch)) || names_debug(&words) {
        return level(value).or_else(|| off_like(value).map(Setting::of));
    }
    None
}

/// `DEBUG`, `APP_DEBUG`, `DEBUG_MODE`, `ENABLE_DEBUG_LOGGING`
fn names_debug(words: &[String]) -> bool {
    let mut rest: Vec<&str> = words.iter().map(String::as_str).collect();
    while rest.last().is_some_and(|word| {
        ["mode", "enable", "enabled", "log", "logs", "logging", "on"].contains(word)
    }) {
        rest.pop();
    }
    rest.last() == Some(&"debug") && !rest.iter().any(|word| NOT_LOGS.contains(word))
}

/// `RUST_LOG`, `ACME_RUST_LOG`
fn names_filter(name: &str) -> bool {
    name == "RUST_LOG" || name.ends_with("_RUST_LOG")
}

/// `LOG_LEVEL`, `APP_LOGLEVEL`, `LOGGING_LEVEL_ROOT`, `Logging__LogLevel__Default`,
/// `GRPC_VERBOSITY`
fn names_level(words: &[String]) -> bool {
    let is_last = |word: &str| words.last().is_some_and(|last| last == word);
    let pair = words.windows(2).any(|pair| match pair {
        [of, what] => {
            ["log", "logs", "logger", "logging"].contains(&of.as_str())
                && ["level", "loglevel", "lvl", "severity", "verbosity"].contains(&what.as_str())
        }
        _ => false,
    });
    let serilog = words.iter().any(|word| word == "serilog")
        && words.iter().any(|word| word == "level" || word == "minimumlevel");
    pair || serilog || is_last("loglevel") || is_last("verbosity")
}

/// A single level. `10` is the number of DEBUG in Python and that of trace in pino and Bunyan;
/// `debug5` is one of `PostgreSQL`.
fn level(value: &str) -> Option<Setting> {
    let word = value.trim_end_matches(|c: char| c.is_ascii_digit());
    match () {
        () if is_debug(value) => Some(Setting::of(info_like(value))),
        () if value == "10"
            || word.eq_ignore_ascii_case("debug") && value.len() == word.len() + 1 =>
        {
            Some(Setting { instead: None })
        }
        () => None,
    }
}

/// `info,acme::api=debug`: levels for parts of a program.
///
/// Source: <https://docs.rs/env_logger>, "Enabling logging".
fn filter(value: &str) -> Option<Setting> {
    let quiet = |directive: &str| {
        let (target, level) =
            directive.rsplit_once('=').map_or(("", directive), |(target, level)| {
                (directive.get(..=target.len()).unwrap_or_default(), level)
            });
        is_debug(level.trim()).then(|| format!("{target}{}", info_like(level.trim())))
    };
    let directives: Vec<_> = value.split(',').map(|it| (it, quiet(it))).collect();
    directives.iter().any(|(_, quiet)| quiet.is_some()).then(|| {
        let all =
            directives.into_iter().map(|(old, quiet)| quiet.unwrap_or_else(|| old.to_owned()));
        Setting { instead: Some(all.collect::<Vec<_>>().join(",")) }
    })
}

/// How much a level lets through; the later ones let more through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Warnings and errors.
    Warnings,
    /// What a program does, besides.
    Information,
    /// Whatever a developer may want to see.
    Everything,
}

/// How much a level of that name lets through. Numbers are those of Python, pino and Bunyan.
pub(crate) fn verbosity(level: &str) -> Option<Verbosity> {
    let word = level.trim().to_ascii_lowercase();
    Some(match word.as_str() {
        "off" | "none" | "emerg" | "alert" | "fatal" | "panic" | "critical" | "crit" | "error"
        | "err" | "warn" | "warning" | "30" | "40" | "50" => Verbosity::Warnings,
        "notice" | "info" | "information" | "informational" | "20" => Verbosity::Information,
        "debug" | "trace" | "verbose" | "all" | "silly" | "10" => Verbosity::Everything,
        _ => return None,
    })
}

/// How much a variable makes a program log, if it is one that says so and the value is known.
pub(crate) fn verbosity_of_variable(name: &str, value: &str) -> Option<Verbosity> {
    if names_filter(name) {
        // Parts of a program may say more than the rest of it.
        let levels = value.split(',').map(|directive| {
            verbosity(directive.rsplit_once('=').map_or(directive, |(_, level)| level))
        });
        return levels.collect::<Option<Vec<_>>>()?.into_iter().max();
    }
    let is_level = LEVELS.contains(&name) || names_level(&words(name));
    if is_level { verbosity(value) } else { None }
}

/// What switches off what `value` switches on.
pub(crate) fn off_like(value: &str) -> Option<&'static str> {
    let lower = value.to_ascii_lowercase();
    Some(match lower.as_str() {
        "1" => "0",
        "true" | "t" => match_case(value, ["FALSE", "False", "false"]),
        "yes" | "y" => match_case(value, ["NO", "No", "no"]),
        "on" => match_case(value, ["OFF", "Off", "off"]),
        _ => return None,
    })
}

/// What switches on what `value` switches off.
pub(crate) fn on_like(value: &str) -> Option<&'static str> {
    let lower = value.to_ascii_lowercase();
    Some(match lower.as_str() {
        "0" => "1",
        "false" | "f" => match_case(value, ["TRUE", "True", "true"]),
        "no" | "n" => match_case(value, ["YES", "Yes", "yes"]),
        "off" => match_case(value, ["ON", "On", "on"]),
        _ => return None,
    })
}

fn is_off(value: &str) -> bool {
    on_like(value).is_some()
}

/// Formats that are no JSON. They are made for people to read, but for `logfmt`.
const TEXT_FORMATS: [&str; 21] = [
    "color",
    "colored",
    "colour",
    "combined",
    "common",
    "compact",
    "console",
    "dev",
    "human",
    "human-readable",
    "logfmt",
    "plain",
    "plaintext",
    "pretty",
    "raw",
    "short",
    "simple",
    "standard",
    "terminal",
    "text",
    "txt",
];

/// Whether a format is made for people to read.
pub(crate) fn is_text_format(format: &str) -> bool {
    TEXT_FORMATS.iter().any(|text| format.eq_ignore_ascii_case(text) && *text != "logfmt")
}

/// The format of production, in the case in which another one is written.
pub(crate) fn json_like(format: &str) -> &'static str {
    match_case(format, ["JSON", "json", "json"])
}

/// Whether a variable makes a program write its logs as JSON, if it is one that says so.
pub(crate) fn json_in_variable(name: &str, value: &str) -> Option<bool> {
    if text_in_variable(name, value).is_some() {
        return Some(false);
    }
    // What says no by a word for text says yes by the word for JSON.
    let is_of_format = text_in_variable(name, "text").is_some();
    let is_switch = text_in_variable(name, "false").is_some() && off_like(value.trim()).is_some();
    let is_json = value.trim().to_ascii_lowercase().contains("json");
    (is_of_format && is_json || is_switch).then_some(true)
}

/// Whether a variable makes a program write its logs as text instead of JSON.
pub(crate) fn text_in_variable(name: &str, value: &str) -> Option<Setting> {
    const LOG: [&str; 6] = ["log", "logs", "logger", "logging", "logformat", "logformatter"];
    const FORMAT: [&str; 7] =
        ["format", "formatter", "style", "encoding", "encoder", "logformat", "logformatter"];
    const PART: [&str; 8] =
        ["date", "time", "timestamp", "datetime", "message", "file", "filename", "level"];
    let value = value.trim();
    let words = words(name);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if !has(&LOG) || has(&PART) || has(&["disable", "no"]) {
        return None;
    }
    if words.last().is_some_and(|last| FORMAT.contains(&last.as_str())) {
        let lower = value.to_ascii_lowercase();
        if TEXT_FORMATS.contains(&lower.as_str()) {
            return Some(Setting::of(json_like(value)));
        }
        return is_text_pattern(value).then_some(Setting { instead: None });
    }
    if has(&["json"]) {
        return on_like(value).map(Setting::of);
    }
    if has(&["pretty"]) {
        return off_like(value).map(Setting::of);
    }
    None
}

/// A pattern of Python's `logging` that makes no JSON: `%(levelname)s %(message)s`.
fn is_text_pattern(value: &str) -> bool {
    value.contains("%(") && !value.trim_start().starts_with('{') && !value.contains("\":")
}

/// What messages call the value of a variable; a long pattern is cut.
pub(crate) fn shown(value: &str) -> Cow<'_, str> {
    const LONG: usize = 60;
    match value.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()).into(),
        None => value.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_say_how_much_is_logged() {
        let instead = |name: &str, value: &str| {
            debug_in_variable(name, value).map(|it| it.instead.unwrap_or_else(|| "?".to_owned()))
        };
        for (name, value, expected) in [
            ("LOG_LEVEL", "debug", "info"),
            ("LOG_LEVEL", "TRACE", "INFO"),
            ("LOGLEVEL", "Debug", "Info"),
            ("APP_LOG_LEVEL", "debug", "info"),
            ("LOGGING_LEVEL_ROOT", "DEBUG", "INFO"),
            ("LOGGING_LEVEL_IO_ACME", "DEBUG", "INFO"),
            ("logging.level.io.acme", "debug", "info"),
            ("Logging__LogLevel__Default", "Debug", "Info"),
            ("Serilog__MinimumLevel__Default", "Debug", "Info"),
            ("VLLM_LOGGING_LEVEL", "DEBUG", "INFO"),
            ("GRPC_VERBOSITY", "DEBUG", "INFO"),
            ("LITELLM_LOG", "DEBUG", "INFO"),
            ("LOG_LEVEL", "10", "?"),
            ("LOG_LEVEL", "debug3", "?"),
            ("RUST_LOG", "debug", "info"),
            ("RUST_LOG", "info,acme::api=trace,hyper=warn", "info,acme::api=info,hyper=warn"),
            ("DEBUG", "1", "0"),
            ("DEBUG", "True", "False"),
            ("DEBUG", "*", "?"),
            ("DEBUG", "express:router", "?"),
            ("NODE_DEBUG", "http,net", "?"),
            ("FLASK_DEBUG", "1", "0"),
            ("DJANGO_DEBUG", "yes", "no"),
            ("DEBUG_MODE", "on", "off"),
            ("ENABLE_DEBUG_LOGGING", "true", "false"),
            ("PYTHONASYNCIODEBUG", "1", "0"),
            ("LANGCHAIN_VERBOSE", "TRUE", "FALSE"),
            ("NCCL_DEBUG", "TRACE", "INFO"),
        ] {
            assert_eq!(instead(name, value).as_deref(), Some(expected), "{name}={value}");
        }
        for (name, value) in [
            ("LOG_LEVEL", "info"),
            ("LOG_LEVEL", ""),
            ("LOG_LEVEL", "20"),
            ("LOG_LEVEL", "debugger"),
            ("RUST_LOG", "info,acme=warn"),
            ("RUST_LOG", ""),
            ("DEBUG", "false"),
            ("DEBUG", "0"),
            ("DEBUG", ""),
            ("NODE_DEBUG", "0"),
            ("NCCL_DEBUG", "INFO"),
            ("NO_DEBUG", "1"),
            ("DISABLE_DEBUG", "true"),
            ("REMOTE_DEBUG", "true"),
            ("JAVA_DEBUG_PORT", "1"),
            ("GODEBUG", "1"),
            ("TRACE_LEVEL", "debug"),
            ("ENVIRONMENT", "debug"),
            ("LOG_FILE", "debug"),
        ] {
            assert_eq!(instead(name, value), None, "{name}={value}");
        }
    }

    #[test]
    fn levels_of_production_are_known_as_well() {
        use Verbosity::{Everything, Information, Warnings};
        for (name, value, expected) in [
            ("LOG_LEVEL", "INFO", Some(Information)),
            ("LOG_LEVEL", "30", Some(Warnings)),
            ("RUST_LOG", "warn", Some(Warnings)),
            ("RUST_LOG", "warn,acme=info", Some(Information)),
            ("RUST_LOG", "info,acme=debug", Some(Everything)),
            ("RUST_LOG", "acme", None),
            ("RUST_LOG", "", None),
            ("LOG_LEVEL", "$LEVEL", None),
            ("LOG_FILE", "info", None),
        ] {
            assert_eq!(verbosity_of_variable(name, value), expected, "{name}={value}");
        }
        for (name, value, expected) in [
            ("LOG_FORMAT", "json", Some(true)),
            ("LOG_FORMAT", "text", Some(false)),
            ("LOG_FORMAT", "ecs", None),
            ("LOG_JSON", "true", Some(true)),
            ("LOG_JSON", "0", Some(false)),
            ("LOG_JSON", "$JSON", None),
            ("RESPONSE_FORMAT", "json", None),
        ] {
            assert_eq!(json_in_variable(name, value), expected, "{name}={value}");
        }
    }

    #[test]
    fn variables_that_say_what_logs_look_like() {
        let instead = |name: &str, value: &str| {
            text_in_variable(name, value).map(|it| it.instead.unwrap_or_else(|| "?".to_owned()))
        };
        for (name, value, expected) in [
            ("LOG_FORMAT", "text", "json"),
            ("LOG_FORMAT", "CONSOLE", "JSON"),
            ("LOG_STYLE", "pretty", "json"),
            ("APP_LOG_FORMAT", "logfmt", "json"),
            ("LOGFORMAT", "plain", "json"),
            ("GF_LOG_CONSOLE_FORMAT", "console", "json"),
            ("LOG_FORMAT", "%(asctime)s %(message)s", "?"),
            ("LOG_JSON", "false", "true"),
            ("JSON_LOGS", "0", "1"),
            ("LOG_PRETTY", "True", "False"),
        ] {
            assert_eq!(instead(name, value).as_deref(), Some(expected), "{name}={value}");
        }
        for (name, value) in [
            ("LOG_FORMAT", "json"),
            ("LOG_FORMAT", "structured"),
            ("LOG_FORMAT", "{\"message\": \"%(message)s\"}"),
            ("LOG_DATE_FORMAT", "short"),
            ("LOG_JSON", "true"),
            ("OUTPUT_FORMAT", "text"),
            ("RESPONSE_FORMAT", "text"),
            ("DISABLE_JSON_LOGS", "false"),
            ("LOG_ENCODING", "utf-8"),
            ("LOG_OUTPUT", "console"),
        ] {
            assert_eq!(instead(name, value), None, "{name}={value}");
        }
    }
}
