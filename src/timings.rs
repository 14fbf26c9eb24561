//! Where the time of a run goes, for whoever is to make it faster: what `--timings` prints.
//!
//! The clocks belong to the process, as it makes one run. While nobody asked for them, a lap costs
//! no more than a look at whether somebody did.

use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::rules::RULES;

/// As many rules are listed; those behind them take next to nothing.
const MOST_RULES: usize = 30;

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Looking for files.
    Walk,
    /// All that is done with each file for itself, on every thread.
    Read,
    /// Of that: reading it from the disk.
    Disk,
    /// Of that: looking for credentials, and for what the file says of the repository.
    Secrets,
    /// Of that: parsing, and telling what the file is.
    Parse,
    /// Relating what the files say to each other.
    Link,
    /// Running the rules on each file, on every thread.
    Rules,
    /// Running the rules on whole repositories.
    Repositories,
    /// Suppressions, order, and what is said twice.
    Settle,
    /// Naming the findings.
    Fingerprints,
    /// Judging the items of the checklists.
    Checklists,
    /// Writing the reports.
    Render,
}

impl Phase {
    /// Each, with its name; those within another and on several threads stand behind it.
    const ALL: [(Phase, &'static str, bool); 12] = [
        (Phase::Walk, "walk", false),
        (Phase::Read, "read", false),
        (Phase::Disk, "from the disk", true),
        (Phase::Secrets, "secrets", true),
        (Phase::Parse, "parse and recognise", true),
        (Phase::Link, "link", false),
        (Phase::Rules, "rules", false),
        (Phase::Repositories, "rules on repositories", false),
        (Phase::Settle, "suppress and sort", false),
        (Phase::Fingerprints, "fingerprints", false),
        (Phase::Checklists, "checklists", false),
        (Phase::Render, "render", false),
    ];
}

/// What was measured of a rule.
#[derive(Debug, Default)]
struct OfRule {
    nanoseconds: AtomicU64,
    subjects: AtomicU64,
    findings: AtomicU64,
}

#[derive(Debug)]
struct Clocks {
    started: Instant,
    /// Nanoseconds, in the order of [`Phase`].
    phases: [AtomicU64; Phase::ALL.len()],
    /// In the order of [`RULES`].
    rules: Vec<OfRule>,
}

static CLOCKS: OnceLock<Clocks> = OnceLock::new();

/// Measures from here on.
pub(crate) fn start() {
    let rules = RULES.iter().map(|_| OfRule::default()).collect();
    let _ = CLOCKS.set(Clocks { started: Instant::now(), phases: Default::default(), rules });
}

/// A watch that begins to run, if anybody asked for times.
pub(crate) fn laps() -> Laps {
    Laps(CLOCKS.get().map(|clocks| (clocks, Instant::now())))
}

/// A watch that tells one lap after the other.
pub(crate) struct Laps(Option<(&'static Clocks, Instant)>);

impl Laps {
    /// Ends a lap, of which that phase was.
    pub(crate) fn end(&mut self, phase: Phase) {
        if let Some((clocks, since)) = &mut self.0 {
            let spent = lap(since);
            if let Some(sum) = clocks.phases.get(phase as usize) {
                sum.fetch_add(spent, Ordering::Relaxed);
            }
        }
    }

    /// Ends a lap in which the rule with that index looked at so many subjects.
    pub(crate) fn end_rule(&mut self, rule: usize, subjects: u64, findings: usize) {
        if let Some((clocks, since)) = &mut self.0
            && let Some(of_rule) = clocks.rules.get(rule)
        {
            of_rule.nanoseconds.fetch_add(lap(since), Ordering::Relaxed);
            of_rule.subjects.fetch_add(subjects, Ordering::Relaxed);
            of_rule.findings.fetch_add(findings as u64, Ordering::Relaxed);
        }
    }
}

/// The nanoseconds since then; from now on it counts anew.
fn lap(since: &mut Instant) -> u64 {
    let now = Instant::now();
    let lap = now.duration_since(*since);
    *since = now;
    u64::try_from(lap.as_nanos()).unwrap_or(u64::MAX)
}

/// What was measured, as a table; nothing if nobody asked for it.
pub(crate) fn table() -> Option<String> {
    let clocks = CLOCKS.get()?;
    let whole = u64::try_from(clocks.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let read = |it: &AtomicU64| it.load(Ordering::Relaxed);
    let mut table =
        format!("{:>10} ms  whole run, {} threads\n", ms(whole), rayon::current_num_threads());
    let mut rest = whole;
    for (phase, name, is_within) in Phase::ALL {
        let spent = clocks.phases.get(phase as usize).map_or(0, read);
        if spent == 0 {
            continue;
        }
        if is_within {
            let _ = writeln!(table, "{:>10}     {:>10} ms  {name}, on all threads", "", ms(spent));
        } else {
            rest = rest.saturating_sub(spent);
            let _ = writeln!(table, "{:>10} ms  {name}", ms(spent));
        }
    }
    let _ = writeln!(table, "{:>10} ms  the rest", ms(rest));
    let mut rules: Vec<_> = RULES.iter().zip(&clocks.rules).collect();
    rules.sort_by_key(|(rule, it)| (std::cmp::Reverse(read(&it.nanoseconds)), rule.id));
    let all: u64 = rules.iter().map(|(_, it)| read(&it.nanoseconds)).sum();
    let _ = writeln!(table, "\n{:>10} ms  all rules, on all threads", ms(all));
    let _ = writeln!(table, "{:>13}  {:>10}  {:>10}  rule", "", "subjects", "findings");
    let asked = rules.iter().filter(|(_, it)| read(&it.subjects) > 0);
    for (rule, it) in asked.take(MOST_RULES) {
        let (spent, subjects, found) =
            (ms(read(&it.nanoseconds)), read(&it.subjects), read(&it.findings));
        let _ = writeln!(table, "{spent:>10} ms  {subjects:>10}  {found:>10}  {}", rule.id);
    }
    Some(table)
}

/// Nanoseconds as milliseconds, exact to the hundredth.
fn ms(nanoseconds: u64) -> String {
    let hundredths = nanoseconds / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
