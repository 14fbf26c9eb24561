use crate::docker::package::{Manager, Task};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

/// What decides about recommended packages, one way or the other.
const DECIDES: [&str; 6] = [
    "--no-install-recommends",
    "--install-recommends",
    "--without-recommends",
    "--with-recommends",
    "-R",
    "--only-upgrade",
];

/// The same as a setting of apt, for one command or for all that follow.
const SETTING: &str = "APT::Install-Recommends";

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    if !step.is_in_image() {
        return;
    }
    let is_configured = |at: u32| {
        let said = step.dockerfile.says(SETTING);
        said.is_some_and(|said| said < at as usize) || step.dockerfile.brings("/etc/apt/apt.conf")
    };
    let installs = step.packages().filter(|it| {
        it.manager.is_apt() && it.task == Task::Install && it.subcommand.text == "install"
    });
    for asked in installs.filter(|it| !it.packages.is_empty()) {
        if asked.arguments.may_have(&DECIDES)
            || asked.command.says(SETTING)
            || is_configured(asked.start())
        {
            continue;
        }
        let stage = step.stage.describe();
        let what =
            format!("`{}` of {stage} installs what is only recommended, too", asked.describe());
        let at = asked.subcommand.place;
        let flag = match asked.manager {
            Manager::Aptitude => "--without-recommends",
            _ => "--no-install-recommends",
        };
        cx.report(at, what)
            .help(format!("name what the service needs, and add `{flag}`"))
            .unsafe_fix(
                "install no recommended packages; see whether the service needs one",
                || edit::add_words(step.dockerfile, &step.run.command, at, &[flag]),
            );
    }
}
