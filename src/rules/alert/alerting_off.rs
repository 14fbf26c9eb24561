use crate::alert::AlertSet;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    for (section, switch) in set.off() {
        cx.report(switch, format!("`{section}.enabled` is false, so that no alert is sent"))
            .help("rules that nobody evaluates tell nobody that the agent fails")
            .unsafe_fix("switch it on", || edit::replace(switch, &true.into()));
    }
}
