use crate::docker::package::{Manager, PackageCommand, Task};
use crate::docker::shell::{BlockKind, Join, Pipeline, Script};
use crate::docker::{Dockerfile, Form, Stage, Step, edit};
use crate::rules::{Check, Cx};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Step(check);

/// In a longer stage it is for people to say who needs the update.
const MOST_LATER: usize = 32;

/// Programs that may stand beside an update without installing anything.
const HARMLESS: [&str; 24] = [
    ":",
    "add-apt-repository",
    "apt-key",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cp",
    "curl",
    "dpkg",
    "echo",
    "export",
    "find",
    "gpg",
    "install",
    "ln",
    "mkdir",
    "mv",
    "printf",
    "rm",
    "sed",
    "set",
    "tee",
    "wget",
];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    if !step.is_readable()
        || step.has_mounted("/var/lib/apt")
        || step.has_mounted("/var/lib/apt/lists")
    {
        return;
    }
    let mut refreshes = step.packages_where(|_, task| task == Task::Refresh);
    let Some(refresh) = refreshes.next() else { return };
    let asked: Vec<_> = step.packages().collect();
    let may_install = step.commands().any(|(_, command)| {
        match asked.iter().find(|it| std::ptr::eq(it.command, command)) {
            Some(it) => it.asks(),
            None => command.invocation().is_some_and(|it| !HARMLESS.contains(&it.name())),
        }
    });
    if may_install || !knows_index(refresh.manager) {
        return;
    }
    let (stage, what) = (step.stage.describe(), refresh.describe());
    cx.report(refresh.subcommand.place, format!("`{what}` stands in a RUN of {stage} without an install"))
        .help("the step is cached, so that a later install asks for versions that may be gone: run both in one RUN")
        .unsafe_fix("update where packages are installed", || move_to_installs(step, &refresh));
}

/// Whether what the manager learns is kept for later steps.
fn knows_index(manager: Manager) -> bool {
    manager.is_apt() || manager.is_rpm() || matches!(manager, Manager::Apk | Manager::Zypper)
}

/// Takes the step out, and puts its command before what later steps of the stage install.
fn move_to_installs(step: Step<'_>, refresh: &PackageCommand<'_>) -> Edits {
    let dockerfile = step.dockerfile;
    let is_alone = step.commands().count() == 1 && matches!(step.run.command.form, Form::Shell(_));
    if !is_alone || is_built_upon(dockerfile, step.stage) || step.instruction.is_onbuild() {
        return Err(Refusal::Occupied);
    }
    let update = dockerfile.written(refresh.command.place.span);
    let all = step.stage.instructions();
    let first = all.partition_point(|it| it.span.start <= step.instruction.span.start);
    let later = all.get(first..).unwrap_or_default().iter();
    let later: Vec<_> =
        later.filter_map(|it| dockerfile.step(step.stage, it)).take(MOST_LATER + 1).collect();
    if later.len() > MOST_LATER {
        return Err(Refusal::Occupied);
    }
    let mut edits = vec![edit::remove(dockerfile, step.instruction.span)];
    for later in later {
        let asked: Vec<_> =
            later.packages().filter(|it| is_kin(it.manager, refresh.manager)).collect();
        let Some(first) = asked.iter().find(|it| it.asks() || it.task == Task::Refresh) else {
            continue;
        };
        if first.task == Task::Refresh {
            continue;
        }
        let pipeline = first.script.pipeline(first.command).ok_or(Refusal::Occupied)?;
        let join = join_behind_update(later, first.script, pipeline)?;
        edits.push(edit::insert_before(dockerfile, pipeline.place, format!("{update}{join}")));
        let last = asked.iter().rfind(|it| it.asks()).filter(|it| it.manager.is_apt());
        if let Some(last) = last.filter(|_| later.keeps_apt_lists(first.start())) {
            let all: Vec<_> = asked.iter().filter(|it| it.asks()).collect();
            edits.push(edit::empty_lists(later, last, &all));
        }
    }
    if edits.len() == 1 {
        return Err(Refusal::Occupied);
    }
    edit::all(edits)
}

/// What has to stand between an update and the pipeline that it is put before, so that its failure
/// ends the step as it did before.
fn join_behind_update(
    later: Step<'_>,
    script: &Script,
    pipeline: &Pipeline,
) -> Result<&'static str, Refusal> {
    let is_once = script.around_pipeline(pipeline).all(|kind| kind == BlockKind::Script);
    if !is_once || pipeline.is_negated || matches!(later.run.command.form, Form::Exec(_)) {
        return Err(Refusal::Occupied);
    }
    if script.settings_at(pipeline, later.settings()).errexit {
        // It overlooks what fails before an `&&`.
        let begins = matches!(pipeline.join, Join::First | Join::Then);
        return if begins { Ok("; ") } else { Err(Refusal::Occupied) };
    }
    let behind = std::iter::successors(Some(pipeline), |it| script.next_pipeline(it));
    let is_heard = behind.skip(1).all(|it| it.join == Join::And);
    let is_reached = pipeline.join != Join::Or && !pipeline.is_background;
    if is_heard && is_reached { Ok(" && ") } else { Err(Refusal::Occupied) }
}

/// Whether one manager reads what the other one learned.
fn is_kin(one: Manager, other: Manager) -> bool {
    one == other || one.is_apt() && other.is_apt() || one.is_rpm() && other.is_rpm()
}

/// Whether another stage goes on from this one.
fn is_built_upon(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    dockerfile.stages().iter().any(|it| dockerfile.base_of(it).is_some_and(|base| base.is(stage)))
}
