use std::sync::Arc;

use super::{Amount, ContainerClass, LabelSelector, Labels, Object, Workload, WorkloadKind};
use crate::source::FileId;
use crate::tree::{Dialect, Node, Tree, yaml};

pub(super) fn read(text: &str) -> Tree {
    let (mut tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    assert!(errors.is_empty(), "{errors:?}");
    tree.set_dialect(Dialect::Kubernetes);
    tree
}

pub(super) fn root(tree: &Tree) -> Node<'_> {
    tree.documents().next().unwrap()
}

pub(super) fn workload(tree: &Tree) -> Workload<'_> {
    Workload::of(Object::of(root(tree)).unwrap()).unwrap()
}

#[test]
fn selectors_select_as_the_api_server_does() {
    let web = "{app: web, tier: front}";
    // A selector, labels, and whether the one selects the other.
    let table = [
        ("{}", web, true),
        ("{}", "{}", true),
        ("{matchLabels: {app: web}}", web, true),
        ("{matchLabels: {app: web, tier: back}}", web, false),
        ("{matchLabels: {app: web}}", "{}", false),
        ("{matchExpressions: [{key: app, operator: In, values: [api, web]}]}", web, true),
        ("{matchExpressions: [{key: app, operator: In, values: [api]}]}", web, false),
        ("{matchExpressions: [{key: app, operator: In}]}", web, false),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", web, false),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [api]}]}", web, true),
        ("{matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}", web, true),
        ("{matchExpressions: [{key: tier, operator: Exists}]}", web, true),
        ("{matchExpressions: [{key: env, operator: Exists}]}", web, false),
        ("{matchExpressions: [{key: env, operator: DoesNotExist}]}", web, true),
        ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", web, false),
        ("{matchExpressions: [{key: app, operator: Like, values: [web]}]}", web, false),
        // Labels and expressions must hold together.
        ("{matchLabels: {app: web}, matchExpressions: [{key: env, operator: Exists}]}", web, false),
        // A number that nobody quoted is compared by its text.
        ("{matchLabels: {build: 1}}", "{build: \"1\"}", true),
        // What is not known fits.
        ("{matchLabels: {app: \"${APP}\"}}", web, true),
        ("{matchLabels: {app: web}}", "{app: \"{{ .Values.app }}\"}", true),
        ("{matchLabels: {env: \"${ENV}\"}}", web, false),
        ("{matchLabels: {pod-template-hash: abc}}", web, true),
    ];
    for (selector, labels, expected) in table {
        let (selector_tree, labels_tree) = (read(selector), read(labels));
        let of = LabelSelector::of(root(&selector_tree));
        assert_eq!(
            of.matches(Labels::of(Some(root(&labels_tree)))),
            expected,
            "{selector} on {labels}"
        );
    }
}

#[test]
fn a_map_of_labels_selects_too() {
    let (selector, labels) = (read("{app: web}"), read("{app: web, tier: front}"));
    let of = LabelSelector::of_labels(root(&selector));
    assert!(!of.is_empty());
    assert!(of.matches(Labels::of(Some(root(&labels)))));
    assert!(!of.matches(Labels::of(None)));
}

#[test]
fn an_object_without_a_namespace_is_in_default() {
    for (metadata, expected) in [
        ("{name: x}", "default"),
        ("{name: x, namespace: }", "default"),
        ("{name: x, namespace: \"\"}", "default"),
        ("{name: x, namespace: prod}", "prod"),
    ] {
        let tree = read(&format!("apiVersion: v1\nkind: Service\nmetadata: {metadata}\n"));
        let object = Object::of(root(&tree)).unwrap();
        assert_eq!(object.namespace(), expected, "{metadata}");
    }
}

#[test]
fn lists_hold_objects() {
    let tree = read(
        "apiVersion: v1\nkind: List\nitems:\n\
         - {apiVersion: v1, kind: Pod, metadata: {name: a}}\n\
         - {apiVersion: v1, kind: PodList, items: [{apiVersion: v1, kind: Pod, metadata: {generateName: b-}}]}\n\
         - {kind: Nothing}\n",
    );
    let names: Vec<_> = Object::all_of(root(&tree)).into_iter().map(Object::name).collect();
    assert_eq!(names, ["a", "b-"]);
}

