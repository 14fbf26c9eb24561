//! Rules about agent and integration configurations, of whatever framework.

mod authentication_off;
mod cors_any_origin;
mod credential_env_name_invalid;
mod credential_literal;
mod dangerous_tool_unguarded;
mod injection_detection_off;
mod input_validation_off;
mod live_ignores_violations;
mod live_without_approval;
mod live_without_monitoring;
mod log_level_debug;
mod machine_path;
mod own_authentication_missing;
mod own_routes_without_authentication;
mod payload_logging;
mod pii_detection_off;
mod pii_only_logged;
mod placeholder_endpoint;
mod plain_http_endpoint;
mod rate_limit_off;
mod rollback_without_webhook;
mod runtime_eol;
mod secrets_file_committed;
mod server_version_unpinned;
mod store_without_tls;
mod tool_server_pull_always;
mod tool_server_sse_transport;
mod tool_server_unpinned;
mod tools_auto_approved;
mod tools_unrestricted;
mod unsafe_deserialization;
mod variable_not_expanded;
mod webhook_unrestricted;

group!(agent:
    authentication_off,
    cors_any_origin,
    credential_env_name_invalid,
    credential_literal,
    dangerous_tool_unguarded,
    injection_detection_off,
    input_validation_off,
    live_ignores_violations,
    live_without_approval,
    live_without_monitoring,
    log_level_debug,
    machine_path,
    own_authentication_missing,
    own_routes_without_authentication,
    payload_logging,
    pii_detection_off,
    pii_only_logged,
    placeholder_endpoint,
    plain_http_endpoint,
    rate_limit_off,
    rollback_without_webhook,
    runtime_eol,
    secrets_file_committed,
    server_version_unpinned,
    store_without_tls,
    tool_server_pull_always,
    tool_server_sse_transport,
    tool_server_unpinned,
    tools_auto_approved,
    tools_unrestricted,
    unsafe_deserialization,
    variable_not_expanded,
    webhook_unrestricted,
);
