//! Rules about agent and integration configurations, of whatever framework.

mod answer_length_unbounded;
mod authentication_exception;
mod authentication_off;
mod budget_missing;
mod call_not_retried;
mod call_timeout_long;
mod call_timeout_missing;
mod circuit_breaker_off;
mod connection_pool_unbounded;
mod cors_any_origin;
mod credential_env_name_invalid;
mod credential_literal;
mod injection_detection_off;
mod input_validation_off;
mod live_ignores_violations;
mod live_without_approval;
mod live_without_monitoring;
mod log_level_debug;
mod machine_too_small;
mod model_passthrough;
mod payload_logging;
mod pii_detection_off;
mod pii_only_logged;
mod placeholder_endpoint;
mod plain_http_endpoint;
mod rate_limit_off;
mod retries_unbounded;
mod rollback_without_webhook;
mod run_time_unbounded;
mod steps_unbounded;
mod store_without_tls;
mod tls_verification_off;

group!(agent:
    answer_length_unbounded,
    authentication_exception,
    authentication_off,
    budget_missing,
    call_not_retried,
    call_timeout_long,
    call_timeout_missing,
    circuit_breaker_off,
    connection_pool_unbounded,
    cors_any_origin,
    credential_env_name_invalid,
    credential_literal,
    injection_detection_off,
    input_validation_off,
    live_ignores_violations,
    live_without_approval,
    live_without_monitoring,
    log_level_debug,
    machine_too_small,
    model_passthrough,
    payload_logging,
    pii_detection_off,
    pii_only_logged,
    placeholder_endpoint,
    plain_http_endpoint,
    rate_limit_off,
    retries_unbounded,
    rollback_without_webhook,
    run_time_unbounded,
    steps_unbounded,
    store_without_tls,
    tls_verification_off,
);
