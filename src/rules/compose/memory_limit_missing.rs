use crate::compose::{ComposeFile, Lack, Resource, Service};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

/// A first guess that the author must look at.
///
/// Source: reference production-agent, "Resource Management".
const SUGGESTED: &str = "512m";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    for lack in Lack::of_limit(file, Resource::Memory, |it| cx.is_ignored(it)) {
        cx.about(lack.subject());
        let message = lack.with_verb("has no memory limit", "have no memory limit");
        let found = cx
            .report(lack.grip(), message)
            .help("a limit above the observed peak keeps one leak from taking the host");
        found.related_to(lack.places()).parts(lack.parts()).unsafe_fix(
            &format!("set the limit to {SUGGESTED}, to be replaced by what was measured"),
            || {
                lack.set_limit(Resource::Memory, |service| {
                    let process = project.process_of(Runner::Service(service));
                    (!process.may_need_any_memory()).then(|| suggested(service).as_str().into())
                })
            },
        );
    }
}

/// No less than what is reserved.
fn suggested(service: Service<'_>) -> String {
    service.memory_reserved_beyond(SUGGESTED).unwrap_or_else(|| SUGGESTED.to_owned())
}
