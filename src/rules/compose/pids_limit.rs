use crate::compose::{ComposeFile, Lack, Resource};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

/// A first guess that the author must look at: many servers have a few hundred threads.
const SUGGESTED: i64 = 512;

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    for lack in Lack::of_limit(file, Resource::Processes, |it| cx.is_ignored(it)) {
        cx.about(lack.subject());
        let message = lack.with_verb("has no limit of processes", "have no limit of processes");
        let found = cx.report(lack.grip(), message).help(
            "set pids_limit, so that a service that forks without end does not take the host along",
        );
        found.related_to(lack.places()).parts(lack.parts()).unsafe_fix(
            &format!("set the limit to {SUGGESTED}, to be replaced by what was measured"),
            || lack.set_limit(Resource::Processes, |_| Some(SUGGESTED.into())),
        );
    }
}
