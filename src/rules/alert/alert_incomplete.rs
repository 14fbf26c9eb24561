use crate::alert::{Alert, Format};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Alert(check);

fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let duration = match alert.format {
        Format::Prometheus => "`for`",
        Format::Policy => "`duration`",
        Format::Observability => "",
        Format::Triggers => return,
    };
    let mut lacking = Vec::new();
    if alert.severity.is_none() {
        lacking.push("no severity".to_owned());
    }
    if !alert.has_summary {
        lacking.push("no summary".to_owned());
    }
    if alert.pages() && !alert.is_watchdog() && !alert.has_runbook {
        lacking.push("no runbook, although it wakes somebody".to_owned());
    }
    let help = match lacking.first().map(String::as_str) {
        Some("no severity") => {
            "alerts are routed by severity; without one, nobody or everybody is told"
        }
        Some(_) => "whoever is woken must see at once what is wrong and what to do",
        None => "without a duration, one odd sample is enough to alert",
    };
    let is_only_duration = lacking.is_empty();
    if alert.lacks_duration() {
        lacking.insert(0, format!("no {duration}"));
    }
    if lacking.is_empty() {
        return;
    }
    let message = format!("alert `{}` has {}", alert.title(), lacking.join(" and "));
    let found = cx.report(alert.name, message).help(help);
    let found = if is_only_duration { found.severity(Severity::Note) } else { found };
    let key = duration.trim_matches('`');
    if alert.lacks_duration() {
        found.unsafe_fix("wait five minutes before alerting, if the alert can wait", || {
            edit::set(alert.node, &[key], &"5m".into())
        });
    } else if alert.severity.is_none() {
        let path: &[&str] = match alert.format {
            Format::Prometheus => &["labels", "severity"],
            _ => &["severity"],
        };
        found.unsafe_fix("call it a warning, if that is what it is", || {
            edit::set(alert.node, path, &"warning".into())
        });
    }
}
