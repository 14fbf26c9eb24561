//! Service level objectives: `OpenSLO`, Sloth, Pyrra, Nobl9.
//!
//! Sources: github.com/OpenSLO/OpenSLO, "SLO"; sloth.dev, "Specs" (`objective` is a percentage); github.com/pyrra-dev/pyrra,
//! `ServiceLevelObjective` (`target` is a percentage, `window` is required).

use std::sync::Arc;

use crate::source::{FileId, Place};
use crate::tree::{Node, yaml};

/// What says that an objective holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Nobl9,
    OpenSlo,
    Pyrra,
    Sloth,
}

impl Language {
    /// What people call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Language::Nobl9 => "Nobl9",
            Language::OpenSlo => "OpenSLO",
            Language::Pyrra => "Pyrra",
            Language::Sloth => "Sloth",
        }
    }
}

/// What is promised of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Objective {
    pub(crate) language: Language,
    pub(crate) name: String,
    /// Its name, or where it begins.
    pub(crate) place: Place,
    pub(crate) faults: Vec<Fault>,
}

/// What is wrong with an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    pub(crate) what: Wrong,
}

/// See [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// All of it, so that the budget for errors is nothing.
    NoBudget(String),
    /// More than all.
    TooMuch(String),
    /// A fraction where a percentage belongs, with the percentage that was probably meant.
    Fraction(String),
    /// A percentage where a fraction belongs.
    Percentage(String),
    /// No time over which it is counted.
    NoWindow,
    /// No target.
    NoTarget,
}

/// More objectives are nobody's.
const MOST: usize = 512;

/// Whether objectives may be in a file of that name.
pub(crate) fn may_be_named(path: &str) -> bool {
    super::pipeline::is_yaml(path)
}

/// Whether a text may hold objectives.
pub(crate) fn may_be(path: &str, text: &str) -> bool {
    const MARKS: [&str; 5] =
        ["openslo/v1", "prometheus/v1", "sloth.slok.dev/", "pyrra.dev/", "n9/v1"];
    may_be_named(path) && MARKS.iter().any(|mark| text.contains(mark))
}

/// The objectives of a file.
pub(crate) fn read(file: FileId, text: &Arc<str>) -> Vec<Objective> {
    let (tree, _) = yaml::read(file, text, None);
    let mut found = Vec::new();
    for document in tree.documents() {
        let version = document.at(&["apiVersion"]).map_or("", Node::text);
        let kind = document.at(&["kind"]).map_or("", Node::text);
        let group = version.split('/').next().unwrap_or_default();
        match (group, kind) {
            ("openslo", "SLO") => found.push(open_slo(document)),
            // `sloctl` looks at what it is given; here it is there.
            ("n9", "SLO") => {
                let metadata = document.at(&["metadata"]).unwrap_or(document);
                let (name, place) = named(metadata, document);
                found.push(Objective {
                    language: Language::Nobl9,
                    name,
                    place,
                    faults: Vec::new(),
                });
            }
            ("pyrra.dev", "ServiceLevelObjective") => found.push(pyrra(document)),
            ("sloth.slok.dev", "PrometheusServiceLevel") => {
                found.extend(document.at(&["spec"]).map(sloth).unwrap_or_default());
            }
            _ if document.at(&["version"]).is_some_and(|it| it.text() == "prometheus/v1") => {
                found.extend(sloth(document));
            }
            _ => {}
        }
        if found.len() > MOST {
            break;
        }
    }
    found.truncate(MOST);
    found
}

fn named(node: Node<'_>, document: Node<'_>) -> (String, Place) {
    let name = node.at(&["name"]).filter(|it| it.is_scalar());
    let first = document.own_entries().next().map_or(document, |it| it.key);
    (name.map_or(String::new(), |it| it.text().to_owned()), name.unwrap_or(first).place())
}

/// A number of a scalar, whatever its quotes; nothing for a template.
fn number(node: Node<'_>) -> Option<f64> {
    node.text().trim().trim_end_matches('%').parse().ok()
}

