use crate::compose::Service;
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx, most_alike};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(build) = service.build() else { return };
    let Some(dockerfile) = cx.project().whole_dockerfile_of(service) else { return };
    let source = cx.project().source(dockerfile.file());
    let path = source.map_or("the Dockerfile", |source| source.path());
    for (name, at) in build.arguments() {
        if name.contains('$') || dockerfile.takes_argument(name) {
            continue;
        }
        // What several services share suits some of them.
        let owner = service.owner_of(at.place()).filter(|owner| owner.kind == "compose service");
        let Some(owner) = owner else { continue };
        let message = format!(
            "{} `{}` gives the build `{name}`, which no ARG of {path} takes",
            owner.kind, owner.name
        );
        let found = cx.report(at, message).about(owner);
        match most_alike(name, dockerfile.arguments()) {
            Some(meant) => found.help(format!("the value is dropped; did you mean `{meant}`?")),
            None => found.severity(Severity::Note).help(
                "the value is dropped: declare the ARG where it is to count, or leave it out",
            ),
        };
    }
}
