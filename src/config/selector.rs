//! How configuration and comments name rules.

use crate::rules::{Profile, RULES, Rule, find, is_same_check};
use crate::words;

/// The name of a rule, of a group, or of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Selector {
    /// `all`
    All,
    /// `k8s/` or `k8s`
    Group(&'static str),
    /// `k8s/replicas-too-few`
    Rule(&'static str),
}

impl Selector {
    /// What a name stands for, if it is known.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == "all" {
            return Some(Selector::All);
        }
        let group = name.strip_suffix('/').unwrap_or(name);
        let of_group = RULES.iter().map(Rule::group).find(|known| *known == group);
        of_group.map(Selector::Group).or_else(|| find(name).map(|rule| Selector::Rule(rule.id)))
    }

    /// Whether the name is about the rule.
    pub(crate) fn covers(self, rule: &str) -> bool {
        match self {
            Selector::All => true,
            Selector::Group(group) => rule.split_once('/').is_some_and(|(of, _)| of == group),
            Selector::Rule(id) => rule == id,
        }
    }

    /// Whether to select the name is to switch the rule on. What is optional is asked for by its
    /// own name, and not met by way of its group.
    pub(super) fn selects(self, rule: &Rule) -> bool {
        let by_the_way = matches!(self, Selector::Group(_)) && rule.profile == Profile::Optional;
        self.covers(rule.id) && !by_the_way
    }
}

/// The question which rule or group a name that is none was meant to be, if one is likely.
pub(crate) fn question(name: &str) -> Option<String> {
    question_among(name, |rule| [rule.id, rule.group()])
}

/// The same where only a rule will do.
pub(super) fn question_of_rule(name: &str) -> Option<String> {
    question_among(name, |rule| [rule.id])
}

fn question_among<const N: usize>(
    name: &str,
    names: fn(&'static Rule) -> [&'static str; N],
) -> Option<String> {
    let bare = |rule: &Rule| rule.id.split_once('/').map_or("", |(_, name)| name);
    let has_alias = |rule: &Rule| {
        rule.aliases.iter().any(|(tool, ids)| ids.iter().any(|id| is_same_check(tool, name, id)))
    };
    let is_whole = |rule: &Rule| rule.id == name.replace('_', "-") || bare(rule) == name;
    let all = |is_meant: &dyn Fn(&Rule) -> bool| -> Vec<&'static str> {
        RULES.iter().filter(|rule| is_meant(rule)).map(|rule| rule.id).collect()
    };
    let mut meant = all(&has_alias);
    if meant.is_empty() {
        meant = all(&is_whole);
    }
    if meant.is_empty() {
        let names = RULES.iter().flat_map(names);
        meant = nearest(name.trim_end_matches('/'), names).into_iter().collect();
    }
    if meant.is_empty() {
        let near = nearest(name, RULES.iter().map(bare))?;
        meant = all(&|rule| bare(rule) == near);
    }
    Some(format!("did you mean `{}`?", meant.join("` or `")))
}

/// The known word that `word` was probably meant to be.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    words::nearest(word, known, (word.chars().count() / 3).max(1))
}
