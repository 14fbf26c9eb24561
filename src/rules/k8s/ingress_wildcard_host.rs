use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::route::is_ingress;
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Object(&["Ingress"], check);

const HELP: &str = "name the hosts, so that requests for others are refused and two Ingresses do not take each other's";

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    if !is_ingress(object) || object.is_behind_tunnel() {
        return;
    }
    let name = object.describe();
    let rules: Vec<_> =
        object.node().at(&["spec", "rules"]).into_iter().flat_map(Node::items).collect();
    for rule in &rules {
        let host = rule.at(&["host"]);
        match host.map_or("", Node::text) {
            "" | "*" => {
                let first = || rule.own_entries().next().map(|entry| entry.key);
                let at = host.or_else(first).unwrap_or(*rule);
                cx.report(at, format!("{name} takes requests for every host")).help(HELP);
            }
            zone if zone.starts_with("*.") => {
                cx.report(
                    rule.at(&["host"]).unwrap_or(*rule),
                    format!("{name} takes requests for every host of `{zone}`"),
                )
                .help(HELP)
                .severity(Severity::Note);
            }
            _ => {}
        }
    }
    let default =
        ["defaultBackend", "backend"].iter().find_map(|key| object.node().path(&["spec", key]));
    if let Some(default) = default.filter(|_| rules.is_empty()) {
        cx.report(default.key, format!("{name} takes requests for every host")).help(HELP);
    }
}
