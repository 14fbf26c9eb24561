//! The forms of strings that the API server asks for and the types of `k8s-openapi` do not: of some fields one of
//! a few words, of others a percentage or the name of a port.
//!
//! Source: Kubernetes, `pkg/apis/*/validation`.

use std::sync::LazyLock;

use super::ports;

/// What a string has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One of these words, or empty where that stands for what holds without the field.
    One(&'static str),
    /// A percentage, beside a plain number, which is no string.
    Percentage,
    /// The name of a port, beside its number, which is no string.
    PortName,
}

/// Each field, the type that it is a field of, and the form of its strings or of those in its list.
#[rustfmt::skip]
const FORMS: &[(&str, &str, Form)] = &[
    ("accessModes", "PersistentVolumeClaimSpec", Form::One("ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod")),
    ("accessModes", "PersistentVolumeSpec", Form::One("ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod")),
    ("action", "PodFailurePolicyRule", Form::One("FailJob FailIndex Ignore Count")),
    ("addressType", "EndpointSlice", Form::One("IPv4 IPv6 FQDN")),
    ("completionMode", "JobSpec", Form::One("NonIndexed Indexed")),
    ("concurrencyPolicy", "CronJobSpec", Form::One("Allow Forbid Replace")),
    ("dnsPolicy", "PodSpec", Form::One("ClusterFirst ClusterFirstWithHostNet Default None")),
    ("effect", "Taint", Form::One("NoSchedule PreferNoSchedule NoExecute")),
    ("effect", "Toleration", Form::One("NoSchedule PreferNoSchedule NoExecute")),
    ("externalTrafficPolicy", "ServiceSpec", Form::One("Cluster Local")),
    ("failurePolicy", "MutatingAdmissionPolicySpec", Form::One("Ignore Fail")),
    ("failurePolicy", "MutatingWebhook", Form::One("Ignore Fail")),
    ("failurePolicy", "ValidatingAdmissionPolicySpec", Form::One("Ignore Fail")),
    ("failurePolicy", "ValidatingWebhook", Form::One("Ignore Fail")),
    ("fsGroupChangePolicy", "PodSecurityContext", Form::One("OnRootMismatch Always")),
    ("imagePullPolicy", "Container", Form::One("Always IfNotPresent Never")),
    ("imagePullPolicy", "EphemeralContainer", Form::One("Always IfNotPresent Never")),
    ("internalTrafficPolicy", "ServiceSpec", Form::One("Cluster Local")),
    ("ipFamilies", "ServiceSpec", Form::One("IPv4 IPv6")),
    ("ipFamilyPolicy", "ServiceSpec", Form::One("SingleStack PreferDualStack RequireDualStack")),
    ("kind", "Subject", Form::One("User Group ServiceAccount")),
    ("matchPolicy", "MutatingWebhook", Form::One("Exact Equivalent")),
    ("matchPolicy", "ValidatingWebhook", Form::One("Exact Equivalent")),
    ("maxSurge", "RollingUpdateDaemonSet", Form::Percentage),
    ("maxSurge", "RollingUpdateDeployment", Form::Percentage),
    ("maxUnavailable", "PodDisruptionBudgetSpec", Form::Percentage),
    ("maxUnavailable", "RollingUpdateDaemonSet", Form::Percentage),
    ("maxUnavailable", "RollingUpdateDeployment", Form::Percentage),
    ("maxUnavailable", "RollingUpdateStatefulSetStrategy", Form::Percentage),
    ("minAvailable", "PodDisruptionBudgetSpec", Form::Percentage),
    ("mountPropagation", "VolumeMount", Form::One("None HostToContainer Bidirectional")),
    ("name", "PodOS", Form::One("linux windows")),
    ("nodeAffinityPolicy", "TopologySpreadConstraint", Form::One("Honor Ignore")),
    ("nodeTaintsPolicy", "TopologySpreadConstraint", Form::One("Honor Ignore")),
    ("operations", "RuleWithOperations", Form::One("* CREATE UPDATE DELETE CONNECT")),
    ("operator", "LabelSelectorRequirement", Form::One("In NotIn Exists DoesNotExist")),
    ("operator", "NodeSelectorRequirement", Form::One("In NotIn Exists DoesNotExist Gt Lt")),
    ("operator", "PodFailurePolicyOnExitCodesRequirement", Form::One("In NotIn")),
    ("operator", "ScopedResourceSelectorRequirement", Form::One("In NotIn Exists DoesNotExist")),
    ("operator", "Toleration", Form::One("Equal Exists Gt Lt")),
    ("pathType", "HTTPIngressPath", Form::One("Exact Prefix ImplementationSpecific")),
    ("persistentVolumeReclaimPolicy", "PersistentVolumeSpec", Form::One("Retain Delete Recycle")),
    ("podManagementPolicy", "StatefulSetSpec", Form::One("OrderedReady Parallel")),
    ("podReplacementPolicy", "JobSpec", Form::One("Failed TerminatingOrFailed")),
    ("policyTypes", "NetworkPolicySpec", Form::One("Ingress Egress")),
    ("port", "NetworkPolicyPort", Form::PortName),
    ("preemptionPolicy", "PodSpec", Form::One("Never PreemptLowerPriority")),
    ("preemptionPolicy", "PriorityClass", Form::One("Never PreemptLowerPriority")),
    ("procMount", "SecurityContext", Form::One("Default Unmasked")),
    ("protocol", "EndpointPort", Form::One("TCP UDP SCTP")),
    ("protocol", "NetworkPolicyPort", Form::One("TCP UDP SCTP")),
    ("protocol", "ServicePort", Form::One("TCP UDP SCTP")),
    ("pullPolicy", "ImageVolumeSource", Form::One("Always IfNotPresent Never")),
    ("reclaimPolicy", "StorageClass", Form::One("Delete Retain")),
    ("reinvocationPolicy", "MutatingWebhook", Form::One("Never IfNeeded")),
    ("restartPolicy", "Container", Form::One("Always OnFailure Never")),
    ("restartPolicy", "ContainerResizePolicy", Form::One("NotRequired RestartContainer")),
    ("scheme", "HTTPGetAction", Form::One("HTTP HTTPS")),
    ("scope", "RuleWithOperations", Form::One("Cluster Namespaced *")),
    ("scopeName", "ScopedResourceSelectorRequirement", Form::One("Terminating NotTerminating BestEffort NotBestEffort PriorityClass CrossNamespacePodAffinity VolumeAttributesClass")),
    ("scopes", "ResourceQuotaSpec", Form::One("Terminating NotTerminating BestEffort NotBestEffort PriorityClass CrossNamespacePodAffinity VolumeAttributesClass")),
    ("selectPolicy", "HPAScalingRules", Form::One("Max Min Disabled")),
    ("sessionAffinity", "ServiceSpec", Form::One("None ClientIP")),
    ("sideEffects", "MutatingWebhook", Form::One("None NoneOnDryRun")),
    ("sideEffects", "ValidatingWebhook", Form::One("None NoneOnDryRun")),
    ("supplementalGroupsPolicy", "PodSecurityContext", Form::One("Merge Strict")),
    ("terminationMessagePolicy", "Container", Form::One("File FallbackToLogsOnError")),
    ("trafficDistribution", "ServiceSpec", Form::One("PreferClose PreferSameZone PreferSameNode")),
    ("type", "AppArmorProfile", Form::One("RuntimeDefault Localhost Unconfined")),
    ("type", "DaemonSetUpdateStrategy", Form::One("RollingUpdate OnDelete")),
    ("type", "DeploymentStrategy", Form::One("Recreate RollingUpdate")),
    ("type", "HPAScalingPolicy", Form::One("Pods Percent")),
    ("type", "HostPathVolumeSource", Form::One("DirectoryOrCreate Directory FileOrCreate File Socket CharDevice BlockDevice")),
    ("type", "MetricSpec", Form::One("Resource Pods Object External ContainerResource")),
    ("type", "MetricTarget", Form::One("Utilization Value AverageValue")),
    ("type", "SeccompProfile", Form::One("RuntimeDefault Localhost Unconfined")),
    ("type", "ServiceSpec", Form::One("ClusterIP NodePort LoadBalancer ExternalName")),
    ("type", "StatefulSetUpdateStrategy", Form::One("RollingUpdate OnDelete")),
    ("unhealthyPodEvictionPolicy", "PodDisruptionBudgetSpec", Form::One("IfHealthyBudget AlwaysAllow")),
    ("validationActions", "ValidatingAdmissionPolicyBindingSpec", Form::One("Deny Warn Audit")),
    ("volumeBindingMode", "StorageClass", Form::One("Immediate WaitForFirstConsumer")),
    ("volumeMode", "PersistentVolumeClaimSpec", Form::One("Filesystem Block")),
    ("volumeMode", "PersistentVolumeSpec", Form::One("Filesystem Block")),
    ("whenDeleted", "StatefulSetPersistentVolumeClaimRetentionPolicy", Form::One("Retain Delete")),
    ("whenScaled", "StatefulSetPersistentVolumeClaimRetentionPolicy", Form::One("Retain Delete")),
    ("whenUnsatisfiable", "TopologySpreadConstraint", Form::One("DoNotSchedule ScheduleAnyway")),
];

