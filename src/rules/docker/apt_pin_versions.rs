use crate::docker::Step;
use crate::docker::package::{Source, Task};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let installs = step.packages().filter(|it| it.manager.is_apt() && it.task == Task::Install);
    for asked in
        installs.filter(|it| ["install", "reinstall"].contains(&it.subcommand.text.as_str()))
    {
        for package in asked.packages.iter().filter(|it| it.source == Source::Index) {
            // `name-` is removed, not installed.
            if package.version.is_some() || package.name.ends_with('-') {
                continue;
            }
            let (name, stage) = (package.name, step.stage.describe());
            let what =
                format!("package `{name}` of `{}` in {stage} has no version", asked.describe());
            cx.report(package.word.place, what)
                .help("every build may get another one: write `name=1.2.*`, or build from a dated snapshot of the distribution");
        }
    }
}
