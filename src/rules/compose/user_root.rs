use crate::compose::{Service, interpolated};
use crate::diagnostic::Severity;
use crate::docker::{UNPRIVILEGED, is_root};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(node) = service.node().at(&["user"]) else { return };
    let Some(owner) = service.owner_of(node.place()) else { return };
    if !interpolated(node).is_some_and(|user| is_root(&user)) {
        return;
    }
    let built = cx.project().image_built_for(service).and_then(|image| image.user?.resolved);
    let is_built_for_other =
        built.as_deref().is_some_and(|user| !user.is_empty() && !is_root(user));
    let foreign = service.known_image();
    let has_own_user =
        is_built_for_other || foreign.is_some_and(|image| ImageRef::parse(&image).is_non_root());
    let instead = if has_own_user { ", though its image has another user" } else { "" };
    let mut found = cx
        .report(node, format!("{} `{}` runs as root{instead}", owner.kind, owner.name))
        .help("name a user that the image can run as; give volumes to that user instead")
        .about(owner)
        .note_in_development();
    if service.ends_by_itself() {
        found = found.severity(Severity::Note);
    }
    let entry = service.node().get("user").filter(|_| has_own_user);
    if let Some(change) = entry.and_then(|entry| edit::delete(service.node(), entry).ok()) {
        let title = "let it run as the user of its image; volumes may belong to root";
        found.unsafe_fix(title, || Ok(change));
    } else {
        found.unsafe_fix(
            &format!("run as user {UNPRIVILEGED}; make sure it may read and write what it needs"),
            || edit::replace(node, &UNPRIVILEGED.into()),
        );
    }
}
