use crate::docker::{Action, Dockerfile, edit};
use crate::rules::{Check, Cx};

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
            if instruction.flag("chown").is_some() || !is_state(destination, &volumes) {
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

fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or(user);
    name == "root" || name.parse() == Ok(0)
}

/// Whether something below a volume, or in a folder with the name of one that is written to.
fn is_state(destination: &str, volumes: &[&str]) -> bool {
    let below = |volume: &&str| {
        let rest = destination.strip_prefix(volume.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut folders = destination.split('/').filter(|segment| !segment.is_empty());
    volumes.iter().any(below) || folders.any(|segment| STATE.contains(&segment))
}
