//! Rules about Kubernetes manifests.

mod allow_privilege_escalation;
mod capabilities_drop_all;
mod env_secret_literal;
mod memory_limit_missing;
mod privileged_container;
mod read_only_root_fs;
mod run_as_non_root;
mod run_as_user_zero;
mod schema_invalid;
mod seccomp_profile;

group!(k8s:
    allow_privilege_escalation,
    capabilities_drop_all,
    env_secret_literal,
    memory_limit_missing,
    privileged_container,
    read_only_root_fs,
    run_as_non_root,
    run_as_user_zero,
    schema_invalid,
    seccomp_profile,
);
