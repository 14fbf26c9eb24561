//! Projects of any size to measure with: the same on every machine and in every run.
//!
//! Their texts are those of the fixtures (and of other projects, where somebody has some), under
//! other names and in other namespaces, mixed with texts of the shapes that large repositories
//! are made of: many small manifests, long bundles of many documents, huge custom resource
//! definitions. Nothing depends on the clock or on chance.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a corpus is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Kubernetes manifests: about 6 KB a file on average, from 100 bytes to several MB.
    Manifests,
    /// Dockerfiles: about 2 KB a file.
    Dockerfiles,
    /// Sources of many services, among which one file in a hundred is of interest.
    Monorepo,
    /// Manifests with a hundred findings and more each; the number counts workloads.
    Findings,
    /// Sources, configurations and logs to search for credentials; the number counts megabytes.
    Secrets,
    /// Configurations of agents, with the Compose files beside them.
    Agents,
}

impl Kind {
    /// Every kind, with its name on command lines and its usual size.
    pub(crate) const ALL: [(&'static str, Kind, usize); 6] = [
        ("manifests", Kind::Manifests, 9_000),
        ("dockerfiles", Kind::Dockerfiles, 4_000),
        ("monorepo", Kind::Monorepo, 75_000),
        ("findings", Kind::Findings, 700),
        ("secrets", Kind::Secrets, 100),
        ("agents", Kind::Agents, 1_000),
    ];
}

/// Writes a corpus of that size below a folder, and tells how many files and bytes it has. Its texts
/// are those of the fixtures and, if there are any, those below the folder `samples`.
pub(crate) fn write(
    kind: Kind,
    folder: &Path,
    size: usize,
    samples: Option<&Path>,
) -> io::Result<(usize, usize)> {
    let mut corpus = Corpus { folder: folder.to_owned(), files: 0, bytes: 0 };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let texts = Texts::gather([Some(fixtures.as_path()), samples])?;
    match kind {
        Kind::Manifests => manifests(&mut corpus, &texts, size)?,
        Kind::Dockerfiles => dockerfiles(&mut corpus, &texts, size)?,
        Kind::Monorepo => monorepo(&mut corpus, &texts, size)?,
        Kind::Findings => findings(&mut corpus, size)?,
        Kind::Secrets => secrets(&mut corpus, size)?,
        Kind::Agents => agents(&mut corpus, &texts, size)?,
    }
    Ok((corpus.files, corpus.bytes))
}

/// What was written so far.
struct Corpus {
    folder: PathBuf,
    files: usize,
    bytes: usize,
}

impl Corpus {
    fn put(&mut self, path: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        self.files += 1;
        self.bytes += text.len();
        fs::write(path, text)
    }
}

/// The generator of numbers called splitmix64.
struct Dice(u64);

impl Dice {
    fn of(seed: usize) -> Self {
        Dice((seed as u64).wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below another.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % (end.max(1) as u64)).unwrap_or_default()
    }

    fn between(&mut self, start: usize, end: usize) -> usize {
        start + self.below(end - start)
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all.get(self.below(all.len())).copied().unwrap_or_default()
    }

    /// That many words, as a sentence.
    fn prose(&mut self, words: usize) -> String {
        let mut text = String::new();
        for index in 0..words {
            if index > 0 {
                text.push(' ');
            }
            text.push_str(self.pick(&WORDS));
        }
        text.push('.');
        text
    }

