use std::collections::HashMap;

use crate::docker::{Action, Dockerfile, Pair, Stage};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Namespaces that Docker keeps for itself.
///
/// Source: docs.docker.com/engine/manage-resources/labels, "Key format recommendations".
const RESERVED: [&str; 3] = ["com.docker.", "io.docker.", "org.dockerproject."];

/// Source: github.com/opencontainers/image-spec, `annotations.md`.
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let mut seen: HashMap<&str, &Pair> = HashMap::new();
        let labels = stage.actions().filter_map(|action| match action {
            Action::Label(pairs) => Some(pairs),
            _ => None,
        });
        for pair in labels.flatten() {
            let key = pair.name.text.as_str();
            if key.contains('$') {
                continue;
            }
            form(pair, cx);
            base_digest(dockerfile, stage, pair, cx);
            if let Some(first) = seen.insert(key, pair) {
                cx.report(
                    first.name.place,
                    format!("label `{key}` does nothing, as a later one replaces it"),
                )
                .related(pair.name.place, "the label that counts")
                .help("leave one of them out");
            }
        }
    }
}

fn form(pair: &Pair, cx: &mut Cx<'_>) {
    let key = pair.name.text.as_str();
    if let Some(reserved) = RESERVED.iter().find(|reserved| key.starts_with(*reserved)) {
        cx.report(
            pair.name.place,
            format!("label `{key}` is in the namespace `{reserved}*` of Docker"),
        )
        .help("what it means there is for Docker to say: use a domain of your own");
        return;
    }
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && part.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && !part.contains("--")
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !key.split('.').all(is_part) {
        cx.report(pair.name.place, format!("label `{key}` is not made of small letters, digits, `.` and `-`"))
            .help("tools compare keys letter by letter, and the form that Docker recommends is the one they expect");
    }
}

/// Reports a digest that is not the one that the stage builds on.
fn base_digest(dockerfile: &Dockerfile, stage: &Stage, pair: &Pair, cx: &mut Cx<'_>) {
    let Some(value) = pair.value.as_ref().filter(|_| pair.name.text == BASE_DIGEST) else { return };
    let image = dockerfile.origin(stage).resolved_image();
    let Some(image) = image.filter(|_| !value.text.contains('$')) else { return };
    match ImageRef::parse(image).digest {
        Some(digest) if digest == value.text => {}
        Some(digest) => {
            cx.report(
                value.place,
                format!(
                    "label `{BASE_DIGEST}` says another digest than the base image, `{digest}`"
                ),
            )
            .help("scanners look the base image up by this label: write the digest of the FROM");
        }
        None => {
            cx.report(value.place, format!("label `{BASE_DIGEST}` is fixed, and the base image `{image}` is not"))
                .help("it is wrong as soon as the tag moves: pin the FROM to the digest, or let the build set the label");
        }
    }
}
