use crate::docker::Dockerfile;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let path = cx.project().source(dockerfile.file()).map_or("", Source::path);
    // An image that is built where it runs needs its tools, until it is split.
    if !image.is_started()
        || image.is_for_development(path)
        || image.is_for_tests()
        || dockerfile.build_tool(&image).is_some()
    {
        return;
    }
    let (Some(word), Some(base)) = (image.origin.image(), image.origin.resolved_image()) else {
        return;
    };
    let Some(smaller) = ImageRef::parse(base).smaller() else { return };
    let message = format!(
        "the image of {} is built on `{base}`, which holds {}",
        image.stage.describe(),
        smaller.surplus
    );
    cx.report(word.place, message)
        .help(format!("what runs needs none of it, and every flaw in it is a finding of your scanner: `{}` is the variant without", smaller.reference))
        .about(image.stage.subject());
}
