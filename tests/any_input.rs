//! What must be true of any input whatever: one function for each reader, and for the run as a whole.
//!
//! `fuzz/` calls them with bytes that it grows; the tests call them with what it kept, see
//! `tests/fuzzed.rs`. What does not hold panics.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]
// It is a part of the crate of the fuzz targets, too.
#![allow(unreachable_pub)]

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use agentcheck::check::{Findings, check, judge_items};
use agentcheck::config::{Config, Settings};
use agentcheck::diagnostic::Diagnostic;
use agentcheck::file::Files;
use agentcheck::fix::{self, Fixed};
use agentcheck::oracle::{self, Syntax};
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Exit, Format, Options, Style, scorecard};
use agentcheck::rules::{Environment, Profile};
use agentcheck::source::{FileId, Place, Span};
use serde_json::Value;

/// A check of any bytes.
pub type Property = fn(&[u8]);

/// The checks by their names, which are those of the fuzz targets.
pub const ALL: [(&str, Property); 13] = [
    ("configuration", configuration),
    ("dockerfile", dockerfile),
    ("fix", fix),
    ("image", image),
    ("interpolation", interpolation),
    ("json", json),
    ("lint", lint),
    ("report", report),
    ("selector", selector),
    ("suppression", suppression),
    ("toml", toml),
    ("words", words),
    ("yaml", yaml),
];

fn text(data: &[u8]) -> &str {
    std::str::from_utf8(data).unwrap_or_default()
}

/// Spans lie inside of the text and begin and end between characters.
fn must_be_pieces(text: &str, spans: &[Span]) {
    for span in spans {
        assert!(text.get(span.range()).is_some(), "{span:?} is no piece of {text:?}");
    }
}

/// YAML: places are pieces of the text, and what was read can be written as JSON, which is YAML, and
/// read again.
pub fn yaml(data: &[u8]) {
    let text = text(data);
    let read = oracle::read(Syntax::Yaml, text);
    must_be_pieces(text, &read.spans);
    for value in read.values.iter().flatten().filter(|value| is_small(value)) {
        let written = value.to_string();
        let again = oracle::read(Syntax::Yaml, &written);
        must_be_pieces(&written, &again.spans);
        // What JSON leaves as it is may be too long or no character of YAML.
        let Ok(again) = again.values else { continue };
        assert!(again.iter().eq([value]), "{again:?} is not {written}");
    }
}

/// Aliases make large values of small texts. What is left of merge keys would merge again.
fn is_small(value: &Value) -> bool {
    fn count(value: &Value, left: &mut usize) -> bool {
        *left = left.saturating_sub(1);
        *left > 0
            && match value {
                Value::Array(items) => items.iter().all(|item| count(item, left)),
                Value::Object(map) => {
                    map.iter().all(|(key, value)| key != "<<" && count(value, left))
                }
                _ => true,
            }
    }
    count(value, &mut 5000)
}

/// JSON: what another reader takes is read as the same, at places that are pieces of the text.
pub fn json(data: &[u8]) {
    let text = text(data);
    let read = oracle::read(Syntax::Json, text);
    must_be_pieces(text, &read.spans);
    if let Ok(theirs) = serde_json::from_str::<Value>(text)
        && is_plain(&theirs)
    {
        let ours = read.values.unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(ours.iter().eq([&theirs]), "{ours:?} is not {theirs:?} of {text}");
    }
}

/// Whole numbers beyond 64 bits are no exact numbers to either reader.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_i64(),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(map) => map.values().all(is_plain),
        _ => true,
    }
}

/// TOML: what another reader takes, too, is read as the same, at places that are pieces of the text.
pub fn toml(data: &[u8]) {
    let text = text(data);
    let read = oracle::read(Syntax::Toml, text);
    must_be_pieces(text, &read.spans);
    let Ok(theirs) = ::toml::from_str::<::toml::Value>(text) else { return };
    let theirs = json_of(theirs);
    // Theirs reads TOML 1.1, which allows more.
    if let Ok(ours) = read.values
        && is_plain(&theirs)
    {
        assert!(ours.iter().eq([&theirs]), "{ours:?} is not {theirs:?} of {text}");
    }
}

