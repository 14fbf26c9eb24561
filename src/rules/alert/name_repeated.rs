use std::collections::HashMap;

use crate::alert::{AlertSet, Format};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    let mut seen: HashMap<_, Node<'_>> = HashMap::new();
    for alert in set.alerts.iter().filter(|alert| !alert.name.text().is_empty()) {
        let group = alert.group.map(Node::place);
        let labels = || {
            let labels = alert.node.at(&["labels"]).map(Node::entries).unwrap_or_default();
            let mut labels: Vec<_> =
                labels.iter().map(|label| (label.key.text(), label.value.text())).collect();
            labels.sort_unstable();
            labels
        };
        let labels = if set.format() == Format::Prometheus { labels() } else { Vec::new() };
        let earlier = *seen.entry((group, alert.title(), labels)).or_insert(alert.name);
        if earlier != alert.name {
            let same =
                if set.format() == Format::Prometheus { ", with the same labels" } else { "" };
            cx.report(alert.name, format!("alert `{}` stands here twice{same}", alert.title()))
                .help("nobody can tell the two apart, and a silence for one silences the other")
                .related(earlier, "the first one");
        }
    }
}
