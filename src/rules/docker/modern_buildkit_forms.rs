use std::collections::HashMap;

use crate::docker::shell::{Arguments, Invocation, SimpleCommand, Valued, file_name};
use crate::docker::{Action, Dockerfile, Instruction, Stage, Step, edit};
use crate::rules::{Check, Cx};
use crate::source::Span;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let mut copied = copied(stage);
        for step in dockerfile.steps_of(stage) {
            for (_, command) in step.commands() {
                let Some(invocation) = command.invocation() else { continue };
                match invocation.name() {
                    "chmod" => copied_then_changed(step, invocation, &mut copied, cx),
                    "git" => cloned(step, invocation, cx),
                    _ => {}
                }
            }
            written(step, cx);
        }
    }
}

/// The files that a stage copies, by the paths that they get as far as these are written.
fn copied(stage: &Stage) -> HashMap<String, &Instruction> {
    let copies = stage.instructions().iter();
    let copies = copies.filter(|it| it.flag("chmod").is_none());
    let mut brought = HashMap::new();
    for copy in copies {
        let Some(transfer) = copy.action.transfer() else { continue };
        let destination = transfer.destination.text.as_str();
        if let Some(folder) = destination.strip_suffix('/') {
            for source in transfer.paths() {
                brought.insert(format!("{folder}/{}", file_name(&source.text)), copy);
            }
        } else if let [_] = transfer.sources.as_slice() {
            brought.insert(destination.to_owned(), copy);
        }
    }
    brought
}

fn copied_then_changed(
    step: Step<'_>,
    invocation: Invocation<'_>,
    copied: &mut HashMap<String, &Instruction>,
    cx: &mut Cx<'_>,
) {
    let [mode, targets @ ..] = invocation.arguments else { return };
    let mut brought = targets.iter().filter_map(|target| copied.remove(&target.text));
    let Some(copy) = brought.next() else { return };
    let bits = match mode.text.as_str() {
        "+x" | "a+x" | "ugo+x" | "u+x" => "755",
        text if text.chars().all(|c| matches!(c, '0'..='7')) => text,
        _ => return,
    };
    let keyword = if matches!(copy.action, Action::Add(_)) { "ADD" } else { "COPY" };
    let message = format!(
        "what {keyword} in {} brings is copied into another layer for its mode",
        step.stage.describe()
    );
    let found = cx
        .report(copy.keyword.place, message)
        .help(format!("{keyword} --chmod={bits} sets it from the beginning"))
        .related(invocation.program.place, "its mode is set here");
    let is_alone = step.commands().count() == 1 && targets.len() == 1;
    let is_one = copy.action.transfer().is_some_and(|transfer| transfer.sources.len() == 1);
    if is_alone && is_one && !step.instruction.is_onbuild() {
        found.unsafe_fix(
            "set the mode while it is copied; BuildKit is needed, and in a folder it is set for all files",
            || {
                let new = format!(" --chmod={bits}");
                edit::all([
                    edit::insert_behind(step.dockerfile, copy.keyword.place, new),
                    edit::remove(step.dockerfile, step.instruction.span),
                ])
            },
        );
    }
}

/// `git clone`, which `ADD` does by itself and with a cache that knows the commit.
fn cloned(step: Step<'_>, invocation: Invocation<'_>, cx: &mut Cx<'_>) {
    static VALUED: Valued = Valued::of("-b --branch --depth -c --config -o --origin -j --jobs -C");
    const PLAIN: [&str; 7] =
        ["-b", "--branch", "--depth", "--single-branch", "--recursive", "-q", "--quiet"];
    let arguments = Arguments::read(invocation.arguments, &VALUED);
    let [clone, address, ..] = arguments.operands() else { return };
    let is_public = address.text.starts_with("https://") && !address.text.contains('@');
    let is_secret = step.instruction.flags_named("mount").next().is_some();
    if clone.text != "clone" || !is_public || is_secret || !arguments.has_only(&PLAIN) {
        return;
    }
    let whose = step.stage.describe();
    cx.report(
        clone.place,
        format!("git clone in {whose} comes from the cache when the repository has something new"),
    )
    .help("ADD <address>#<branch or commit> looks, and needs no git in the image");
}

/// A `RUN` that does nothing but write one file.
fn written(step: Step<'_>, cx: &mut Cx<'_>) {
    let mut file: Option<&str> = None;
    let mut first = None;
    for (_, command) in step.commands() {
        let Some(target) = writes(step, command, file.is_some()) else { return };
        if file.is_some_and(|file| file != target) {
            return;
        }
        file = Some(target);
        first = first.or(command.words.first());
    }
    if let (Some(file), Some(first), true) = (file, first, step.is_readable()) {
        let message = format!("RUN in {} does nothing but write `{file}`", step.stage.describe());
        cx.report(first.place, message)
            .help("COPY <<EOF writes it without a shell, line by line as it stands");
    }
}

/// The file that the command writes its words to, and does nothing else.
fn writes<'c>(step: Step<'_>, command: &'c SimpleCommand, goes_on: bool) -> Option<&'c str> {
    let invocation = command.invocation()?;
    let is_plain = invocation.arguments.iter().all(|word| !word.text.contains(['`', '(']));
    if !matches!(invocation.name(), "echo" | "printf") || !is_plain {
        return None;
    }
    let mut targets = command.writes();
    let (target, None) = (targets.next()?, targets.next()) else { return None };
    let before = Span { end: target.place.span.start, ..command.place.span };
    let appends = step.dockerfile.written(before).trim_end().ends_with(">>");
    (appends == goes_on && target.text.starts_with('/') && !target.text.starts_with("/dev/"))
        .then_some(target.text.as_str())
}
