//! Comments and annotations that ask to ignore findings.
//!
//! [`comment`] and [`annotation`] find the [`Ignore`]s of a file and say what each covers, [`peers`]
//! those that other tools would find; [`apply`] marks the findings and reports the ignores that suppress nothing.

mod annotation;
mod comment;
mod cover;
mod peers;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{Selector, Settings, question};
use crate::diagnostic::{DataPath, Diagnostic, Edit, Suppression};
use crate::file::File;
use crate::project::Project;
use crate::rules::{Cx, Profile, RULES, Surplus, index_of};
use crate::source::{FileId, Place, Span, Spans};
use crate::tree::edit::{self, Change, Edits, Refusal};

/// The word that a file with an ignore of our own holds; others cost one search.
const MARKER: &str = "agentcheck";

/// The rule that reports the ignores themselves.
const UNUSED: &str = "syntax/unused-ignore";

/// A comment or an annotation. All spans are of the file, not of a text embedded in it.
#[derive(Debug)]
struct Ignore {
    /// `comment` or `annotation`.
    kind: &'static str,
    /// How messages name it: `ignore[...]`.
    shown: String,
    /// The whole of it.
    span: Span,
    /// A finding that begins in one of these is meant.
    covers: Vec<Span>,
    names: Vec<Name>,
    /// What takes the whole of it out of the file, where that is one local edit.
    removal: Edits,
    /// The annotation that a shorter list changes; a comment is no data.
    touches: Vec<DataPath>,
    /// Why it can never suppress anything: what is wrong and what to do.
    malformed: Option<(String, String)>,
    /// Whether anything can be said about it: in a document that does not parse one cannot tell
    /// what is a comment, on a patch most rules do not run, and what other tools read is theirs.
    certain: bool,
}

/// One rule or group that an [`Ignore`] names.
#[derive(Debug)]
struct Name {
    text: String,
    /// Nothing for a name that is no rule's and no group's.
    selector: Option<Selector>,
    span: Span,
    reason: String,
    /// What takes the name out of its list.
    listed: Listed,
    used: bool,
}

/// How the names of an [`Ignore`] are listed, for taking out some of them.
#[derive(Clone, Debug)]
enum Listed {
    /// They cannot be edited.
    Fixed,
    /// Parts of a text that `separator` joins: the whole list, and this part of it.
    Joined { list: Span, separator: &'static str, part: String },
}

impl Name {
    fn covers(&self, rule: &str) -> bool {
        self.selector.is_some_and(|selector| selector.covers(rule))
    }

    /// Whether every rule that the name stands for ran in the file. Of a group nobody means those that are on
    /// only where they are selected by name.
    fn ran(&self, settings: &Settings) -> bool {
        let is_group = self.text.ends_with('/');
        RULES
            .iter()
            .zip(&settings.rules)
            .filter(|(rule, _)| self.covers(rule.id))
            .filter(|(rule, _)| !(is_group && rule.profile == Profile::Optional))
            .all(|(_, settings)| settings.enabled)
    }
}

/// What the lines of a file stand for: themselves, and everything below the keys that begin there.
pub(crate) struct Reach<'f>(Option<comment::Text<'f>>);

impl<'f> Reach<'f> {
    pub(crate) fn of(file: &'f File) -> Self {
        // The texts embedded in strings come after the file's own.
        Reach(comment::texts(file).into_iter().next())
    }

    /// Where what begins on the line of `at` ends.
    pub(crate) fn end(&self, at: u32) -> u32 {
        let begun = self.0.iter().flat_map(|text| text.begun(text.line(at)));
        begun.map(|span| span.end).max().unwrap_or(at)
    }
}

/// Marks what comments and annotations ask to ignore, and adds a finding for each of them that
/// suppresses nothing. `settings` are those of each file, by its index; what is in `surplus` was found as
/// well, and may be what an ignore is for. What is found beyond the bounds is given back.
pub(crate) fn apply(
    project: &Project<'_>,
    settings: &[Arc<Settings>],
    diagnostics: &mut Vec<Diagnostic>,
    surplus: &[Surplus],
) -> Vec<Surplus> {
    let mut more = Vec::new();
    // What a patch brings can be ignored where the patch says it and where the object holds it.
    let mut by_file: HashMap<FileId, Vec<(usize, u32)>> = HashMap::new();
    for (index, found) in diagnostics.iter().enumerate() {
        for place in std::iter::once(&found.place).chain(&found.also_at) {
            by_file.entry(place.file).or_default().push((index, place.span.start));
        }
    }
    let mut unused = Vec::new();
    let all: Vec<_> = (project.files().par_iter().zip(settings))
        .map(|(file, settings)| (file, settings, ignores(project, file)))
        .filter(|(.., ignores)| !ignores.is_empty())
        .collect();
    for (file, settings, mut ignores) in all {
        if let Some(places) = by_file.get(&file.id()) {
            mark(&mut ignores, diagnostics, places);
        }
        let here = surplus.iter().filter(|it| it.first.file == file.id());
        let unlisted: Vec<&str> = here.map(|it| it.rule).collect();
        let (found, of_these) = judge(project, file, settings, &mut ignores, &unlisted);
        unused.extend(found);
        more.extend(of_these);
    }
    diagnostics.append(&mut unused);
    more
}

