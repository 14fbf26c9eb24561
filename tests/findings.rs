//! What findings say besides their lines, which the pages of the rules show: their words, how bad and how
//! sure they are, and whether they bring a fix.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::diagnostic::Confidence::{High, Low, Medium};
use agentcheck::diagnostic::Severity::{Error, Note, Warning};
use agentcheck::diagnostic::{Confidence, Diagnostic, Severity};
use agentcheck::file::Files;
use agentcheck::rules::{Environment, Profile, RULES};

/// What a rule finds in files.
fn found(rule: &str, texts: &[(&str, &str)]) -> Vec<Diagnostic> {
    assert!(RULES.iter().any(|it| it.id == rule), "{rule}");
    let files = Files::in_memory(texts.iter().copied());
    let settings = Arc::new(Settings::of(Profile::Optional, Environment::Production));
    let settings: Vec<_> = std::iter::repeat_n(settings, files.len()).collect();
    let found = check(&files, &settings);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    found.diagnostics.into_iter().filter(|it| it.rule == rule).collect()
}

/// The one finding of a rule in a file.
fn only(rule: &str, path: &str, text: &str) -> Diagnostic {
    let mut found = found(rule, &[(path, text)]);
    assert_eq!(found.len(), 1, "{rule}: {found:#?}\n{text}");
    found.remove(0)
}

fn message(rule: &str, path: &str, text: &str) -> String {
    only(rule, path, text).message
}

fn help(rule: &str, path: &str, text: &str) -> String {
    only(rule, path, text).help.expect("help").to_string()
}

fn weight(rule: &str, texts: &[(&str, &str)]) -> (Severity, Confidence) {
    let found = found(rule, texts);
    assert_eq!(found.len(), 1, "{rule}: {found:#?}\n{texts:?}");
    (found[0].severity, found[0].confidence)
}

/// A Deployment whose pods have those labels, and those fields of their spec.
fn deployment(name: &str, labels: &str, pods: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: acme}}\n\
         spec:\n  selector: {{matchLabels: {labels}}}\n  template:\n    metadata: {{labels: {labels}}}\n    \
         spec: {{{pods}}}\n---\n"
    )
}

const API: &str = "containers: [{name: api, image: 'acme/api:1.2.3'}]";

fn service(name: &str, selector: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: acme}}\n\
         spec: {{selector: {selector}, ports: [{{port: 80, targetPort: 4000}}]}}\n---\n"
    )
}

#[test]
fn rules_of_a_role_are_put_in_words() {
    let of = |rule: &str| {
        let role = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: a, namespace: acme}}\n\
             rules: [{{{rule}}}]\n"
        );
        message("k8s/rbac-wildcard", "role.yaml", &role)
    };
    assert_eq!(
        of("apiGroups: [''], resources: ['*'], verbs: [get]"),
        "Role `a` grants `get` on every resource of the core API group"
    );
    assert_eq!(
        of("apiGroups: [apps, batch], resources: ['*'], verbs: [get, list, watch]"),
        "Role `a` grants `get`, `list` and `watch` on every resource of API groups `apps` and `batch`"
    );
}

#[test]
fn times_are_told_in_their_largest_unit() {
    let of = |hold: &str| {
        let steps =
            format!("[{{setWeight: 1}}, {{pause: {{duration: {hold}}}}}, {{setWeight: 5}}]");
        let rollout = deployment("web", "{app: web}", API)
            .replace("apps/v1", "argoproj.io/v1alpha1")
            .replace("Deployment", "Rollout")
            .replace("spec:\n", &format!("spec:\n  strategy: {{canary: {{steps: {steps}}}}}\n"));
        message("k8s/rollout-canary-steps", "rollout.yaml", &rollout)
    };
    let expected =
        |time: &str| format!("the canary of Rollout `web` holds 1 % for {time}, instead of 1 hour");
    assert_eq!(of("10m"), expected("10 minutes"));
    assert_eq!(of("90s"), expected("90 seconds"));
}

