//! The environment of a container: what its variables are called, and what they are where the
//! manifests tell.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Container, KeyedKind, Object, is_templated};
use crate::tree::Node;

/// A variable of a container.
#[derive(Clone, Debug)]
pub(crate) struct Variable<'t> {
    pub(crate) name: Cow<'t, str>,
    /// What it is, with `$(NAME)` replaced; nothing where that is not known.
    pub(crate) value: Option<Cow<'t, str>>,
    /// The value, else the name.
    pub(crate) at: Node<'t>,
    /// The object that holds the value: the workload, or a ConfigMap.
    pub(crate) home: Object<'t>,
}

/// The variables of a container.
#[derive(Debug, Default)]
pub(crate) struct Variables<'t> {
    all: Vec<Variable<'t>>,
    by_name: HashMap<Cow<'t, str>, usize>,
    /// Others may come from what is not among the files.
    is_open: bool,
}

/// What a container takes all keys of, as it is found among the files.
pub(crate) enum Found<'t> {
    /// A ConfigMap, with its values.
    ConfigMap(Object<'t>),
    /// A ConfigMap that may have other keys as well.
    PartOfConfigMap(Object<'t>),
    /// Something of which the keys are known, and no more.
    Keys(Object<'t>, Vec<&'t str>),
    /// Something of which nothing is known.
    Unknown,
}

impl<'t> Variables<'t> {
    /// The variables of a container. As Kubernetes has it, those of `env` hide those of `envFrom`, and
    /// the later of either hide the earlier.
    ///
    /// Source: Kubernetes API reference, `Container.env` and `Container.envFrom`.
    pub(crate) fn of(
        container: Container<'t>,
        find: &dyn Fn(KeyedKind, &str) -> Found<'t>,
    ) -> Self {
        let mut variables = Variables::default();
        let list = |key: &str| container.node().at(&[key]).into_iter().flat_map(Node::items);
        for source in list("envFrom") {
            variables.add_all(source, find);
        }
        let home = container.workload().object();
        for entry in list("env") {
            let Some(name) = entry.at(&["name"]) else {
                variables.is_open = true;
                continue;
            };
            let variable = match (entry.get("value"), entry.at(&["valueFrom"])) {
                (Some(value), None) => Variable {
                    name: name.text().into(),
                    value: variables.expand(value.value.text()),
                    at: value.value,
                    home,
                },
                (_, Some(from)) => from_key(name, from, find).unwrap_or(Variable {
                    name: name.text().into(),
                    value: None,
                    at: name,
                    home,
                }),
                // Without a value it is empty.
                (None, None) => {
                    Variable { name: name.text().into(), value: Some("".into()), at: name, home }
                }
            };
            variables.push(variable);
        }
        variables
    }

    /// The variables, each once.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Variable<'t>> {
        self.all.iter()
    }

    /// The variable of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&Variable<'t>> {
        self.all.get(*self.by_name.get(name)?)
    }

    /// Whether there may be more of them than the files tell.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    fn push(&mut self, variable: Variable<'t>) {
        let next = self.all.len();
        match self.by_name.insert(variable.name.clone(), next) {
            Some(hidden) => {
                self.by_name.insert(variable.name.clone(), hidden);
                if let Some(slot) = self.all.get_mut(hidden) {
                    *slot = variable;
                }
            }
            None => self.all.push(variable),
        }
    }

    /// The keys of what an item of `envFrom` names, behind its prefix.
    fn add_all(&mut self, source: Node<'t>, find: &dyn Fn(KeyedKind, &str) -> Found<'t>) {
        let prefix = source.at(&["prefix"]).map_or("", Node::text);
        let named = |key: &'t str| match prefix {
            "" => Cow::Borrowed(key),
            prefix => format!("{prefix}{key}").into(),
        };
        let name = |field| Some(source.at(&[field, "name"])?.text());
        let found = match (name("configMapRef"), name("secretRef")) {
            (Some(name), _) => find(KeyedKind::ConfigMap, name),
            (_, Some(name)) => find(KeyedKind::Secret, name),
            _ => Found::Unknown,
        };
        self.is_open |= matches!(found, Found::PartOfConfigMap(_) | Found::Unknown);
        match found {
            Found::ConfigMap(home) | Found::PartOfConfigMap(home) => {
                for entry in home.node().at(&["data"]).map(Node::entries).unwrap_or_default() {
                    let text = entry.value.text();
                    let value = (!is_templated(text)).then_some(text.into());
                    self.push(Variable {
                        name: named(entry.key.text()),
                        value,
                        at: entry.value,
                        home,
                    });
                }
            }
            Found::Keys(home, keys) => {
                for key in keys {
                    let name = named(key);
                    self.push(Variable { name, value: None, at: home.grip(), home });
                }
            }
            Found::Unknown => {}
        }
    }

    /// The text with `$(NAME)` replaced by the variables before it; `$$` stands for `$`.
    ///
    /// Source: Kubernetes API reference, `EnvVar.value`.
    fn expand(&self, text: &'t str) -> Option<Cow<'t, str>> {
        if !text.contains('$') {
            return (!is_templated(text)).then_some(text.into());
        }
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((name, after)) =
                after.strip_prefix('(').and_then(|inside| inside.split_once(')'))
            {
                out.push_str(self.get(name)?.value.as_deref()?);
                rest = after;
            } else {
                return None; // a template's
            }
            if out.len() > LONGEST {
                return None;
            }
        }
        out.push_str(rest);
        (!out.contains("{{")).then_some(out.into())
    }
}

