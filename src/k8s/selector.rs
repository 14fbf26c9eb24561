//! Labels, and the selectors that match them.

use std::collections::HashMap;

use super::is_templated;
use crate::tree::edit::Value;
use crate::tree::{Entry, Node};

/// Labels that Kubernetes' own controllers give to pods, and that no template shows.
///
/// Source: kubernetes.io/docs/reference/labels-annotations-taints.
const GIVEN_BY_CONTROLLERS: &[&str] = &[
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
];

/// Domains of the labels that operators and other controllers give to what they make: pods, and the
/// Services before them.
///
/// Sources: the documentation of each, 2026-11.
const GIVEN_BY_OPERATORS: [&str; 22] = [
    "acme.cert-manager.io",
    "actions.github.com",
    "cnpg.io",
    "common.k8s.elastic.co",
    "elasticsearch.k8s.elastic.co",
    "gateway.envoyproxy.io",
    "gateway.networking.k8s.io",
    "jobset.sigs.k8s.io",
    "kibana.k8s.elastic.co",
    "leaderworkerset.sigs.k8s.io",
    "linkerd.io",
    "operator.prometheus.io",
    "postgres-operator.crunchydata.com",
    "ray.io",
    "service.istio.io",
    "serving.knative.dev",
    "serving.kserve.io",
    "sparkoperator.k8s.io",
    "strimzi.io",
    "tekton.dev",
    "training.kubeflow.org",
    "workflows.argoproj.io",
];

/// The label that every namespace has, with its name.
///
/// Source: kubernetes.io/docs/reference/labels-annotations-taints.
pub(crate) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

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

    fn pairs(self) -> Vec<(&'t str, &'t str)> {
        let entries = self.0.map(Node::entries).unwrap_or_default();
        entries.iter().map(|entry| (entry.key.text(), entry.value.text())).collect()
    }

    /// Where the labels stand, if there are any.
    pub(crate) fn node(self) -> Option<Node<'t>> {
        self.0
    }
}

