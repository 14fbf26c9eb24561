//! Rules about agent and integration configurations, of whatever framework.

mod access_control_off;
mod address_unanswered;
mod answer_length_unbounded;
mod api_docs_exposed;
mod audit_log_off;
mod authentication_exception;
mod authentication_off;
mod authentication_weak;
mod backup_incomplete;
mod backup_off;
mod batch_unbounded;
mod budget_missing;
mod cache_in_process;
mod cache_unbounded;
mod cache_without_ttl;
mod call_not_retried;
mod call_timeout_long;
mod call_timeout_missing;
mod circuit_breaker_off;
mod collector_component_undefined;
mod collector_component_unused;
mod collector_default_without_dash;
mod collector_export_without_tls;
mod collector_logging_exporter;
mod collector_memory_unlimited;
mod collector_output_only;
mod collector_prints_payloads;
mod collector_processor_order;
mod collector_receiver_local;
mod collector_receiver_open;
mod collector_samples_nothing;
mod collector_without_batch;
mod connection_pool_unbounded;
mod connections_not_reused;
mod cors_any_origin;
mod crash_recovery_off;
mod credential_env_name_invalid;
mod credential_literal;
mod dangerous_tool_unguarded;
mod default_login;
mod encryption_off;
mod environment_development;
mod event_bus_in_memory;
mod eviction_policy_missing;
mod file_per_replica;
mod health_endpoint_off;
mod high_availability_off;
mod image_tag_mutable;
mod injection_detection_off;
mod input_unbounded;
mod input_validation_off;
mod live_ignores_violations;
mod live_outside_production;
mod live_rollback_unstated;
mod live_without_adapter;
mod live_without_approval;
mod live_without_monitoring;
mod localhost_dependency;
mod log_file_unrotated;
mod log_format_text;
mod log_level_debug;
mod machine_path;
mod machine_too_small;
mod memory_in_process;
mod memory_without_ttl;
mod metrics_export_none;
mod metrics_off;
mod model_api_preview;
mod model_passthrough;
mod output_filter_off;
mod own_authentication_missing;
mod own_routes_without_authentication;
mod payload_logging;
mod percent_fraction_mixup;
mod pii_detection_off;
mod pii_only_logged;
mod placeholder_endpoint;
mod plain_http_endpoint;
mod prompt_file_missing;
mod prompt_guard_missing;
mod prompt_placeholder;
mod public_without_authentication;
mod public_without_authorizer;
mod rate_limit_off;
mod rate_limit_shared;
mod reference_undefined;
mod resiliency_missing;
mod retries_unbounded;
mod retry_without_backoff;
mod role_wildcard;
mod rollback_without_webhook;
mod run_time_unbounded;
mod runtime_eol;
mod schema_created_on_start;
mod secrets_file_committed;
mod server_on_loopback;
mod server_version_unpinned;
mod single_instance;
mod single_replica;
mod state_in_file;
mod steps_unbounded;
mod store_without_password;
mod store_without_tls;
mod test_bypass_on;
mod tls_verification_off;
mod tokens_per_replica;
mod tool_server_left_out;
mod tool_server_pull_always;
mod tool_server_sse_transport;
mod tool_server_unpinned;
mod tools_auto_approved;
mod tools_unrestricted;
mod trace_exporter_console;
mod trace_sampling_all;
mod trace_sampling_none;
mod tracing_off;
mod unknown_key;
mod unsafe_deserialization;
mod value_invalid;
mod variable_not_expanded;
mod variable_unlisted;
mod webhook_unrestricted;

group!(agent:
    access_control_off,
    address_unanswered,
    answer_length_unbounded,
    api_docs_exposed,
    audit_log_off,
    authentication_exception,
    authentication_off,
    authentication_weak,
    backup_incomplete,
    backup_off,
    batch_unbounded,
    budget_missing,
    cache_in_process,
    cache_unbounded,
    cache_without_ttl,
    call_not_retried,
    call_timeout_long,
    call_timeout_missing,
    circuit_breaker_off,
    collector_component_undefined,
    collector_component_unused,
    collector_default_without_dash,
    collector_export_without_tls,
    collector_logging_exporter,
    collector_memory_unlimited,
    collector_output_only,
    collector_prints_payloads,
    collector_processor_order,
    collector_receiver_local,
    collector_receiver_open,
    collector_samples_nothing,
    collector_without_batch,
    connection_pool_unbounded,
    connections_not_reused,
    cors_any_origin,
    crash_recovery_off,
    credential_env_name_invalid,
    credential_literal,
    dangerous_tool_unguarded,
    default_login,
    encryption_off,
    environment_development,
    event_bus_in_memory,
    eviction_policy_missing,
    file_per_replica,
    health_endpoint_off,
    high_availability_off,
    image_tag_mutable,
    injection_detection_off,
    input_unbounded,
    input_validation_off,
    live_ignores_violations,
    live_outside_production,
    live_rollback_unstated,
    live_without_adapter,
    live_without_approval,
    live_without_monitoring,
    localhost_dependency,
    log_file_unrotated,
    log_format_text,
    log_level_debug,
    machine_path,
    machine_too_small,
    memory_in_process,
    memory_without_ttl,
    metrics_export_none,
    metrics_off,
    model_api_preview,
    model_passthrough,
    output_filter_off,
    own_authentication_missing,
    own_routes_without_authentication,
    payload_logging,
    percent_fraction_mixup,
    pii_detection_off,
    pii_only_logged,
    placeholder_endpoint,
    plain_http_endpoint,
    prompt_file_missing,
    prompt_guard_missing,
    prompt_placeholder,
    public_without_authentication,
    public_without_authorizer,
    rate_limit_off,
    rate_limit_shared,
    reference_undefined,
    resiliency_missing,
    retries_unbounded,
    retry_without_backoff,
    role_wildcard,
    rollback_without_webhook,
    run_time_unbounded,
    runtime_eol,
    schema_created_on_start,
    secrets_file_committed,
    server_on_loopback,
    server_version_unpinned,
    single_instance,
    single_replica,
    state_in_file,
    steps_unbounded,
    store_without_password,
    store_without_tls,
    test_bypass_on,
    tls_verification_off,
    tokens_per_replica,
    tool_server_left_out,
    tool_server_pull_always,
    tool_server_sse_transport,
    tool_server_unpinned,
    tools_auto_approved,
    tools_unrestricted,
    trace_exporter_console,
    trace_sampling_all,
    trace_sampling_none,
    tracing_off,
    unknown_key,
    unsafe_deserialization,
    value_invalid,
    variable_not_expanded,
    variable_unlisted,
    webhook_unrestricted,
);
