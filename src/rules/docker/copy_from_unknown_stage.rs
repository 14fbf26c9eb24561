use crate::diagnostic::{Confidence, Severity};
use crate::docker::{Dockerfile, Stage, Use, is_official_image};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// How many names are compared with one that is not there.
const MOST_NAMES: usize = 256;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for used in stage.uses().iter().filter(|used| dockerfile.used(used).is_none()) {
            if cx.project().has_build_context(dockerfile, &used.word.text) {
                continue;
            }
            report(dockerfile, used, cx);
        }
    }
}

fn report(dockerfile: &Dockerfile, used: &Use, cx: &mut Cx<'_>) {
    let name = used.word.text.as_str();
    let place = used.word.place;
    if used.is_variable() {
        cx.report(place, format!("`{name}` names no stage: variables are not replaced here"))
            .help("the build fails: give the image a name with a FROM of its own, and take the files from that");
        return;
    }
    if used.is_numbered() {
        cx.report(place, format!("there is no stage {name}"))
            .help("the build fails: stages are counted from 0, or better called by their names");
        return;
    }
    if let Some(near) = nearest(dockerfile, name) {
        cx.report(place, format!("no stage is called `{name}`; did you mean `{near}`?"))
            .help("the builder takes it for an image and asks the registry for it");
        return;
    }
    // What has a tag or a path is an image, and a single word may be.
    if !name.contains(['/', ':', '@', '.']) && !is_official_image(name) {
        cx.report(place, format!("no stage is called `{name}`, so the builder takes it for an image"))
            .severity(Severity::Warning)
            .confidence(Confidence::Medium)
            .help("where it is meant to be an image, say its registry and its tag; a build context (--build-context) needs no stage");
    }
}

/// The stage whose name is a slip of the finger away.
fn nearest<'d>(dockerfile: &'d Dockerfile, name: &str) -> Option<&'d str> {
    let lower = name.to_lowercase();
    let distance = |known: &&str| strsim::damerau_levenshtein(&known.to_lowercase(), &lower);
    let named = dockerfile.stages().iter().filter_map(Stage::name).map(|name| name.text.as_str());
    let near = named.take(MOST_NAMES).min_by_key(distance)?;
    let is_near = match distance(&near) {
        1 => lower.len() > 2,
        2 => lower.len() > 5,
        _ => false,
    };
    (is_near && !is_official_image(&lower)).then_some(near)
}