fn json_of(value: ::toml::Value) -> Value {
    match value {
        ::toml::Value::String(text) => text.into(),
        ::toml::Value::Integer(number) => number.into(),
        ::toml::Value::Float(number) => number.into(),
        ::toml::Value::Boolean(value) => value.into(),
        // Each reader writes it in its own way.
        ::toml::Value::Datetime(_) => 0.5.into(),
        ::toml::Value::Array(items) => items.into_iter().map(json_of).collect(),
        ::toml::Value::Table(table) => {
            table.into_iter().map(|(key, value)| (key, json_of(value))).collect()
        }
    }
}

/// Dockerfiles: instructions follow each other, and between them there is nothing but empty lines and
/// comments. Then every rule looks at it.
pub fn dockerfile(data: &[u8]) {
    let text = text(data);
    let (instructions, errors, is_complete) = oracle::dockerfile(text);
    must_be_pieces(text, &instructions);
    must_be_pieces(text, &errors);
    let mut end = 0;
    for span in &instructions {
        assert!(end <= span.range().start && span.start < span.end, "{instructions:?} {text:?}");
        must_be_idle(&text[end..span.range().start], text);
        end = span.range().end;
    }
    if is_complete {
        must_be_idle(&text[end..], text);
    }
    findings(&Files::in_memory([("Dockerfile", text)]));
}

fn must_be_idle(between: &str, text: &str) {
    let idle = |line: &str| {
        let line = line.trim_start_matches('\u{feff}').trim();
        // A line that only goes on, with nothing behind it, says nothing.
        line.is_empty() || line.starts_with('#') || matches!(line, "\\" | "`")
    };
    assert!(between.lines().all(idle), "{between:?} is left out of {text:?}");
}

/// Label selectors: asking, looking up and writing anew come to the same, and what is sure is true.
pub fn selector(data: &[u8]) {
    let Some(selects) = oracle::selects(text(data)) else { return };
    assert_eq!(selects.asked, selects.found, "{}", text(data));
    assert!(selects.asked || !selects.surely, "{}", text(data));
    if let Some(written) = selects.written {
        assert_eq!(selects.asked, written, "{}", text(data));
    }
}

/// Image references: the parts are the whole, and the whole name is the same reference.
pub fn image(data: &[u8]) {
    let text = text(data);
    let image = oracle::image(text);
    let part = |before: &str, part: &Option<String>, after: &str| {
        part.as_ref().map(|part| format!("{before}{part}{after}")).unwrap_or_default()
    };
    let (registry, tag) = (part("", &image.registry, "/"), part(":", &image.tag, ""));
    let whole = format!("{registry}{}{tag}{}", image.repository, part("@", &image.digest, ""));
    assert_eq!(whole, text.trim());
    if image.is_well_formed {
        let again = oracle::image(&image.full_name);
        assert_eq!((&again.full_name, again.is_well_formed), (&image.full_name, true), "{text}");
        assert_eq!(again.official, image.official, "{text}");
    }
}

/// Variables: a text without any is left alone, defaults are pieces of it, names are in it, and what
/// comes out is no longer than it may be.
pub fn interpolation(data: &[u8]) {
    let text = text(data);
    let value_of = |name: &str| match name.len() % 3 {
        0 => Some(format!("v{name}")),
        1 => Some(String::new()),
        _ => None,
    };
    let read = oracle::interpolate(text, &value_of);
    must_be_pieces(text, &read.defaults);
    let expanded = read.expanded.as_deref();
    assert!(text.contains('$') || expanded == Some(text), "{text:?} became {expanded:?}");
    assert!(expanded.is_none_or(|expanded| expanded.len() <= 8192 + text.len()));
    let names: BTreeSet<_> = read.names.iter().collect();
    let taken: BTreeSet<_> = read.taken.iter().collect();
    for name in read.without_default.iter().chain(&read.taken) {
        assert!(!name.is_empty() && text.contains(name.as_str()));
    }
    assert!(read.without_default.iter().all(|name| taken.contains(name)), "{text}");
    assert!(names.iter().all(|name| text.contains(name.as_str())));
    // Where every variable is given, each of those that must be is.
    let all = oracle::interpolate(text, &|_| Some(String::new()));
    assert!(all.expanded.is_none_or(|expanded| expanded.len() <= 8192 + text.len()));
}

