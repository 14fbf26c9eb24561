use crate::docker::Step;
use crate::docker::shell::{BlockKind, Invocation, Join, Script, SimpleCommand};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

/// What a program tells or changes, which is gone when the step ends.
const MACHINE: &str = "it tells of the machine that builds, and nobody reads it";
const PROCESSES: &str = "nothing but the step itself runs in a build";
const EDITOR: &str = "nobody sits at the terminal of a build";
const SERVICES: &str = "what it starts ends with the step: start it by CMD or ENTRYPOINT";
const SYSTEM: &str = "a build has no system to shut down";
const MOUNTS: &str = "a build may not mount, and a layer keeps no mounts: use RUN --mount";
const REMOTE: &str = "a build should not depend on another machine's shell: fetch files, with RUN --mount=type=ssh where keys are needed";

const USELESS: [(&str, &str); 18] = [
    ("free", MACHINE),
    ("halt", SYSTEM),
    ("htop", PROCESSES),
    ("ifconfig", MACHINE),
    ("kill", PROCESSES),
    ("killall", PROCESSES),
    ("mount", MOUNTS),
    ("nano", EDITOR),
    ("pkill", PROCESSES),
    ("poweroff", SYSTEM),
    ("ps", PROCESSES),
    ("reboot", SYSTEM),
    ("service", SERVICES),
    ("shutdown", SYSTEM),
    ("ssh", REMOTE),
    ("top", PROCESSES),
    ("vi", EDITOR),
    ("vim", EDITOR),
];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let has_mount = |kind: &str| {
        let mut mounts = step.instruction.flags_named("mount");
        mounts.any(|mount| mount.settings().any(|(name, value)| name == "type" && value == kind))
    };
    for (script, command) in step.commands() {
        let Some(invocation) = command.invocation() else { continue };
        let program = invocation.name();
        let known = USELESS.iter().find(|(name, _)| *name == program);
        let Some((name, why)) = known else { continue };
        let is_allowed = *why == REMOTE && has_mount("ssh")
            || *why == MOUNTS && step.instruction.flag("security").is_some()
            || *why == EDITOR && is_told(invocation)
            || *why == PROCESSES && (minds_processes(script) || expands(invocation))
            || *why == SERVICES && (!ends_with(script, command) || stops(invocation))
            || is_asked(script, command)
            || invocation
                .arguments
                .iter()
                .any(|word| ["--version", "--help"].contains(&word.text.as_str()));
        if !is_allowed {
            let what = format!("`{name}` does nothing for {}", step.stage.describe());
            cx.report(invocation.program.place, what).help(*why);
        }
    }
}

/// Whether the script starts something of its own that goes on, and that it may have to stop.
fn minds_processes(script: &Script) -> bool {
    script.commands().iter().any(|it| it.join == Join::Background || it.says("$!") || it.says("-D"))
        || script.commands().iter().filter_map(SimpleCommand::invocation).any(|it| {
            let arguments = it.arguments.iter().map(|word| word.text.as_str());
            let starts = ["start", "-d", "--daemon", "--daemonize", "--detach", "--fork"];
            arguments.into_iter().any(|argument| starts.contains(&argument))
        })
}

/// Whether an editor is told what to do: `vim +PlugInstall +qall`.
fn is_told(editor: Invocation<'_>) -> bool {
    let tells =
        |word: &str| word.starts_with('+') || ["-c", "-s", "-S", "-es", "-E"].contains(&word);
    editor.arguments.iter().any(|word| tells(&word.text))
}

/// Whether it is for something that the step knows: `kill "$PID"`.
fn expands(invocation: Invocation<'_>) -> bool {
    invocation.arguments.iter().any(|word| !word.is_literal)
}

/// Whether it stops what the step started.
fn stops(service: Invocation<'_>) -> bool {
    service.arguments.iter().any(|word| word.text == "stop")
}

/// Whether nothing is run behind the command that could need what it started.
fn ends_with(script: &Script, command: &SimpleCommand) -> bool {
    let behind = |it: &&SimpleCommand| it.place.span.start > command.place.span.start;
    let names = script.commands().iter().filter(behind).filter_map(SimpleCommand::invocation);
    names.map(|it| it.name()).all(|name| ["service", "echo", "true", "sleep"].contains(&name))
}

/// Whether another command reads what this one tells.
fn is_asked(script: &Script, command: &SimpleCommand) -> bool {
    let reads =
        |kind| matches!(kind, BlockKind::Substitution | BlockKind::Condition | BlockKind::Function);
    let is_piped = script.pipeline(command).is_some_and(|it| !it.bars.is_empty());
    is_piped || script.around(command).any(reads)
}