#[test]
fn a_list_of_keys_is_cut_where_it_is_long() {
    let of = |keys: &str| {
        let pods = "containers: [{name: api, image: 'acme/api:1.2.3', env: [{name: A, \
                    valueFrom: {configMapKeyRef: {name: web, key: zone}}}]}]";
        let map = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web, namespace: acme}}\ndata: {{{keys}}}\n"
        );
        let text = deployment("web", "{app: web}", pods) + &map;
        let found = only("k8s/env-reference-missing", "web.yaml", &text);
        found.related[0].message.clone()
    };
    let eight = "a: x, b: x, c: x, d: x, e: x, f: x, g: x, h: x";
    let told = "its keys: `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`";
    assert_eq!(of(eight), told);
    assert_eq!(of(&format!("{eight}, i: x")), format!("{told}, and 1 more"));
}

#[test]
fn what_may_be_made_elsewhere_weighs_less() {
    let weight = |web: &str, other: &str| {
        weight("k8s/env-reference-missing", &[("web.yaml", &format!("{web}{other}"))])
    };
    let pods = "containers: [{name: api, image: 'acme/api:1.2.3', envFrom: \
                [{configMapRef: {name: settings}}]}]";
    let web = deployment("web", "{app: web}", pods);
    let map = |metadata: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{{metadata}}}\ndata: {{a: b}}\n")
    };
    // Others of its kind are beside it, so that this one is expected there too.
    assert_eq!(weight(&web, &map("name: other, namespace: acme")), (Error, Medium));
    // It is there, and certainly not where it is looked for.
    assert_eq!(weight(&web, &map("name: settings, namespace: shop")), (Error, Medium));
    // Where it lands is decided when it is applied.
    assert_eq!(weight(&web, &map("name: settings")), (Note, Low));
    let nowhere = web.replace(", namespace: acme", "");
    assert_eq!(weight(&nowhere, &map("name: settings, namespace: shop")), (Note, Low));
    assert_eq!(weight(&web, ""), (Note, Low));
}

#[test]
fn a_field_has_its_path_and_the_name_that_was_meant() {
    let rule = "k8s/schema-invalid";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {tls.crt: 4}\n";
    assert_eq!(
        message(rule, "map.yaml", map),
        "`data[\"tls.crt\"]` of ConfigMap `a` must be a string, not a number"
    );
    // Two slips are forgiven in a name of that length.
    let web = deployment("web", "{app: web}", &format!("{API}, contanres: []"));
    assert_eq!(help(rule, "web.yaml", &web), "did you mean `containers`?");
}

#[test]
fn a_selector_that_nearly_fits_says_what_was_meant() {
    let rule = "k8s/service-dangling";
    let web = deployment("web", "{app: web, tier: front}", API);
    let text = service("web", "{app: web, tier: fron}") + &web;
    assert_eq!(help(rule, "web.yaml", &text), "did you mean `tier: front`?");
    // Who leads is decided at run time.
    let text = service("web", "{app: web, role: leader}") + &web;
    assert_eq!(weight(rule, &[("web.yaml", &text)]), (Warning, Low));
    // What fits is elsewhere; without a namespace of its own it may land here.
    let api = deployment("api", "{app: api, tier: back}", API);
    let text = service("api", "{app: api, tier: back}") + &web;
    let shop = api.replace("namespace: acme", "namespace: shop");
    assert_eq!(weight(rule, &[("api.yaml", &(text.clone() + &shop))]), (Error, Medium));
    let nowhere = api.replace(", namespace: acme", "");
    assert_eq!(weight(rule, &[("api.yaml", &(text + &nowhere))]), (Warning, Low));
}

#[test]
fn what_another_namespace_may_have_weighs_less() {
    let monitor = "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: web, namespace: acme}\n\
                   spec: {selector: {matchLabels: {app: wep}}, podMetricsEndpoints: [{port: metrics}]}\n";
    let of = |namespace: &str| {
        let web = deployment("web", "{app: web}", API).replace("acme}", &format!("{namespace}}}"));
        weight("k8s/service-monitor-dangling", &[("web.yaml", &(web + monitor))])
    };
    assert_eq!(of("acme"), (Warning, Medium));
    assert_eq!(of("shop"), (Warning, Low));
}