fn percentage(node: Node<'_>) -> Option<Fault> {
    let (value, written) = (number(node)?, node.text().to_owned());
    let what = match () {
        () if value > 100.0 => Wrong::TooMuch(written),
        () if (value - 100.0).abs() < f64::EPSILON => Wrong::NoBudget(written),
        // Nobody promises that less than a hundredth works.
        () if value > 0.0 && value <= 1.0 => Wrong::Fraction(written),
        () => return None,
    };
    Some(Fault { place: node.place(), what })
}

fn fraction(node: Node<'_>) -> Option<Fault> {
    let (value, written) = (number(node)?, node.text().to_owned());
    let what = match () {
        () if value > 1.0 => Wrong::Percentage(written),
        () if (value - 1.0).abs() < f64::EPSILON => Wrong::NoBudget(written),
        () => return None,
    };
    Some(Fault { place: node.place(), what })
}

fn open_slo(document: Node<'_>) -> Objective {
    let (name, place) = document
        .at(&["metadata"])
        .map_or_else(|| named(document, document), |it| named(it, document));
    let mut faults = Vec::new();
    let spec = document.get("spec");
    let list = spec.as_ref().and_then(|it| it.value.at(&["objectives"]));
    for objective in list.into_iter().flat_map(Node::items).take(MOST) {
        let target = objective.at(&["target"]);
        let percent = objective.at(&["targetPercent"]);
        faults.extend(target.and_then(fraction));
        faults.extend(percent.and_then(percentage));
    }
    let has_window = spec.as_ref().is_some_and(|it| {
        ["timeWindow", "timeWindows"].iter().any(|key| it.value.at(&[key]).is_some())
    });
    if let Some(spec) = spec.filter(|_| !has_window) {
        faults.push(Fault { place: spec.key.place(), what: Wrong::NoWindow });
    }
    Objective { language: Language::OpenSlo, name, place, faults }
}

fn pyrra(document: Node<'_>) -> Objective {
    let (name, place) = document
        .at(&["metadata"])
        .map_or_else(|| named(document, document), |it| named(it, document));
    let mut faults = Vec::new();
    if let Some(spec) = document.get("spec") {
        match spec.value.at(&["target"]) {
            Some(target) => faults.extend(percentage(target)),
            None => faults.push(Fault { place: spec.key.place(), what: Wrong::NoTarget }),
        }
        if spec.value.at(&["window"]).is_none() {
            faults.push(Fault { place: spec.key.place(), what: Wrong::NoWindow });
        }
    }
    Objective { language: Language::Pyrra, name, place, faults }
}

/// The period of Sloth is set where it is started.
fn sloth(node: Node<'_>) -> Vec<Objective> {
    let list = node.at(&["slos"]).into_iter().flat_map(Node::items).take(MOST);
    list.map(|slo| {
        let (name, place) = named(slo, slo);
        let faults = match slo.at(&["objective"]) {
            Some(objective) => percentage(objective).into_iter().collect(),
            None => vec![Fault { place, what: Wrong::NoTarget }],
        };
        Objective { language: Language::Sloth, name, place, faults }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_counts_in_its_own_way() {
        let of = |text: &str| {
            let found = read(FileId::new(0), &text.into());
            found
                .into_iter()
                .map(|it| (it.name, it.faults.into_iter().map(|it| it.what).collect::<Vec<_>>()))
                .collect::<Vec<_>>()
        };
        let text = "version: prometheus/v1\nservice: api\nslos:\n- {name: a, objective: 99.9}\n- {name: b, objective: 0.999}\n- {name: c, objective: 100}\n";
        let expected = [
            ("a".to_owned(), vec![]),
            ("b".to_owned(), vec![Wrong::Fraction("0.999".to_owned())]),
            ("c".to_owned(), vec![Wrong::NoBudget("100".to_owned())]),
        ];
        assert_eq!(of(text), expected);
        let text = "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec:\n  timeWindow: [{duration: 28d}]\n  objectives: [{target: 99.5}]\n";
        assert_eq!(of(text), [("a".to_owned(), vec![Wrong::Percentage("99.5".to_owned())])]);
        let text = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: a}\nspec: {target: '99.5'}\n";
        assert_eq!(of(text), [("a".to_owned(), vec![Wrong::NoWindow])]);
    }
}
