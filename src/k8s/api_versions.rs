//! Versions of APIs that Kubernetes, or what is commonly installed on it, has left behind.
//!
//! The table is as of Kubernetes 1.37, November 2026; a version that is not in it is left alone.
//!
//! Sources: <https://kubernetes.io/docs/reference/using-api/deprecation-guide>; the `APILifecycle`
//! functions of `k8s.io/api`; which versions the `OpenAPI` documents of 1.33 to 1.37 have.
//! Operators: cert-manager.io, "Migrating Deprecated API Resources"; the release notes of External
//! Secrets 0.16 and 0.17, Gateway API 1.0, 1.2 and 1.5, KEDA 2.0, Flux 2.0 and 2.3, Istio 1.6,
//! `KServe` 0.7 and Traefik 3.0; docs.ray.io, "`KubeRay` upgrade guide".

use super::{KubernetesVersion, Object};
use crate::tree::Node;

/// What is left behind of some kinds.
#[derive(Debug)]
pub(crate) struct OldVersion {
    version: &'static str,
    kinds: &'static [&'static str],
    history: History,
    /// What to ask for instead.
    successor: Option<&'static str>,
    bump: fn(Object<'_>) -> Bump,
}

#[derive(Clone, Copy, Debug)]
enum History {
    /// The minor versions of Kubernetes that deprecated it, that no longer serve it, and that
    /// first served the successor.
    Kubernetes { deprecated: u16, removed: Option<u16>, available: u16 },
    /// The same of something that is installed: which version is, no manifest tells.
    Operator { name: &'static str, deprecated: &'static str, removed: Option<&'static str> },
}

/// Where a version stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The API server refuses it since that version of Kubernetes.
    Removed { since: KubernetesVersion },
    /// The API server warns of it, and will refuse it in the other version of Kubernetes.
    Deprecated { since: KubernetesVersion, until: Option<KubernetesVersion> },
    /// The operator of that name serves it no more since that version.
    RemovedBy { operator: &'static str, since: &'static str },
    /// The operator of that name will stop serving it.
    DeprecatedBy { operator: &'static str, since: &'static str },
}

