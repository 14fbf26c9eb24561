use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit::{self, Refusal, Value};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

const KEYS: [&str; 2] = ["dnsConfig", "options"];

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = workload.pod_spec().filter(|_| workload.has_pods()) else { return };
    let policy = spec.at(&["dnsPolicy"]).map_or("ClusterFirst", Node::text);
    // With the other policies, and on the network of the node, names are not looked up in the
    // cluster's domains.
    let in_cluster = match policy {
        "ClusterFirst" => !workload.is_on_host_network(),
        "ClusterFirstWithHostNet" => true,
        _ => false,
    };
    let most = cx.number("ndots");
    let options = spec.at(&KEYS);
    let is_templated = spec.at(&["dnsConfig"]).is_some_and(Node::is_scalar)
        || options.is_some_and(Node::is_scalar);
    if !in_cluster || is_templated || workload.is_windows() {
        return;
    }
    let names_it = |option: &Node<'_>| option.at(&["name"]).is_some_and(|it| it.text() == "ndots");
    let option = options.into_iter().flat_map(Node::items).find(names_it);
    let stated = option.and_then(|option| option.at(&["value"]));
    // What is no number is filled in by a template.
    if stated.is_some_and(|stated| stated.text().parse().map_or(true, |ndots: i64| ndots <= most)) {
        return;
    }
    let name = workload.describe();
    cx.report(
        stated.or(option).unwrap_or_else(|| workload.pod_grip(&KEYS)),
        match stated {
            Some(stated) => {
                format!("the pods of {name} look up names with `ndots:{}`", stated.text())
            }
            None => format!("the pods of {name} look up names with the default, `ndots:5`"),
        },
    )
    .help("names outside the cluster are looked up in each of its domains before they are found")
    .unsafe_fix(
        "look up names with two dots as they are, if no short names rely on it",
        || match (stated, options) {
            (Some(stated), _) => edit::reword(stated, &most.to_string()),
            (None, _) if option.is_some() => Err(Refusal::Occupied),
            (None, Some(list)) => edit::append(list, &ndots(most)),
            (None, None) => edit::set(spec, &KEYS, &Value::List(vec![ndots(most)])),
        },
    );
}

fn ndots(most: i64) -> Value {
    Value::map([("name", "ndots".into()), ("value", Value::Str(most.to_string()))])
}
