use crate::compose::Service;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

/// What browsers come through.
const FRONT_DOOR: [u16; 2] = [80, 443];

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    // Swarm binds ports to no address.
    if service.is_for_swarm() {
        return;
    }
    for port in service.ports() {
        let is_front_door = FRONT_DOOR.iter().any(|&door| port.published == Some((door, door)));
        if is_front_door || !port.is_on_all_interfaces() {
            continue;
        }
        let at = port.grip();
        let Some(owner) = service.owner_of(at.place()) else { continue };
        let whose = format!("{} `{}`", owner.kind, owner.name);
        let number = port.describe();
        let message = match port.published {
            Some(_) => format!("{whose} publishes port {number} on every interface of its host"),
            None => format!(
                "{whose} publishes its port {number} on every interface of its host, as one that Docker picks"
            ),
        };
        cx.report(at, message)
            .help("Docker lets it past the firewall of the host: bind it to 127.0.0.1, or leave it out where only other services connect")
            .about(owner)
            .note_in_development()
            .milder_where(service.is_for_development())
            .unsafe_fix("bind it to 127.0.0.1; other machines can no longer connect", || {
                port.bind_to_loopback()
            });
    }
}
