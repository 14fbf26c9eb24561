use std::collections::HashSet;

use crate::docker::cache::Fetch;
use crate::docker::{Dockerfile, Step, edit};
use crate::image::ImageRef;
use crate::rules::{Check, Cx, Pending};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let mut built = HashSet::new();
        // Any folder will do: which one it has to be depends on too much.
        for step in dockerfile.steps_of(stage).filter(|step| !step.has_mounted_any(&["/"])) {
            let fetches = step.fetches();
            let is_only = fetches.len() == 1;
            for fetch in &fetches {
                if fetch.is_build && !built.insert(fetch.what.clone()) {
                    continue;
                }
                let message = format!(
                    "`{}` in {} downloads everything again when the layer is built anew",
                    fetch.what,
                    stage.describe()
                );
                let found = cx.report(fetch.word.place, message).help(
                    "a cache that is no part of the image keeps it: RUN --mount=type=cache,target=..",
                );
                if is_only {
                    mount(step, fetch, found);
                }
            }
        }
    }
}

/// Mounts the folder, where root runs the step, so that it is known which one.
fn mount(step: Step<'_>, fetch: &Fetch<'_>, found: Pending<'_>) {
    let user = step.state().user();
    let base = step.dockerfile.origin(step.stage).resolved_image().map(ImageRef::parse);
    let is_root = match user {
        Some(user) => user.resolved.as_deref() == Some("root"),
        None => !base.is_some_and(|base| base.is_non_root()),
    };
    let Some(folder) = fetch.folder.filter(|it| is_root && step.may_cache_in(it)) else { return };
    let mount = format!(" --mount=type=cache,target=/root/{folder}");
    found.unsafe_fix("mount a cache; BuildKit is needed, and the step must run as root", || {
        let keyword = step.instruction.keyword.place;
        let mounted = edit::insert_behind(step.dockerfile, keyword, mount);
        let forgets = fetch.forgets.iter();
        let kept = forgets.map(|(command, word)| edit::remove_word(step.dockerfile, command, word));
        // Another fix may want to switch the cache off there: then it comes too late.
        let tasks = fetch.tasks.iter().map(|word| edit::keep(step.dockerfile, word.place));
        edit::all(std::iter::once(mounted).chain(kept).chain(tasks))
    });
}
