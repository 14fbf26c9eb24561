use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        let Some(name) = stage.name() else { continue };
        let meaning = match name.text.to_lowercase().as_str() {
            "scratch" => "the empty image",
            "context" => "the files that are sent to the builder",
            _ => continue,
        };
        cx.report(name.place, format!("a stage is called `{}`, which means {meaning}", name.text))
            .help("what goes on from it or copies from it may get the other: give the stage its own name")
            .about(stage.subject());
    }
}
