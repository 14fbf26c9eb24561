use crate::diagnostic::Severity;
use crate::repo::Repository;
use crate::repo::deployment::Slack;
use crate::repo::pipeline::{Does, How, Scan};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    for kind in [Scan::Image, Scan::Dependencies, Scan::Secrets] {
        let Some((scan, slack)) = repository.slack_of(kind) else { continue };
        let Does::Scans(_, tool) = scan.does else { continue };
        let what = format!("the scan of {} with {tool}", kind.as_str());
        // Of dependencies holes become known at any time, so that many look for them at night.
        let is_milder = kind != Scan::Image;
        match slack {
            Slack::Lenient(lenient) => cx
                .report(lenient.place, format!("{what} stops nothing{}", why(lenient.how)))
                .help("let it fail for what is high or critical, and leave out single findings by their ids")
                .milder_where(is_milder || lenient.how == How::ByDefault),
            Slack::Rare(when) => cx
                .report(scan.place, format!("{what} runs only {when}"))
                .help("it says what is wrong when that is live already: run it for pull requests or before the deployment as well")
                .milder_where(is_milder),
            Slack::Late(act) => {
                let (is_deployed, done) = match act.does {
                    Does::Deploys(_) => (true, "deployed"),
                    _ => (false, "pushed"),
                };
                let found = cx
                    .report(scan.place, format!("{what} does not hold up what is {done}"))
                    .help("scan first, and let what follows need that step or job")
                    .related(act.place, format!("{done} here"));
                if is_deployed { found } else { found.severity(Severity::Note) }
            }
        };
    }
}

/// Why a failure stops nothing, behind the sentence.
fn why(how: How) -> &'static str {
    match how {
        How::Ignored => ", as its failure is ignored",
        How::Swallowed => ", as the shell swallows its failure",
        How::Piped => ", as its exit code is lost in a pipe",
        How::ToldTo => ", as it is told to succeed",
        How::ByDefault => ", as it succeeds unless it is told to fail",
        How::Never => ", as it never runs",
    }
}
