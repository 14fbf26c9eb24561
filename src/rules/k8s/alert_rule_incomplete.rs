use crate::diagnostic::Severity;
use crate::k8s::{Alert, Object};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["PrometheusRule", "VMRule"], check);

fn check(rules: Object<'_>, cx: &mut Cx<'_>) {
    for alert in Alert::all_of(rules) {
        let mut lacking = Vec::new();
        if alert.severity.is_none() {
            lacking.push("no severity");
        }
        if !alert.has_summary {
            lacking.push("no summary");
        }
        if alert.pages() && !alert.has_runbook {
            lacking.push("no runbook, although it wakes somebody");
        }
        let is_only_duration = lacking.is_empty();
        if alert.lacks_duration() {
            lacking.insert(0, "no `for`");
        }
        if lacking.is_empty() {
            continue;
        }
        let found = cx
            .report(
                alert.name,
                format!(
                    "alert `{}` of {} has {}",
                    alert.name.text(),
                    rules.describe(),
                    lacking.join(", ")
                ),
            )
            .help(match lacking.first() {
                Some(&"no `for`") => "without a duration, one odd sample is enough to alert",
                Some(&"no severity") => {
                    "Alertmanager routes by severity; without one, nobody or everybody is told"
                }
                _ => "whoever is woken must see at once what is wrong and what to do",
            });
        let found = if is_only_duration { found.severity(Severity::Note) } else { found };
        if alert.lacks_duration() {
            found.unsafe_fix("wait five minutes before alerting, if the alert can wait", || {
                edit::set(alert.node, &["for"], &"5m".into())
            });
        } else if alert.severity.is_none() {
            found.unsafe_fix("call it a warning, if that is what it is", || {
                edit::set(alert.node, &["labels", "severity"], &"warning".into())
            });
        }
    }
}
