//! Applies fixes: rounds of edits that do not touch each other, until nothing changes.
//!
//! After each round the file is parsed again and held against the one before: what no fix meant
//! to change must be equal as data, and every comment must still be there. A file that fails is left as it
//! was, and the report says why. A finding whose fix was applied must be gone, too: where it is not, that fix
//! is left out and the others are applied again. Once they stand, it is tried anew: what was in its way may
//! have been one of them.

mod compare;
mod merge;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::check::Findings;
use crate::diagnostic::{Applicability, DataPath, Diagnostic, Edit, Fix};
use crate::file::{File, Files};
use crate::source::{FileId, Place, Span};

pub use self::write::{WriteError, write};

/// More rounds than any file needs: fixes for one place merge into one.
const MAX_ROUNDS: usize = 10;

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule whose finding it mends.
    pub rule: &'static str,
    /// What it did.
    pub title: String,
    /// Whether it needed a look.
    pub applicability: Applicability,
    /// The data that it meant to change.
    pub touches: Vec<DataPath>,
}

/// A file that fixes changed.
#[derive(Debug)]
pub struct Changed {
    /// The path as reports print it.
    pub path: String,
    /// The text that was read.
    pub before: Arc<str>,
    /// The text with the fixes.
    pub after: Arc<str>,
    /// What was done, in the order of the text.
    pub applied: Vec<Applied>,
}

/// What came of the fixes.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The files with the fixes applied.
    pub files: Files,
    /// What is still found in them.
    pub findings: Findings,
    /// The files that differ from before, in the order of their paths.
    pub changed: Vec<Changed>,
    /// The files whose fixes were taken back, with the reason.
    pub refused: Vec<(String, String)>,
    /// The rules whose fixes were left out alone, each with its file and the reason.
    pub useless: Vec<(String, &'static str, &'static str)>,
}

impl Fixed {
    /// The files as they were read.
    pub fn undone(self) -> Files {
        let Fixed { mut files, changed, .. } = self;
        let ids: HashMap<_, _> =
            files.paths().map(str::to_owned).zip((0..).map(FileId::new)).collect();
        for Changed { path, before, .. } in changed {
            if let Some(file) = ids.get(&path).and_then(|id| files.with_text(*id, before)) {
                files.replace(file);
            }
        }
        files
    }
}

/// Applies the fixes of every finding that counts, as `check` tells it, which is asked again after
/// each round. Nothing is written.
pub fn fix<E>(
    files: Files,
    check: impl Fn(&Files) -> Result<Findings, E>,
    unsafe_too: bool,
) -> Result<Fixed, E> {
    let mut run = Run::default();
    let mut files = files;
    let mut findings = check(&files)?;
    let mut done = Done::default();
    for _ in 0..MAX_ROUNDS {
        let round = run.choose(&files, &findings.diagnostics, unsafe_too);
        let mut applied = run.apply(&mut files, round);
        if applied.is_none() && run.forgives() {
            let round = run.choose(&files, &findings.diagnostics, unsafe_too);
            applied = run.apply(&mut files, round);
        }
        let Some(next) = applied else { return Ok(run.finish(files, findings)) };
        done = next;
        let before = std::mem::replace(&mut findings, check(&files)?);
        if run.take_back_what_did_not_help(&mut files, &before, &findings, &mut done) {
            findings = check(&files)?;
        }
    }
    // Where more was found than is kept, each round mends the next of it, and another run the rest.
    let is_long = |file: &FileId| findings.surplus.iter().any(|it| it.first.file == *file);
    let unsettled = run.choose(&files, &findings.diagnostics, unsafe_too);
    let is_unsettled = |file: &FileId| done.before.contains_key(file) && !is_long(file);
    let unsettled: Vec<_> = unsettled.into_keys().filter(is_unsettled).collect();
    for &file in &unsettled {
        run.take_back(&mut files, file, "one fix after another, without an end".to_owned());
    }
    if !unsettled.is_empty() {
        findings = check(&files)?;
    }
    Ok(run.finish(files, findings))
}

