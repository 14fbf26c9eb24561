//! Which images are started with an init, whatever their own entrypoint is.

use super::Project;
use crate::compose::Service;
use crate::docker::Dockerfile;
use crate::k8s::Container;

/// Whether the processes of the pod share a namespace: then the pause container is process 1.
fn shares_processes(container: Container<'_>) -> bool {
    let pod = container.workload().pod_spec();
    let shares = pod.and_then(|pod| pod.at(&["shareProcessNamespace"]));
    shares.is_some_and(|value| value.as_bool() == Some(true))
}

impl Project<'_> {
    /// Whether everybody who runs the image of a Dockerfile starts it with an init. Nothing is known
    /// of an image that nobody runs here.
    pub(crate) fn has_init(&self, dockerfile: &Dockerfile) -> bool {
        let services = self.services_running(dockerfile);
        let containers = self.containers_running(dockerfile);
        let runs_somewhere = !services.is_empty() || !containers.is_empty();
        runs_somewhere
            && services.iter().all(|service| Service::has_init(*service))
            && containers.iter().all(|container| shares_processes(*container))
    }
}
