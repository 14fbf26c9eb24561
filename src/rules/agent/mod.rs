//! Rules about agent and integration configurations, of whatever framework.

mod access_control_off;
mod audit_log_off;
mod authentication_off;
mod authentication_weak;
mod backup_incomplete;
mod backup_off;
mod cache_in_process;
mod cache_unbounded;
mod cache_without_ttl;
mod cors_any_origin;
mod crash_recovery_off;
mod credential_env_name_invalid;
mod credential_literal;
mod encryption_off;
mod event_bus_in_memory;
mod eviction_policy_missing;
mod high_availability_off;
mod injection_detection_off;
mod input_validation_off;
mod live_ignores_violations;
mod live_outside_production;
mod live_rollback_unstated;
mod live_without_adapter;
mod live_without_approval;
mod live_without_monitoring;
mod log_level_debug;
mod memory_in_process;
mod memory_without_ttl;
mod metrics_export_none;
mod payload_logging;
mod percent_fraction_mixup;
mod pii_detection_off;
mod pii_only_logged;
mod placeholder_endpoint;
mod plain_http_endpoint;
mod rate_limit_off;
mod role_wildcard;
mod rollback_without_webhook;
mod single_instance;
mod state_in_file;
mod store_without_tls;

group!(agent:
    access_control_off,
    audit_log_off,
    authentication_off,
    authentication_weak,
    backup_incomplete,
    backup_off,
    cache_in_process,
    cache_unbounded,
    cache_without_ttl,
    cors_any_origin,
    crash_recovery_off,
    credential_env_name_invalid,
    credential_literal,
    encryption_off,
    event_bus_in_memory,
    eviction_policy_missing,
    high_availability_off,
    injection_detection_off,
    input_validation_off,
    live_ignores_violations,
    live_outside_production,
    live_rollback_unstated,
    live_without_adapter,
    live_without_approval,
    live_without_monitoring,
    log_level_debug,
    memory_in_process,
    memory_without_ttl,
    metrics_export_none,
    payload_logging,
    percent_fraction_mixup,
    pii_detection_off,
    pii_only_logged,
    placeholder_endpoint,
    plain_http_endpoint,
    rate_limit_off,
    role_wildcard,
    rollback_without_webhook,
    single_instance,
    state_in_file,
    store_without_tls,
);
