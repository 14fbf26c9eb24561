//! Rules about Kubernetes manifests.

mod ai_interface_exposed;
mod allow_privilege_escalation;
mod capabilities_drop_all;
mod container_ports_wellformed;
mod cpu_limit_missing;
mod cpu_request_missing;
mod default_service_account;
mod endpoint_slice_loopback;
mod env_secret_literal;
mod hpa_missing;
mod image_tag_mutable;
mod ingress_dangling;
mod ingress_nginx_eol;
mod ingress_nginx_snippets;
mod ingress_tls_missing;
mod ingress_wildcard_host;
mod liveness_probe_missing;
mod memory_limit_missing;
mod memory_request_missing;
mod metrics_scrape_missing;
mod naked_pod;
mod network_policy_dangling;
mod network_policy_egress_without_dns;
mod network_policy_missing;
mod network_policy_namespace_missing;
mod network_policy_one_sided;
mod network_policy_open_egress;
mod network_policy_peer_dangling;
mod pdb_missing;
mod privileged_container;
mod privileged_container_port;
mod probe_port_not_exposed;
mod read_only_root_fs;
mod readiness_probe_missing;
mod replicas_too_few;
mod run_as_non_root;
mod run_as_user_zero;
mod schema_invalid;
mod seccomp_profile;
mod selector_mismatch;
mod service_dangling;
mod service_external_ip;
mod service_monitor_dangling;
mod service_target_port_invalid;
mod service_type_exposed;
mod ssh_port;
mod statefulset_wiring;

group!(
    k8s: ai_interface_exposed,
    allow_privilege_escalation,
    capabilities_drop_all,
    container_ports_wellformed,
    cpu_limit_missing,
    cpu_request_missing,
    default_service_account,
    endpoint_slice_loopback,
    env_secret_literal,
    hpa_missing,
    image_tag_mutable,
    ingress_dangling,
    ingress_nginx_eol,
    ingress_nginx_snippets,
    ingress_tls_missing,
    ingress_wildcard_host,
    liveness_probe_missing,
    memory_limit_missing,
    memory_request_missing,
    metrics_scrape_missing,
    naked_pod,
    network_policy_dangling,
    network_policy_egress_without_dns,
    network_policy_missing,
    network_policy_namespace_missing,
    network_policy_one_sided,
    network_policy_open_egress,
    network_policy_peer_dangling,
    pdb_missing,
    privileged_container,
    privileged_container_port,
    probe_port_not_exposed,
    read_only_root_fs,
    readiness_probe_missing,
    replicas_too_few,
    run_as_non_root,
    run_as_user_zero,
    schema_invalid,
    seccomp_profile,
    selector_mismatch,
    service_dangling,
    service_external_ip,
    service_monitor_dangling,
    service_target_port_invalid,
    service_type_exposed,
    ssh_port,
    statefulset_wiring,
);
