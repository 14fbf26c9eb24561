//! Rules about Kubernetes manifests.

mod allow_privilege_escalation;
mod apparmor_profile;
mod automount_service_account_token;
mod capabilities_add;
mod capabilities_drop_all;
mod cpu_limit_missing;
mod cpu_request_missing;
mod default_service_account;
mod docker_sock_mounted;
mod env_secret_literal;
mod fs_group_missing;
mod host_ipc;
mod host_network;
mod host_path_sensitive;
mod host_path_volume;
mod host_path_writable;
mod host_pid;
mod host_port;
mod host_process;
mod host_users;
mod hpa_missing;
mod image_tag_mutable;
mod liveness_probe_missing;
mod memory_limit_missing;
mod memory_request_missing;
mod naked_pod;
mod network_policy_missing;
mod pdb_missing;
mod pod_security_admission;
mod privileged_container;
mod read_only_root_fs;
mod readiness_probe_missing;
mod replicas_too_few;
mod root_group;
mod run_as_high_gid;
mod run_as_high_uid;
mod run_as_non_root;
mod run_as_user_zero;
mod schema_invalid;
mod seccomp_profile;
mod selector_mismatch;
mod service_account_deprecated_field;
mod service_account_nonexistent;
mod service_account_shared;
mod service_dangling;
mod sudo_in_command;
mod unsafe_proc_mount;
mod unsafe_sysctls;
mod volume_type_not_core;

#[cfg(test)]
mod severity_tests;

group!(
    k8s: allow_privilege_escalation,
    apparmor_profile,
    automount_service_account_token,
    capabilities_add,
    capabilities_drop_all,
    cpu_limit_missing,
    cpu_request_missing,
    default_service_account,
    docker_sock_mounted,
    env_secret_literal,
    fs_group_missing,
    host_ipc,
    host_network,
    host_path_sensitive,
    host_path_volume,
    host_path_writable,
    host_pid,
    host_port,
    host_process,
    host_users,
    hpa_missing,
    image_tag_mutable,
    liveness_probe_missing,
    memory_limit_missing,
    memory_request_missing,
    naked_pod,
    network_policy_missing,
    pdb_missing,
    pod_security_admission,
    privileged_container,
    read_only_root_fs,
    readiness_probe_missing,
    replicas_too_few,
    root_group,
    run_as_high_gid,
    run_as_high_uid,
    run_as_non_root,
    run_as_user_zero,
    schema_invalid,
    seccomp_profile,
    selector_mismatch,
    service_account_deprecated_field,
    service_account_nonexistent,
    service_account_shared,
    service_dangling,
    sudo_in_command,
    unsafe_proc_mount,
    unsafe_sysctls,
    volume_type_not_core,
);
