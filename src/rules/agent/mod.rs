//! Rules about agent and integration configurations, of whatever framework.

mod authentication_off;
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
mod unknown_key;
mod value_invalid;

group!(agent:
    authentication_off,
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
    unknown_key,
    value_invalid,
);
