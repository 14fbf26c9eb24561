use crate::diagnostic::Severity;
use crate::docker::{Action, Dockerfile, Word, edit, is_full_name, signal};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Action::Stopsignal(word) = &instruction.action else { continue };
            if let Some(text) = dockerfile.at(instruction).expand(&word.text) {
                report(dockerfile, word, &text, cx);
            }
        }
    }
}

fn report(dockerfile: &Dockerfile, word: &Word, text: &str, cx: &mut Cx<'_>) {
    let Some(name) = signal(text) else {
        cx.report(word.place, format!("STOPSIGNAL `{text}` is no signal"))
            .severity(Severity::Error)
            .help("the container cannot be stopped in good order: write the name of a signal, like SIGTERM");
        return;
    };
    // The value may come from elsewhere.
    if !is_full_name(text) && !word.text.contains('$') {
        cx.report(word.place, format!("STOPSIGNAL `{text}` is {name}"))
            .help("its full name says it to every reader, on every platform")
            .safe_fix(&format!("write {name}"), || {
                edit::replace(dockerfile, word.place, name.clone())
            });
    }
}
