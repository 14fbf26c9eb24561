use std::collections::HashSet;

use crate::diagnostic::{Confidence, Severity};
use crate::k8s::route::{Backend, backends};
use crate::k8s::{Object, Service, ServicePort};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Object(
    &["Ingress", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"],
    check,
);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    // Many paths lead to one Service; what is wrong with it is one finding.
    let mut seen = HashSet::new();
    for backend in backends(object) {
        let (name, port) = (backend.service.text(), backend.port_ref());
        let project = cx.project();
        let namespaces = match backend.namespace {
            Some(namespace) => vec![namespace],
            None => project.namespaces_of(object),
        };
        let services = project.services_named(&namespaces, name);
        if services.is_empty() {
            if seen.insert((name, backend.namespace, None)) {
                missing(object, backend, &namespaces, cx);
            }
        } else if seen.insert((name, backend.namespace, port)) {
            wrong_port(object, backend, &services, cx);
        }
    }
}

fn missing(object: Object<'_>, backend: Backend<'_>, namespaces: &[&str], cx: &mut Cx<'_>) {
    let name = backend.service.text();
    let Some(confidence) = cx.dangles_in(object, namespaces, ("", "Service"), name) else { return };
    let of_operator = cx
        .project()
        .pod_makers_beside(object)
        .any(|maker| !maker.name().is_empty() && name.contains(maker.name()));
    if of_operator {
        return;
    }
    let namespace = backend.namespace.unwrap_or_else(|| cx.project().namespace_of(object));
    let found = cx
        .report(
            backend.service,
            format!(
                "{} sends requests to Service `{name}`, which is not in this project's namespace `{namespace}`",
                object.describe()
            ),
        )
        .help("without the Service, every request is answered with an error")
        .confidence(confidence);
    if confidence == Confidence::Low {
        found.severity(Severity::Warning);
    }
}

fn wrong_port(object: Object<'_>, backend: Backend<'_>, services: &[Service<'_>], cx: &mut Cx<'_>) {
    let Some((at, port)) = backend.port.zip(backend.port_ref()) else { return };
    let fits = |service: &Service<'_>| service.is_alias() || service.has_port(port);
    let Some(service) = services.first().filter(|_| !services.iter().any(fits)) else { return };
    let name = service.object().describe();
    let meant = service.ports().find(|own| own.target().is_some_and(|(target, _)| target == port));
    let own = meant.and_then(ServicePort::number).map(Node::text);
    let help = match own {
        Some(own) => format!("{port} is the port of its pods; the Service itself has port {own}"),
        None => "without the port, every request is answered with an error".to_owned(),
    };
    let ports = service.object().node().grip(&["spec", "ports"]);
    cx.report(
        at,
        format!(
            "{} sends requests to port {port} of {name}, which has no such port",
            object.describe()
        ),
    )
    .help(help)
    .confidence(Confidence::High)
    .related(ports.unwrap_or_else(|| service.object().grip()), "the ports that it has");
}
