//! What the API server would refuse of an object: wrong types, unknown fields, missing ones.
//!
//! The types are those of `k8s-openapi`, read by the one deserializer of [`crate::tree::de`]. It
//! takes every field for optional and every string for as good as another; what the API server demands is
//! in [`demands`] and in [`form`].

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{PoisonError, RwLock};

use k8s_openapi::api::{
    admissionregistration::v1 as admission, apps::v1 as apps, autoscaling::v1 as autoscaling_v1,
    autoscaling::v2 as autoscaling, batch::v1 as batch, certificates::v1 as certificates,
    coordination::v1 as coordination, core::v1 as core, discovery::v1 as discovery,
    flowcontrol::v1 as flowcontrol, networking::v1 as networking, node::v1 as node,
    policy::v1 as policy, rbac::v1 as rbac, resource::v1 as resource, scheduling::v1 as scheduling,
    storage::v1 as storage,
};
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1 as registration;
use serde::de::DeserializeOwned;

use super::api_versions::OldVersion;
use super::conflict::conflicts;
use super::form::{self, Form};
use super::{Object, ports};
use crate::tree::de::{self, Read, Unknown};
use crate::tree::{Entry, Node, Scalar};
use crate::words;

/// More faults of one object than this would not be read either.
pub(super) const MOST: usize = 100;

/// Something that the API server would refuse.
#[derive(Debug)]
pub(crate) struct Fault<'t> {
    pub(crate) at: Node<'t>,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// The outlines of objects that have no faults. Most objects of a project differ from others in names only,
/// and to read them all as their types takes longer than any other rule.
#[derive(Debug, Default)]
pub(crate) struct Faultless {
    state: RandomState,
    outlines: RwLock<HashSet<u64>>,
}

impl Faultless {
    /// What stands for all objects that have faults if this one has.
    fn outline(&self, object: Object<'_>) -> Option<u64> {
        // Whether a text is base64, only the text tells.
        const ENCODED: [&str; 5] = [
            "APIService",
            "CertificateSigningRequest",
            "MutatingWebhookConfiguration",
            "Secret",
            "ValidatingWebhookConfiguration",
        ];
        if ENCODED.contains(&object.kind()) || object.node().get("binaryData").is_some() {
            return None;
        }
        let mut hasher = self.state.build_hasher();
        let needs_ports = object.kind() == "Service" && needs_ports(object);
        (object.api_version(), object.kind(), needs_ports).hash(&mut hasher);
        object.outline(&mut hasher)?;
        Some(hasher.finish())
    }

    fn holds(&self, outline: u64) -> bool {
        self.outlines.read().unwrap_or_else(PoisonError::into_inner).contains(&outline)
    }

    fn add(&self, outline: u64) {
        self.outlines.write().unwrap_or_else(PoisonError::into_inner).insert(outline);
    }
}

/// The faults of an object; none where its kind is not one of Kubernetes' own, or its version is
/// not a current one. `is_moved`: a kustomization gives it a namespace, and the accounts that it names one as well.
pub(crate) fn faults<'t>(
    object: Object<'t>,
    is_moved: bool,
    faultless: &Faultless,
) -> Vec<Fault<'t>> {
    let Some(reader) = reader(object.api_version(), object.kind()) else {
        return misplaced(object).into_iter().collect();
    };
    // The outline tells nothing of what names say of each other.
    let conflicts =
        if encryption(object).is_none() { conflicts(object, is_moved) } else { Vec::new() };
    let outline = faultless.outline(object);
    if outline.is_some_and(|outline| faultless.holds(outline)) {
        return conflicts;
    }
    let (mut faults, is_clean) = read_faults(object, reader);
    if let Some(outline) = outline.filter(|_| is_clean) {
        faultless.add(outline);
    }
    faults.extend(conflicts);
    faults
}

