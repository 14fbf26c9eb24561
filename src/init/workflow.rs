//! The pipelines that run agentcheck on every change.

use super::{Step, has_agentcheck, versioned};
use crate::source::FileId;
use crate::tree::{Node, yaml};

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
    let text = match existing.and_then(stage_for) {
        Some(stage) => text.replacen("  image:", &format!("  stage: {stage}\n  image:"), 1),
        None => text,
    };
    match existing {
        None => Step::Write { path: GITLAB, text },
        Some(existing) if has_agentcheck(existing) => {
            Step::Leave { path: GITLAB, why: "it runs agentcheck already".to_owned() }
        }
        Some(_) => Step::Add { path: GITLAB, place: "at its end", text },
    }
}

/// The stage that a job must name in a pipeline whose own stages have no `test`, where jobs are otherwise.
///
/// Source: docs.gitlab.com/ci/yaml, "stage".
fn stage_for(pipeline: &str) -> Option<String> {
    let (tree, _) = yaml::read(FileId::new(0), &pipeline.into(), None);
    let stages: Vec<_> = tree.documents().next()?.items_at(&["stages"]).map(Node::text).collect();
    let first = stages.first().filter(|_| !stages.contains(&"test"))?;
    Some((*first).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_names_a_stage_that_there_is() {
        for (pipeline, expected) in [
            ("stages: [check, ship]\n", Some("check")),
            ("stages: [build, test]\n", None),
            ("build: {script: make}\n", None),
            ("stages: [\n", None),
        ] {
            assert_eq!(stage_for(pipeline).as_deref(), expected, "{pipeline}");
        }
    }
}