#[test]
fn an_address_of_which_the_service_is_known_weighs_more() {
    let agent = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: agent, namespace: acme}\ndata:\n  \
                 litellm_config.yaml: |\n    model_list:\n      - model_name: local\n        \
                 litellm_params: {model: openai/qwen3, api_base: 'http://vllm:8000/v1'}\n---\n";
    let pods = "containers: [{name: agent, image: 'acme/agent:1.2.3', \
                volumeMounts: [{name: config, mountPath: /app/config}]}], \
                volumes: [{name: config, configMap: {name: agent}}]";
    let of = |service: &str| {
        let text = [agent, &deployment("agent", "{app: agent}", pods), service].concat();
        weight("agent/address-unanswered", &[("agent.yaml", &text)])
    };
    // It has no port 8000.
    assert_eq!(of(&service("vllm", "{app: vllm}")), (Error, Medium));
    assert_eq!(of(&service("other", "{app: other}")), (Note, Low));
}

#[test]
fn a_policy_that_cuts_off_names_the_port_of_the_pods() {
    let agent = "containers: [{name: agent, image: 'acme/agent:1.2.3', \
                 env: [{name: BASE_URL, value: 'http://litellm:80/v1'}]}]";
    let model = "containers: [{name: litellm, image: 'acme/litellm:1.2.3', ports: [{containerPort: 4000}]}]";
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
                  metadata: {name: agent, namespace: acme}\nspec:\n  podSelector: {matchLabels: {app: agent}}\n  \
                  policyTypes: [Egress]\n  egress:\n    - to: [{podSelector: {matchLabels: {app: litellm}}}]\n      \
                  ports: [{port: 80}]\n";
    let text = [
        &deployment("agent", "{app: agent}", agent),
        &deployment("litellm", "{app: litellm}", model),
        &service("litellm", "{app: litellm}"),
        policy,
    ];
    assert_eq!(
        help("k8s/network-policy-cuts-off-dependency", "agent.yaml", &text.concat()),
        "a policy sees the port of the pods: port 4000, and not that of Service `litellm`"
    );
}

#[test]
fn names_are_not_resolved_by_neighbours() {
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
                  metadata: {name: web, namespace: acme}\nspec:\n  podSelector: {matchLabels: {app: web}}\n  \
                  policyTypes: [Egress]\n  egress:\n    - to: [{podSelector: {}}]\n      \
                  ports: [{port: 53, protocol: UDP}]\n";
    let text = deployment("web", "{app: web}", API) + policy;
    assert_eq!(
        message("k8s/network-policy-egress-without-dns", "web.yaml", &text),
        "the pods of Deployment `web` may reach port 53 of pods in their own namespace only"
    );
}

#[test]
fn types_that_are_not_named_stay_so() {
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
                  metadata: {name: web, namespace: acme}\nspec:\n  podSelector: {matchLabels: {app: web}}\n  \
                  policyTypes: []\n  ingress: [{from: [{podSelector: {}}]}]\n";
    let found = only("k8s/network-policy-one-sided", "web.yaml", policy);
    // Rules for egress say by themselves that it is governed.
    let texts: Vec<_> = found.fix.expect("a fix").edits.into_iter().map(|it| it.text).collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("egress:"), "{texts:?}");
}

#[test]
fn an_old_version_says_what_takes_its_place() {
    let of = |version: &str, kind: &str| {
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n");
        help("k8s/api-version-deprecated", "old.yaml", &text)
    };
    assert_eq!(of("batch/v1beta1", "CronJob"), "use `batch/v1`, which has the same fields");
    assert_eq!(
        of("policy/v1beta1", "PodSecurityPolicy"),
        "label the namespaces for Pod Security Admission instead: pod-security.kubernetes.io/enforce"
    );
}