/// An object of that kind whose pods are labelled `app: web` and run one container.
fn manifest(version: &str, kind: &str, path: &[&str]) -> String {
    let open: String = path.iter().flat_map(|key| [*key, ": {"]).collect();
    let close = "}".repeat(path.len());
    let pod = "metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: api}]}";
    if path.is_empty() {
        format!("{{apiVersion: {version}, kind: {kind}, {pod}}}\n")
    } else {
        format!(
            "{{apiVersion: {version}, kind: {kind}, metadata: {{name: web}}, {open}{pod}{close}}}\n"
        )
    }
}

#[test]
fn every_kind_of_workload_has_its_pods_somewhere() {
    const TEMPLATE: &[&str] = &["spec", "template"];
    let table: [(&str, &str, &[&str]); 11] = [
        ("v1", "Pod", &[]),
        ("apps/v1", "Deployment", TEMPLATE),
        ("extensions/v1beta1", "Deployment", TEMPLATE),
        ("apps/v1", "StatefulSet", TEMPLATE),
        ("apps/v1", "DaemonSet", TEMPLATE),
        ("apps/v1", "ReplicaSet", TEMPLATE),
        ("v1", "ReplicationController", TEMPLATE),
        ("batch/v1", "Job", TEMPLATE),
        ("batch/v1", "CronJob", &["spec", "jobTemplate", "spec", "template"]),
        ("batch/v1beta1", "CronJob", &["spec", "jobTemplate", "spec", "template"]),
        ("argoproj.io/v1alpha1", "Rollout", TEMPLATE),
    ];
    for (version, kind, path) in table {
        let tree = read(&manifest(version, kind, path));
        let workload = workload(&tree);
        assert_eq!(workload.kind().as_str(), kind);
        assert_eq!(workload.pod_labels().get("app"), Some("web"), "{kind}");
        assert!(workload.has_pods(), "{kind}");
        let names: Vec<_> = workload.containers().into_iter().map(super::Container::name).collect();
        assert_eq!(names, ["api"], "{kind}");
    }
}

#[test]
fn kinds_of_other_groups_are_not_workloads() {
    for (version, kind) in [
        ("batch.volcano.sh/v1alpha1", "Job"),
        ("v1", "Deployment"),
        ("apps/v1", "Pod"),
        ("serving.knative.dev/v1", "Service"),
        ("v1", "PodTemplate"),
    ] {
        let tree = read(&manifest(version, kind, &["spec", "template"]));
        assert!(Workload::of(Object::of(root(&tree)).unwrap()).is_none(), "{version} {kind}");
    }
}

#[test]
fn a_rollout_may_borrow_its_template() {
    let tree = read(
        "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: web}, \
         spec: {replicas: 3, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: api}}}\n",
    );
    let rollout = workload(&tree);
    assert_eq!(rollout.borrows_from(), Some("api"));
    assert_eq!(rollout.replicas(), Some(3));
    assert!(!rollout.has_pods());
    assert!(rollout.containers().is_empty());
    assert!(rollout.pod_labels().node().is_none());
}

#[test]
fn containers_have_classes() {
    let tree = read(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n\
         \x20 ephemeralContainers: [{name: debug}]\n\
         \x20 containers: [{name: api}, nothing]\n\
         \x20 initContainers: [{name: migrate}, {name: proxy, restartPolicy: Always}]\n",
    );
    let classes: Vec<_> =
        workload(&tree).containers().into_iter().map(|it| (it.name(), it.class())).collect();
    assert_eq!(
        classes,
        [
            ("migrate", ContainerClass::Init),
            ("proxy", ContainerClass::Sidecar),
            ("api", ContainerClass::Main),
            ("debug", ContainerClass::Ephemeral),
        ]
    );
}

