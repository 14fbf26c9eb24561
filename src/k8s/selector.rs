//! Labels, and the selectors that match them.

use crate::tree::Node;

/// The labels of an object or a pod template.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Labels<'t>(Option<Node<'t>>);

impl<'t> Labels<'t> {
    pub(crate) fn of(node: Option<Node<'t>>) -> Self {
        Labels(node)
    }

    /// The value of a label. A number or a boolean that someone forgot to quote is compared by
    /// its text: that is another finding.
    pub(crate) fn get(self, key: &str) -> Option<&'t str> {
        self.0?.get(key).map(|entry| entry.value.text())
    }

    /// Whether there is no label at all.
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_none_or(|node| node.entries().is_empty())
    }
}

/// One condition of a selector.
#[derive(Clone, Debug, PartialEq)]
enum Requirement<'t> {
    In(&'t str, Vec<&'t str>),
    NotIn(&'t str, Vec<&'t str>),
    Exists(&'t str),
    DoesNotExist(&'t str),
    /// An operator that Kubernetes does not know; the API server would refuse it.
    Unknown,
}

/// A label selector in either of its spellings. All conditions must hold; none at all means that
/// everything is selected.
///
/// Source: Kubernetes API reference, `LabelSelector`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LabelSelector<'t> {
    requirements: Vec<Requirement<'t>>,
}

impl<'t> LabelSelector<'t> {
    /// `matchLabels` and `matchExpressions`, as in `spec.selector` of workloads and budgets and in
    /// `podSelector` of network policies.
    pub(crate) fn of(node: Node<'t>) -> Self {
        let mut selector = match node.at(&["matchLabels"]) {
            Some(labels) => Self::of_labels(labels),
            None => LabelSelector { requirements: Vec::new() },
        };
        let expressions = node.at(&["matchExpressions"]);
        for expression in expressions.iter().flat_map(|list| list.items()) {
            let key = expression.at(&["key"]).map_or("", Node::text);
            let values = expression.at(&["values"]);
            let values = values.iter().flat_map(|list| list.items()).map(Node::text).collect();
            let operator = expression.at(&["operator"]).map_or("", Node::text);
            selector.requirements.push(match operator {
                "In" => Requirement::In(key, values),
                "NotIn" => Requirement::NotIn(key, values),
                "Exists" => Requirement::Exists(key),
                "DoesNotExist" => Requirement::DoesNotExist(key),
                _ => Requirement::Unknown,
            });
        }
        selector
    }

    /// A plain map of labels, as in `spec.selector` of services and replication controllers.
    pub(crate) fn of_labels(labels: Node<'t>) -> Self {
        let pair = |entry: crate::tree::Entry<'t>| {
            Requirement::In(entry.key.text(), vec![entry.value.text()])
        };
        LabelSelector { requirements: labels.entries().into_iter().map(pair).collect() }
    }

    /// Whether the selector has no condition, and so selects everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether an object with those labels is selected. `NotIn` and `DoesNotExist` hold for an
    /// object that lacks the label.
    pub(crate) fn matches(&self, labels: Labels<'_>) -> bool {
        self.requirements.iter().all(|requirement| match requirement {
            Requirement::In(key, values) => {
                labels.get(key).is_some_and(|value| values.contains(&value))
            }
            Requirement::NotIn(key, values) => {
                labels.get(key).is_none_or(|value| !values.contains(&value))
            }
            Requirement::Exists(key) => labels.get(key).is_some(),
            Requirement::DoesNotExist(key) => labels.get(key).is_none(),
            Requirement::Unknown => false,
        })
    }
}
