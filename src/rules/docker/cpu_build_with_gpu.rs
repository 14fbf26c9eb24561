use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let runners = cx.project().runners_with_gpu(dockerfile);
    let Some((first, _)) = runners.first() else { return };
    for (stage, word) in dockerfile.cpu_wheels() {
        let who = match runners.as_slice() {
            [(runner, _)] => runner.describe(),
            all => format!("{} and {} others", first.describe(), all.len() - 1),
        };
        cx.about(Some(stage.subject()));
        cx.report(word.place, format!("`{}` is built for CPUs, and {who} has a GPU", word.text))
            .help("the program computes on the CPU, and the GPU is paid for and idle: install the build for CUDA, or give no GPU")
            .related_to(runners.iter().map(|(_, place)| (*place, "a GPU is given here".to_owned())));
    }
}
