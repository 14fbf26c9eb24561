use crate::agent::AgentConfig;
use crate::compose::{Heard, Hosts};
use crate::diagnostic::{Confidence, Severity};
use crate::k8s::Workload;
use crate::project::{Call, Reads, Run};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    // What variables say is told where they stand, for whoever has them.
    let mut runs = cx.project().runners_of(agent);
    let is_read = !runs.is_empty();
    runs.retain(|run| run.reads != Reads::Variables);
    for call in Call::all_in(agent) {
        if !is_read {
            from_anywhere(&call, cx);
        }
        // One edit mends both.
        if !in_compose(&call, &runs, cx) {
            in_cluster(&call, &runs, cx);
        }
    }
}

/// What nobody gets an answer to, whoever reads the configuration.
fn from_anywhere(call: &Call, cx: &mut Cx<'_>) {
    let Some(why) = cx.project().unanswered_anywhere(call) else { return };
    let address = call.address.describe();
    cx.report(call.at, format!("`{}` names `{address}`, but {}", call.name, why.describe()))
        .help(why.help())
        .confidence(Confidence::Medium)
        .related_to(why.related().into_iter());
}

/// What no workload gets an answer to.
fn in_cluster(call: &Call, runs: &[Run<'_>], cx: &mut Cx<'_>) {
    let project = cx.project();
    let workloads: Vec<_> = runs.iter().filter_map(|run| run.runner.workload()).collect();
    let why = |workload: &Workload<'_>| {
        let why = project.unanswered(call, *workload)?;
        let is_elsewhere = why.missing().is_some_and(|(namespace, name)| {
            cx.dangles_in(workload.object(), &[namespace], ("", "Service"), name).is_none()
        });
        (!is_elsewhere).then(|| (why.describe(), why.help(), why.confidence(), why.related()))
    };
    let found: Option<Vec<_>> = workloads.iter().map(why).collect();
    let Some((described, help, confidence, related)) = found.and_then(|it| it.into_iter().next())
    else {
        return;
    };
    let message = format!("`{}` names `{}`, but {described}", call.name, call.address.describe());
    let whose = workloads.first().map(|it| {
        (it.object().grip().place(), format!("{} reads this configuration", it.describe()))
    });
    let found = cx
        .report(call.at, message)
        .help(help)
        .confidence(confidence.min(Confidence::Medium))
        .related_to(related.into_iter().chain(whose));
    if confidence == Confidence::Low {
        found.severity(Severity::Note);
    }
}

/// What no service gets an answer to; whether that was reported.
fn in_compose(call: &Call, runs: &[Run<'_>], cx: &mut Cx<'_>) -> bool {
    let services: Vec<_> = runs.iter().filter_map(|run| run.runner.service()).collect();
    let Some(first) = services.first() else { return false };
    let mut why = Vec::new();
    for service in &services {
        why.push(match Hosts::of(service.file()).answer(*service, &call.address) {
            Heard::Nobody(like) => {
                let help = like.map(|like| format!("did you mean `{}`?", like.name()));
                (format!("no service of the Compose file is called `{}`", call.address.host), help)
            }
            Heard::HostPort(other, port) => {
                let (own, _) = port.target;
                let help = format!(
                    "services reach each other by their own ports: `{}:{own}`",
                    other.name()
                );
                (format!("that is the port of the host for service `{}`", other.name()), Some(help))
            }
            Heard::Somebody(_) | Heard::Apart(_) | Heard::Alias(_) | Heard::Unknown => {
                return false;
            }
        });
    }
    let Some((described, help)) = why.into_iter().next() else { return false };
    let help = help.unwrap_or_else(|| "every call fails with an unknown host".to_owned());
    cx.report(
        call.at,
        format!("`{}` names `{}`, but {described}", call.name, call.address.describe()),
    )
    .help(help)
    .related(first.key(), format!("service `{}` reads this configuration", first.name()));
    true
}
