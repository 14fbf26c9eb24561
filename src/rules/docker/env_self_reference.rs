use crate::docker::{Action, Dockerfile, Instruction, Pair};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            if let Action::Env(pairs) = &instruction.action {
                for pair in pairs {
                    report(dockerfile, instruction, pairs, pair, cx);
                }
            }
        }
    }
}

fn report(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    pairs: &[Pair],
    pair: &Pair,
    cx: &mut Cx<'_>,
) {
    let Some(value) = &pair.value else { return };
    for variable in dockerfile.variables_in(value) {
        // `PATH=/app/bin:$PATH` means the one that was there before, and so does everybody who
        // asks for a variable that an earlier instruction sets.
        let is_earlier = variable.name == pair.name.text
            || variable.is_guarded
            || dockerfile.at(instruction).declared(variable.name).is_some();
        let sibling = pairs.iter().find(|other| other.name.text == variable.name);
        if let Some(sibling) = sibling.filter(|_| !is_earlier) {
            let name = variable.name;
            cx.report(variable.place, format!("ENV `{}` does not see the `{name}` of the same instruction", pair.name.text))
                .related(sibling.name.place, format!("`{name}` is set here, for the instructions that follow"))
                .help("it gets the value from before, which may be empty: set the two in two instructions");
        }
    }
}
