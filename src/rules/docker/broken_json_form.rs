use crate::docker::{Action, Command, Dockerfile, Stage, edit};
use crate::rules::{Check, Cx};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let image = dockerfile.image();
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            // What starts the image is the business of `docker/exec-form-required`.
            let starts = image.as_ref().is_some_and(|image| image.is_started_by(instruction));
            let keyword = instruction.keyword.text.to_ascii_uppercase();
            match &instruction.action {
                Action::Cmd(command) | Action::Entrypoint(command) if !starts => {
                    run(dockerfile, stage, &keyword, command, cx);
                }
                Action::Healthcheck(Some(command)) => {
                    run(dockerfile, stage, &keyword, command, cx);
                }
                Action::Run(run_) => run(dockerfile, stage, &keyword, &run_.command, cx),
                _ => {
                    if let Some((place, text)) = dockerfile.broken_words(instruction) {
                        let what = format!(
                            "{keyword} looks like a JSON array and is none, so its words count with brackets and quotes"
                        );
                        report(dockerfile, place, text, what, cx);
                    }
                }
            }
        }
    }
}

fn run(dockerfile: &Dockerfile, stage: &Stage, keyword: &str, command: &Command, cx: &mut Cx<'_>) {
    if command.is_broken_list() {
        let whose = stage.describe();
        let what =
            format!("{keyword} of {whose} looks like a JSON array and is none, so a shell runs it");
        report(dockerfile, command.place, dockerfile.written(command.place.span), what, cx);
    }
}

fn report(dockerfile: &Dockerfile, place: Place, text: &str, what: String, cx: &mut Cx<'_>) {
    let found = cx
        .report(place, what)
        .help("JSON wants double quotes, a comma between two words and none behind the last");
    if let Some(words) = edit::exec_form(text) {
        found.safe_fix("write a JSON array", || edit::replace_by_words(dockerfile, place, &words));
    }
}
