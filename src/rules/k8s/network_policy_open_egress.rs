use crate::k8s::Object;
use crate::k8s::network::{Direction, NetworkPolicy};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["NetworkPolicy"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(policy) = NetworkPolicy::of(object) else { return };
    for rule in policy.rules(Direction::Egress) {
        if rule.is_open() || !rule.is_for_every_port() {
            continue;
        }
        let whom = if rule.peers().next().is_none() {
            Some((rule.peers_grip(), "anybody".to_owned()))
        } else {
            rule.peers().find_map(|peer| {
                let at = peer.everything()?;
                let whom = peer.cidr().map_or_else(
                    || "every pod of the cluster".to_owned(),
                    |cidr| format!("`{}`", cidr.text()),
                );
                Some((at, whom))
            })
        };
        if let Some((at, whom)) = whom {
            cx.report(at, format!("{} allows egress to {whom} on every port", object.describe()))
                .help(
                    "name whom the pods talk to, or at least the ports: 443 for the APIs outside",
                );
        }
    }
}
