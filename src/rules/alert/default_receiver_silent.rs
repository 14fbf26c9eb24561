use crate::agent::Notifier;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    // The parts that an operator puts together have a default of its own above them.
    let is_asked = !notifier.is_part && !notifier.has_catch_all;
    let Some(default) = notifier.default.filter(|_| is_asked) else { return };
    let Some(receiver) = notifier.receiver(default.text()) else { return };
    if receiver.integrations.is_empty() {
        cx.report(default, format!("the default receiver `{}` tells nobody", default.text()))
            .help("alerts that no other route takes are lost: send them somewhere, and what is noise to a route of its own")
            .related(receiver.name, "it has no integration");
    }
}
