use crate::compose::Service;
use crate::diagnostic::Severity;
use crate::project::{Content, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let process = project.process_of(Runner::Service(service));
    let Some((mount, program, copied)) = process.hidden_program() else { return };
    let Some(owner) = service.owner_of(mount.at).filter(|_| service.is_deployed()) else { return };
    let (name, path) = (service.name(), &mount.path);
    let found = match &mount.content {
        Content::Named(volume) => cx
            .report(mount.at, format!("compose service `{name}` runs the code in volume `{volume}`, which keeps that of the first image at `{path}`"))
            .help("Docker fills a new volume from the image once, so that later images change nothing: mount it at a folder for data only"),
        Content::Scratch => cx
            .report(mount.at, format!("compose service `{name}` mounts a tmpfs over `{path}`, where the image has the program that it starts"))
            .help("the program is not found; mount the tmpfs elsewhere, below or beside the code")
            .severity(Severity::Error),
        _ => return,
    };
    found
        .about(owner)
        .related(program.place, "this starts the program")
        .related(copied, "this copies it into the image");
}
