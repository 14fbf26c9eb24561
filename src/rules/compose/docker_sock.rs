use crate::compose::{Service, flag};
use crate::diagnostic::Severity;
use crate::host_path::Exposure;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Service(check);

const HELP: &str = "whoever speaks to it can be root on the host: let a proxy through which only reading calls pass";

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for mount in service.mounts() {
        if let Some((path, Exposure::Runtime)) = mount.host_path() {
            report(
                service,
                mount.grip(),
                &format!("mounts `{path}` of its host, which leads to the container runtime"),
                cx,
            );
        }
    }
    let socket = service.node().at(&["use_api_socket"]);
    if let Some(socket) = socket.filter(|socket| flag(*socket) == Some(true)) {
        report(service, socket, "is given the socket of the container runtime", cx);
    }
}

fn report(service: Service<'_>, at: Node<'_>, what: &str, cx: &mut Cx<'_>) {
    let Some(owner) = service.owner_of(at.place()) else { return };
    let image = service.known_image().unwrap_or_default();
    let is_proxy = ImageRef::parse(&image).short_name().contains("socket-proxy");
    let found =
        cx.report(at, format!("{} `{}` {what}", owner.kind, owner.name)).help(HELP).about(owner);
    if is_proxy {
        found.severity(Severity::Note);
    }
}
