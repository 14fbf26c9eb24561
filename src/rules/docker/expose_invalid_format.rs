use crate::diagnostic::Severity;
use crate::docker::{Action, Dockerfile, Exposed, Word, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Action::Expose(ports) = &instruction.action else { continue };
            for word in ports {
                if let Some(port) = dockerfile.at(instruction).expand(&word.text) {
                    report(dockerfile, word, Exposed::parse(&port), cx);
                }
            }
        }
    }
}

fn report(dockerfile: &Dockerfile, word: &Word, port: Exposed<'_>, cx: &mut Cx<'_>) {
    let text = &word.text;
    match port {
        Exposed::Mapping(inner) => {
            let found = cx
                .report(word.place, format!("EXPOSE `{text}` maps a port, which an image cannot"))
                .help("EXPOSE names the port that the container listens at; where it is published is for `docker run` to say");
            if matches!(Exposed::parse(inner), Exposed::Ports { .. }) && text.ends_with(inner) {
                found.unsafe_fix(
                    &format!("expose {inner}; make sure that the container listens there"),
                    || edit::replace(dockerfile, word.place, inner.to_owned()),
                );
            }
        }
        Exposed::UnknownProtocol(protocol) => {
            cx.report(word.place, format!("EXPOSE `{text}` has no protocol called `{protocol}`"))
                .severity(Severity::Error)
                .help("the build fails: say tcp, udp or sctp");
        }
        Exposed::Malformed => {
            cx.report(word.place, format!("EXPOSE `{text}` is no port"))
                .severity(Severity::Error)
                .help("the build fails: write numbers with spaces between them, as in `EXPOSE 80 443/tcp`");
        }
        Exposed::Ports { .. } | Exposed::OutOfRange => {}
    }
}
