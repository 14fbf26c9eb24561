use crate::docker::{Dockerfile, Word};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let allowed = cx.words("registries");
    if allowed.is_empty() {
        return;
    }
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let own = stage.image().zip(stage.resolved_image()).filter(|_| stage.is_external());
        let foreign =
            stage.uses().iter().filter(|it| dockerfile.used(it).is_none() && !it.is_numbered());
        let taken = foreign.map(|it| (&it.word, it.word.text.as_str()));
        for (word, image) in own.into_iter().chain(taken) {
            refuse(word, image, allowed, cx);
        }
    }
}

fn refuse(word: &Word, image: &str, allowed: &[String], cx: &mut Cx<'_>) {
    let reference = ImageRef::parse(image);
    if image.contains('$') || reference.official_name() == Some("scratch") {
        return;
    }
    let name = reference.full_name();
    let is_from = |prefix: &String| {
        let rest = name.strip_prefix(prefix.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if !allowed.iter().any(is_from) {
        let registry = name.split('/').next().unwrap_or_default();
        cx.report(word.place, format!("`{image}` comes from `{registry}`, which is none of the registries that are allowed"))
            .help(format!("allowed are {}", allowed.join(", ")));
    }
}