/// The faults, and whether nothing at all was noticed: what a template will fill in is no fault, and tells
/// nothing of other objects.
fn read_faults(object: Object<'_>, reader: Reader) -> (Vec<Fault<'_>>, bool) {
    let mut faults = Vec::new();
    let mut passed_over = Vec::new();
    let outcome = loop {
        let outcome = reader(object.node(), &passed_over);
        let Some((node, why)) = &outcome.misfit else { break outcome };
        if passed_over.len() == MOST || passed_over.contains(node) {
            break outcome;
        }
        passed_over.push(*node);
        faults.extend(misfit(object, *node, why));
    };
    faults.extend(outcome.unknown.iter().filter_map(|unknown| unknown_field(object, *unknown)));
    let quantities = outcome.wrapped.iter().filter(|(name, _)| *name == "Quantity");
    let malformed: Vec<_> = quantities
        .map(|(_, node)| *node)
        .filter(|node| node.as_str().is_some_and(|text| !is_quantity(text)))
        .collect();
    let is_clean = passed_over.is_empty() && outcome.unknown.is_empty() && malformed.is_empty();
    faults.extend(malformed.into_iter().filter_map(|node| malformed_quantity(object, node)));
    faults.extend(outcome.formed.iter().flat_map(|(name, entry)| misformed(object, name, *entry)));
    faults.extend(missing(object));
    let is_clean = is_clean && faults.is_empty();
    if let Some(sops) = encryption(object) {
        let is_cipher = |node: Node<'_>| node.text().starts_with("ENC[AES256_GCM,");
        faults.retain(|fault| fault.at != sops && !is_cipher(fault.at));
    }
    (faults, is_clean)
}

/// What SOPS adds to an object that it encrypts, and takes out again when it decrypts it: before the API
/// server sees anything of it.
///
/// Source: getsops.io/docs, "Message Authentication Code".
fn encryption(object: Object<'_>) -> Option<Node<'_>> {
    let sops = object.node().get("sops")?;
    let is_added =
        ["mac", "lastmodified", "version"].iter().any(|key| sops.value.get(key).is_some());
    is_added.then_some(sops.key)
}

/// What reading an object as its type had to say.
struct Outcome<'t> {
    misfit: Option<(Node<'t>, String)>,
    unknown: Vec<Unknown<'t>>,
    wrapped: Vec<(&'static str, Node<'t>)>,
    /// The entries whose strings have a form, with the types that they are fields of.
    formed: Vec<(&'static str, Entry<'t>)>,
}

type Reader = for<'t> fn(Node<'t>, &[Node<'t>]) -> Outcome<'t>;

fn read<'t, T: DeserializeOwned>(node: Node<'t>, without: &[Node<'t>]) -> Outcome<'t> {
    let read = de::read_without::<T>(node, without, |name, key| form::of(name, key).is_some());
    let Read { value, unknown, wrapped, asked: formed } = read;
    Outcome { misfit: value.err(), unknown, wrapped, formed }
}

/// What is read, by its version and its kind.
#[rustfmt::skip]
const READERS: &[(&str, &str, Reader)] = &[
    ("v1", "Pod", read::<core::Pod>),
    ("v1", "Service", read::<core::Service>),
    ("v1", "ConfigMap", read::<core::ConfigMap>),
    ("v1", "Secret", read::<core::Secret>),
    ("v1", "Namespace", read::<core::Namespace>),
    ("v1", "ServiceAccount", read::<core::ServiceAccount>),
    ("v1", "PersistentVolumeClaim", read::<core::PersistentVolumeClaim>),
    ("v1", "PersistentVolume", read::<core::PersistentVolume>),
    ("v1", "ReplicationController", read::<core::ReplicationController>),
    ("v1", "LimitRange", read::<core::LimitRange>),
    ("v1", "ResourceQuota", read::<core::ResourceQuota>),
    ("v1", "Node", read::<core::Node>),
    ("v1", "Endpoints", read::<core::Endpoints>),
    ("v1", "PodTemplate", read::<core::PodTemplate>),
    ("apps/v1", "Deployment", read::<apps::Deployment>),
    ("apps/v1", "StatefulSet", read::<apps::StatefulSet>),
    ("apps/v1", "DaemonSet", read::<apps::DaemonSet>),
    ("apps/v1", "ReplicaSet", read::<apps::ReplicaSet>),
    ("batch/v1", "Job", read::<batch::Job>),
    ("batch/v1", "CronJob", read::<batch::CronJob>),
    ("autoscaling/v1", "HorizontalPodAutoscaler", read::<autoscaling_v1::HorizontalPodAutoscaler>),
    ("autoscaling/v2", "HorizontalPodAutoscaler", read::<autoscaling::HorizontalPodAutoscaler>),
    ("policy/v1", "PodDisruptionBudget", read::<policy::PodDisruptionBudget>),
    ("networking.k8s.io/v1", "Ingress", read::<networking::Ingress>),
    ("networking.k8s.io/v1", "IngressClass", read::<networking::IngressClass>),
    ("networking.k8s.io/v1", "NetworkPolicy", read::<networking::NetworkPolicy>),
    ("rbac.authorization.k8s.io/v1", "Role", read::<rbac::Role>),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", read::<rbac::ClusterRole>),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", read::<rbac::RoleBinding>),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", read::<rbac::ClusterRoleBinding>),
    ("storage.k8s.io/v1", "StorageClass", read::<storage::StorageClass>),
    ("scheduling.k8s.io/v1", "PriorityClass", read::<scheduling::PriorityClass>),
    ("networking.k8s.io/v1", "ServiceCIDR", read::<networking::ServiceCIDR>),
    ("storage.k8s.io/v1", "CSIDriver", read::<storage::CSIDriver>),
    ("storage.k8s.io/v1", "VolumeAttributesClass", read::<storage::VolumeAttributesClass>),
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", read::<admission::MutatingWebhookConfiguration>),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", read::<admission::ValidatingWebhookConfiguration>),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", read::<admission::MutatingAdmissionPolicy>),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding", read::<admission::MutatingAdmissionPolicyBinding>),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", read::<admission::ValidatingAdmissionPolicy>),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", read::<admission::ValidatingAdmissionPolicyBinding>),
    ("apiregistration.k8s.io/v1", "APIService", read::<registration::APIService>),
    ("certificates.k8s.io/v1", "CertificateSigningRequest", read::<certificates::CertificateSigningRequest>),
    ("coordination.k8s.io/v1", "Lease", read::<coordination::Lease>),
    ("discovery.k8s.io/v1", "EndpointSlice", read::<discovery::EndpointSlice>),
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", read::<flowcontrol::FlowSchema>),
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", read::<flowcontrol::PriorityLevelConfiguration>),
    ("node.k8s.io/v1", "RuntimeClass", read::<node::RuntimeClass>),
    ("resource.k8s.io/v1", "DeviceClass", read::<resource::DeviceClass>),
    ("resource.k8s.io/v1", "ResourceClaim", read::<resource::ResourceClaim>),
    ("resource.k8s.io/v1", "ResourceClaimTemplate", read::<resource::ResourceClaimTemplate>),
];

