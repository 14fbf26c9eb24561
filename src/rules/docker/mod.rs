//! Rules about Dockerfiles.

mod base_image_eol;
mod copy_chown_executable;
mod copy_ignored_file;
mod copy_without_chown_after_user;
mod dotenv_not_ignored;
mod exec_form_required;
mod final_base_image_bloated;
mod from_platform_constant;
mod from_platform_redundant;
mod gpu_cuda_correctness;
mod gpu_runtime_policy;
mod healthcheck_missing;
mod image_registry_not_allowed;
mod image_tag_latest;
mod image_tag_missing;
mod multi_stage_missing;
mod pid1_init_missing;
mod secret_file_copied;
mod secret_in_arg_or_env;
mod secret_mounts_required;
mod shellcheck;
mod tls_verify_disabled_env;
mod user_group_drops_supplementary;
mod user_last_is_root;
mod user_missing;
mod user_name_without_passwd;
mod user_not_numeric;

group!(docker:
    base_image_eol,
    copy_chown_executable,
    copy_ignored_file,
    copy_without_chown_after_user,
    dotenv_not_ignored,
    exec_form_required,
    final_base_image_bloated,
    from_platform_constant,
    from_platform_redundant,
    gpu_cuda_correctness,
    gpu_runtime_policy,
    healthcheck_missing,
    image_registry_not_allowed,
    image_tag_latest,
    image_tag_missing,
    multi_stage_missing,
    pid1_init_missing,
    secret_file_copied,
    secret_in_arg_or_env,
    secret_mounts_required,
    shellcheck,
    tls_verify_disabled_env,
    user_group_drops_supplementary,
    user_last_is_root,
    user_missing,
    user_name_without_passwd,
    user_not_numeric,
);
