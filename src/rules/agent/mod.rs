//! Rules about agent and integration configurations, of whatever framework.

mod authentication_off;
mod collector_component_undefined;
mod collector_component_unused;
mod collector_default_without_dash;
mod collector_export_without_tls;
mod collector_logging_exporter;
mod collector_memory_unlimited;
mod collector_output_only;
mod collector_prints_payloads;
mod collector_processor_order;
mod collector_receiver_open;
mod collector_samples_nothing;
mod collector_without_batch;
mod cors_any_origin;
mod credential_env_name_invalid;
mod credential_literal;
mod injection_detection_off;
mod input_validation_off;
mod live_ignores_violations;
mod live_without_approval;
mod live_without_monitoring;
mod log_level_debug;
mod payload_logging;
mod pii_detection_off;
mod pii_only_logged;
mod placeholder_endpoint;
mod plain_http_endpoint;
mod rate_limit_off;
mod rollback_without_webhook;
mod store_without_tls;
mod tls_not_verified;

group!(agent:
    authentication_off,
    collector_component_undefined,
    collector_component_unused,
    collector_default_without_dash,
    collector_export_without_tls,
    collector_logging_exporter,
    collector_memory_unlimited,
    collector_output_only,
    collector_prints_payloads,
    collector_processor_order,
    collector_receiver_open,
    collector_samples_nothing,
    collector_without_batch,
    cors_any_origin,
    credential_env_name_invalid,
    credential_literal,
    injection_detection_off,
    input_validation_off,
    live_ignores_violations,
    live_without_approval,
    live_without_monitoring,
    log_level_debug,
    payload_logging,
    pii_detection_off,
    pii_only_logged,
    placeholder_endpoint,
    plain_http_endpoint,
    rate_limit_off,
    rollback_without_webhook,
    store_without_tls,
    tls_not_verified,
);