#[test]
fn compose_says_how_a_value_is_written() {
    let of = |field: &str| {
        let compose = format!("services:\n  api:\n    image: acme/api:1.2.3\n    {field}\n");
        help("compose/schema-invalid", "compose.yaml", &compose)
    };
    assert_eq!(of("restart: false"), "put the value in quotes");
    assert_eq!(of("restart: sometimes"), "Compose refuses the file");
    assert_eq!(
        of("mem_limit: 512Mi"),
        "Kubernetes writes it so; Compose wants `512m`, `512mb` or `512mib`"
    );
    assert_eq!(of("mem_limit: 512x"), "Compose refuses the file");
}

#[test]
fn short_names_are_no_slips() {
    let rule = "docker/copy-from-unknown-stage";
    let copy = |from: &str| {
        let text = format!("FROM node:24 AS app\nFROM node:24\nCOPY --from={from} /a /b\n");
        message(rule, "Dockerfile", &text)
    };
    assert_eq!(copy("apq"), "no stage is called `apq`; did you mean `app`?");
    assert_eq!(copy("ap"), "no stage is called `ap`, so the builder takes it for an image");
    let uses = |name: &str| format!("FROM acme/base:1\nARG PATHS=/srv\nWORKDIR /app/${name}\n");
    let rule = "docker/undefined-variable";
    assert_eq!(found(rule, &[("Dockerfile", &uses("PATHZ"))]).len(), 1);
    assert_eq!(found(rule, &[("Dockerfile", &uses("PATS"))]).len(), 0);
    let path = |name: &str| format!("FROM acme/base:1\nENV PATH=${name}:/srv/bin\n");
    assert_eq!(found(rule, &[("Dockerfile", &path("PAHT"))]).len(), 1);
    assert_eq!(found(rule, &[("Dockerfile", &path("PATH"))]).len(), 0);
}

#[test]
fn an_image_of_which_the_user_is_known_is_certain() {
    let rule = "docker/user-missing";
    let of = |base: &str| weight(rule, &[("Dockerfile", &format!("FROM {base}\nCMD [\"a\"]\n"))]);
    assert_eq!(of("python:3.13"), (Warning, High));
    assert_eq!(of("acme/base:1.2.3"), (Warning, Medium));
}

#[test]
fn versions_of_other_managers_are_other_rules() {
    let dockerfile = "FROM debian:13\nRUN apt-get install -y curl\nRUN npm install -g yarn\n\
                      RUN pip install flask\nRUN dnf install -y httpd\n";
    let found = only("docker/package-pin-versions-other", "Dockerfile", dockerfile);
    assert_eq!(found.message, "`dnf install` gets `httpd` without a version in stage 1");
}

#[test]
fn what_configures_no_agent_is_called_what_it_is() {
    let collector = "receivers:\n  otlp: {protocols: {grpc: {endpoint: 'localhost:4317'}}}\nexporters:\n  \
                     debug: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug]}\n";
    let found = only("agent/collector-memory-unlimited", "otel.yaml", collector);
    assert_eq!(found.subject.expect("a subject").kind, "collector");
}

#[test]
fn a_pool_says_whose_it_is() {
    let agent = "[agent.memory.cache]\nenabled = true\nhost = \"redis\"\nmax_connections = 0\n";
    assert_eq!(
        message("agent/connection-pool-unbounded", "agent.toml", agent),
        "connections to the memory cache have no bound to speak of: `max_connections` is `0`"
    );
}

#[test]
fn memory_that_is_all_promised_is_an_error() {
    let of = |size: u32| {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: api, image: 'node:24', \
             command: [node, --max-old-space-size={size}, server.js], resources: {{limits: {{memory: 512Mi}}}}}}]}}\n"
        );
        weight("k8s/memory-setting-beyond-limit", &[("pod.yaml", &pod)])
    };
    assert_eq!(of(500), (Warning, High));
    assert_eq!(of(512), (Error, High));
}

#[test]
fn any_site_may_call_is_worse_where_nobody_is_asked() {
    let compose = "services:\n  agent:\n    image: ghcr.io/acme/agent:1.2.3\n    ports: ['8080:8080']\n    \
                   volumes: ['./agent.toml:/app/agent.toml:ro']\n";
    let of = |asked: bool| {
        let agent = format!(
            "[agent.security]\nrequire_authentication = {asked}\nallowed_origins = ['*']\n"
        );
        weight("agent/cors-any-origin", &[("agent.toml", &agent), ("compose.yaml", compose)])
    };
    assert_eq!(of(true), (Warning, High));
    assert_eq!(of(false), (Error, High));
}

