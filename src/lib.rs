//! Tells what keeps an AI-agent service from being ready for production.

mod agent;
mod alert;
pub mod baseline;
mod build;
pub mod changes;
mod chart;
pub mod check;
pub mod cli;
mod compose;
pub mod config;
mod credential;
pub mod diagnostic;
mod docker;
pub mod file;
pub mod fingerprint;
pub mod fix;
mod gate;
mod host_path;
mod image;
mod init;
mod k8s;
mod kustomize;
mod log;
#[doc(hidden)]
pub mod oracle;
pub mod outcome;
mod personal;
mod project;
mod redact;
pub mod report;
pub mod rules;
mod schema;
pub mod source;
mod suppress;
mod tree;
mod variables;
pub mod walk;
