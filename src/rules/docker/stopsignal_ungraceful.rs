use crate::docker::{Action, Dockerfile, UNCAUGHT, edit, signal};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Action::Stopsignal(word) = &instruction.action else { continue };
            let Some(text) = dockerfile.at(instruction).expand(&word.text) else { continue };
            let Some(signal) = signal(&text).filter(|it| UNCAUGHT.contains(&it.as_str())) else {
                continue;
            };
            cx.report(word.place, format!("STOPSIGNAL of {} is {signal}, which no process can catch", stage.describe()))
                .help("requests in flight are lost and files stay half written: send a signal that the service handles")
                .unsafe_fix("send SIGTERM; make sure that the service ends when it gets it", || {
                    edit::replace(dockerfile, word.place, "SIGTERM".to_owned())
                });
        }
    }
}
