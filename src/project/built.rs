//! Joins the services of Compose files with the Dockerfiles whose images they run.

use std::collections::HashMap;

use super::Project;
use crate::compose::{Build, Health, Service, interpolated};
use crate::docker::{Dockerfile, Image};
use crate::file::File;
use crate::source::resolve;

/// Which services run what a Dockerfile builds.
#[derive(Debug, Default)]
pub(super) struct Built<'p> {
    /// By the address of the Dockerfile: several may stand in one file.
    services: HashMap<usize, Vec<Service<'p>>>,
}

impl<'p> Built<'p> {
    pub(super) fn of(project: &Project<'p>) -> Self {
        let mut built = Built::default();
        let services = project.subjects.iter().flat_map(|subjects| subjects.services.iter());
        for &service in services {
            if let Some(dockerfile) = project.dockerfile_of(service) {
                built.services.entry(address(dockerfile)).or_default().push(service);
            }
        }
        built
    }

    /// Whether some service runs what a Dockerfile builds.
    pub(super) fn runs(&self, dockerfile: &Dockerfile) -> bool {
        self.services.contains_key(&address(dockerfile))
    }
}

pub(super) fn address(dockerfile: &Dockerfile) -> usize {
    std::ptr::from_ref(dockerfile).addr()
}

/// The folder that is built, from where all paths begin.
pub(super) fn folder_of(build: Build<'_>, files: &[File]) -> Option<String> {
    let says = build.context().unwrap_or(build.node()).place().file;
    Some(resolve(files.get(says.index())?.source().folder(), &build.folder()?))
}

impl<'p> Project<'p> {
    /// The Dockerfile of the project whose image the service runs: it builds it, or names an image
    /// that is built elsewhere.
    pub(crate) fn dockerfile_of(&self, service: Service<'_>) -> Option<&'p Dockerfile> {
        match service.built_image() {
            Some(build) => self.images.dockerfile(build, self.files),
            None => Some(self.link_of_service(service)?.dockerfile),
        }
    }

    /// The Dockerfile that the service itself builds, where all of it was read.
    pub(crate) fn whole_dockerfile_of(&self, service: Service<'_>) -> Option<&'p Dockerfile> {
        let dockerfile = self.images.dockerfile(service.build()?, self.files)?;
        let is_whole = dockerfile.is_complete() && !dockerfile.is_fragment();
        // One that stands in a Compose file has no file of its own.
        let file = self.files.get(dockerfile.file().index());
        let is_read = file.map_or(dockerfile.is_inline(), |file| file.errors().is_empty());
        (is_whole && is_read).then_some(dockerfile)
    }

    /// The image that the service runs, where a Dockerfile of the project makes it.
    pub(crate) fn image_built_for(&self, service: Service<'_>) -> Option<Image<'p>> {
        let Some(build) = service.built_image() else {
            return self.link_of_service(service)?.image();
        };
        let target = match build.target() {
            Some(target) => Some(interpolated(target).filter(|target| !target.is_empty())?),
            None => None,
        };
        self.dockerfile_of(service)?.image_of(target.as_deref())
    }

    /// The services that run the image of a Dockerfile.
    pub(crate) fn services_running(&self, dockerfile: &Dockerfile) -> &[Service<'p>] {
        self.built.services.get(&address(dockerfile)).map_or(&[], Vec::as_slice)
    }

    /// Whether Compose asks the image that the Dockerfile makes for its health, or says that nobody
    /// shall: every service that runs it has a check of its own.
    pub(crate) fn is_image_checked(&self, dockerfile: &Dockerfile) -> bool {
        let last = dockerfile.stages().last();
        let runs_it = |service: &&Service<'p>| {
            let stage = self.image_built_for(**service).map(|image| image.stage);
            stage.zip(last).is_none_or(|(stage, last)| stage.is(last))
        };
        let all: Vec<_> = self.services_running(dockerfile).iter().filter(runs_it).collect();
        // What is for developers decides only where there is nothing else.
        let real: Vec<_> = all.iter().copied().filter(|service| service.is_deployed()).collect();
        let deciding = if real.is_empty() { all } else { real };
        let is_checked = |service: &&Service<'p>| service.health() != Health::OfTheImage;
        !deciding.is_empty() && deciding.iter().all(is_checked)
    }
}

#[cfg(test)]
mod tests {
    use crate::project::Project;
    use crate::project::tests::linked;

    const DOCKERFILE: &str = "FROM debian:12 AS base\nUSER 1000\nHEALTHCHECK CMD true\n\
                              FROM base AS Prod\nEXPOSE 80\nFROM base\nUSER root\n";

    fn user_of(project: &Project<'_>, name: &str) -> Option<String> {
        let mut services = project.subjects.iter().flat_map(|it| &it.services);
        let service = *services.find(|service| service.name() == name).unwrap();
        project.image_built_for(service)?.user?.resolved
    }

    #[test]
    fn a_service_knows_the_image_that_it_builds() {
        let compose = "services:\n  \
             a: {build: ../api}\n  \
             b: {build: {context: .., dockerfile: api/Dockerfile, target: prod}}\n  \
             c: {build: {context: ../api, target: \"${TARGET}\"}}\n  \
             d: {build: 'https://github.com/acme/api.git'}\n  \
             e: {build: {context: ../api, dockerfile_inline: 'FROM x'}}\n  \
             f: {build: /api}\n  \
             g: {build: {context: ../api, target: nowhere}}\n  \
             h: {build: '${DIR:-../api}', image: acme/h}\n  \
             i: {image: acme/h}\n  \
             j: {image: acme/other}\n";
        let files = [("deploy/compose.yaml", compose), ("api/Dockerfile", DOCKERFILE)];
        linked(&files, |project| {
            for (name, expected) in [
                ("a", Some("root")),
                ("b", Some("1000")),
                ("c", None),
                ("d", None),
                ("e", None),
                ("f", None),
                ("g", None),
                ("h", Some("root")),
                ("i", Some("root")),
                ("j", None),
            ] {
                assert_eq!(user_of(project, name).as_deref(), expected, "{name}");
            }
        });
    }

    #[test]
    fn an_image_is_checked_where_every_service_that_runs_it_has_a_check() {
        let table = [
            ("a: {build: .}", false),
            ("a: {build: ., healthcheck: {test: [CMD, /ok]}}", true),
            ("a: {build: ., healthcheck: {disable: true}}", true),
            ("a: {build: ., healthcheck: {interval: 5s}}", false),
            ("a: {build: ., healthcheck: {test: x}}\n  b: {build: {context: .}}", false),
            (
                "a: {build: ., healthcheck: {test: x}}\n  b: {build: {context: ., target: base}}",
                true,
            ),
            ("a: {build: ./elsewhere, healthcheck: {test: x}}", false),
        ];
        for (services, expected) in table {
            let compose = format!("services:\n  {services}\n");
            linked(&[("compose.yaml", &compose), ("Dockerfile", DOCKERFILE)], |project| {
                let dockerfile = project.files()[1].dockerfile().unwrap();
                assert_eq!(project.is_image_checked(dockerfile), expected, "{services}");
            });
        }
    }
}
