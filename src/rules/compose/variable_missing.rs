use crate::compose::Service;
use crate::diagnostic::{Confidence, Severity};
use crate::project::{Runner, Unmet};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

/// As many places as a finding shows.
const SHOWN: usize = 8;

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let unmet = cx.project().unmet_needs(Runner::Service(service));
    let at = service.grip(&["environment"]);
    let Some(owner) = service.owner_of(at.place()).filter(|_| !unmet.is_empty()) else { return };
    let message =
        format!("{} `{}` is not given {}", owner.kind, owner.name, Unmet::describe(&unmet));
    let confidence = unmet.iter().map(|it| it.confidence).max();
    let places =
        unmet.iter().take(SHOWN).map(|it| (it.at, format!("`{}` is needed here", it.name)));
    let found = cx
        .report(at, message)
        .help("add it to `environment`, with a value or `${NAME:?}` to take the host's")
        .confidence(confidence.unwrap_or(Confidence::Medium))
        .about(owner)
        .related_to(places);
    if !unmet.iter().any(Unmet::is_grave) {
        found.severity(Severity::Warning);
    }
}
