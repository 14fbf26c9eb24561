use crate::docker::Dockerfile;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages().iter().filter(|stage| stage.is_external()) {
        let (Some(word), Some(image)) = (stage.image(), stage.resolved_image()) else { continue };
        let reference = ImageRef::parse(image);
        if reference.digest.is_some() || reference.tag.is_some() {
            continue;
        }
        cx.report(word.place, format!("{} builds on `{image}` without a tag", stage.describe()))
            .help("name a version or a digest: no tag means `latest`, which is another image after every release")
            .about(stage.subject());
    }
}
