use crate::compose::Service;
use crate::project::{Need, Obstacle, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let process = project.process_of(Runner::Service(service));
    let Some(user) = process.user().filter(|user| !user.is_of_image) else { return };
    let Some(owner) = service.owner_of(user.at) else { return };
    for hindered in project.hindered(&process) {
        let written = &hindered.written;
        if !matches!(hindered.obstacle, Obstacle::Owner(_)) {
            continue;
        }
        let message = format!(
            "compose service `{}` runs as user {}, who cannot write {}",
            service.name(),
            user.name,
            written.what
        );
        cx.report(user.at, message)
            .help("the image gives it to somebody else, and a new volume is given to whom the image gives its folder: run as that user, or give the folder to this one in the Dockerfile")
            .about(owner.clone())
            .confidence(written.confidence)
            .milder_where(written.need == Need::Lesser)
            .related_to(hindered.places(&process).into_iter());
    }
}
