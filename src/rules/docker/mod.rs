//! Rules about Dockerfiles.

mod add_instead_of_copy;
mod add_remote_url;
mod apk_no_cache;
mod apt_assume_yes;
mod apt_get_over_apt;
mod apt_lists_kept;
mod apt_no_recommends;
mod apt_pin_versions;
mod broken_json_form;
mod consecutive_run;
mod copy_from_empty_stage;
mod copy_from_self;
mod copy_from_unknown_stage;
mod copy_multi_source_dest_slash;
mod copy_relative_without_workdir;
mod copy_whole_filesystem;
mod directive_misspelt;
mod duplicate_stage_name;
mod empty_continuation;
mod env_self_reference;
mod exec_form_required;
mod expose_invalid_format;
mod expose_port_range;
mod expose_ssh;
mod from_default_invalid;
mod healthcheck_missing;
mod image_tag_latest;
mod image_tag_missing;
mod instruction_overridden;
mod keyword_casing;
mod label_hygiene;
mod label_schema;
mod legacy_key_value;
mod maintainer_deprecated;
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
mod reserved_stage_name;
mod run_cd;
mod run_in_scratch;
mod run_sudo;
mod run_useless_command;
mod secret_in_arg_or_env;
mod shell_changed_in_run;
mod stage_unreachable;
mod stopsignal_form;
mod stopsignal_unfit;
mod stopsignal_ungraceful;
mod undefined_variable;
mod user_last_is_root;
mod user_missing;
mod wget_and_curl;
mod workdir_relative;
mod workdir_system_dir;

group!(docker:
    add_instead_of_copy,
    add_remote_url,
    apk_no_cache,
    apt_assume_yes,
    apt_get_over_apt,
    apt_lists_kept,
    apt_no_recommends,
    apt_pin_versions,
    broken_json_form,
    consecutive_run,
    copy_from_empty_stage,
    copy_from_self,
    copy_from_unknown_stage,
    copy_multi_source_dest_slash,
    copy_relative_without_workdir,
    copy_whole_filesystem,
    directive_misspelt,
    duplicate_stage_name,
    empty_continuation,
    env_self_reference,
    exec_form_required,
    expose_invalid_format,
    expose_port_range,
    expose_ssh,
    from_default_invalid,
    healthcheck_missing,
    image_tag_latest,
    image_tag_missing,
    instruction_overridden,
    keyword_casing,
    label_hygiene,
    label_schema,
    legacy_key_value,
    maintainer_deprecated,
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
    reserved_stage_name,
    run_cd,
    run_in_scratch,
    run_sudo,
    run_useless_command,
    secret_in_arg_or_env,
    shell_changed_in_run,
    stage_unreachable,
    stopsignal_form,
    stopsignal_unfit,
    stopsignal_ungraceful,
    undefined_variable,
    user_last_is_root,
    user_missing,
    wget_and_curl,
    workdir_relative,
    workdir_system_dir,
);