fn reader(api_version: &str, kind: &str) -> Option<Reader> {
    let fits =
        |(version, known, _): &&(&str, &str, Reader)| *version == api_version && *known == kind;
    READERS.iter().find(fits).map(|(.., reader)| *reader)
}

/// A kind that Kubernetes has, but not in that version: `v1` for a Deployment. Versions that may
/// exist for a while, alpha and beta, are left alone, and so are those that are gone.
fn misplaced(object: Object<'_>) -> Option<Fault<'_>> {
    let version = object.api_version();
    let is_of_group = |version: &str| match version.split_once('/') {
        Some((group, _)) => group == object.group(),
        None => object.group().is_empty(),
    };
    let is_own =
        object.group() == "extensions" || READERS.iter().any(|(version, ..)| is_of_group(version));
    let (known, ..) = READERS.iter().rev().find(|(_, kind, _)| *kind == object.kind())?;
    if !is_own
        || version.contains("alpha")
        || version.contains("beta")
        || OldVersion::of(object).is_some()
    {
        return None;
    }
    Some(Fault {
        at: object.node().at(&["apiVersion"])?,
        message: format!("{} asks for `{version}`, which has no such kind", object.describe()),
        help: format!("did you mean `{known}`?"),
    })
}

fn misfit<'t>(object: Object<'t>, node: Node<'t>, why: &str) -> Option<Fault<'t>> {
    // A number that YAML reads as a float may be a whole one: `1e3`, `08`.
    let is_whole = node.as_int().is_none()
        && node
            .as_number()
            .is_some_and(|number| number.fract() == 0.0 && why.contains(", expected i"));
    if says_nothing(node) || is_whole {
        return None;
    }
    let place = place(object, node);
    // Serde's text quotes the value, which may be a secret; only what it expected is repeated.
    let Some((_, expected)) = why.rsplit_once(", expected ") else {
        return malformed(object, node, &place, why);
    };
    let whole = ["i32", "i64", "a 32-bit integer"].contains(&expected);
    let found = match node.scalar() {
        Some(Scalar::Bool(_)) => "a boolean",
        Some(Scalar::Int(_)) if whole => "one of more than 32 bits",
        Some(Scalar::Float(_)) if whole => "a fraction",
        Some(Scalar::Int(_) | Scalar::Float(_)) => "a number",
        Some(_) => "a string",
        None if node.is_list() => "a list",
        None => "a mapping",
    };
    let wanted = match expected {
        "a string" => "a string",
        "a boolean" => "`true` or `false`",
        _ if whole => "a whole number",
        "f64" => "a number",
        "a sequence" => "a list",
        "IntOrString" => "a whole number or a string",
        "Quantity" => "a quantity",
        "a base64-encoded string" => "a base64 string",
        "Time" | "MicroTime" => "a time",
        _ => "a mapping",
    };
    let help = match (wanted, found) {
        ("a string", "a boolean" | "a number") => "put the value in quotes",
        ("a whole number" | "`true` or `false`", "a string") if fits_unquoted(node) => {
            "remove the quotes"
        }
        ("a list", _) => "each item of a list begins with `- `",
        _ => "the API server refuses the object",
    };
    Some(Fault {
        at: node,
        message: format!("{place} must be {wanted}, not {found}"),
        help: help.to_owned(),
    })
}

/// A string that does not have the form which its type demands.
fn malformed<'t>(object: Object<'t>, node: Node<'t>, place: &str, why: &str) -> Option<Fault<'t>> {
    let holds_base64 = ["data", "binaryData"].iter().any(|field| {
        let values = object.node().at(&[field]).map(Node::entries).unwrap_or_default();
        values.iter().any(|entry| entry.value == node)
    });
    let (message, help) = if holds_base64 && is_base64(node.text()) {
        return None;
    } else if holds_base64 {
        (
            format!("{place} is not base64"),
            "put plain text under stringData instead, or under data in a ConfigMap",
        )
    } else if node.is_scalar() {
        (format!("{place} does not have the form of its type"), "the API server refuses the object")
    } else {
        (format!("{place}: {why}"), "the API server refuses the object")
    };
    Some(Fault { at: node, message, help: help.to_owned() })
}

/// Whether Go decodes the text: unlike serde's side it passes over line breaks, which a block
/// scalar has, and over the bits that are left in the last character.
pub(crate) fn is_base64(text: &str) -> bool {
    let lines = text.replace(['\r', '\n'], "");
    let digits = lines.trim_end_matches('=');
    lines.len().is_multiple_of(4)
        && lines.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// Whether a quoted scalar would be a number or a boolean without its quotes.
fn fits_unquoted(node: Node<'_>) -> bool {
    matches!(node.text(), "true" | "false") || node.text().parse::<i64>().is_ok()
}

fn unknown_field<'t>(object: Object<'t>, unknown: Unknown<'t>) -> Option<Fault<'t>> {
    let name = unknown.key.text();
    if is_placeholder(name) {
        return None;
    }
    let help = match closest(name, unknown.known) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "the API server refuses fields that the type does not have".to_owned(),
    };
    let message = format!("{} is not a field that Kubernetes knows", place(object, unknown.key));
    Some(Fault { at: unknown.key, message, help })
}

/// The name that was probably meant.
fn closest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let distance =
        |known: &str| strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase());
    let best = known.iter().copied().min_by_key(|known| distance(known))?;
    (distance(best) <= (name.len() / 3).max(1)).then_some(best)
}

