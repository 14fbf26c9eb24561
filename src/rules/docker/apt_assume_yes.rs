use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

/// What answers beforehand. The quiet that `-qq` asks for includes it.
const YES: [&str; 5] = ["-y", "--yes", "--assume-yes", "--force-yes", "--assume-no"];

/// The same as a setting of apt, for one command or for all that follow.
const SETTING: &str = "APT::Get::Assume-Yes";

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let is_configured = |at: u32| {
        let said = step.dockerfile.says(SETTING);
        said.is_some_and(|said| said < at as usize) || step.dockerfile.brings("/etc/apt/apt.conf")
    };
    for asked in step.packages().filter(|it| it.manager.is_apt() && it.asks()) {
        let is_quiet = asked.arguments.count(&["-q", "--quiet"]) > 1
            || asked.command.words.iter().any(|word| word.text.starts_with("-q="));
        if asked.arguments.may_have(&YES)
            || asked.is_answered()
            || asked.command.says(SETTING)
            || is_quiet
            || is_configured(asked.start())
        {
            continue;
        }
        let what = format!("`{}` of {} has no `-y`", asked.describe(), step.stage.describe());
        let at = asked.subcommand.place;
        cx.report(at, what)
            .help("apt asks before it installs more than was named, and nobody answers in a build")
            .safe_fix("add `-y`", || {
                edit::add_words(step.dockerfile, &step.run.command, at, &["-y"])
            });
    }
}
