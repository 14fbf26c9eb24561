use crate::docker::{Dockerfile, edit};
use crate::rules::{Check, Cx};
use crate::words;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Source: docs.docker.com/reference/dockerfile, "Parser directives".
const DIRECTIVES: [&str; 3] = ["check", "escape", "syntax"];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for directive in dockerfile.directives() {
        let name = directive.name.text.to_ascii_lowercase();
        if DIRECTIVES.contains(&name.as_str()) {
            continue;
        }
        let Some(near) = words::nearest(&name, DIRECTIVES, 2) else { continue };
        cx.report(
            directive.name.place,
            format!("`{}` is no parser directive; did you mean `{near}`?", directive.name.text),
        )
        .help("the builder takes it for a comment and goes on without")
        .unsafe_fix(&format!("write `{near}`; the file is then read by its rules"), || {
            edit::replace(dockerfile, directive.name.place, near.to_owned())
        });
    }
}