/// Quantities and spans of time: what is read is a number, and its canonical text is the same one.
pub fn words(data: &[u8]) {
    let text = text(data);
    if let Some((canonical, number)) = oracle::quantity(text) {
        assert!(number >= 0.0 && number.is_finite(), "{text}");
        assert_eq!(oracle::quantity(&canonical), Some((canonical.clone(), number)), "{text}");
    }
    assert!(oracle::seconds(text).is_none_or(|seconds| !seconds.is_nan()), "{text}");
    let dotenv = oracle::read(Syntax::Dotenv, text);
    must_be_pieces(text, &dotenv.spans);
}

/// Configurations: what is wrong is a piece of the text, and what is not wrong can be asked.
pub fn configuration(data: &[u8]) {
    let text = text(data);
    match Config::parse("agentcheck.toml", text) {
        Err(error) => {
            assert!(!error.problems().is_empty());
            let spans: Vec<_> = error.problems().iter().filter_map(|it| it.span).collect();
            must_be_pieces(text, &spans);
            assert!(!report::draw(&error, Style::PLAIN).is_empty());
        }
        Ok(config) => {
            let paths = ["Dockerfile", "deploy/prod/web.yaml", "tests/a/compose.yaml", "../x.toml"];
            let settings: Vec<_> = paths.iter().map(|path| config.settings(path)).collect();
            let files = Files::in_memory(paths.map(|path| (path, "")));
            assert!(check(&files, &settings).failures.is_empty());
            let _ = (config.fail_on(), config.exclude(), config.evidence(), config.images());
            config.images_among(paths.into_iter());
        }
    }
}

/// Where the comment of [`suppression`] stands, with what is found whatever it says.
const COMMENTED: [(&str, &str); 4] = [
    ("Dockerfile", "FROM python:latest\n§\nRUN sudo apt-get install -y curl\nUSER root\n"),
    (
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  §\n  containers:\n    - name: a\n      \
         image: nginx # by hand\n",
    ),
    ("compose.yaml", "services:\n  web: §\n    image: nginx\n    privileged: true\n"),
    ("agent.toml", "§\n[agent]\nname = \"a\"\n"),
];

/// The rules that say one thing of several places: where one of these is to be ignored, they say less of the others
/// together, or the same elsewhere.
const JOINING: [&str; 15] = [
    "compose/cap-drop-all",
    "compose/cpu-limit-missing",
    "compose/healthcheck-missing",
    "compose/memory-limit-missing",
    "compose/no-new-privileges",
    "compose/pids-limit",
    "compose/read-only",
    "compose/restart-policy",
    "k8s/apparmor-profile",
    "k8s/host-process",
    "k8s/root-group",
    "k8s/run-as-high-gid",
    "k8s/run-as-high-uid",
    "k8s/run-as-non-root",
    "k8s/seccomp-profile",
];

