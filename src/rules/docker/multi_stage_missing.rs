use crate::docker::{BuildToolKind, Dockerfile};
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let path = cx.project().source(dockerfile.file()).map_or("", Source::path);
    if !image.is_started()
        || dockerfile.is_for_windows()
        || image.is_windows()
        || image.is_for_development(path)
        || image.is_for_tests()
    {
        return;
    }
    let Some(tool) = dockerfile.build_tool(&image) else { return };
    let stage = image.stage.describe();
    let message = match tool.kind {
        BuildToolKind::Base(what) => format!("the image of {stage} ships {what}"),
        BuildToolKind::Package(name) => {
            format!("the image of {stage} ships the build tool `{name}`")
        }
        BuildToolKind::Build(program) => {
            format!(
                "the image of {stage} is built with `{program}` where it runs, and ships its sources and tools"
            )
        }
    };
    cx.report(tool.place, message)
        .help("build in a stage of its own and copy only the result into the last one: it is smaller, and has less to break into")
        .about(tool.stage.subject());
}
