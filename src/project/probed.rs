//! Which images Kubernetes asks for their health.

use super::{Project, Subjects};
use crate::docker::Dockerfile;
use crate::k8s::{Container, Workload, WorkloadKind};

/// Whether some container that serves is asked for its health whose image nobody knows to be built
/// here, so that any Dockerfile may be that of its image.
#[derive(Debug, Default)]
pub(super) struct Probed {
    any: bool,
}

impl Probed {
    /// Asks `may_be_ours` whether the image of a container may be that of a Dockerfile to which no
    /// evidence leads.
    pub(super) fn of<'p>(
        subjects: &[Subjects<'p>],
        mut may_be_ours: impl FnMut(Container<'p>) -> bool,
    ) -> Self {
        let workloads = subjects.iter().flat_map(|subjects| &subjects.workloads);
        let mut asked =
            workloads.copied().flat_map(Workload::containers).filter(|it| is_asked(*it));
        Probed { any: asked.any(&mut may_be_ours) }
    }
}

/// Whether a container serves and has a probe.
fn is_asked(container: Container<'_>) -> bool {
    let kinds = ["livenessProbe", "readinessProbe"];
    serves(container) && kinds.iter().any(|kind| container.node().at(&[kind]).is_some())
}

fn serves(container: Container<'_>) -> bool {
    WorkloadKind::SERVING.contains(&container.workload().kind())
}

impl Project<'_> {
    /// Whether Kubernetes asks the image that a Dockerfile makes for its health. Where nothing says
    /// who runs it, it may be any of those that are asked and of which nobody knows who builds them.
    pub(crate) fn is_image_probed(&self, dockerfile: &Dockerfile) -> bool {
        let own = self.containers_running(dockerfile).iter().copied();
        let mut own = own.filter(|container| serves(*container)).peekable();
        if own.peek().is_none() { self.probed.any } else { own.any(is_asked) }
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
        let api = pod("api", "ghcr.io/acme/api:1", probe);
        let worker = pod("worker", "ghcr.io/acme/worker:1", "");
        let redis = pod("redis", "redis:7", probe);
        let unknown = pod("job", "{{ .Values.image }}", probe);
        let compose = "services:\n  api: {build: ., image: 'ghcr.io/acme/api:dev'}\n";
        let is_probed = |path: &str, pods: &[&String], compose: &str| {
            let pods: String = pods.iter().map(|pod| pod.as_str()).collect();
            let files = [
                (path, "FROM debian:12\n"),
                ("all.yaml", pods.as_str()),
                ("compose.yaml", compose),
            ];
            linked(&files, |project| {
                project.is_image_probed(project.files()[0].dockerfile().unwrap())
            })
        };
        for (path, pods, compose, expected) in [
            // Any image may be that of a Dockerfile of which nothing is known.
            ("Dockerfile", &[&api, &worker][..], "", true),
            ("api/Dockerfile", &[&api, &worker], "", true),
            ("worker.Dockerfile", &[&api, &worker], "", false),
            ("services/worker/Dockerfile", &[&api, &worker], "", false),
            ("Dockerfile.worker", &[&api, &worker], "", false),
            ("Dockerfile", &[&worker, &redis], "", false),
            ("Dockerfile", &[&worker, &unknown], "", true),
            ("Dockerfile", &[&worker], "", false),
            ("Dockerfile", &[&api, &worker], compose, true),
            ("Dockerfile", &[&worker], compose, false),
        ] {
            assert_eq!(is_probed(path, pods, compose), expected, "{path} {pods:?} {compose}");
        }
    }
}
