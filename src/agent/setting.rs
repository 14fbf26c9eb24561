//! A setting: what a configuration says, or what its silence means.

use std::borrow::Cow;
use std::fmt;

use crate::duration;
use crate::log;
use crate::tree::edit::{self, Edits, Refusal, Value};
use crate::tree::{Entry, Node};
use crate::variables;

/// One setting of a configuration.
#[derive(Clone, Debug)]
pub(crate) struct Setting<'t, T> {
    /// The path of its key, for messages.
    key: Cow<'static, str>,
    stated: Stated<'t, T>,
    /// The value as the configuration writes it, where the model has another word for it.
    written: Option<String>,
    home: Option<Home<'t>>,
}

/// Where a setting is to be written down.
#[derive(Clone, Debug)]
enum Home<'t> {
    Key {
        /// The mapping that the path begins in.
        root: Node<'t>,
        path: Cow<'static, str>,
        /// What the format's documents put beside it into a table that has nothing yet.
        beside: Vec<(&'static str, Value)>,
    },
    Variable {
        at: Node<'t>,
        value: &'t str,
        /// Whether the variable says the contrary of what the setting does.
        contrary: bool,
        /// What switches off, where that is a word of the variable's own.
        off: Option<&'static str>,
    },
}

/// A variable of a process, at the place where somebody gives it a value.
#[derive(Clone, Debug)]
pub(crate) struct Variable<'t> {
    pub(crate) name: Cow<'t, str>,
    pub(crate) value: &'t str,
    /// The scalar that holds the value, and before it perhaps the name: `NAME=value`.
    pub(crate) at: Node<'t>,
}

impl<'t> Variable<'t> {
    /// The setting that the variable is; an empty one is none, and one that takes the value of
    /// another says nothing.
    pub(in crate::agent) fn setting<T>(
        &self,
        read: impl Fn(&'t str) -> Option<T>,
    ) -> Setting<'t, T> {
        let value = self.value.trim();
        if value.is_empty() {
            return Setting::default();
        }
        let is_open = value.contains('$') || is_template(value);
        let known = if is_open { None } else { read(value) };
        Setting {
            key: self.name.clone().into_owned().into(),
            stated: known.map_or(Stated::Unknown(self.at), |it| Stated::Is(it, self.at)),
            written: None,
            home: Some(self.home(None)),
        }
    }

    fn home(&self, off: Option<&'static str>) -> Home<'t> {
        Home::Variable { at: self.at, value: self.value, contrary: false, off }
    }

    pub(in crate::agent) fn flag(&self) -> Setting<'t, bool> {
        let switch = |value: &str| match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "t" | "y" => Some(true),
            "false" | "no" | "off" | "0" | "f" | "n" => Some(false),
            _ => None,
        };
        self.setting(switch)
    }

    /// A switch that is on by words of its own as well, which another one of its own switches off.
    pub(in crate::agent) fn flag_or(&self, on: &[&str], off: &'static str) -> Setting<'t, bool> {
        let value = self.value.trim();
        if !on.iter().any(|word| value.eq_ignore_ascii_case(word)) {
            return self.flag();
        }
        Setting { home: Some(self.home(Some(off))), ..self.text().map(|_| true) }
    }

    pub(in crate::agent) fn text(&self) -> Setting<'t, &'t str> {
        self.setting(Some)
    }
}

#[derive(Clone, Debug)]
enum Stated<'t, T> {
    Is(T, Node<'t>),
    /// Not set; `grip` is the nearest key that is there.
    Absent {
        grip: Node<'t>,
        unset: Unset<T>,
    },
    /// An option that nobody needs, which is not set; `grip` is the nearest key that is there.
    Silent {
        grip: Node<'t>,
    },
    /// A template, or a value of the wrong type: neither good nor bad.
    Unknown(Node<'t>),
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
        Setting { key: Cow::Borrowed(""), stated: Stated::NotInFormat, written: None, home: None }
    }
}

impl<'t, T> Setting<'t, T> {
    /// A setting that stands at that place, which cannot be changed there.
    pub(crate) fn stated(key: &'static str, value: T, at: Node<'t>) -> Self {
        let stated = Stated::Is(value, at);
        Setting { key: key.into(), stated, written: None, home: None }
    }

