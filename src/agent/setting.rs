//! A setting: what a configuration says, or what its silence means.

use std::borrow::Cow;
use std::fmt;

use crate::tree::edit::{self, Edits, Refusal, Value};
use crate::tree::{Node, Style};

/// One setting of a configuration.
#[derive(Clone, Debug)]
pub(crate) struct Setting<'t, T> {
    /// The path of its key, for messages.
    key: Cow<'static, str>,
    stated: Stated<'t, T>,
    home: Option<Home<'t>>,
}

/// Where a setting is to be written down.
#[derive(Clone, Debug)]
struct Home<'t> {
    /// The mapping that the path begins in.
    root: Node<'t>,
    path: Cow<'static, str>,
    /// What the format's documents put beside it into a table that has nothing yet.
    beside: Vec<(&'static str, Value)>,
}

#[derive(Clone, Debug)]
enum Stated<'t, T> {
    Is(T, Node<'t>),
    /// Not set; `grip` is the nearest key that is there.
    Absent {
        grip: Node<'t>,
        unset: Unset<T>,
    },
    /// A template, or a value of the wrong type: neither good nor bad.
    Unknown,
    /// The format has no such setting.
    NotInFormat,
}

/// What it means that a setting is not there.
#[derive(Clone, Copy, Debug)]
pub(in crate::agent) enum Unset<T> {
    /// The format documents this default.
    Documented(T),
    /// It comes to this, though no document says so.
    Means(T),
    /// Nothing.
    Nothing,
}

/// Why a setting has the value that it has.
#[derive(Debug)]
pub(crate) struct Because<'t> {
    /// The value, or the nearest key when there is none.
    pub(crate) at: Node<'t>,
    /// `` `a.b` is false ``, `` `a.b` is not set and defaults to false ``
    pub(crate) text: String,
    /// Somebody wrote it down.
    pub(crate) stated: bool,
}

/// A setting that the format does not have.
impl<T> Default for Setting<'_, T> {
    fn default() -> Self {
        Setting { key: Cow::Borrowed(""), stated: Stated::NotInFormat, home: None }
    }
}

impl<'t, T> Setting<'t, T> {
    /// A setting that an item of a list makes.
    pub(in crate::agent) fn made_by(key: &'static str, value: T, at: Node<'t>) -> Self {
        Setting { key: Cow::Borrowed(key), stated: Stated::Is(value, at), home: None }
    }
}

impl<T> Setting<'_, T> {
    pub(in crate::agent) fn is_stated(&self) -> bool {
        matches!(self.stated, Stated::Is(..) | Stated::Unknown)
    }

    /// This setting, unless only `other` is stated; where neither is, `other` if `prefer_other`.
    pub(in crate::agent) fn or(self, other: Self, prefer_other: bool) -> Self {
        let other_wins = !self.is_stated() && (other.is_stated() || prefer_other);
        if other_wins { other } else { self }
    }

    /// The setting with what its table is to hold besides, if that must be made.
    pub(in crate::agent) fn beside<const N: usize>(
        mut self,
        entries: [(&'static str, Value); N],
    ) -> Self {
        if let Some(home) = &mut self.home {
            home.beside = entries.into();
        }
        self
    }

    /// The setting, to be written down at another path.
    pub(in crate::agent) fn written_at(mut self, path: &'static str) -> Self {
        if let Some(home) = &mut self.home {
            home.path = path.into();
        }
        self
    }

    /// Writes the setting down.
    pub(crate) fn set(&self, value: impl Into<Value>) -> Edits {
        let home = self.home.as_ref().ok_or(Refusal::Occupied)?;
        let keys: Vec<&str> = home.path.split('.').collect();
        let (&last, table) = keys.split_last().ok_or(Refusal::Occupied)?;
        if home.beside.is_empty() || table.is_empty() || home.root.at(table).is_some() {
            return edit::set(home.root, &keys, &value.into());
        }
        let entries = home.beside.iter().cloned();
        let entries = std::iter::once((last, value.into())).chain(entries);
        let entries = entries.map(|(key, value)| (key.to_owned(), value)).collect();
        edit::set(home.root, table, &Value::Map(entries))
    }
}

impl<'t, T: Copy + fmt::Display> Setting<'t, T> {
    /// The value, by statement or by default.
    pub(crate) fn value(&self) -> Option<T> {
        match self.stated {
            Stated::Is(value, _)
            | Stated::Absent { unset: Unset::Documented(value) | Unset::Means(value), .. } => {
                Some(value)
            }
            _ => None,
        }
    }

    /// Why the value is a `wanted` one, if it is.
    pub(crate) fn when(&self, wanted: impl Fn(T) -> bool) -> Option<Because<'t>> {
        self.value().filter(|&value| wanted(value))?;
        match &self.stated {
            Stated::Is(value, at) => {
                let value = value.to_string();
                // A switch may be a word in the file: `safety: autonomous`.
                let is_switch = ["true", "false"].contains(&value.as_str());
                let is_word = is_switch && at.is_scalar() && flag(*at).is_none();
                let value = if is_word { at.text() } else { &value };
                Some(Because { at: *at, text: format!("`{}` is {value}", self.key), stated: true })
            }
            _ => self.unset(),
        }
    }

    /// What to say about the setting's absence, if it is absent.
    pub(crate) fn unset(&self) -> Option<Because<'t>> {
        let Stated::Absent { grip, unset } = &self.stated else { return None };
        let text = match unset {
            Unset::Documented(default) => {
                format!("`{}` is not set and defaults to {default}", self.key)
            }
            Unset::Means(_) | Unset::Nothing => format!("`{}` is not set", self.key),
        };
        Some(Because { at: *grip, text, stated: false })
    }
}

