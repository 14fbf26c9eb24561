use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for file in &agent.logs.files {
        let Some(off) = file.rotation.off() else { continue };
        if file.path.value().is_some_and(is_output) {
            continue;
        }
        let path = file.path.value().map(|path| format!(" `{path}`")).unwrap_or_default();
        cx.report(off.at, format!("the log file{path} only grows: {}", off.text))
            .help("it fills the disk; rotate it, or log to standard output");
    }
}

/// Whether a path is the output of the process itself.
fn is_output(path: &str) -> bool {
    matches!(path, "/dev/stdout" | "/dev/stderr" | "/dev/tty")
        || path.starts_with("/dev/fd/")
        || path.starts_with("/proc/self/fd/")
        || path.starts_with("/proc/1/fd/")
}
