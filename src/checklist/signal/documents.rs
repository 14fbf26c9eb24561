//! What is written down for people.

use super::pipeline::{absent, in_any};
use super::{Answer, Proof, Signal, View};
use crate::gate::incident::{IncidentResponse, Level};
use crate::repo::Part;
use crate::repo::documents::Topic;

macro_rules! signals {
    ($($name:literal $about:literal $look:expr),* $(,)?) => {
        pub(super) const SIGNALS: &[Signal] = &[
            $(Signal { name: concat!("documents/", $name), about: $about, look: $look }),*
        ];
    };
}

signals! {
    "api" "the API is documented for those who call it"
        |view| about(view, Topic::Api, "no document here describes the API"),
    "architecture" "a document shows the architecture"
        |view| about(view, Topic::Architecture, "no document here shows the architecture"),
    "changelog" "a changelog says what changed between versions"
        |view| about(view, Topic::Changelog, "no changelog here"),
    "incident-plan" "a document says what is done in an incident"
        incident_plan,
    "incident-response" "the release policy says what is done in each phase of an incident, with news every 30 minutes"
        incident_response,
    "incident-severities" "the release policy tells P1 to P4 apart, with times to respond and to escalate"
        incident_severities,
    "objectives" "service level objectives are defined in a form that is monitored"
        objectives,
    "recovery" "a document says how data are backed up and restored"
        |view| about(view, Topic::Recovery, "no document here is about backups or recovery"),
    "runbook" "runbooks say what to do, or every alert links to its own"
        runbook,
}

fn about(view: &View<'_>, topic: Topic, nothing: &str) -> Answer {
    in_any(view, nothing, |repository| {
        let documents = repository.written(topic).into_iter();
        documents.map(|(path, place)| Proof::new(place, format!("`{path}`"))).collect()
    })
}

fn runbook(view: &View<'_>) -> Answer {
    let written = about(view, Topic::Runbook, "no runbook here");
    let mut alerts = view.alerts().peekable();
    if alerts.peek().is_none() {
        return written;
    }
    let asked = alerts.map(|alert| {
        let says = format!("alert `{}`", alert.name.text());
        (Proof::new(alert.name.place(), says), alert.has_runbook)
    });
    let linked = Answer::all(asked, "", "of the alerts link to no runbook, and there is none here");
    Answer::any_of([linked, written]).unwrap_or_else(|| Answer::Lacking(String::new(), Vec::new()))
}

/// Source: the evaluation guide, 21.3.3 ("Incident Response Runbook"): every 30 minutes.
const CADENCE: f64 = 30.0 * 60.0;

/// Severities with the seconds until somebody responds; the last one may wait for a business day.
/// Source: the evaluation guide, 21.3.3 ("Incident Severity Levels").
const SEVERITIES: [(&str, f64); 4] =
    [("P1", 300.0), ("P2", 900.0), ("P3", 3600.0), ("P4", f64::INFINITY)];

fn plans<'v, 'p: 'v>(view: &'v View<'p>) -> impl Iterator<Item = &'p IncidentResponse<'p>> + 'v {
    view.policies().filter_map(|policy| policy.incident.as_ref())
}

fn incident_plan(view: &View<'_>) -> Answer {
    let nothing = "no document here says what is done in an incident";
    let written = about(view, Topic::Incidents, nothing);
    let complete = plans(view).filter(|plan| plan.missing.is_empty());
    let complete = complete.map(|plan| Proof::new(plan.key.place(), "the plan for incidents"));
    let planned = Answer::any(complete, &absent(view, nothing));
    Answer::any_of([written, planned]).unwrap_or_else(|| Answer::Lacking(String::new(), Vec::new()))
}

fn incident_response(view: &View<'_>) -> Answer {
    let asked = plans(view).map(|plan| {
        let cadence = plan.cadence.and_then(|it| it.value());
        let is_complete = plan.missing.is_empty() && cadence.is_some_and(|it| it <= CADENCE);
        (Proof::new(plan.key.place(), "the plan for incidents"), is_complete)
    });
    let lack = "of the plans for incidents leave out a phase, or news every 30 minutes";
    or_no_plan(view, Answer::all(asked, "", lack))
}

fn or_no_plan(view: &View<'_>, answer: Answer) -> Answer {
    match answer {
        Answer::Moot(_) => {
            let nothing = "no release policy here holds a plan for incidents";
            Answer::Lacking(absent(view, nothing), Vec::new())
        }
        answer => answer,
    }
}

fn incident_severities(view: &View<'_>) -> Answer {
    let asked = plans(view).flat_map(|plan| {
        let at = plan.levels_key.unwrap_or(plan.key);
        SEVERITIES.into_iter().map(move |(name, most)| {
            let mut levels = plan.levels.iter().flatten();
            let level = levels.find(|it| it.name.to_ascii_uppercase().starts_with(name));
            let says = format!("severity {name}");
            let place = level.and_then(|it| it.responds).unwrap_or(at).place();
            (Proof::new(place, says), level.is_some_and(|it| is_soon(it, most)))
        })
    });
    let lack = "of the severities P1 to P4 have no time to respond that is short enough, or none to escalate";
    or_no_plan(view, Answer::all(asked.collect::<Vec<_>>(), "", lack))
}

/// Whether a severity says how soon somebody responds, and who is told next.
fn is_soon(level: &Level<'_>, most: f64) -> bool {
    let is_in_time =
        if most.is_finite() { level.response.value().is_some_and(|it| it <= most) } else { true };
    is_in_time && level.responds.is_some() && level.escalates.is_some()
}

