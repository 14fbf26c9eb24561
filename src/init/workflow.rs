//! The pipelines that run agentcheck on every change.

use super::{Step, has_agentcheck, versioned};

/// Where GitHub looks for workflows.
pub(crate) const GITHUB_FOLDER: &str = ".github/workflows";

const GITHUB: &str = ".github/workflows/agentcheck.yml";

/// Where GitLab looks for its pipeline.
pub(crate) const GITLAB: &str = ".gitlab-ci.yml";

/// What becomes of the workflow on GitHub, given the texts of those that are there.
pub(crate) fn github(existing: &[String]) -> Step {
    if existing.iter().any(|text| has_agentcheck(text)) {
        let why = "a workflow runs agentcheck already".to_owned();
        return Step::Leave { path: GITHUB, why };
    }
    Step::Write { path: GITHUB, text: versioned(include_str!("github.yml")) }
}

/// What becomes of the pipeline on GitLab, given the one that is there.
pub(crate) fn gitlab(existing: Option<&str>) -> Step {
    let text = versioned(include_str!("gitlab.yml"));
    match existing {
        None => Step::Write { path: GITLAB, text },
        Some(existing) if has_agentcheck(existing) => {
            Step::Leave { path: GITLAB, why: "it runs agentcheck already".to_owned() }
        }
        Some(_) => Step::Add { path: GITLAB, place: "at its end", text },
    }
}