    fn hex(&mut self, digits: usize) -> String {
        (0..digits).filter_map(|_| char::from_digit((self.roll() % 16) as u32, 16)).collect()
    }
}

const WORDS: [&str; 64] = [
    "the",
    "service",
    "of",
    "a",
    "request",
    "is",
    "retried",
    "when",
    "upstream",
    "answers",
    "late",
    "and",
    "orders",
    "are",
    "kept",
    "until",
    "queue",
    "drains",
    "this",
    "value",
    "must",
    "match",
    "what",
    "gateway",
    "expects",
    "see",
    "runbook",
    "before",
    "changing",
    "it",
    "in",
    "production",
    "only",
    "field",
    "sets",
    "name",
    "selector",
    "which",
    "controller",
    "reconciles",
    "status",
    "defaults",
    "to",
    "empty",
    "list",
    "immutable",
    "once",
    "created",
    "number",
    "seconds",
    "after",
    "probe",
    "times",
    "out",
    "minimum",
    "maximum",
    "replicas",
    "ignored",
    "if",
    "unset",
    "per",
    "namespace",
    "label",
    "object",
];
const TEAMS: [&str; 16] = [
    "billing",
    "search",
    "returns",
    "catalogue",
    "identity",
    "shipping",
    "payments",
    "support",
    "pricing",
    "fraud",
    "media",
    "ledger",
    "partner",
    "growth",
    "mobile",
    "platform",
];
const ROLES: [&str; 20] = [
    "api",
    "worker",
    "gateway",
    "agent",
    "scheduler",
    "consumer",
    "indexer",
    "planner",
    "cache",
    "notifier",
    "exporter",
    "ingest",
    "router",
    "retriever",
    "evaluator",
    "frontend",
    "bridge",
    "sync",
    "mailer",
    "audit",
];
const BIRDS: [&str; 24] = [
    "kestrel", "heron", "wren", "plover", "curlew", "dunlin", "egret", "finch", "godwit",
    "harrier", "ibis", "jackdaw", "knot", "lapwing", "merlin", "nuthatch", "osprey", "petrel",
    "quail", "robin", "siskin", "teal", "whimbrel", "yaffle",
];

/// Texts of real projects.
struct Texts {
    /// Manifests that belong together, by the names of their files.
    manifests: Vec<Vec<(String, String)>>,
    dockerfiles: Vec<String>,
    compose: Vec<String>,
    /// Configurations of agents: the names that make them what they are, and their texts.
    agents: Vec<(String, String)>,
    /// Anything else.
    sources: Vec<(String, String)>,
}

impl Texts {
    fn gather(folders: [Option<&Path>; 2]) -> io::Result<Self> {
        let mut files = Vec::new();
        for folder in folders.into_iter().flatten().filter(|folder| folder.is_dir()) {
            list(folder, &mut files)?;
        }
        let mut texts = Texts {
            manifests: Vec::new(),
            dockerfiles: Vec::new(),
            compose: Vec::new(),
            agents: Vec::new(),
            sources: Vec::new(),
        };
        let mut last = PathBuf::new();
        for path in files {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_yaml = has_ending(&name, &["yaml", "yml"]);
            if name.to_lowercase().contains("dockerfile") {
                texts.dockerfiles.push(text);
            } else if is_yaml && text.lines().any(|line| line.starts_with("services:")) {
                texts.compose.push(text);
            } else if is_yaml && text.lines().any(|line| line.starts_with("apiVersion:")) {
                let folder = path.parent().unwrap_or(&path);
                if last != folder {
                    texts.manifests.push(Vec::new());
                    folder.clone_into(&mut last);
                }
                if let Some(set) = texts.manifests.last_mut() {
                    set.push((name, text));
                }
            } else if is_yaml || has_ending(&name, &["toml", "json"]) {
                texts.agents.push((name, text));
            } else if !text.is_empty() && !name.starts_with('.') && name.contains('.') {
                texts.sources.push((name, text));
            }
        }
        Ok(texts)
    }
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

/// Every file below a folder, in the order of the paths.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The texts of a set under other names: objects get an ending, and all of them one namespace.
fn renamed(set: &[(String, String)], namespace: &str, ending: &str) -> Vec<(String, String)> {
    let mut names: Vec<&str> = Vec::new();
    for (_, text) in set {
        let mut before = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("  name: ").filter(|_| before == "metadata:")
                && !names.contains(&name)
            {
                names.push(name);
            }
            before = line;
        }
    }
    let rename = |text: &str| {
        let mut changed = String::with_capacity(text.len() + text.len() / 16);
        for line in text.lines() {
            let start = line.rfind([' ', ':']).map_or(0, |at| at + 1);
            let (lead, word) = line.split_at(start);
            if lead.trim_start().starts_with("namespace:") {
                changed.push_str(lead);
                changed.push_str(namespace);
            } else {
                changed.push_str(line);
                let bare = word.trim_end_matches([',', '}', ']', ')']);
                if names.contains(&bare) && !lead.trim_start().starts_with('#') {
                    changed.truncate(changed.len() - (word.len() - bare.len()));
                    changed.push_str(ending);
                    changed.push_str(word.strip_prefix(bare).unwrap_or_default());
                }
            }
            changed.push('\n');
        }
        changed
    };
    set.iter().map(|(name, text)| (name.clone(), rename(text))).collect()
}

// ---------------------------------------------------------------------------------------------
// Kubernetes

fn manifests(corpus: &mut Corpus, texts: &Texts, size: usize) -> io::Result<()> {
    let mut dice = Dice::of(1);
    let mut app = 0;
    // In every 1,800 files: one huge definition, 12 large ones, 24 bundles.
    let (mut huge, mut large, mut bundles) = (900, 75, 38);
    while corpus.files < size {
        let left = size - corpus.files;
        let team = dice.pick(&TEAMS);
        app += 1;
        if corpus.files >= huge {
            huge += 1_800;
            let text = definition(&mut dice, app, 2_600_000);
            corpus.put(&format!("crds/{team}-{app}-all.yaml"), &text)?;
        }
        if corpus.files >= large {
            large += 150;
            let bytes = dice.between(15_000, 200_000);
            corpus.put(&format!("crds/{team}-{app}.yaml"), &definition(&mut dice, app, bytes))?;
        }
        if corpus.files >= bundles {
            bundles += 75;
            let documents = dice.between(40, 160);
            let text = bundle(&mut dice, team, app, documents);
            corpus.put(&format!("vendor/{team}-{app}/install.yaml"), &text)?;
        }
        // Small teams have a namespace for each service, large ones one for all.
        let namespace = match app % 3 {
            0 => format!("{team}-{}", dice.pick(&["prod", "eu", "us", "core"])),
            _ => format!("{team}-{}-{}", dice.pick(&BIRDS), app / 16),
        };
        let files = if app % 6 == 0 && !texts.manifests.is_empty() {
            let set = texts.manifests.get(app / 6 % texts.manifests.len());
            renamed(set.map_or(&[], Vec::as_slice), &namespace, &format!("-{app}"))
        } else {
            application(&mut dice, team, &namespace, app)
        };
        let left = left.min(size.saturating_sub(corpus.files));
        for (name, text) in files.into_iter().take(left) {
            corpus.put(&format!("apps/{team}/{app}/{name}"), &text)?;
        }
    }
    Ok(())
}

/// The manifests of one service, one object or some to a file.
fn application(dice: &mut Dice, team: &str, namespace: &str, app: usize) -> Vec<(String, String)> {
    let role = dice.pick(&ROLES);
    let name = format!("{}-{role}-{app}", dice.pick(&BIRDS));
    let mut files = Vec::new();
    let mut put = |file: &str, text: String| files.push((file.to_owned(), text));
    put("deployment.yaml", workload(dice, &name, namespace, team));
    put("service.yaml", service(dice, &name, namespace));
    if !dice.one_in(3) {
        put("configmap.yaml", configuration(dice, &name, namespace));
    }
    if !dice.one_in(3) {
        put("networkpolicy.yaml", network_policy(dice, &name, namespace));
    }
    if dice.one_in(2) {
        put("pdb.yaml", budget(dice, &name, namespace));
    }
    if dice.one_in(2) {
        put("hpa.yaml", autoscaler(dice, &name, namespace));
    }
    if dice.one_in(3) {
        put("ingress.yaml", ingress(dice, &name, namespace));
    }
    if dice.one_in(2) {
        put("rbac.yaml", rbac(dice, &name, namespace));
    }
    if dice.one_in(4) {
        put("cronjob.yaml", cronjob(dice, &name, namespace));
    }
    if dice.one_in(6) {
        put(
            "namespace.yaml",
            format!(
                "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {namespace}\n  labels:\n    team: {team}\n    pod-security.kubernetes.io/enforce: {}\n",
                dice.pick(&["restricted", "baseline", "privileged"])
            ),
        );
    }
    if dice.one_in(5) {
        put("alerts.yaml", alerts(dice, &name, namespace));
    }
    if dice.one_in(8) {
        let mut text = format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: {namespace}\nresources:\n"
        );
        for (file, _) in &files {
            let _ = writeln!(text, "  - {file}");
        }
        files.push(("kustomization.yaml".to_owned(), text));
    }
    files
}