#[test]
fn what_is_meant_to_end() {
    for (object, expected) in [
        ("kind: Pod\nmetadata: {}\nspec: {}", false),
        ("kind: Pod\nmetadata: {}\nspec: {restartPolicy: Always}", false),
        ("kind: Pod\nmetadata: {}\nspec: {restartPolicy: Never}", true),
        ("kind: Pod\nmetadata: {}\nspec: {restartPolicy: OnFailure}", true),
        ("kind: Pod\nmetadata: {annotations: {helm.sh/hook: test}}\nspec: {}", true),
    ] {
        let tree = read(&format!("apiVersion: v1\n{object}\n"));
        assert_eq!(workload(&tree).runs_to_completion(), expected, "{object}");
    }
}

#[test]
fn replicas_and_their_default() {
    for (spec, expected) in [
        ("{}", Some(1)),
        ("{replicas: }", Some(1)),
        ("{replicas: 0}", Some(0)),
        ("{replicas: 3}", Some(3)),
        ("{replicas: \"3\"}", None),
        ("{replicas: \"${REPLICAS}\"}", None),
    ] {
        let tree = read(&format!("apiVersion: apps/v1\nkind: Deployment\nspec: {spec}\n"));
        assert_eq!(workload(&tree).replicas(), expected, "{spec}");
    }
    let tree = read("apiVersion: apps/v1\nkind: DaemonSet\nspec: {replicas: 3}\n");
    assert_eq!(workload(&tree).replicas(), None);
    assert_eq!(workload(&tree).kind(), WorkloadKind::DaemonSet);
}

#[test]
fn amounts_of_containers() {
    let amount = |kind: &str, pod: &str, container: &str| {
        let tree = read(&format!(
            "apiVersion: v1\nkind: Pod\nspec:\n  resources: {pod}\n  containers: [{{name: c, resources: {container}}}]\n"
        ));
        let container = workload(&tree).containers()[0];
        match if kind == "limits" { container.limit("cpu") } else { container.request("cpu") } {
            Amount::Given => "given",
            Amount::Zero(_) => "zero",
            Amount::Missing => "missing",
        }
    };
    // The pod's resources, the container's, the limit and the request that come of them.
    for (pod, container, limit, request) in [
        ("", "", "missing", "missing"),
        ("", "{limits: {cpu: 1}}", "given", "given"),
        ("", "{requests: {cpu: 1}}", "missing", "given"),
        ("", "{limits: {cpu: }, requests: }", "missing", "missing"),
        ("", "{limits: {cpu: \"0\"}}", "zero", "missing"),
        ("", "{limits: {cpu: 0m}, requests: {cpu: 0.0}}", "zero", "zero"),
        ("", "{limits: {cpu: 1}, requests: {cpu: 0}}", "given", "zero"),
        ("", "{limits: {cpu: 0.5}, requests: {cpu: 100m}}", "given", "given"),
        ("", "{limits: {memory: 1Gi}}", "missing", "missing"),
        ("{limits: {cpu: 1}}", "", "given", "given"),
        ("{limits: {cpu: 1}}", "{limits: {cpu: 0}}", "given", "given"),
        ("{requests: {cpu: 1}}", "{}", "missing", "given"),
        ("", "\"${RESOURCES}\"", "given", "given"),
        ("", "{limits: \"${LIMITS}\"}", "given", "given"),
        ("", "{limits: {cpu: \"${CPU}\"}}", "given", "given"),
    ] {
        let found = (amount("limits", pod, container), amount("requests", pod, container));
        assert_eq!(found, (limit, request), "pod {pod:?}, container {container:?}");
    }
}

#[test]
fn custom_resources_that_may_make_pods() {
    let may = |version: &str, kind: &str| {
        let tree = read(&format!("{{apiVersion: {version}, kind: {kind}}}\n"));
        Object::of(root(&tree)).unwrap().may_make_pods()
    };
    assert!(may("acid.zalan.do/v1", "postgresql"));
    assert!(may("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet"));
    assert!(may("monitoring.coreos.com/v1", "Prometheus"));
    assert!(may("argoproj.io/v1alpha1", "Application"));
    assert!(!may("argoproj.io/v1alpha1", "Rollout")); // a workload of its own right
    assert!(!may("monitoring.coreos.com/v1", "ServiceMonitor"));
    assert!(!may("gateway.networking.k8s.io/v1", "HTTPRoute"));
    assert!(!may("cert-manager.io/v1", "Certificate"));
    assert!(!may("apps/v1", "Deployment"));
}

