//! What the API server takes for a name, and for a label.
//!
//! Source: kubernetes.io/docs/concepts/overview/working-with-objects, "Object Names and IDs" and
//! "Labels and Selectors"; the functions of `k8s.io/apimachinery/pkg/util/validation`.

use std::collections::HashSet;

use super::network::NetworkPolicy;
use super::{Object, Workload, WorkloadKind, is_templated, rbac, schema};
use crate::tree::Node;

/// The longest part of a name, and the longest value of a label.
const LABEL: usize = 63;

/// The longest name of several parts.
const SUBDOMAIN: usize = 253;

/// The longest name of a `CronJob`, whose Jobs append the time.
const CRON_JOB: usize = 52;

/// API groups of Kubernetes whose objects all have a name, most of them one for DNS.
const GROUPS: &[&str] = &[
    "",
    "apps",
    "autoscaling",
    "batch",
    "extensions",
    "networking.k8s.io",
    "policy",
    rbac::GROUP,
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// Whether the object is one of Kubernetes' own, and so must have a name.
pub(crate) fn is_named_by_kubernetes(object: Object<'_>) -> bool {
    GROUPS.contains(&object.group()) && !object.kind().ends_with("List")
}

/// Why the API server would refuse a name of an object; nothing where it takes it, or where its
/// rules for that kind are not known here.
pub(crate) fn name_fault(object: Object<'_>, name: &str) -> Option<String> {
    match object.kind() {
        _ if !is_named_by_kubernetes(object) || is_filled_in(name) => None,
        _ if object.group() == rbac::GROUP => path_fault(name),
        "Service" if name.starts_with(|first: char| first.is_ascii_digit()) => {
            Some("begins with a digit, and the name of a Service with a letter".to_owned())
        }
        "Namespace" | "Service" => dns_fault(name, LABEL, false),
        "CronJob" => dns_fault(name, CRON_JOB, true),
        _ => dns_fault(name, SUBDOMAIN, true),
    }
}

/// Why a text cannot be the key of a label: a name, maybe after a domain and a slash.
pub(crate) fn label_key_fault(key: &str) -> Option<String> {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    let of_domain = domain.and_then(|domain| dns_fault(domain, SUBDOMAIN, true));
    let of_name = || if name.is_empty() { Some("is empty".to_owned()) } else { word_fault(name) };
    let fault = of_domain.map(|why| format!("{why}, before the `/`")).or_else(of_name);
    fault.filter(|_| !is_filled_in_label(key))
}

/// Why a text cannot be the value of a label.
pub(crate) fn label_value_fault(value: &str) -> Option<String> {
    let fault = if value.is_empty() { None } else { word_fault(value) };
    fault.filter(|_| !is_filled_in_label(value))
}

/// The key of a label, and the values that are written with it.
#[derive(Clone, Debug)]
pub(crate) struct StatedLabel<'t> {
    pub(crate) key: Node<'t>,
    pub(crate) values: Vec<Node<'t>>,
}

