//! Holds the rules against every kind of workload: the table has manifests with nothing but a
//! container in them and the reliability rules that have something to say about it; the matrix has
//! every rule that says something about pods in which everything is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::format_collect
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::file::Files;
use agentcheck::rules::{Environment, Profile};

/// The rules of the table, with the letters that stand for them there.
const RULES: [(char, &str); 15] = [
    ('c', "k8s/cpu-limit-missing"),
    ('C', "k8s/cpu-request-missing"),
    ('m', "k8s/memory-limit-missing"),
    ('M', "k8s/memory-request-missing"),
    ('i', "k8s/image-tag-mutable"),
    ('l', "k8s/liveness-probe-missing"),
    ('r', "k8s/readiness-probe-missing"),
    ('n', "k8s/network-policy-missing"),
    ('1', "k8s/replicas-too-few"),
    ('b', "k8s/pdb-missing"),
    ('s', "k8s/selector-mismatch"),
    ('d', "k8s/service-dangling"),
    ('p', "k8s/naked-pod"),
    ('a', "k8s/default-service-account"),
    ('h', "k8s/hpa-missing"),
];

/// An object of that kind: `spec` are the fields of its spec, `pod` those of its pods' spec besides
/// a container that has only a name and an image. Its pods are labelled `app: web`.
fn manifest(version: &str, kind: &str, spec: &str, pod: &str) -> String {
    let pods = format!("{{{pod}containers: [{{name: api, image: acme/api}}]}}");
    let template = format!("template: {{metadata: {{labels: {{app: web}}}}, spec: {pods}}}");
    let spec = match kind {
        "Pod" => pods,
        "CronJob" => {
            format!("{{{spec}schedule: '@daily', jobTemplate: {{spec: {{{template}}}}}}}")
        }
        _ => format!("{{{spec}{template}}}"),
    };
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {spec}\n"
    )
}

/// The rules that report something.
fn rules_that_report(text: &str) -> BTreeSet<&'static str> {
    let files = Files::in_memory([("web.yaml", text)]);
    let settings = Settings::of(Profile::Optional, Environment::Production);
    let found = check(&files, &[Arc::new(settings)]);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    found.diagnostics.iter().map(|found| found.rule).collect()
}

/// The letters of the rules that report something, in the order of the table above.
fn reported(text: &str) -> String {
    let rules = rules_that_report(text);
    RULES.iter().filter(|(_, rule)| rules.contains(rule)).map(|(letter, _)| letter).collect()
}

const SELECT: &str = "selector: {matchLabels: {app: web}}, ";
const ONCE: &str = "restartPolicy: Never, ";

#[test]
fn each_rule_applies_where_it_makes_sense() {
    let select = |more: &str| format!("{SELECT}{more}");
    let three = select("replicas: 3, ");
    #[rustfmt::skip]
    let table = [
        // version, kind, fields of the spec, of the pods' spec, rules
        ("v1",                   "Pod",                   String::new(),                          "",   "cCmMilrnpa"),
        ("v1",                   "Pod",                   String::new(),                          ONCE, "cCmMina"),
        ("apps/v1",              "Deployment",            select(""),                             "",   "cCmMilrn1a"),
        ("apps/v1",              "Deployment",            three.clone(),                          "",   "cCmMilrnba"),
        ("apps/v1",              "Deployment",            select("replicas: 0, "),                "",   "cCmMilrna"),
        ("apps/v1",              "Deployment",            select("replicas: \"${N}\", "),         "",   "cCmMilrna"),
        ("extensions/v1beta1",   "Deployment",            three.clone(),                          "",   "cCmMilrnba"),
        ("apps/v1",              "Deployment",            SELECT.replace("web", "api"),           "",   "cCmMilrn1sa"),
        ("apps/v1",              "StatefulSet",           select("serviceName: web, "),           "",   "cCmMilrna"),
        ("apps/v1",              "StatefulSet",           three.clone(),                          "",   "cCmMilrnba"),
        ("apps/v1",              "DaemonSet",             select(""),                             "",   "cCmMilrna"),
        ("apps/v1",              "DaemonSet",             SELECT.replace("web", "api"),           "",   "cCmMilrnsa"),
        ("apps/v1",              "DaemonSet",             select(""),       "hostNetwork: true, ",      "cCmMilra"),
        ("apps/v1",              "ReplicaSet",            three.clone(),                          "",   "cCmMilrna"),
        ("v1",                   "ReplicationController", "selector: {app: web}, ".to_owned(),    "",   "cCmMilrna"),
        ("v1",                   "ReplicationController", "selector: {app: api}, ".to_owned(),    "",   "cCmMilrnsa"),
        ("batch/v1",             "Job",                   String::new(),                          ONCE, "cCmMina"),
        ("batch/v1",             "Job",                   format!("manualSelector: true, {}", SELECT.replace("web", "api")), ONCE, "cCmMinsa"),
        ("batch/v1",             "CronJob",               String::new(),                          ONCE, "cCmMina"),
        ("argoproj.io/v1alpha1", "Rollout",               select(""),                             "",   "cCmMilrn1a"),
        ("argoproj.io/v1alpha1", "Rollout",               three,                                  "",   "cCmMilrnba"),
        // Not a workload, although the kind is called like one.
        ("batch.volcano.sh/v1",  "Job",                   String::new(),                          ONCE, ""),
    ];
    let mut wrong = Vec::new();
    for (version, kind, spec, pod, expected) in &table {
        let text = manifest(version, kind, spec, pod);
        let found = reported(&text);
        if found != *expected {
            wrong.push(format!("{kind}: expected {expected}, reported {found}\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_patch_is_not_judged_as_a_workload() {
    let patch =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n";
    assert_eq!(reported(patch), "");
}

#[test]
fn a_rollout_that_borrows_its_template_answers_for_its_replicas_only() {
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\n\
                   spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    assert_eq!(reported(rollout), "1");
}

#[test]
fn a_service_asks_for_every_kind_of_pods() {
    let service = |app: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: {app}}}}}\n"
        )
    };
    for (version, kind) in [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("argoproj.io/v1alpha1", "Rollout"),
    ] {
        let text = manifest(version, kind, SELECT, "");
        let (served, dangling) =
            (reported(&(text.clone() + &service("web"))), reported(&(text + &service("api"))));
        assert!(!served.contains('d'), "{kind}");
        assert!(dangling.contains('d'), "{kind}");
        // Others cannot be scaled, or not without a thought for what each pod keeps.
        let scales = ["Deployment", "Rollout"].contains(&kind);
        assert_eq!(served.contains('h'), scales, "{kind}");
        assert!(!dangling.contains('h'), "{kind}");
    }
}

