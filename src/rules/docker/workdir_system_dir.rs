use crate::docker::{Action, Dockerfile};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Directories of the system, for which no service has files of its own.
///
/// Source: Filesystem Hierarchy Standard 3.0, chapters 3 and 4.
const SYSTEM: [&str; 15] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/root/.ssh",
    "/run",
    "/sbin",
    "/sys",
    "/usr/bin",
    "/usr/lib",
    "/usr/sbin",
];

/// Those of the kernel, with everything below.
const KERNEL: [&str; 4] = ["/boot/", "/dev/", "/proc/", "/sys/"];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Action::Workdir(word) = &instruction.action else { continue };
            let Some(path) = dockerfile.behind(instruction).directory() else {
                continue;
            };
            let path = path.trim_end_matches('/');
            let is_kernel = KERNEL.iter().any(|above| path.starts_with(above));
            if is_kernel || SYSTEM.contains(&path) {
                cx.report(word.place, format!("WORKDIR of {} is `{path}`, a directory of the system", stage.describe()))
                    .help("files that are put there mix with those of the system, and tools run there may change them: use one of your own, like /app");
            }
        }
    }
}
