use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(config: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    // The parts that an operator puts together have a default of its own above them.
    let Some(notifier) = config.notifier.as_ref().filter(|it| !it.is_part) else { return };
    let Some(default) = notifier.default else { return };
    let Some(receiver) = notifier.receiver(default.text()) else { return };
    if receiver.integrations.is_empty() {
        cx.report(default, format!("the default receiver `{}` tells nobody", default.text()))
            .help("alerts that no other route takes are lost: send them somewhere, and what is noise to a route of its own")
            .related(receiver.name, "it has no integration");
    }
}
