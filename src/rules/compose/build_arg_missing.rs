use crate::compose::Service;
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(build) = service.build() else { return };
    let dockerfile = cx.project().whole_dockerfile_of(service).filter(|it| !it.is_inline());
    let image = cx.project().image_built_for(service);
    let Some((dockerfile, image)) = dockerfile.zip(image) else { return };
    let source = cx.project().source(dockerfile.file());
    let path = source.map_or("the Dockerfile", |source| source.path());
    let given = build.arguments();
    for needed in dockerfile.needed_arguments(image.stage) {
        if given.iter().any(|(name, _)| *name == needed.name) {
            continue;
        }
        let stated = service.node().grip(&["build", "args"]);
        let at = stated.filter(|_| build.node().is_map()).unwrap_or(build.node());
        let Some(owner) = service.owner_of(at.place()) else { continue };
        let (name, keyword) = (needed.name, needed.keyword.to_ascii_uppercase());
        let message = format!(
            "{} `{}` does not give the build `{name}`, which a {keyword} of {path} needs",
            owner.kind, owner.name
        );
        let found = cx
            .report(at, message)
            .help(format!("it is empty: add `{name}` to `build.args`, or give its ARG a default"))
            .related(needed.at, "used here")
            .related(needed.declared, "declared without a default")
            .about(owner);
        if keyword == "FROM" {
            found.severity(Severity::Error);
        }
    }
}
