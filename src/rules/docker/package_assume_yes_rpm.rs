use crate::docker::package::Manager;
use crate::docker::{Dockerfile, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What answers beforehand.
const YES: [&str; 4] = ["-y", "--assumeyes", "--yes", "--assumeno"];
const ZYPPER_YES: [&str; 4] = ["-y", "--no-confirm", "-n", "--non-interactive"];

/// The same as a setting of yum and dnf.
const SETTING: &str = "assumeyes";

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let configured = dockerfile.configured(SETTING, &["/etc/dnf/dnf.conf", "/etc/yum.conf"]);
    for step in dockerfile.steps() {
        cx.about(Some(step.stage.subject()));
        let of_rpm = |manager: Manager, _| manager.is_rpm() || manager == Manager::Zypper;
        let asked = step.packages_where(of_rpm);
        for asked in asked.filter(|it| it.asks() && !it.is_answered()) {
            let yes = match asked.manager {
                // That of today assumes it anyway.
                Manager::Microdnf => continue,
                Manager::Zypper => ZYPPER_YES,
                _ if asked.manager.is_rpm() => YES,
                _ => continue,
            };
            let is_configured = configured.holds_for(step.stage, &asked);
            if asked.arguments.may_have(&yes) || asked.command.says(SETTING) || is_configured {
                continue;
            }
            let what = format!("`{}` of {} has no `-y`", asked.describe(), step.stage.describe());
            let at = asked.subcommand.place;
            cx.report(at, what)
                .help("it asks before it goes on, and nobody answers in a build")
                .safe_fix("add `-y`", || {
                    edit::add_words(dockerfile, &step.run.command, at, &["-y"])
                });
        }
    }
}
