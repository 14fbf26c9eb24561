use std::collections::HashMap;

use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let mut names = HashMap::new();
    for stage in dockerfile.stages() {
        let Some(name) = stage.name() else { continue };
        if let Some(first) = names.insert(name.text.to_lowercase(), name) {
            cx.report(name.place, format!("another stage is called `{}` too", first.text))
                .related(first.place, "the other one")
                .help("which of them FROM and --from mean depends on where they stand: give each its own name")
                .about(stage.subject());
        }
    }
}
