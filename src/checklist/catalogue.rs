//! The checklists as `rules/checklists/*.toml` have them.

use std::collections::HashMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::signal;
use crate::config::nearest;

/// A published checklist.
#[derive(Debug)]
pub struct Checklist {
    /// The first part of the ids of its items.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The document that it is taken from.
    pub document: String,
    /// Its parts, in the order of the document.
    pub sections: Vec<Section>,
}

/// A part of a checklist.
#[derive(Debug)]
pub struct Section {
    /// The second part of the ids of its items.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its items, in the order of the document.
    pub items: Vec<Item>,
}

/// How an item can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The files of a project show it.
    Static,
    /// Files may show it; where they do not, somebody vouches for it.
    Either,
    /// Nothing but somebody's word shows it.
    Evidence,
}

/// An item of a checklist.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Item {
    /// `checklist/section/name`
    pub id: String,
    /// What it asks for.
    pub text: String,
    /// How it can be decided.
    pub kind: Kind,
    /// The item of another checklist that asks for the same, and is decided instead of this one.
    #[serde(rename = "as")]
    pub same: Option<String>,
    /// Rules whose findings speak against it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Rules that are about more than it: their findings speak against it where a signal of its own
    /// says that something is lacking, and nowhere else.
    #[serde(default)]
    pub narrow: Vec<String>,
    /// Rules whose findings say only that nothing shows it.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// Signals any of which speaks for it.
    #[serde(default)]
    pub signals: Vec<String>,
    /// Signals that speak for it together, as far as they apply.
    #[serde(default)]
    pub all_signals: Vec<String>,
    /// How many days a record of evidence counts, as the document says.
    pub max_age: Option<u16>,
    /// What a record of evidence has to state besides.
    #[serde(default)]
    pub states: Vec<String>,
}

impl Item {
    /// The checklist that it belongs to.
    pub fn checklist(&self) -> &str {
        self.id.split('/').next().unwrap_or(&self.id)
    }

    /// The part of the checklist that it belongs to.
    pub fn section(&self) -> &str {
        self.id.split('/').nth(1).unwrap_or_default()
    }

    /// The rules whose findings speak against it, wherever or at some places.
    pub fn against(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().chain(&self.narrow).map(String::as_str)
    }

    /// The signals that speak for it.
    pub fn signals(&self) -> impl Iterator<Item = &str> {
        self.signals.iter().chain(&self.all_signals).map(String::as_str)
    }

    /// What a record of evidence has to state: what that of the item has to, which is decided instead.
    pub fn states(&self) -> &[String] {
        item(self.decided_as()).map_or(&self.states, |item| &item.states)
    }

    /// What would show it, as sentences about the project; any of them is enough.
    pub fn shown_by(&self) -> Vec<String> {
        let decides = item(self.decided_as()).unwrap_or(self);
        let about = |name: &String| signal::about(name);
        let any = decides.signals.iter().filter_map(about).map(str::to_owned);
        let all: Vec<_> = decides.all_signals.iter().filter_map(about).collect();
        any.chain((!all.is_empty()).then(|| all.join(", and "))).collect()
    }

    /// The item that is decided when this one is.
    pub fn decided_as(&self) -> &str {
        self.same.as_deref().unwrap_or(&self.id)
    }
}

impl Checklist {
    /// Its items, in the order of the document.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }
}

/// Every checklist, in the order in which they are shown.
pub static CHECKLISTS: LazyLock<Vec<Checklist>> = LazyLock::new(|| {
    let texts = [
        include_str!("../../rules/checklists/fba-bench.toml"),
        include_str!("../../rules/checklists/production-agent.toml"),
        include_str!("../../rules/checklists/evaluation-guide.toml"),
        include_str!("../../rules/checklists/paladin.toml"),
        include_str!("../../rules/checklists/msft-agent.toml"),
    ];
    texts.into_iter().map(read).collect()
});

/// A file of `rules/checklists`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    title: String,
    document: String,
    section: Vec<TextSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextSection {
    name: String,
    title: String,
    item: Vec<Item>,
}

#[allow(clippy::expect_used)] // the texts are compiled in, and tests read each one
fn read(text: &str) -> Checklist {
    let Text { name, title, document, section } = toml::from_str(text).expect("a checklist");
    let sections = section.into_iter();
    let sections =
        sections.map(|TextSection { name, title, item }| Section { name, title, items: item });
    Checklist { name, title, document, sections: sections.collect() }
}

/// Every item, by its id.
static ITEMS: LazyLock<HashMap<&'static str, &'static Item>> = LazyLock::new(|| {
    let items = CHECKLISTS.iter().flat_map(Checklist::items);
    items.map(|item| (item.id.as_str(), item)).collect()
});

/// The items that a rule or a signal helps to decide, by its id.
type Decided = HashMap<&'static str, Vec<&'static str>>;

fn decided(by: impl Fn(&'static Item) -> Vec<&'static str>) -> Decided {
    let mut decided = Decided::new();
    for item in CHECKLISTS.iter().flat_map(Checklist::items) {
        let Some(asked) = ITEMS.get(item.decided_as()) else { continue };
        for id in by(asked) {
            decided.entry(id).or_default().push(&item.id);
        }
    }
    decided
}

static BY_RULE: LazyLock<Decided> = LazyLock::new(|| {
    decided(|item| item.against().chain(item.lacks.iter().map(String::as_str)).collect())
});

static BY_SIGNAL: LazyLock<Decided> = LazyLock::new(|| decided(|item| item.signals().collect()));

/// The item of that id.
pub fn item(id: &str) -> Option<&'static Item> {
    ITEMS.get(id).copied()
}

/// The id of the item that a name which is none was probably meant to be.
pub fn nearest_item(name: &str) -> Option<&'static str> {
    /// Nobody's slip is as long.
    const LONGEST: usize = 120;
    if name.len() > LONGEST {
        return None;
    }
    let items = || CHECKLISTS.iter().flat_map(Checklist::items);
    let last = |id: &'static str| id.rsplit('/').next().unwrap_or(id);
    let wanted = name.rsplit('/').next().unwrap_or(name);
    let checklist = name.split('/').next().filter(|_| name.contains('/'));
    // In a section of another name, or in a checklist of another name.
    let only = |is_near: &dyn Fn(&Item) -> bool| {
        let mut found = items().filter(|item| last(&item.id) == wanted && is_near(item));
        found.next().filter(|_| found.next().is_none()).map(|item| item.id.as_str())
    };
    only(&|item| Some(item.checklist()) == checklist)
        .or_else(|| nearest(name, items().map(|item| item.id.as_str())))
        .or_else(|| only(&|_| true))
}

/// The items that a rule helps to decide.
pub fn items_of(rule: &str) -> &'static [&'static str] {
    BY_RULE.get(rule).map_or(&[], Vec::as_slice)
}

/// The items that a signal speaks for.
pub fn items_shown_by(signal: &str) -> &'static [&'static str] {
    BY_SIGNAL.get(signal).map_or(&[], Vec::as_slice)
}
