use crate::docker::Step;
use crate::docker::package::{Package, Source, Task};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let installs = step.packages_where(|manager, task| manager.is_apt() && task == Task::Install);
    for asked in
        installs.filter(|it| ["install", "reinstall"].contains(&it.subcommand.text.as_str()))
    {
        // `name-` is removed, not installed.
        let is_open = |it: &&Package<'_>| {
            it.source == Source::Index && it.version.is_none() && !it.name.ends_with('-')
        };
        let open: Vec<_> = asked.packages.iter().filter(is_open).collect();
        let Some(first) = open.first() else { continue };
        let what = asked.without_version(&open);
        cx.report(first.word.place, format!("{what} in {}", step.stage.describe()))
            .help("every build may get another one: write `name=1.2.*`, or build from a dated snapshot of the distribution");
    }
}
