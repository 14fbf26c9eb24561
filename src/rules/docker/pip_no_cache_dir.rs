use crate::docker::package::{Manager, PackageCommand, Task};
use crate::docker::{Dockerfile, Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Where pip keeps what it downloads when root runs it.
const CACHE: &str = "/root/.cache/pip";

/// What keeps nothing, or elsewhere. Any value of the first two switches the cache off.
///
/// Source: pip.pypa.io/en/stable/topics/caching and /topics/configuration.
const VARIABLES: [&str; 4] =
    ["PIP_NO_CACHE_DIR", "PIP_NO_CACHE", "PIP_CACHE_DIR", "PIP_CONFIG_FILE"];
const OPTIONS: [&str; 3] = ["--no-cache-dir", "--no-cache", "--cache-dir"];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let installs = |manager, task| manager == Manager::Pip && task == Task::Install;
    // A configuration may say so.
    if !dockerfile.asks(installs)
        || dockerfile.says("pip.conf").or_else(|| dockerfile.says("no-cache-dir true")).is_some()
    {
        return;
    }
    let is_mounted =
        |it: &Step<'_>| it.has_mounted_any(&["pip", ".cache"]) || it.has_mounted("/root");
    let steps = dockerfile.steps().filter(|it| it.run.command.asks(installs));
    for step in steps.filter(|it| it.is_in_image() && !is_mounted(it)) {
        cx.about(Some(step.stage.subject()));
        let asked =
            step.packages_where(|manager, _| manager == Manager::Pip).filter(|it| !it.is_by_uv());
        let asked: Vec<_> = asked.collect();
        let purged = asked.iter().rfind(|it| it.task == Task::Clean).map(PackageCommand::start);
        let cleaned = purged.max(step.last_emptying(CACHE));
        let set = step.sets_from(&VARIABLES);
        for install in asked.iter().filter(|it| it.task == Task::Install) {
            let is_cleaned = cleaned.is_some_and(|cleaned| cleaned > install.start());
            let is_off = install.arguments.may_have(&OPTIONS)
                || set.is_some_and(|from| from < install.start())
                || VARIABLES.iter().any(|name| install.command.variable(name).is_some());
            if !is_cleaned && !is_off {
                report(step, install, cx);
            }
        }
    }
}

fn report(step: Step<'_>, install: &PackageCommand<'_>, cx: &mut Cx<'_>) {
    let what = format!("`{}` of {} keeps its cache", install.describe(), step.stage.describe());
    let at = install.subcommand.place;
    cx.report(at, what)
        .help("what pip downloaded stays in the layer: add `--no-cache-dir`, or set PIP_NO_CACHE_DIR=1")
        .safe_fix("add `--no-cache-dir`", || {
            edit::add_words(step.dockerfile, &step.run.command, at, &["--no-cache-dir"])
        });
}
