use crate::docker::{Dockerfile, Start, edit};
use crate::rules::{Check, Cx, Pending};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    if dockerfile.is_for_windows() || image.is_windows() {
        return;
    }
    let entrypoint = image.entrypoint.filter(|entrypoint| !entrypoint.command.is_empty());
    // An entrypoint in shell form takes no arguments, so that the CMD does nothing.
    let ignored = entrypoint.is_some_and(|it| it.shell_text().is_some());
    let cmd = image.cmd.filter(|_| !ignored);
    let killed = cx.project().killed_running(dockerfile);
    for (keyword, start) in [("ENTRYPOINT", entrypoint), ("CMD", cmd)] {
        let Some(start) = start else { continue };
        let hands_over =
            |text: &&str| execs(text) || start.shell.steps_aside() && edit::takes_exec(text);
        let Some(text) = start.shell_text().filter(|text| !hands_over(text)) else { continue };
        let what = if start.command.is_broken_list() {
            "looks like a JSON array and is none, so a shell runs it"
        } else {
            "is in shell form"
        };
        let whose = image.stage.describe();
        let mut found = cx
            .report(start.command.place, format!("{keyword} of {whose} {what}"))
            .help("the shell is process 1 and keeps SIGTERM to itself: write a JSON array, or start the command with `exec`")
            .about(image.stage.subject())
            .related_to(killed.iter().cloned());
        if let (true, Some(cmd)) = (ignored, image.cmd) {
            found = found.related(
                cmd.command.place,
                "this CMD is ignored, as the ENTRYPOINT takes no arguments",
            );
        }
        if start.shell.words.is_empty() {
            let both = entrypoint.is_some() && image.cmd.is_some();
            mend(dockerfile, start, text, both, found);
        }
    }
}

/// Writes the command as a list, where that starts the same program. `both` says that there is an
/// ENTRYPOINT and a CMD, which meet only as lists.
fn mend(dockerfile: &Dockerfile, start: Start<'_>, text: &str, both: bool, found: Pending<'_>) {
    let place = start.command.place;
    let write = |words: &[String]| edit::replace_by_words(dockerfile, place, words);
    match edit::exec_form(text) {
        Some(words) if both => {
            found.unsafe_fix(
                "write a JSON array; the words of the CMD become arguments of the ENTRYPOINT",
                || write(&words),
            );
        }
        Some(words) => {
            found.safe_fix("write the command as a JSON array", || write(&words));
        }
        None if edit::takes_exec(text) => {
            let words = ["sh", "-c", &format!("exec {text}")].map(str::to_owned);
            found.unsafe_fix(
                "let the shell fill in the variables and hand over with `exec`",
                || write(&words),
            );
        }
        None => {}
    }
}

/// Whether the shell is told to put the last command in its own place.
fn execs(text: &str) -> bool {
    let parts = text.split("&&").flat_map(|part| part.split("||")).flat_map(|it| it.split(';'));
    let last = parts.map(str::trim).filter(|part| !part.is_empty()).last();
    last.is_some_and(|last| last.starts_with("exec "))
}
