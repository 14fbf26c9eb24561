use crate::docker::package::{PackageCommand, Task};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    if !step.is_readable() {
        return;
    }
    let asked: Vec<_> = step.packages_where(|manager, _| manager.is_apt()).collect();
    let is_refresh = |it: &&PackageCommand<'_>| it.task == Task::Refresh;
    let Some(refresh) = asked.iter().rfind(is_refresh) else { return };
    // Without an install, the lists are there for a later step.
    let Some(install) = asked.iter().rfind(|it| it.asks()) else { return };
    let removes = |it: &PackageCommand<'_>| {
        it.task == Task::Clean && ["distclean", "dist-clean"].contains(&it.subcommand.text.as_str())
    };
    let is_removed = asked.iter().any(|it| it.start() > refresh.start() && removes(it));
    if is_removed || !step.keeps_apt_lists(refresh.start()) {
        return;
    }
    let what = format!("`{}` leaves its lists in {}", refresh.describe(), step.stage.describe());
    let last = if install.start() > refresh.start() { install } else { refresh };
    cx.report(refresh.subcommand.place, what)
        .help("they are 20 MB and more that nobody needs: remove them in the same RUN, as a later one cannot make the layer smaller")
        .safe_fix("remove the lists in the same RUN", || {
            let fills = |it: &&PackageCommand<'_>| it.asks() || it.task == Task::Refresh;
            edit::empty_lists(step, last, &asked.iter().filter(fills).collect::<Vec<_>>())
        });
}