/// What a file asks to ignore, for rules that say one thing of several places.
#[derive(Default)]
pub(crate) struct Asked {
    ignores: Vec<Ignore>,
    /// What each rule that has asked was told.
    told: RefCell<HashMap<&'static str, Spans>>,
}

impl Asked {
    pub(crate) fn of(project: &Project<'_>, file: FileId) -> Self {
        let file = project.files().get(file.index());
        let ignores = file.map(|file| ignores(project, file)).unwrap_or_default();
        Asked { ignores, told: RefCell::default() }
    }

    /// Whether what that rule finds at a place is to be ignored.
    pub(crate) fn covers(&self, rule: &'static str, at: u32) -> bool {
        let spans = || {
            let is_meant = |it: &&Ignore| it.names.iter().any(|name| name.covers(rule));
            let meant = self.ignores.iter().filter(is_meant);
            meant.flat_map(|ignore| ignore.covers.iter().copied()).collect()
        };
        !self.ignores.is_empty()
            && self.told.borrow_mut().entry(rule).or_insert_with(spans).hold(at)
    }
}

/// What a file asks to ignore.
fn ignores(project: &Project<'_>, file: &File) -> Vec<Ignore> {
    let mut ignores = Vec::new();
    if file.source().text().contains(MARKER) {
        ignores.extend(comment::ignores(file));
        ignores.extend(annotation::ignores(file));
        if project.is_partial(file.id()) {
            for ignore in &mut ignores {
                ignore.certain = false;
            }
        }
    }
    ignores.extend(peers::ignores(file));
    ignores
}

/// The findings about the ignores of a file, marked like any other, and what is found of them beyond the
/// bounds. Of rules that are `unlisted` not all that they found is known.
fn judge(
    project: &Project<'_>,
    file: &File,
    settings: &Settings,
    ignores: &mut [Ignore],
    unlisted: &[&str],
) -> (Vec<Diagnostic>, Vec<Surplus>) {
    let rule = index_of(UNUSED).and_then(|index| RULES.get(index).zip(settings.rules.get(index)));
    let Some((rule, own)) = rule.filter(|(_, own)| own.enabled) else {
        return (Vec::new(), Vec::new());
    };
    let source = edit::source_text(file.source().text());
    // What a rule finds may depend on other files, and of a part of a project not all are seen. How a file
    // is written depends on none.
    let sees_all = project.sees_all_around(file.source().path());
    let is_sure = |name: &Name| {
        (sees_all || name.text.starts_with("syntax/"))
            && name.ran(settings)
            && !unlisted.iter().any(|unlisted| name.covers(unlisted))
    };
    let mut cx = Cx::new(project, rule, settings, own);
    for ignore in ignores.iter().filter(|ignore| ignore.certain) {
        report_faults(ignore, file.id(), &mut cx);
        let judged = |name: &Name| is_sure(name) && !name.covers(UNUSED);
        report_unused(ignore, (file.id(), source), &mut cx, judged);
    }
    let mut surplus = cx.surplus();
    let mut found = cx.finish();
    // An ignore of findings about ignores can be judged only now that there are some.
    let places: Vec<_> =
        found.iter().enumerate().map(|(index, found)| (index, found.place.span.start)).collect();
    mark(ignores, &mut found, &places);
    let mut cx = Cx::new(project, rule, settings, own);
    for ignore in ignores.iter().filter(|ignore| ignore.certain) {
        let judged = |name: &Name| is_sure(name) && name.covers(UNUSED);
        report_unused(ignore, (file.id(), source), &mut cx, judged);
    }
    surplus.extend(cx.surplus());
    found.extend(cx.finish());
    (found, surplus)
}

/// What one or several [`Ignore`]s ask for in a part of the text.
#[derive(Debug)]
struct Request {
    /// A finding that begins in it, or at its end, is meant.
    span: Span,
    selector: Selector,
    /// Who asks: indexes of an ignore and of one of its names, the first first.
    by: Vec<(usize, usize)>,
    is_used: bool,
}

impl Request {
    /// Of those that cover a place, the one with the least counts: the smallest part, and of equal ones
    /// the first that asks.
    fn rank(&self) -> (u32, Option<&(usize, usize)>) {
        (self.span.end - self.span.start, self.by.first())
    }
}

/// What the ignores of a file ask for, each once, in the order of where it begins.
fn requests(ignores: &[Ignore]) -> Vec<Request> {
    let mut asked: HashMap<(Span, Selector), Vec<(usize, usize)>> = HashMap::new();
    for (index, ignore) in ignores.iter().enumerate() {
        for (name, selector) in
            ignore.names.iter().zip(0..).filter_map(|(it, at)| Some((at, it.selector?)))
        {
            for &span in &ignore.covers {
                asked.entry((span, selector)).or_default().push((index, name));
            }
        }
    }
    let request = |((span, selector), by)| Request { span, selector, by, is_used: false };
    let mut requests: Vec<_> = asked.into_iter().map(request).collect();
    requests.sort_unstable_by(|a, b| (a.span, &a.by).cmp(&(b.span, &b.by)));
    requests
}