#[derive(Default)]
struct Run {
    originals: BTreeMap<FileId, Arc<str>>,
    /// Files that are left alone from now on, and why.
    frozen: BTreeMap<FileId, String>,
    applied: BTreeMap<FileId, Vec<Applied>>,
    /// The findings whose fixes do not make them go away, or damage the file.
    useless: BTreeMap<Finding, Useless>,
}

/// A fix that did not help.
struct Useless {
    /// The file that it would change.
    file: FileId,
    why: &'static str,
    /// How many fixes stood when it did not.
    beside: usize,
}

/// What a round did.
#[derive(Default)]
struct Done {
    mended: Vec<Mended>,
    /// The files that it changed, as they were.
    before: BTreeMap<FileId, Before>,
}

/// A file before a round.
struct Before {
    text: Arc<str>,
    /// How many fixes had been applied to it.
    applied: usize,
}

/// What makes a finding the same one after the lines moved.
type Finding = (FileId, &'static str, String);

fn finding(found: &Diagnostic) -> Finding {
    (found.place.file, found.rule, found.message.clone())
}

/// Where there is each finding: two may read alike.
fn places<'d>(found: impl IntoIterator<Item = &'d Diagnostic>) -> HashMap<Finding, Vec<Place>> {
    let mut places: HashMap<_, Vec<_>> = HashMap::new();
    for found in found {
        places.entry(finding(found)).or_default().push(found.place);
    }
    places
}

/// A finding that should be gone.
struct Mended {
    finding: Finding,
    /// The file that was changed for it.
    file: FileId,
    /// Where it would be now.
    place: Place,
}

/// Where places of a file are after its edits.
struct Moves<'e> {
    /// Sorted, and none overlaps another.
    edits: &'e [Edit],
    /// For each edit, and for the end, how many bytes those before it take out and put in.
    before: Vec<(usize, usize)>,
}

impl<'e> Moves<'e> {
    fn of(edits: &'e [Edit]) -> Self {
        let mut before = vec![(0, 0)];
        let (mut out, mut put) = (0, 0);
        for edit in edits {
            out += edit.place.span.range().len();
            put += edit.text.len();
            before.push((out, put));
        }
        Moves { edits, before }
    }

    fn before(&self, edit: usize) -> (usize, usize) {
        self.before.get(edit).copied().unwrap_or_default()
    }

    /// Where a place is, what the edits touch of it included.
    fn moved(&self, place: Place) -> Place {
        let span = |edit: &Edit| edit.place.span;
        let first = self.edits.partition_point(|edit| span(edit).end < place.span.start);
        let next = self.edits.partition_point(|edit| span(edit).start <= place.span.end);
        let touching = self.edits.get(first..next).unwrap_or_default();
        let start =
            touching.first().map_or(place.span.start, |it| place.span.start.min(span(it).start));
        let end = touching.last().map_or(place.span.end, |it| place.span.end.max(span(it).end));
        let ((out, put), (out_within, put_within)) =
            (self.before(first), self.before(next.max(first)));
        let (start, end) = (start as usize + put - out, end as usize + put_within - out_within);
        Place { span: Span::new(start, end), ..place }
    }
}

/// What becomes of a file with the fixes of a round that go together.
struct Tried<'d> {
    file: FileId,
    edits: Vec<Edit>,
    used: Vec<Offer<'d>>,
    /// The file, or why it must not become so.
    changed: Result<File, String>,
    /// The findings whose fixes make of the file what it must not become.
    unsound: Vec<Finding>,
}

