use crate::docker::{Dockerfile, Transfer};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let Some(runs_as) = image.user.as_ref().and_then(|user| user.resolved.clone()) else { return };
    let runs_as = owner(&runs_as);
    if matches!(runs_as, "root" | "0") {
        return;
    }
    let started = image.started_programs();
    for stage in dockerfile.stages().iter().filter(|stage| dockerfile.is_in_image(stage)) {
        for instruction in stage.instructions() {
            let Some(transfer) = instruction.action.transfer() else { continue };
            let Some(flag) = instruction.flag("chown") else { continue };
            let Some(value) = &flag.value else { continue };
            let Some(given) = dockerfile.at(instruction).expand(&value.text) else { continue };
            let is_closed = instruction.flag("chmod").is_some_and(|mode| {
                mode.value.as_ref().is_some_and(|mode| keeps_owner_out(&mode.text))
            });
            let program = program_of(transfer, &started);
            let Some(program) = program.filter(|_| owner(&given) == runs_as && !is_closed) else {
                continue;
            };
            cx.report(flag.place, format!("{} gives the program `{program}` to `{runs_as}`, who runs it", stage.describe()))
                .help("who gets into the service can put another program in its place: leave programs to root, or add --chmod=555")
                .about(stage.subject());
        }
    }
}

/// `app` of `app:app`.
fn owner(user: &str) -> &str {
    user.split(':').next().unwrap_or(user)
}

/// Whether a mode lets the owner read and run, and not write: `555`, `0550`.
fn keeps_owner_out(mode: &str) -> bool {
    let digits = mode.trim_start_matches('0');
    let owner = digits.chars().next().filter(|_| digits.len() == 3).and_then(|c| c.to_digit(8));
    owner.is_some_and(|bits| bits & 2 == 0)
}

/// What is copied that is a program: what the image starts, a script, something in a `bin`.
fn program_of<'d>(transfer: &'d Transfer, started: &[&str]) -> Option<&'d str> {
    let destination = transfer.destination.text.as_str();
    let in_bin = destination.split('/').any(|segment| matches!(segment, "bin" | "sbin"));
    let is_script = |name: &str| {
        name.rsplit_once('.').is_some_and(|(_, ending)| ending == "sh")
            || name.contains("entrypoint")
    };
    let is_started = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let same = |program: &&str| program.rsplit('/').next() == Some(name);
        !name.is_empty() && started.iter().any(same)
    };
    if is_script(destination) || is_started(destination) {
        return Some(destination);
    }
    let mut paths = transfer.paths().map(|word| word.text.as_str());
    let found = paths.find(|path| is_script(path) || is_started(path));
    found.or_else(|| in_bin.then_some(destination))
}