/// Comments: whatever they say, they change which findings count and nothing else.
pub fn suppression(data: &[u8]) {
    let said = text(data);
    let is_comment = |c: char| !c.is_control() && c != '\u{2028}' && c != '\u{2029}';
    let said: String = said.chars().filter(|c| is_comment(*c)).collect();
    // One of them is enough for one text: each has many.
    let Some((path, around)) = COMMENTED.get(data.len() % COMMENTED.len()) else { return };
    let (before, after) = around.split_once('§').unwrap_or((around, ""));
    let with = format!("{before}# {said}{after}");
    let without = format!("{before}# {}{after}", "x".repeat(said.len()));
    // A comment may say which syntax a Dockerfile has, or hold what is found itself.
    let own = Span::new(before.len(), before.len() + said.len() + 2);
    let found = |text: &str| {
        let files = Files::in_memory([(*path, text)]);
        let found = findings(&files).diagnostics.into_iter();
        let found = found.filter(|found| {
            let is_own = found.place.span.start <= own.end && own.start <= found.place.span.end;
            !is_own && !JOINING.contains(&found.rule)
        });
        found.map(|found| (found.rule, found.place, found.message)).collect::<Vec<_>>()
    };
    let directive = said.contains('=');
    assert!(directive || found(&with) == found(&without), "{with}");
    must_settle(&[((*path).to_owned(), with)]);
}

/// The most files that one input makes.
const MOST_FILES: usize = 6;

/// The files that an input stands for: each begins with a line `=== path`.
fn files(data: &[u8]) -> Vec<(String, String)> {
    let text = text(data);
    let mut files: Vec<(String, String)> = Vec::new();
    let text = text.strip_prefix("=== ").unwrap_or(text);
    for part in text.split("\n=== ").take(MOST_FILES) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let is_path = !path.is_empty() && path.len() < 200 && !path.contains(char::is_control);
        if is_path && files.iter().all(|(other, _)| other != path) {
            files.push((path.to_owned(), format!("{text}\n")));
        }
    }
    files
}

fn in_memory(files: &[(String, String)]) -> Files {
    Files::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

static SETTINGS: LazyLock<Arc<Settings>> = LazyLock::new(|| {
    let mut settings = Settings::of(Profile::Optional, Environment::Production);
    settings.today = jiff::civil::date(2026, 11, 21);
    Arc::new(settings)
});

fn settings(files: &Files) -> Vec<Arc<Settings>> {
    vec![Arc::clone(&SETTINGS); files.len()]
}

/// Bytes of stack of each thread, as the command gives them.
const STACK: usize = 32 << 20;

/// Pools of one and of three threads.
static POOLS: LazyLock<[rayon::ThreadPool; 2]> = LazyLock::new(|| {
    [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK);
        pool.build().expect("threads")
    })
});

/// The whole run: no rule fails, every place is a piece of its file, and neither the number of threads
/// nor the order of the files says anything.
pub fn lint(data: &[u8]) {
    let texts = files(data);
    let read = in_memory(&texts);
    let found = findings(&read);
    if texts.len() > 1 {
        let again = POOLS[1].install(|| check(&read, &settings(&read)));
        assert_eq!(found.diagnostics, again.diagnostics, "of one and of three threads");
    }
    let outcome = Outcome::of(read, found);
    let json = written(Format::Json, &outcome, Style::PLAIN);
    serde_json::from_str::<Value>(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
}

/// Checks files, and that every place is a piece of its file.
fn findings(files: &Files) -> Findings {
    let found = POOLS[0].install(|| check(files, &settings(files)));
    must_be_sound(files, &found);
    found
}

fn must_be_sound(files: &Files, found: &Findings) {
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    for found in &found.diagnostics {
        for place in places(found) {
            let source = files.source(place.file).expect("a file of the run");
            let piece = source.text().get(place.span.range());
            assert!(piece.is_some(), "{}: {place:?} is no piece of {source:?}", found.rule);
        }
    }
}

/// Every place that a finding names.
fn places(found: &Diagnostic) -> impl Iterator<Item = Place> {
    let related = found.related.iter().map(|related| related.place);
    let edits = found.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.place);
    std::iter::once(found.place).chain(related).chain(found.also_at.iter().copied()).chain(edits)
}

/// Fixes: what they leave is left alone by a second run.
pub fn fix(data: &[u8]) {
    must_settle(&files(data));
}

