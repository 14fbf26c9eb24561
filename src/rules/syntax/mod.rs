//! What reading a file had to say. The readers find these; `src/check.rs` reports them.

mod dockerfile_invalid;
mod duplicate_key;
mod json_invalid;
mod toml_invalid;
mod yaml_invalid;

group!(syntax: dockerfile_invalid, duplicate_key, json_invalid, toml_invalid, yaml_invalid);
