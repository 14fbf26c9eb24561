//! What a user observes, as one program: linked once, it takes a thirtieth of the disk and of the time that
//! a program per file takes.

mod any_input;
mod common;

mod applicability;
mod baseline;
mod changed_since;
mod checklist_command;
mod checklists;
mod cli;
mod completions_and_man;
mod compose;
mod config;
mod docs;
mod explain_repository;
mod findings;
mod fix;
mod fix_properties;
mod fuzzed;
mod hostile_input;
mod images;
mod init;
mod inline_dockerfile;
mod kustomize;
mod outside;
mod peer_suppressions;
mod report;
mod report_formats;
mod repository;
mod rule_pages;
mod sarif;
mod schemas;
mod scorecard;
mod secrets;
mod shellcheck;
mod suppressions;
mod walking;
mod writing;
mod yaml_oracle;
