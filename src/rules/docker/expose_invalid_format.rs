use crate::diagnostic::Severity;
use crate::docker::{Dockerfile, Exposed, ExposedWord, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for exposed in dockerfile.exposed_words() {
        cx.about(Some(exposed.stage.subject()));
        report(dockerfile, &exposed, cx);
    }
}

fn report(dockerfile: &Dockerfile, exposed: &ExposedWord<'_>, cx: &mut Cx<'_>) {
    let word = exposed.word;
    let text = &word.text;
    match exposed.port() {
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