    /// Whether the configuration holds it, be the value known or not.
    pub(crate) fn is_stated(&self) -> bool {
        matches!(self.stated, Stated::Is(..) | Stated::Unknown(_))
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
        if let Some(Home::Key { beside, .. }) = &mut self.home {
            *beside = entries.into();
        }
        self
    }

    /// The setting where somebody wrote it down; elsewhere it is an option that nobody needs.
    pub(in crate::agent) fn if_stated(self) -> Self {
        match self.stated {
            Stated::Absent { grip, .. } => Setting { stated: Stated::Silent { grip }, ..self },
            _ => self,
        }
    }

    /// The setting where somebody wrote it down, and none where something else holds in its place.
    pub(in crate::agent) fn where_stated(self) -> Self {
        if self.is_stated() { self } else { Setting::default() }
    }

    /// The setting, told in the words that stand there, where its value is what they come to.
    pub(in crate::agent) fn in_own_words(mut self) -> Self {
        if let Stated::Is(_, at) = &self.stated {
            self.written = Some(at.text().to_owned());
        }
        self
    }

    /// The setting, to be written down at another path.
    pub(in crate::agent) fn written_at(mut self, path: &'static str) -> Self {
        if let Some(Home::Key { path: old, .. }) = &mut self.home {
            *old = path.into();
        }
        self
    }

    /// The setting, which must not be changed without what else that asks for.
    pub(in crate::agent) fn left_alone(self) -> Self {
        Setting { home: None, ..self }
    }

    /// The variable that it is, if it is one.
    pub(in crate::agent) fn variable(&self) -> Option<&str> {
        matches!(self.home, Some(Home::Variable { .. })).then_some(&self.key)
    }

    /// Gives what is stated another text, in the quotes that it has.
    pub(crate) fn reword(&self, text: &str) -> Edits {
        match (&self.home, &self.stated) {
            (Some(Home::Variable { .. }), _) => self.set(text),
            (_, Stated::Is(_, at)) => edit::reword(*at, text),
            _ => Err(Refusal::Occupied),
        }
    }

    /// Writes the setting down.
    pub(crate) fn set(&self, value: impl Into<Value>) -> Edits {
        let home = self.home.as_ref().ok_or(Refusal::Occupied)?;
        let (root, path, beside) = match home {
            Home::Key { root, path, beside } => (*root, path, beside),
            Home::Variable { at, value: old, contrary, off } => {
                let before = at.text().strip_suffix(old).ok_or(Refusal::Occupied)?;
                let value = match (value.into(), off) {
                    (Value::Bool(false), Some(off)) => Value::Str((*off).to_owned()),
                    (value, _) => value,
                };
                let new = in_variable(value, old, *contrary).ok_or(Refusal::Occupied)?;
                return edit::reword(*at, &format!("{before}{new}"));
            }
        };
        let keys: Vec<&str> = path.split('.').collect();
        let (&last, table) = keys.split_last().ok_or(Refusal::Occupied)?;
        if beside.is_empty() || table.is_empty() || root.at(table).is_some() {
            return edit::set(root, &keys, &value.into());
        }
        let entries = beside.iter().cloned();
        let entries = std::iter::once((last, value.into())).chain(entries);
        let entries = entries.map(|(key, value)| (key.to_owned(), value)).collect();
        edit::set(root, table, &Value::Map(entries))
    }
}

