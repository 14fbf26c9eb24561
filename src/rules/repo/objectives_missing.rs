use crate::repo::documents::Topic;
use crate::repo::{Part, Repository};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let is_asked = repository.is_whole() && repository.is_of_service(cx.project());
    let is_stated = repository.parts().any(|(_, part)| matches!(part, Part::Objectives(_)))
        || !repository.documents(Topic::Objectives).is_empty()
        || repository.burns_budget(cx.project());
    let at = || repository.first_alert(cx.project()).or_else(|| repository.face());
    if let Some(at) = at().filter(|_| is_asked && !is_stated) {
        cx.report(at, "no service level objective says how reliable the service has to be")
            .help("without one nobody can say which failure is worth a night: OpenSLO, Sloth and Pyrra make alerts of it");
    }
}
