//! Which image is built from which Dockerfile, where that is obvious.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::{is_plain, vendored};
use crate::compose::Service;
use crate::docker::{Dockerfile, image_named_by};
use crate::file::File;
use crate::image::ImageRef;
use crate::k8s::Workload;
use crate::project::Project;
use crate::tree::Node;

/// The Dockerfiles of the images that belong to exactly one: a Compose service builds it under
/// that name, or the Dockerfile or its folder is named like it.
pub(super) fn images(project: &Project<'_>) -> BTreeMap<String, String> {
    let read = project.files().iter();
    let dockerfiles: BTreeMap<&str, &Dockerfile> = read
        .filter_map(|file| Some((file.source().path(), file.dockerfile()?)))
        .filter(|(path, _)| is_plain(path) && vendored(path).is_none())
        .collect();
    let mut images: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (service, file) in services(project) {
        let Some(image) = service.node().at(&["image"]) else { continue };
        let built = built_from(service, file.source().path());
        let built = built.and_then(|path| dockerfiles.get_key_value(path.as_str()));
        if let Some((path, _)) = built {
            images.entry(ImageRef::parse(image.text()).name()).or_default().insert(path);
        }
    }
    let containers = project.workloads().flat_map(Workload::containers);
    for image in containers.filter_map(|container| container.node().at(&["image"])) {
        let image = ImageRef::parse(image.text());
        if !image.has_owner() {
            continue;
        }
        for (path, dockerfile) in &dockerfiles {
            let is_named_so = image_named_by(path).is_some_and(|name| name == image.short_name());
            if is_named_so && !is_based_on(dockerfile, image) {
                images.entry(image.name()).or_default().insert(path);
            }
        }
    }
    let obvious = images.into_iter().filter(|(image, paths)| paths.len() == 1 && is_plain(image));
    obvious.filter_map(|(image, paths)| Some((image, (*paths.first()?).to_owned()))).collect()
}

fn services<'p>(project: &Project<'p>) -> impl Iterator<Item = (Service<'p>, &'p File)> {
    let files = project.files().iter().enumerate();
    files.flat_map(|(index, file)| {
        let services = project.subjects(index).into_iter().flat_map(|it| it.services.iter());
        services.map(move |service| (*service, file))
    })
}

/// The Dockerfile that a service of the Compose file at `path` is built from.
///
/// ```text
/// build: ./api
/// build: {context: ., dockerfile: api.Dockerfile}
/// ```
///
/// Source: github.com/compose-spec/compose-spec, `build.md`.
fn built_from(service: Service<'_>, path: &str) -> Option<String> {
    let build = service.node().at(&["build"])?;
    let part = |key: &str| build.at(&[key]).map(Node::text);
    let context = if build.is_scalar() { build.text() } else { part("context").unwrap_or(".") };
    let dockerfile = part("dockerfile").unwrap_or("Dockerfile");
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_absolute = [context, dockerfile].iter().any(|part| part.starts_with(['/', '~']));
    if is_absolute || context.contains(':') {
        return None; // outside the project, or a repository
    }
    let mut whole: Vec<&str> = Vec::new();
    for segment in [folder, context, dockerfile].into_iter().flat_map(|part| part.split('/')) {
        match segment {
            "" | "." => {}
            ".." => drop(whole.pop()?),
            segment => whole.push(segment),
        }
    }
    Some(whole.join("/"))
}

/// Whether a Dockerfile adds to the image, and so makes another one.
fn is_based_on(dockerfile: &Dockerfile, image: ImageRef<'_>) -> bool {
    let bases = dockerfile.stages().iter().filter_map(|stage| stage.resolved_image());
    bases.map(ImageRef::parse).any(|base| base.repository == image.repository)
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