fn malformed_quantity<'t>(object: Object<'t>, node: Node<'t>) -> Option<Fault<'t>> {
    if says_nothing(node) {
        return None;
    }
    let message = format!("{}: `{}` is not a quantity", place(object, node), node.text());
    let help = "write a number with a suffix that Kubernetes knows: 500m, 2, 512Mi, 1.5G";
    Some(Fault { at: node, message, help: help.to_owned() })
}

/// Source: Kubernetes API reference, `Quantity`.
pub(super) fn is_quantity(text: &str) -> bool {
    const SUFFIXES: [&str; 16] =
        ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    fn unsigned(text: &str) -> &str {
        text.strip_prefix(['+', '-']).unwrap_or(text)
    }
    let text = unsigned(text);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let Some((number, suffix)) = text.split_at_checked(end) else { return false };
    let is_exponent = |suffix: &str| {
        let digits = suffix.strip_prefix(['e', 'E']).map(unsigned).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    number.bytes().any(|byte| byte.is_ascii_digit())
        && number.matches('.').count() <= 1
        && (SUFFIXES.contains(&suffix) || is_exponent(suffix))
}

/// The strings of an entry that do not have their form.
fn misformed<'t>(object: Object<'t>, of: &str, entry: Entry<'t>) -> Vec<Fault<'t>> {
    let Some(form) = form::of(of, entry.key.text()) else { return Vec::new() };
    let listed = entry.value.target().items();
    let strings = std::iter::once(entry.value).chain(listed).filter(|it| !says_nothing(*it));
    let wrong = strings.filter_map(|node| {
        let text = node.as_str().filter(|text| !form.fits(text))?;
        let (what, help) = match form {
            Form::One(words) => ("", one_of(text, words)),
            Form::Percentage if text.parse::<u32>().is_ok() => {
                ("the string ", "remove the quotes".to_owned())
            }
            Form::Percentage => ("", "write a whole number, or one with `%`".to_owned()),
            Form::PortName => ("the name ", ports::name_fault(text)?.to_owned()),
        };
        let message = format!("{} cannot be {what}`{text}`", place(object, node));
        Some(Fault { at: node, message, help })
    });
    wrong.take(MOST).collect()
}

/// What to write in place of a word that is none of these.
fn one_of(text: &str, words: &str) -> String {
    let same = words.split(' ').find(|word| word.eq_ignore_ascii_case(text));
    match same.or_else(|| words::nearest(text, words.split(' '), (text.len() / 3).max(1))) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("it is one of {}", words.split(' ').collect::<Vec<_>>().join(", ")),
    }
}

