use std::collections::HashSet;

use crate::agent::Notifier;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    let routed: HashSet<&str> = notifier.routed.iter().map(|it| it.text()).collect();
    for receiver in &notifier.receivers {
        let name = receiver.name.text();
        let is_routed = routed.contains(name);
        // `null` is often kept for the day when something has to be silenced.
        if !is_routed && !receiver.integrations.is_empty() {
            cx.report(receiver.name, format!("no route goes to receiver `{name}`"))
                .help("who set it up believes that it is told of something");
        }
    }
}
