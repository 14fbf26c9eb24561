use std::collections::HashMap;

use crate::docker::{Action, Dockerfile, LabelType, Pair, Stage};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What the values of the annotations of images must be.
///
/// Source: github.com/opencontainers/image-spec, `annotations.md`.
const OF_IMAGES: [(&str, LabelType); 5] = [
    ("org.opencontainers.image.created", LabelType::Time),
    ("org.opencontainers.image.documentation", LabelType::Url),
    ("org.opencontainers.image.licenses", LabelType::Spdx),
    ("org.opencontainers.image.source", LabelType::Url),
    ("org.opencontainers.image.url", LabelType::Url),
];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    cx.about(Some(stage.subject()));
    // `key: type`, or a key alone.
    let asked: Vec<(&str, Option<LabelType>)> = cx
        .words("labels")
        .iter()
        .map(|label| label.split_once(':').unwrap_or((label, "")))
        .map(|(key, of)| (key.trim(), LabelType::named(of.trim())))
        .collect();
    let labels = labels(dockerfile, stage);
    missing(stage, &asked, &labels, cx);
    let is_closed = cx.number("closed") > 0;
    for (key, (holder, pair)) in &labels {
        let own = asked.iter().find(|(asked, _)| asked == key).map(|(_, of)| *of);
        if is_closed && own.is_none() {
            cx.report(pair.name.place, format!("label `{key}` is not one of the project's"))
                .help("the configuration allows no labels besides those that it lists");
            continue;
        }
        let known = || OF_IMAGES.iter().find(|(known, _)| known == key).map(|(_, of)| *of);
        let (Some(of), Some(value)) = (own.flatten().or_else(known), &pair.value) else { continue };
        let Some(text) = dockerfile.at_end(holder).expand(&value.text) else { continue };
        if !text.is_empty() && !of.takes(&text) {
            cx.report(value.place, format!("label `{key}` is not {}", of.describe()))
                .help("tools that read the label expect one");
        }
    }
}

/// The labels of the image, each with the stage that says it last.
fn labels<'d>(
    dockerfile: &'d Dockerfile,
    stage: &'d Stage,
) -> Vec<(&'d str, (&'d Stage, &'d Pair))> {
    let mut labels = HashMap::new();
    let lineage: Vec<_> = dockerfile.lineage(stage).collect();
    for stage in lineage.into_iter().rev() {
        for action in stage.actions() {
            let Action::Label(pairs) = action else { continue };
            labels.extend(pairs.iter().map(|pair| (pair.name.text.as_str(), (stage, pair))));
        }
    }
    let mut labels: Vec<_> = labels.into_iter().collect();
    labels.sort_by_key(|(_, (_, pair))| pair.name.place);
    labels
}

fn missing(
    stage: &Stage,
    asked: &[(&str, Option<LabelType>)],
    labels: &[(&str, (&Stage, &Pair))],
    cx: &mut Cx<'_>,
) {
    let Some(word) = stage.image() else { return };
    let is_there = |key: &str| {
        labels.iter().any(|(own, (_, pair))| {
            *own == key && pair.value.as_ref().is_some_and(|value| !value.text.is_empty())
        })
    };
    let lacking: Vec<_> =
        asked.iter().filter(|(key, _)| !is_there(key)).map(|(key, _)| format!("`{key}`")).collect();
    if !lacking.is_empty() {
        let whose = stage.describe();
        cx.report(word.place, format!("{whose} has no label {}", lacking.join(", ")))
            .help("the configuration asks for it: add a LABEL with a value");
    }
}