#[test]
fn another_program_may_be_beside_an_agent_in_a_pod() {
    let rule = "agent/localhost-dependency";
    let agent = "llm_type: openai\nllm_url: http://localhost:11434/v1\nagents: []\n";
    assert_eq!(weight(rule, &[("config.yml", agent)]), (Warning, Medium));
    let lines = agent.replace('\n', "\n    ");
    let map = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: agent}}\ndata:\n  config.yml: |\n    {lines}"
    );
    assert_eq!(weight(rule, &[("map.yaml", map.trim_end())]), (Warning, Low));
}

#[test]
fn a_fix_is_offered_where_it_works() {
    let offers = |rule: &str, dockerfile: &str| only(rule, "Dockerfile", dockerfile).fix.is_some();
    let rule = "docker/exec-form-required";
    assert!(offers(rule, "FROM debian:12\nCMD node server.js\n"));
    // There is no one program to hand over to.
    assert!(!offers(rule, "FROM debian:12\nCMD cd /app && node server.js\n"));
    let rule = "docker/add-for-archives";
    let unpacked = |rest: &str| {
        format!(
            "FROM debian:13\nCOPY a.tgz /tmp/\nRUN tar -xzf /tmp/a.tgz -C /opt && rm /tmp/a.tgz{rest}\n"
        )
    };
    assert!(offers(rule, &unpacked("")));
    // What else goes would stay.
    assert!(!offers(rule, &unpacked(" /etc/motd")));
    let rule = "docker/build-cache-mounts";
    let pip = |user: &str| format!("FROM python:3.12\nUSER {user}\nRUN pip install -r a.txt\n");
    assert!(offers(rule, &pip("root")));
    // Whose folder the cache would be in is not known.
    assert!(!offers(rule, &pip("app")));
    let rule = "docker/package-update-alone";
    assert!(offers(rule, "FROM alpine:3.22\nRUN apk update\nRUN apk add curl\n"));
    let installs = |count: usize| {
        "FROM debian:12\nRUN apt-get update\n".to_owned()
            + &"RUN apt-get install -y curl\n".repeat(count)
    };
    assert!(offers(rule, &installs(32)));
    // Not all of the steps would be looked at.
    assert!(!offers(rule, &installs(33)));
}

#[test]
fn only_defaults_without_a_dash_get_one() {
    let collector = "receivers:\n  otlp: {protocols: {grpc: {endpoint: 'localhost:4317'}}}\nexporters:\n  \
                     otlphttp: {endpoint: 'https://${env:HOST:traces}.acme.io:${env:PORT:-4318}/${env:TENANT}:a'}\n\
                     service:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlphttp]}\n";
    let found = only("agent/collector-default-without-dash", "otel.yaml", collector);
    let edits = &found.fix.expect("a fix").edits;
    assert_eq!(
        edits[0].text.trim_matches('\''),
        "https://${env:HOST:-traces}.acme.io:${env:PORT:-4318}/${env:TENANT}:a"
    );
}

#[test]
fn a_dockerfile_may_begin_with_a_byte_order_mark() {
    only("docker/image-tag-missing", "Dockerfile", "\u{feff}FROM debian\nRUN make\n");
}

#[test]
fn a_program_is_called_by_what_makes_it_one() {
    let text = "FROM debian:13\nCOPY --chown=app:app entrypoint.sh /\nUSER app\n";
    let found = message("docker/copy-chown-executable", "Dockerfile", text);
    assert!(found.contains("the program `entrypoint.sh`"), "{found}");
    let text = "FROM debian:13\nRUN install -m777 a /x\n";
    let found = message("docker/world-writable-chmod", "Dockerfile", text);
    assert!(found.ends_with("write to `/x`"), "{found}");
}
