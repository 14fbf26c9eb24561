//! Reads `agentcheck.toml` and notes everything that is wrong with it, each with its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::civil::Date;

use super::error::Problem;
use super::selector::{Selector, nearest, question, question_of_rule};
use super::{FailOn, Layer, Override, RuleLayer};
use crate::diagnostic::Severity;
use crate::duration;
use crate::evidence::{Record, STATEMENTS, Written};
use crate::k8s::KubernetesVersion;
use crate::rules::{Decimal, Environment, Parameter, ParameterValue, Profile, Rule, find};
use crate::source::FileId;
use crate::tree::{Entry, Node, Scalar, Tree, toml};

/// What a file of configuration says.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) layer: Layer,
    pub(super) fail_on: Option<FailOn>,
    pub(super) exclude: Vec<String>,
    pub(super) external: GlobSet,
    pub(super) overrides: Vec<Override>,
    pub(super) evidence: Vec<Record>,
    pub(super) images: BTreeMap<String, String>,
    /// The lines on which those stand.
    pub(super) image_lines: BTreeMap<String, usize>,
    pub(super) shellcheck: bool,
}

/// The line of each key of a table, from 1.
fn lines_of(table: Node<'_>) -> BTreeMap<String, usize> {
    let line = |entry: Entry<'_>| {
        let before = table.tree().text().get(..entry.key.place().span.start as usize);
        (entry.key.text().to_owned(), before.map_or(0, |before| before.matches('\n').count()) + 1)
    };
    table.own_entries().map(line).collect()
}

/// Reads a text; the values are of use only when there are no problems.
pub(super) fn read(text: &str) -> (Values, Vec<Problem>) {
    let (tree, errors) = toml::read(FileId::new(0), &Arc::from(text), None);
    let mut reader = Reader::default();
    for error in errors {
        reader.problem(error.place, error.message, None);
    }
    let values = reader.file(&tree);
    reader.problems.sort_by_key(|problem| problem.span);
    (values, reader.problems)
}

/// The records of evidence in a text, with their places. What is wrong with the text is passed over.
pub(crate) fn evidence_in(tree: &Tree) -> Vec<Written<'_>> {
    let mut reader = Reader::default();
    let entries = tree.documents().flat_map(Node::own_entries);
    let tables = entries
        .filter(|entry| entry.key.text() == "evidence")
        .flat_map(|entry| entry.value.items())
        .filter(|table| table.is_map());
    tables.map(|table| Written { table, record: reader.evidence(table) }).collect()
}

/// The keys that the whole file and an override have in common.
const LAYER: [&str; 7] =
    ["environment", "kubernetes-version", "profile", "select", "ignore", "extend-select", "rules"];

/// The keys that only the whole file has.
const WHOLE: [&str; 7] =
    ["fail-on", "exclude", "external", "overrides", "evidence", "images", "docker"];

