use crate::repo::Repository;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    if !repository.is_whole() {
        return;
    }
    if let Some(at) = repository.unrehearsed_production(cx.project()) {
        cx.report(at, "production has no staging environment before it")
            .help("a new version of an agent meets real users first: give it an overlay, a values file or a job that runs it beside them");
    }
}
