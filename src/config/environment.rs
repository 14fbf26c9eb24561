//! What a path says about where a file is meant to run.

use crate::rules::Environment;

const DEVELOPMENT: [&str; 8] =
    ["dev", "development", "local", "test", "tests", "testing", "e2e", "devcontainer"];

const STAGING: [&str; 5] = ["staging", "stage", "qa", "uat", "preprod"];

/// What Compose reads on top of the main file on a developer's machine.
const OVERRIDE_FILES: [&str; 4] = [
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
    "compose.override.yml",
    "compose.override.yaml",
];

/// The environment that a path tells, if it tells one.
///
/// Each segment is split at `-`, `_` and `.` into words, and only whole words count:
/// `deploy/dev/api.yaml`, `Dockerfile.dev`, `config.test.yml` and `.devcontainer/compose.yaml` are
/// for development, `overlays/qa/` is for staging, while `latest`, `device` and `testserver` say
/// nothing. A path that says both is for development. `path` is relative to the project: what
/// stands above the project says nothing about it.
pub(super) fn of_path(path: &str) -> Option<Environment> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let says = |words: &[&str]| {
        path.split(['/', '-', '_', '.'])
            .any(|word| words.iter().any(|known| known.eq_ignore_ascii_case(word)))
    };
    if OVERRIDE_FILES.contains(&name.as_str()) || says(&DEVELOPMENT) {
        Some(Environment::Development)
    } else if says(&STAGING) {
        Some(Environment::Staging)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_of_the_path_tell() {
        for path in [
            "deploy/dev/api.yaml",
            "Dockerfile.dev",
            "config.test.yml",
            "k8s/api-local.yaml",
            ".devcontainer/compose.yaml",
            "docker-compose.override.yml",
            "compose.override.yaml",
            "tests/e2e/pod.yaml",
            "overlays/Dev/x.yaml",
            "staging/tests/x.yaml",
        ] {
            assert_eq!(of_path(path), Some(Environment::Development), "{path}");
        }
        for path in ["overlays/staging/x.yaml", "values_qa.yaml", "uat.yml", "pre/preprod/x.yaml"] {
            assert_eq!(of_path(path), Some(Environment::Staging), "{path}");
        }
        for path in [
            "latest.yaml",
            "device/x.yaml",
            "testserver.yaml",
            "examples/x.yaml",
            "k8s/override.yaml",
            "localhost.yaml",
            "Dockerfile",
        ] {
            assert_eq!(of_path(path), None, "{path}");
        }
    }
}