/// How a number is called that has no fraction.
const WHOLE_NUMBER: &str = "a whole number";

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(
        &mut self,
        at: impl Into<crate::source::Place>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let (span, message) = (Some(at.into().span), message.into());
        self.problems.push(Problem { span, message, help });
    }

    fn file(&mut self, tree: &Tree) -> Values {
        let mut values = Values::default();
        for entry in tree.documents().flat_map(Node::own_entries) {
            match entry.key.text() {
                "fail-on" => {
                    values.fail_on =
                        self.word(entry, FailOn::named, &FailOn::ALL.map(FailOn::as_str));
                }
                "exclude" => values.exclude = self.globs(entry).1,
                "external" => values.external = self.external(entry),
                "overrides" => {
                    let tables = self.tables(entry);
                    values.overrides =
                        tables.into_iter().filter_map(|table| self.one_override(table)).collect();
                }
                "evidence" => {
                    let tables = self.tables(entry);
                    values.evidence =
                        tables.into_iter().map(|table| self.evidence(table)).collect();
                }
                "images" => {
                    values.images = self.images(entry);
                    values.image_lines = lines_of(entry.value);
                }
                "docker" => values.shellcheck = self.docker(entry),
                _ if self.layer(entry, &mut values.layer) => {}
                _ => {
                    self.unknown_key(entry.key, LAYER.into_iter().chain(WHOLE));
                }
            }
        }
        values
    }

    /// Reads a key that a layer knows, and says whether it does.
    fn layer(&mut self, entry: Entry<'_>, layer: &mut Layer) -> bool {
        match entry.key.text() {
            "environment" => {
                let words = Environment::ALL.map(Environment::as_str);
                layer.environment = self.word(entry, Environment::named, &words);
            }
            "kubernetes-version" => layer.kubernetes = self.kubernetes(entry),
            "profile" => {
                let words = Profile::CHOICES.map(Profile::as_str);
                layer.profile = self.word(entry, Profile::named, &words);
            }
            "select" => {
                self.not_empty(entry, "an empty `select` leaves no rule to run");
                layer.select = Some(self.selectors(entry));
            }
            "ignore" => layer.ignore = self.selectors(entry),
            "extend-select" => layer.extend_select = self.selectors(entry),
            "rules" => layer.rules = self.rules(entry),
            _ => return false,
        }
        true
    }

    fn one_override(&mut self, table: Node<'_>) -> Option<Override> {
        let mut layer = Layer::default();
        let mut paths = None;
        for entry in table.own_entries() {
            if entry.key.text() == "paths" {
                self.not_empty(entry, "an override without paths is for no file");
                paths = Some(self.globs(entry).0);
            } else if !self.layer(entry, &mut layer) {
                self.unknown_key(entry.key, LAYER.into_iter().chain(["paths"]));
            }
        }
        if paths.is_none() {
            let help = "name the files that it is for: paths = [\"deploy/dev/**\"]".to_owned();
            self.problem(table, "an override needs `paths`", Some(help));
        }
        Some(Override { paths: paths?, layer })
    }

    fn rules(&mut self, entry: Entry<'_>) -> BTreeMap<&'static str, RuleLayer> {
        let mut rules = BTreeMap::new();
        if !self.is_table(entry) {
            return rules;
        }
        for entry in entry.value.own_entries() {
            let Some(rule) = find(entry.key.text()) else {
                self.no_rule(entry.key);
                continue;
            };
            if self.is_table(entry) {
                rules.insert(rule.id, self.rule(rule, entry.value));
            }
        }
        rules
    }

    fn rule(&mut self, rule: &'static Rule, table: Node<'_>) -> RuleLayer {
        let mut layer = RuleLayer::default();
        for entry in table.own_entries() {
            let key = entry.key.text();
            let parameters = rule.parameters.iter();
            if key == "severity" {
                let words = [Severity::Note, Severity::Warning, Severity::Error];
                let words = words.map(Severity::as_str);
                layer.severity = self.word(entry, Severity::named, &words);
            } else if key == "enabled" {
                layer.enabled = self.boolean(entry);
            } else if let Some(known) = parameters.clone().find(|known| known.name == key) {
                if let Some(value) = self.parameter(known, entry) {
                    layer.parameters.insert(known.name, value);
                }
            } else {
                let names = parameters.map(|parameter| parameter.name);
                self.unknown_key(entry.key, ["severity", "enabled"].into_iter().chain(names));
            }
        }
        layer
    }

    /// A value of the type that the parameter's default has.
    fn parameter(&mut self, known: &Parameter, entry: Entry<'_>) -> Option<ParameterValue> {
        match known.default {
            ParameterValue::Number(_) => {
                let number = entry.value.as_int();
                if number.is_none() {
                    self.wrong_type(entry, WHOLE_NUMBER);
                }
                let number = number.filter(|&number| self.is_not_negative(entry, number < 0));
                number.map(ParameterValue::Number)
            }
            ParameterValue::Decimal(_) => {
                let number = entry.value.as_number().and_then(Decimal::of);
                if number.is_none() {
                    self.wrong_type(entry, "a number");
                }
                let is_negative = entry.value.as_number().is_some_and(|number| number < 0.0);
                let number = number.filter(|_| self.is_not_negative(entry, is_negative));
                number.map(ParameterValue::Decimal)
            }
            ParameterValue::Words(_) => {
                let words = self.strings(entry).into_iter().map(|(_, word)| word.to_owned());
                Some(ParameterValue::Words(words.collect()))
            }
        }
    }

    /// Nothing that rules count or measure is less than none.
    fn is_not_negative(&mut self, entry: Entry<'_>, is_negative: bool) -> bool {
        if is_negative {
            let message = format!("`{}` must not be below 0", entry.key.text());
            self.problem(entry.value, message, None);
        }
        !is_negative
    }

    fn kubernetes(&mut self, entry: Entry<'_>) -> Option<KubernetesVersion> {
        let text = self.string(entry)?;
        let version = KubernetesVersion::parse(text);
        if version.is_none() {
            let newest = KubernetesVersion::default();
            let help = format!("write it as \"{newest}\"");
            self.problem(entry.value, format!("`{text}` is no version of Kubernetes"), Some(help));
        }
        version
    }

    /// A record. What it lacks is for rules to say.
    fn evidence(&mut self, table: Node<'_>) -> Record {
        const KEYS: [&str; 6] = ["item", "owner", "date", "expires", "link", "note"];
        let mut record = Record::default();
        for entry in table.own_entries() {
            let key = entry.key.text();
            match key {
                "item" => record.item = self.string(entry).map(str::to_owned),
                "owner" => record.owner = self.string(entry).map(str::to_owned),
                "link" => record.link = self.string(entry).map(str::to_owned),
                "note" => record.note = self.string(entry).map(str::to_owned),
                "date" => record.date = self.date(entry),
                "expires" => record.expires = self.date(entry),
                _ => match STATEMENTS.into_iter().find(|known| *known == key) {
                    Some(known) => {
                        let stated = self.duration(entry).map(str::to_owned);
                        record.states.extend(stated.map(|stated| (known, stated)));
                    }
                    None => self.unknown_key(entry.key, KEYS.into_iter().chain(STATEMENTS)),
                },
            }
        }
        record
    }

    fn images(&mut self, entry: Entry<'_>) -> BTreeMap<String, String> {
        let mut images = BTreeMap::new();
        if self.is_table(entry) {
            for image in entry.value.own_entries() {
                if let Some(dockerfile) = self.string(image) {
                    images.insert(image.key.text().to_owned(), dockerfile.to_owned());
                }
            }
        }
        images
    }

    /// `[docker]`: whether `ShellCheck` is asked.
    fn docker(&mut self, entry: Entry<'_>) -> bool {
        let mut shellcheck = None;
        if self.is_table(entry) {
            for entry in entry.value.own_entries() {
                match entry.key.text() {
                    "shellcheck" => shellcheck = self.boolean(entry),
                    _ => self.unknown_key(entry.key, ["shellcheck"].into_iter()),
                }
            }
        }
        shellcheck.unwrap_or(false)
    }

    fn external(&mut self, entry: Entry<'_>) -> GlobSet {
        let mut globs = GlobSetBuilder::new();
        for (node, text) in self.strings(entry) {
            match text.split_once('/') {
                Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                    match GlobBuilder::new(text).literal_separator(true).build() {
                        Ok(glob) => drop(globs.add(glob)),
                        Err(error) => self.problem(node, format!("invalid glob: {error}"), None),
                    }
                }
                _ => {
                    let help = "write `Kind/name`, e.g. \"Secret/openai-api-key\" or \
                                \"ServiceAccount/*\""
                        .to_owned();
                    self.problem(node, format!("`{text}` names no object"), Some(help));
                }
            }
        }
        globs.build().unwrap_or_default()
    }

    fn not_empty(&mut self, entry: Entry<'_>, message: &str) {
        if entry.value.is_list() && entry.value.items().len() == 0 {
            let help = format!("name something, or leave `{}` out", entry.key.text());
            self.problem(entry.value, message, Some(help));
        }
    }

    fn selectors(&mut self, entry: Entry<'_>) -> Vec<Selector> {
        let mut selectors = Vec::new();
        for (node, text) in self.strings(entry) {
            match Selector::named(text) {
                Some(selector) => selectors.push(selector),
                None => self.unknown_rule(node),
            }
        }
        selectors
    }

    /// Globs as those of `.gitignore`, relative to the folder of the file.
    fn globs(&mut self, entry: Entry<'_>) -> (Gitignore, Vec<String>) {
        let mut builder = GitignoreBuilder::new("");
        let mut globs = Vec::new();
        for (node, text) in self.strings(entry) {
            if let Some(fault) = fault_of_glob(text) {
                self.problem(node, fault, None);
            } else if let Err(error) = builder.add_line(None, text) {
                self.problem(node, format!("invalid glob: {error}"), None);
            } else {
                globs.push(text.to_owned());
            }
        }
        (builder.build().unwrap_or_else(|_| Gitignore::empty()), globs)
    }

    fn word<T>(
        &mut self,
        entry: Entry<'_>,
        named: impl Fn(&str) -> Option<T>,
        words: &[&str],
    ) -> Option<T> {
        let text = self.string(entry)?;
        let value = named(text);
        if value.is_none() {
            let help = match nearest(&text.to_lowercase(), words.iter().copied()) {
                Some(word) => did_you_mean(word),
                None => format!("one of {}", words.join(", ")),
            };
            let message = format!("unknown {} `{text}`", entry.key.text());
            self.problem(entry.value, message, Some(help));
        }
        value
    }

    /// A date, as TOML writes it or as a string.
    fn date(&mut self, entry: Entry<'_>) -> Option<Date> {
        let date = self.string(entry)?.parse().ok();
        if date.is_none() {
            let help = Some("write it as 2026-10-01".to_owned());
            self.problem(entry.value, format!("`{}` must be a date", entry.key.text()), help);
        }
        date
    }

    /// A span of time, as it is written.
    fn duration<'t>(&mut self, entry: Entry<'t>) -> Option<&'t str> {
        let text = self.string(entry)?;
        let is_duration = duration::seconds(text).is_some_and(|seconds| seconds >= 0.0);
        if !is_duration {
            let help = Some("write it as 30m, 4h, 1d or 1h30m".to_owned());
            let message = format!("`{}` must be a span of time", entry.key.text());
            self.problem(entry.value, message, help);
        }
        is_duration.then_some(text)
    }

    fn boolean(&mut self, entry: Entry<'_>) -> Option<bool> {
        let value = entry.value.as_bool();
        if value.is_none() {
            self.wrong_type(entry, "true or false");
        }
        value
    }

    fn string<'t>(&mut self, entry: Entry<'t>) -> Option<&'t str> {
        let text = entry.value.as_str();
        if text.is_none() {
            self.wrong_type(entry, "a string");
        }
        text
    }

    fn strings<'t>(&mut self, entry: Entry<'t>) -> Vec<(Node<'t>, &'t str)> {
        if !entry.value.is_list() {
            self.wrong_type(entry, "a list of strings");
            return Vec::new();
        }
        let mut strings = Vec::new();
        for item in entry.value.items() {
            match item.as_str() {
                Some(text) => strings.push((item, text)),
                None => self.wrong_type(Entry { value: item, ..entry }, "a list of strings"),
            }
        }
        strings
    }

    fn tables<'t>(&mut self, entry: Entry<'t>) -> Vec<Node<'t>> {
        let wanted = format!("written as [[{}]] tables", entry.key.text());
        if !entry.value.is_list() {
            self.wrong_type(entry, &wanted);
            return Vec::new();
        }
        let mut tables = Vec::new();
        for item in entry.value.items() {
            if item.is_map() {
                tables.push(item);
            } else {
                self.wrong_type(Entry { value: item, ..entry }, &wanted);
            }
        }
        tables
    }

    fn is_table(&mut self, entry: Entry<'_>) -> bool {
        if !entry.value.is_map() {
            self.wrong_type(entry, "a table");
        }
        entry.value.is_map()
    }

    fn wrong_type(&mut self, entry: Entry<'_>, wanted: &str) {
        let found = match entry.value.scalar() {
            Some(Scalar::Str(_)) => "a string",
            Some(Scalar::Bool(_)) => "a boolean",
            Some(Scalar::Float(_)) if wanted == WHOLE_NUMBER => "one with a fraction",
            Some(_) => "a number",
            None if entry.value.is_list() => "a list",
            None => "a table",
        };
        let message = format!("`{}` must be {wanted}, and this is {found}", entry.key.text());
        self.problem(entry.value, message, None);
    }

    fn unknown_key<'k>(&mut self, key: Node<'_>, known: impl Iterator<Item = &'k str> + Clone) {
        let help = match nearest(key.text(), known.clone()) {
            Some(word) => did_you_mean(word),
            None => format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
        };
        self.problem(key, format!("unknown key `{}`", key.text()), Some(help));
    }

    /// Notes a name where nothing but that of a rule will do.
    fn no_rule(&mut self, at: Node<'_>) {
        let name = at.text();
        let (message, help) = if Selector::named(name).is_some() {
            let message = format!("`{name}` stands for several rules, and only one can stand here");
            (message, "name a rule, such as `k8s/replicas-too-few`".into())
        } else {
            let help = question_of_rule(name);
            let list = || "`agentcheck rules` lists them".into();
            (format!("unknown rule `{name}`"), help.unwrap_or_else(list))
        };
        self.problem(at, message, Some(help));
    }

    fn unknown_rule(&mut self, at: Node<'_>) {
        let Problem { message, help, .. } = unknown_rule(at.text());
        self.problem(at, message, help);
    }
}

/// Why a glob matches nothing, if it is none.
pub(super) fn fault_of_glob(glob: &str) -> Option<String> {
    if glob.trim().is_empty() {
        return Some("an empty glob matches nothing".to_owned());
    }
    // What reads ignore files takes a bracket that is never closed for one that is meant.
    let error = GlobBuilder::new(glob).backslash_escape(true).build().err()?;
    Some(format!("invalid glob: {error}"))
}

/// The problem with a name that is no rule's and no group's.
pub(super) fn unknown_rule(name: &str) -> Problem {
    let help = question(name).unwrap_or_else(|| {
        "`agentcheck rules` lists them; `k8s/` stands for a group, `all` for every rule".into()
    });
    Problem { span: None, message: format!("unknown rule `{name}`"), help: Some(help) }
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}
