//! Services: their ports, and from where they are reached.

use ipnet::IpNet;

use super::ports::{ContainerPort, DEFAULT_PROTOCOL, PortRef};
use super::{LabelSelector, Labels, Object, Workload, is_templated};
use crate::tree::Node;

/// Annotations that keep a load balancer inside a private network, with the values that do; an
/// empty value stands for any.
///
/// Sources: the documentation of the cloud providers' controllers for Services, 2026-11.
const INTERNAL: [(&str, &str); 17] = [
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "0.0.0.0/0"),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", "true"),
    ("networking.gke.io/load-balancer-type", "internal"),
    ("cloud.google.com/load-balancer-type", "internal"),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", "true"),
    ("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", "intranet"),
    ("service.beta.kubernetes.io/alicloud-loadbalancer-address-type", "intranet"),
    ("service.beta.kubernetes.io/oci-load-balancer-internal", "true"),
    ("oci-network-load-balancer.oraclecloud.com/internal", "true"),
    ("service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", "private"),
    ("service.kubernetes.io/qcloud-loadbalancer-internal-subnetid", ""),
    ("service.beta.kubernetes.io/do-loadbalancer-network", "internal"),
    ("service.beta.kubernetes.io/scw-loadbalancer-private", "true"),
    ("load-balancer.hetzner.cloud/disable-public-network", "true"),
    ("yandex.cloud/load-balancer-type", "internal"),
];

/// Programs that let whoever reaches them use a model, run code or deploy, and ask for no password
/// unless told to: the words of images and names by which they are known.
///
/// Sources: the documentation of each, 2026-11; the list of Kubescape's C-0021.
const AI_INTERFACES: [(&str, &str); 25] = [
    ("argo", "Argo"),
    ("argocd", "Argo CD"),
    ("bentoml", "BentoML"),
    ("comfyui", "ComfyUI"),
    ("flowise", "Flowise"),
    ("jupyter", "Jupyter"),
    ("jupyterhub", "JupyterHub"),
    ("jupyterlab", "JupyterLab"),
    ("kserve", "KServe"),
    ("kubeflow", "Kubeflow"),
    ("kuberay", "Ray"),
    ("langflow", "Langflow"),
    ("llama-cpp", "llama.cpp"),
    ("localai", "LocalAI"),
    ("mlflow", "MLflow"),
    ("ollama", "Ollama"),
    ("ray", "Ray"),
    ("raycluster", "Ray"),
    ("rayproject", "Ray"),
    ("seldon", "Seldon"),
    ("sglang", "SGLang"),
    ("text-generation-inference", "Text Generation Inference"),
    ("triton", "Triton"),
    ("tritonserver", "Triton"),
    ("vllm", "vLLM"),
];

/// Proxies that are made to be reached from outside: the words of their images and names.
const EDGES: [&str; 18] = [
    "ambassador",
    "apisix",
    "caddy",
    "cilium-gateway",
    "contour",
    "emissary",
    "envoy",
    "envoy-gateway",
    "haproxy",
    "ingress-controller",
    "ingress-nginx",
    "ingressgateway",
    "istio-ingress",
    "kong",
    "nginx-ingress",
    "proxyv2",
    "traefik",
    "varnish",
];

/// The AI interface that an image or a name is known for.
pub(crate) fn ai_interface(text: &str) -> Option<&'static str> {
    // The tracing of AWS is no cluster of Ray.
    let words = words(text).replace("-x-ray-", "-xray-");
    let has = |(word, _): &&(&str, &str)| words.contains(&format!("-{word}-"));
    AI_INTERFACES.iter().find(has).map(|(_, name)| *name)
}

/// Whether an image or a name is that of a proxy which is made to be reached from outside.
pub(crate) fn is_edge(text: &str) -> bool {
    let words = words(text);
    EDGES.iter().any(|word| words.contains(&format!("-{word}-")))
}

/// `ghcr.io/acme/llama.cpp` as `-ghcr-io-acme-llama-cpp-`.
fn words(text: &str) -> String {
    let dashed = text.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    format!("-{dashed}-")
}

/// A Service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service<'t>(Object<'t>);

/// A port of a Service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServicePort<'t>(Node<'t>);

