use crate::compose::{ComposeFile, Lack, Limit};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Compose(check);

/// A first guess that the author must look at: many servers have a few hundred threads.
const SUGGESTED: i64 = 512;

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let is_lacking = |limit: Limit<'_>| limit != Limit::Given;
    for lack in Lack::among(file, file.deployed(), |service| is_lacking(service.pids_limit())) {
        cx.about(lack.subject());
        let message = lack.with_verb("has no limit of processes", "have no limit of processes");
        let found = cx.report(lack.grip_of_limit(["pids_limit", "pids"]), message).help(
            "set pids_limit, so that a service that forks without end does not take the host along",
        );
        found.related_to(lack.places()).unsafe_fix(
            &format!("set the limit to {SUGGESTED}, to be replaced by what was measured"),
            || {
                lack.mend(|service| {
                    let path = service.limit_path(["pids_limit", "pids"]);
                    edit::set(service.node(), &path, &SUGGESTED.into())
                })
            },
        );
    }
}
