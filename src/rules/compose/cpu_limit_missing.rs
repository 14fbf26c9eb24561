use crate::compose::{ComposeFile, Lack, Resource};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

/// A first guess that the author must look at.
const SUGGESTED: &str = "1";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    for lack in Lack::of_limit(file, Resource::Cpu, |it| cx.is_ignored(it)) {
        cx.about(lack.subject());
        let message = lack.with_verb("has no CPU limit", "have no CPU limit");
        let found = cx
            .report(lack.grip(), message)
            .help("contested: a limit keeps one service from starving the others, and throttles it while the host is idle");
        found
            .related_to(lack.places())
            .parts(lack.parts())
            .unsafe_fix("allow it one CPU, to be replaced by what was measured", || {
                lack.set_limit(Resource::Cpu, |_| Some(SUGGESTED.into()))
            });
    }
}