impl<'t, T: Copy + fmt::Display> Setting<'t, T> {
    /// What the setting means for something else, in the words of the setting.
    pub(in crate::agent) fn map<U>(self, means: impl Fn(T) -> U) -> Setting<'t, U> {
        let written = self.written.or_else(|| match &self.stated {
            Stated::Is(value, at) => Some(shown(value, *at)),
            Stated::Absent { unset: Unset::Documented(value), .. } => Some(value.to_string()),
            _ => None,
        });
        let stated = match self.stated {
            Stated::Is(value, at) => Stated::Is(means(value), at),
            Stated::Absent { grip, unset } => {
                let unset = match unset {
                    Unset::Documented(value) => Unset::Documented(means(value)),
                    Unset::Means(value) => Unset::Means(means(value)),
                    Unset::Nothing => Unset::Nothing,
                };
                Stated::Absent { grip, unset }
            }
            Stated::Silent { grip } => Stated::Silent { grip },
            Stated::Unknown(at) => Stated::Unknown(at),
            Stated::NotInFormat => Stated::NotInFormat,
        };
        // What is written down is a value of the setting, not of what it means.
        Setting { key: self.key, stated, written, home: None }
    }

    /// Whether the format can say it: a setting that is there, or could be.
    pub(crate) fn is_in_format(&self) -> bool {
        !matches!(self.stated, Stated::NotInFormat)
    }

    /// The value, or the nearest key that is there; nothing where what is there cannot be read.
    pub(crate) fn at(&self) -> Option<Node<'t>> {
        match self.stated {
            Stated::Is(_, at) | Stated::Absent { grip: at, .. } | Stated::Silent { grip: at } => {
                Some(at)
            }
            Stated::Unknown(_) | Stated::NotInFormat => None,
        }
    }

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
                let value = shown(value, *at);
                // A switch may be a word in the file: `safety: autonomous`.
                // The scalar of a variable may hold its name besides.
                let is_variable = matches!(self.home, Some(Home::Variable { .. }));
                let is_switch = ["true", "false"].contains(&value.as_str()) && !is_variable;
                let is_word = is_switch && at.is_scalar() && at.as_switch().is_none();
                let value = if is_word { at.text() } else { &value };
                let value = self.written.as_deref().unwrap_or(value);
                Some(Because { at: *at, text: format!("`{}` is {value}", self.key), stated: true })
            }
            _ => self.unset(),
        }
    }

    /// Whether the value is known and a `wanted` one, and what is there instead where it is not. Nothing
    /// where the format has no such setting.
    pub(crate) fn shows(&self, wanted: impl Fn(T) -> bool) -> Option<(Because<'t>, bool)> {
        let absent = |at, text| (Because { at, text, stated: false }, false);
        match &self.stated {
            Stated::NotInFormat => None,
            Stated::Silent { grip } => Some(absent(*grip, format!("`{}` is not set", self.key))),
            Stated::Unknown(at) => {
                let text = format!("`{}` has a value that only shows where it runs", self.key);
                Some((Because { at: *at, text, stated: true }, false))
            }
            Stated::Absent { grip, unset: Unset::Means(value) } => {
                let text = format!("`{}` is not set, which comes to {value}", self.key);
                Some((Because { at: *grip, text, stated: false }, wanted(*value)))
            }
            Stated::Is(..) | Stated::Absent { .. } => match self.value() {
                Some(value) => Some((self.when(|_| true)?, wanted(value))),
                None => Some((self.unset()?, false)),
            },
        }
    }

    /// The same, with the value in the words of the configuration: `` `a.b` is `in_memory` ``. For
    /// settings that hold no credential.
    pub(crate) fn said(&self, wanted: impl Fn(T) -> bool) -> Option<Because<'t>> {
        let because = self.when(wanted)?;
        match &self.stated {
            Stated::Is(_, at) if at.is_scalar() => {
                let said = match &self.home {
                    Some(Home::Variable { value, .. }) => *value,
                    _ => at.text(),
                };
                let text = format!("`{}` is `{said}`", self.key);
                Some(Because { text, ..because })
            }
            _ => Some(because),
        }
    }

    /// The same where no default is known either.
    pub(crate) fn unsaid(&self) -> Option<Because<'t>> {
        if self.value().is_some() { None } else { self.unset() }
    }

    /// What to say about the setting's absence, if it is absent.
    pub(crate) fn unset(&self) -> Option<Because<'t>> {
        let Stated::Absent { grip, unset } = &self.stated else { return None };
        let text = match unset {
            Unset::Documented(default) => match &self.written {
                Some(written) => format!("`{}` is not set and defaults to {written}", self.key),
                None => format!("`{}` is not set and defaults to {default}", self.key),
            },
            Unset::Means(_) | Unset::Nothing => format!("`{}` is not set", self.key),
        };
        Some(Because { at: *grip, text, stated: false })
    }
}

/// A value in the words of the configuration, as far as it is a list or a table that comes to `false`: what
/// lets everything pass is no secret.
fn shown(value: &impl fmt::Display, at: Node<'_>) -> String {
    /// As many tell what the list is.
    const MOST: usize = 3;
    let value = value.to_string();
    let items: Vec<_> = at.items().collect();
    match () {
        () if value != "false" || at.is_scalar() => value,
        () if at.is_map() && at.own_entries().next().is_none() => "{}".to_owned(),
        () if at.is_list() && items.len() <= MOST && items.iter().all(|item| item.is_scalar()) => {
            format!("{:?}", items.iter().map(|item| item.text()).collect::<Vec<_>>())
        }
        () => value,
    }
}

