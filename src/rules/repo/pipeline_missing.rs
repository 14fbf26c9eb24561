use crate::repo::Repository;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let is_there = repository.has_file_of_pipeline() || repository.has_foreign_pipeline();
    if !repository.is_whole() || is_there {
        return;
    }
    if let Some(at) = repository.built_at() {
        cx.report(at, "no pipeline builds and tests this image")
            .help("what is built by hand is not the same twice, and nothing tests or scans it before it goes live");
    }
}
