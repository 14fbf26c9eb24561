use crate::compose::{Service, interpolated};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(value) = service.foreign_image() else { return };
    let Some(image) = interpolated(value).filter(|image| !image.is_empty()) else { return };
    let reference = ImageRef::parse(&image);
    if reference.digest.is_some() || reference.is_floating() || image.contains("{{") {
        return;
    }
    let Some(owner) = service.owner_of(value.place()) else { return };
    cx.report(
        value,
        format!("{} `{}` runs `{image}`, which has no digest", owner.kind, owner.name),
    )
    .help("append the digest, so that the tag cannot come to mean another image")
    .about(owner);
}
