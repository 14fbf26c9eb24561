use crate::docker::package::{Manager, Task};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};
use crate::tree::edit::Refusal;

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
                let old = asked.subcommand.text.as_str();
                // `dnf system-upgrade download` takes a word of its own.
                if old == "system-upgrade" {
                    return Err(Refusal::Occupied);
                }
                edit::reword(step.dockerfile, asked.subcommand, old, instead)
            });
    }
}
