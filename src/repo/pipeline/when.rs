//! On which events something runs.

use std::ops::{BitAnd, BitOr};

/// A set of events, of those that matter for what may be merged and released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Events(u16);

impl Events {
    pub(crate) const NONE: Events = Events(0);
    /// Somebody asks for a merge.
    pub(crate) const MERGE: Events = Events(1);
    /// The default branch changes.
    pub(crate) const TRUNK: Events = Events(1 << 1);
    /// Another branch does.
    pub(crate) const BRANCH: Events = Events(1 << 2);
    /// A tag or a release is made.
    pub(crate) const TAG: Events = Events(1 << 3);
    /// At a time.
    pub(crate) const SCHEDULE: Events = Events(1 << 4);
    /// Somebody starts it.
    pub(crate) const MANUAL: Events = Events(1 << 5);
    /// Another pipeline does.
    pub(crate) const CALL: Events = Events(1 << 6);
    /// Anything else.
    pub(crate) const OTHER: Events = Events(1 << 7);
    pub(crate) const ALL: Events = Events((1 << 8) - 1);
    /// What is pushed.
    pub(crate) const PUSH: Events = Events(Events::TRUNK.0 | Events::BRANCH.0 | Events::TAG.0);

    /// Whether some of those are among these.
    pub(crate) fn has(self, some: Events) -> bool {
        self.0 & some.0 != 0
    }

    /// Whether these are none.
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are not among these.
    pub(crate) fn others(self) -> Events {
        Events(!self.0 & Events::ALL.0)
    }

    /// In words, for those that are the only ones: "on a schedule".
    pub(crate) fn describe(self) -> Option<&'static str> {
        match self {
            it if it == Events::SCHEDULE => Some("on a schedule"),
            it if it == Events::MANUAL => Some("when somebody starts it"),
            it if it == Events::SCHEDULE | Events::MANUAL => {
                Some("on a schedule or when somebody starts it")
            }
            it if it == Events::BRANCH => Some("on other branches than the default one"),
            it if !it.is_empty()
                && (Events::SCHEDULE | Events::MANUAL | Events::BRANCH) & it == it =>
            {
                Some("on other branches, on a schedule or by hand")
            }
            _ => None,
        }
    }
}

impl BitOr for Events {
    type Output = Events;

    fn bitor(self, other: Events) -> Events {
        Events(self.0 | other.0)
    }
}

impl BitAnd for Events {
    type Output = Events;

    fn bitand(self, other: Events) -> Events {
        Events(self.0 & other.0)
    }
}

/// Events, of branches of which only some count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) events: Events,
    /// Each has to be met.
    branches: Vec<Branches>,
}

/// Which branches count, as globs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Branches {
    /// Nothing for all.
    only: Option<Vec<String>>,
    except: Vec<String>,
}

/// Names that the default branch has, whatever is known of it: one that is checked out alone says
/// nothing of the others.
const TRUNKS: [&str; 4] = ["main", "master", "trunk", "default"];

/// More alternatives are nobody's.
const MOST: usize = 64;

impl When {
    /// Whenever something happens.
    pub(crate) const ALWAYS: When = When { events: Events::ALL, branches: Vec::new() };

    /// On those events.
    pub(crate) fn on(events: Events) -> Self {
        When { events, branches: Vec::new() }
    }

    /// The same, of branches that fit one of the globs.
    pub(super) fn only<'t>(mut self, globs: impl IntoIterator<Item = &'t str>) -> Self {
        let globs: Vec<_> = globs.into_iter().take(MOST).map(str::to_owned).collect();
        let (except, only): (Vec<_>, Vec<_>) =
            globs.into_iter().partition(|glob| glob.starts_with('!'));
        let except = except.iter().map(|it| it.trim_start_matches('!').to_owned()).collect();
        self.branches.push(Branches { only: (!only.is_empty()).then_some(only), except });
        self
    }

    /// The same, of branches that fit none of the globs.
    pub(super) fn except<'t>(mut self, globs: impl IntoIterator<Item = &'t str>) -> Self {
        let except = globs.into_iter().take(MOST).map(str::to_owned).collect();
        self.branches.push(Branches { only: None, except });
        self
    }

    /// When both hold.
    fn and(&self, other: &When) -> When {
        let branches = self.branches.iter().chain(&other.branches).take(MOST).cloned().collect();
        When { events: self.events & other.events, branches }
    }

    /// The events that are left in a repository of that default branch.
    pub(crate) fn events(&self, default: Option<&str>) -> Events {
        let is_met = |branches: &Branches| {
            let names = || TRUNKS.iter().copied().chain(default);
            let fits = |globs: &[String]| {
                names().any(|name| globs.iter().any(|glob| is_match(glob, name)))
            };
            branches.only.as_deref().is_none_or(fits)
                && !(default
                    .is_some_and(|name| branches.except.iter().any(|it| is_match(it, name))))
        };
        let trunk = Events::TRUNK | Events::MERGE;
        if self.branches.iter().all(is_met) { self.events } else { self.events & trunk.others() }
    }
}

