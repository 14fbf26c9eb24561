use crate::docker::package::{Manager, PackageCommand};
use crate::docker::{Dockerfile, Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

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

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let configured = dockerfile.configured(SETTING, &["/etc/apt/apt.conf"]);
    for step in dockerfile.steps().filter(|step| step.is_in_image()) {
        cx.about(Some(step.stage.subject()));
        for asked in step.packages_where(|manager, _| manager.is_apt()).filter(installs_by_name) {
            let is_configured = configured.holds_for(step.stage, &asked);
            let is_decided = asked.arguments.may_have(&DECIDES) || asked.command.says(SETTING);
            if !is_configured && !is_decided {
                report(step, &asked, cx);
            }
        }
    }
}

fn installs_by_name(asked: &PackageCommand<'_>) -> bool {
    asked.subcommand.text == "install" && !asked.packages.is_empty()
}

fn report(step: Step<'_>, asked: &PackageCommand<'_>, cx: &mut Cx<'_>) {
    let (what, stage) = (asked.describe(), step.stage.describe());
    let at = asked.subcommand.place;
    let flag = match asked.manager {
        Manager::Aptitude => "--without-recommends",
        _ => "--no-install-recommends",
    };
    cx.report(at, format!("`{what}` of {stage} installs what is only recommended, too"))
        .help(format!("name what the service needs, and add `{flag}`"))
        .unsafe_fix("install no recommended packages; see whether the service needs one", || {
            edit::add_words(step.dockerfile, &step.run.command, at, &[flag])
        });
}
