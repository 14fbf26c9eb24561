//! Rules about Kubernetes manifests.

mod address_unanswered;
mod agent_sandbox_ceilings_and_images;
mod agent_sandbox_egress;
mod agent_sandbox_runtime_class;
mod ai_interface_exposed;
mod allow_privilege_escalation;
mod annotation_required_missing;
mod anti_affinity_missing;
mod api_version_deprecated;
mod apparmor_profile;
mod argocd_object_unseen;
mod automount_service_account_token;
mod capabilities_add;
mod capabilities_drop_all;
mod cluster_admin_binding;
mod config_copy_differs;
mod config_object_unused;
mod configmap_pii;
mod configmap_secret_literal;
mod connections_beyond_server;
mod container_ports_wellformed;
mod cpu_limit_missing;
mod cpu_request_missing;
mod cronjob_settings;
mod deadline_shorter_than_run;
mod default_namespace;
mod default_service_account;
mod dns_config_ndots;
mod docker_sock_mounted;
mod endpoint_slice_loopback;
mod env_duplicate;
mod env_reference_missing;
mod env_secret_literal;
mod ephemeral_storage;
mod external_secret_store_unused;
mod fs_group_missing;
mod gpu_missing;
mod grace_shorter_than_run;
mod hook_without_shell;
mod host_ipc;
mod host_network;
mod host_path_sensitive;
mod host_path_volume;
mod host_path_writable;
mod host_pid;
mod host_port;
mod host_process;
mod host_users;
mod hpa_and_static_replicas;
mod hpa_cpu_of_waiting_agent;
mod hpa_dangling;
mod hpa_max_replicas;
mod hpa_metrics_and_scale_down;
mod hpa_min_replicas;
mod hpa_missing;
mod hpa_object_metric_incomplete;
mod image_digest_missing;
mod image_eol;
mod image_pull_policy_always;
mod image_registry_allowlist;
mod image_registry_retired;
mod image_tag_mutable;
mod image_user_name_refused;
mod ingress_dangling;
mod ingress_nginx_eol;
mod ingress_nginx_snippets;
mod ingress_tls_missing;
mod ingress_wildcard_host;
mod label_required_missing;
mod label_value_invalid;
mod liveness_probe_missing;
mod log_format_not_json;
mod log_level_debug;
mod memory_limit_missing;
mod memory_request_missing;
mod memory_setting_beyond_limit;
mod metadata_name_missing;
mod metrics_scrape_missing;
mod naked_pod;
mod namespace_quota_and_limit_range;
mod network_policy_cuts_off_dependency;
mod network_policy_dangling;
mod network_policy_egress_without_dns;
mod network_policy_missing;
mod network_policy_namespace_missing;
mod network_policy_one_sided;
mod network_policy_open_egress;
mod network_policy_peer_dangling;
mod network_policy_shuts_out_callers;
mod official_image_refused;
mod pdb_blocks_evictions;
mod pdb_exceeds_hpa_min;
mod pdb_missing;
mod pdb_unhealthy_eviction_policy;
mod pdb_without_policy;
mod pod_security_admission;
mod port_not_served;
mod pre_stop_missing;
mod priority_class;
mod privileged_container;
mod privileged_container_port;
mod probe_port_not_exposed;
mod probe_timing_implicit;
mod probe_tool_missing;
mod probes_identical;
mod rbac_anonymous_or_group_binding;
mod rbac_bind_escalate;
mod rbac_configmap_write;
mod rbac_create_workloads;
mod rbac_csr_node_proxy_token_pv;
mod rbac_default_sa_binding;
mod rbac_delete_events_logs;
mod rbac_impersonate;
mod rbac_network_control;
mod rbac_pod_exec_attach;
mod rbac_port_forward;
mod rbac_secrets_access;
mod rbac_webhook_control;
mod rbac_wildcard;
mod read_only_root_fs;
mod readiness_probe_missing;
mod replicas_too_few;
mod requests_equal_limits;
mod resource_below_minimum;
mod restart_policy;
mod revision_history_off;
mod rolling_update_missing;
mod rolling_update_not_zero_downtime;
mod rollout_abort_off;
mod rollout_canary_steps;
mod rollout_pause_without_duration;
mod rollout_scale_down_delay_short;
mod root_group;
mod root_image_refused;
mod route_timeout_shorter_than_run;
mod run_as_high_gid;
mod run_as_high_uid;
mod run_as_non_root;
mod run_as_user_zero;
mod schema_invalid;
mod scrape_annotation_misplaced;
mod scrape_port_mismatch;
mod seccomp_profile;
mod secret_as_env;
mod selector_mismatch;
mod server_on_loopback;
mod service_account_deprecated_field;
mod service_account_nonexistent;
mod service_account_shared;
mod service_dangling;
mod service_external_ip;
mod service_monitor_dangling;
mod service_target_port_invalid;
mod service_type_exposed;
#[cfg(test)]
mod severity_tests;
mod shared_memory_small;
mod shell_without_exec;
mod ssh_port;
mod startup_probe_missing;
mod statefulset_wiring;
mod sudo_in_command;
mod telemetry_not_received;
mod termination_grace_too_short;
mod threads_beyond_cpu_limit;
mod topology_spread_hard;
mod topology_spread_missing;
mod tracing_env_missing;
mod unsafe_proc_mount;
mod unsafe_sysctls;
mod user_cannot_write;
mod variable_missing;
mod volume_beyond_limit;
mod volume_hides_code;
mod volume_type_not_core;
mod vpa_and_hpa;
mod workers_beyond_memory_limit;
mod workflow_default_service_account;
mod workflow_fail_fast_off;
mod workflow_retry_incomplete;
mod workload_with_admin_role;
mod written_path_read_only;

