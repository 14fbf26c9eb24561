use crate::credential::{self, Value};
use crate::diagnostic::Severity;
use crate::docker::{Action, Dockerfile, Pair, Stage, Word};
use crate::rules::{Check, Cx};
use crate::{secret, variables};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for pair in dockerfile.global_args() {
        // Without a default it reaches the image only through a stage that repeats it.
        stated("ARG", pair, cx);
    }
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            match &instruction.action {
                Action::Arg(pairs) => pairs.iter().for_each(|pair| arg(pair, cx)),
                Action::Env(pairs) => pairs.iter().for_each(|it| env(dockerfile, stage, it, cx)),
                _ => {}
            }
        }
    }
}

fn arg(pair: &Pair, cx: &mut Cx<'_>) {
    if stated("ARG", pair, cx) || !credential::names_credential(&pair.name.text) {
        return;
    }
    // The path of a file that holds it is a default like any other.
    let is_open = pair.value.as_ref().is_none_or(|value| {
        value.text.is_empty() || value.text.contains('$') || value.text.contains("{{")
    });
    if is_open {
        cx.report(pair.name.place, format!("ARG `{}` takes a credential", pair.name.text))
            .severity(Severity::Warning)
            .help("build arguments stay in the history, the provenance or the cache of the build: use RUN --mount=type=secret");
    }
}

fn env(dockerfile: &Dockerfile, stage: &Stage, pair: &Pair, cx: &mut Cx<'_>) {
    let Some(value) = &pair.value else { return };
    if stated("ENV", pair, cx) {
        return;
    }
    let by_name = credential::names_credential(&pair.name.text);
    let from = variables::names(&value.text).find(|name| {
        dockerfile.declares_arg(stage, name) && (by_name || credential::names_credential(name))
    });
    if let Some(from) = from {
        let what = format!("ENV `{}` keeps the credential of ARG `{from}`", pair.name.text);
        cx.report(value.place, what).help(
            "everybody who can pull the image can read it: pass it when the container starts",
        );
    }
}

/// Reports a credential that the instruction itself states, and says whether there is one.
fn stated(keyword: &str, pair: &Pair, cx: &mut Cx<'_>) -> bool {
    let Some(Word { text, place }) = &pair.value else { return false };
    let (value, what) = match credential::in_variable(&pair.name.text, text) {
        // Whatever it is called.
        (Value::None, _) if credential::is_issued(text.trim()) => (Value::Literal, "a credential"),
        found => found,
    };
    if matches!(value, Value::None | Value::Reference) {
        return false;
    }
    let whose = format!("{keyword} `{}`", pair.name.text);
    match value {
        Value::None | Value::Reference => {}
        Value::Literal => {
            let (what, then) = secret::told(&pair.name.text, text, what);
            cx.report(*place, format!("{whose} holds {what} in clear text"))
                .help(format!("everybody who can pull the image or read the repository has it: pass it when the container starts; {then}"));
        }
        Value::WellKnown => {
            cx.report(*place, format!("{whose} holds {what} that everybody knows")).help(
                "whoever forgets to override it runs with it: pass it when the container starts",
            );
        }
        Value::Placeholder => {
            cx.report(*place, format!("{whose} holds a placeholder for {what}"))
                .severity(Severity::Warning)
                .help("a container that nobody configured starts with it: leave it out, so that its absence shows");
        }
    }
    true
}
