use crate::docker::{Action, Dockerfile, Exposed};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Action::Expose(ports) = &instruction.action else { continue };
            for word in ports {
                let port = dockerfile.at(instruction).expand(&word.text);
                if port.is_some_and(|port| Exposed::parse(&port) == Exposed::OutOfRange) {
                    cx.report(word.place, format!("EXPOSE `{}` is no port", word.text))
                        .help("the build fails: a port is at most 65535, and a range ends above its start");
                }
            }
        }
    }
}
