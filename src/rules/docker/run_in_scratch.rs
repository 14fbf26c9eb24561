use crate::docker::{Action, Dockerfile, Stage};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        if !dockerfile.base_of(stage).map_or(stage.is_scratch(), Stage::is_empty) {
            continue;
        }
        let brings = |action: &Action| action.transfer().is_some();
        let until = stage.instructions().iter().take_while(|it| !brings(&it.action));
        let runs = until.filter(|it| it.action.run().is_some() && it.flag("mount").is_none());
        for instruction in runs {
            cx.report(
                instruction.keyword.place,
                format!("RUN in {}, which has no shell and no program yet", stage.describe()),
            )
            .help("the build fails: run it in a stage with a base image, and copy what it makes")
            .about(stage.subject());
        }
    }
}
