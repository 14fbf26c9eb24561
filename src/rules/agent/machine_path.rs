use crate::agent::{AgentConfig, PathKind};
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for path in &agent.machine_paths {
        let place = path.at.place();
        if cx.project().source(place.file).is_some_and(Source::is_example) {
            return;
        }
        let (name, start) = (path.name, path.start);
        let message = match path.kind {
            PathKind::Home => format!("`{name}` names a path in one person's home: {start}"),
            PathKind::Drive => format!("`{name}` names a path on one machine's drive: {start}"),
            PathKind::Placeholder => format!("`{name}` still names a placeholder: {start}"),
        };
        cx.report(place, message)
            .help("it is on no other machine and in no image: use a path that begins in the project, or a variable");
    }
}
