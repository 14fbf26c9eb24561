//! Which images Kubernetes asks for their health.

use std::collections::HashMap;

use super::{Project, Subjects};
use crate::docker::image_named_by;
use crate::image::ImageRef;
use crate::k8s::{Container, Workload, WorkloadKind};

/// The images of workloads that serve, and whether a container of theirs has a probe.
#[derive(Debug, Default)]
pub(super) struct Probed<'p> {
    /// By the last segment of their names. Those without an owner are from elsewhere and left out.
    by_name: HashMap<&'p str, bool>,
    any: bool,
}

impl<'p> Probed<'p> {
    pub(super) fn of(subjects: &[Subjects<'p>]) -> Self {
        let mut probed = Probed::default();
        let workloads = subjects.iter().flat_map(|subjects| &subjects.workloads);
        let serving = workloads.filter(|it| WorkloadKind::SERVING.contains(&it.kind()));
        for container in serving.copied().flat_map(Workload::containers) {
            let has_probe = has_probe(container);
            probed.any |= has_probe;
            let image = container.node().at(&["image"]).map(|image| ImageRef::parse(image.text()));
            if let Some(image) = image.filter(ImageRef::has_owner) {
                *probed.by_name.entry(image.short_name()).or_default() |= has_probe;
            }
        }
        probed
    }
}

fn has_probe(container: Container<'_>) -> bool {
    let kinds = ["livenessProbe", "readinessProbe"];
    kinds.iter().any(|kind| container.node().at(&[kind]).is_some())
}

impl Project<'_> {
    /// Whether Kubernetes asks the image that the Dockerfile at `path` makes for its health. Where
    /// no image has the Dockerfile's name, it may be any of those that are asked.
    pub(crate) fn is_image_probed(&self, path: &str) -> bool {
        let own = image_named_by(path).and_then(|name| self.probed.by_name.get(name.as_str()));
        own.copied().unwrap_or(self.probed.any)
    }
}

#[cfg(test)]
mod tests {
    use crate::project::tests::linked;

    #[test]
    fn a_probe_counts_for_the_image_that_it_asks() {
        let pod = |name: &str, image: &str, probe: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n\
                 spec: {{containers: [{{name: {name}, image: \"{image}\", {probe}}}]}}\n---\n"
            )
        };
        let probe = "livenessProbe: {tcpSocket: {port: 80}}";
        let all = pod("api", "ghcr.io/acme/api:1", probe)
            + &pod("worker", "ghcr.io/acme/worker:1", "")
            + &pod("redis", "redis:7", "");
        linked(&[("all.yaml", &all)], |project| {
            for (path, expected) in [
                ("Dockerfile", true),
                ("api/Dockerfile", true),
                ("worker.Dockerfile", false),
                ("services/worker/Dockerfile", false),
                ("Dockerfile.worker", false),
                ("redis/Dockerfile", true),
            ] {
                assert_eq!(project.is_image_probed(path), expected, "{path}");
            }
        });
        linked(&[("all.yaml", &pod("worker", "ghcr.io/acme/worker:1", ""))], |project| {
            assert!(!project.is_image_probed("Dockerfile"));
        });
    }
}
