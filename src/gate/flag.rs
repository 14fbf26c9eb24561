//! `feature_flag_config` or `feature_flags`: switches that turn a version of an agent on.

use jiff::civil::Date;

use super::value::{Block, Field, is_empty, percentage};
use crate::rules::Environment;
use crate::tree::Node;

pub(super) const ROOTS: [&str; 2] = ["feature_flag_config", "feature_flags"];

/// The keys that tell a flag of this format from the flags of other programs.
const TELLING: [&str; 4] =
    ["rollout_percentage", "kill_switch", "targeting_rules", "metrics_enabled"];

/// One flag.
#[derive(Debug)]
pub(crate) struct Flag<'t> {
    pub(crate) name: &'t str,
    pub(crate) kind: Kind,
    pub(crate) default: Field<'t, bool>,
    pub(crate) rollout: Field<'t, f64>,
    pub(crate) kill_switch: Field<'t, bool>,
    pub(crate) metrics: Field<'t, bool>,
    pub(crate) expires: Field<'t, Date>,
    pub(crate) created: Field<'t, Date>,
    /// Whether rules say for whom it is on.
    pub(crate) is_targeted: bool,
}

/// What a flag is for, which decides how long it may live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Development,
    Testing,
    /// For production, as far as is said.
    Production,
    /// A way to turn something off in an emergency: on by default, and there to stay.
    KillSwitch,
    /// Nothing that is known.
    Other,
}

impl<'t> Flag<'t> {
    /// Where it says that it never expires.
    pub(crate) fn never(&self) -> Option<Node<'t>> {
        const NEVER: [&str; 7] =
            ["never", "none", "n/a", "no", "permanent", "unlimited", "does not expire"];
        let Field::Unclear(at) = self.expires else { return None };
        NEVER.contains(&at.text().trim().to_ascii_lowercase().as_str()).then_some(at)
    }

    /// Whether nothing is at stake but a developer's or a tester's day.
    pub(crate) fn is_for_trial(&self) -> bool {
        matches!(self.kind, Kind::Development | Kind::Testing)
    }
}

/// Whether the document has flags of this format.
pub(super) fn recognise(root: Node<'_>) -> bool {
    blocks(root).any(|(_, flag)| TELLING.iter().any(|key| flag.node.get(key).is_some()))
}

pub(super) fn read(root: Node<'_>) -> Vec<Flag<'_>> {
    blocks(root).map(|(name, block)| flag(name, block)).collect()
}

/// The flags by name: of a mapping, or of a list of flags that name themselves.
fn blocks(root: Node<'_>) -> impl Iterator<Item = (&str, Block<'_>)> {
    ROOTS.into_iter().filter_map(move |key| root.get(key)).flat_map(|all| {
        let listed = all.value.items().filter(|item| item.is_map()).map(|item| {
            let name = ["name", "key"].iter().find_map(|key| item.at(&[key]));
            (name.map(Node::text).unwrap_or_default(), Block::item(item, "name"))
        });
        let mapped = all.value.entries().into_iter().filter(|entry| entry.value.is_map());
        let mapped = mapped.map(|entry| (entry.key.text(), Block::of(entry)));
        listed.chain(mapped).collect::<Vec<_>>()
    })
}

fn flag<'t>(name: &'t str, block: Block<'t>) -> Flag<'t> {
    Flag {
        name,
        kind: kind(block),
        default: block.field(&["default"], switch),
        rollout: block.field(&["rollout_percentage"], percentage),
        kill_switch: block.field(&["kill_switch"], kill_switch),
        metrics: block.field(&["metrics_enabled", "metrics"], kill_switch),
        expires: block.field(&["expires", "expires_at", "expires_on", "expiry"], day),
        created: block.field(&["created", "created_at", "created_on"], day),
        is_targeted: block.filled(&["targeting_rules"]),
    }
}

fn kind(block: Block<'_>) -> Kind {
    let said = block.entry(&["type", "flag_type", "environment"]).map(|entry| entry.value);
    let Some(said) = said.and_then(Node::as_str) else { return Kind::Production };
    let said = said.to_ascii_lowercase().replace(['-', ' '], "_");
    match Environment::named(&said) {
        Some(Environment::Development) => Kind::Development,
        Some(Environment::Staging) => Kind::Testing,
        Some(Environment::Production) => Kind::Production,
        None => match said.as_str() {
            "dev" => Kind::Development,
            "testing" | "test" | "experiment" => Kind::Testing,
            "release" | "prod" => Kind::Production,
            "kill_switch" | "killswitch" | "ops" | "permanent" => Kind::KillSwitch,
            _ => Kind::Other,
        },
    }
}

/// A switch, as YAML and those who think of YAML write one.
fn switch(node: Node<'_>) -> Option<bool> {
    node.as_bool().or_else(|| match node.text().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "enabled" => Some(true),
        "false" | "off" | "no" | "disabled" => Some(false),
        _ => None,
    })
}

/// A switch, or a mapping that describes it.
fn kill_switch(node: Node<'_>) -> Option<bool> {
    if node.is_map() || node.is_list() {
        let enabled = node.at(&["enabled"]).and_then(switch);
        return Some(enabled.unwrap_or(!is_empty(node)));
    }
    // The name of a switch is one.
    switch(node).or_else(|| node.as_str().filter(|text| !text.trim().is_empty()).map(|_| true))
}

/// A day, perhaps with an hour.
fn day(node: Node<'_>) -> Option<Date> {
    node.text().trim().get(..10)?.parse().ok()
}
