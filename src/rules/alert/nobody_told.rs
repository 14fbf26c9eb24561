use crate::alert::{Alert, AlertSet, Format};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    // The channels of an observability configuration are those of all its rules.
    let most = if set.format() == Format::Observability { 1 } else { usize::MAX };
    for alert in set.alerts.iter().take(most) {
        let Some(channels) = &alert.channels else { continue };
        let who = match set.format() {
            Format::Observability => "`alerts`".to_owned(),
            _ => format!("alert `{}`", alert.title()),
        };
        if channels.all.is_empty() {
            report(channels.grip, format!("{who} goes to no channel"), cx, alert);
        } else if channels.are_output_only() {
            let names: Vec<_> = channels.all.iter().map(|it| it.text()).collect();
            let names = names.join("` and `");
            report(channels.grip, format!("{who} goes to `{names}` only"), cx, alert);
        }
    }
}

fn report(at: Node<'_>, message: String, cx: &mut Cx<'_>, alert: &Alert<'_>) {
    let found =
        cx.report(at, message).help("name a channel that reaches people: a pager, a chat, mail");
    if alert.format == Format::Policy {
        found.about(alert.subject());
    }
}