#[test]
fn what_a_network_policy_governs() {
    use super::network::{Direction, NetworkPolicy};
    // The spec of a policy, and whether it governs ingress and egress.
    let table = [
        ("{podSelector: {}}", [true, false]),
        ("{ingress: []}", [true, false]),
        ("{egress: []}", [true, false]),
        ("{egress: [{}]}", [true, true]),
        ("{policyTypes: [], egress: [{}]}", [true, true]),
        ("{policyTypes: [Ingress], egress: [{}]}", [true, false]),
        ("{policyTypes: [Egress]}", [false, true]),
        ("{policyTypes: [Egress], ingress: [{}]}", [false, true]),
        ("{policyTypes: [Ingress, Egress]}", [true, true]),
        ("{policyTypes: [\"${TYPE}\"]}", [true, true]),
    ];
    for (spec, expected) in table {
        let tree = read(&format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {spec}\n"
        ));
        let policy = NetworkPolicy::of(Object::of(root(&tree)).unwrap()).unwrap();
        assert_eq!(Direction::BOTH.map(|it| policy.governs(it)), expected, "{spec}");
    }
}

#[test]
fn how_far_a_network_policy_allows_dns() {
    use super::network::{Dns, NetworkPolicy};
    let dns = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}";
    let udp = "ports: [{port: 53, protocol: UDP}]";
    // The egress of a policy, its namespace, and what it allows.
    let table = [
        ("[]".to_owned(), "prod", Dns::Refused),
        ("[{}]".to_owned(), "prod", Dns::Allowed),
        (format!("[{{{udp}}}]"), "prod", Dns::Allowed),
        ("[{ports: [{port: 53}]}]".to_owned(), "prod", Dns::OverTcp),
        ("[{ports: [{port: 1, endPort: 65535}]}]".to_owned(), "prod", Dns::Refused),
        ("[{ports: [{protocol: UDP}]}]".to_owned(), "prod", Dns::Allowed),
        (format!("[{{to: [{{{dns}}}]}}]"), "prod", Dns::Allowed),
        (
            format!("[{{to: [{{{dns}, podSelector: {{matchLabels: {{app: web}}}}}}]}}]"),
            "prod",
            Dns::Refused,
        ),
        (
            format!("[{{to: [{{{dns}, podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}}}]}}]"),
            "prod",
            Dns::Allowed,
        ),
        (
            "[{to: [{namespaceSelector: {matchLabels: {team: web}}}]}]".to_owned(),
            "prod",
            Dns::Refused,
        ),
        (
            format!("[{{to: [{{namespaceSelector: {{matchLabels: {{team: web}}}}}}], {udp}}}]"),
            "prod",
            Dns::Allowed,
        ),
        ("[{to: [{podSelector: {}}]}]".to_owned(), "prod", Dns::Refused),
        (format!("[{{to: [{{podSelector: {{}}}}], {udp}}}]"), "prod", Dns::Neighbours),
        (format!("[{{to: [{{podSelector: {{}}}}], {udp}}}]"), "kube-system", Dns::Allowed),
        ("[{to: [{ipBlock: {cidr: 10.96.0.10/32}}]}]".to_owned(), "prod", Dns::Allowed),
        ("[{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]".to_owned(), "prod", Dns::Refused),
        ("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]".to_owned(), "prod", Dns::Allowed),
    ];
    for (egress, namespace, expected) in table {
        let tree = read(&format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
             metadata: {{name: p, namespace: {namespace}}}\n\
             spec: {{policyTypes: [Egress], egress: {egress}}}\n"
        ));
        let policy = NetworkPolicy::of(Object::of(root(&tree)).unwrap()).unwrap();
        assert_eq!(policy.dns(), expected, "{egress} in {namespace}");
    }
}

