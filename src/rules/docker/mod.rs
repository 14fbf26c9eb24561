//! Rules about Dockerfiles.

mod add_for_archives;
mod build_cache_mounts;
mod chpasswd;
mod download_robustness;
mod exec_form_required;
mod healthcheck_missing;
mod image_tag_latest;
mod image_tag_missing;
mod modern_buildkit_forms;
mod secret_in_arg_or_env;
mod telemetry_opt_out;
mod tls_verify_disabled_run;
mod user_last_is_root;
mod user_missing;
mod useradd_no_log_init;
mod wget_progress;
mod world_writable_chmod;

group!(docker:
    add_for_archives,
    build_cache_mounts,
    chpasswd,
    download_robustness,
    exec_form_required,
    healthcheck_missing,
    image_tag_latest,
    image_tag_missing,
    modern_buildkit_forms,
    secret_in_arg_or_env,
    telemetry_opt_out,
    tls_verify_disabled_run,
    user_last_is_root,
    user_missing,
    useradd_no_log_init,
    wget_progress,
    world_writable_chmod,
);
