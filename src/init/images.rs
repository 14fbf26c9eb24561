//! Which image is built by which Dockerfile, as far as the project tells.

use std::collections::BTreeMap;

use super::survey::{is_plain, vendored};
use crate::build::Target;
use crate::project::Project;
use crate::source::Source;

/// The Dockerfiles of the images that something here runs, where each builds its last stage: that is
/// what a line of the configuration can say.
pub(super) fn images(project: &Project<'_>) -> BTreeMap<String, String> {
    let links = project.images().links.into_iter();
    let run = links.filter(|(name, link, runners)| {
        name.is_whole() && !runners.is_empty() && link.target == Target::Last
    });
    let told = run.filter_map(|(name, link, _)| {
        let path = project.source(link.dockerfile.file()).map(Source::path)?;
        let is_own = is_plain(path) && vendored(path).is_none() && !link.dockerfile.is_inline();
        Some((name.describe(), path.to_owned())).filter(|(name, _)| is_own && is_plain(name))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::linked;

    fn of(texts: &[(&str, &str)]) -> Vec<(String, String)> {
        linked(texts, |project| images(project).into_iter().collect())
    }

    const FROM: &str = "FROM debian:12\n";

    fn pod(image: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\n\
             spec: {{containers: [{{name: web, image: \"{image}\"}}]}}\n"
        )
    }

    #[test]
    fn a_name_tells_which_image_a_dockerfile_makes() {
        for path in ["api.Dockerfile", "docker/Dockerfile.api", "services/api/Dockerfile"] {
            let found = of(&[(path, FROM), ("pod.yaml", &pod("ghcr.io/acme/api:1@sha256:0"))]);
            assert_eq!(found, [("ghcr.io/acme/api".to_owned(), path.to_owned())]);
        }
        for (path, image) in [
            ("Dockerfile", "ghcr.io/acme/api:1"),
            ("api/Dockerfile.dev", "ghcr.io/acme/api:1"),
            ("redis/Dockerfile", "redis:7"),
            ("third_party/api/Dockerfile", "ghcr.io/acme/api:1"),
            ("api/Dockerfile", "ghcr.io/acme/${NAME}"),
        ] {
            assert_eq!(of(&[(path, FROM), ("pod.yaml", &pod(image))]), [], "{path}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_told() {
        let pod = pod("ghcr.io/acme/api:1");
        let two = of(&[("api/Dockerfile", FROM), ("api.Dockerfile", FROM), ("pod.yaml", &pod)]);
        assert_eq!(two, []);
        let added = "FROM ghcr.io/acme/api:1\nRUN true\n";
        assert_eq!(of(&[("api/Dockerfile", added), ("pod.yaml", &pod)]), []);
    }

    #[test]
    fn compose_tells_what_it_builds() {
        let compose = |build: &str| {
            format!("services:\n  web:\n    image: acme/web:dev\n    build: {build}\n")
        };
        for (build, expected) in [
            (".", Some("deploy/Dockerfile")),
            ("..", Some("Dockerfile")),
            ("{context: ../, dockerfile: deploy/web.Dockerfile}", Some("deploy/web.Dockerfile")),
            ("{dockerfile: Dockerfile}", Some("deploy/Dockerfile")),
            ("../..", None),
            ("/deploy", None),
            ("https://github.com/acme/web.git", None),
            ("./missing", None),
        ] {
            let found = of(&[
                ("Dockerfile", FROM),
                ("deploy/Dockerfile", FROM),
                ("deploy/web.Dockerfile", FROM),
                ("deploy/compose.yaml", &compose(build)),
            ]);
            let expected = expected.map(|path| ("acme/web".to_owned(), path.to_owned()));
            assert_eq!(found, Vec::from_iter(expected), "{build}");
        }
    }
}