/// One condition of a selector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Requirement<'t> {
    key: &'t str,
    test: Test<'t>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Test<'t> {
    In(Vec<&'t str>),
    NotIn(Vec<&'t str>),
    Exists,
    DoesNotExist,
    /// An operator that Kubernetes does not know; the API server would refuse it.
    Unknown,
}

/// A label selector in either of its spellings. All conditions must hold; none at all means that
/// everything is selected.
///
/// Source: Kubernetes API reference, `LabelSelector`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
        let expressions = node.at(&["matchExpressions"]).into_iter().flat_map(Node::items);
        selector.requirements.extend(expressions.map(|expression| {
            let values = expression.at(&["values"]).into_iter().flat_map(Node::items);
            let values = values.map(Node::text).collect();
            let test = match expression.at(&["operator"]).map_or("", Node::text) {
                "In" => Test::In(values),
                "NotIn" => Test::NotIn(values),
                "Exists" => Test::Exists,
                "DoesNotExist" => Test::DoesNotExist,
                _ => Test::Unknown,
            };
            Requirement { key: expression.at(&["key"]).map_or("", Node::text), test }
        }));
        selector
    }

    /// A plain map of labels, as in `spec.selector` of services and replication controllers.
    pub(crate) fn of_labels(labels: Node<'t>) -> Self {
        let pair = |entry: Entry<'t>| Requirement {
            key: entry.key.text(),
            test: Test::In(vec![entry.value.text()]),
        };
        LabelSelector { requirements: labels.entries().into_iter().map(pair).collect() }
    }

    /// The selector as it is to be written into another object; nothing where the API server would
    /// refuse it.
    pub(crate) fn to_value(&self) -> Option<Value> {
        let (mut labels, mut expressions) = (Vec::new(), Vec::new());
        for Requirement { key, test } in &self.requirements {
            let (operator, values) = match test {
                Test::In(values) => match values.as_slice() {
                    [value] => {
                        labels.push(((*key).to_owned(), (*value).into()));
                        continue;
                    }
                    values => ("In", values),
                },
                Test::NotIn(values) => ("NotIn", values.as_slice()),
                Test::Exists => ("Exists", &[][..]),
                Test::DoesNotExist => ("DoesNotExist", &[][..]),
                Test::Unknown => return None,
            };
            let mut expression =
                vec![("key".to_owned(), (*key).into()), ("operator".to_owned(), operator.into())];
            if !values.is_empty() {
                let values = values.iter().map(|value| (*value).into()).collect();
                expression.push(("values".to_owned(), Value::List(values)));
            }
            expressions.push(Value::Map(expression));
        }
        let labels = (!labels.is_empty()).then(|| ("matchLabels".to_owned(), Value::Map(labels)));
        let expressions = (!expressions.is_empty())
            .then(|| ("matchExpressions".to_owned(), Value::List(expressions)));
        Some(Value::Map(labels.into_iter().chain(expressions).collect()))
    }

    /// The selector without conditions.
    pub(crate) fn everything() -> Self {
        LabelSelector { requirements: Vec::new() }
    }

    /// The labels that everything selected must have with that value: what an index can be keyed
    /// by. Labels that only running pods have are none.
    fn required_labels(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.requirements.iter().filter_map(|requirement| match &requirement.test {
            Test::In(values) if !GIVEN_BY_CONTROLLERS.contains(&requirement.key) => {
                match values.as_slice() {
                    [value] if !is_templated(value) => Some((requirement.key, *value)),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// Whether the selector has no condition, and so selects everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether a template fills in a part of it.
    pub(crate) fn is_templated(&self) -> bool {
        self.values().any(is_templated)
    }

    /// The values that it asks for, or asks not to be there.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'t str> {
        self.requirements
            .iter()
            .flat_map(|requirement| match &requirement.test {
                Test::In(values) | Test::NotIn(values) => values.as_slice(),
                Test::Exists | Test::DoesNotExist | Test::Unknown => &[],
            })
            .copied()
    }

    /// Whether something may be selected whose labels are not known, except that their keys or
    /// values have one of those words in them.
    pub(crate) fn may_ask(&self, words: &[&str]) -> bool {
        let has_word = |text: &str| words.iter().any(|word| text.contains(word));
        self.requirements.iter().all(|requirement| match &requirement.test {
            Test::In(values) => {
                has_word(requirement.key)
                    || values.iter().any(|it| has_word(it) || is_templated(it))
            }
            Test::NotIn(values) => !values.iter().any(|value| has_word(value)),
            Test::Exists | Test::DoesNotExist => true,
            Test::Unknown => false,
        })
    }

    /// The values that it demands of a label, where it does.
    pub(crate) fn demanded(&self, key: &str) -> Option<&[&'t str]> {
        self.requirements.iter().filter(|it| it.key == key).find_map(|it| match &it.test {
            Test::In(values) => Some(values.as_slice()),
            _ => None,
        })
    }

    /// Whether the namespace of that name is selected, or may be. Its labels are known where the object
    /// that makes it is; the one with its name every namespace has.
    ///
    /// Source: kubernetes.io/docs/reference/labels-annotations-taints, `kubernetes.io/metadata.name`.
    pub(crate) fn may_select_namespace(&self, name: &str, made_by: Option<Labels<'_>>) -> bool {
        self.requirements.iter().all(|requirement| match &requirement.test {
            Test::In(values) if requirement.key == NAMESPACE_NAME => {
                values.iter().any(|it| *it == name || is_templated(it))
            }
            Test::NotIn(values) if requirement.key == NAMESPACE_NAME => !values.contains(&name),
            _ if requirement.key == NAMESPACE_NAME => true,
            _ => made_by.is_none_or(|labels| requirement.holds(labels)),
        })
    }

    /// Whether pods with those labels are selected whatever is not known of either.
    pub(crate) fn surely_matches(&self, labels: Labels<'_>) -> bool {
        let is_known = |requirement: &Requirement<'_>| {
            let value = labels.get(requirement.key);
            let is_given = GIVEN_BY_CONTROLLERS.contains(&requirement.key);
            !value.is_some_and(is_templated) && !is_given && !is_templated(requirement.key)
        };
        !self.is_templated() && self.requirements.iter().all(is_known) && self.matches(labels)
    }

    /// Whether a template with those labels is selected, which shows none of those that controllers give.
    pub(crate) fn matches_template(&self, labels: Labels<'_>) -> bool {
        let mut needed = self.needed_keys();
        self.matches(labels)
            && needed.all(|key| !GIVEN_BY_CONTROLLERS.contains(&key) || labels.get(key).is_some())
    }

    /// Whether it asks for a label by which an operator knows what it makes.
    pub(crate) fn asks_for_operated(&self) -> bool {
        let mut domains = self.needed_keys().filter_map(|key| Some(key.split_once('/')?.0));
        domains.any(|domain| GIVEN_BY_OPERATORS.contains(&domain))
    }

    /// The keys of the labels that what is selected must have.
    fn needed_keys(&self) -> impl Iterator<Item = &'t str> {
        let needed = |it: &&Requirement<'_>| matches!(it.test, Test::In(_) | Test::Exists);
        self.requirements.iter().filter(needed).map(|requirement| requirement.key)
    }

    /// Whether pods with those labels are selected. What is not known (a value that a template
    /// fills in, a label that a controller gives) is taken to fit.
    pub(crate) fn matches(&self, labels: Labels<'_>) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds(labels))
    }
}

impl Requirement<'_> {
    /// `NotIn` and `DoesNotExist` hold for pods that lack the label.
    fn holds(&self, labels: Labels<'_>) -> bool {
        let Some(value) = labels.get(self.key) else {
            return match self.test {
                Test::In(_) | Test::Exists => GIVEN_BY_CONTROLLERS.contains(&self.key),
                Test::NotIn(_) | Test::DoesNotExist => true,
                Test::Unknown => false,
            };
        };
        match &self.test {
            Test::In(_) | Test::NotIn(_) if is_templated(value) => true,
            Test::In(values) => values.iter().any(|it| *it == value || is_templated(it)),
            Test::NotIn(values) => !values.contains(&value),
            Test::Exists => true,
            Test::DoesNotExist | Test::Unknown => false,
        }
    }
}

