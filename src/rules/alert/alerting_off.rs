use crate::alert::{AlertSet, Format};
use crate::rules::{Check, Cx};
use crate::tree::{Node, edit};

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    let switch = |section: &str| {
        let switch = set.node.at(&[section, "enabled"])?;
        (switch.as_bool() == Some(false)).then_some(switch)
    };
    if set.format() != Format::Observability {
        return;
    }
    let both = [("alerts", switch("alerts")), ("monitoring", switch("monitoring"))];
    for (section, switch) in both {
        let Some(switch): Option<Node<'_>> = switch else { continue };
        cx.report(switch, format!("`{section}.enabled` is false, so that no alert is sent"))
            .help("rules that nobody evaluates tell nobody that the agent fails")
            .unsafe_fix("switch it on", || edit::replace(switch, &true.into()));
    }
}
