//! Rules about Dockerfiles.

mod base_image_eol;
mod exec_form_required;
mod healthcheck_missing;
mod image_tag_latest;
mod image_tag_missing;
mod secret_in_arg_or_env;
mod user_last_is_root;
mod user_missing;

group!(docker:
    base_image_eol,
    exec_form_required,
    healthcheck_missing,
    image_tag_latest,
    image_tag_missing,
    secret_in_arg_or_env,
    user_last_is_root,
    user_missing,
);