/// What is selected, found by a label instead of by asking each.
#[derive(Debug)]
pub(crate) struct LabelIndex<'t, T> {
    items: Vec<(T, Labels<'t>)>,
    by_label: HashMap<(&'t str, &'t str), Vec<usize>>,
    /// Those with a value that a template fills in, which fits every selector.
    open: Vec<usize>,
}

impl<T> Default for LabelIndex<'_, T> {
    fn default() -> Self {
        LabelIndex { items: Vec::new(), by_label: HashMap::new(), open: Vec::new() }
    }
}

impl<'t, T: Copy> LabelIndex<'t, T> {
    pub(crate) fn push(&mut self, item: T, labels: Labels<'t>) {
        let index = self.items.len();
        let pairs = labels.pairs();
        if pairs.iter().any(|(_, value)| is_templated(value)) {
            self.open.push(index);
        } else {
            for pair in pairs {
                self.by_label.entry(pair).or_default().push(index);
            }
        }
        self.items.push((item, labels));
    }

    /// All that was pushed, in that order.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = T> {
        self.items.iter().map(|(item, _)| *item)
    }

    fn labelled<'a>(&'a self, pair: (&'a str, &'a str)) -> &'a [usize] {
        self.by_label.get(&pair).map(Vec::as_slice).unwrap_or_default()
    }

    /// What a selector selects, in the order in which it was pushed.
    pub(crate) fn matching<'a>(
        &'a self,
        selector: &'a LabelSelector<'_>,
    ) -> impl Iterator<Item = T> + use<'a, 't, T> {
        // Of several labels the rarest: a whole namespace may be of one `part-of`.
        let labelled = selector.required_labels().map(|pair| self.labelled(pair));
        let mut candidates: Vec<usize> = match labelled.min_by_key(|labelled| labelled.len()) {
            Some(labelled) => labelled.iter().chain(&self.open).copied().collect(),
            None => (0..self.items.len()).collect(),
        };
        candidates.sort_unstable();
        let items = candidates.into_iter().filter_map(|index| self.items.get(index));
        items.filter(|(_, labels)| selector.matches(*labels)).map(|(item, _)| *item)
    }
}

/// What selects, found by a label instead of by asking each.
#[derive(Debug)]
pub(crate) struct SelectorIndex<'t, T> {
    items: Vec<(T, LabelSelector<'t>)>,
    by_label: HashMap<(&'t str, &'t str), Vec<usize>>,
    /// Those that require no single label.
    open: Vec<usize>,
}

impl<T> Default for SelectorIndex<'_, T> {
    fn default() -> Self {
        SelectorIndex { items: Vec::new(), by_label: HashMap::new(), open: Vec::new() }
    }
}

impl<'t, T: Copy> SelectorIndex<'t, T> {
    pub(crate) fn push(&mut self, item: T, selector: LabelSelector<'t>) {
        let index = self.items.len();
        match selector.required_labels().next() {
            Some(pair) => self.by_label.entry(pair).or_default().push(index),
            None => self.open.push(index),
        }
        self.items.push((item, selector));
    }

    /// What selects something with those labels, in the order in which it was pushed.
    pub(crate) fn selecting<'a>(
        &'a self,
        labels: Labels<'a>,
    ) -> impl Iterator<Item = T> + use<'a, 't, T> {
        let pairs = labels.pairs();
        let mut candidates: Vec<usize> = if pairs.iter().any(|(_, value)| is_templated(value)) {
            (0..self.items.len()).collect()
        } else {
            let labelled = pairs.iter().filter_map(|pair| self.by_label.get(pair)).flatten();
            labelled.chain(&self.open).copied().collect()
        };
        candidates.sort_unstable();
        candidates.dedup();
        let items = candidates.into_iter().filter_map(|index| self.items.get(index));
        items.filter(move |(_, selector)| selector.matches(labels)).map(|(item, _)| *item)
    }
}
