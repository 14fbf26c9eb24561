use crate::compose::{Reach, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for capability in service.capabilities_added() {
        let node = capability.node;
        let Some(owner) = service.owner_of(node.place()) else { continue };
        if capability.reach != Reach::Kernel {
            continue;
        }
        let message =
            format!("{} `{}` has the capability {} added", owner.kind, owner.name, capability.name);
        let help = match service.host_network() {
            Some(_) => {
                "with the host's network, it reaches the routes and the firewall of the host"
            }
            None => {
                "it reaches into the kernel, which the host shares; find out which call needs it, and whether that can go"
            }
        };
        cx.report(node, message)
            .help(help)
            .about(owner)
            .unsafe_fix("take the capability away; see what the service did with it", || {
                service.without("cap_add", node)
            });
    }
}
