use crate::compose::{ComposeFile, Lack, Limit};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Compose(check);

/// A first guess that the author must look at.
///
/// Source: reference production-agent, "Resource Management".
const SUGGESTED: &str = "512m";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let is_lacking = |limit: Limit<'_>| limit != Limit::Given;
    for lack in Lack::among(file, file.deployed(), |service| is_lacking(service.memory_limit())) {
        cx.about(lack.subject());
        let message = lack.with_verb("has no memory limit", "have no memory limit");
        let found = cx
            .report(lack.grip_of_limit(["mem_limit", "memory"]), message)
            .help("a limit above the observed peak keeps one leak from taking the host");
        found.related_to(lack.places()).unsafe_fix(
            &format!("set the limit to {SUGGESTED}, to be replaced by what was measured"),
            || {
                lack.mend(|service| {
                    let path = service.limit_path(["mem_limit", "memory"]);
                    let reserved = service.memory_reserved_beyond(SUGGESTED);
                    edit::set(
                        service.node(),
                        &path,
                        &reserved.as_deref().unwrap_or(SUGGESTED).into(),
                    )
                })
            },
        );
    }
}