use super::{Cx, Pending};
use crate::k8s::rbac::Grant;
use crate::k8s::{Object, Workload};
use crate::tree::Node;

group!(k8s:
    address_unanswered,
    agent_sandbox_ceilings_and_images,
    agent_sandbox_egress,
    agent_sandbox_runtime_class,
    ai_interface_exposed,
    allow_privilege_escalation,
    annotation_required_missing,
    anti_affinity_missing,
    api_version_deprecated,
    apparmor_profile,
    argocd_object_unseen,
    automount_service_account_token,
    capabilities_add,
    capabilities_drop_all,
    cluster_admin_binding,
    config_copy_differs,
    config_object_unused,
    configmap_pii,
    configmap_secret_literal,
    connections_beyond_server,
    container_ports_wellformed,
    cpu_limit_missing,
    cpu_request_missing,
    cronjob_settings,
    deadline_shorter_than_run,
    default_namespace,
    default_service_account,
    dns_config_ndots,
    docker_sock_mounted,
    endpoint_slice_loopback,
    env_duplicate,
    env_reference_missing,
    env_secret_literal,
    ephemeral_storage,
    external_secret_store_unused,
    fs_group_missing,
    gpu_missing,
    grace_shorter_than_run,
    hook_without_shell,
    host_ipc,
    host_network,
    host_path_sensitive,
    host_path_volume,
    host_path_writable,
    host_pid,
    host_port,
    host_process,
    host_users,
    hpa_and_static_replicas,
    hpa_cpu_of_waiting_agent,
    hpa_dangling,
    hpa_max_replicas,
    hpa_metrics_and_scale_down,
    hpa_min_replicas,
    hpa_missing,
    hpa_object_metric_incomplete,
    image_digest_missing,
    image_eol,
    image_pull_policy_always,
    image_registry_allowlist,
    image_registry_retired,
    image_tag_mutable,
    image_user_name_refused,
    ingress_dangling,
    ingress_nginx_eol,
    ingress_nginx_snippets,
    ingress_tls_missing,
    ingress_wildcard_host,
    label_required_missing,
    label_value_invalid,
    liveness_probe_missing,
    log_format_not_json,
    log_level_debug,
    memory_limit_missing,
    memory_request_missing,
    memory_setting_beyond_limit,
    metadata_name_missing,
    metrics_scrape_missing,
    naked_pod,
    namespace_quota_and_limit_range,
    network_policy_cuts_off_dependency,
    network_policy_dangling,
    network_policy_egress_without_dns,
    network_policy_missing,
    network_policy_namespace_missing,
    network_policy_one_sided,
    network_policy_open_egress,
    network_policy_peer_dangling,
    network_policy_shuts_out_callers,
    official_image_refused,
    pdb_blocks_evictions,
    pdb_exceeds_hpa_min,
    pdb_missing,
    pdb_unhealthy_eviction_policy,
    pdb_without_policy,
    pod_security_admission,
    port_not_served,
    pre_stop_missing,
    priority_class,
    privileged_container,
    privileged_container_port,
    probe_port_not_exposed,
    probe_timing_implicit,
    probe_tool_missing,
    probes_identical,
    rbac_anonymous_or_group_binding,
    rbac_bind_escalate,
    rbac_configmap_write,
    rbac_create_workloads,
    rbac_csr_node_proxy_token_pv,
    rbac_default_sa_binding,
    rbac_delete_events_logs,
    rbac_impersonate,
    rbac_network_control,
    rbac_pod_exec_attach,
    rbac_port_forward,
    rbac_secrets_access,
    rbac_webhook_control,
    rbac_wildcard,
    read_only_root_fs,
    readiness_probe_missing,
    replicas_too_few,
    requests_equal_limits,
    resource_below_minimum,
    restart_policy,
    revision_history_off,
    rolling_update_missing,
    rolling_update_not_zero_downtime,
    rollout_abort_off,
    rollout_canary_steps,
    rollout_pause_without_duration,
    rollout_scale_down_delay_short,
    root_group,
    root_image_refused,
    route_timeout_shorter_than_run,
    run_as_high_gid,
    run_as_high_uid,
    run_as_non_root,
    run_as_user_zero,
    schema_invalid,
    scrape_annotation_misplaced,
    scrape_port_mismatch,
    seccomp_profile,
    secret_as_env,
    selector_mismatch,
    server_on_loopback,
    service_account_deprecated_field,
    service_account_nonexistent,
    service_account_shared,
    service_dangling,
    service_external_ip,
    service_monitor_dangling,
    service_target_port_invalid,
    service_type_exposed,
    shared_memory_small,
    shell_without_exec,
    ssh_port,
    startup_probe_missing,
    statefulset_wiring,
    sudo_in_command,
    telemetry_not_received,
    termination_grace_too_short,
    threads_beyond_cpu_limit,
    topology_spread_hard,
    topology_spread_missing,
    tracing_env_missing,
    unsafe_proc_mount,
    unsafe_sysctls,
    user_cannot_write,
    variable_missing,
    volume_beyond_limit,
    volume_hides_code,
    volume_type_not_core,
    vpa_and_hpa,
    workers_beyond_memory_limit,
    workflow_default_service_account,
    workflow_fail_fast_off,
    workflow_retry_incomplete,
    workload_with_admin_role,
    written_path_read_only,
);
/// Reports at `at` what a role grants that few should have, and who has it.
fn report_grant<'a>(cx: &'a mut Cx<'_>, at: Node<'_>, grant: &Grant<'_>) -> Pending<'a> {
    let (project, role) = (cx.project(), grant.role());
    let message = format!("{} grants {}", role.object().describe(), grant.describe());
    let found = cx.report(at, message).confidence(project.confidence_in(role));
    match project.bindings_of(role).first() {
        Some(binding) => found
            .related(binding.object(), format!("granted to {} here", binding.describe_subjects())),
        None => found,
    }
}

/// Reports which of the configured labels or annotations an object lacks: `one` of them as messages
/// say it, and `field`, which holds them in the metadata and is the name of the parameter.
fn report_lacking(object: Object<'_>, (one, field): (&str, &str), cx: &mut Cx<'_>) {
    let is_meant = match cx.words("kinds") {
        [] => Workload::of(object).is_some(),
        kinds => kinds.iter().any(|kind| kind == object.kind()),
    };
    let lacking = object.lacking(field, cx.words(field));
    if !is_meant || lacking.is_empty() {
        return;
    }
    let keys: Vec<_> = lacking.iter().map(|key| format!("`{key}`")).collect();
    let at = object.node().grip(&["metadata", field]);
    cx.report(
        at.unwrap_or_else(|| object.grip()),
        format!("{} lacks the {one} {}", object.describe(), keys.join(", ")),
    )
    .help("the configuration of this project asks for it");
}
