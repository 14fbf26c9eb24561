use crate::docker::package::{Manager, PackageCommand, Task};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

/// Where pip keeps what it downloads when root runs it.
const CACHE: &str = "/root/.cache/pip";

/// What keeps nothing, or elsewhere. Any value of the first two switches the cache off.
///
/// Source: pip.pypa.io/en/stable/topics/caching and /topics/configuration.
const VARIABLES: [&str; 4] =
    ["PIP_NO_CACHE_DIR", "PIP_NO_CACHE", "PIP_CACHE_DIR", "PIP_CONFIG_FILE"];
const OPTIONS: [&str; 3] = ["--no-cache-dir", "--no-cache", "--cache-dir"];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    if !step.is_in_image() || step.has_mounted_any(&["pip", ".cache"]) || step.has_mounted("/root")
    {
        return;
    }
    let asked: Vec<_> =
        step.packages().filter(|it| it.manager == Manager::Pip && !it.is_by_uv()).collect();
    let installs = |it: &&PackageCommand<'_>| it.task == Task::Install;
    for asked_for in asked.iter().filter(installs) {
        let (command, start) = (asked_for.command, asked_for.start());
        let is_off = asked_for.arguments.may_have(&OPTIONS)
            || VARIABLES.iter().any(|name| step.may_have_set(name, command));
        let is_cleaned = asked.iter().any(|it| it.start() > start && it.task == Task::Clean)
            || step.may_empty(CACHE, start);
        if is_off || is_cleaned || is_configured(step) {
            continue;
        }
        let what =
            format!("`{}` of {} keeps its cache", asked_for.describe(), step.stage.describe());
        let at = asked_for.subcommand.place;
        cx.report(at, what)
            .help("what pip downloaded stays in the layer: add `--no-cache-dir`, or set PIP_NO_CACHE_DIR=1")
            .safe_fix("add `--no-cache-dir`", || {
                edit::add_words(step.dockerfile, &step.run.command, at, &["--no-cache-dir"])
            });
    }
}

/// Whether a configuration of pip may say so.
fn is_configured(step: Step<'_>) -> bool {
    step.dockerfile.says("pip.conf").is_some()
        || step.dockerfile.says("no-cache-dir true").is_some()
}
