use crate::docker::{Action, Dockerfile, Exposed, Instruction, Word, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

const SSH: u16 = 22;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages().iter().filter(|stage| dockerfile.is_in_image(stage)) {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Action::Expose(ports) = &instruction.action else { continue };
            for word in ports {
                let port = dockerfile.at(instruction).expand(&word.text);
                if port.is_some_and(|port| Exposed::parse(&port).holds_tcp(SSH)) {
                    report(dockerfile, instruction, (word, ports), cx);
                }
            }
        }
    }
}

fn report(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    (word, ports): (&Word, &[Word]),
    cx: &mut Cx<'_>,
) {
    let found = cx
        .report(word.place, format!("EXPOSE `{}` is the port of SSH", word.text))
        .help("a container needs no SSH server: use `docker exec` or `kubectl exec`, and leave the keys and logins out");
    let title = "do not expose it; make sure that no SSH server is left in the image";
    // A range is more than this port.
    if !word.text.contains('-') {
        found.unsafe_fix(title, || match ports {
            [_] => edit::remove(dockerfile, instruction.span),
            _ => edit::drop_word(dockerfile, word),
        });
    }
}
