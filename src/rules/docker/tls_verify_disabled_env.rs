use crate::docker::{Action, Dockerfile, Instruction, edit, tls};
use crate::rules::{Check, Cx};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for pair in dockerfile.global_args() {
        let value = pair.value.as_ref().map(|value| value.text.as_str()).unwrap_or_default();
        tell(&pair.name.text, value, pair.place(), None, dockerfile, cx);
    }
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            let (Action::Env(pairs) | Action::Arg(pairs)) = &instruction.action else { continue };
            for pair in pairs {
                let value = pair.value.as_ref().map(|it| it.text.as_str()).unwrap_or_default();
                let alone = Some(instruction).filter(|_| pairs.len() == 1);
                tell(&pair.name.text, value, pair.place(), alone, dockerfile, cx);
            }
        }
    }
}

fn tell(
    name: &str,
    value: &str,
    place: Place,
    alone: Option<&Instruction>,
    dockerfile: &Dockerfile,
    cx: &mut Cx<'_>,
) {
    if !tls::variable_turns_off(name, value.trim_matches(['"', '\''])) {
        return;
    }
    let found = cx
        .report(place, format!("`{name}` turns the check of certificates off"))
        .help("whoever sits between can read and change what is sent; install the certificate of your own authority instead");
    if let Some(instruction) = alone {
        found.unsafe_fix("check certificates; install the authority that is missing", || {
            edit::remove(dockerfile, instruction.span)
        });
    }
}
