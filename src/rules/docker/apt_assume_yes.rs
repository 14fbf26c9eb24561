use crate::docker::package::PackageCommand;
use crate::docker::{Dockerfile, Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What answers beforehand. The quiet that `-qq` asks for includes it.
const YES: [&str; 5] = ["-y", "--yes", "--assume-yes", "--force-yes", "--assume-no"];

/// The same as a setting of apt, for one command or for all that follow.
const SETTING: &str = "APT::Get::Assume-Yes";

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    if !dockerfile.asks(|manager, _| manager.is_apt()) {
        return;
    }
    let configured = dockerfile.configured(SETTING, &["/etc/apt/apt.conf"]);
    for step in dockerfile.steps() {
        cx.about(Some(step.stage.subject()));
        for asked in step.packages_where(|manager, _| manager.is_apt()).filter(PackageCommand::asks)
        {
            let is_quiet = asked.arguments.count(&["-q", "--quiet"]) > 1
                || asked.command.words.iter().any(|word| word.text.starts_with("-q="));
            let is_configured = configured.holds_for(step.stage, &asked);
            let is_answered = asked.arguments.may_have(&YES) || asked.is_answered() || is_quiet;
            if !is_answered && !is_configured && !asked.command.says(SETTING) {
                report(step, &asked, cx);
            }
        }
    }
}

fn report(step: Step<'_>, asked: &PackageCommand<'_>, cx: &mut Cx<'_>) {
    let what = format!("`{}` of {} has no `-y`", asked.describe(), step.stage.describe());
    let at = asked.subcommand.place;
    cx.report(at, what)
        .help("apt asks before it installs more than was named, and nobody answers in a build")
        .safe_fix("add `-y`", || edit::add_words(step.dockerfile, &step.run.command, at, &["-y"]));
}
