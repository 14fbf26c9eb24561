//! Rules about Dockerfiles.

mod add_for_archives;
mod apk_no_cache;
mod apt_assume_yes;
mod apt_get_over_apt;
mod apt_lists_kept;
mod apt_no_recommends;
mod apt_pin_versions;
mod build_cache_mounts;
mod chpasswd;
mod consecutive_run;
mod download_robustness;
mod exec_form_required;
mod healthcheck_missing;
mod image_tag_latest;
mod image_tag_missing;
mod modern_buildkit_forms;
mod npm_pin_versions;
mod package_assume_yes_rpm;
mod package_cache_kept_other;
mod package_dist_upgrade;
mod package_pin_versions_other;
mod package_signature_skipped;
mod package_update_alone;
mod pip_no_cache_dir;
mod pip_pin_versions;
mod pipefail_missing;
mod run_cd;
mod run_sudo;
mod run_useless_command;
mod secret_in_arg_or_env;
mod shell_changed_in_run;
mod telemetry_opt_out;
mod tls_verify_disabled_run;
mod user_last_is_root;
mod user_missing;
mod useradd_no_log_init;
mod wget_and_curl;
mod wget_progress;
mod world_writable_chmod;

group!(docker:
    add_for_archives,
    apk_no_cache,
    apt_assume_yes,
    apt_get_over_apt,
    apt_lists_kept,
    apt_no_recommends,
    apt_pin_versions,
    build_cache_mounts,
    chpasswd,
    consecutive_run,
    download_robustness,
    exec_form_required,
    healthcheck_missing,
    image_tag_latest,
    image_tag_missing,
    modern_buildkit_forms,
    npm_pin_versions,
    package_assume_yes_rpm,
    package_cache_kept_other,
    package_dist_upgrade,
    package_pin_versions_other,
    package_signature_skipped,
    package_update_alone,
    pip_no_cache_dir,
    pip_pin_versions,
    pipefail_missing,
    run_cd,
    run_sudo,
    run_useless_command,
    secret_in_arg_or_env,
    shell_changed_in_run,
    telemetry_opt_out,
    tls_verify_disabled_run,
    user_last_is_root,
    user_missing,
    useradd_no_log_init,
    wget_and_curl,
    wget_progress,
    world_writable_chmod,
);