/// The form of the strings of a field.
pub(super) fn of(type_name: &str, field: &str) -> Option<Form> {
    let own = fields(field).find(|(_, known, _)| *known == type_name)?;
    Some(own.2)
}

/// The forms of all fields of that name.
pub(super) fn all(field: &str) -> impl Iterator<Item = Form> {
    fields(field).map(|(.., form)| *form)
}

/// The first letters of the names of fields, as bits of a number, for each length. Every key of every object
/// is asked for, and of most this tells that it is none of them.
static LETTERS: LazyLock<[u32; LONGEST + 1]> = LazyLock::new(|| {
    let mut letters = [0; LONGEST + 1];
    for (field, ..) in FORMS {
        if let Some(of_length) = letters.get_mut(field.len()) {
            *of_length |= letter(field);
        }
    }
    letters
});

/// The longest name of a field.
const LONGEST: usize = 32;

/// Five bits tell letters of one case apart.
fn letter(name: &str) -> u32 {
    name.bytes().next().map_or(0, |first| 1 << (first & 0x1f))
}

fn fields(name: &str) -> impl Iterator<Item = &'static (&'static str, &'static str, Form)> {
    let of_length = LETTERS.get(name.len()).copied().unwrap_or_default();
    let fields = if of_length & letter(name) == 0 { &[] } else { FORMS };
    let first = fields.partition_point(|(field, ..)| *field < name);
    fields.iter().skip(first).take_while(move |(field, ..)| *field == name)
}

impl Form {
    /// Whether a string has the form, which an empty one has.
    pub(super) fn fits(self, text: &str) -> bool {
        text.is_empty()
            || match self {
                Form::One(words) => words.split(' ').any(|word| word == text),
                Form::Percentage => is_percentage(text),
                Form::PortName => ports::name_fault(text).is_none(),
            }
    }
}

/// `25%`
fn is_percentage(text: &str) -> bool {
    let digits = text.strip_suffix('%').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name() {
        for (field, owner, form) in FORMS {
            assert_eq!(of(owner, field), Some(*form), "{field} of {owner}");
        }
        assert_eq!(of("Container", "image"), None);
        assert_eq!(of("Container", ""), None);
    }
}
