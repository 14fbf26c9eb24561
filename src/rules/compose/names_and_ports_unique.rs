use std::collections::HashMap;

use crate::compose::{ComposeFile, Port, Service};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Compose(check);

/// What a service says that another one says too.
#[derive(Clone, Copy)]
struct Side<'t> {
    service: Service<'t>,
    node: Node<'t>,
}

impl<'t> Side<'t> {
    /// Where the file says it, or takes it in.
    fn in_file(self, file: ComposeFile<'t>) -> Option<Node<'t>> {
        [self.node, self.service.key()].into_iter().find(|node| file.brings(node.place()))
    }
}

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let services = file.running();
    check_names(file, &services, cx);
    check_ports(file, &services, cx);
}

/// Where the file is to tell of two that clash, the one that is told of, and the other one. Of two files
/// that both know of each other only the later one tells.
fn told<'t>(
    file: ComposeFile<'t>,
    later: Side<'t>,
    earlier: Side<'t>,
) -> Option<(Node<'t>, Side<'t>, Side<'t>)> {
    // What both have from elsewhere is told at the service that comes second.
    let is_one = later.node == earlier.node;
    let later = if is_one { Side { node: later.service.key(), ..later } } else { later };
    let is_told = |own: Side<'_>, other: Side<'_>| {
        file.is_laid_over() || own.node.place() > other.node.place()
    };
    match (later.in_file(file), earlier.in_file(file)) {
        (Some(at), Some(_)) => Some((at, later, earlier)),
        (Some(at), None) if is_told(later, earlier) => Some((at, later, earlier)),
        (None, Some(at)) if is_told(earlier, later) => Some((at, earlier, later)),
        _ => None,
    }
}

fn check_names<'t>(file: ComposeFile<'t>, services: &[Service<'t>], cx: &mut Cx<'_>) {
    let mut seen: HashMap<String, Vec<Side<'t>>> = HashMap::new();
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
        let side = Side { service, node };
        let earlier = seen.entry(name.clone()).or_default();
        let clash = earlier.iter().take(MOST).find(|other| service.may_meet(other.service));
        if let Some((at, own, other)) = clash.and_then(|other| told(file, side, *other)) {
            let message = format!(
                "compose service `{}` has the container name `{name}`, as has `{}`",
                own.service.name(),
                other.service.name()
            );
            cx.report(at, message)
                .help("Compose refuses the file; leave the names to Compose where nobody asks for them")
                .about(own.service.subject())
                .related(other.node, "the other one");
        }
        earlier.push(side);
    }
}

fn check_ports<'t>(file: ComposeFile<'t>, services: &[Service<'t>], cx: &mut Cx<'_>) {
    let mut seen = Published::new();
    for &service in services {
        cx.about(Some(service.subject()));
        for port in service.ports() {
            let Some((first, last)) = port.published else { continue };
            // Longer ranges are for programs that take any of them.
            let numbers = first..=last.min(first.saturating_add(100));
            let mut known = numbers.clone().filter_map(|number| seen.get(&number));
            if let Some((other, taken)) = known.find_map(|it| clashing(service, &port, it)) {
                report_port(file, (service, &port), (*other, taken), cx);
            }
            for number in numbers {
                seen.entry(number).or_default().push((service, port.clone()));
            }
        }
    }
}

/// Who publishes each port, and how.
type Published<'t> = HashMap<u16, Vec<(Service<'t>, Port<'t>)>>;

/// The first of those who publish a port that leaves it to no other.
fn clashing<'s, 't>(
    service: Service<'t>,
    port: &Port<'t>,
    known: &'s [(Service<'t>, Port<'t>)],
) -> Option<&'s (Service<'t>, Port<'t>)> {
    known.iter().take(MOST).find(|(other, taken)| {
        let is_repeated = other.name() == service.name() && port.repeats(taken);
        service.may_meet(*other) && port.clashes(taken) && !is_repeated
    })
}

fn report_port<'t>(
    file: ComposeFile<'t>,
    (service, port): (Service<'t>, &Port<'t>),
    (other, taken): (Service<'t>, &Port<'t>),
    cx: &mut Cx<'_>,
) {
    let side = |service, port: &Port<'t>| Side { service, node: port.grip() };
    let Some((at, own, other)) = told(file, side(service, port), side(other, taken)) else {
        return;
    };
    let is_later = own.node != taken.grip();
    let port = if is_later { port.describe() } else { taken.describe() };
    let whose = if own.service.name() == other.service.name() {
        "twice".to_owned()
    } else {
        format!("as does `{}`", other.service.name())
    };
    let name = own.service.name();
    cx.report(at, format!("compose service `{name}` publishes port {port} of its host, {whose}"))
        .help("one of the two does not start: give one another port")
        .about(own.service.subject())
        .related(other.node, "the other one");
}

/// So many others are asked whether they clash: nobody has more profiles that share a port.
const MOST: usize = 20;

/// Source: Docker, `container create`, names of containers.
fn is_container_name(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}
