//! Whatever makes pods, seen in one way.

use super::quantity::Quantity;
use super::{Container, ContainerClass, ContainerClasses, LabelSelector, Labels, Object};
use crate::diagnostic::Subject;
use crate::source::Place;
use crate::tree::{Entry, Node};

/// Images that keep data, of which two pods behind one Service would hold two halves.
const STORES: [&str; 18] = [
    "cassandra",
    "chroma",
    "couchdb",
    "elasticsearch",
    "etcd",
    "mariadb",
    "milvus",
    "minio",
    "mongo",
    "mysql",
    "neo4j",
    "pgvector",
    "postgres",
    "qdrant",
    "rabbitmq",
    "redis",
    "valkey",
    "weaviate",
];

/// The kinds that make pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WorkloadKind {
    Pod,
    Deployment,
    StatefulSet,
    DaemonSet,
    ReplicaSet,
    ReplicationController,
    Job,
    CronJob,
    /// Of Argo Rollouts.
    Rollout,
    /// Of agent-sandbox: one pod that keeps its name and its disk, for code that an agent runs.
    Sandbox,
    /// Of agent-sandbox: what the sandboxes of a pool or of a claim are made of.
    SandboxTemplate,
}

impl WorkloadKind {
    pub(crate) const ALL: &'static [WorkloadKind] = &[
        WorkloadKind::Pod,
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::ReplicaSet,
        WorkloadKind::ReplicationController,
        WorkloadKind::Job,
        WorkloadKind::CronJob,
        WorkloadKind::Rollout,
        WorkloadKind::Sandbox,
        WorkloadKind::SandboxTemplate,
    ];

    /// Those in which an agent runs code that nobody has read.
    pub(crate) const SANDBOXES: &'static [WorkloadKind] =
        &[WorkloadKind::Sandbox, WorkloadKind::SandboxTemplate];

    /// All but [`Self::SANDBOXES`], of which more is asked than of others.
    pub(crate) const BUT_SANDBOXES: &'static [WorkloadKind] = &[
        WorkloadKind::Pod,
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::ReplicaSet,
        WorkloadKind::ReplicationController,
        WorkloadKind::Job,
        WorkloadKind::CronJob,
        WorkloadKind::Rollout,
    ];

    /// Those whose network only policies beside them govern; a `SandboxTemplate` holds its own.
    pub(crate) const WITHOUT_OWN_POLICY: &'static [WorkloadKind] = &[
        WorkloadKind::Pod,
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::ReplicaSet,
        WorkloadKind::ReplicationController,
        WorkloadKind::Job,
        WorkloadKind::CronJob,
        WorkloadKind::Rollout,
        WorkloadKind::Sandbox,
    ];

    /// Those that run until they are told to stop, and so can be asked for their health. A sandbox
    /// need not serve anything: programs are run in it from outside.
    pub(crate) const SERVING: &'static [WorkloadKind] = &[
        WorkloadKind::Pod,
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::ReplicaSet,
        WorkloadKind::ReplicationController,
        WorkloadKind::Rollout,
    ];

    /// Those that say by a selector which pods are theirs.
    pub(crate) const SELECTING: &'static [WorkloadKind] = &[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::ReplicaSet,
        WorkloadKind::ReplicationController,
        WorkloadKind::Job,
        WorkloadKind::Rollout,
    ];

    /// Those whose selector must have a condition.
    ///
    /// Source: Kubernetes, validation of the group `apps`: "empty selector is invalid".
    pub(crate) const SELECTING_SOME: &'static [WorkloadKind] = &[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::ReplicaSet,
    ];

    /// Those with a number of replicas.
    pub(crate) const REPLICATED: &'static [WorkloadKind] = &[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::ReplicaSet,
        WorkloadKind::ReplicationController,
        WorkloadKind::Rollout,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            WorkloadKind::Pod => "Pod",
            WorkloadKind::Deployment => "Deployment",
            WorkloadKind::StatefulSet => "StatefulSet",
            WorkloadKind::DaemonSet => "DaemonSet",
            WorkloadKind::ReplicaSet => "ReplicaSet",
            WorkloadKind::ReplicationController => "ReplicationController",
            WorkloadKind::Job => "Job",
            WorkloadKind::CronJob => "CronJob",
            WorkloadKind::Rollout => "Rollout",
            WorkloadKind::Sandbox => "Sandbox",
            WorkloadKind::SandboxTemplate => "SandboxTemplate",
        }
    }

    /// The API groups that have the kind.
    pub(crate) fn groups(self) -> &'static [&'static str] {
        match self {
            WorkloadKind::Pod | WorkloadKind::ReplicationController => &[""],
            WorkloadKind::Job | WorkloadKind::CronJob => &["batch"],
            WorkloadKind::Rollout => &["argoproj.io"],
            WorkloadKind::Sandbox => &["agents.x-k8s.io"],
            WorkloadKind::SandboxTemplate => &["extensions.agents.x-k8s.io"],
            // `extensions` held them until Kubernetes 1.16, and manifests of that time live on.
            _ => &["apps", "extensions"],
        }
    }

    /// Where an object of the kind holds the `metadata` and the `spec` of its pods.
    ///
    /// Source for sandboxes: `SandboxBlueprint.podTemplate` of agent-sandbox.
    fn template_path(self) -> &'static [&'static str] {
        match self {
            WorkloadKind::Pod => &[],
            WorkloadKind::CronJob => &["spec", "jobTemplate", "spec", "template"],
            WorkloadKind::Sandbox | WorkloadKind::SandboxTemplate => &["spec", "podTemplate"],
            _ => &["spec", "template"],
        }
    }
}

