//! What reading a file had to say. The readers find these; `src/check.rs` reports them.

mod dockerfile_invalid;
mod duplicate_key;
mod json_invalid;
mod limit_exceeded;
mod toml_invalid;
mod unused_ignore;
mod yaml_invalid;

group!(syntax: dockerfile_invalid, duplicate_key, json_invalid, limit_exceeded, toml_invalid, unused_ignore, yaml_invalid);