/// The spec of pods in which everything is wrong that a rule may look at.
const WORST: &str = "
hostNetwork: true
hostPID: true
hostIPC: true
shareProcessNamespace: true
serviceAccount: default
automountServiceAccountToken: true
terminationGracePeriodSeconds: 0
dnsConfig: {options: [{name: ndots, value: '5'}]}
securityContext:
  runAsUser: 0
  runAsGroup: 0
  fsGroup: 0
  supplementalGroups: [0]
  seccompProfile: {type: Unconfined}
  sysctls: [{name: kernel.msgmax, value: '65536'}]
topologySpreadConstraints:
- {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
volumes:
- {name: socket, hostPath: {path: /var/run/docker.sock}}
- {name: etc, hostPath: {path: /etc}}
- {name: shared, nfs: {server: nfs.acme.io, path: /}}
- {name: scratch, emptyDir: {}}
initContainers:
- name: migrate
  image: acme/migrate
  command: [sudo, migrate]
containers:
- name: api
  image: k8s.gcr.io/acme/api:latest
  imagePullPolicy: IfNotPresent
  command: [sh, -c, sudo serve]
  securityContext:
    privileged: true
    allowPrivilegeEscalation: true
    procMount: Unmasked
    capabilities: {add: [SYS_ADMIN, NET_RAW]}
  ports:
  - {containerPort: 22, hostPort: 22}
  - {name: metrics, containerPort: 9090}
  env:
  - {name: LOG_LEVEL, value: debug}
  - {name: LOG_FORMAT, value: text}
  - {name: API_KEY, value: s3cr3t-Qx7Lk2Vp9}
  - {name: API_KEY, value: s3cr3t-Qx7Lk2Vp9}
  - {name: TOKEN, valueFrom: {secretKeyRef: {name: web, key: token}}}
  resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {cpu: 2m}}
  volumeMounts:
  - {name: socket, mountPath: /var/run/docker.sock}
  - {name: etc, mountPath: /host/etc}
  - {name: shared, mountPath: /shared}
  - {name: scratch, mountPath: /scratch}
  livenessProbe: {httpGet: {path: /, port: 8080}, initialDelaySeconds: 600}
  readinessProbe: {httpGet: {path: /, port: 8080}, initialDelaySeconds: 600}
  lifecycle: {preStop: {exec: {command: [sleep, '60']}}}
- {name: bare, image: acme/bare}
";

/// An object of that kind with the worst of pods.
fn worst(version: &str, kind: &str) -> String {
    let indented =
        |by: &str| WORST.trim().lines().map(|line| format!("{by}{line}\n")).collect::<String>();
    let head = format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: default}}\nspec:\n"
    );
    let labels = "metadata: {labels: {app: web}}";
    let selector = match kind {
        "ReplicationController" => "  selector: {app: web}\n",
        _ => "  selector: {matchLabels: {app: web}}\n",
    };
    match kind {
        "Pod" => {
            head.replace("namespace: default}", "namespace: default, labels: {app: web}}")
                + &indented("  ")
        }
        "CronJob" => format!(
            "{head}  schedule: '@daily'\n  jobTemplate:\n    spec:\n      template:\n        {labels}\n        spec:\n          restartPolicy: Never\n{}",
            indented("          ")
        ),
        "Sandbox" | "SandboxTemplate" => {
            format!("{head}  podTemplate:\n    {labels}\n    spec:\n{}", indented("      "))
        }
        "Job" => format!(
            "{head}  template:\n    {labels}\n    spec:\n      restartPolicy: Never\n{}",
            indented("      ")
        ),
        _ => {
            let replicas = if kind == "DaemonSet" { "" } else { "  replicas: 3\n" };
            format!(
                "{head}{replicas}{selector}  template:\n    {labels}\n    spec:\n{}",
                indented("      ")
            )
        }
    }
}

#[test]
fn every_rule_knows_the_kinds_that_it_is_for() {
    const KINDS: [(&str, &str); 11] = [
        ("v1", "Pod"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("agents.x-k8s.io/v1alpha1", "Sandbox"),
        ("extensions.agents.x-k8s.io/v1alpha1", "SandboxTemplate"),
    ];
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\n\
                   spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n";
    let reported =
        KINDS.map(|(version, kind)| rules_that_report(&(worst(version, kind) + service)));
    let rules: BTreeSet<_> = reported.iter().flatten().copied().collect();
    let mut matrix = format!("{:44}", "");
    for (_, kind) in KINDS {
        matrix += &format!("{kind:>13.12}");
    }
    for rule in rules {
        matrix += &format!("\n{rule:44}");
        for of_kind in &reported {
            matrix += &format!("{:>13}", if of_kind.contains(rule) { "x" } else { "" });
        }
        matrix.truncate(matrix.trim_end().len());
    }
    insta::assert_snapshot!(matrix);
}
