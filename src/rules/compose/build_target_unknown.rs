use crate::compose::{Build, Service, interpolated};
use crate::docker::{Dockerfile, Stage};
use crate::rules::{Check, Cx, most_alike};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(target) = service.build().and_then(Build::target) else { return };
    let Some(name) = interpolated(target).filter(|name| !name.is_empty()) else { return };
    let Some(dockerfile) = cx.project().whole_dockerfile_of(service) else { return };
    let Some(owner) = service.owner_of(target.place()) else { return };
    if dockerfile.image_of(Some(&name)).is_some() {
        return;
    }
    let source = cx.project().source(dockerfile.file());
    let path = source.map_or("the Dockerfile", |source| source.path());
    let message = format!(
        "{} `{}` builds stage `{name}`, which {path} does not have",
        owner.kind, owner.name
    );
    let help = match most_alike(&name, names(dockerfile)) {
        Some(meant) => format!("the build fails: did you mean `{meant}`?"),
        None => format!("the build fails: {}", known(dockerfile)),
    };
    let found = cx.report(target, message).help(help).about(owner);
    let last = dockerfile.final_stage().filter(|_| !dockerfile.is_inline());
    if let Some(last) = last {
        found.related(last.from().keyword.place, format!("its last stage, {}", last.describe()));
    }
}

fn names(dockerfile: &Dockerfile) -> impl Iterator<Item = &str> {
    dockerfile.stages().iter().filter_map(Stage::name).map(|name| name.text.as_str())
}

fn known(dockerfile: &Dockerfile) -> String {
    const FEW: usize = 8;
    let named: Vec<_> = names(dockerfile).take(FEW).map(|name| format!("`{name}`")).collect();
    match named.as_slice() {
        [] => "none of its stages has a name".to_owned(),
        named => format!("it has {}", named.join(", ")),
    }
}
