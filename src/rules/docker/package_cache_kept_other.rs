use crate::docker::package::{Manager, PackageCommand, Task};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

/// What a manager leaves, and how it cleans up.
struct Leftover {
    /// Where it may be, and what a cache mount for it has in its path.
    folders: &'static [&'static str],
    mounts: &'static [&'static str],
    /// The variables and options that put it elsewhere.
    variables: &'static [&'static str],
    options: &'static [&'static str],
    cleaning: &'static str,
}

const RPM: Leftover = Leftover {
    folders: &["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5", "/var/cache/tdnf"],
    mounts: &["/var/cache", "dnf", "yum"],
    variables: &[],
    options: &["--installroot"],
    cleaning: "clean all",
};

const ZYPPER: Leftover = Leftover {
    folders: &["/var/cache/zypp"],
    mounts: &["/var/cache", "zypp"],
    variables: &[],
    options: &["--root", "-R", "--installroot", "--no-cache"],
    cleaning: "clean --all",
};

const YARN: Leftover = Leftover {
    folders: &["/usr/local/share/.cache", "/root/.cache/yarn", "/root/.yarn/berry/cache"],
    mounts: &["yarn", ".cache"],
    variables: &["YARN_CACHE_FOLDER", "YARN_ENABLE_GLOBAL_CACHE"],
    options: &["--cache-folder", "--version", "--mode"],
    cleaning: "cache clean",
};

fn keeps_cache(manager: Manager) -> bool {
    manager.is_rpm() || matches!(manager, Manager::Zypper | Manager::Yarn)
}

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    if !step.is_in_image() || !step.is_readable() {
        return;
    }
    let asked: Vec<_> = step.packages_where(|manager, _| keeps_cache(manager)).collect();
    let families = [
        (&RPM, asked.iter().filter(|it| it.manager.is_rpm()).collect::<Vec<_>>()),
        (&ZYPPER, asked.iter().filter(|it| it.manager == Manager::Zypper).collect()),
        (&YARN, asked.iter().filter(|it| it.manager == Manager::Yarn).collect()),
    ];
    for (leftover, asked) in families {
        let leaves = |it: &&PackageCommand<'_>| {
            matches!(it.task, Task::Install | Task::Upgrade | Task::DistUpgrade)
        };
        let leaving: Vec<_> = asked.iter().copied().filter(leaves).collect();
        let Some(last) = leaving.last().copied() else { continue };
        let is_cleaned = asked.iter().any(|it| it.start() > last.start() && it.task == Task::Clean)
            || leftover.folders.iter().any(|folder| step.may_empty(folder, last.start()));
        let is_elsewhere = step.has_mounted_any(leftover.mounts)
            || step.sets_from(leftover.variables).is_some_and(|from| from < last.start())
            || leftover.variables.iter().any(|it| last.command.variable(it).is_some())
            || last.arguments.option(leftover.options).is_some();
        if is_cleaned || is_elsewhere {
            continue;
        }
        let what = format!("`{}` leaves its cache in {}", last.describe(), step.stage.describe());
        let clean = format!("{} {}", last.called(), leftover.cleaning);
        cx.report(last.subcommand.place, what)
            .help(format!(
                "end the same RUN with `{clean}`, as a later one cannot make the layer smaller"
            ))
            .safe_fix("clean the cache in the same RUN", || {
                edit::clean_behind(step, last, &leaving, &clean)
            });
    }
}