/// When one of the first and one of the second holds.
pub(super) fn both(first: &[When], second: &[When]) -> Vec<When> {
    let all = first.iter().flat_map(|one| second.iter().map(|other| one.and(other)));
    all.filter(|when| !when.events.is_empty()).take(MOST).collect()
}

/// All events that are left.
pub(super) fn events(all: &[When], default: Option<&str>) -> Events {
    all.iter().fold(Events::NONE, |events, when| events | when.events(default))
}

/// Whether a glob of branches matches a name; what a variable says may be any.
fn is_match(glob: &str, name: &str) -> bool {
    if glob.contains(['$', '{', '[', '?', '+', '|', '^']) {
        return true;
    }
    let mut parts = glob.split('*').filter(|part| !part.is_empty());
    let mut rest = name;
    if !glob.starts_with('*') {
        let Some(behind) = parts.next().and_then(|first| rest.strip_prefix(first)) else {
            return false;
        };
        rest = behind;
    }
    if !glob.contains('*') {
        return rest.is_empty();
    }
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    glob.ends_with('*') || rest.is_empty()
}

/// What a condition lets through, as alternatives; one that says nothing of events is always met as far as
/// anybody knows.
pub(super) fn condition(text: &str, atom: fn(&str) -> When) -> Vec<When> {
    alternatives(text.trim(), atom, 4)
}

fn alternatives(text: &str, atom: fn(&str) -> When, depth: usize) -> Vec<When> {
    let text = unwrapped(text);
    let Some(depth) = depth.checked_sub(1) else { return vec![When::ALWAYS] };
    let mut all = Vec::new();
    for alternative in split(text, "||").into_iter().take(MOST) {
        let mut met = vec![When::ALWAYS];
        for part in split(alternative, "&&").into_iter().take(MOST) {
            let part = unwrapped(part);
            let is_whole = split(part, "||").len() == 1 && split(part, "&&").len() == 1;
            let next = if is_whole { vec![atom(part)] } else { alternatives(part, atom, depth) };
            met = both(&met, &next);
        }
        all.extend(met);
    }
    all.truncate(MOST);
    all
}

/// Without the parentheses around it.
fn unwrapped(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        Some(inside) if split_depth(inside) => inside.trim(),
        _ => text,
    }
}

/// Whether no parenthesis closes that was opened outside.
fn split_depth(text: &str) -> bool {
    let mut depth = 0i32;
    text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    })
}

/// The parts between operators that stand in no parentheses.
fn split<'t>(text: &'t str, operator: &str) -> Vec<&'t str> {
    let (mut depth, mut from, mut skip) = (0i32, 0, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        let rest = text.get(at..).unwrap_or_default();
        if depth == 0 && at >= skip && rest.starts_with(operator) {
            parts.push(text.get(from..at).unwrap_or_default().trim());
            from = at + operator.len();
            skip = from;
        }
    }
    parts.push(text.get(from..).unwrap_or_default().trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_branches_hit_the_default_one_or_not() {
        let when = |globs: &[&str]| When::on(Events::PUSH).only(globs.iter().copied());
        let trunk = |when: &When| when.events(Some("main")).has(Events::TRUNK);
        assert!(trunk(&when(&["main"])));
        assert!(trunk(&when(&["**"])));
        assert!(trunk(&when(&["release/**", "ma*"])));
        assert!(!trunk(&when(&["security/**"])));
        assert!(!trunk(&when(&["*", "!main"])));
        assert!(!trunk(&When::on(Events::PUSH).except(["main"])));
        assert!(when(&["production"]).events(Some("production")).has(Events::TRUNK));
        assert!(trunk(&when(&["$CI_DEFAULT_BRANCH"])));
    }
}
