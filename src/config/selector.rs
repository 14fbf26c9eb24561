//! How configuration and comments name rules.

use crate::rules::{Profile, RULES, Rule, find};

/// The name of a rule, of a group, or of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// The rule or group that a name which is none was probably meant to be.
pub(crate) fn nearest_rule(name: &str) -> Option<&'static str> {
    let is_alias = |rule: &&Rule| {
        rule.aliases.iter().any(|(_, ids)| ids.iter().any(|id| id.eq_ignore_ascii_case(name)))
    };
    let bare = |rule: &Rule| rule.id.split_once('/').map_or("", |(_, name)| name);
    let whole = |rule: &&Rule| rule.id == name.replace('_', "-") || bare(rule) == name;
    let known = RULES.iter().find(is_alias).or_else(|| RULES.iter().find(whole));
    known.map(|rule| rule.id).or_else(|| {
        let names = RULES.iter().flat_map(|rule| [rule.id, rule.group()]);
        nearest(name.trim_end_matches('/'), names).or_else(|| {
            let bare = nearest(name, RULES.iter().map(bare))?;
            RULES.iter().map(|rule| rule.id).find(|id| id.ends_with(&format!("/{bare}")))
        })
    })
}

/// The known word that `word` was probably meant to be.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let far = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