fn head(api: &str, kind: &str, name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  labels:\n    app.kubernetes.io/name: {name}\n    app.kubernetes.io/part-of: {namespace}\n"
    )
}

fn workload(dice: &mut Dice, name: &str, namespace: &str, team: &str) -> String {
    let kind = match dice.below(10) {
        0 => "StatefulSet",
        1 => "DaemonSet",
        _ => "Deployment",
    };
    let mut text = String::new();
    for _ in 0..dice.below(4) {
        let _ = writeln!(text, "# {}", {
            let n = dice.between(6, 16);
            dice.prose(n)
        });
    }
    text.push_str(&head("apps/v1", kind, name, namespace));
    let _ = writeln!(
        text,
        "  annotations:\n    team: {team}\n    deploy/revision: \"{}\"",
        dice.hex(12)
    );
    text.push_str("spec:\n");
    if kind != "DaemonSet" {
        let _ = writeln!(text, "  replicas: {}", dice.between(1, 6));
    }
    if kind == "StatefulSet" {
        let _ = writeln!(text, "  serviceName: {name}");
    }
    let _ = write!(
        text,
        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: {name}\n        app.kubernetes.io/part-of: {namespace}\n        team: {team}\n"
    );
    if dice.one_in(2) {
        text.push_str("      annotations:\n        prometheus.io/scrape: \"true\"\n        prometheus.io/port: \"9090\"\n");
    }
    pod(dice, &mut text, name, "    ");
    text
}

/// The specification of a pod below that indentation.
fn pod(dice: &mut Dice, text: &mut String, name: &str, indent: &str) {
    let mut line = |line: &str| {
        text.push_str(indent);
        text.push_str(line);
        text.push('\n');
    };
    line("spec:");
    if dice.one_in(2) {
        line(&format!("  serviceAccountName: {name}"));
    }
    if !dice.one_in(3) {
        line("  automountServiceAccountToken: false");
    }
    if !dice.one_in(3) {
        line("  securityContext:");
        line("    runAsNonRoot: true");
        line("    runAsUser: 10001");
        line("    seccompProfile:");
        line("      type: RuntimeDefault");
    }
    if dice.one_in(2) {
        line("  topologySpreadConstraints:");
        line("    - maxSkew: 1");
        line("      topologyKey: topology.kubernetes.io/zone");
        line("      whenUnsatisfiable: ScheduleAnyway");
        line("      labelSelector:");
        line("        matchLabels:");
        line(&format!("          app.kubernetes.io/name: {name}"));
    }
    if dice.one_in(2) {
        line(&format!("  terminationGracePeriodSeconds: {}", dice.between(20, 90)));
    }
    if dice.one_in(4) {
        line("  initContainers:");
        line("    - name: migrate");
        line(&format!("      image: registry.acme.test/{name}/migrate:1.{}.0", dice.below(30)));
        line("      command: [\"python\", \"-m\", \"migrate\", \"--wait\"]");
        line(&format!("      envFrom: [{{configMapRef: {{name: {name}}}}}]"));
    }
    line("  containers:");
    for index in 0..=usize::from(dice.one_in(4)) {
        container(dice, text, name, index, indent);
    }
    let mut line = |line: &str| {
        text.push_str(indent);
        text.push_str(line);
        text.push('\n');
    };
    line("  volumes:");
    line("    - name: tmp");
    line("      emptyDir: {sizeLimit: 64Mi}");
    line("    - name: config");
    line("      configMap:");
    line(&format!("        name: {name}"));
}

/// One container of a pod below that indentation.
fn container(dice: &mut Dice, text: &mut String, name: &str, index: usize, indent: &str) {
    let mut line = |line: &str| {
        text.push_str(indent);
        text.push_str(line);
        text.push('\n');
    };
    let of = if index == 0 { "app" } else { "proxy" };
    line(&format!("    - name: {of}"));
    let tag = match dice.below(8) {
        0 => String::new(),
        1 => ":latest".to_owned(),
        2 => format!("@sha256:{}", dice.hex(64)),
        _ => format!(":{}.{}.{}", dice.below(5), dice.below(30), dice.below(9)),
    };
    line(&format!("      image: registry.acme.test/{name}/{of}{tag}"));
    if dice.one_in(3) {
        line("      imagePullPolicy: IfNotPresent");
    }
    if dice.one_in(3) {
        line("      args:");
        line("        - --listen=0.0.0.0:8080");
        line(&format!("        - --workers={}", dice.between(1, 16)));
    }
    line("      ports:");
    line("        - name: http");
    line(&format!("          containerPort: {}", 8080 + index));
    line("        - {name: metrics, containerPort: 9090}");
    line("      env:");
    for _ in 0..dice.between(2, 14) {
        let key = format!("{}_{}", dice.pick(&TEAMS), dice.pick(&ROLES)).to_uppercase();
        line(&format!(
            "        - name: {key}_{}",
            dice.pick(&["URL", "TIMEOUT", "MODE", "HOST", "TOKEN"])
        ));
        match dice.below(5) {
            0 => {
                line("          valueFrom:");
                line("            secretKeyRef:");
                line(&format!("              name: {name}"));
                line(&format!("              key: {}", key.to_lowercase()));
            }
            1 => line(&format!("          value: \"{}\"", dice.between(1, 9_000))),
            2 => line(&format!(
                "          value: http://{}.{}.svc:8080/v1",
                dice.pick(&ROLES),
                dice.pick(&TEAMS)
            )),
            _ => line(&format!("          value: {}", dice.pick(&BIRDS))),
        }
    }
    if !dice.one_in(4) {
        line("      readinessProbe:");
        line("        httpGet:");
        line("          path: /healthz/ready");
        line("          port: http");
        line(&format!("        periodSeconds: {}", dice.between(3, 20)));
    }
    if !dice.one_in(3) {
        line("      livenessProbe:");
        line("        httpGet: {path: /healthz/live, port: http}");
        line(&format!("        initialDelaySeconds: {}", dice.between(3, 20)));
    }
    if !dice.one_in(5) {
        line("      resources:");
        line("        requests:");
        line(&format!("          cpu: {}m", dice.between(1, 20) * 50));
        line(&format!("          memory: {}Mi", dice.between(1, 16) * 64));
        if !dice.one_in(4) {
            line("        limits:");
            line(&format!("          memory: {}Gi", dice.between(1, 4)));
        }
    }
    if !dice.one_in(3) {
        line("      securityContext:");
        line("        allowPrivilegeEscalation: false");
        line("        readOnlyRootFilesystem: true");
        line("        capabilities:");
        line("          drop: [\"ALL\"]");
    }
    line("      volumeMounts:");
    line("        - name: tmp");
    line("          mountPath: /tmp");
    line("        - name: config");
    line(&format!("          mountPath: /etc/{name}"));
    line("          readOnly: true");
}

