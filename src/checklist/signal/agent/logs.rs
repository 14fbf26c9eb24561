//! What is logged, how, and for how long.

use std::collections::HashSet;

use super::{Told, all, any_of, nothing, proof};
use crate::agent::{AgentConfig, is_console};
use crate::checklist::signal::{Answer, Proof, View, code, name_of};
use crate::log::{Verbosity, json_in_variable, verbosity, verbosity_of_variable};
use crate::repo::signal::Kind;

/// What the variables of containers and services say, where `read` makes something of one.
fn of_variables<T>(
    view: &View<'_>,
    known: &[Told],
    read: impl Fn(&str, &str) -> Option<T>,
    wanted: impl Fn(T) -> bool,
) -> Vec<Told> {
    // What an agent takes from a variable it has said already.
    let known: HashSet<_> = known.iter().map(|(proof, _)| proof.place).collect();
    let mut told = Vec::new();
    for variable in view.variables() {
        if let Some((name, read)) = variable.under_any_name(&read) {
            let says = format!("`{name}` of {} is `{}`", variable.whose(), variable.value);
            told.push((Proof::new(variable.at.place(), says), wanted(read)));
        }
    }
    for service in view.services() {
        for variable in service.environment() {
            if let Some(read) = read(variable.name, variable.value) {
                let says = format!(
                    "`{}` of {} is `{}`",
                    variable.name,
                    name_of(&service.subject()),
                    variable.value
                );
                told.push((Proof::new(variable.node.place(), says), wanted(read)));
            }
        }
    }
    told.retain(|(proof, _)| !known.contains(&proof.place));
    told
}

/// Nothing logs more than that.
fn level(view: &View<'_>, most: Verbosity, word: &str) -> Answer {
    let is_fine = |level: &str| verbosity(level).is_some_and(|level| level <= most);
    let stated = view.agents().filter_map(|agent| {
        let (because, yes) = agent.logs.level.shows(is_fine)?;
        Some((proof(agent, &because), yes))
    });
    let mut told: Vec<_> = stated.collect();
    let variables = of_variables(view, &told, verbosity_of_variable, |level| level <= most);
    told.extend(variables);
    let lack = [
        format!("place that does not show that nothing below {word} is logged"),
        format!("places that do not show that nothing below {word} is logged"),
    ];
    let [one, many] = &lack;
    all(view, told, [one, many], "nothing here says how much is logged")
}

/// Nothing below INFO is logged.
pub(super) fn level_of_information(view: &View<'_>) -> Answer {
    level(view, Verbosity::Information, "INFO")
}

/// Nothing below WARNING is logged.
pub(super) fn level_of_warnings(view: &View<'_>) -> Answer {
    level(view, Verbosity::Warnings, "WARNING")
}

/// Packages for structured logs that write JSON only if the program asks them to.
///
/// Sources: structlog.org, "Getting started" (`ConsoleRenderer`); pkg.go.dev, logrus (`TextFormatter`);
/// nlog-project.org, "Layouts"; the READMEs of serilog-aspnetcore, lograge and monolog.
const TEXT_UNLESS_ASKED: [&str; 6] = [
    "structlog",
    "github.com/sirupsen/logrus",
    "nlog.web.aspnetcore",
    "serilog.aspnetcore",
    "lograge",
    "monolog/monolog",
];

/// Logs are lines of JSON, by what configurations and variables say, or else by what the code uses.
pub(super) fn format(view: &View<'_>) -> Answer {
    let is_json = |format: &str| format.to_ascii_lowercase().contains("json");
    let stated = view.agents().filter_map(|agent| {
        let (because, yes) = agent.logs.format.shows(is_json)?;
        Some((proof(agent, &because), yes))
    });
    let mut told: Vec<_> = stated.collect();
    let variables = of_variables(view, &told, json_in_variable, |is_json| is_json);
    told.extend(variables);
    let lack = [
        "place that does not show that logs are JSON",
        "places that do not show that logs are JSON",
    ];
    let said = all(view, told, lack, "nothing here says what logs look like");
    any_of([said, code::look_but(view, Kind::StructuredLogging, &TEXT_UNLESS_ASKED)])
}

/// What is logged or traced of a request can be found by an id.
pub(super) fn correlation(view: &View<'_>) -> Answer {
    let traced = view.agents().filter_map(|agent| -> Option<Proof> {
        let on = agent.telemetry.tracing.on().filter(|on| on.stated)?;
        let is_printed = agent.telemetry.trace_exporter.when(is_console).is_some();
        (!is_printed).then(|| proof(agent, &on))
    });
    let ids = |name: &str, value: &str| {
        let is_one = name == "OTEL_PYTHON_LOG_CORRELATION";
        is_one.then(|| value.trim().eq_ignore_ascii_case("true"))
    };
    let variables = of_variables(view, &[], ids, |on| on).into_iter().filter(|(_, yes)| *yes);
    let found = traced.chain(variables.map(|(proof, _)| proof)).collect::<Vec<_>>();
    let absent = "nothing here gives each request an id that logs and traces hold";
    let said = if found.is_empty() { nothing(view, absent) } else { Answer::Shown(found) };
    any_of([said, code::look(view, Kind::Correlation), code::look(view, Kind::Tracing)])
}

/// Asks every file that logs go to.
fn files(view: &View<'_>, ask: impl Fn(&AgentConfig<'_>) -> Vec<Told>) -> Vec<Told> {
    view.agents().flat_map(ask).collect()
}

/// Every file that logs go to is rotated. Where what is said of logs names no file, there is none.
pub(super) fn rotation(view: &View<'_>) -> Answer {
    let told = files(view, |agent| {
        let files = agent.logs.files.iter().filter_map(|file| {
            let path = file.path.shows(|_| true).map(|(because, _)| because);
            match (file.rotation.shows(|on| on), path) {
                (Some((because, yes)), _) => Some((proof(agent, &because), yes)),
                (None, path) => Some((proof(agent, &path?), false)),
            }
        });
        files.collect()
    });
    let is_said = view.agents().any(|agent| agent.logs.format.shows(|_| true).is_some());
    if told.is_empty() && is_said {
        return Answer::Moot("no agent here writes its logs to a file".to_owned());
    }
    let lack = ["log file without known rotation", "log files without known rotation"];
    all(view, told, lack, "nothing here says where logs go")
}

/// It is said how long logs are kept.
pub(super) fn retention(view: &View<'_>) -> Answer {
    let told = files(view, |agent| {
        let files = agent.logs.files.iter().filter_map(|file| {
            let (because, yes) = file.retention.shows(|seconds| seconds > 0.0)?;
            Some((proof(agent, &because), yes))
        });
        files.collect()
    });
    let lack = ["log file without a known end", "log files without a known end"];
    all(view, told, lack, "nothing here says how long logs are kept")
}

/// Agents keep whole requests and answers out of logs and traces.
pub(super) fn payloads(view: &View<'_>) -> Answer {
    let told = view.agents().flat_map(|agent| {
        // The adapters of an integration hold no conversations.
        let payloads = agent.logs.payloads.iter().filter(|_| agent.safeguards.is_none());
        let switches = payloads.filter_map(|it| it.shows(|on| !on));
        switches.map(|(because, yes)| (proof(agent, &because), yes)).collect::<Vec<_>>()
    });
    let lack = [
        "switch that may put whole requests into logs",
        "switches that may put whole requests into logs",
    ];
    all(view, told.collect(), lack, "nothing here keeps personal data out of logs")
}
