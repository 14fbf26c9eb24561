use crate::repo::Repository;
use crate::repo::documents::Topic;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let is_asked = repository.is_whole() && repository.is_of_service(cx.project());
    if !is_asked
        || repository.links_runbooks(cx.project())
        || !repository.documents(Topic::Runbook).is_empty()
    {
        return;
    }
    if let Some(at) = repository.face() {
        cx.report(at, "no runbook says what to do when an alert fires")
            .help("one page for each alert: what it means, how to look further, what to do");
    }
}
