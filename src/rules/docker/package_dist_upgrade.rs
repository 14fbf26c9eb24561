use crate::docker::package::{Manager, Task};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for asked in step.packages_where(|_, task| task == Task::DistUpgrade) {
        let instead = if asked.manager == Manager::Zypper { "update" } else { "upgrade" };
        let stage = step.stage.describe();
        let what =
            format!("`{}` changes the distribution that {stage} is built on", asked.describe());
        cx.report(asked.subcommand.place, what)
            .help("it may remove packages and move to another release: take a newer base image")
            .unsafe_fix("upgrade without removing packages; a newer base image is better", || {
                edit::replace(step.dockerfile, asked.subcommand.place, instead.to_owned())
            });
    }
}
