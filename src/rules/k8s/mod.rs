//! Rules about Kubernetes manifests.

mod allow_privilege_escalation;
mod anti_affinity_missing;
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
mod pre_stop_missing;
mod privileged_container;
mod probe_timing_implicit;
mod probes_identical;
mod read_only_root_fs;
mod readiness_probe_missing;
mod replicas_too_few;
mod rolling_update_missing;
mod rolling_update_not_zero_downtime;
mod run_as_non_root;
mod run_as_user_zero;
mod schema_invalid;
mod seccomp_profile;
mod selector_mismatch;
mod service_dangling;
mod startup_probe_missing;
mod termination_grace_too_short;
mod topology_spread_hard;
mod topology_spread_missing;

group!(
    k8s: allow_privilege_escalation,
    anti_affinity_missing,
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
    pre_stop_missing,
    privileged_container,
    probe_timing_implicit,
    probes_identical,
    read_only_root_fs,
    readiness_probe_missing,
    replicas_too_few,
    rolling_update_missing,
    rolling_update_not_zero_downtime,
    run_as_non_root,
    run_as_user_zero,
    schema_invalid,
    seccomp_profile,
    selector_mismatch,
    service_dangling,
    startup_probe_missing,
    termination_grace_too_short,
    topology_spread_hard,
    topology_spread_missing,
);