/// An object that makes pods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload<'t> {
    object: Object<'t>,
    kind: WorkloadKind,
    /// The node that holds the pod's `metadata` and `spec`; the object itself for a Pod, nothing
    /// where it is missing or lives elsewhere (`workloadRef` of a Rollout).
    template: Option<Node<'t>>,
    /// The `spec` of the pod.
    pod_spec: Option<Node<'t>>,
}

/// Pods with more containers or volumes are not checked: what is asked of each of them is asked of
/// all beside it. The kubelet runs some hundreds of pods on a node, and a pod is a few containers.
pub(crate) const MOST_IN_POD: usize = 500;

impl<'t> Workload<'t> {
    /// The key of the list of containers or volumes that has too many.
    pub(crate) fn crowd(self) -> Option<Node<'t>> {
        let lists = ["containers", "initContainers", "ephemeralContainers", "volumes"];
        let mut lists = lists.into_iter().filter_map(|key| self.pod_spec()?.get(key));
        lists.find(|list| list.value.items().len() > MOST_IN_POD).map(|list| list.key)
    }

    /// The workload that an object is, if it is one.
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        let kind = WorkloadKind::ALL.iter().copied().find(|kind| {
            kind.as_str() == object.kind() && kind.groups().contains(&object.group())
        })?;
        let node = object.node();
        let template = match kind.template_path() {
            [] => Some(node),
            path => node.at(path),
        };
        let pod_spec = template.and_then(|template| template.at(&["spec"]));
        Some(Workload { object, kind, template, pod_spec })
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.object
    }

    pub(crate) fn kind(self) -> WorkloadKind {
        self.kind
    }

    pub(crate) fn name(self) -> &'t str {
        self.object.name()
    }

    pub(crate) fn namespace(self) -> &'t str {
        self.object.namespace()
    }

    pub(crate) fn describe(self) -> String {
        self.object.describe()
    }

    pub(crate) fn subject(self) -> Subject {
        self.object.subject()
    }

    /// Whether the manifest says what the pods are made of. A patch does not, nor does a Rollout
    /// that refers to a Deployment; nothing can be said about the labels of such pods.
    pub(crate) fn has_pods(self) -> bool {
        self.pod_spec().is_some_and(|spec| spec.at(&["containers"]).is_some())
    }

    /// The Deployment whose template a Rollout runs in place of one of its own.
    pub(crate) fn borrows_from(self) -> Option<&'t str> {
        let name = self.object.node().at(&["spec", "workloadRef", "name"]).map(Node::text);
        name.filter(|_| self.kind == WorkloadKind::Rollout)
    }

    /// Whether the pods are meant to end: Jobs, Pods that are not restarted once they succeed, and
    /// Pods that a release waits for.
    pub(crate) fn runs_to_completion(self) -> bool {
        match self.kind {
            WorkloadKind::Job | WorkloadKind::CronJob => true,
            WorkloadKind::Pod => {
                let policy = self.pod_spec().and_then(|spec| spec.at(&["restartPolicy"]));
                policy.is_some_and(|policy| policy.text() != "Always") || self.object.is_hook()
            }
            _ => false,
        }
    }

    /// Whether a Job decides by the way in which a pod has failed what comes next, for which
    /// its pods must not be restarted.
    pub(crate) fn has_failure_policy(self) -> bool {
        let job: &[&str] = match self.kind {
            WorkloadKind::Job => &["spec", "podFailurePolicy"],
            WorkloadKind::CronJob => &["spec", "jobTemplate", "spec", "podFailurePolicy"],
            _ => return false,
        };
        self.object.node().at(job).is_some()
    }

    /// Whether the pods share the network of their node, or may: then no network policy holds.
    pub(crate) fn is_on_host_network(self) -> bool {
        let field = self.pod_spec().and_then(|spec| spec.at(&["hostNetwork"]));
        field.is_some_and(|field| field.as_bool() != Some(false))
    }

    /// The field by which the pods share that part of their node (`hostNetwork`, `hostPID`,
    /// `hostIPC`), if they do.
    pub(crate) fn shares(self, field: &str) -> Option<Node<'t>> {
        self.pod_spec()?.at(&[field]).filter(|value| value.as_bool() == Some(true))
    }

    /// Whether the pods have users of their own (`hostUsers: false`), of which root is nobody on
    /// the node. The Pod Security Standards ask such pods for no user other than root.
    ///
    /// Source: kubernetes.io/docs/concepts/workloads/pods/user-namespaces.
    pub(crate) fn has_own_users(self) -> bool {
        let field = self.pod_spec().and_then(|spec| spec.at(&["hostUsers"]));
        field.and_then(Node::as_bool) == Some(false)
    }

    /// An annotation of the pods.
    pub(crate) fn pod_annotation(self, key: &str) -> Option<Node<'t>> {
        self.template?.at(&["metadata", "annotations", key])
    }

    /// What holds the pods' `metadata` and `spec`.
    pub(crate) fn template(self) -> Option<Node<'t>> {
        self.template
    }

    /// A kernel parameter that the pods set for themselves.
    pub(crate) fn sysctl(self, name: &str) -> Option<Node<'t>> {
        let set = self.pod_security("sysctls").into_iter().flat_map(Node::items);
        let mut named = set.filter(|it| it.at(&["name"]).is_some_and(|it| it.text() == name));
        named.find_map(|sysctl| sysctl.at(&["value"]))
    }

    /// The spec of the pods.
    pub(crate) fn pod_spec(self) -> Option<Node<'t>> {
        self.pod_spec
    }

    /// Where to point when the pods' spec lacks something at `keys`: the key of the longest part
    /// of the path that exists, else the key of the pod spec, else the object's name.
    pub(crate) fn pod_grip(self, keys: &[&str]) -> Node<'t> {
        let inside = self.pod_spec().and_then(|spec| spec.grip(keys));
        let spec =
            || self.template.and_then(|template| template.get("spec")).map(|entry| entry.key);
        inside.or_else(spec).unwrap_or_else(|| self.object.grip())
    }

    /// The account that the pods name; `serviceAccount` is the old name of the field.
    ///
    /// Source: Kubernetes API reference, `PodSpec.serviceAccount`.
    pub(crate) fn stated_account(self) -> Option<Node<'t>> {
        let spec = self.pod_spec()?;
        let stated = |key| spec.at(&[key]).filter(|account| !account.text().is_empty());
        stated("serviceAccountName").or_else(|| stated("serviceAccount"))
    }

    /// The name of the account that the pods run under.
    pub(crate) fn account(self) -> &'t str {
        self.stated_account().map_or(Self::DEFAULT_ACCOUNT, Node::text)
    }

    /// The account that every namespace has, and that pods get which name none.
    pub(crate) const DEFAULT_ACCOUNT: &'static str = "default";

    /// Whether a volume of the pods holds a token that the API server takes.
    pub(crate) fn projects_token(self) -> bool {
        let volumes = self.pod_spec().and_then(|spec| spec.at(&["volumes"]));
        let volumes = volumes.into_iter().flat_map(Node::items);
        let sources = volumes.filter_map(|volume| volume.at(&["projected", "sources"]));
        let mut tokens =
            sources.flat_map(Node::items).filter_map(|it| it.at(&["serviceAccountToken"]));
        tokens.any(|token| token.at(&["audience"]).is_none())
    }

    /// A field of the `securityContext` that the pod holds for all its containers.
    pub(crate) fn pod_security(self, field: &str) -> Option<Node<'t>> {
        self.pod_spec()?.at(&["securityContext", field])
    }

    /// Whether the pods run on Windows, where the Linux part of a `securityContext` is forbidden.
    ///
    /// Source: Kubernetes API reference, `PodSpec.os`, `WindowsSecurityContextOptions`.
    pub(crate) fn is_windows(self) -> bool {
        let at = |keys: &[&str]| self.pod_spec().and_then(|spec| spec.at(keys));
        let says = |keys: &[&str]| at(keys).is_some_and(|os| os.text() == "windows");
        let host_process = at(&["securityContext", "windowsOptions", "hostProcess"]);
        says(&["os", "name"])
            || says(&["nodeSelector", "kubernetes.io/os"])
            || says(&["nodeSelector", "beta.kubernetes.io/os"])
            || host_process.and_then(Node::as_bool) == Some(true)
    }

    /// Whether the pods get a token of their account where nothing says otherwise. For those of a
    /// `SandboxTemplate` the controller turns it off.
    ///
    /// Source: `SandboxBlueprint.podTemplate` of agent-sandbox.
    pub(crate) fn mounts_token_by_default(self) -> bool {
        self.kind != WorkloadKind::SandboxTemplate
    }

    /// The labels of the pods, which is what selectors match; not those of the workload.
    pub(crate) fn pod_labels(self) -> Labels<'t> {
        Labels::of(self.template.and_then(|template| template.at(&["metadata", "labels"])))
    }

    /// The annotations of the pods, and those of the workload, which some controllers read as well.
    pub(crate) fn annotations(self) -> impl Iterator<Item = Entry<'t>> {
        let pods = self.template.and_then(|template| template.at(&["metadata", "annotations"]));
        let own = self.object.node().at(&["metadata", "annotations"]);
        pods.into_iter()
            .chain(own.filter(|_| self.kind != WorkloadKind::Pod))
            .flat_map(Node::entries)
    }

    /// Where to point when the pods' labels are at fault: the labels, else the key that should
    /// hold them.
    pub(crate) fn labels_grip(self) -> Node<'t> {
        let grip = self.template.and_then(|template| template.grip(&["metadata", "labels"]));
        let template = || self.object.node().grip(self.kind.template_path());
        grip.or_else(template).unwrap_or_else(|| self.object.grip())
    }

    /// What the workload selects as its own pods.
    pub(crate) fn selector(self) -> Option<LabelSelector<'t>> {
        let node = self.object.node().at(&["spec", "selector"])?;
        Some(match self.kind {
            WorkloadKind::ReplicationController => LabelSelector::of_labels(node),
            _ => LabelSelector::of(node),
        })
    }

    /// `spec.replicas`, or 1, which is the API server's default; nothing for kinds without.
    /// A value that is no number is a placeholder and says nothing.
    pub(crate) fn replicas(self) -> Option<i64> {
        if !WorkloadKind::REPLICATED.contains(&self.kind) {
            return None;
        }
        match self.object.node().at(&["spec", "replicas"]) {
            Some(replicas) => replicas.as_int(),
            None => Some(1),
        }
    }

    /// Whether a second pod could not run beside the first: an update must stop the old pod first,
    /// or they would share what they keep.
    pub(crate) fn must_run_alone(self) -> bool {
        self.is_recreated() || self.keeps_data()
    }

    /// Whether an update stops the old pods before it starts new ones.
    pub(crate) fn is_recreated(self) -> bool {
        let strategy = self.object.node().at(&["spec", "strategy", "type"]);
        strategy.is_some_and(|strategy| strategy.text() == "Recreate")
    }

    /// Whether the pods keep data: they mount a claim, or are a store, of which each would have
    /// data for itself.
    pub(crate) fn keeps_data(self) -> bool {
        let volumes = self.pod_spec().and_then(|spec| spec.at(&["volumes"]));
        let mut volumes = volumes.into_iter().flat_map(Node::items);
        volumes.any(|volume| volume.at(&["persistentVolumeClaim"]).is_some())
            || self.containers().into_iter().any(is_store)
    }

    /// Whether each pod has a claim for itself, which the next one of its name takes over.
    pub(crate) fn has_claim_templates(self) -> bool {
        let templates = self.object.node().items_at(&["spec", "volumeClaimTemplates"]);
        self.kind == WorkloadKind::StatefulSet && templates.count() > 0
    }

    /// Whether one of the containers is a store.
    pub(crate) fn is_store(self) -> bool {
        self.containers().into_iter().any(is_store)
    }

    /// Where `spec.replicas` stands, or where it should.
    pub(crate) fn replicas_grip(self) -> Node<'t> {
        let node = self.object.node();
        let stated = node.at(&["spec", "replicas"]).or_else(|| node.grip(&["spec", "replicas"]));
        stated.unwrap_or_else(|| self.object.grip())
    }

    /// How much of a resource each pod requests or is limited to, and one of the places that say so:
    /// what the pod says itself, else what the containers that run beside each other say together.
    /// Nothing where one of them does not tell.
    pub(crate) fn pod_amount(self, kind: &str, resource: &str) -> Option<(Quantity, Node<'t>)> {
        let path = ["resources", kind, resource];
        if let Some(stated) = self.pod_spec().and_then(|spec| spec.at(&path)) {
            return Some((Quantity::parse(stated.text())?, stated));
        }
        let mut sum: Option<(Quantity, Node<'t>)> = None;
        for container in self.containers() {
            if !ContainerClasses::LONG_RUNNING.contains(container.class()) {
                continue;
            }
            // Kubernetes requests the limit where there is no request.
            let limit = || container.node().at(&["resources", "limits", resource]);
            let stated = container.node().at(&path).or_else(limit)?;
            let amount = Quantity::parse(stated.text())?;
            sum = Some(match sum {
                Some((sum, at)) => (sum.plus(amount), at),
                None => (amount, stated),
            });
        }
        sum
    }

    /// The containers of every class, in the order of the file within each class.
    pub(crate) fn containers(self) -> Vec<Container<'t>> {
        let list = |key: &str| self.pod_spec().and_then(|spec| spec.at(&[key]));
        let init = list("initContainers").into_iter().flat_map(Node::items).map(|node| {
            // A restartable init container runs beside the others: Kubernetes' own sidecars.
            let always =
                node.at(&["restartPolicy"]).is_some_and(|policy| policy.text() == "Always");
            (node, if always { ContainerClass::Sidecar } else { ContainerClass::Init })
        });
        let main = list("containers").into_iter().flat_map(Node::items);
        let main = main.map(|node| (node, ContainerClass::Main));
        let ephemeral = list("ephemeralContainers").into_iter().flat_map(Node::items);
        let ephemeral = ephemeral.map(|node| (node, ContainerClass::Ephemeral));
        init.chain(main)
            .chain(ephemeral)
            .filter(|(node, _)| node.is_map())
            .map(|(node, class)| Container::new(self, node, class))
            .collect()
    }
}

impl From<Workload<'_>> for Place {
    fn from(workload: Workload<'_>) -> Self {
        workload.object.into()
    }
}

fn is_store(container: Container<'_>) -> bool {
    container.image_name().is_some_and(is_store_image)
}

/// Whether an image whose name ends in that is one of those that keep data.
pub(crate) fn is_store_image(name: &str) -> bool {
    STORES.iter().any(|store| name.starts_with(store))
}
