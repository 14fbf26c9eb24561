//! How well credentials are told from what only looks like them.
//!
//! Every file in `tests/secrets/` is a category of cases. A case begins with a line that says what it
//! is and how its file is called; the text of the file follows:
//!
//! ```text
//! === true .env.production
//! LOG_LEVEL=info
//! OPENAI_API_KEY=⟦openai:proj⟧ ◂
//! === false .env
//! OPENAI_API_KEY=your-key
//! === each false .env
//! API_TOKEN=changeme
//! API_TOKEN=<token>
//! ```
//!
//! A line of a true case that ends in ` ◂` holds a secret that must be reported; lines after it that end
//! in ` ◃` belong to the same secret, and may be reported in its place. Anything else that is reported
//! above a note is a false alarm. After `each`, every line is a case of its own. `doubtful` cases are those
//! of which careful people would think differently: they are printed, and count for nothing. `+++ path`
//! begins another file of the same case, `### ` a remark. What stands in `⟦⟧` is told in
//! `tests/secrets/generate.rs`.
//!
//! `tests/secrets/floors.tsv` says what each category must reach.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stdout
)]

mod generate;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use agentcheck::baseline::{Baseline, Seen};
use agentcheck::check::{Findings, check};
use agentcheck::config::Settings;
use agentcheck::diagnostic::Severity;
use agentcheck::file::Files;
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Format, Style};
use agentcheck::rules::{Environment, Profile};
use jiff::civil::date;

use crate::common;

/// The rules of other groups that report a credential which stands in a file.
const ABOUT_CREDENTIALS: [&str; 8] = [
    "agent/credential-literal",
    "agent/default-login",
    "compose/command-credential",
    "compose/credential-env-literal",
    "docker/chpasswd",
    "docker/secret-in-arg-or-env",
    "k8s/configmap-secret-literal",
    "k8s/env-secret-literal",
];

fn is_about_credentials(rule: &str) -> bool {
    rule.starts_with("secret/") || ABOUT_CREDENTIALS.contains(&rule)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    True,
    False,
    Doubtful,
}

/// A file and a line in it, from 1.
type Line = (String, usize);

#[derive(Debug)]
struct Case {
    category: String,
    /// The line of the table.
    number: usize,
    kind: Kind,
    files: Vec<(String, String)>,
    /// The secrets that must be reported, each at one of its lines.
    secrets: Vec<BTreeSet<Line>>,
    /// What must not be printed, and how many of its characters in a row.
    hidden: Vec<(String, usize)>,
}

impl Case {
    fn read(category: &str, number: usize, kind: Kind, texts: &[(String, Vec<String>)]) -> Self {
        let whole: String =
            texts.iter().flat_map(|(_, lines)| lines).fold(String::new(), |a, b| a + b);
        let mut state = generate::Case::of(&format!("{category}{kind:?}{whole}"));
        let mut case = Case {
            category: category.to_owned(),
            number,
            kind,
            files: Vec::new(),
            secrets: Vec::new(),
            hidden: Vec::new(),
        };
        for (path, lines) in texts {
            let mut text = String::new();
            for line in lines {
                let (line, must, may) = match (line.strip_suffix(" ◂"), line.strip_suffix(" ◃"))
                {
                    (Some(line), _) => (line, true, false),
                    (_, Some(line)) => (line, false, true),
                    _ => (line.as_str(), false, false),
                };
                let filled = generate::fill(line, &mut state);
                let first = text.lines().count() + 1;
                text.push_str(&filled.text);
                text.push('\n');
                let places = (first..=text.lines().count()).map(|line| (path.clone(), line));
                if must {
                    case.secrets.push(places.collect());
                } else if may {
                    case.secrets
                        .last_mut()
                        .expect("a secret before its other lines")
                        .extend(places);
                }
                if must || may {
                    case.hidden.extend(filled.secrets);
                }
            }
            case.files.push((path.clone(), text));
        }
        assert_eq!(
            kind == Kind::True,
            !case.secrets.is_empty() && kind != Kind::Doubtful,
            "{category}.txt:{number}: a true case, and no other, marks lines"
        );
        case
    }

    fn lint(&self) -> Outcome {
        let files = Files::in_memory(self.files.iter().map(|(path, text)| (&**path, &**text)));
        let settings = settings(files.len());
        let found = check(&files, &settings);
        assert!(found.failures.is_empty(), "{}: {:?}", self.name(), found.failures);
        Outcome::of(files, found)
    }

    fn name(&self) -> String {
        format!("{}.txt:{}", self.category, self.number)
    }
}

