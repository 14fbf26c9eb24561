use crate::repo::Repository;
use crate::repo::documents::Topic;
use crate::repo::pipeline::Does;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let is_asked = repository.is_whole() && repository.is_of_service(cx.project());
    let is_there =
        || !repository.documents(Topic::Changelog).is_empty() || repository.makes_changelog();
    if !is_asked || is_there() {
        return;
    }
    let is_release = |does: &Does| matches!(does, Does::Releases | Does::PushesImage);
    if let Some(at) = repository.face_or(is_release) {
        cx.report(at, "no changelog says what changed between versions").help("who has to decide whether to roll back reads it first; tools make one from commits and tags");
    }
}