/// What it takes to move an object on to the successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bump {
    /// Only the version, and it means the same.
    Safe,
    /// Only the version, and something then means something else.
    Unsafe(&'static str),
    /// More than the version.
    More(&'static str),
}

impl OldVersion {
    /// The entry of an object's version; nothing for one that is current, or not known.
    pub(crate) fn of(object: Object<'_>) -> Option<&'static Self> {
        let (version, kind) = (object.api_version(), object.kind());
        TABLE.iter().find(|old| old.version == version && old.kinds.contains(&kind))
    }

    /// Where the version stands in a cluster of that version of Kubernetes; nothing while it is
    /// not deprecated there, or there is nothing to use instead.
    pub(crate) fn standing(&self, cluster: KubernetesVersion) -> Option<Standing> {
        match self.history {
            History::Kubernetes { deprecated, removed, available } => {
                let [since, available] = [deprecated, available].map(KubernetesVersion::of);
                let until = removed.map(KubernetesVersion::of);
                match until.filter(|until| *until <= cluster) {
                    Some(since) => Some(Standing::Removed { since }),
                    None => (since.max(available) <= cluster)
                        .then_some(Standing::Deprecated { since, until }),
                }
            }
            History::Operator { name, removed: Some(since), .. } => {
                Some(Standing::RemovedBy { operator: name, since })
            }
            History::Operator { name, deprecated: since, removed: None } => {
                Some(Standing::DeprecatedBy { operator: name, since })
            }
        }
    }

    pub(crate) fn successor(&self) -> Option<&'static str> {
        self.successor
    }

    /// What it takes to move the object on.
    pub(crate) fn bump(&self, object: Object<'_>) -> Bump {
        (self.bump)(object)
    }
}

/// An entry for Kubernetes itself: deprecated in, removed in, and the successor since.
const fn of_kubernetes(
    version: &'static str,
    kinds: &'static [&'static str],
    (deprecated, removed): (u16, u16),
    (successor, available): (&'static str, u16),
    bump: fn(Object<'_>) -> Bump,
) -> OldVersion {
    let history = History::Kubernetes { deprecated, removed: Some(removed), available };
    OldVersion { version, kinds, history, successor: Some(successor), bump }
}

/// An entry for something that Kubernetes has given up.
const fn given_up(
    version: &'static str,
    kinds: &'static [&'static str],
    (deprecated, removed): (u16, u16),
    bump: fn(Object<'_>) -> Bump,
) -> OldVersion {
    let history = History::Kubernetes { deprecated, removed: Some(removed), available: deprecated };
    OldVersion { version, kinds, history, successor: None, bump }
}

/// An entry for a custom resource that its operator serves no more.
const fn removed_by(
    name: &'static str,
    version: &'static str,
    kinds: &'static [&'static str],
    (deprecated, removed): (&'static str, &'static str),
    successor: &'static str,
    bump: fn(Object<'_>) -> Bump,
) -> OldVersion {
    let history = History::Operator { name, deprecated, removed: Some(removed) };
    OldVersion { version, kinds, history, successor: Some(successor), bump }
}

/// An entry for a custom resource that its operator still serves.
const fn deprecated_by(
    name: &'static str,
    version: &'static str,
    kinds: &'static [&'static str],
    deprecated: &'static str,
    successor: &'static str,
    bump: fn(Object<'_>) -> Bump,
) -> OldVersion {
    let history = History::Operator { name, deprecated, removed: None };
    OldVersion { version, kinds, history, successor: Some(successor), bump }
}

const ROLES: &[&str] = &["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"];
const WEBHOOKS: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const ADMISSION: &[&str] = &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const DEVICES: &[&str] =
    &["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"];
const CERTIFICATES: &[&str] = &["Certificate", "CertificateRequest", "Issuer", "ClusterIssuer"];
const ACME: &[&str] = &["Challenge", "Order"];
const SECRETS: &[&str] =
    &["ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore"];
const SCALERS: &[&str] = &["ScaledObject", "ScaledJob", "TriggerAuthentication"];
const SOURCES: &[&str] = &["GitRepository", "HelmRepository", "HelmChart", "Bucket"];
const RAY: &[&str] = &["RayCluster", "RayJob", "RayService"];
const TRAEFIK: &[&str] = &[
    "IngressRoute",
    "IngressRouteTCP",
    "IngressRouteUDP",
    "Middleware",
    "MiddlewareTCP",
    "ServersTransport",
    "TLSOption",
    "TLSStore",
    "TraefikService",
];

#[rustfmt::skip]
static TABLE: &[OldVersion] = &[
    of_kubernetes("extensions/v1beta1", &["Deployment"], (8, 16), ("apps/v1", 9), older_deployment),
    of_kubernetes("extensions/v1beta1", &["DaemonSet"], (8, 16), ("apps/v1", 9), older_updates),
    of_kubernetes("extensions/v1beta1", &["ReplicaSet"], (8, 16), ("apps/v1", 9), with_selector),
    of_kubernetes("extensions/v1beta1", &["NetworkPolicy"], (9, 16), ("networking.k8s.io/v1", 8), same),
    of_kubernetes("extensions/v1beta1", &["Ingress"], (14, 22), ("networking.k8s.io/v1", 19), ingress),
    given_up("extensions/v1beta1", &["PodSecurityPolicy"], (11, 16), pod_security),
    of_kubernetes("apps/v1beta1", &["Deployment"], (8, 16), ("apps/v1", 9), older_deployment),
    of_kubernetes("apps/v1beta1", &["StatefulSet"], (8, 16), ("apps/v1", 9), older_updates),
    of_kubernetes("apps/v1beta1", &["ReplicaSet"], (8, 16), ("apps/v1", 9), with_selector),
    of_kubernetes("apps/v1beta2", &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"], (9, 16), ("apps/v1", 9), with_selector),
    of_kubernetes("batch/v2alpha1", &["CronJob"], (21, 21), ("batch/v1", 21), same),
    of_kubernetes("batch/v1beta1", &["CronJob"], (21, 25), ("batch/v1", 21), same),
    of_kubernetes("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], (22, 25), ("autoscaling/v2", 23), metrics),
    of_kubernetes("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], (23, 26), ("autoscaling/v2", 23), same),
    of_kubernetes("policy/v1beta1", &["PodDisruptionBudget"], (21, 25), ("policy/v1", 21), budget),
    given_up("policy/v1beta1", &["PodSecurityPolicy"], (21, 25), pod_security),
    of_kubernetes("networking.k8s.io/v1beta1", &["Ingress"], (19, 22), ("networking.k8s.io/v1", 19), ingress),
    of_kubernetes("networking.k8s.io/v1beta1", &["IngressClass"], (19, 22), ("networking.k8s.io/v1", 19), same),
    of_kubernetes("networking.k8s.io/v1beta1", &["IPAddress", "ServiceCIDR"], (34, 37), ("networking.k8s.io/v1", 33), same),
    of_kubernetes("rbac.authorization.k8s.io/v1alpha1", ROLES, (17, 22), ("rbac.authorization.k8s.io/v1", 8), subjects),
    of_kubernetes("rbac.authorization.k8s.io/v1beta1", ROLES, (17, 22), ("rbac.authorization.k8s.io/v1", 8), same),
    of_kubernetes("scheduling.k8s.io/v1alpha1", &["PriorityClass"], (14, 17), ("scheduling.k8s.io/v1", 14), same),
    of_kubernetes("scheduling.k8s.io/v1beta1", &["PriorityClass"], (14, 22), ("scheduling.k8s.io/v1", 14), same),
    of_kubernetes("storage.k8s.io/v1beta1", &["StorageClass", "CSIDriver", "VolumeAttachment"], (19, 22), ("storage.k8s.io/v1", 19), same),
    of_kubernetes("storage.k8s.io/v1beta1", &["CSINode"], (17, 22), ("storage.k8s.io/v1", 17), same),
    of_kubernetes("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], (24, 27), ("storage.k8s.io/v1", 24), same),
    of_kubernetes("storage.k8s.io/v1beta1", &["VolumeAttributesClass"], (34, 37), ("storage.k8s.io/v1", 34), same),
    of_kubernetes("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], (16, 22), ("apiextensions.k8s.io/v1", 16), definition),
    of_kubernetes("apiregistration.k8s.io/v1beta1", &["APIService"], (19, 22), ("apiregistration.k8s.io/v1", 10), same),
    of_kubernetes("admissionregistration.k8s.io/v1beta1", WEBHOOKS, (16, 22), ("admissionregistration.k8s.io/v1", 16), webhooks),
    of_kubernetes("admissionregistration.k8s.io/v1beta1", ADMISSION, (31, 34), ("admissionregistration.k8s.io/v1", 30), same),
    of_kubernetes("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], (19, 22), ("certificates.k8s.io/v1", 19), signing),
    of_kubernetes("certificates.k8s.io/v1beta1", &["ClusterTrustBundle"], (36, 39), ("certificates.k8s.io/v1", 37), same),
    of_kubernetes("coordination.k8s.io/v1beta1", &["Lease"], (19, 22), ("coordination.k8s.io/v1", 14), same),
    of_kubernetes("discovery.k8s.io/v1beta1", &["EndpointSlice"], (21, 25), ("discovery.k8s.io/v1", 21), topology),
    of_kubernetes("node.k8s.io/v1beta1", &["RuntimeClass"], (22, 25), ("node.k8s.io/v1", 20), same),
    of_kubernetes("flowcontrol.apiserver.k8s.io/v1beta1", &["FlowSchema"], (23, 26), ("flowcontrol.apiserver.k8s.io/v1", 29), same),
    of_kubernetes("flowcontrol.apiserver.k8s.io/v1beta2", &["FlowSchema"], (26, 29), ("flowcontrol.apiserver.k8s.io/v1", 29), same),
    of_kubernetes("flowcontrol.apiserver.k8s.io/v1beta3", &["FlowSchema"], (29, 32), ("flowcontrol.apiserver.k8s.io/v1", 29), same),
    of_kubernetes("flowcontrol.apiserver.k8s.io/v1beta1", &["PriorityLevelConfiguration"], (23, 26), ("flowcontrol.apiserver.k8s.io/v1", 29), shares),
    of_kubernetes("flowcontrol.apiserver.k8s.io/v1beta2", &["PriorityLevelConfiguration"], (26, 29), ("flowcontrol.apiserver.k8s.io/v1", 29), shares),
    of_kubernetes("flowcontrol.apiserver.k8s.io/v1beta3", &["PriorityLevelConfiguration"], (29, 32), ("flowcontrol.apiserver.k8s.io/v1", 29), shares),
    of_kubernetes("resource.k8s.io/v1alpha3", DEVICES, (34, 34), ("resource.k8s.io/v1", 34), devices),
    of_kubernetes("resource.k8s.io/v1beta1", DEVICES, (35, 38), ("resource.k8s.io/v1", 34), devices),
    of_kubernetes("resource.k8s.io/v1beta2", DEVICES, (36, 39), ("resource.k8s.io/v1", 34), same),
    given_up("settings.k8s.io/v1alpha1", &["PodPreset"], (20, 20), presets),
    OldVersion {
        version: "v1",
        kinds: &["Endpoints"],
        history: History::Kubernetes { deprecated: 33, removed: None, available: 21 },
        successor: None,
        bump: endpoints,
    },
    removed_by("cert-manager", "certmanager.k8s.io/v1alpha1", CERTIFICATES, ("0.11", "0.11"), "cert-manager.io/v1", certificates),
    removed_by("cert-manager", "cert-manager.io/v1alpha2", CERTIFICATES, ("1.4", "1.6"), "cert-manager.io/v1", certificates),
    removed_by("cert-manager", "cert-manager.io/v1alpha3", CERTIFICATES, ("1.4", "1.6"), "cert-manager.io/v1", certificates),
    removed_by("cert-manager", "cert-manager.io/v1beta1", CERTIFICATES, ("1.4", "1.6"), "cert-manager.io/v1", certificates),
    removed_by("cert-manager", "acme.cert-manager.io/v1alpha2", ACME, ("1.4", "1.6"), "acme.cert-manager.io/v1", certificates),
    removed_by("cert-manager", "acme.cert-manager.io/v1alpha3", ACME, ("1.4", "1.6"), "acme.cert-manager.io/v1", certificates),
    removed_by("cert-manager", "acme.cert-manager.io/v1beta1", ACME, ("1.4", "1.6"), "acme.cert-manager.io/v1", certificates),
    removed_by("External Secrets", "external-secrets.io/v1alpha1", SECRETS, ("0.5", "0.16"), "external-secrets.io/v1", external_secrets),
    removed_by("External Secrets", "external-secrets.io/v1beta1", SECRETS, ("0.16", "0.17"), "external-secrets.io/v1", by_operator),
    removed_by("Gateway API", "networking.x-k8s.io/v1alpha1", &["GatewayClass", "Gateway", "HTTPRoute"], ("0.4", "0.4"), "gateway.networking.k8s.io/v1", routes),
    deprecated_by("Gateway API", "gateway.networking.k8s.io/v1alpha2", &["GatewayClass", "Gateway", "HTTPRoute"], "1.0", "gateway.networking.k8s.io/v1", by_operator),
    removed_by("Gateway API", "gateway.networking.k8s.io/v1alpha2", &["GRPCRoute"], ("1.1", "1.2"), "gateway.networking.k8s.io/v1", by_operator),
    removed_by("Gateway API", "gateway.networking.k8s.io/v1alpha2", &["ReferenceGrant"], ("1.1", "1.2"), "gateway.networking.k8s.io/v1beta1", by_operator),
    deprecated_by("Gateway API", "gateway.networking.k8s.io/v1alpha2", &["TLSRoute"], "1.5", "gateway.networking.k8s.io/v1", by_operator),
    deprecated_by("Gateway API", "gateway.networking.k8s.io/v1alpha3", &["TLSRoute"], "1.5", "gateway.networking.k8s.io/v1", by_operator),
    removed_by("KEDA", "keda.k8s.io/v1alpha1", SCALERS, ("2.0", "2.0"), "keda.sh/v1alpha1", scaled),
    deprecated_by("Flux", "helm.toolkit.fluxcd.io/v2beta1", &["HelmRelease"], "2.3", "helm.toolkit.fluxcd.io/v2", by_operator),
    deprecated_by("Flux", "helm.toolkit.fluxcd.io/v2beta2", &["HelmRelease"], "2.3", "helm.toolkit.fluxcd.io/v2", by_operator),
    deprecated_by("Flux", "kustomize.toolkit.fluxcd.io/v1beta1", &["Kustomization"], "2.0", "kustomize.toolkit.fluxcd.io/v1", by_operator),
    deprecated_by("Flux", "kustomize.toolkit.fluxcd.io/v1beta2", &["Kustomization"], "2.0", "kustomize.toolkit.fluxcd.io/v1", by_operator),
    deprecated_by("Flux", "source.toolkit.fluxcd.io/v1beta1", SOURCES, "2.3", "source.toolkit.fluxcd.io/v1", by_operator),
    deprecated_by("Flux", "source.toolkit.fluxcd.io/v1beta2", SOURCES, "2.3", "source.toolkit.fluxcd.io/v1", by_operator),
    removed_by("Istio", "authentication.istio.io/v1alpha1", &["Policy", "MeshPolicy"], ("1.5", "1.6"), "security.istio.io/v1", authorization),
    removed_by("Istio", "rbac.istio.io/v1alpha1", &["ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding"], ("1.4", "1.6"), "security.istio.io/v1", authorization),
    removed_by("KServe", "serving.kubeflow.org/v1alpha2", &["InferenceService"], ("0.7", "0.7"), "serving.kserve.io/v1beta1", predictors),
    removed_by("KServe", "serving.kubeflow.org/v1beta1", &["InferenceService"], ("0.7", "0.7"), "serving.kserve.io/v1beta1", by_operator),
    deprecated_by("KubeRay", "ray.io/v1alpha1", RAY, "1.0", "ray.io/v1", by_operator),
    removed_by("Traefik", "traefik.containo.us/v1alpha1", TRAEFIK, ("2.10", "3.0"), "traefik.io/v1alpha1", routers),
];

fn same(_: Object<'_>) -> Bump {
    Bump::Safe
}

fn safe_if(fits: bool, otherwise: Bump) -> Bump {
    if fits { Bump::Safe } else { otherwise }
}

fn has(object: Object<'_>, keys: &[&str]) -> bool {
    object.node().at(keys).is_some()
}

/// Whether each item of a list has all of those fields.
fn each_has(object: Object<'_>, list: &[&str], fields: &[&[&str]]) -> bool {
    let mut items = object.node().at(list).into_iter().flat_map(Node::items);
    items.all(|item| fields.iter().all(|field| item.at(field).is_some()))
}

/// The fields that `apps/v1` demands, and those that it does not have.
fn with_selector(object: Object<'_>) -> Bump {
    let gone = [["spec", "rollbackTo"], ["spec", "templateGeneration"]];
    match () {
        () if !has(object, &["spec", "selector"]) => {
            Bump::More("spec.selector must be stated, with the labels of the template")
        }
        () if gone.iter().any(|field| has(object, field)) => {
            Bump::More("spec.rollbackTo and spec.templateGeneration are gone")
        }
        () => Bump::Safe,
    }
}

/// Defaults of the older versions that `apps/v1` does not share.
fn older_deployment(object: Object<'_>) -> Bump {
    match with_selector(object) {
        Bump::Safe => Bump::Unsafe("the defaults of updates and of the history are others"),
        more => more,
    }
}

fn older_updates(object: Object<'_>) -> Bump {
    match with_selector(object) {
        Bump::Safe if !has(object, &["spec", "updateStrategy", "type"]) => Bump::Unsafe(
            "updates then replace the pods by themselves, unless updateStrategy says OnDelete",
        ),
        bump => bump,
    }
}

fn ingress(_: Object<'_>) -> Bump {
    Bump::More(
        "serviceName and servicePort become service.name and service.port, and each path needs a pathType",
    )
}

fn pod_security(_: Object<'_>) -> Bump {
    Bump::More(
        "label the namespaces for Pod Security Admission instead: pod-security.kubernetes.io/enforce",
    )
}

fn metrics(object: Object<'_>) -> Bump {
    let is_plain = !has(object, &["spec", "metrics"]);
    safe_if(is_plain, Bump::More("what is aimed at moves into the target of each metric"))
}

/// An empty selector selected nothing, and now selects everything.
fn budget(object: Object<'_>) -> Bump {
    let selector = object.node().at(&["spec", "selector"]);
    let is_empty =
        selector.is_some_and(|selector| selector.is_map() && selector.entries().is_empty());
    safe_if(!is_empty, Bump::Unsafe("its empty selector then covers every pod of the namespace"))
}

/// `apiVersion` of a subject became `apiGroup`.
fn subjects(object: Object<'_>) -> Bump {
    let mut subjects = object.node().at(&["subjects"]).into_iter().flat_map(Node::items);
    let is_new = subjects.all(|subject| subject.at(&["apiVersion"]).is_none());
    safe_if(is_new, Bump::More("apiVersion of each subject becomes apiGroup"))
}

fn definition(_: Object<'_>) -> Bump {
    Bump::More("each version needs a schema of its own, and scope must be stated")
}

/// What had a default, or has another one now.
fn webhooks(object: Object<'_>) -> Bump {
    const STATED: [&[&str]; 5] = [
        &["sideEffects"],
        &["admissionReviewVersions"],
        &["failurePolicy"],
        &["matchPolicy"],
        &["timeoutSeconds"],
    ];
    let mut webhooks = object.node().at(&["webhooks"]).into_iter().flat_map(Node::items);
    let may_stay = |effects: Node<'_>| ["None", "NoneOnDryRun"].contains(&effects.text());
    match () {
        () if !each_has(object, &["webhooks"], &STATED) => Bump::More(
            "sideEffects and admissionReviewVersions must be stated, and failurePolicy defaults to Fail",
        ),
        () if !webhooks.all(|webhook| webhook.at(&["sideEffects"]).is_some_and(may_stay)) => {
            Bump::More("sideEffects must be None or NoneOnDryRun")
        }
        () => Bump::Safe,
    }
}

fn signing(object: Object<'_>) -> Bump {
    let signer = object.node().at(&["spec", "signerName"]);
    match () {
        () if signer.is_none() || !has(object, &["spec", "usages"]) => {
            Bump::More("signerName and usages must be stated")
        }
        () if signer.is_some_and(|signer| signer.text() == "kubernetes.io/legacy-unknown") => {
            Bump::More("signerName must be another than kubernetes.io/legacy-unknown")
        }
        () => Bump::Safe,
    }
}

fn topology(object: Object<'_>) -> Bump {
    let mut endpoints = object.node().at(&["endpoints"]).into_iter().flat_map(Node::items);
    let is_new = endpoints.all(|endpoint| endpoint.at(&["topology"]).is_none());
    safe_if(is_new, Bump::More("topology becomes nodeName and zone"))
}

/// A zero meant the default until `v1`, and the shares had another name until `v1beta3`.
fn shares(object: Object<'_>) -> Bump {
    let field = |name| object.node().at(&["spec", "limited", name]);
    match () {
        () if field("assuredConcurrencyShares").is_some() => {
            Bump::More("assuredConcurrencyShares is called nominalConcurrencyShares")
        }
        () if field("nominalConcurrencyShares").and_then(Node::as_int) == Some(0) => {
            Bump::Unsafe("a share of zero then means zero")
        }
        () => Bump::Safe,
    }
}

fn devices(object: Object<'_>) -> Bump {
    match object.kind() {
        "DeviceClass" => Bump::Safe,
        _ => Bump::More("what a request asks for moves below `exactly`"),
    }
}

fn presets(_: Object<'_>) -> Bump {
    Bump::More("nothing injects it any more: state it in the pods")
}

fn endpoints(_: Object<'_>) -> Bump {
    Bump::More(
        "write an EndpointSlice of `discovery.k8s.io/v1`, with the label kubernetes.io/service-name",
    )
}

/// Fields are the same; whether the installed version knows them, no manifest tells.
fn by_operator(_: Object<'_>) -> Bump {
    Bump::Unsafe("the installed version must know it")
}

fn certificates(_: Object<'_>) -> Bump {
    Bump::More("some fields have other names: `cmctl convert` knows them")
}

fn external_secrets(_: Object<'_>) -> Bump {
    Bump::More("dataFrom and the stores have other fields")
}

fn routes(_: Object<'_>) -> Bump {
    Bump::More("routes name their parents instead of being selected")
}

fn scaled(_: Object<'_>) -> Bump {
    Bump::More("scaleTargetRef.deploymentName is called name, and jobs have a kind of their own")
}

fn authorization(_: Object<'_>) -> Bump {
    Bump::More("write an AuthorizationPolicy or a PeerAuthentication")
}

fn predictors(_: Object<'_>) -> Bump {
    Bump::More("`default` is gone: predictor stands in spec itself")
}

fn routers(_: Object<'_>) -> Bump {
    Bump::More("Traefik 3 also reads some rules and middlewares in another way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    fn ask<T>(text: &str, ask: impl FnOnce(Object<'_>) -> T) -> T {
        let (tree, errors) = yaml::read(FileId::new(0), &text.into(), None);
        assert!(errors.is_empty(), "{text}");
        ask(Object::of(tree.documents().next().unwrap()).unwrap())
    }

    #[test]
    fn a_version_is_deprecated_before_it_is_removed() {
        for old in TABLE {
            assert!(!old.kinds.is_empty() && old.successor != Some(old.version), "{old:?}");
            if let History::Kubernetes { deprecated, removed, .. } = old.history {
                assert!(removed.is_none_or(|removed| deprecated <= removed), "{old:?}");
            }
        }
        for (index, old) in TABLE.iter().enumerate() {
            for other in TABLE.iter().skip(index + 1).filter(|it| it.version == old.version) {
                let shared = old.kinds.iter().any(|kind| other.kinds.contains(kind));
                assert!(!shared, "{} stands twice: {:?}", old.version, old.kinds);
            }
            // A successor that is old itself would be reported next.
            let current = |kind: &&&str| {
                !TABLE.iter().any(|it| Some(it.version) == old.successor && it.kinds.contains(kind))
            };
            assert_eq!(old.kinds.iter().filter(current).count(), old.kinds.len(), "{old:?}");
        }
    }

    #[test]
    fn where_a_version_stands_depends_on_the_cluster() {
        let of = KubernetesVersion::of;
        let text = "apiVersion: batch/v1beta1\nkind: CronJob\n";
        ask(text, |object| {
            let old = OldVersion::of(object).unwrap();
            let deprecated = Standing::Deprecated { since: of(21), until: Some(of(25)) };
            assert_eq!(old.standing(of(20)), None);
            assert_eq!(old.standing(of(21)), Some(deprecated.clone()));
            assert_eq!(old.standing(of(24)), Some(deprecated));
            assert_eq!(old.standing(of(25)), Some(Standing::Removed { since: of(25) }));
        });
        // Deprecated in 1.36, but there is nothing to use instead before 1.37.
        let text = "apiVersion: certificates.k8s.io/v1beta1\nkind: ClusterTrustBundle\n";
        ask(text, |object| {
            let old = OldVersion::of(object).unwrap();
            assert_eq!(old.standing(of(36)), None);
            assert!(old.standing(of(37)).is_some());
        });
        for text in [
            "apiVersion: batch/v1\nkind: CronJob\n",
            "apiVersion: acme.io/v1beta1\nkind: CronJob\n",
            "apiVersion: batch/v1beta1\nkind: Batch\n",
            "apiVersion: \"{{ .Values.api }}\"\nkind: CronJob\n",
        ] {
            assert!(ask(text, |object| OldVersion::of(object).is_none()), "{text}");
        }
    }

    #[test]
    fn what_it_takes_to_move_on() {
        enum Takes {
            Nothing,
            ALook,
            More,
        }
        use Takes::{ALook, More, Nothing};
        let table = [
            ("apps/v1beta2", "Deployment", "spec: {selector: {matchLabels: {a: b}}}", Nothing),
            ("apps/v1beta2", "Deployment", "spec: {replicas: 2}", More),
            ("apps/v1beta1", "Deployment", "spec: {selector: {matchLabels: {a: b}}}", ALook),
            (
                "extensions/v1beta1",
                "DaemonSet",
                "spec: {selector: {}, templateGeneration: 1}",
                More,
            ),
            ("extensions/v1beta1", "DaemonSet", "spec: {selector: {}}", ALook),
            (
                "extensions/v1beta1",
                "DaemonSet",
                "spec: {selector: {}, updateStrategy: {type: RollingUpdate}}",
                Nothing,
            ),
            ("policy/v1beta1", "PodDisruptionBudget", "spec: {selector: {}}", ALook),
            ("policy/v1beta1", "PodDisruptionBudget", "spec: {minAvailable: 1}", Nothing),
            (
                "policy/v1beta1",
                "PodDisruptionBudget",
                "spec: {selector: {matchLabels: {a: b}}}",
                Nothing,
            ),
            ("autoscaling/v2beta1", "HorizontalPodAutoscaler", "spec: {maxReplicas: 3}", Nothing),
            ("autoscaling/v2beta1", "HorizontalPodAutoscaler", "spec: {metrics: [{}]}", More),
            ("networking.k8s.io/v1beta1", "Ingress", "spec: {}", More),
            (
                "rbac.authorization.k8s.io/v1alpha1",
                "RoleBinding",
                "subjects: [{kind: User}]",
                Nothing,
            ),
            (
                "rbac.authorization.k8s.io/v1alpha1",
                "RoleBinding",
                "subjects: [{apiVersion: v1}]",
                More,
            ),
            (
                "admissionregistration.k8s.io/v1beta1",
                "ValidatingWebhookConfiguration",
                "webhooks: [{name: a}]",
                More,
            ),
            (
                "admissionregistration.k8s.io/v1beta1",
                "ValidatingWebhookConfiguration",
                "webhooks: [{sideEffects: None, admissionReviewVersions: [v1], failurePolicy: Fail, \
                 matchPolicy: Exact, timeoutSeconds: 5}]",
                Nothing,
            ),
            (
                "admissionregistration.k8s.io/v1beta1",
                "ValidatingWebhookConfiguration",
                "webhooks: [{sideEffects: Unknown, admissionReviewVersions: [v1], failurePolicy: Fail, \
                 matchPolicy: Exact, timeoutSeconds: 5}]",
                More,
            ),
            (
                "certificates.k8s.io/v1beta1",
                "CertificateSigningRequest",
                "spec: {signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}",
                Nothing,
            ),
            (
                "certificates.k8s.io/v1beta1",
                "CertificateSigningRequest",
                "spec: {signerName: kubernetes.io/legacy-unknown, usages: [client auth]}",
                More,
            ),
            (
                "flowcontrol.apiserver.k8s.io/v1beta3",
                "PriorityLevelConfiguration",
                "spec: {limited: {nominalConcurrencyShares: 0}}",
                ALook,
            ),
            ("cert-manager.io/v1alpha2", "Certificate", "spec: {}", More),
            ("external-secrets.io/v1beta1", "ExternalSecret", "spec: {}", ALook),
        ];
        for (version, kind, field, expected) in table {
            let text = format!("apiVersion: {version}\nkind: {kind}\n{field}\n");
            let bump = ask(&text, |object| OldVersion::of(object).unwrap().bump(object));
            let fits = matches!(
                (bump, &expected),
                (Bump::Safe, Nothing) | (Bump::Unsafe(_), ALook) | (Bump::More(_), More)
            );
            assert!(fits, "{text}{bump:?}");
        }
    }
}