/// The names of the variables that a text refers to as `$(NAME)`; `$$` stands for `$`.
pub(crate) fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('$')?;
            if let Some((name, behind)) = after.strip_prefix('(').and_then(|it| it.split_once(')'))
            {
                rest = behind;
                return Some(name);
            }
            rest = after.strip_prefix('$').unwrap_or(after);
        }
    })
}

/// Longer values are nobody's, but a few doublings of a variable by itself.
const LONGEST: usize = 4096;

/// A variable that is a key of a ConfigMap among the files.
fn from_key<'t>(
    name: Node<'t>,
    from: Node<'t>,
    find: &dyn Fn(KeyedKind, &str) -> Found<'t>,
) -> Option<Variable<'t>> {
    let reference = from.at(&["configMapKeyRef"])?;
    let (Found::ConfigMap(home) | Found::PartOfConfigMap(home)) =
        find(KeyedKind::ConfigMap, reference.at(&["name"])?.text())
    else {
        return None;
    };
    let at = home.node().at(&["data", reference.at(&["key"])?.text()])?;
    let value = (!is_templated(at.text())).then_some(at.text().into());
    Some(Variable { name: name.text().into(), value, at, home })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::Workload;
    use crate::source::FileId;
    use crate::tree::yaml;

    fn object(text: &str, ask: impl FnOnce(Object<'_>)) {
        let (tree, errors) = yaml::read(FileId::new(0), &text.into(), None);
        assert!(errors.is_empty(), "{errors:?}");
        let document = tree.documents().next().unwrap();
        ask(Object::of(document).unwrap());
    }

    #[test]
    fn a_text_refers_to_what_is_not_escaped() {
        for (text, expected) in [
            ("$(A)/$(B_1)", "A B_1"),
            ("$$(A) $$$(B)", "B"),
            ("$A ${B} $( $(C)", " $(C"),
            ("$(A", ""),
            ("", ""),
        ] {
            assert_eq!(references(text).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }

    #[test]
    fn later_variables_hide_earlier_ones_and_may_refer_to_them() {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n\
                   data: {LEVEL: info, HOST: db, URL: \"http://$(HOST)\"}\n";
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    \
                   envFrom: [{configMapRef: {name: m}}, {prefix: X_, configMapRef: {name: m}}]\n    \
                   env:\n    - {name: LEVEL, value: debug}\n    - {name: PORT}\n    \
                   - {name: ADDRESS, value: \"$(HOST):$(PORT)/$$(HOST)\"}\n    \
                   - {name: OPEN, value: \"$(NOWHERE)\"}\n    - {name: SHELL, value: \"${A}\"}\n    \
                   - {name: TAKEN, valueFrom: {configMapKeyRef: {name: m, key: HOST}}}\n    \
                   - {name: HIDDEN, valueFrom: {secretKeyRef: {name: s, key: HOST}}}\n    \
                   - {name: LEVEL, value: trace}\n";
        object(map, |map| {
            object(pod, |pod| {
                let container = Workload::of(pod).unwrap().containers()[0];
                let variables = Variables::of(container, &|_, name| match name {
                    "m" => Found::ConfigMap(map),
                    _ => Found::Unknown,
                });
                let value =
                    |name: &str| variables.get(name).unwrap().value.as_deref().map(str::to_owned);
                let is = |name, expected: &str| assert_eq!(value(name).unwrap(), expected);
                is("LEVEL", "trace");
                is("X_LEVEL", "info");
                is("PORT", "");
                is("ADDRESS", "db:/$(HOST)");
                is("TAKEN", "db");
                for unknown in ["OPEN", "SHELL", "HIDDEN", "URL"] {
                    assert_eq!(value(unknown), None, "{unknown}");
                }
                assert_eq!(variables.get("TAKEN").unwrap().home, map);
                assert_eq!(variables.get("LEVEL").unwrap().home, pod);
                assert_eq!(variables.iter().count(), 12);
                assert!(!variables.is_open());
            });
        });
    }
}