impl<'d> Tried<'d> {
    /// Where all fixes together make of the file what it must not become, those that do so are left out.
    fn of(files: &Files, file: FileId, offers: &[Offer<'d>]) -> Option<Self> {
        let all = Self::all(files, file, offers)?;
        if all.changed.is_ok() || offers.len() == 1 {
            return Some(all);
        }
        let mut unsound = Vec::new();
        let sound = sound(files, file, offers, &mut TRIALS.clone(), &mut unsound);
        match Self::all(files, file, &sound) {
            Some(rest) if rest.changed.is_ok() => Some(Tried { unsound, ..rest }),
            _ => Some(all),
        }
    }

    fn all(files: &Files, file: FileId, offers: &[Offer<'d>]) -> Option<Self> {
        let (edits, used) = merge::merge(file, offers);
        if used.is_empty() {
            return None;
        }
        let after: Arc<str> = apply(files.source(file)?.text(), &edits).into();
        let touches: Vec<_> =
            used.iter().flat_map(|(_, fix)| fix.touches.iter().cloned()).collect();
        let changed = files.with_text(file, after)?;
        let compared = compare::compare(files, file, &changed, &touches, &edits);
        let changed = compared.map(|()| changed);
        Some(Tried { file, edits, used, changed, unsound: Vec::new() })
    }
}

/// Why a fix is left out whose finding stays.
const HELPLESS: &str = "it does not mend its finding";

/// Why a fix is left out that makes of its file what it must not become.
const UNSOUND: &str = "it would change more than it is meant to";

/// How often a file is parsed to find the fixes that it must do without.
const TRIALS: usize = 64;

/// Those of the fixes that are sound together; of those that are not, each half is asked.
fn sound<'d>(
    files: &Files,
    file: FileId,
    offers: &[Offer<'d>],
    trials: &mut usize,
    unsound: &mut Vec<Finding>,
) -> Vec<Offer<'d>> {
    let trial = trials.checked_sub(1).map(|left| {
        *trials = left;
        Tried::all(files, file, offers).is_none_or(|tried| tried.changed.is_ok())
    });
    match (trial, offers) {
        (Some(true), _) => offers.to_vec(),
        (None, _) | (_, [] | [_]) => {
            unsound.extend(offers.iter().map(|(found, _)| finding(found)));
            Vec::new()
        }
        (Some(false), _) => {
            let (one, other) = offers.split_at(offers.len() / 2);
            let mut both = sound(files, file, one, trials, unsound);
            both.extend(sound(files, file, other, trials, unsound));
            both
        }
    }
}

/// A finding and its fix.
type Offer<'d> = (&'d Diagnostic, &'d Fix);

/// The fixes of one round, by file.
type Round<'d> = BTreeMap<FileId, Vec<Offer<'d>>>;

impl Run {
    /// The fixes that may be applied, by file.
    fn choose<'d>(
        &mut self,
        files: &Files,
        found: &'d [Diagnostic],
        unsafe_too: bool,
    ) -> Round<'d> {
        let mut round: Round<'d> = BTreeMap::new();
        for found in found.iter().filter(|found| found.suppressed.is_none()) {
            let Some(fix) = &found.fix else { continue };
            let allowed = fix.applicability == Applicability::Safe || unsafe_too;
            // A fix over several files could be half taken back; none is that wide so far. The one
            // file may be another than that of the finding: what a Dockerfile lacks may have to be
            // said in its ignore file.
            let file = fix.edits.first().map_or(found.place.file, |edit| edit.place.file);
            let here = fix.edits.iter().all(|edit| edit.place.file == file);
            let is_left = self.frozen.contains_key(&file)
                || !self.useless.is_empty() && self.useless.contains_key(&finding(found));
            if !allowed || !here || is_left {
                continue;
            }
            if files.is_broken(file) {
                self.frozen.insert(file, "a part of it does not parse".to_owned());
            } else {
                round.entry(file).or_default().push((found, fix));
            }
        }
        round
    }

    /// Applies the fixes that go together, and tells which findings should be gone now. Nothing where there
    /// is none to apply.
    fn apply(&mut self, files: &mut Files, round: Round<'_>) -> Option<Done> {
        let round: Vec<_> = round.into_iter().collect();
        let tried: Vec<Tried<'_>> =
            round.par_iter().filter_map(|(file, fixes)| Tried::of(files, *file, fixes)).collect();
        if tried.is_empty() {
            return None;
        }
        let Done { mut mended, mut before } = Done::default();
        let mut edited = BTreeMap::new();
        for Tried { file, edits, used, changed, unsound } in tried {
            self.leave_out(file, UNSOUND, unsound);
            let changed = match changed {
                Ok(changed) => changed,
                // What was done before is sound.
                Err(_) if self.originals.contains_key(&file) => {
                    self.leave_out(file, UNSOUND, used.iter().map(|(found, _)| finding(found)));
                    continue;
                }
                Err(reason) => {
                    self.take_back(files, file, reason);
                    continue;
                }
            };
            let Some(source) = files.source(file) else { continue };
            self.originals.entry(file).or_insert_with(|| Arc::clone(source.text()));
            let applied = self.applied.get(&file).map_or(0, Vec::len);
            before.insert(file, Before { text: Arc::clone(source.text()), applied });
            let found = used.iter().map(|(found, _)| found);
            mended.extend(found.map(|it| Mended { finding: finding(it), file, place: it.place }));
            edited.insert(file, edits);
            let applied = used.iter().map(|(found, fix)| {
                let Fix { title, applicability, touches, .. } = (*fix).clone();
                Applied { rule: found.rule, title, applicability, touches }
            });
            self.applied.entry(file).or_default().extend(applied);
            files.replace(changed);
        }
        let moves: BTreeMap<_, _> = edited
            .iter()
            .map(|(file, edits): (&FileId, &Vec<Edit>)| (*file, Moves::of(edits)))
            .collect();
        for it in &mut mended {
            it.place = moves.get(&it.place.file).map_or(it.place, |moves| moves.moved(it.place));
        }
        Some(Done { mended, before })
    }

    /// A finding that its own fix does not make go away means that the fix is wrong here: its file becomes
    /// what it was before the round, and the fix is not chosen again. Tells whether there was one.
    fn take_back_what_did_not_help(
        &mut self,
        files: &mut Files,
        before: &Findings,
        after: &Findings,
        done: &mut Done,
    ) -> bool {
        let mended = &done.mended;
        let (was, left) = (places(before.all()), places(after.all()));
        let mut gone: HashMap<&Finding, usize> = HashMap::new();
        for it in mended {
            *gone.entry(&it.finding).or_default() += 1;
        }
        let useless = mended.iter().filter(|it| {
            let left = left.get(&it.finding).map_or(&[][..], Vec::as_slice);
            let gone = gone.get(&it.finding).copied().unwrap_or_default();
            let was = was.get(&it.finding).map_or(0, Vec::len);
            // Another fix may have brought one that reads the same, elsewhere.
            let is_there = |place: &Place| {
                place.span.start <= it.place.span.end && it.place.span.start <= place.span.end
            };
            left.len() + gone > was && left.iter().any(is_there)
        });
        let useless: BTreeMap<_, _> = useless.map(|it| (it.finding.clone(), it.file)).collect();
        for file in useless.values() {
            // More than one may be of the same file.
            let Some(before) = done.before.remove(file) else { continue };
            if let Some(file) = files.with_text(*file, before.text) {
                files.replace(file);
            }
            if let Some(applied) = self.applied.get_mut(file) {
                applied.truncate(before.applied);
            }
        }
        let is_any = !useless.is_empty();
        for (finding, file) in useless {
            self.leave_out(file, HELPLESS, [finding]);
        }
        is_any
    }

    /// Notes findings whose fixes are not to be applied.
    fn leave_out(
        &mut self,
        file: FileId,
        why: &'static str,
        findings: impl IntoIterator<Item = Finding>,
    ) {
        let beside = self.standing();
        self.useless.extend(findings.into_iter().map(|it| (it, Useless { file, why, beside })));
    }

    /// How many fixes are applied now.
    fn standing(&self) -> usize {
        self.applied.values().map(Vec::len).sum()
    }

    /// Gives the fixes that did not help another chance where others were applied since. Tells whether there
    /// is one.
    fn forgives(&mut self) -> bool {
        let (standing, known) = (self.standing(), self.useless.len());
        self.useless.retain(|_, useless| useless.beside >= standing);
        self.useless.len() < known
    }

    fn take_back(&mut self, files: &mut Files, file: FileId, reason: String) {
        if let Some(original) = self.originals.remove(&file)
            && let Some(before) = files.with_text(file, original)
        {
            files.replace(before);
        }
        self.applied.remove(&file);
        self.frozen.insert(file, reason);
    }

    fn finish(self, files: Files, findings: Findings) -> Fixed {
        let mut changed = Vec::new();
        for (file, before) in self.originals {
            let Some(source) = files.source(file) else { continue };
            if before == *source.text() {
                continue;
            }
            let applied = self.applied.get(&file).cloned().unwrap_or_default();
            changed.push(Changed {
                path: source.path().to_owned(),
                before,
                after: Arc::clone(source.text()),
                applied,
            });
        }
        let path = |file: FileId| Some(files.source(file)?.path().to_owned());
        // Of a file that was left as it was, that says all.
        let mut useless: Vec<_> = self
            .useless
            .into_iter()
            .filter(|(_, useless)| !self.frozen.contains_key(&useless.file))
            .filter_map(|((_, rule, _), it)| Some((path(it.file)?, rule, it.why)))
            .collect();
        useless.sort_unstable();
        useless.dedup();
        let refused = self
            .frozen
            .into_iter()
            .filter_map(|(file, reason)| Some((path(file)?, reason)))
            .collect();
        Fixed { files, findings, changed, refused, useless }
    }
}