/// What the API server asks for, as paths; `[]` stands for each item of a list. A path counts
/// only where the value above it is there, so that one omission is one fault.
///
/// Source: Kubernetes, `pkg/apis/*/validation`.
fn demands(object: Object<'_>) -> &'static [&'static str] {
    const CONTROLLER: &[&str] = &["spec", "spec.selector", "spec.template", "spec.template.spec"];
    const TEMPLATED: &[&str] = &["spec", "spec.template", "spec.template.spec"];
    match object.kind() {
        "Pod" => &["spec"],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => CONTROLLER,
        "ReplicationController" | "Job" => TEMPLATED,
        "CronJob" => &[
            "spec",
            "spec.schedule",
            "spec.jobTemplate",
            "spec.jobTemplate.spec",
            "spec.jobTemplate.spec.template",
            "spec.jobTemplate.spec.template.spec",
        ],
        "Service" if needs_ports(object) => &["spec", "spec.ports", "spec.ports[].port"],
        "Service" => &["spec", "spec.ports[].port"],
        "HorizontalPodAutoscaler" => &[
            "spec",
            "spec.maxReplicas",
            "spec.scaleTargetRef",
            "spec.scaleTargetRef.kind",
            "spec.scaleTargetRef.name",
        ],
        "RoleBinding" | "ClusterRoleBinding" => &["roleRef", "roleRef.kind", "roleRef.name"],
        "PersistentVolumeClaim" => &[
            "spec",
            "spec.accessModes",
            "spec.resources",
            "spec.resources.requests",
            "spec.resources.requests.storage",
        ],
        "PersistentVolume" => &["spec", "spec.capacity", "spec.accessModes"],
        "StorageClass" => &["provisioner"],
        "VolumeAttributesClass" => &["driverName"],
        "PriorityClass" => &["value"],
        "RuntimeClass" => &["handler"],
        "Ingress" => {
            &["spec", "spec.rules[].http.paths[].pathType", "spec.rules[].http.paths[].backend"]
        }
        "EndpointSlice" => &["addressType", "endpoints[].addresses"],
        "Role" | "ClusterRole" => &["rules[].verbs"],
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => &[
            "webhooks[].name",
            "webhooks[].clientConfig",
            "webhooks[].sideEffects",
            "webhooks[].admissionReviewVersions",
        ],
        "ValidatingAdmissionPolicy" => &["spec", "spec.matchConstraints"],
        "ValidatingAdmissionPolicyBinding" => {
            &["spec", "spec.policyName", "spec.validationActions"]
        }
        "CertificateSigningRequest" => &["spec", "spec.request", "spec.signerName", "spec.usages"],
        "APIService" => &["spec", "spec.groupPriorityMinimum", "spec.versionPriority"],
        "PodTemplate" => &["template", "template.spec"],
        _ => &[],
    }
}

/// A headless service and an alias of a name outside the cluster may do without ports.
fn needs_ports(service: Object<'_>) -> bool {
    let field = |name: &str| service.node().at(&["spec", name]).map_or("", Node::text);
    field("clusterIP") != "None" && field("type") != "ExternalName"
}

/// What the API server asks for in the spec of a pod.
const POD_DEMANDS: [&str; 13] = [
    "containers",
    "containers[].name",
    "containers[].image",
    "containers[].env[].name",
    "containers[].ports[].containerPort",
    "containers[].volumeMounts[].name",
    "containers[].volumeMounts[].mountPath",
    "initContainers[].name",
    "initContainers[].image",
    "initContainers[].env[].name",
    "initContainers[].volumeMounts[].name",
    "initContainers[].volumeMounts[].mountPath",
    "volumes[].name",
];

/// Where an object of that kind says what its pods are.
pub(super) fn pod_path(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Pod" => Some(&["spec"]),
        "PodTemplate" => Some(&["template", "spec"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        "Deployment"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicaSet"
        | "ReplicationController"
        | "Job" => Some(&["spec", "template", "spec"]),
        _ => None,
    }
}

/// Whether objects like it are held against what the API server demands.
pub(crate) fn is_judged(object: Object<'_>) -> bool {
    reader(object.api_version(), object.kind()).is_some()
}

fn missing(object: Object<'_>) -> Vec<Fault<'_>> {
    let mut demand = Demand { object, faults: Vec::new() };
    for path in demands(object) {
        demand.make(path);
    }
    let Some(pod) = pod_path(object.kind()).map(|path| path.join(".")) else {
        return demand.faults;
    };
    for path in POD_DEMANDS {
        demand.make(&format!("{pod}.{path}"));
    }
    demand.faults
}

/// Collects what is missing of an object.
struct Demand<'t> {
    object: Object<'t>,
    faults: Vec<Fault<'t>>,
}

impl<'t> Demand<'t> {
    fn make(&mut self, path: &str) {
        let steps: Vec<&str> = path.split('.').collect();
        let grip = self.object.grip();
        self.walk(self.object.node(), grip, (&steps, 0), &mut Vec::new());
    }

    /// Follows the steps from the one of that number on, from `node`, which is where `indexes` of
    /// the lists on the way lead; `grip` is where to point for it.
    fn walk(
        &mut self,
        node: Node<'t>,
        grip: Node<'t>,
        (steps, number): (&[&str], usize),
        indexes: &mut Vec<usize>,
    ) {
        let Some(step) = steps.get(number) else { return };
        let (key, is_last) = (step.strip_suffix("[]").unwrap_or(step), number + 1 == steps.len());
        let next = (steps, number + 1);
        let entry = node.get(key);
        match entry.filter(|entry| !entry.value.is_null()) {
            None if is_last && node.is_map() => {
                self.lacks(entry.map_or(grip, |entry| entry.key), steps, indexes);
            }
            None => {}
            Some(entry) if is_last => {
                let value = entry.value;
                let is_empty_list = value.is_list() && value.items().len() == 0;
                if is_empty_list || value.as_str() == Some("") {
                    self.lacks(entry.key, steps, indexes);
                }
            }
            Some(entry) if step.ends_with("[]") => {
                for (index, item) in entry.value.items().enumerate() {
                    let first = || item.own_entries().next().map(|entry| entry.key);
                    let grip = item.at(&["name"]).or_else(first).unwrap_or(item);
                    indexes.push(index);
                    self.walk(item, grip, next, indexes);
                    indexes.pop();
                }
            }
            Some(entry) => self.walk(entry.value, entry.key, next, indexes),
        }
    }

    fn lacks(&mut self, at: Node<'t>, steps: &[&str], indexes: &[usize]) {
        let mut indexes = indexes.iter();
        let path = steps.iter().fold(String::new(), |path, step| {
            let path = join(&path, step.strip_suffix("[]").unwrap_or(step));
            match step.ends_with("[]").then(|| indexes.next()).flatten() {
                Some(index) => format!("{path}[{index}]"),
                None => path,
            }
        });
        self.faults.push(Fault {
            at,
            message: format!("{} lacks the required `{path}`", self.object.describe()),
            help: "the API server refuses the object without it".to_owned(),
        });
    }
}

/// Whether nothing can be said about a value: it is null, which every field takes for absent, or
/// it will be replaced before the API server sees it.
pub(super) fn says_nothing(node: Node<'_>) -> bool {
    node.is_null() || node.as_str().is_some_and(is_placeholder)
}

/// Whether a text stands for another that some tool (Helm, envsubst, sed, ...) will put there.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let wrapped = |start: &str, end: &str| {
        text.strip_prefix(start).is_some_and(|rest| rest.len() > end.len() && rest.ends_with(end))
    };
    text.starts_with('$')
        || text.as_bytes().windows(2).any(|pair| matches!(pair, b"{{" | b"${" | b"$("))
        || wrapped("<", ">")
        || wrapped("__", "__")
        || wrapped("@", "@")
        || wrapped("%", "%")
        || wrapped("[[", "]]")
}