fn service(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("v1", "Service", name, namespace);
    let kind = if dice.one_in(8) { "LoadBalancer" } else { "ClusterIP" };
    let _ = write!(
        text,
        "spec:\n  type: {kind}\n  selector:\n    app.kubernetes.io/name: {name}\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n      protocol: TCP\n    - name: metrics\n      port: 9090\n      targetPort: metrics\n"
    );
    text
}

fn configuration(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("v1", "ConfigMap", name, namespace);
    text.push_str("data:\n");
    for _ in 0..dice.between(2, 30) {
        let key = format!("{}_{}_{}", dice.pick(&TEAMS), dice.pick(&ROLES), dice.pick(&BIRDS));
        let _ = match dice.below(4) {
            0 => writeln!(text, "  {}: \"{}\"", key.to_uppercase(), dice.below(100_000)),
            1 => writeln!(
                text,
                "  {}: https://{}.acme.test/{}",
                key.to_uppercase(),
                dice.pick(&ROLES),
                dice.hex(6)
            ),
            2 => writeln!(text, "  {}: \"{}\"", key.to_uppercase(), dice.pick(&["true", "false"])),
            _ => writeln!(text, "  {}: {}", key.to_uppercase(), dice.prose(4)),
        };
    }
    if dice.one_in(3) {
        text.push_str("  application.properties: |\n");
        for _ in 0..dice.between(10, 150) {
            let _ = writeln!(
                text,
                "    {}.{}.{}={}",
                dice.pick(&TEAMS),
                dice.pick(&ROLES),
                dice.pick(&BIRDS),
                dice.below(10_000)
            );
        }
    }
    if dice.one_in(4) {
        text.push_str("  prompt.md: |\n");
        for _ in 0..dice.between(8, 80) {
            let _ = writeln!(text, "    {}", dice.prose(12));
        }
    }
    if dice.one_in(5) {
        text.push_str("  settings.json: |\n    {\n");
        for index in 0..dice.between(5, 60) {
            let _ = writeln!(
                text,
                "      \"{}{index}\": {{\"enabled\": true, \"weight\": {}}},",
                dice.pick(&BIRDS),
                dice.below(100)
            );
        }
        text.push_str("      \"last\": null\n    }\n");
    }
    if dice.one_in(8) {
        text.push_str("  start.sh: |\n    #!/bin/sh\n    set -eu\n");
        for _ in 0..dice.between(5, 40) {
            let _ = writeln!(
                text,
                "    {} --{} \"${{{}:-{}}}\"",
                dice.pick(&["curl -fsS", "echo", "exec", "python -m app"]),
                dice.pick(&BIRDS),
                dice.pick(&ROLES).to_uppercase(),
                dice.below(50)
            );
        }
    }
    text
}

fn network_policy(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("networking.k8s.io/v1", "NetworkPolicy", name, namespace);
    let _ = write!(
        text,
        "spec:\n  podSelector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n  policyTypes: [Ingress, Egress]\n  ingress:\n    - from:\n        - podSelector:\n            matchExpressions:\n              - {{key: team, operator: In, values: [{}, {}]}}\n      ports:\n        - {{port: http, protocol: TCP}}\n  egress:\n    - to:\n        - namespaceSelector:\n            matchLabels: {{kubernetes.io/metadata.name: kube-system}}\n      ports:\n        - {{port: 53, protocol: UDP}}\n",
        dice.pick(&TEAMS),
        dice.pick(&TEAMS)
    );
    for _ in 0..dice.below(4) {
        let _ = write!(
            text,
            "    - to:\n        - ipBlock:\n            cidr: 10.{}.0.0/16\n      ports:\n        - port: {}\n",
            dice.below(250),
            dice.between(1_000, 9_000)
        );
    }
    text
}

fn budget(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("policy/v1", "PodDisruptionBudget", name, namespace);
    let limit = dice.pick(&["minAvailable: 1", "maxUnavailable: 1", "maxUnavailable: 25%"]);
    let _ = write!(
        text,
        "spec:\n  {limit}\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n"
    );
    text
}

fn autoscaler(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("autoscaling/v2", "HorizontalPodAutoscaler", name, namespace);
    let _ = write!(
        text,
        "spec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: {name}\n  minReplicas: {}\n  maxReplicas: {}\n  metrics:\n    - type: Resource\n      resource:\n        name: cpu\n        target:\n          type: Utilization\n          averageUtilization: {}\n",
        dice.between(1, 4),
        dice.between(4, 20),
        dice.between(50, 90)
    );
    text
}

