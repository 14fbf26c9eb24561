use crate::compose::{Service, interpolated};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(value) = service.foreign_image() else { return };
    let Some(image) = interpolated(value).filter(|image| !image.is_empty()) else { return };
    let reference = ImageRef::parse(&image);
    if !reference.is_floating() || image.contains("{{") {
        return;
    }
    let Some(owner) = service.owner_of(value.place()) else { return };
    let why = match reference.tag {
        Some(_) => "which is whatever was pushed last",
        None => "without a tag, which means `latest`",
    };
    cx.report(value, format!("{} `{}` runs `{image}`, {why}", owner.kind, owner.name))
        .help("name a version or a digest, so that what starts tomorrow is what was tested today")
        .about(owner);
}
