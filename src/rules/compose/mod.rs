//! Rules about Compose files.

mod address_unanswered;
mod build_and_image;
mod build_arg_missing;
mod build_arg_undeclared;
mod build_target_unknown;
mod cap_add_host_exec;
mod cap_add_lesser;
mod cap_add_strong;
mod cap_drop_all;
mod cgroup_parent;
mod command_credential;
mod connections_beyond_server;
mod cpu_limit_missing;
mod credential_env_literal;
mod dangerous_device;
mod dependency_cycle;
mod depends_on_without_healthcheck;
mod docker_sock;
mod gpu_missing;
mod grace_shorter_than_run;
mod healthcheck_missing;
mod healthcheck_port_not_served;
mod healthcheck_tool_missing;
mod host_namespaces;
mod host_network;
mod host_root_writable;
mod image_eol;
mod image_no_digest;
mod image_tag_missing_or_latest;
mod logging_disabled;
mod memory_limit_missing;
mod memory_setting_beyond_limit;
mod monitoring_config_unread;
mod mount_propagation_shared;
mod names_and_ports_unique;
mod network_not_shared;
mod no_new_privileges;
mod pids_limit;
mod port_all_interfaces;
mod port_not_served;
mod privileged;
mod privileged_host_port;
mod project_name;
mod quoting;
mod read_only;
mod restart_policy;
mod schema_invalid;
mod security_profile_disabled;
mod sensitive_host_path;
mod server_on_loopback;
mod shared_memory_small;
mod shared_volume;
mod stop_signal_unfit;
mod telemetry_not_received;
mod threads_beyond_cpu_limit;
mod tmpfs_exec_suid_dev;
mod undefined_reference;
mod unhealthy_before_model_loaded;
mod user_cannot_write;
mod user_root;
mod variable_missing;
mod variable_unlisted;
mod version_field;
mod volume_beyond_limit;
mod volume_hides_code;
mod workers_beyond_memory_limit;
mod written_path_read_only;

use crate::compose::{Reach, Service};
use crate::rules::{Cx, Pending};
use crate::tree::Node;

group!(compose:
    address_unanswered,
    build_and_image,
    build_arg_missing,
    build_arg_undeclared,
    build_target_unknown,
    cap_add_host_exec,
    cap_add_lesser,
    cap_add_strong,
    cap_drop_all,
    cgroup_parent,
    command_credential,
    connections_beyond_server,
    cpu_limit_missing,
    credential_env_literal,
    dangerous_device,
    dependency_cycle,
    depends_on_without_healthcheck,
    docker_sock,
    gpu_missing,
    grace_shorter_than_run,
    healthcheck_missing,
    healthcheck_port_not_served,
    healthcheck_tool_missing,
    host_namespaces,
    host_network,
    host_root_writable,
    image_eol,
    image_no_digest,
    image_tag_missing_or_latest,
    logging_disabled,
    memory_limit_missing,
    memory_setting_beyond_limit,
    monitoring_config_unread,
    mount_propagation_shared,
    names_and_ports_unique,
    network_not_shared,
    no_new_privileges,
    pids_limit,
    port_all_interfaces,
    port_not_served,
    privileged,
    privileged_host_port,
    project_name,
    quoting,
    read_only,
    restart_policy,
    schema_invalid,
    security_profile_disabled,
    sensitive_host_path,
    server_on_loopback,
    shared_memory_small,
    shared_volume,
    stop_signal_unfit,
    telemetry_not_received,
    threads_beyond_cpu_limit,
    tmpfs_exec_suid_dev,
    undefined_reference,
    unhealthy_before_model_loaded,
    user_cannot_write,
    user_root,
    variable_missing,
    variable_unlisted,
    version_field,
    volume_beyond_limit,
    volume_hides_code,
    workers_beyond_memory_limit,
    written_path_read_only,
);

/// Says of a finding which key of the override file completes what is missing here, if one does: that makes it
/// less bad, as `docker compose up` reads both.
fn completed<'a>(found: Pending<'a>, key: Option<Node<'_>>) -> Pending<'a> {
    let what = "the override file, which production may run without";
    let related = key.map(|key| (key.place(), what.to_owned()));
    found.milder_where(key.is_some()).related_to(related.into_iter())
}

/// Reports the capabilities of one reach that a service has added.
fn report_capabilities(service: Service<'_>, reach: Reach, help: &'static str, cx: &mut Cx<'_>) {
    for capability in service.capabilities_added().into_iter().filter(|it| it.reach == reach) {
        let node = capability.node;
        let Some(owner) = service.owner_of(node.place()) else { continue };
        let message =
            format!("{} `{}` has the capability {} added", owner.kind, owner.name, capability.name);
        let found = cx.report(node, message).help(help).about(owner);
        let found = if reach == Reach::Lesser { found.note_in_development() } else { found };
        found.unsafe_fix("take the capability away; see what the service did with it", || {
            service.without("cap_add", node)
        });
    }
}
