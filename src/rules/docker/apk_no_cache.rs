use crate::docker::package::{Manager, PackageCommand, Task};
use crate::docker::shell::Join;
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Step(check);

/// Where apk keeps the index of packages.
const CACHE: &str = "/var/cache/apk";

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let is_kept = step.is_in_image() && step.is_readable() && !step.has_mounted(CACHE);
    if !is_kept || step.has_mounted("/etc/apk/cache") {
        return;
    }
    let asked: Vec<_> = step.packages_where(|manager, _| manager == Manager::Apk).collect();
    let Some(last) = asked.last() else { return };
    if step.may_empty(CACHE, last.start()) {
        return;
    }
    let installs = |it: &&PackageCommand<'_>| matches!(it.task, Task::Install | Task::Upgrade);
    let lacks = |it: &&PackageCommand<'_>| !it.arguments.may_have(&["--no-cache", "--no-network"]);
    let stage = step.stage.describe();
    let mut lacks_it = false;
    for asked in asked.iter().filter(installs).filter(lacks) {
        lacks_it = true;
        let at = asked.subcommand.place;
        let what = format!("`{}` of {stage} has no `--no-cache`", asked.describe());
        cx.report(at, what)
            .help("the index of all packages stays in the layer, and a later RUN cannot take it out again")
            .safe_fix("add `--no-cache`", || {
                edit::add_words(step.dockerfile, &step.run.command, at, &["--no-cache"])
            });
    }
    if lacks_it || !asked.iter().any(|it| installs(&it)) {
        return;
    }
    // What is installed needs no index of its own, and this one stays.
    let refreshes = asked.iter().filter(|it| it.task == Task::Refresh);
    for asked in refreshes.filter(lacks) {
        let what = format!("`{}` leaves its index in {stage}", asked.describe());
        cx.report(asked.subcommand.place, what)
            .help("`--no-cache` takes an index of its own: leave the update out")
            .safe_fix("leave the update out", || leave_out(step, asked));
    }
}

/// Takes a command out that another one follows.
fn leave_out(step: Step<'_>, asked: &PackageCommand<'_>) -> Edits {
    let pipeline = asked.script.pipeline(asked.command).ok_or(Refusal::Occupied)?;
    let next = asked.script.next_pipeline(pipeline).filter(|next| next.join == Join::And);
    let next = next.filter(|_| pipeline.bars.is_empty()).ok_or(Refusal::Occupied)?;
    // `a || b && c` is `(a || b) && c`.
    let is_plain = pipeline.join != Join::Or && !pipeline.is_negated;
    let Place { file, span } = pipeline.place;
    let place = Place { file, span: Span { start: span.start, end: next.place.span.start } };
    // With `#`, a comment would be lost.
    if !is_plain || step.dockerfile.written(place.span).contains('#') {
        return Err(Refusal::Occupied);
    }
    edit::replace(step.dockerfile, place, String::new())
}