fn settings(files: usize) -> Vec<Arc<Settings>> {
    let mut settings = Settings::of(Profile::Production, Environment::Production);
    settings.today = date(2026, 11, 21);
    std::iter::repeat_n(Arc::new(settings), files).collect()
}

/// What is reported of credentials above a note: where, and by which rule.
fn reported(outcome: &Outcome) -> Vec<(Line, String)> {
    let about = outcome.diagnostics.iter().filter(|found| {
        is_about_credentials(found.rule)
            && found.severity > Severity::Note
            && found.suppressed.is_none()
    });
    about
        .map(|found| {
            let source = outcome.files.source(found.place.file).expect("a file of the run");
            let line = source.position(found.place.span.start).line;
            ((source.path().to_owned(), line), format!("{}: {}", found.rule, found.message))
        })
        .collect()
}

/// The cases of all tables.
fn cases() -> Vec<Case> {
    let mut tables: Vec<_> = fs::read_dir("tests/secrets")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .collect();
    tables.sort();
    let mut cases = Vec::new();
    for table in tables {
        let category = table.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&table).unwrap();
        let mut lines =
            text.lines().zip(1..).filter(|(line, _)| !line.starts_with("### ")).peekable();
        while let Some((line, number)) = lines.next() {
            let Some(head) = line.strip_prefix("=== ") else {
                assert!(line.is_empty(), "{category}.txt:{number}: outside of a case: `{line}`");
                continue;
            };
            let (head, each) =
                head.strip_prefix("each ").map_or((head, false), |head| (head, true));
            let (kind, path) = head.split_once(' ').expect("what it is and a path");
            let kind = match kind {
                "true" => Kind::True,
                "false" => Kind::False,
                "doubtful" => Kind::Doubtful,
                _ => panic!("{category}.txt:{number}: neither true, false nor doubtful: `{kind}`"),
            };
            let mut files = vec![(path.to_owned(), Vec::new())];
            while let Some((line, number)) = lines.next_if(|(line, _)| !line.starts_with("=== ")) {
                if let Some(path) = line.strip_prefix("+++ ") {
                    files.push((path.to_owned(), Vec::new()));
                } else if !each {
                    files.last_mut().unwrap().1.push(line.to_owned());
                } else if !line.is_empty() {
                    let mark = if kind == Kind::True { " ◂" } else { "" };
                    let only = (path.to_owned(), vec![format!("{line}{mark}")]);
                    cases.push(Case::read(category, number, kind, &[only]));
                }
            }
            for (_, lines) in &mut files {
                while lines.pop_if(|line| line.is_empty()).is_some() {}
            }
            if !each {
                cases.push(Case::read(category, number, kind, &files));
            }
        }
    }
    cases
}

/// The cases of a category in numbers.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    found: usize,
    missed: usize,
    silent: usize,
    alarmed: usize,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.found += other.found;
        self.missed += other.missed;
        self.silent += other.silent;
        self.alarmed += other.alarmed;
    }

    fn precision(self) -> Option<f64> {
        percent(self.found, self.alarmed)
    }

    fn recall(self) -> Option<f64> {
        percent(self.found, self.missed)
    }

    fn silence(self) -> Option<f64> {
        percent(self.silent, self.alarmed)
    }
}

fn percent(good: usize, bad: usize) -> Option<f64> {
    let float = |number: usize| f64::from(u32::try_from(number).unwrap());
    (good + bad > 0).then(|| 100.0 * float(good) / float(good + bad))
}

