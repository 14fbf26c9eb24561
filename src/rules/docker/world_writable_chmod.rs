use crate::docker::shell::{Arguments, Invocation, ShellWord, Valued};
use crate::docker::{Action, Dockerfile, Step, edit, mode};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

const ADVICE: &str = "every process in the container can replace what is there: give it to the user or the group of the service";
const TITLE: &str = "take the right from everybody else; the service's user or group must own it";

/// Options of `mkdir` and `install` that take a value.
static VALUED: Valued =
    Valued::of("-m --mode -o --owner -g --group -t --target-directory -S --suffix");

/// Folders that everybody writes to, where the sticky bit keeps what is whose.
const SHARED: [&str; 3] = ["/dev/shm", "/tmp", "/var/tmp"];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for step in dockerfile.steps_of(stage) {
            for invocation in step.commands().flat_map(|(_, command)| command.invocations()) {
                started(step, invocation, cx);
            }
        }
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            let mode = instruction.flag("chmod").and_then(|flag| flag.value.as_ref());
            let (Some(transfer), Some(mode)) = (instruction.action.transfer(), mode) else {
                continue;
            };
            if !mode::lets_everybody_write(&mode.text) {
                continue;
            }
            let keyword = if matches!(instruction.action, Action::Add(_)) { "ADD" } else { "COPY" };
            let message = format!(
                "{keyword} --chmod={} in {} lets everybody write to `{}`",
                mode.text,
                stage.describe(),
                transfer.destination.text
            );
            let found = cx.report(mode.place, message).help(ADVICE);
            if let Some(better) = mode::for_owner_and_group(&mode.text) {
                found.unsafe_fix(TITLE, || edit::replace(dockerfile, mode.place, better));
            }
        }
    }
}

fn started(step: Step<'_>, invocation: Invocation<'_>, cx: &mut Cx<'_>) {
    let Some((word, mode, targets)) = sets_mode(invocation) else { return };
    let is_device = |target: &&ShellWord| {
        target.text.starts_with("/dev/") && !SHARED.contains(&target.text.as_str())
    };
    let target = targets.iter().find(|it| !is_device(it));
    let is_by_xargs = invocation.started_by("xargs").is_some();
    if !mode::lets_everybody_write(mode) || target.is_none() && !(is_by_xargs && targets.is_empty())
    {
        return;
    }
    let what = match (target.map(|it| it.text.as_str()), targets.len()) {
        _ if is_by_xargs => "what `xargs` is given".to_owned(),
        (Some("{}") | None, _) => "what `find` finds".to_owned(),
        (Some(target), 1) => format!("`{target}`"),
        (Some(target), count) => format!("`{target}` and {} more", count - 1),
    };
    let message = format!(
        "`{} {mode}` in {} lets everybody write to {what}",
        invocation.name(),
        step.stage.describe(),
    );
    let is_shared = target.is_some() && targets.iter().all(|it| SHARED.contains(&it.text.as_str()));
    let advice =
        if is_shared { "everybody can remove what others put there: use 1777" } else { ADVICE };
    let found = cx.report(word.place, message).help(advice);
    let better = mode::for_owner_and_group(mode).filter(|_| word.text == mode);
    if let Some(better) = better {
        let (title, better) = if is_shared {
            ("keep what is whose with the sticky bit", "1777".to_owned())
        } else {
            (TITLE, better)
        };
        found.unsafe_fix(title, || edit::reword(step.dockerfile, word, mode, &better));
    }
}

/// The mode that a program sets, the word that says so, and what it is set for.
fn sets_mode(invocation: Invocation<'_>) -> Option<(&ShellWord, &str, Vec<&ShellWord>)> {
    match invocation.name() {
        "chmod" => {
            let is_option = |word: &&ShellWord| {
                // `chmod -w` takes a right away.
                let letters = word.text.strip_prefix('-').unwrap_or_default();
                letters.starts_with('-')
                    || letters.chars().all(|c| "cfvR".contains(c)) && !letters.is_empty()
            };
            let (_, rest): (Vec<_>, Vec<_>) = invocation.arguments.iter().partition(is_option);
            let (mode, targets) = rest.split_first()?;
            Some((mode, &mode.text, targets.to_vec()))
        }
        "mkdir" | "install" => {
            let arguments = Arguments::plain(invocation.arguments, &VALUED);
            let option = arguments.option(&["-m", "--mode"])?;
            let mode = arguments.values(&["-m", "--mode"]).next()?;
            let word = invocation.arguments.iter().find(|word| word.text == mode);
            let mut targets = arguments.operands().to_vec();
            let is_folder = arguments.option(&["-d", "--directory"]).is_some();
            let into = arguments.values(&["-t", "--target-directory"]).next();
            let into = into.and_then(|it| invocation.arguments.iter().find(|word| word.text == it));
            if let Some(into) = into {
                targets = vec![into];
            } else if invocation.name() == "install" && !is_folder {
                // What stands before it is what is copied.
                targets.drain(..targets.len().saturating_sub(1));
            }
            Some((word.unwrap_or(option), mode, targets))
        }
        _ => None,
    }
}
