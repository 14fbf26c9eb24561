//! Rules about Compose files.

mod credential_env_literal;
mod image_eol;
mod image_tag_missing_or_latest;
mod privileged;

group!(compose: credential_env_literal, image_eol, image_tag_missing_or_latest, privileged);