impl<'t> Setting<'t, bool> {
    /// Why the switch is off, if it is.
    pub(crate) fn off(&self) -> Option<Because<'t>> {
        self.when(|on| !on)
    }

    /// Why the switch is on, if it is.
    pub(crate) fn on(&self) -> Option<Because<'t>> {
        self.when(|on| on)
    }
}

/// Where a reader looks for settings.
#[derive(Clone, Copy)]
pub(in crate::agent) struct Root<'t> {
    /// The mapping that paths begin in.
    pub(in crate::agent) node: Node<'t>,
    /// What to point at when not even the first key of a path is there.
    pub(in crate::agent) grip: Node<'t>,
}

impl<'t> Root<'t> {
    /// The setting at `path`, with dots between its keys.
    pub(in crate::agent) fn setting<T>(
        self,
        path: impl Into<Cow<'static, str>>,
        read: impl Fn(Node<'t>) -> Option<T>,
        unset: Unset<T>,
    ) -> Setting<'t, T> {
        let key = path.into();
        let keys: Vec<&str> = key.split('.').collect();
        let stated = match self.node.at(&keys) {
            Some(value) => read(value).map_or(Stated::Unknown, |it| Stated::Is(it, value)),
            None => Stated::Absent { grip: self.node.grip(&keys).unwrap_or(self.grip), unset },
        };
        let home = Some(Home { root: self.node, path: key.clone(), beside: Vec::new() });
        Setting { key, stated, home }
    }

    pub(in crate::agent) fn flag(
        self,
        path: impl Into<Cow<'static, str>>,
        unset: Unset<bool>,
    ) -> Setting<'t, bool> {
        self.setting(path, flag, unset)
    }

    /// A text; an empty one counts as absent.
    pub(in crate::agent) fn text(
        self,
        path: &'static str,
        unset: Unset<&'static str>,
    ) -> Setting<'t, &'t str> {
        let mut setting = self.setting(path, Node::as_str, unset);
        if let Stated::Is("", at) = setting.stated {
            setting.stated = Stated::Absent { grip: at, unset };
        } else if let Stated::Is(text, _) = setting.stated
            && is_template(text)
        {
            setting.stated = Stated::Unknown;
        }
        setting
    }

    /// The switch of a table: its `enabled`, and where that is not set, that the table is there.
    pub(in crate::agent) fn table(self, path: &'static str) -> Setting<'t, bool> {
        let keys: Vec<&str> = path.split('.').collect();
        let switch = self.flag(format!("{path}.enabled"), Unset::Means(false));
        let (key, stated) = match self.node.at(&keys) {
            Some(table) if table.is_map() && table.at(&["enabled"]).is_none() => {
                (Cow::Borrowed(path), Stated::Is(true, table))
            }
            Some(table) if table.is_map() => return switch,
            _ => {
                let table = self.flag(path, Unset::Means(false));
                (table.key, table.stated)
            }
        };
        Setting { key, stated, home: switch.home }
    }
}

/// A switch. `yes`, `no`, `on` and `off` without quotes are switches too for the readers of these
/// formats (`PyYAML`, the `config` crate), though not for YAML 1.2.
pub(in crate::agent) fn flag(node: Node<'_>) -> Option<bool> {
    let word = || match node.text().to_ascii_lowercase().as_str() {
        "yes" | "on" => Some(true),
        "no" | "off" => Some(false),
        _ => None,
    };
    node.as_bool().or_else(|| if node.style() == Style::Plain { word() } else { None })
}

/// Whether a value is filled in only when the program starts.
pub(in crate::agent) fn is_template(text: &str) -> bool {
    ["${", "{{", "$(", "%("].iter().any(|start| text.contains(start))
}