fn ingress(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("networking.k8s.io/v1", "Ingress", name, namespace);
    let host = format!("{name}.acme.test");
    let _ = writeln!(
        text,
        "  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"{}\"\nspec:\n  ingressClassName: nginx",
        dice.between(30, 600)
    );
    if !dice.one_in(3) {
        let _ = writeln!(text, "  tls:\n    - hosts: [{host}]\n      secretName: {name}-tls");
    }
    let _ = write!(
        text,
        "  rules:\n    - host: {host}\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: {name}\n                port:\n                  name: http\n"
    );
    text
}

fn rbac(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("v1", "ServiceAccount", name, namespace);
    text.push_str("---\n");
    text.push_str(&head("rbac.authorization.k8s.io/v1", "Role", name, namespace));
    text.push_str("rules:\n");
    for _ in 0..dice.between(1, 5) {
        let group = dice.pick(&["\"\"", "apps", "batch", "agents.acme.test"]);
        let resources = dice.pick(&["configmaps", "pods, pods/log", "secrets", "jobs", "\"*\""]);
        let verbs = dice.pick(&["get, list, watch", "get", "create, delete", "\"*\""]);
        let _ = writeln!(
            text,
            "  - apiGroups: [{group}]\n    resources: [{resources}]\n    verbs: [{verbs}]"
        );
    }
    text.push_str("---\n");
    text.push_str(&head("rbac.authorization.k8s.io/v1", "RoleBinding", name, namespace));
    let _ = write!(
        text,
        "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: {name}\nsubjects:\n  - kind: ServiceAccount\n    name: {name}\n    namespace: {namespace}\n"
    );
    text
}

fn cronjob(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("batch/v1", "CronJob", &format!("{name}-report"), namespace);
    let _ = write!(
        text,
        "spec:\n  schedule: \"{} {} * * *\"\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n      backoffLimit: 2\n      template:\n        metadata:\n          labels:\n            app.kubernetes.io/name: {name}-report\n",
        dice.below(60),
        dice.below(24)
    );
    pod(dice, &mut text, name, "        ");
    text.push_str("          restartPolicy: OnFailure\n");
    text
}

fn alerts(dice: &mut Dice, name: &str, namespace: &str) -> String {
    let mut text = head("monitoring.coreos.com/v1", "PrometheusRule", name, namespace);
    let _ = writeln!(text, "spec:\n  groups:\n    - name: {name}\n      rules:");
    for index in 0..dice.between(1, 10) {
        let _ = write!(
            text,
            "        - alert: {name}-{index}\n          expr: sum(rate(http_requests_total{{job=\"{name}\", code=~\"5..\"}}[5m])) / sum(rate(http_requests_total{{job=\"{name}\"}}[5m])) > 0.0{}\n          for: {}m\n          labels:\n            severity: {}\n          annotations:\n            summary: {}\n            runbook_url: https://runbooks.acme.test/{name}\n",
            dice.between(1, 9),
            dice.between(1, 30),
            dice.pick(&["warning", "critical"]),
            dice.prose(9)
        );
    }
    text
}

/// What vendors publish to install their product: everything in one file.
fn bundle(dice: &mut Dice, team: &str, app: usize, documents: usize) -> String {
    let namespace = format!("{team}-system-{app}");
    let mut text = format!(
        "# Generated. Do not edit.\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: {namespace}\n"
    );
    for index in 0..documents {
        text.push_str("---\n");
        let name = format!("{}-{}-{index}", dice.pick(&BIRDS), dice.pick(&ROLES));
        let document = match dice.below(8) {
            0 => workload(dice, &name, &namespace, team),
            1 => service(dice, &name, &namespace),
            2 => configuration(dice, &name, &namespace),
            3 => network_policy(dice, &name, &namespace),
            4 => budget(dice, &name, &namespace),
            _ => rbac(dice, &name, &namespace),
        };
        text.push_str(&document);
    }
    text
}

/// A custom resource definition of about that many bytes.
fn definition(dice: &mut Dice, app: usize, bytes: usize) -> String {
    let kind = format!("Thing{app}");
    let plural = kind.to_lowercase() + "s";
    let mut text = format!(
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  annotations:\n    controller-gen.kubebuilder.io/version: v0.17.0\n  name: {plural}.acme.test\nspec:\n  group: acme.test\n  names:\n    kind: {kind}\n    listKind: {kind}List\n    plural: {plural}\n    singular: {}\n  scope: Namespaced\n  versions:\n",
        kind.to_lowercase()
    );
    let mut version = 0;
    while text.len() < bytes {
        version += 1;
        let _ = write!(
            text,
            "  - name: v1alpha{version}\n    served: true\n    storage: {}\n    subresources:\n      status: {{}}\n    schema:\n      openAPIV3Schema:\n        description: {}\n        type: object\n        properties:\n",
            version == 1,
            dice.prose(10)
        );
        let end = bytes.min(text.len() + 400_000);
        while text.len() < end {
            properties(dice, &mut text, 10, 0);
        }
    }
    text
}

