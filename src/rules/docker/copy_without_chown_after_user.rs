use crate::docker::{Action, Dockerfile, Instruction, edit, is_absolute, is_root, mode};
use crate::rules::{Check, Cx};
use crate::source::resolve;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Folders into which a service writes, by the names that they commonly have.
const STATE: [&str; 14] = [
    "cache",
    "checkpoints",
    "data",
    "database",
    "db",
    "log",
    "logs",
    "run",
    "spool",
    "state",
    "storage",
    "tmp",
    "uploads",
    "var",
];

/// Where programs are, though a folder around them is called so.
const CODE: [&str; 2] = ["/var/task", "/var/www"];

/// Nobody declares more.
const MOST_VOLUMES: usize = 64;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages().iter().filter(|stage| dockerfile.is_in_image(stage)) {
        let volumes: Vec<&str> = stage
            .actions()
            .filter_map(|action| match action {
                Action::Volume(words) => Some(words),
                _ => None,
            })
            .flatten()
            .map(|word| word.text.as_str())
            .take(MOST_VOLUMES)
            .collect();
        for instruction in stage.instructions() {
            let Some(transfer) = instruction.action.transfer() else { continue };
            let Some(user) = dockerfile.at(instruction).user() else { continue };
            let Some(name) = user.resolved.as_deref().filter(|name| !is_root(name)) else {
                continue;
            };
            let destination = transfer.destination.text.as_str();
            let is_given = instruction.flag("chown").is_some() || is_for_everybody(instruction);
            let folder = || dockerfile.at(instruction).directory();
            let relative = Some(destination).filter(|it| !is_absolute(it) && !it.starts_with('$'));
            let path = match relative.and_then(|_| folder()) {
                Some(folder) => format!("/{}", resolve(&folder, destination)),
                None => destination.to_owned(),
            };
            if is_given || !is_state(&path, &volumes) {
                continue;
            }
            cx.report(transfer.destination.place, format!("{} puts files of root's into `{destination}`, behind USER `{name}`", stage.describe()))
                .help("COPY and ADD write as root whatever USER says, so that the service cannot change them: add --chown")
                .related(user.word.place, "the user in effect")
                .about(stage.subject())
                .unsafe_fix(&format!("give the files to `{name}`"), || {
                    edit::insert_behind(dockerfile, instruction.keyword.place, format!(" --chown={name}"))
                });
        }
    }
}

/// Whether everybody may write to what is copied.
fn is_for_everybody(instruction: &Instruction) -> bool {
    let mode = instruction.flag("chmod").and_then(|flag| flag.value.as_ref());
    mode.is_some_and(|mode| {
        let sticky = Some(mode.text.as_str()).filter(|it| it.len() == 4);
        let plain = sticky.and_then(|it| it.strip_prefix('1')).unwrap_or(&mode.text);
        mode::lets_everybody_write(plain)
    })
}

/// Whether something below a volume, or in a folder with the name of one that is written to.
fn is_state(destination: &str, volumes: &[&str]) -> bool {
    let below = |volume: &&str| {
        let rest = destination.strip_prefix(volume.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let own = CODE.iter().find_map(|folder| destination.strip_prefix(folder));
    let mut folders = own.unwrap_or(destination).split('/').filter(|segment| !segment.is_empty());
    volumes.iter().any(below) || folders.any(|segment| STATE.contains(&segment))
}