/// A value as the text of a variable; a switch in the words of the one that it replaces.
fn in_variable(value: Value, old: &str, contrary: bool) -> Option<String> {
    match value {
        Value::Bool(on) if on != contrary => Some(log::on_like(old)?.to_owned()),
        Value::Bool(_) => Some(log::off_like(old)?.to_owned()),
        Value::Str(text) => Some(text),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

impl<'t> Setting<'t, bool> {
    /// The contrary, in the words of the setting.
    pub(in crate::agent) fn not(self) -> Self {
        let home = match self.home.clone() {
            Some(Home::Variable { at, value, contrary, off }) => {
                Some(Home::Variable { at, value, contrary: !contrary, off })
            }
            _ => None,
        };
        Setting { home, ..self.map(|on| !on) }
    }

    /// Why the switch is off, if it is.
    pub(crate) fn off(&self) -> Option<Because<'t>> {
        self.when(|on| !on)
    }

    /// Why the switch is on, if it is.
    pub(crate) fn on(&self) -> Option<Because<'t>> {
        self.when(|on| on)
    }
}

/// An entry of a list of names and values, as Dapr has instead of keys.
#[derive(Clone, Copy)]
pub(in crate::agent) struct Item<'t> {
    pub(in crate::agent) name: &'static str,
    /// The entry of that name.
    pub(in crate::agent) entry: Option<Node<'t>>,
    /// What to point at when there is none.
    pub(in crate::agent) grip: Node<'t>,
}

impl<'t> Item<'t> {
    /// What the entry says as its `value`; one that names a secret or a variable instead says nothing.
    pub(in crate::agent) fn setting<T>(
        self,
        read: impl Fn(Node<'t>) -> Option<T>,
        unset: Unset<T>,
    ) -> Setting<'t, T> {
        let stated = match self.entry.map(|entry| (entry, entry.at(&["value"]))) {
            Some((entry, value)) => match value.and_then(|value| Some((read(value)?, value))) {
                Some((read, at)) => Stated::Is(read, at),
                None => Stated::Unknown(value.unwrap_or(entry)),
            },
            None => Stated::Absent { grip: self.grip, unset },
        };
        let home = self.entry.map(|root| Home::Key {
            root,
            path: Cow::Borrowed("value"),
            beside: Vec::new(),
        });
        Setting { key: Cow::Borrowed(self.name), stated, written: None, home }
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
    /// The settings of an entry, which its key stands for.
    pub(in crate::agent) fn of(entry: &Entry<'t>) -> Self {
        Root { node: entry.value, grip: entry.key }
    }

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
            Some(value) => read(value).map_or(Stated::Unknown(value), |it| Stated::Is(it, value)),
            None => Stated::Absent { grip: self.node.grip(&keys).unwrap_or(self.grip), unset },
        };
        let home = Some(Home::Key { root: self.node, path: key.clone(), beside: Vec::new() });
        Setting { key, stated, written: None, home }
    }

    pub(in crate::agent) fn flag(
        self,
        path: impl Into<Cow<'static, str>>,
        unset: Unset<bool>,
    ) -> Setting<'t, bool> {
        self.setting(path, Node::as_switch, unset)
    }

    /// A switch that is off unless it is turned on, of a table that is worth a word only where it is there:
    /// whoever leaves it out may ask for the same elsewhere, in variables for one.
    pub(in crate::agent) fn flag_of_table(
        self,
        table: &[&str],
        path: &'static str,
    ) -> Setting<'t, bool> {
        let is_asked = self.node.at(table).is_some();
        self.flag(path, if is_asked { Unset::Documented(false) } else { Unset::Nothing })
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
        } else if let Stated::Is(text, at) = setting.stated
            && is_template(text)
        {
            setting.stated = Stated::Unknown(at);
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
        Setting { key, stated, written: None, home: switch.home }
    }
}

/// A span of time in seconds: a number, or a text such as `30s`, `100ms`, `1m30s` or `7d`.
pub(in crate::agent) fn seconds(node: Node<'_>) -> Option<f64> {
    if let Some(number) = node.as_number() {
        return Some(number);
    }
    duration::seconds(node.as_str()?)
}

/// Whether a value is filled in only when the program starts.
pub(in crate::agent) fn is_template(text: &str) -> bool {
    variables::is_framework_reference(text)
        || ["${", "{{", "$(", "%("].iter().any(|start| text.contains(start))
}