fn properties(dice: &mut Dice, text: &mut String, indent: usize, depth: usize) {
    let pad = " ".repeat(indent);
    let name = format!("{}{}{}", dice.pick(&BIRDS), dice.pick(&TEAMS), dice.below(10_000));
    let _ = writeln!(text, "{pad}{name}:");
    let _ = writeln!(text, "{pad}  description: |-");
    for _ in 0..dice.between(1, 5) {
        let words = dice.between(6, 13);
        let _ = writeln!(text, "{pad}    {}", dice.prose(words));
    }
    match dice.below(6) {
        0 if depth > 0 => {
            let _ = writeln!(
                text,
                "{pad}  enum:\n{pad}  - Always\n{pad}  - Never\n{pad}  type: string"
            );
        }
        1 => {
            let _ = writeln!(
                text,
                "{pad}  format: int32\n{pad}  maximum: {}\n{pad}  minimum: 0\n{pad}  type: integer",
                dice.below(65_536)
            );
        }
        2 => {
            let _ = writeln!(
                text,
                "{pad}  items:\n{pad}    type: string\n{pad}  type: array\n{pad}  x-kubernetes-list-type: atomic"
            );
        }
        3 => {
            let _ = writeln!(
                text,
                "{pad}  anyOf:\n{pad}  - type: integer\n{pad}  - type: string\n{pad}  pattern: ^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))$\n{pad}  x-kubernetes-int-or-string: true"
            );
        }
        _ if depth < 9 => {
            let _ = writeln!(text, "{pad}  properties:");
            for _ in 0..dice.between(2, 7) {
                properties(dice, text, indent + 4, depth + 1);
            }
            let _ = writeln!(text, "{pad}  required:\n{pad}  - name\n{pad}  type: object");
        }
        _ => {
            let _ = writeln!(text, "{pad}  type: string");
        }
    }
}

// ---------------------------------------------------------------------------------------------
// Dockerfiles

fn dockerfiles(corpus: &mut Corpus, texts: &Texts, size: usize) -> io::Result<()> {
    let mut dice = Dice::of(2);
    for index in 0..size {
        let team = dice.pick(&TEAMS);
        let text = if index % 5 == 0 && !texts.dockerfiles.is_empty() {
            let text = texts.dockerfiles.get(index / 5 % texts.dockerfiles.len());
            let text = text.map_or("", String::as_str);
            format!("# {} {index}\n{text}", dice.prose(8))
        } else {
            dockerfile(&mut dice)
        };
        corpus.put(&format!("{team}/{}-{index}/Dockerfile", dice.pick(&ROLES)), &text)?;
    }
    Ok(())
}

const PACKAGES: [&str; 28] = [
    "build-essential",
    "ca-certificates",
    "curl",
    "git",
    "libpq-dev",
    "libssl-dev",
    "pkg-config",
    "python3-dev",
    "libffi-dev",
    "zlib1g-dev",
    "unzip",
    "wget",
    "gnupg",
    "jq",
    "tini",
    "libxml2-dev",
    "libxslt1-dev",
    "libjpeg-dev",
    "ffmpeg",
    "nginx",
    "supervisor",
    "openssh-client",
    "cmake",
    "libgomp1",
    "locales",
    "procps",
    "netcat-openbsd",
    "sudo",
];

fn dockerfile(dice: &mut Dice) -> String {
    let mut text = String::new();
    if dice.one_in(3) {
        text.push_str("# syntax=docker/dockerfile:1\n\n");
    }
    for _ in 0..dice.below(5) {
        let _ = writeln!(text, "# {}", dice.prose(11));
    }
    let stages = dice.between(1, 4);
    for stage in 0..stages {
        let last = stage + 1 == stages;
        let base = dice.pick(&[
            "python:3.12-slim",
            "python:3.11",
            "node:20-alpine",
            "node:22",
            "golang:1.23",
            "debian:bookworm-slim",
            "ubuntu:22.04",
            "rust:1.80",
            "nvidia/cuda:12.4.0-runtime-ubuntu22.04",
            "alpine",
            "eclipse-temurin:21-jre",
            "registry.acme.test/base/python:3.12",
        ]);
        let name = if last { String::new() } else { format!(" AS stage{stage}") };
        let _ = writeln!(text, "FROM {base}{name}\n");
        for _ in 0..dice.between(2, 8) {
            instruction(dice, &mut text, stage);
        }
        if last {
            if dice.one_in(2) {
                text.push_str("RUN useradd --uid 10001 --create-home app\nUSER app\n");
            }
            if dice.one_in(3) {
                text.push_str("HEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://localhost:8080/healthz || exit 1\n");
            }
            text.push_str("EXPOSE 8080\n");
            text.push_str(dice.pick(&[
                "CMD [\"python\", \"-m\", \"app\"]\n",
                "ENTRYPOINT [\"/usr/bin/tini\", \"--\"]\nCMD [\"node\", \"dist/server.js\"]\n",
                "CMD python app.py\n",
                "ENTRYPOINT [\"/docker-entrypoint.sh\"]\n",
            ]));
        } else {
            text.push('\n');
        }
    }
    text
}

