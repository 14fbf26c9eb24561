//! Rules about Kubernetes manifests.

mod cpu_limit_missing;
mod cpu_request_missing;
mod image_tag_mutable;
mod liveness_probe_missing;
mod memory_limit_missing;
mod memory_request_missing;
mod naked_pod;
mod network_policy_missing;
mod pdb_missing;
mod readiness_probe_missing;
mod replicas_too_few;
mod selector_mismatch;
mod service_dangling;

group!(
    k8s: cpu_limit_missing,
    cpu_request_missing,
    image_tag_mutable,
    liveness_probe_missing,
    memory_limit_missing,
    memory_request_missing,
    naked_pod,
    network_policy_missing,
    pdb_missing,
    readiness_probe_missing,
    replicas_too_few,
    selector_mismatch,
    service_dangling,
);
