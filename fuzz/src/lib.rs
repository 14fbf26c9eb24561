//! What the fuzz targets call.

#[path = "../../tests/any_input.rs"]
pub mod any_input;