fn instruction(dice: &mut Dice, text: &mut String, stage: usize) {
    if dice.one_in(2) {
        let _ = writeln!(text, "# {}", dice.prose(9));
    }
    let _ = match dice.below(12) {
        0 | 1 => {
            text.push_str("RUN apt-get update && apt-get install -y --no-install-recommends \\\n");
            for _ in 0..dice.between(3, 16) {
                let _ = writeln!(text, "        {} \\", dice.pick(&PACKAGES));
            }
            writeln!(text, "    && rm -rf /var/lib/apt/lists/*\n")
        }
        2 => writeln!(
            text,
            "COPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\n"
        ),
        3 => writeln!(
            text,
            "COPY package.json package-lock.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n"
        ),
        4 => {
            let version = format!("{}.{}.{}", dice.below(4), dice.below(20), dice.below(9));
            writeln!(
                text,
                "ARG TOOL_VERSION={version}\nRUN set -eux; \\\n    arch=\"$(dpkg --print-architecture)\"; \\\n    case \"$arch\" in \\\n        amd64) sha='{}' ;; \\\n        arm64) sha='{}' ;; \\\n        *) echo \"unsupported: $arch\" >&2; exit 1 ;; \\\n    esac; \\\n    curl -fsSL -o /tmp/tool.tar.gz \"https://dl.acme.test/tool/${{TOOL_VERSION}}/tool-$arch.tar.gz\"; \\\n    echo \"$sha  /tmp/tool.tar.gz\" | sha256sum -c -; \\\n    tar -xzf /tmp/tool.tar.gz -C /usr/local/bin; \\\n    rm /tmp/tool.tar.gz; \\\n    tool --version\n",
                dice.hex(64),
                dice.hex(64)
            )
        }
        5 => {
            text.push_str("ENV PYTHONUNBUFFERED=1 \\\n");
            for _ in 0..dice.between(1, 8) {
                let _ = writeln!(
                    text,
                    "    {}_{}={} \\",
                    dice.pick(&TEAMS).to_uppercase(),
                    dice.pick(&ROLES).to_uppercase(),
                    dice.below(10_000)
                );
            }
            writeln!(text, "    PATH=/opt/venv/bin:$PATH\n")
        }
        6 => {
            for key in ["title", "source", "version", "description"] {
                let _ =
                    writeln!(text, "LABEL org.opencontainers.image.{key}=\"{}\"", dice.prose(3));
            }
            writeln!(text)
        }
        7 => writeln!(
            text,
            "WORKDIR /srv/{}\nCOPY . .\nRUN make build && make test\n",
            dice.pick(&ROLES)
        ),
        8 if stage > 0 => writeln!(text, "COPY --from=stage{} /srv/dist /srv/dist\n", stage - 1),
        9 => writeln!(
            text,
            "RUN --mount=type=cache,target=/root/.cache \\\n    go mod download && \\\n    CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/{} ./cmd/{}\n",
            dice.pick(&ROLES),
            dice.pick(&ROLES)
        ),
        10 => writeln!(
            text,
            "RUN <<EOF\nset -e\nmkdir -p /etc/{0}\ncat > /etc/{0}/config.ini <<INNER\n[main]\nworkers = {1}\nINNER\nEOF\n",
            dice.pick(&ROLES),
            dice.below(32)
        ),
        _ => writeln!(
            text,
            "RUN curl -sSL https://install.acme.test/{} | bash -s -- --version {}\n",
            dice.pick(&BIRDS),
            dice.below(9)
        ),
    };
}

// ---------------------------------------------------------------------------------------------
// A large repository

fn monorepo(corpus: &mut Corpus, texts: &Texts, size: usize) -> io::Result<()> {
    let mut dice = Dice::of(3);
    let mut app = 0;
    while corpus.files < size {
        app += 1;
        let team = dice.pick(&TEAMS);
        let folder = format!("services/{team}/{}-{app}", dice.pick(&ROLES));
        let ending = dice.pick(&["py", "ts", "go", "rs", "java", "tsx", "cpp"]);
        corpus.put(&format!("{folder}/README.md"), &readme(&mut dice))?;
        corpus.put(&format!("{folder}/Dockerfile"), &dockerfile(&mut dice))?;
        let package = format!(
            "{{\n  \"name\": \"{team}-{app}\",\n  \"version\": \"1.0.{app}\",\n  \"dependencies\": {{\"left\": \"^1.2.3\"}}\n}}\n"
        );
        corpus.put(&format!("{folder}/package.json"), &package)?;
        corpus.put(&format!("{folder}/openapi.yaml"), &openapi(&mut dice))?;
        if app % 4 == 0 {
            let namespace = format!("{team}-{app}");
            for (name, text) in application(&mut dice, team, &namespace, app) {
                corpus.put(&format!("{folder}/deploy/{name}"), &text)?;
            }
        }
        if app % 8 == 0 && !texts.compose.is_empty() {
            let text = texts.compose.get(app / 8 % texts.compose.len());
            corpus.put(&format!("{folder}/compose.yaml"), text.map_or("", String::as_str))?;
        }
        if app % 8 == 4
            && !texts.agents.is_empty()
            && let Some((name, text)) = texts.agents.get(app / 8 % texts.agents.len())
        {
            corpus.put(&format!("{folder}/agent/{name}"), text)?;
        }
        let left = size.saturating_sub(corpus.files);
        for index in 0..dice.between(200, 420).min(left) {
            let folder = format!("{folder}/src/{}", dice.pick(&BIRDS));
            if index % 40 == 39 {
                // An image, as far as anybody looks.
                let text = format!("\u{89}PNG\0\0{}", dice.hex(3_000));
                corpus.put(&format!("{folder}/{}{index}.png", dice.pick(&BIRDS)), &text)?;
            } else if index % 25 == 24 {
                let text = format!("{{\"case\": {index}, \"text\": \"{}\"}}\n", dice.prose(60));
                corpus
                    .put(&format!("{folder}/testdata/{}{index}.json", dice.pick(&BIRDS)), &text)?;
            } else if index % 50 == 48 {
                corpus.put(
                    &format!("{folder}/{}{index}.md", dice.pick(&BIRDS)),
                    &readme(&mut dice),
                )?;
            } else {
                let lines = dice.between(10, 240);
                let text = source(&mut dice, lines);
                corpus.put(&format!("{folder}/{}{index}.{ending}", dice.pick(&ROLES)), &text)?;
            }
        }
    }
    Ok(())
}

fn readme(dice: &mut Dice) -> String {
    let mut text = format!("# {}\n", dice.prose(3));
    for _ in 0..dice.between(3, 40) {
        let words = dice.between(8, 60);
        let _ = writeln!(text, "\n{}", dice.prose(words));
    }
    text
}

fn openapi(dice: &mut Dice) -> String {
    let mut text = "openapi: 3.1.0\ninfo:\n  title: Service\n  version: 1.0.0\npaths:\n".to_owned();
    for index in 0..dice.between(2, 40) {
        let _ = write!(
            text,
            "  /v1/{}/{index}:\n    get:\n      summary: {}\n      parameters:\n        - name: id\n          in: query\n          schema: {{type: string}}\n      responses:\n        \"200\":\n          description: {}\n",
            dice.pick(&TEAMS),
            dice.prose(6),
            dice.prose(8)
        );
    }
    text
}