/// Marks findings, each given by its index and where it is, with the reason of whatever covers it most
/// closely.
///
/// A file may hold as many ignores as findings, so both are gone through once, from the beginning of the
/// text to its end, and only what covers the place in hand is looked at.
fn mark(ignores: &mut [Ignore], diagnostics: &mut [Diagnostic], places: &[(usize, u32)]) {
    let mut in_order: Vec<(u32, usize)> =
        places.iter().zip(0..).map(|(&(_, at), place)| (at, place)).collect();
    in_order.sort_unstable();
    let mut waiting = requests(ignores).into_iter().peekable();
    let (mut open, mut done): (Vec<Request>, Vec<Request>) = (Vec::new(), Vec::new());
    let mut marks: Vec<Option<Suppression>> = vec![None; places.len()];
    for (at, place) in in_order {
        open.extend(std::iter::from_fn(|| waiting.next_if(|request| request.span.start <= at)));
        done.extend(open.extract_if(.., |request| request.span.end < at));
        let index = places.get(place).map(|(index, _)| *index);
        let Some(found) = index.and_then(|index| diagnostics.get(index)) else { continue };
        for request in open.iter_mut().filter(|request| request.selector.covers(found.rule)) {
            request.is_used = true;
        }
        let meant = open.iter().filter(|request| request.selector.covers(found.rule));
        let closest = meant.min_by_key(|request| request.rank());
        if let Some(by) = closest.and_then(|request| request.by.first())
            && let Some(ignore) = ignores.get(by.0)
            && let Some(name) = ignore.names.get(by.1)
            && let Some(mark) = marks.get_mut(place)
        {
            *mark = Some(Suppression { kind: ignore.kind, reason: name.reason.clone() });
        }
    }
    // A finding at several places keeps what is said at the last of them.
    for ((index, _), mark) in places.iter().zip(marks) {
        if let Some(found) = diagnostics.get_mut(*index)
            && mark.is_some()
        {
            found.suppressed = mark.map(Box::new);
        }
    }
    for (ignore, name) in done.iter().chain(&open).filter(|it| it.is_used).flat_map(|it| &it.by) {
        if let Some(name) = ignores.get_mut(*ignore).and_then(|it| it.names.get_mut(*name)) {
            name.used = true;
        }
    }
}

/// The findings about ignores that can suppress nothing, or that name what does not exist.
fn report_faults(ignore: &Ignore, file: FileId, cx: &mut Cx<'_>) {
    if let Some((message, help)) = &ignore.malformed {
        cx.report(Place { file, span: ignore.span }, message.clone()).help(help.clone());
    }
    for name in ignore.names.iter().filter(|name| name.selector.is_none()) {
        let help = question(&name.text)
            .unwrap_or_else(|| "`agentcheck rules` lists the rules and their groups".to_owned());
        let message = format!("`{}` is no rule and no group", name.text);
        cx.report(Place { file, span: name.span }, message).help(help);
    }
}

/// The finding about the names, among those that `judged` takes, that suppressed nothing. `source` says
/// whether the file is one to edit.
fn report_unused(
    ignore: &Ignore,
    (file, source): (FileId, Result<(), Refusal>),
    cx: &mut Cx<'_>,
    judged: impl Fn(&Name) -> bool,
) {
    let is_unused = |name: &&Name| name.selector.is_some() && !name.used && judged(name);
    let (unused, kept): (Vec<&Name>, Vec<&Name>) = ignore.names.iter().partition(is_unused);
    let Some(first) = unused.first() else { return };
    if kept.is_empty() {
        let message = format!("{} suppresses nothing", ignore.shown);
        cx.report(Place { file, span: ignore.span }, message)
            .help("remove it, or it will hide the next finding here without a word")
            .safe_fix("remove the ignore", || source.and_then(|()| ignore.removal.clone()));
    } else {
        let names: Vec<_> = unused.iter().map(|name| format!("`{}`", name.text)).collect();
        let verb = if names.len() == 1 { "suppresses" } else { "suppress" };
        let message = format!("{} {verb} nothing here", names.join(" and "));
        cx.report(Place { file, span: first.span }, message)
            .help("take it out of the list, or it will hide the next finding here without a word")
            .safe_fix("shorten the list", || {
                source?;
                let edit = without(&kept, file).ok_or(Refusal::Occupied)?;
                Ok(Change { edits: vec![edit], touches: ignore.touches.clone() })
            });
    }
}

/// The edit that leaves only some of the names in their list.
fn without(kept: &[&Name], file: FileId) -> Option<Edit> {
    let mut parts = Vec::new();
    let mut target = None;
    for name in kept {
        let Listed::Joined { list, separator, part } = &name.listed else { return None };
        parts.push(part.as_str());
        target = Some((*list, *separator));
    }
    let (span, separator) = target?;
    Some(Edit { place: Place { file, span }, text: parts.join(separator) })
}
