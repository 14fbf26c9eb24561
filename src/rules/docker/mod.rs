//! Rules about Dockerfiles.

mod apk_no_cache;
mod apt_assume_yes;
mod apt_get_over_apt;
mod apt_lists_kept;
mod apt_no_recommends;
mod apt_pin_versions;
mod consecutive_run;
mod exec_form_required;
mod healthcheck_missing;
mod image_tag_latest;
mod image_tag_missing;
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
mod user_last_is_root;
mod user_missing;
mod wget_and_curl;

group!(docker:
    apk_no_cache,
    apt_assume_yes,
    apt_get_over_apt,
    apt_lists_kept,
    apt_no_recommends,
    apt_pin_versions,
    consecutive_run,
    exec_form_required,
    healthcheck_missing,
    image_tag_latest,
    image_tag_missing,
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
    user_last_is_root,
    user_missing,
    wget_and_curl,
);
