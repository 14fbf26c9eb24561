//! Rules about Dockerfiles.

mod add_for_archives;
mod add_instead_of_copy;
mod add_remote_url;
mod apk_no_cache;
mod apt_assume_yes;
mod apt_get_over_apt;
mod apt_lists_kept;
mod apt_no_recommends;
mod apt_pin_versions;
mod base_image_eol;
mod broken_json_form;
mod build_cache_mounts;
mod built_stage_missing;
mod chpasswd;
mod consecutive_run;
mod copy_chown_executable;
mod copy_from_empty_stage;
mod copy_from_self;
mod copy_from_unknown_stage;
mod copy_ignored_file;
mod copy_multi_source_dest_slash;
mod copy_relative_without_workdir;
mod copy_whole_filesystem;
mod copy_without_chown_after_user;
mod cpu_build_with_gpu;
mod directive_misspelt;
mod dotenv_not_ignored;
mod download_robustness;
mod duplicate_stage_name;
mod empty_continuation;
mod env_self_reference;
mod exec_form_required;
mod expose_invalid_format;
mod expose_port_range;
mod expose_ssh;
mod exposed_port_not_served;
mod final_base_image_bloated;
mod from_default_invalid;
mod from_platform_constant;
mod from_platform_redundant;
mod gpu_cuda_correctness;
mod gpu_runtime_policy;
mod healthcheck_missing;
mod healthcheck_port_not_served;
mod healthcheck_tool_missing;
mod image_registry_not_allowed;
mod image_tag_latest;
mod image_tag_missing;
mod instruction_overridden;
mod keyword_casing;
mod label_hygiene;
mod label_schema;
mod legacy_key_value;
mod maintainer_deprecated;
mod modern_buildkit_forms;
mod multi_stage_missing;
mod npm_pin_versions;
mod package_assume_yes_rpm;
mod package_cache_kept_other;
mod package_dist_upgrade;
mod package_pin_versions_other;
mod package_signature_skipped;
mod package_update_alone;
mod pid1_init_missing;
mod pip_no_cache_dir;
mod pip_pin_versions;
mod pipefail_missing;
mod reserved_stage_name;
mod run_cd;
mod run_in_scratch;
mod run_sudo;
mod run_useless_command;
mod secret_file_copied;
mod secret_in_arg_or_env;
mod secret_mounts_required;
mod server_on_loopback;
mod shell_changed_in_run;
mod shellcheck;
mod stage_unreachable;
mod stopsignal_form;
mod stopsignal_unfit;
mod stopsignal_ungraceful;
mod telemetry_opt_out;
mod tls_verify_disabled_env;
mod tls_verify_disabled_run;
mod undefined_variable;
mod user_cannot_write;
mod user_group_drops_supplementary;
mod user_last_is_root;
mod user_missing;
mod user_name_without_passwd;
mod user_not_numeric;
mod useradd_no_log_init;
mod wget_and_curl;
mod wget_progress;
mod workdir_relative;
mod workdir_system_dir;
mod world_writable_chmod;

group!(docker:
    add_for_archives,
    add_instead_of_copy,
    add_remote_url,
    apk_no_cache,
    apt_assume_yes,
    apt_get_over_apt,
    apt_lists_kept,
    apt_no_recommends,
    apt_pin_versions,
    base_image_eol,
    broken_json_form,
    build_cache_mounts,
    built_stage_missing,
    chpasswd,
    consecutive_run,
    copy_chown_executable,
    copy_from_empty_stage,
    copy_from_self,
    copy_from_unknown_stage,
    copy_ignored_file,
    copy_multi_source_dest_slash,
    copy_relative_without_workdir,
    copy_whole_filesystem,
    copy_without_chown_after_user,
    cpu_build_with_gpu,
    directive_misspelt,
    dotenv_not_ignored,
    download_robustness,
    duplicate_stage_name,
    empty_continuation,
    env_self_reference,
    exec_form_required,
    expose_invalid_format,
    expose_port_range,
    expose_ssh,
    exposed_port_not_served,
    final_base_image_bloated,
    from_default_invalid,
    from_platform_constant,
    from_platform_redundant,
    gpu_cuda_correctness,
    gpu_runtime_policy,
    healthcheck_missing,
    healthcheck_port_not_served,
    healthcheck_tool_missing,
    image_registry_not_allowed,
    image_tag_latest,
    image_tag_missing,
    instruction_overridden,
    keyword_casing,
    label_hygiene,
    label_schema,
    legacy_key_value,
    maintainer_deprecated,
    modern_buildkit_forms,
    multi_stage_missing,
    npm_pin_versions,
    package_assume_yes_rpm,
    package_cache_kept_other,
    package_dist_upgrade,
    package_pin_versions_other,
    package_signature_skipped,
    package_update_alone,
    pid1_init_missing,
    pip_no_cache_dir,
    pip_pin_versions,
    pipefail_missing,
    reserved_stage_name,
    run_cd,
    run_in_scratch,
    run_sudo,
    run_useless_command,
    secret_file_copied,
    secret_in_arg_or_env,
    secret_mounts_required,
    server_on_loopback,
    shell_changed_in_run,
    shellcheck,
    stage_unreachable,
    stopsignal_form,
    stopsignal_unfit,
    stopsignal_ungraceful,
    telemetry_opt_out,
    tls_verify_disabled_env,
    tls_verify_disabled_run,
    undefined_variable,
    user_cannot_write,
    user_group_drops_supplementary,
    user_last_is_root,
    user_missing,
    user_name_without_passwd,
    user_not_numeric,
    useradd_no_log_init,
    wget_and_curl,
    wget_progress,
    workdir_relative,
    workdir_system_dir,
    world_writable_chmod,
);
