use crate::docker::Dockerfile;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::variables;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let defaults = dockerfile.defaults();
    for stage in dockerfile.stages() {
        let Some(word) = stage.image() else { continue };
        let variables = dockerfile.variables_in(word);
        // What no ARG declares is `docker/undefined-variable`.
        let mut open =
            variables.iter().filter(|it| defaults.get(it.name).is_some_and(String::is_empty));
        let Some(variable) = open.next() else { continue };
        let image = variables::expand(&word.text, &|name| defaults.get(name).cloned());
        let Some(image) = image.filter(|image| !ImageRef::parse(image).is_well_formed()) else {
            continue;
        };
        let message = format!(
            "FROM `{}` is `{image}` unless the build says what `{}` is",
            word.text, variable.name
        );
        cx.report(variable.place, message)
            .help("give the ARG a default, so that the file builds by itself")
            .about(stage.subject());
    }
}
