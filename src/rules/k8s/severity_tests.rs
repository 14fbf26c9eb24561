//! How bad a case is where that depends on more than the rule: the kind of the workload, the
//! version of Kubernetes, what stands beside it.

use std::sync::Arc;

use crate::check::check;
use crate::config::Settings;
use crate::diagnostic::Severity::{self, Error, Note, Warning};
use crate::file::Files;
use crate::k8s::KubernetesVersion;
use crate::rules::{Environment, Profile};

/// A workload of that kind whose pods have those fields, and their container those.
fn manifest(kind: &str, namespace: &str, pod: &str, container: &str) -> String {
    let spec = format!("{{{pod}, containers: [{{name: api, image: acme/api, {container}}}]}}");
    let (version, spec) = match kind {
        "Pod" => ("v1", spec),
        _ => ("apps/v1", format!("{{template: {{spec: {spec}}}}}")),
    };
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: {namespace}}}\nspec: {spec}\n"
    )
}

/// The severities of what a rule reports for that version of Kubernetes.
fn severities(rule: &str, minor: u16, text: &str) -> Vec<Severity> {
    let files = Files::in_memory([("web.yaml", text)]);
    let mut settings = Settings::of(Profile::Optional, Environment::Production);
    for (other, own) in crate::rules::RULES.iter().zip(&mut settings.rules) {
        own.enabled |= other.id == rule;
    }
    settings.kubernetes = KubernetesVersion::of(minor);
    let found = check(&files, &[Arc::new(settings)]);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    found.diagnostics.iter().filter(|it| it.rule == rule).map(|found| found.severity).collect()
}

#[test]
fn pods_that_serve_their_node_are_judged_more_mildly() {
    let volume = |path: &str| format!("volumes: [{{name: v, hostPath: {{path: {path}}}}}]");
    let mount = |more: &str| format!("volumeMounts: [{{name: v, mountPath: /v{more}}}]");
    let (written, read) = (mount(""), mount(", readOnly: true"));
    // Rule, fields of the pods, of their container, severity in a Deployment and in a DaemonSet.
    let table = [
        ("k8s/host-network", "hostNetwork: true".to_owned(), String::new(), Warning, Note),
        ("k8s/host-pid", "hostPID: true".to_owned(), String::new(), Warning, Note),
        ("k8s/host-ipc", "hostIPC: true".to_owned(), String::new(), Warning, Note),
        ("k8s/host-port", "os: {}".to_owned(), "ports: [{hostPort: 80}]".to_owned(), Warning, Note),
        ("k8s/host-path-sensitive", volume("/etc"), written.clone(), Error, Warning),
        ("k8s/host-path-sensitive", volume("/etc"), read.clone(), Warning, Note),
        ("k8s/host-path-writable", volume("/srv"), written.clone(), Warning, Note),
        ("k8s/host-path-volume", volume("/srv"), read.clone(), Warning, Note),
        ("k8s/docker-sock-mounted", volume("/run/docker.sock"), read, Error, Error),
    ];
    for (rule, pod, container, usual, milder) in table {
        for (kind, namespace, expected) in [
            ("Deployment", "prod", usual),
            ("DaemonSet", "prod", milder),
            ("Pod", "kube-system", milder),
        ] {
            let text = manifest(kind, namespace, &pod, &container);
            assert_eq!(severities(rule, 37, &text), [expected], "{rule}: {text}");
        }
    }
}

#[test]
fn a_host_path_is_the_finding_of_one_rule() {
    let rules = [
        "k8s/docker-sock-mounted",
        "k8s/host-path-sensitive",
        "k8s/host-path-writable",
        "k8s/host-path-volume",
        "k8s/volume-type-not-core",
    ];
    for path in ["/run/docker.sock", "/", "/srv"] {
        for read_only in [true, false] {
            let pod = format!("volumes: [{{name: v, hostPath: {{path: {path}}}}}]");
            let mount =
                format!("volumeMounts: [{{name: v, mountPath: /v, readOnly: {read_only}}}]");
            let text = manifest("Deployment", "prod", &pod, &mount);
            let found: usize = rules.iter().map(|rule| severities(rule, 37, &text).len()).sum();
            assert_eq!(found, 1, "{text}");
        }
    }
}

#[test]
fn capabilities_differ() {
    // A capability, and how bad it is in pods with the users of their node and with their own.
    let table = [
        ("ALL", [Error, Warning]),
        ("CAP_SYS_ADMIN", [Error, Warning]),
        ("sys_module", [Error, Warning]),
        ("NET_ADMIN", [Warning, Note]),
        ("NET_RAW", [Warning, Note]),
        ("CHOWN", [Note, Note]),
    ];
    for (name, expected) in table {
        let container = format!("securityContext: {{capabilities: {{add: [{name}]}}}}");
        for (host_users, expected) in ["true", "false"].into_iter().zip(expected) {
            let pod = format!("hostUsers: {host_users}");
            let text = manifest("Deployment", "prod", &pod, &container);
            assert_eq!(severities("k8s/capabilities-add", 37, &text), [expected], "{text}");
        }
    }
}

#[test]
fn the_version_of_kubernetes_decides() {
    let unmasked = "securityContext: {procMount: Unmasked}";
    let sysctl = |name: &str| format!("securityContext: {{sysctls: [{{name: {name}}}]}}");
    // Rule, fields of the pods and of their container, version, severities.
    let table: [(&str, String, &str, u16, &[Severity]); 11] = [
        ("k8s/unsafe-proc-mount", "hostUsers: true".into(), unmasked, 29, &[Warning]),
        ("k8s/unsafe-proc-mount", "hostUsers: true".into(), unmasked, 30, &[Error]),
        ("k8s/unsafe-proc-mount", "hostUsers: false".into(), unmasked, 37, &[Note]),
        ("k8s/host-users", "hostUsers: true".into(), "", 32, &[]),
        ("k8s/host-users", "hostUsers: true".into(), "", 33, &[Note]),
        ("k8s/unsafe-sysctls", sysctl("net.ipv4.tcp_rmem"), "", 31, &[Warning]),
        ("k8s/unsafe-sysctls", sysctl("net.ipv4.tcp_rmem"), "", 32, &[]),
        ("k8s/unsafe-sysctls", sysctl("vm.max_map_count"), "", 37, &[Error]),
        ("k8s/run-as-user-zero", "securityContext: {runAsUser: 0}".into(), "", 37, &[Error]),
        ("k8s/apparmor-profile", "os: {}".into(), "", 37, &[Note]),
        (
            "k8s/apparmor-profile",
            "securityContext: {appArmorProfile: {type: Unconfined}}".into(),
            "",
            37,
            &[Warning],
        ),
    ];
    for (rule, pod, container, minor, expected) in table {
        let text = manifest("Deployment", "prod", &pod, container);
        assert_eq!(severities(rule, minor, &text), expected, "{rule} {minor}: {text}");
    }
}