/// The text with the edits, which are sorted and do not overlap.
fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + 64 * edits.len());
    let mut done = 0;
    for edit in edits {
        let span = edit.place.span.range();
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push_str(&edit.text);
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Confidence, Severity};
    use crate::fingerprint::Fingerprint;

    #[test]
    fn a_place_moves_with_what_is_before_it_and_grows_with_what_touches_it() {
        let file = FileId::new(0);
        let place = |start, end| Place { file, span: Span::new(start, end) };
        let edit = |start, end, text: &str| Edit { place: place(start, end), text: text.into() };
        let edits = [edit(0, 2, "x"), edit(10, 10, "abc"), edit(20, 24, "")];
        for (before, after) in [
            ((4, 6), (3, 5)),
            ((8, 10), (7, 12)),
            ((10, 12), (9, 14)),
            ((14, 18), (16, 20)),
            ((21, 22), (22, 22)),
            ((26, 28), (24, 26)),
        ] {
            let moves = Moves::of(&edits);
            assert_eq!(moves.moved(place(before.0, before.1)), place(after.0, after.1));
        }
    }

    /// A finding at the value of a key, whose fix writes another value.
    fn mending(key: &str, text: &str, value: &str) -> Diagnostic {
        let start = text.find(key).unwrap() + key.len() + 2;
        let end = start + text.get(start..).unwrap().find('\n').unwrap();
        let place = Place { file: FileId::new(0), span: Span::new(start, end) };
        let fix = Fix {
            title: format!("mend {key}"),
            applicability: Applicability::Safe,
            edits: vec![Edit { place, text: value.to_owned() }],
            touches: vec![vec!["0".to_owned(), key.to_owned()]],
        };
        Diagnostic {
            rule: "k8s/any",
            severity: Severity::Note,
            confidence: Confidence::High,
            place,
            message: key.to_owned(),
            help: None,
            fix: Some(Box::new(fix)),
            no_fix: None,
            related: Vec::new(),
            subject: None,
            parts: Box::default(),
            also_at: Vec::new(),
            suppressed: None,
            fingerprint: Fingerprint::default(),
        }
    }

    #[test]
    fn a_fix_that_another_one_was_in_the_way_of_is_tried_anew() {
        let files = Files::in_memory([("a.yaml", "level: 1\nfloor: 1\n")]);
        // The floor must be the level, which only the next round knows.
        let check = |files: &Files| -> Result<Findings, ()> {
            let text = files.source(FileId::new(0)).unwrap().text();
            let level = if text.contains("level: 1") { "1" } else { "2" };
            let mut diagnostics = vec![];
            if level == "1" {
                diagnostics.push(mending("level", text, "2"));
            }
            if !text.contains(&format!("floor: {level}0")) {
                diagnostics.push(mending("floor", text, &format!("{level}0")));
            }
            Ok(Findings { diagnostics, ..Findings::default() })
        };
        let fixed = fix(files, check, false).unwrap();
        let text = fixed.files.source(FileId::new(0)).unwrap().text();
        assert_eq!(&**text, "level: 2\nfloor: 20\n");
        assert!(fixed.useless.is_empty());
    }

    #[test]
    fn a_fix_that_would_damage_the_file_costs_the_others_nothing() {
        let text = "services: {}\ngood: 1\nbad: 1\nfine: 1\nlate: 1\n";
        // What the late one needs comes with the second round, when only the bad one is left beside it.
        let values = |text: &str| {
            let is_late = text.contains("good: 2");
            let late = if is_late { ("late", "2") } else { ("good", "2") };
            vec![("good", "2"), ("bad", "[ #"), ("fine", "2"), late]
        };
        let check = |files: &Files| -> Result<Findings, ()> {
            let text = files.source(FileId::new(0)).unwrap().text();
            let open = values(text)
                .into_iter()
                .filter(|(key, value)| !text.contains(&format!("{key}: {value}")));
            let mut diagnostics: Vec<_> =
                open.map(|(key, value)| mending(key, text, value)).collect();
            diagnostics.dedup();
            Ok(Findings { diagnostics, ..Findings::default() })
        };
        let fixed = fix(Files::in_memory([("compose.yaml", text)]), check, false).unwrap();
        let text = fixed.files.source(FileId::new(0)).unwrap().text();
        assert_eq!(&**text, "services: {}\ngood: 2\nbad: 1\nfine: 2\nlate: 2\n");
        assert_eq!(fixed.useless, [("compose.yaml".to_owned(), "k8s/any", UNSOUND)]);
        assert!(fixed.refused.is_empty());
        let only = Files::in_memory([("compose.yaml", "services: {}\nbad: 1\n")]);
        let check = |files: &Files| -> Result<Findings, ()> {
            let text = files.source(FileId::new(0)).unwrap().text();
            Ok(Findings { diagnostics: vec![mending("bad", text, "[ #")], ..Findings::default() })
        };
        let fixed = fix(only, check, false).unwrap();
        assert_eq!(fixed.refused.len(), 1);
        assert!(fixed.changed.is_empty());
    }

    #[test]
    fn a_fix_that_does_not_help_costs_the_others_nothing() {
        let files = Files::in_memory([("a.yaml", "wrong: 1\nvain: 1\nodd: 1\n")]);
        let check = |files: &Files| -> Result<Findings, ()> {
            let text = files.source(FileId::new(0)).unwrap().text();
            let mut diagnostics = vec![mending("vain", text, "2")];
            // Its edits are for the same bytes, so that it is never applied.
            let mut odd = mending("odd", text, "2");
            let fix = odd.fix.as_mut().unwrap();
            fix.edits.push(Edit { text: "3".to_owned(), ..fix.edits[0].clone() });
            diagnostics.push(odd);
            if text.contains("wrong: 1") {
                diagnostics.insert(0, mending("wrong", text, "2"));
            }
            Ok(Findings { diagnostics, ..Findings::default() })
        };
        let fixed = fix(files, check, false).unwrap();
        let text = fixed.files.source(FileId::new(0)).unwrap().text();
        assert_eq!(&**text, "wrong: 2\nvain: 1\nodd: 1\n");
        let applied: Vec<_> = fixed.changed[0].applied.iter().map(|it| &it.title).collect();
        assert_eq!(applied, ["mend wrong"]);
        assert_eq!(fixed.useless, [("a.yaml".to_owned(), "k8s/any", HELPLESS)]);
        assert!(fixed.refused.is_empty());
    }
}
