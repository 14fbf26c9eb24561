use crate::docker::{Dockerfile, ExposedWord, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

const SSH: u16 = 22;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for exposed in dockerfile.exposed_words().filter(|it| it.port().holds_tcp(SSH)) {
        if dockerfile.is_in_image(exposed.stage) {
            report(dockerfile, &exposed, cx);
        }
    }
}

fn report(dockerfile: &Dockerfile, exposed: &ExposedWord<'_>, cx: &mut Cx<'_>) {
    let word = exposed.word;
    let found = cx
        .report(word.place, format!("EXPOSE `{}` is the port of SSH", word.text))
        .help("a container needs no SSH server: use `docker exec` or `kubectl exec`, and leave the keys and logins out")
        .about(exposed.stage.subject());
    let title = "do not expose it; make sure that no SSH server is left in the image";
    // A range is more than this port.
    if !word.text.contains('-') {
        found.unsafe_fix(title, || match exposed.words {
            [_] => edit::remove(dockerfile, exposed.instruction.span),
            _ => edit::drop_word(dockerfile, word),
        });
    }
}