fn must_settle(texts: &[(String, String)]) {
    let fixed = fixed(in_memory(texts));
    must_be_sound(&fixed.files, &fixed.findings);
    let after: Vec<(String, String)> = (0..fixed.files.len())
        .filter_map(|index| fixed.files.source(FileId::new(index)))
        .map(|source| (source.path().to_owned(), source.text().to_string()))
        .collect();
    // Of a file that is of no known format nothing is left.
    let after: Vec<_> = texts
        .iter()
        .zip(&after)
        .map(|((path, before), (_, after))| {
            let text = if after.is_empty() { before } else { after };
            (path.clone(), text.clone())
        })
        .collect();
    for changed in &fixed.changed {
        assert!(changed.before != changed.after && !changed.applied.is_empty());
    }
    let again = self::fixed(in_memory(&after));
    let rules: Vec<_> = fixed.changed.iter().flat_map(|it| &it.applied).map(|it| it.rule).collect();
    let more: Vec<_> = again.changed.iter().flat_map(|it| &it.applied).map(|it| it.rule).collect();
    assert!(
        again.changed.is_empty(),
        "not settled: {rules:?}, then {more:?} of {texts:#?} -> {after:#?} -> {:#?}",
        again.changed.iter().map(|it| &it.after).collect::<Vec<_>>(),
    );
}

fn fixed(files: Files) -> Fixed {
    let check = |files: &Files| Ok::<_, Infallible>(check(files, &settings(files)));
    let Ok(fixed) = POOLS[0].install(|| fix::fix(files, check, true));
    fixed
}

fn written(format: Format, outcome: &Outcome, style: Style) -> String {
    let options = Options { style, show_suppressed: true, verbose: true, exit: Exit::default() };
    let mut out = Vec::new();
    report::write(format, outcome, &options, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

/// Reports: every format can be written and is well formed, and nothing of a file reaches a terminal
/// or a page as anything but text.
pub fn report(data: &[u8]) {
    let texts = files(data);
    let read = in_memory(&texts);
    let today = jiff::civil::date(2026, 11, 21);
    let (found, card) = POOLS[0].install(|| judge_items(&read, &settings(&read), &[], today));
    must_be_sound(&read, &found);
    let outcome = Outcome::of(read, found);
    let narrow = Style { color: true, unicode: true, links: true, width: 40 };
    written(Format::Full, &outcome, narrow);
    for format in [Format::Full, Format::Concise, Format::Github, Format::Markdown] {
        must_be_plain(&written(format, &outcome, Style::PLAIN), format);
    }
    for format in [Format::Json, Format::Sarif, Format::Gitlab] {
        let json = written(format, &outcome, Style::PLAIN);
        serde_json::from_str::<Value>(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
    }
    for line in written(Format::Jsonl, &outcome, Style::PLAIN).lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    let xml = written(Format::Junit, &outcome, Style::PLAIN);
    roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    // Long whatever the input is: one of them at a time.
    let formats = [scorecard::Format::Text, scorecard::Format::Markdown, scorecard::Format::Html];
    if let Some(format) = formats.get(data.len() % 5) {
        let options = scorecard::Options { style: Style::PLAIN, verbose: true, comparison: None };
        let mut out = Vec::new();
        scorecard::write(*format, &card, &outcome, &options, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        // An excerpt on a page keeps its tabs: they are no more than that there.
        let is_page = matches!(format, scorecard::Format::Html);
        must_be_plain(&if is_page { text.replace('\t', " ") } else { text }, format);
    }
}

/// No control character but line breaks, and nothing that turns the direction of a line.
fn must_be_plain(text: &str, format: impl std::fmt::Debug) {
    let is_plain = |c: char| {
        (!c.is_control() || c == '\n')
            && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if let Some(at) = text.find(|c| !is_plain(c)) {
        let from = text.floor_char_boundary(at.saturating_sub(80));
        panic!("{format:?}: {:?}", &text[from..text.ceil_char_boundary(at + 40)]);
    }
}
