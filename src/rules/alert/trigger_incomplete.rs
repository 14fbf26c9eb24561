use crate::alert::{Alert, Format, Watched};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Alert(check);

fn check(trigger: &Alert<'_>, cx: &mut Cx<'_>) {
    if trigger.format != Format::Triggers {
        return;
    }
    let (name, node) = (trigger.title(), trigger.node);
    let actions: Vec<Node<'_>> = node.at(&["actions"]).into_iter().flat_map(Node::items).collect();
    let mut lacking = Vec::new();
    if let (Watched::Metric { metric, at, .. }, None) = (&trigger.watched, trigger.event()) {
        if metric.is_none() {
            lacking.push("no metric");
        }
        if at.is_none() {
            lacking.push("no threshold");
        }
    }
    if actions.is_empty() && node.at(&["actions"]).is_none_or(Node::is_list) {
        lacking.push("no action");
    }
    if !lacking.is_empty() {
        cx.report(trigger.name, format!("trigger `{name}` has {}", lacking.join(", ")))
            .help("a trigger that asks nothing or does nothing is never noticed");
    }
    for action in actions {
        let Some(kind) = action.get("type") else { continue };
        let goes = ["channel", "channels", "target", "url", "webhook"].iter().any(|key| {
            action.at(&[key]).is_some_and(|it| !it.is_scalar() || !it.text().is_empty())
        });
        if matches!(kind.value.text(), "alert" | "notify" | "notification") && !goes {
            cx.report(kind.value, format!("trigger `{name}` alerts no channel"))
                .help("name the channel of those who have to act");
        }
    }
}
