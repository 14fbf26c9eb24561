use std::collections::HashMap;

use crate::compose::{ComposeFile, Port, Service};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let services = file.services();
    check_names(&services, cx);
    check_ports(&services, cx);
}

fn check_names<'t>(services: &[Service<'t>], cx: &mut Cx<'_>) {
    let mut seen: HashMap<String, Vec<(Service<'t>, Node<'t>)>> = HashMap::new();
    for &service in services {
        let Some((node, name)) = service.container_name() else { continue };
        cx.about(Some(service.subject()));
        if !is_container_name(&name) {
            if service.owner_of(node.place()).is_some() {
                cx.report(node, format!("`{name}` is not a name that Docker gives a container"))
                    .help("letters, digits, `_`, `.` and `-`, two of them at least");
            }
            continue;
        }
        let earlier = seen.entry(name.clone()).or_default();
        if let Some((other, place)) =
            earlier.iter().take(MOST).find(|(other, _)| service.may_meet(*other))
        {
            // What both have from elsewhere is told at the service that comes second.
            let at = if *place == node { service.key() } else { node };
            let message = format!(
                "compose service `{}` has the container name `{name}`, as has `{}`",
                service.name(),
                other.name()
            );
            cx.report(at, message)
                .help("Compose refuses the file; leave the names to Compose where nobody asks for them")
                .related(*place, "the other one");
        }
        earlier.push((service, node));
    }
}

fn check_ports<'t>(services: &[Service<'t>], cx: &mut Cx<'_>) {
    let mut seen: HashMap<u16, Vec<(Service<'t>, Port<'t>)>> = HashMap::new();
    for &service in services {
        cx.about(Some(service.subject()));
        for port in service.ports() {
            let Some((first, last)) = port.published else { continue };
            // Longer ranges are for programs that take any of them.
            let numbers = first..=last.min(first.saturating_add(100));
            let clash = numbers.clone().find_map(|number| {
                let others = seen.get(&number)?;
                others
                    .iter()
                    .take(MOST)
                    .find(|(other, taken)| service.may_meet(*other) && port.clashes(taken))
            });
            if let Some((other, taken)) = clash {
                let at = if taken.node == port.node { service.key() } else { port.grip() };
                let whose = if other.name() == service.name() {
                    "twice".to_owned()
                } else {
                    format!("as does `{}`", other.name())
                };
                let message = format!(
                    "compose service `{}` publishes port {} of its host, {whose}",
                    service.name(),
                    port.describe()
                );
                cx.report(at, message)
                    .help("one of the two does not start: give one another port")
                    .related(taken.grip(), "the other one");
            }
            for number in numbers {
                seen.entry(number).or_default().push((service, port.clone()));
            }
        }
    }
}

/// So many others are asked whether they clash: nobody has more profiles that share a port.
const MOST: usize = 20;

/// Source: Docker, `container create`, names of containers.
fn is_container_name(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}
