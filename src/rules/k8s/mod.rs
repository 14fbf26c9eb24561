//! Rules about Kubernetes manifests.

mod agent_sandbox_ceilings_and_images;
mod agent_sandbox_egress;
mod agent_sandbox_runtime_class;
mod allow_privilege_escalation;
mod api_version_deprecated;
mod capabilities_drop_all;
mod cpu_limit_missing;
mod cpu_request_missing;
mod default_service_account;
mod env_secret_literal;
mod hpa_missing;
mod image_tag_mutable;
mod liveness_probe_missing;
mod memory_limit_missing;
mod memory_request_missing;
mod naked_pod;
mod network_policy_missing;
mod pdb_missing;
mod privileged_container;
mod read_only_root_fs;
mod readiness_probe_missing;
mod replicas_too_few;
mod run_as_non_root;
mod run_as_user_zero;
mod schema_invalid;
mod seccomp_profile;
mod selector_mismatch;
mod service_dangling;

group!(
    k8s: agent_sandbox_ceilings_and_images,
    agent_sandbox_egress,
    agent_sandbox_runtime_class,
    allow_privilege_escalation,
    api_version_deprecated,
    capabilities_drop_all,
    cpu_limit_missing,
    cpu_request_missing,
    default_service_account,
    env_secret_literal,
    hpa_missing,
    image_tag_mutable,
    liveness_probe_missing,
    memory_limit_missing,
    memory_request_missing,
    naked_pod,
    network_policy_missing,
    pdb_missing,
    privileged_container,
    read_only_root_fs,
    readiness_probe_missing,
    replicas_too_few,
    run_as_non_root,
    run_as_user_zero,
    schema_invalid,
    seccomp_profile,
    selector_mismatch,
    service_dangling,
);