/// Lines of a program in no language in particular.
fn source(dice: &mut Dice, lines: usize) -> String {
    let mut text = String::new();
    for _ in 0..lines {
        let (a, b, c) = (dice.pick(&ROLES), dice.pick(&TEAMS), dice.pick(&BIRDS));
        let number = dice.below(1_000);
        let _ = match dice.below(14) {
            0 => writeln!(text, "import {{ {a}, {b} }} from \"@{b}/{c}\";"),
            1 => writeln!(text, "// {}", dice.prose(11)),
            2 => writeln!(text, "def {a}_{c}(self, {b}, timeout={number}):"),
            3 => writeln!(text, "    if {a}.{b} is None or {a}.count > {number}:"),
            4 => writeln!(text, "        raise ValueError(f\"{a} of {{{b}}} is not {c}\")"),
            5 => writeln!(
                text,
                "    const {a} = await {b}.{c}({{ id: \"{}\", limit: {number} }});",
                dice.hex(8)
            ),
            6 => writeln!(
                text,
                "    return {{\"{a}\": {b}, \"{c}\": os.environ[\"{}_URL\"]}}",
                b.to_uppercase()
            ),
            7 => writeln!(
                text,
                "func ({c} *{a}) {b}(ctx context.Context, in *pb.Request) (*pb.Response, error) {{"
            ),
            8 => writeln!(text, "}}\n"),
            9 => writeln!(text, "    log.info(\"{a} {b} took %d ms\", {number})"),
            10 => writeln!(text, "    {a}_token = request.headers.get(\"Authorization\")"),
            11 => writeln!(
                text,
                "    let {a} = {b}.iter().filter(|it| it.{c} == {number}).collect::<Vec<_>>();"
            ),
            12 => writeln!(text, "    \"{a}-{b}\": \"sha256-{}\",", dice.hex(44)),
            _ => writeln!(text, "    assert {a}({b}, {number}) == {c}_{number}"),
        };
    }
    text
}

// ---------------------------------------------------------------------------------------------
// Findings, secrets, agents

fn findings(corpus: &mut Corpus, workloads: usize) -> io::Result<()> {
    let mut dice = Dice::of(4);
    for file in 0..workloads.div_ceil(50) {
        let mut text = String::new();
        for index in file * 50..workloads.min(file * 50 + 50) {
            let _ = write!(
                text,
                "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: careless-{index}\n  namespace: careless-{file}\nspec:\n  replicas: 1\n  selector:\n    matchLabels: {{app: careless-{index}}}\n  template:\n    metadata:\n      labels: {{app: careless-{index}}}\n    spec:\n      hostNetwork: true\n      hostPID: true\n      containers:\n        - name: {}\n          image: registry.acme.test/{}:latest\n          securityContext:\n            privileged: true\n            runAsUser: 0\n            capabilities: {{add: [SYS_ADMIN, NET_ADMIN]}}\n          env:\n            - {{name: DEBUG, value: \"true\"}}\n          ports:\n            - {{containerPort: 8080, hostPort: {}}}\n          volumeMounts:\n            - {{name: docker, mountPath: /var/run/docker.sock}}\n      volumes:\n        - {{name: docker, hostPath: {{path: /var/run/docker.sock}}}}\n",
                dice.pick(&ROLES),
                dice.pick(&BIRDS),
                20_000 + index
            );
        }
        corpus.put(&format!("deploy/careless-{file}.yaml"), &text)?;
    }
    Ok(())
}

fn secrets(corpus: &mut Corpus, megabytes: usize) -> io::Result<()> {
    let mut dice = Dice::of(5);
    let mut index = 0;
    while corpus.bytes < megabytes * 1_000_000 {
        index += 1;
        let team = dice.pick(&TEAMS);
        let folder = format!("{team}/{}", dice.pick(&BIRDS));
        match index % 8 {
            0 => {
                let mut text = String::new();
                for line in 0..dice.between(200, 6_000) {
                    let _ = writeln!(
                        text,
                        "2026-03-{:02}T{:02}:{:02}:{:02}.{:03}Z {} [{}] {} id={} user={} took={}ms",
                        1 + line % 28,
                        line % 24,
                        line % 60,
                        line % 59,
                        line % 997,
                        dice.pick(&["INFO", "DEBUG", "WARN"]),
                        dice.pick(&ROLES),
                        dice.prose(7),
                        dice.hex(16),
                        dice.below(90_000),
                        dice.below(900)
                    );
                }
                corpus.put(&format!("{folder}/run{index}.log"), &text)?;
            }
            1 => {
                let mut text = String::new();
                for _ in 0..dice.between(5, 120) {
                    let _ = writeln!(
                        text,
                        "{}.{}.{}={}",
                        dice.pick(&TEAMS),
                        dice.pick(&ROLES),
                        dice.pick(&BIRDS),
                        dice.hex(10)
                    );
                }
                corpus.put(&format!("{folder}/app{index}.properties"), &text)?;
            }
            2 => corpus.put(&format!("{folder}/notes{index}.md"), &readme(&mut dice))?,
            _ => {
                let lines = dice.between(20, 1_200);
                let mut text = source(&mut dice, lines);
                if dice.one_in(20) {
                    let _ = writeln!(text, "API_KEY = \"{}\"", dice.hex(40));
                }
                let ending = dice.pick(&["py", "ts", "go", "java", "rb", "sh", "sql"]);
                corpus.put(&format!("{folder}/{}{index}.{ending}", dice.pick(&ROLES)), &text)?;
            }
        }
    }
    Ok(())
}

fn agents(corpus: &mut Corpus, texts: &Texts, size: usize) -> io::Result<()> {
    let mut index = 0;
    while corpus.files < size && !(texts.agents.is_empty() && texts.compose.is_empty()) {
        index += 1;
        if index % 4 == 0 {
            if let Some(text) = texts.compose.get(index / 4 % texts.compose.len().max(1)) {
                corpus.put(&format!("desk-{index}/compose.yaml"), text)?;
            }
        } else if let Some((name, text)) = texts.agents.get(index % texts.agents.len().max(1)) {
            corpus.put(&format!("desk-{index}/{name}"), text)?;
        }
    }
    Ok(())
}
