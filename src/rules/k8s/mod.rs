//! Rules about Kubernetes manifests.

mod allow_privilege_escalation;
mod anti_affinity_missing;
mod argocd_object_unseen;
mod capabilities_drop_all;
mod cpu_limit_missing;
mod cpu_request_missing;
mod cronjob_settings;
mod default_service_account;
mod dns_config_ndots;
mod env_secret_literal;
mod hpa_and_static_replicas;
mod hpa_dangling;
mod hpa_max_replicas;
mod hpa_metrics_and_scale_down;
mod hpa_min_replicas;
mod hpa_missing;
mod hpa_object_metric_incomplete;
mod image_tag_mutable;
mod liveness_probe_missing;
mod memory_limit_missing;
mod memory_request_missing;
mod naked_pod;
mod network_policy_missing;
mod pdb_blocks_evictions;
mod pdb_exceeds_hpa_min;
mod pdb_missing;
mod pdb_unhealthy_eviction_policy;
mod pdb_without_policy;
mod pre_stop_missing;
mod priority_class;
mod privileged_container;
mod probe_timing_implicit;
mod probes_identical;
mod read_only_root_fs;
mod readiness_probe_missing;
mod replicas_too_few;
mod restart_policy;
mod revision_history_off;
mod rolling_update_missing;
mod rolling_update_not_zero_downtime;
mod rollout_abort_off;
mod rollout_canary_steps;
mod rollout_pause_without_duration;
mod rollout_scale_down_delay_short;
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
mod vpa_and_hpa;
mod workflow_default_service_account;
mod workflow_fail_fast_off;
mod workflow_retry_incomplete;

group!(
    k8s: allow_privilege_escalation,
    anti_affinity_missing,
    argocd_object_unseen,
    capabilities_drop_all,
    cpu_limit_missing,
    cpu_request_missing,
    cronjob_settings,
    default_service_account,
    dns_config_ndots,
    env_secret_literal,
    hpa_and_static_replicas,
    hpa_dangling,
    hpa_max_replicas,
    hpa_metrics_and_scale_down,
    hpa_min_replicas,
    hpa_missing,
    hpa_object_metric_incomplete,
    image_tag_mutable,
    liveness_probe_missing,
    memory_limit_missing,
    memory_request_missing,
    naked_pod,
    network_policy_missing,
    pdb_blocks_evictions,
    pdb_exceeds_hpa_min,
    pdb_missing,
    pdb_unhealthy_eviction_policy,
    pdb_without_policy,
    pre_stop_missing,
    priority_class,
    privileged_container,
    probe_timing_implicit,
    probes_identical,
    read_only_root_fs,
    readiness_probe_missing,
    replicas_too_few,
    restart_policy,
    revision_history_off,
    rolling_update_missing,
    rolling_update_not_zero_downtime,
    rollout_abort_off,
    rollout_canary_steps,
    rollout_pause_without_duration,
    rollout_scale_down_delay_short,
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
    vpa_and_hpa,
    workflow_default_service_account,
    workflow_fail_fast_off,
    workflow_retry_incomplete,
);