impl<'t> Service<'t> {
    /// The Service that an object is, if it is one.
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        object.is("", "Service").then_some(Service(object))
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.0
    }

    fn field(self, name: &str) -> &'t str {
        self.0.node().at(&["spec", name]).map_or("", Node::text)
    }

    /// Whether it is a name for something outside the cluster.
    pub(crate) fn is_alias(self) -> bool {
        self.field("type") == "ExternalName"
    }

    /// Whether it has no address of its own, so that its name stands for those of its pods; or
    /// may have none.
    pub(crate) fn is_headless(self) -> bool {
        let address = self.field("clusterIP");
        address == "None" || is_templated(address)
    }

    /// Its own labels, by which monitors select it.
    pub(crate) fn labels(self) -> Labels<'t> {
        Labels::of(self.0.node().at(&["metadata", "labels"]))
    }

    /// What it sends its requests to.
    pub(crate) fn selector(self) -> Option<LabelSelector<'t>> {
        self.0.served_labels().map(LabelSelector::of_labels)
    }

    pub(crate) fn ports(self) -> impl Iterator<Item = ServicePort<'t>> {
        let ports = self.0.node().at(&["spec", "ports"]);
        ports.into_iter().flat_map(Node::items).map(ServicePort)
    }

    /// Whether it has that port, or may: a template may fill in a part of its ports.
    pub(crate) fn has_port(self, port: PortRef<'_>) -> bool {
        let ports = self.0.node().at(&["spec", "ports"]);
        ports.is_some_and(Node::is_scalar) || self.ports().any(|own| own.is(port))
    }

    /// What opens it to whoever is outside the cluster: its type, unless that is a load balancer
    /// which stays in a private network or lets only some addresses in.
    ///
    /// Source: Kubernetes API reference, `ServiceSpec.type` and `loadBalancerSourceRanges`.
    pub(crate) fn exposure(self) -> Option<Node<'t>> {
        let kind = self.0.node().at(&["spec", "type"])?;
        match kind.text() {
            "NodePort" => Some(kind),
            "LoadBalancer" if !self.is_internal() && !self.is_limited() => Some(kind),
            _ => None,
        }
    }

    fn is_internal(self) -> bool {
        let says = |(key, value): &(&str, &str)| {
            self.0.annotation(key).is_some_and(|node| {
                let text = node.text();
                value.is_empty() || text.eq_ignore_ascii_case(value) || is_templated(text)
            })
        };
        INTERNAL.iter().any(says)
            || self.field("loadBalancerClass") == "tailscale"
            || self.is_internal_by_default()
    }

    /// Source: AWS Load Balancer Controller, "Service annotations": the default scheme is internal.
    fn is_internal_by_default(self) -> bool {
        let annotation = |name: &str| {
            let key = format!("service.beta.kubernetes.io/aws-load-balancer-{name}");
            self.0.annotation(&key).map_or("", Node::text)
        };
        let is_managed = matches!(annotation("type"), "external" | "nlb-ip")
            || self.field("loadBalancerClass") == "service.k8s.aws/nlb";
        is_managed && annotation("scheme") != "internet-facing" && annotation("internal") != "false"
    }

    /// Whether it lets only some addresses in.
    fn is_limited(self) -> bool {
        let ranges = self.0.node().at(&["spec", "loadBalancerSourceRanges"]);
        let listed: Vec<_> = ranges.into_iter().flat_map(Node::items).map(Node::text).collect();
        let key = "service.beta.kubernetes.io/load-balancer-source-ranges";
        let annotated = |key: &str| {
            let words = self.0.annotation(key).map_or("", Node::text).split(',').map(str::trim);
            words.filter(|word| !word.is_empty())
        };
        // The field wins over the annotation.
        let mut ranges: Vec<_> = if listed.is_empty() { annotated(key).collect() } else { listed };
        // Source: cloud-provider-azure.sigs.k8s.io, "LoadBalancer annotations": whom any of them
        // names may call.
        for key in ["allowed-ip-ranges", "allowed-service-tags"] {
            ranges.extend(annotated(&format!("service.beta.kubernetes.io/azure-{key}")));
        }
        let is_open = |range: &&str| {
            range.parse::<IpNet>().is_ok_and(|it| it.prefix_len() == 0) || *range == "Internet"
        };
        !ranges.is_empty() && !ranges.iter().any(is_open)
    }
}

impl Service<'_> {
    /// The number of the port at which pods take what is sent to one of the Service's; nothing where
    /// they do not say which one its name stands for.
    pub(crate) fn pod_port(
        self,
        port: ServicePort<'_>,
        workload: Option<Workload<'_>>,
    ) -> Option<i64> {
        let (target, _) = port.target()?;
        // The name of a headless Service stands for the pods themselves.
        if self.is_headless() {
            return port.number()?.as_int();
        }
        match target {
            PortRef::Number(number) => Some(number),
            PortRef::Name(name) => workload?.long_running().find_map(|container| {
                let is_meant =
                    |it: &ContainerPort<'_>| it.name().is_some_and(|it| it.text() == name);
                container.ports().find(is_meant)?.number()?.as_int()
            }),
        }
    }
}

impl<'t> ServicePort<'t> {
    pub(crate) fn name(self) -> Option<Node<'t>> {
        self.0.at(&["name"]).filter(|name| !name.text().is_empty())
    }

    pub(crate) fn number(self) -> Option<Node<'t>> {
        self.0.at(&["port"])
    }

    pub(crate) fn protocol(self) -> &'t str {
        self.0.at(&["protocol"]).map_or(DEFAULT_PROTOCOL, Node::text)
    }

    /// Whether it is the port that is meant; a part that a template fills in may be.
    fn is(self, port: PortRef<'_>) -> bool {
        let own = match port {
            PortRef::Name(_) => self.name(),
            PortRef::Number(_) => self.number(),
        };
        own.is_some_and(|own| PortRef::of(own) == Some(port) || is_templated(own.text()))
    }

    /// The port of the pods, and where that stands: `targetPort`, or else the port's own number.
    ///
    /// Source: Kubernetes, `SetDefaults_Service`: zero and an empty name mean the same as nothing.
    pub(crate) fn target(self) -> Option<(PortRef<'t>, Node<'t>)> {
        let stated = self.0.at(&["targetPort"]);
        let stated = stated.filter(|node| node.as_int() != Some(0) && node.as_str() != Some(""));
        let node = stated.or_else(|| self.number())?;
        Some((PortRef::of(node)?, node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_images_and_names_are_known_for() {
        let table = [
            ("vllm/vllm-openai:v0.9.0", Some("vLLM")),
            ("ghcr.io/ggml-org/llama.cpp:server", Some("llama.cpp")),
            ("rayproject/ray:2.46.0", Some("Ray")),
            ("ray-head", Some("Ray")),
            ("amazon/aws-x-ray-daemon", None),
            ("tray-app", None),
            ("acme/web", None),
        ];
        for (text, expected) in table {
            assert_eq!(ai_interface(text), expected, "{text}");
        }
        assert!(is_edge("registry.k8s.io/ingress-nginx/controller:v1.12.1"));
        assert!(!is_edge("nginx:1.27"));
    }
}