/// `` `spec.template.spec.containers[0].image` of Deployment `web` ``
pub(super) fn place<'t>(object: Object<'t>, node: Node<'t>) -> String {
    // What an alias brings from another object has no path here, and its text may be a secret.
    let path = path_to(object.node(), node).unwrap_or_else(|| "…".to_owned());
    format!("`{path}` of {}", object.describe())
}

/// The path from a node to one below it: to a key, or to a value.
fn path_to<'t>(from: Node<'t>, to: Node<'t>) -> Option<String> {
    if from == to {
        return Some(String::new());
    }
    // What an alias stands for is found where it is written, and an alias may lead in circles.
    if from.is_alias() {
        return None;
    }
    let in_entries = from.own_entries().find_map(|entry| {
        let key = match entry.key.text() {
            key if key.contains(['.', '/']) => format!("[\"{key}\"]"),
            key => key.to_owned(),
        };
        let rest = if entry.key == to { Some(String::new()) } else { path_to(entry.value, to) };
        rest.map(|rest| join(&key, &rest))
    });
    in_entries.or_else(|| {
        let mut items = from.items().enumerate();
        items.find_map(|(index, item)| {
            path_to(item, to).map(|rest| join(&format!("[{index}]"), &rest))
        })
    })
}

fn join(path: &str, rest: &str) -> String {
    match (path, rest) {
        ("", one) | (one, "") => one.to_owned(),
        (path, rest) if rest.starts_with('[') => format!("{path}{rest}"),
        (path, rest) => format!("{path}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_numbers_with_known_suffixes() {
        for text in ["1", "0.5", ".5", "100m", "1.5Gi", "2Ei", "1e3", "1E-3", "-1k", "+2G", "3u"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "512MB", "1 Gi", "1GiB", "Gi", "1gi", "500 m", "1e", "1.2.3", "two", "-"] {
            assert!(!is_quantity(text), "{text}");
        }
    }

    #[test]
    fn every_misfit_is_found_and_no_value_is_shown() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n\
                    data: {token: hunter2!, code: 31337}\nstringData: {pin: 4711, note: null}\n";
        let (tree, _) = crate::tree::yaml::read(crate::source::FileId::new(0), &text.into(), None);
        let object = Object::of(tree.documents().next().unwrap()).unwrap();
        let faults = faults(object, false, &Faultless::default());
        let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "`data.token` of Secret `web` is not base64",
                "`data.code` of Secret `web` must be a base64 string, not a number",
                "`stringData.pin` of Secret `web` must be a string, not a number",
            ]
        );
    }

    #[test]
    fn objects_are_held_against_what_was_read_before_only_where_they_are_alike() {
        // Each is read after a faultless one of the same kind, with what was learnt of it.
        let table = [
            ("replicas: 3", ""),
            (
                "replicas: three",
                "`spec.replicas` of Deployment `web` must be a whole number, not a string",
            ),
            (
                "replicas: 3000000000",
                "`spec.replicas` of Deployment `web` must be a whole number, not one of more than 32 bits",
            ),
            (
                "replicas: '2'",
                "`spec.replicas` of Deployment `web` must be a whole number, not a string",
            ),
            ("replicas: '{{ n }}'", ""),
            (
                "Replicas: 2",
                "`spec.Replicas` of Deployment `web` is not a field that Kubernetes knows",
            ),
            (
                "replicas: [2]",
                "`spec.replicas` of Deployment `web` must be a whole number, not a list",
            ),
        ];
        let faultless = Faultless::default();
        let message = |field: &str, memory: &str, image: &str| {
            let text = format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  {field}\n  \
                 selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
                 spec:\n      containers: [{{name: web, image: {image}, resources: {{limits: {{memory: {memory}}}}}}}]\n"
            );
            let file = crate::source::FileId::new(0);
            let (tree, _) = crate::tree::yaml::read(file, &text.as_str().into(), None);
            let object = Object::of(tree.documents().next().unwrap()).unwrap();
            faults(object, false, &faultless)
                .first()
                .map(|it| it.message.clone())
                .unwrap_or_default()
        };
        assert_eq!(message("replicas: 2", "1Gi", "web:1"), "");
        for (field, expected) in table {
            assert_eq!(message(field, "1Gi", "shop:2"), expected, "{field}");
        }
        let container = "spec.template.spec.containers[0]";
        for (memory, image, expected) in [
            ("2Gi", "web:1", String::new()),
            (
                "2GB",
                "web:1",
                format!(
                    "`{container}.resources.limits.memory` of Deployment `web`: `2GB` is not a quantity"
                ),
            ),
            (
                "lots",
                "web:1",
                format!(
                    "`{container}.resources.limits.memory` of Deployment `web`: `lots` is not a quantity"
                ),
            ),
            ("1Gi", "''", format!("Deployment `web` lacks the required `{container}.image`")),
        ] {
            assert_eq!(message("replicas: 2", memory, image), expected, "{memory} {image}");
        }
    }

    #[test]
    fn a_kind_is_looked_for_in_the_version_that_has_it() {
        // A version, a kind, and the version that is proposed instead.
        let table = [
            ("v1", "Deployment", Some("apps/v1")),
            ("apps/v1", "Service", Some("v1")),
            ("apps/v2", "Deployment", Some("apps/v1")),
            ("extensions/v1", "Ingress", Some("networking.k8s.io/v1")),
            ("autoscaling/v3", "HorizontalPodAutoscaler", Some("autoscaling/v2")),
            // Alpha and beta versions come and go, and those that are gone are another finding.
            ("apps/v1alpha1", "Deployment", None),
            ("batch/v1beta1", "CronJob", None),
            ("v1", "Widget", None),
            ("acme.io/v1", "Deployment", None),
            ("serving.knative.dev/v1", "Service", None),
        ];
        for (version, kind, expected) in table {
            let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\n");
            let file = crate::source::FileId::new(0);
            let (tree, _) = crate::tree::yaml::read(file, &text.as_str().into(), None);
            let object = Object::of(tree.documents().next().unwrap()).unwrap();
            let faults = faults(object, false, &Faultless::default());
            let help = faults.first().map(|fault| fault.help.as_str());
            assert_eq!(
                help,
                expected.map(|it| format!("did you mean `{it}`?")).as_deref(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_misspelt_field_is_recognised() {
        let known = &["imagePullPolicy", "image", "resources", "env", "envFrom"];
        assert_eq!(closest("imagePullpolicy", known), Some("imagePullPolicy"));
        assert_eq!(closest("resource", known), Some("resources"));
        assert_eq!(closest("environment", known), None);
    }

    #[test]
    fn placeholders_are_told_from_values() {
        for text in ["{{ .Values.x }}", "${X}", "$(X)", "$X", "<replicas>", "__X__", "@X@", "%X%"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["2", "a$", "<", "__", "web"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
