use crate::repo::Repository;
use crate::repo::documents::Topic;
use crate::repo::pipeline::Does;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let is_asked = repository.is_whole() && repository.is_of_service(cx.project());
    if !is_asked || !repository.documents(Topic::Incidents).is_empty() {
        return;
    }
    if let Some(at) = repository.face_or(|does| matches!(does, Does::Deploys(_))) {
        cx.report(at, "no document says what is done in an incident")
            .help("write down who is called, how bad is how bad, and who tells the users");
    }
}