fn objectives(view: &View<'_>) -> Answer {
    let parts = view.repositories().iter().flat_map(crate::repo::Repository::parts);
    let objectives = parts.filter_map(|(_, part)| match part {
        Part::Objectives(objectives) => Some(objectives),
        _ => None,
    });
    let asked = objectives.flatten().map(|objective| {
        let says = format!("objective `{}` of {}", objective.name, objective.language.as_str());
        (Proof::new(objective.place, says), objective.faults.is_empty())
    });
    match Answer::all(asked, "", "of the objectives cannot be met or measured as they stand") {
        Answer::Moot(_) => {
            Answer::Lacking(absent(view, "no service level objective here"), Vec::new())
        }
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const README: (&str, &str) = ("README.md", "# Orders\n");

    #[test]
    fn a_document_has_something_in_it() {
        let plan = "# Incident plan\n\nWho is on call decides how bad it is, and tells the others at once.\n";
        let files = [README, ("docs/incident-plan.md", plan)];
        assert_eq!(
            ask("documents/incident-plan", &files),
            "shown\ndocs/incident-plan.md:1: `docs/incident-plan.md`"
        );
        for text in ["# Incident plan\n", "# Incident plan\n\nTODO\n", ""] {
            let files = [README, ("docs/incident-plan.md", text)];
            assert_eq!(
                ask("documents/incident-plan", &files),
                "lacking: no document here says what is done in an incident",
                "{text}"
            );
        }
    }

    #[test]
    fn a_chapter_is_a_document_and_a_link_is_none() {
        let chapter = "# Orders\n\n## Runbook\n\nLook at the pods first, then at the log of the proxy before them.\n";
        assert_eq!(
            ask("documents/runbook", &[("README.md", chapter)]),
            "shown\nREADME.md:3: `README.md`"
        );
        let empty = "# Orders\n\n## Runbook\n\n## Licence\n\nWhoever wants it may have it, with all that is in it.\n";
        assert_eq!(ask("documents/runbook", &[("README.md", empty)]), "lacking: no runbook here");
        let link = "# Orders\n\nSee the [runbooks](https://wiki.test/r) before you call anybody at night, please.\n";
        assert_eq!(ask("documents/runbook", &[("README.md", link)]), "lacking: no runbook here");
        let foreign = [README, ("vendor/a/docs/runbook.md", chapter)];
        assert_eq!(ask("documents/runbook", &foreign), "lacking: no runbook here");
    }

    #[test]
    fn recovery_is_that_of_data() {
        let below = "Every failed call is tried again, and the error is shown to whoever asked.\n";
        for (heading, is_shown) in [
            ("Recovery", true),
            ("Disaster recovery", true),
            ("Recovery procedures", true),
            ("Error recovery", false),
            ("Password recovery", false),
        ] {
            let text = format!("# Orders\n\n## {heading}\n\n{below}");
            let answer = ask("documents/recovery", &[("README.md", &text)]);
            assert_eq!(answer.starts_with("shown"), is_shown, "{heading}: {answer}");
        }
    }

    #[test]
    fn the_api_may_be_a_schema() {
        let files = [README, ("docs/openapi.yaml", "openapi: 3.1.0\n")];
        assert!(ask("documents/api", &files).ends_with("`docs/openapi.yaml`"));
        let text = "## API\n\nPost a question to /v1/ask and read the answer from the body.\n";
        assert!(ask("documents/api", &[("README.md", text)]).starts_with("shown"));
    }

    fn plan(severities: &str) -> String {
        format!(
            "incident_response:\n  detection: [alerts]\n  triage: [who]\n  mitigation: [roll back]\n  \
             communication: {{cadence: every 30 minutes}}\n  resolution: [review]\n  severities:\n{severities}"
        )
    }

    const SEVERITIES: &str = "    P1: {response_time: 5m, escalation: immediate}\n    \
        P2: {response_time: 15m, escalation: 30m}\n    P3: {response_time: 1h, escalation: 4h}\n    \
        P4: {response_time: next business day, escalation: weekly}\n";

    #[test]
    fn severities_have_times() {
        let of = |text: &str| {
            ask("documents/incident-severities", &[README, ("policy.yaml", &plan(text))])
        };
        assert!(of(SEVERITIES).starts_with("shown\npolicy.yaml:8: severity P1\n"));
        assert!(of(&SEVERITIES.replace("15m", "45m")).starts_with("lacking: 1 of the severities"));
        assert!(
            of(&SEVERITIES.replace("weekly", "TBD")).starts_with("lacking: 1 of the severities")
        );
        let none = ask("documents/incident-severities", &[README]);
        assert_eq!(none, "lacking: no release policy here holds a plan for incidents");
        let answer =
            ask("documents/incident-response", &[README, ("policy.yaml", &plan(SEVERITIES))]);
        assert_eq!(answer, "shown\npolicy.yaml:1: the plan for incidents");
        let slow = plan(SEVERITIES).replace("30 minutes", "2 hours");
        assert!(
            ask("documents/incident-response", &[README, ("policy.yaml", &slow)])
                .starts_with("lacking: 1")
        );
    }

    #[test]
    fn objectives_can_be_measured() {
        let of = |objective: &str| {
            let text = format!(
                "version: prometheus/v1\nservice: api\nslos:\n- {{name: a, objective: {objective}}}\n"
            );
            ask("documents/objectives", &[README, ("slo.yaml", &text)])
        };
        assert_eq!(of("99.5"), "shown\nslo.yaml:4: objective `a` of Sloth");
        assert!(of("0.995").starts_with("lacking: 1 of the objectives"));
    }
}
