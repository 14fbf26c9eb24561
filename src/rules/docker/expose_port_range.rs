use crate::docker::{Dockerfile, Exposed};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for exposed in dockerfile.exposed_words().filter(|it| it.port() == Exposed::OutOfRange) {
        let word = exposed.word;
        cx.report(word.place, format!("EXPOSE `{}` is no port", word.text))
            .help("the build fails: a port is at most 65535, and a range ends above its start")
            .about(exposed.stage.subject());
    }
}
