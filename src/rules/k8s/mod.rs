//! Rules about Kubernetes manifests.

mod alert_rule_incomplete;
mod allow_privilege_escalation;
mod capabilities_drop_all;
mod configmap_pii;
mod configmap_secret_literal;
mod cpu_limit_missing;
mod cpu_request_missing;
mod default_service_account;
mod env_duplicate;
mod env_reference_missing;
mod env_secret_literal;
mod ephemeral_storage;
mod external_secret_store_unused;
mod hpa_missing;
mod image_digest_missing;
mod image_pull_policy_always;
mod image_registry_allowlist;
mod image_registry_retired;
mod image_tag_mutable;
mod liveness_probe_missing;
mod log_format_not_json;
mod log_level_debug;
mod memory_limit_missing;
mod memory_request_missing;
mod naked_pod;
mod network_policy_missing;
mod pdb_missing;
mod privileged_container;
mod read_only_root_fs;
mod readiness_probe_missing;
mod replicas_too_few;
mod requests_equal_limits;
mod resource_below_minimum;
mod run_as_non_root;
mod run_as_user_zero;
mod schema_invalid;
mod seccomp_profile;
mod secret_as_env;
mod selector_mismatch;
mod service_dangling;
mod tracing_env_missing;

group!(
    k8s: alert_rule_incomplete,
    allow_privilege_escalation,
    capabilities_drop_all,
    configmap_pii,
    configmap_secret_literal,
    cpu_limit_missing,
    cpu_request_missing,
    default_service_account,
    env_duplicate,
    env_reference_missing,
    env_secret_literal,
    ephemeral_storage,
    external_secret_store_unused,
    hpa_missing,
    image_digest_missing,
    image_pull_policy_always,
    image_registry_allowlist,
    image_registry_retired,
    image_tag_mutable,
    liveness_probe_missing,
    log_format_not_json,
    log_level_debug,
    memory_limit_missing,
    memory_request_missing,
    naked_pod,
    network_policy_missing,
    pdb_missing,
    privileged_container,
    read_only_root_fs,
    readiness_probe_missing,
    replicas_too_few,
    requests_equal_limits,
    resource_below_minimum,
    run_as_non_root,
    run_as_user_zero,
    schema_invalid,
    seccomp_profile,
    secret_as_env,
    selector_mismatch,
    service_dangling,
    tracing_env_missing,
);
