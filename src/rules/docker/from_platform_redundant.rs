use crate::docker::{Dockerfile, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        let Some(flag) = stage.from().flag("platform") else { continue };
        let (Some(value), Some(image)) = (&flag.value, stage.image()) else { continue };
        if !matches!(value.text.as_str(), "$TARGETPLATFORM" | "${TARGETPLATFORM}") {
            continue;
        }
        let behind = Span { start: flag.place.span.start, end: image.place.span.start };
        let place = Place { span: behind, ..flag.place };
        cx.report(
            flag.place,
            format!("{} asks for the platform that it has anyway", stage.describe()),
        )
        .help("a stage is built for TARGETPLATFORM unless it says otherwise")
        .about(stage.subject())
        .safe_fix("leave the platform out", || edit::replace(dockerfile, place, String::new()));
    }
}
