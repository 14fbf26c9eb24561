use crate::repo::Repository;
use crate::repo::documents::Topic;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let is_asked = repository.is_whole() && repository.is_of_service(cx.project());
    if !is_asked || !repository.documents(Topic::Architecture).is_empty() {
        return;
    }
    if let Some(at) = repository.face() {
        cx.report(at, "no document shows the architecture").help("whoever is called at night has to know which part talks to which: one page with the parts, their data and their neighbours");
    }
}
