use std::collections::HashSet;

use crate::agent::Notifier;
use crate::rules::{Check, Cx};
use crate::schema::nearest;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    let known: HashSet<&str> = notifier.receivers.iter().map(|it| it.name.text()).collect();
    for receiver in &notifier.routed {
        let name = receiver.text();
        if name.is_empty() || name.contains(['$', '{']) || known.contains(name) {
            continue;
        }
        let near = nearest(name, notifier.receivers.iter().map(|it| it.name.text()));
        let found = cx.report(*receiver, format!("no receiver is called `{name}`"));
        let _ = match near {
            Some(near) => found
                .help(format!("Alertmanager refuses the configuration; did you mean `{near}`?"))
                .unsafe_fix("send the alerts to the receiver that was meant", || {
                    edit::replace(*receiver, &near.into())
                }),
            None => found.help("Alertmanager refuses the configuration: define the receiver"),
        };
    }
}
