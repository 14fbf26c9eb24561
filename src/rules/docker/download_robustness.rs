use crate::diagnostic::{Confidence, Severity};
use crate::docker::download::{Download, Downloader};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    if step.is_checked() {
        return;
    }
    for (script, command) in step.commands() {
        let Some(download) = Download::of(command) else { continue };
        let is_curl = download.by == Downloader::Curl;
        if !is_curl || !download.fetches() || !download.is_used(script, command) {
            continue;
        }
        let arguments = &download.arguments;
        let fails = arguments.may_have(&["-f", "--fail", "--fail-with-body"]);
        let follows = arguments.may_have(&["-L", "--location", "--location-trusted"]);
        let whose = step.stage.describe();
        let (message, advice) = match (fails, follows) {
            (true, true) => continue,
            (false, true) => (
                format!("curl in {whose} takes the page of an error for the download"),
                "the build goes on with it: add --fail",
            ),
            (true, false) => (
                format!("curl in {whose} takes the page of a redirection for the download"),
                "the build breaks the day the file moves: add --location",
            ),
            (false, false) => (
                format!(
                    "curl in {whose} takes the page of an error or of a redirection for the download"
                ),
                "the build goes on with it: add --fail --location",
            ),
        };
        let missing: Vec<_> = [(fails, "--fail"), (follows, "--location")]
            .into_iter()
            .filter_map(|(is_there, option)| (!is_there).then_some(option))
            .collect();
        let at = download.invocation.program.place;
        let found = cx.report(at, message).help(advice);
        // Many addresses never move.
        let found = if fails {
            found.severity(Severity::Note).confidence(Confidence::Medium)
        } else {
            found
        };
        found.unsafe_fix(
            &format!("add {}; the build may fail where it went on before", missing.join(" and ")),
            || edit::add_words(step.dockerfile, &step.run.command, at, &missing),
        );
    }
}
