use crate::compose::{Service, interpolated};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(value) = service.foreign_image() else { return };
    let Some(image) = interpolated(value) else { return };
    let Some(lapse) = ImageRef::parse(&image).lapse(cx.support_clock()) else { return };
    let Some(owner) = service.owner_of(value.place()) else { return };
    let message = format!("{} `{}` runs `{image}`: {}", owner.kind, owner.name, lapse.message);
    let found = cx
        .report(value, message)
        .severity(lapse.severity)
        .help(lapse.help)
        .note_in_development()
        .about(owner);
    if let Some(next) = lapse.next.filter(|_| value.text() == image) {
        found.unsafe_fix(&format!("run `{next}`; test it with your data"), || {
            edit::reword(value, &next)
        });
    }
}
