use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{KubernetesVersion, Object, Service, Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::StatefulSet], check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let object = workload.object();
    match object.node().at(&["spec", "serviceName"]).filter(|name| !name.text().is_empty()) {
        Some(name) => governing_service(workload, name, cx),
        None if workload.has_pods() => ungoverned(object, cx),
        None => {}
    }
    let claims = object.node().at(&["spec", "volumeClaimTemplates"]);
    for claim in claims.into_iter().flat_map(Node::items).filter(|claim| claim.is_map()) {
        volume_claim(object, claim, cx);
    }
}

/// Source: Kubernetes API reference, `StatefulSetSpec`: `serviceName` is optional since 1.33.
const OPTIONAL_SINCE: KubernetesVersion = KubernetesVersion::of(33);

fn ungoverned(object: Object<'_>, cx: &mut Cx<'_>) {
    let is_optional = cx.kubernetes() >= OPTIONAL_SINCE;
    let at = object.node().grip(&["spec"]).unwrap_or_else(|| object.grip());
    let found =
        cx.report(at, format!("{} names no Service in serviceName", object.describe())).help(
            "without a headless Service, its pods have no names in DNS by which to find each other",
        );
    if is_optional {
        found.severity(Severity::Note);
    }
}

fn governing_service(workload: Workload<'_>, name: Node<'_>, cx: &mut Cx<'_>) {
    let object = workload.object();
    let said = format!("{} is governed by Service `{}`", object.describe(), name.text());
    let project = cx.project();
    let services = project.services_named(&project.namespaces_of(object), name.text());
    let Some(service) = services.first() else {
        if let Some(confidence) = cx.dangles(object, ("", "Service"), name.text()) {
            cx.report(name, format!("{said}, which is not in this project"))
                .help("without a headless Service of that name, its pods have no names in DNS")
                .confidence(confidence);
        }
        return;
    };
    let at = |key| service.object().node().grip(&["spec", key]);
    let selects = |service: &Service<'_>| {
        let selector = service.selector();
        selector.is_none_or(|it| it.is_templated() || it.matches(workload.pod_labels()))
    };
    if !services.iter().copied().any(Service::is_headless) {
        cx.report(name, format!("{said}, which is not headless"))
            .help("a Service with an address of its own gives the pods no names; set its `clusterIP: None`, or name another")
            .related(at("clusterIP").unwrap_or_else(|| service.object().grip()), "the Service");
    } else if workload.has_pods() && !services.iter().any(selects) {
        cx.report(name, format!("{said}, which does not select its pods"))
            .help("only pods that the Service selects have names in DNS")
            .related(at("selector").unwrap_or_else(|| service.object().grip()), "what it selects");
    }
}

fn volume_claim(object: Object<'_>, claim: Node<'_>, cx: &mut Cx<'_>) {
    let name = claim.at(&["metadata", "name"]);
    let called = name.map_or("", Node::text);
    let grip = |keys: &[&str]| claim.grip(keys).or(name).unwrap_or(claim);
    let modes = claim.at(&["spec", "accessModes"]);
    if modes.is_none_or(|modes| modes.is_list() && modes.items().len() == 0) {
        cx.report(
            grip(&["spec", "accessModes"]),
            format!("the volume claim `{called}` of {} has no accessModes", object.describe()),
        )
        .help("the claims are refused and no pod is made; a volume of one pod is ReadWriteOnce")
        .severity(Severity::Error)
        .confidence(Confidence::High);
    }
    let keys = ["spec", "resources", "requests", "storage"];
    let is_open = (1..keys.len()).any(|end| {
        let above = keys.get(..end).and_then(|keys| claim.at(keys));
        above.is_some_and(|node| node.is_scalar() && is_templated(node.text()))
    });
    if claim.at(&keys).is_none() && !is_open {
        cx.report(
            grip(&keys),
            format!("the volume claim `{called}` of {} requests no storage", object.describe()),
        )
        .help("the claims are refused and no pod is made; say how much is needed")
        .severity(Severity::Error)
        .confidence(Confidence::High);
    }
}
