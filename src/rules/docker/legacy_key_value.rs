use crate::docker::{Action, Dockerfile, Pair, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            let (Action::Env(pairs) | Action::Label(pairs)) = &instruction.action else { continue };
            let keyword = instruction.keyword.text.to_ascii_uppercase();
            for pair in pairs.iter().filter(|pair| pair.is_legacy) {
                report(dockerfile, &keyword, pair, cx);
            }
        }
    }
}

fn report(dockerfile: &Dockerfile, keyword: &str, pair: &Pair, cx: &mut Cx<'_>) {
    let Some(value) = &pair.value else { return };
    let name = &pair.name.text;
    cx.report(pair.place(), format!("{keyword} `{name}` is set without an equals sign"))
        .help("all that follows on the line is the value, so that a second variable becomes part of the first")
        .safe_fix("write an equals sign", || {
            let written = dockerfile.written(value.place.span);
            let pair_text = format!("{name}={}", edit::as_one_word(dockerfile, written)?);
            edit::replace(dockerfile, pair.place(), pair_text)
        });
}