#[test]
fn secrets_are_told_from_what_looks_like_them() {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut trues, mut falses) = (0, 0);
    for case in cases() {
        let reported = reported(&case.lint());
        let tally = tallies.entry(case.category.clone()).or_default();
        let name = case.name();
        let line = |line: &Line| {
            let (_, text) = case.files.iter().find(|(path, _)| *path == line.0).unwrap();
            let text = text.lines().nth(line.1 - 1).unwrap_or_default();
            format!("{}:{}: {}", line.0, line.1, text.trim().chars().take(110).collect::<String>())
        };
        let is_expected = |at: &Line| case.secrets.iter().any(|secret| secret.contains(at));
        let mut alarms = BTreeSet::new();
        for (at, what) in reported.iter().filter(|(at, _)| !is_expected(at)) {
            alarms.insert(at.clone());
            let word = if case.kind == Kind::Doubtful { "doubtful" } else { "FALSE ALARM" };
            wrong.push(format!("{word} {name}: {}\n    {what}", line(at)));
        }
        match case.kind {
            Kind::True => {
                trues += 1;
                let is_met =
                    |secret: &&BTreeSet<Line>| reported.iter().any(|it| secret.contains(&it.0));
                let missed: Vec<_> = case.secrets.iter().filter(|it| !is_met(it)).collect();
                for secret in &missed {
                    wrong.push(format!("MISS {name}: {}", line(secret.first().unwrap())));
                }
                tally.found += usize::from(missed.is_empty());
                tally.missed += usize::from(!missed.is_empty());
                tally.alarmed += usize::from(!alarms.is_empty());
            }
            Kind::False => {
                falses += 1;
                tally.silent += usize::from(alarms.is_empty());
                tally.alarmed += usize::from(!alarms.is_empty());
            }
            Kind::Doubtful => {}
        }
    }
    let mut total = Tally::default();
    for tally in tallies.values() {
        total.add(*tally);
    }
    tallies.insert("total".into(), total);
    let mut below = Vec::new();
    let wrong = wrong.join("\n");
    println!("{wrong}");
    // What a test prints is shown only if it fails, unless it writes to the stream itself.
    let mut shown = std::io::stderr().lock();
    let head = ["category", "precision", "recall", "silence"];
    let [category, precision, recall, silence] = head;
    writeln!(shown, "{category:20} {precision:>9} {recall:>9} {silence:>9}    true + false")
        .unwrap();
    let floors = floors();
    for (category, tally) in &tallies {
        let numbers = [tally.precision(), tally.recall(), tally.silence()];
        let words = numbers.map(|it| it.map_or("-".to_owned(), |it| format!("{it:.1} %")));
        let [precision, recall, silence] = words;
        let (good, bad) = (tally.found + tally.missed, tally.silent + tally.alarmed);
        writeln!(shown, "{category:20} {precision:>9} {recall:>9} {silence:>9}    {good} + {bad}")
            .unwrap();
        let floor = floors.get(category).copied().unwrap_or_default();
        for ((what, number), floor) in
            ["precision", "recall", "silence"].iter().zip(numbers).zip(floor)
        {
            if let Some(number) = number.filter(|number| *number < floor) {
                below.push(format!("{category}: {what} is {number:.1} %, and was {floor} %"));
            }
        }
    }
    for category in floors.keys() {
        assert!(tallies.contains_key(category), "floors.tsv: no category `{category}`");
    }
    assert!(trues >= 300 && falses >= 600, "too few cases: {trues} true, {falses} false");
    assert!(below.is_empty(), "{wrong}\n{}", below.join("\n"));
}

/// What each category must reach, in percent: precision, recall, silence.
fn floors() -> BTreeMap<String, [f64; 3]> {
    let text = fs::read_to_string("tests/secrets/floors.tsv").unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|row| {
        let mut columns = row.split('\t');
        let category = columns.next().unwrap().to_owned();
        let mut number = || columns.next().expect("three numbers").parse().expect("a number");
        (category, [number(), number(), number()])
    })
    .collect()
}

const FORMATS: [Format; 9] = [
    Format::Full,
    Format::Concise,
    Format::Json,
    Format::Jsonl,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Markdown,
];

#[test]
fn no_output_holds_a_secret() {
    let mut leaks = BTreeSet::new();
    for case in cases().into_iter().filter(|case| case.kind == Kind::True) {
        let outcome = case.lint();
        for format in FORMATS {
            let mut out = Vec::new();
            report::write(format, &outcome, &common::options(Style::PLAIN), &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            leaks.extend(leaked(&case, &text, &format!("{format:?}")));
        }
        leaks.extend(leaked(&case, &noted(&case, &outcome), "baseline"));
    }
    assert!(leaks.is_empty(), "{}", leaks.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The baseline that notes the findings of a case.
fn noted(case: &Case, outcome: &Outcome) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("baseline.json");
    let settings = settings(case.files.len());
    let seen = Seen::new(&outcome.files, &settings, vec![String::new()]);
    let findings = Findings { diagnostics: outcome.diagnostics.clone(), ..Findings::default() };
    Baseline::of(&path, &findings, &seen, None).write().unwrap();
    fs::read_to_string(&path).unwrap_or_default()
}

/// Where a text holds more of a secret than it may.
fn leaked(case: &Case, text: &str, what: &str) -> Vec<String> {
    let mut leaks = Vec::new();
    for (secret, window) in &case.hidden {
        let chars: Vec<char> = secret.chars().collect();
        let windows = chars.windows(*window).map(|it| it.iter().collect::<String>());
        if let Some(part) = windows.into_iter().find(|part| text.contains(part.as_str())) {
            let line = text.lines().find(|line| line.contains(&part)).unwrap_or_default();
            let at = line.find(&part).unwrap_or_default();
            let around: String = line[..at].chars().rev().take(60).collect();
            let around: String = around.chars().rev().collect();
            leaks.push(format!("{}: {what} holds `{part}`, after `{around}`", case.name()));
        }
    }
    leaks
}
