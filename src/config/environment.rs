//! What a path says about where a file is meant to run.

use crate::rules::Environment;

const DEVELOPMENT: [&str; 4] = ["dev", "development", "local", "devcontainer"];

/// Words that also name what is tested, so that they count only where they stand alone.
const TEST: [&str; 4] = ["test", "tests", "testing", "e2e"];

const STAGING: [&str; 5] = ["staging", "stage", "qa", "uat", "preprod"];

const PRODUCTION: [&str; 3] = ["prod", "production", "prd"];

/// Words in the names of Compose files that are read on top of the main file on a developer's machine
/// or a build server.
const LAID_OVER: [&str; 3] = ["override", "debug", "ci"];

/// The environment that a path tells, if it tells one.
///
/// Each segment is split at `-`, `_` and `.` into words, and only whole words count:
/// `deploy/dev/api.yaml`, `Dockerfile.dev` and `.devcontainer/compose.yaml` are for development,
/// `overlays/qa/` is for staging, while `latest` and `device` say nothing. A path that says both is
/// for development.
///
/// A test is a folder of that name (`tests/e2e/pod.yaml`) or the second part of a file's name
/// (`config.test.yml`, `docker-compose-test.yml`), but `test.yaml` and `test-runner/` may be
/// anything. `path` is relative to the project; `below` is the end of it that nobody asked for by
/// name: whoever lints `tests/` wants to know.
pub(super) fn of_path(path: &str, below: &str) -> Option<Environment> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let says = |words: &[&str]| path.split(['/', '-', '_', '.']).any(|word| is_one_of(word, words));
    if says(&DEVELOPMENT) || is_laid_over(&name) || is_test(below, &name) {
        Some(Environment::Development)
    } else if says(&STAGING) {
        Some(Environment::Staging)
    } else {
        None
    }
}

/// The environment that the folder of a kustomization tells, if it tells one: its last segment that
/// says something decides, so that `clusters/dev/overlays/prod` is for production.
pub(crate) fn of_folder(path: &str) -> Option<Environment> {
    path.rsplit('/').find_map(|segment| {
        let mut words = segment.split(['-', '_', '.']);
        let is_production = words.any(|word| is_one_of(word, &PRODUCTION));
        of_path(segment, "").or(is_production.then_some(Environment::Production))
    })
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn is_laid_over(name: &str) -> bool {
    let rest = ["docker-compose", "compose"].iter().find_map(|word| name.strip_prefix(word));
    let mut words = rest.unwrap_or_default().split(['-', '_', '.']);
    words.any(|word| is_one_of(word, &LAID_OVER))
}

fn is_test(below: &str, name: &str) -> bool {
    let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
    let builds = ["docker-compose", "compose", "dockerfile", "containerfile"];
    let rest = builds.iter().find_map(|build| name.strip_prefix(build));
    let parts =
        rest.unwrap_or(name).split(|c: char| c == '.' || rest.is_some() && "-_".contains(c));
    folders.split('/').any(|folder| is_one_of(folder, &TEST))
        || parts.skip(1).any(|part| is_one_of(part, &TEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_of_the_path_tell() {
        let of_path = |path| super::of_path(path, path);
        for path in [
            "deploy/dev/api.yaml",
            "Dockerfile.dev",
            "config.test.yml",
            "k8s/api-local.yaml",
            ".devcontainer/compose.yaml",
            "docker-compose.override.yml",
            "compose.override.yaml",
            "docker-compose.gpu.override.yml",
            "docker-compose.debug.yml",
            "docker-compose.ci.yaml",
            "docker-compose.local.yml",
            "tests/e2e/pod.yaml",
            "overlays/Dev/x.yaml",
            "staging/tests/x.yaml",
            "docker-compose-test.yml",
            "Dockerfile.test",
            "api.test.dockerfile",
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
            "ci/compose.yaml",
            "docker-compose.overrides-of-acme.yaml",
            "localhost.yaml",
            "Dockerfile",
            "test.yaml",
            "test-runner/deploy.yaml",
            "deploy-test.yaml",
        ] {
            assert_eq!(of_path(path), None, "{path}");
        }
    }

    #[test]
    fn the_last_segment_of_a_folder_that_says_something_tells() {
        let table = [
            ("overlays/prod", Some(Environment::Production)),
            ("clusters/dev/overlays/production-eu", Some(Environment::Production)),
            ("overlays/staging/eu", Some(Environment::Staging)),
            ("prod/dev", Some(Environment::Development)),
            ("overlays/eu", None),
            ("products/base", None),
        ];
        for (path, expected) in table {
            assert_eq!(of_folder(path), expected, "{path}");
        }
    }

    #[test]
    fn what_was_asked_for_by_name_is_no_test() {
        assert_eq!(super::of_path("tests/e2e/pod.yaml", "pod.yaml"), None);
        assert_eq!(
            super::of_path("tests/dev/pod.yaml", "pod.yaml"),
            Some(Environment::Development)
        );
    }
}
