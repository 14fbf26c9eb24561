use crate::compose::{ComposeFile, Lack, Limit};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Compose(check);

/// A first guess that the author must look at.
const SUGGESTED: &str = "1";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let is_lacking = |limit: Limit<'_>| limit != Limit::Given;
    for lack in Lack::among(file, file.deployed(), |service| is_lacking(service.cpu_limit())) {
        cx.about(lack.subject());
        let message = lack.with_verb("has no CPU limit", "have no CPU limit");
        let found = cx
            .report(lack.grip_of_limit(["cpus", "cpus"]), message)
            .help("contested: a limit keeps one service from starving the others, and throttles it while the host is idle");
        found.related_to(lack.places()).unsafe_fix(
            "allow it one CPU, to be replaced by what was measured",
            || {
                lack.mend(|service| {
                    let path = service.limit_path(["cpus", "cpus"]);
                    edit::set(service.node(), &path, &SUGGESTED.into())
                })
            },
        );
    }
}
