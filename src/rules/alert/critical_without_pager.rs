use crate::alert::{Alert, Format};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Alert(check);

fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let Some(channels) = alert.channels.as_ref().filter(|_| alert.format == Format::Policy) else {
        return;
    };
    if !alert.pages() || channels.all.is_empty() || channels.may_page() {
        return;
    }
    cx.report(channels.grip, format!("critical alert `{}` goes to no pager", alert.title())).help(
        "chat and mail wait until somebody looks: add a channel that wakes whoever is on call",
    );
}
