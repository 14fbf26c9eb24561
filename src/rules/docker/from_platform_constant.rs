use crate::docker::{Dockerfile, Stage, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Architectures that go by several names.
const SYNONYMS: [&[&str]; 2] = [&["amd64", "x86_64", "x86-64", "x64"], &["arm64", "aarch64"]];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        let Some(flag) = stage.from().flag("platform") else { continue };
        let (Some(value), Some(image)) = (&flag.value, stage.image()) else { continue };
        if value.text.is_empty() || value.text.contains('$') || is_for(stage, &value.text) {
            continue;
        }
        let behind = Span { start: flag.place.span.start, end: image.place.span.start };
        let place = Place { span: behind, ..flag.place };
        cx.report(value.place, format!("{} is always built for `{}`", stage.describe(), value.text))
            .help("on a machine of another kind it runs under emulation or not at all; let whoever builds choose with --platform")
            .about(stage.subject())
            .unsafe_fix("take the platform of the build; make sure that the base image exists for it", || {
                edit::replace(dockerfile, place, String::new())
            });
    }
}

/// Whether the stage's name says that it is for that platform, as one of several: `build-arm64`.
fn is_for(stage: &Stage, platform: &str) -> bool {
    let name = stage.name().map(|name| name.text.to_ascii_lowercase()).unwrap_or_default();
    let platform = platform.to_ascii_lowercase();
    let mut parts = platform.split('/').filter(|part| *part != "linux" && !part.is_empty());
    let is_named = |part: &str| {
        let same = SYNONYMS.iter().filter(|known| known.contains(&part)).copied().flatten();
        name.contains(part) || same.into_iter().any(|other| name.contains(other))
    };
    // Windows images exist for Windows only.
    platform.starts_with("windows") || parts.any(is_named)
}
