use crate::compose::{Service, interpolated};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let (Some(build), Some(image)) = (service.build(), service.node().at(&["image"])) else {
        return;
    };
    let policy = service.node().at(&["pull_policy"]).and_then(interpolated);
    if matches!(policy.as_deref(), Some("build" | "never")) {
        return;
    }
    let Some(owner) = service.owner_of(image.place()) else { return };
    cx.report(image, format!("{} `{}` is both built and pulled", owner.kind, owner.name))
        .help("say pull_policy: build where `image` names the result, or keep `build` in an override file")
        .related(build.node(), "how it is built")
        .about(owner);
}
