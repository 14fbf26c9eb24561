use crate::docker::{Dockerfile, Stage, edit, is_absolute};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    // A WORKDIR may stand in the part that is not here.
    if dockerfile.is_fragment() {
        return;
    }
    for stage in dockerfile.stages() {
        // Where nothing is there yet, it is the root.
        if !dockerfile.origin(stage).is_scratch() {
            first_of(dockerfile, stage, cx);
        }
    }
}

/// Reports the first file that goes to the directory of the base image: what the stage lacks, it
/// lacks once.
fn first_of(dockerfile: &Dockerfile, stage: &Stage, cx: &mut Cx<'_>) {
    let goes_below_base = stage.instructions().iter().find_map(|instruction| {
        let word = &instruction.action.transfer()?.destination;
        let before = dockerfile.at(instruction);
        let path = before.expand(&word.text)?;
        (!before.has_workdir() && !is_absolute(&path)).then_some((instruction, word))
    });
    let Some((instruction, word)) = goes_below_base else { return };
    let keyword = instruction.keyword.text.to_ascii_uppercase();
    let whose = stage.describe();
    cx.report(word.place, format!("{keyword} of {whose} puts files into `{}`, and no WORKDIR says where that is", word.text))
        .help("it is wherever the base image happens to be: set a WORKDIR first, or write an absolute path")
        .about(stage.subject())
        .unsafe_fix("go to /app first; make sure that what follows looks for the files there", || {
            edit::line_before(dockerfile, instruction.span, "WORKDIR /app")
        });
}
