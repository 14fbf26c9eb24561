//! Which images are started with an init, whatever their own entrypoint is.

use std::collections::HashMap;

use super::{Project, Subjects};
use crate::compose::Service;
use crate::docker::{Dockerfile, image_named_by};
use crate::image::ImageRef;
use crate::k8s::Workload;

/// Whether the pods that run an image share their processes, by the last segment of its name: then
/// the pause container is process 1. All of them have to.
#[derive(Debug, Default)]
pub(super) struct Inits<'p>(HashMap<&'p str, bool>);

impl<'p> Inits<'p> {
    pub(super) fn of(subjects: &[Subjects<'p>]) -> Self {
        let mut inits = HashMap::new();
        let workloads = subjects.iter().flat_map(|subjects| &subjects.workloads);
        for container in workloads.copied().flat_map(Workload::containers) {
            let pod = container.workload().pod_spec();
            let shares = pod.and_then(|pod| pod.at(&["shareProcessNamespace"]));
            let shares = shares.is_some_and(|value| value.as_bool() == Some(true));
            let image = container.node().at(&["image"]).map(|image| ImageRef::parse(image.text()));
            if let Some(image) = image.filter(ImageRef::has_owner) {
                *inits.entry(image.short_name()).or_insert(true) &= shares;
            }
        }
        Inits(inits)
    }
}

impl Project<'_> {
    /// Whether everybody who runs the image of a Dockerfile starts it with an init. Nothing is known
    /// of an image that nobody runs here.
    pub(crate) fn has_init(&self, dockerfile: &Dockerfile, path: &str) -> bool {
        let services = self.services_running(dockerfile);
        let by_name = image_named_by(path).and_then(|name| self.inits.0.get(name.as_str()));
        let runs_somewhere = !services.is_empty() || by_name.is_some();
        runs_somewhere
            && services.iter().all(|service| Service::has_init(*service))
            && by_name.is_none_or(|shares| *shares)
    }
}