#[test]
fn where_routes_lead() {
    use super::route::backends;
    let read_backends = |text: &str| {
        let tree = read(text);
        let object = Object::of(root(&tree)).unwrap();
        let found = backends(object).into_iter();
        found
            .map(|it| {
                let port = it.port.map_or("", Node::text);
                format!("{}/{}:{port}", it.namespace.unwrap_or("-"), it.service.text())
            })
            .collect::<Vec<_>>()
    };
    let ingress = "{defaultBackend: {service: {name: a, port: {number: 80}}}, rules: [\
        {http: {paths: [{backend: {service: {name: b, port: {name: http}}}}]}}, {host: c}, \
        {http: {paths: [{backend: {resource: {kind: Bucket, name: d}}}]}}]}";
    let old = "{backend: {serviceName: a, servicePort: 80}}";
    let route = "{rules: [{backendRefs: [{name: a, port: 80}, {name: b, namespace: n, port: 1}, \
        {kind: ServiceImport, group: multicluster.x-k8s.io, name: c}], \
        filters: [{requestMirror: {backendRef: {name: d, port: 2}}}]}]}";
    let table = [
        ("networking.k8s.io/v1", "Ingress", ingress, vec!["-/a:80", "-/b:http"]),
        ("extensions/v1beta1", "Ingress", old, vec!["-/a:80"]),
        ("config.openshift.io/v1", "Ingress", old, vec![]),
        ("gateway.networking.k8s.io/v1", "GRPCRoute", route, vec!["-/d:2", "-/a:80", "n/b:1"]),
    ];
    for (version, kind, spec, expected) in table {
        let text =
            format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: r}}\nspec: {spec}\n");
        assert_eq!(read_backends(&text), expected, "{version} {kind}");
    }
}

#[test]
fn ports_of_services_and_the_containers_behind_them() {
    use super::Service;
    use super::ports::PortRef;
    let tree = read(
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  ports:\n  \
         - {port: 80}\n  - {port: 81, targetPort: http}\n  - {port: 82, targetPort: 0}\n  \
         - {port: 83, targetPort: ''}\n  - {port: 84, targetPort: '${PORT}'}\n",
    );
    let service = Service::of(Object::of(root(&tree)).unwrap()).unwrap();
    let targets: Vec<_> = service.ports().map(|port| port.target().map(|(port, _)| port)).collect();
    let number = |number| Some(PortRef::Number(number));
    assert_eq!(targets, [number(80), Some(PortRef::Name("http")), number(82), number(83), None]);

    let tree = read(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  initContainers:\n  \
         - {name: once, image: i, ports: [{name: once, containerPort: 1}]}\n  \
         - {name: beside, image: i, restartPolicy: Always, ports: [{name: beside, containerPort: 2}]}\n  \
         containers:\n  - {name: c, image: i, ports: [{name: dns, containerPort: 53, protocol: UDP}]}\n",
    );
    let pod = workload(&tree);
    let table = [
        (PortRef::Name("once"), None, false),
        (PortRef::Name("beside"), Some("TCP"), true),
        (PortRef::Number(2), None, true),
        (PortRef::Name("dns"), Some("TCP"), false),
        (PortRef::Name("dns"), Some("UDP"), true),
        (PortRef::Number(53), None, true),
    ];
    for (port, protocol, expected) in table {
        assert_eq!(pod.declares(port, protocol), expected, "{port} {protocol:?}");
    }
}

#[test]
fn the_pods_of_a_sandbox_are_pods() {
    for (version, kind) in [
        ("agents.x-k8s.io/v1alpha1", "Sandbox"),
        ("extensions.agents.x-k8s.io/v1beta1", "SandboxTemplate"),
    ] {
        let tree = read(&format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: python}}\nspec:\n  podTemplate:\n    \
             metadata: {{labels: {{app: python}}}}\n    spec: {{containers: [{{name: shell, image: i}}]}}\n"
        ));
        let workload = workload(&tree);
        assert_eq!(workload.kind().as_str(), kind);
        assert!(workload.has_pods() && workload.selector().is_none());
        assert_eq!(workload.replicas(), None);
        assert_eq!(workload.containers().len(), 1);
        let selector = read("{app: python}");
        assert!(LabelSelector::of_labels(root(&selector)).matches(workload.pod_labels()));
        assert_eq!(workload.labels_grip().text(), "labels");
        assert_eq!(workload.mounts_token_by_default(), kind == "Sandbox");
    }
}