/// The labels that an object gives to itself and to its pods, and those that it selects by; each place
/// once, since the labels of a Pod are those of its pods, and an anchor may stand for several.
pub(crate) fn stated_labels(object: Object<'_>) -> Vec<StatedLabel<'_>> {
    let selectors = selectors(object);
    let chosen = selectors.iter().filter_map(|selector| selector.at(&["matchLabels"]));
    let mut seen = HashSet::new();
    let maps = label_maps(object).into_iter().chain(chosen).map(Node::target);
    let maps: Vec<_> = maps.filter(|map| seen.insert(map.place())).collect();
    let pairs = maps.into_iter().flat_map(Node::entries);
    let pairs = pairs.map(|pair| StatedLabel { key: pair.key, values: vec![pair.value] });
    let expressions =
        selectors.iter().flat_map(|selector| selector.items_at(&["matchExpressions"]));
    let expressions = expressions.map(Node::target).filter(|it| seen.insert(it.place()));
    let expressions = expressions.filter_map(|expression| {
        let values = expression.items_at(&["values"]).collect();
        Some(StatedLabel { key: expression.at(&["key"])?, values })
    });
    pairs.chain(expressions).collect()
}

/// The selectors of an object that have `matchLabels` and `matchExpressions`.
pub(super) fn selectors(object: Object<'_>) -> Vec<Node<'_>> {
    const OF_TERM: [&str; 2] = ["labelSelector", "namespaceSelector"];
    let own = ["selector", "podSelector"].into_iter();
    let mut found: Vec<_> = own.filter_map(|key| object.node().at(&["spec", key])).collect();
    found.extend(NetworkPolicy::of(object).into_iter().flat_map(NetworkPolicy::peer_selectors));
    let Some(spec) = Workload::of(object).and_then(Workload::pod_spec) else { return found };
    let spreads = spec.items_at(&["topologySpreadConstraints"]);
    found.extend(spreads.filter_map(|spread| spread.at(&["labelSelector"])));
    for kind in ["podAffinity", "podAntiAffinity"] {
        let list = |when: &'static str| spec.items_at(&["affinity", kind, when]);
        let preferred = list("preferredDuringSchedulingIgnoredDuringExecution");
        let terms = list("requiredDuringSchedulingIgnoredDuringExecution")
            .chain(preferred.filter_map(|it| it.at(&["podAffinityTerm"])));
        found.extend(terms.flat_map(|term| OF_TERM.iter().filter_map(move |key| term.at(&[key]))));
    }
    found
}

/// The mappings of an object that hold labels, but for those of its selectors.
fn label_maps(object: Object<'_>) -> Vec<Node<'_>> {
    const PATHS: &[&[&str]] =
        &[&["metadata", "labels"], &["spec", "jobTemplate", "metadata", "labels"]];
    let workload = Workload::of(object);
    let of_pods = workload.into_iter().flat_map(|workload| {
        let node_selector = workload.pod_spec().and_then(|spec| spec.at(&["nodeSelector"]));
        let of_controller = object.node().at(&["spec", "selector"]);
        let plain =
            of_controller.filter(|_| workload.kind() == WorkloadKind::ReplicationController);
        [workload.pod_labels().node(), node_selector, plain]
    });
    let claims = object.node().items_at(&["spec", "volumeClaimTemplates"]);
    let of_claims =
        claims.filter(|_| workload.is_some()).map(|claim| claim.at(&["metadata", "labels"]));
    let own = PATHS.iter().map(|path| object.node().at(path));
    own.chain(of_pods).chain([object.served_labels()]).chain(of_claims).flatten().collect()
}

fn is_filled_in(text: &str) -> bool {
    // What a name may be made of is in no mark of a template; an underscore is in that of some.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/');
    !text.bytes().all(is_plain) && (is_templated(text) || schema::is_placeholder(text))
}

/// The same for a label, where a mark of a template is likelier to be a part of the text: of an address
/// (`Jane <jane@acme.io>`), or a price (`$5`).
fn is_filled_in_label(text: &str) -> bool {
    let begins_name = |c: char| c.is_ascii_alphabetic() || "{(_".contains(c);
    let is_slot = |inside: &str| !inside.is_empty() && !inside.contains(['@', ' ']);
    let is_address = text.contains('<') && text.contains('@');
    text.split('$').skip(1).any(|rest| rest.starts_with(begins_name))
        || text.split('<').skip(1).any(|rest| rest.split_once('>').is_some_and(|it| is_slot(it.0)))
        || text.as_bytes().windows(2).any(|pair| matches!(pair, b"{{" | b"{%"))
        || !is_address && schema::is_placeholder(text.trim_start_matches('$'))
}

/// Names that stand in a URL as they are.
fn path_fault(name: &str) -> Option<String> {
    match name {
        "." | ".." => Some("is a step in a path".to_owned()),
        _ => name.chars().find(|c| "/%".contains(*c)).map(holds),
    }
}

fn dns_fault(name: &str, most: usize, may_have_dots: bool) -> Option<String> {
    let is_of_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let may_stand = |c: char| is_of_word(c) || c == '-' || (c == '.' && may_have_dots);
    too_long(name, most)
        .or_else(|| name.chars().find(|c| !may_stand(*c)).map(holds))
        .or_else(|| name.split('.').find_map(|part| edge_fault(part, is_of_word)))
}

fn word_fault(text: &str) -> Option<String> {
    let is_of_word = |c: char| c.is_ascii_alphanumeric();
    let may_stand = |c: char| is_of_word(c) || "-_.".contains(c);
    too_long(text, LABEL)
        .or_else(|| text.chars().find(|c| !may_stand(*c)).map(holds))
        .or_else(|| edge_fault(text, is_of_word))
}

fn too_long(text: &str, most: usize) -> Option<String> {
    (text.len() > most).then(|| format!("is {} characters long, of {most} at most", text.len()))
}

fn holds(c: char) -> String {
    match c {
        ' ' => "holds a space".to_owned(),
        c if c.is_control() => "holds a line break or another control character".to_owned(),
        c => format!("holds `{c}`"),
    }
}

/// Whether a text does not begin or end with a letter or a digit.
fn edge_fault(text: &str, is_of_word: impl Fn(char) -> bool) -> Option<String> {
    let Some((first, last)) = text.chars().next().zip(text.chars().next_back()) else {
        return Some("has an empty part".to_owned());
    };
    match () {
        () if !is_of_word(first) => Some(format!("begins with `{first}`")),
        () if !is_of_word(last) => Some(format!("ends with `{last}`")),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    #[test]
    fn names_that_the_api_server_takes() {
        let table = [
            ("apps/v1", "Deployment", "web", None),
            ("apps/v1", "Deployment", "web.v2", None),
            ("apps/v1", "Deployment", "3web", None),
            ("apps/v1", "Deployment", "Web", Some("holds `W`")),
            ("apps/v1", "Deployment", "my_web", Some("holds `_`")),
            ("apps/v1", "Deployment", "my web", Some("holds a space")),
            ("apps/v1", "Deployment", "-web", Some("begins with `-`")),
            ("apps/v1", "Deployment", "web-", Some("ends with `-`")),
            ("apps/v1", "Deployment", "a..b", Some("has an empty part")),
            ("apps/v1", "Deployment", "${NAME}_x", None),
            ("apps/v1", "Deployment", "__NAME__", None),
            ("v1", "Service", "web.v2", Some("holds `.`")),
            (
                "v1",
                "Service",
                "3web",
                Some("begins with a digit, and the name of a Service with a letter"),
            ),
            ("v1", "Namespace", "3web", None),
            ("rbac.authorization.k8s.io/v1", "Role", "system:Web_1", None),
            ("rbac.authorization.k8s.io/v1", "Role", "a/b", Some("holds `/`")),
            ("certificates.k8s.io/v1", "CertificateSigningRequest", "a:b", None),
            ("acme.io/v1", "Order", "Web", None),
        ];
        for (version, kind, name, expected) in table {
            let text = format!("apiVersion: {version}\nkind: {kind}\n");
            let (tree, _) = yaml::read(FileId::new(0), &text.as_str().into(), None);
            let object = Object::of(tree.documents().next().unwrap()).unwrap();
            assert_eq!(name_fault(object, name).as_deref(), expected, "{kind} {name}");
        }
    }

    #[test]
    fn labels_that_the_api_server_takes() {
        for key in ["app", "app.kubernetes.io/name", "a_B-c.d", "3a", "acme.io/${KEY}"] {
            assert_eq!(label_key_fault(key), None, "{key}");
        }
        for key in ["", "/app", "acme.io/", "Acme.io/app", "a b", "a/b/c", "-a", &"a".repeat(64)] {
            assert!(label_key_fault(key).is_some(), "{key}");
        }
        for value in ["", "web", "v1.2_3-x", "3", "A", &"a".repeat(63)] {
            assert_eq!(label_value_fault(value), None, "{value}");
        }
        for value in ["${TEAM}", "{{ .x }}", "<team>.x", "<your team>", "$TEAM", "__TEAM__"] {
            assert_eq!(label_value_fault(value), None, "{value}");
        }
        for value in ["Jane <jane@acme.io>", "<jane@acme.io>", "$5", "a<b", "a > b"] {
            assert!(label_value_fault(value).is_some(), "{value}");
        }
        for value in ["a b", "a@acme.io", "-a", "a.", "a/b", "ä", &"a".repeat(64)] {
            assert!(label_value_fault(value).is_some(), "{value}");
        }
    }
}
