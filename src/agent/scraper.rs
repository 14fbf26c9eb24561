//! What Prometheus scrapes, which rules it loads, and whom it tells.

use crate::tree::Node;

/// The configuration of a Prometheus, or of what reads the same files.
#[derive(Debug)]
pub(crate) struct Scraper<'t> {
    pub(crate) jobs: Vec<Job<'t>>,
    /// The paths and patterns of files with rules.
    pub(crate) rule_files: Vec<Node<'t>>,
    /// The addresses of Alertmanagers that are stated.
    pub(crate) alertmanagers: Vec<Node<'t>>,
    /// Whether series come from elsewhere under labels of their own: other files, other stores, what is
    /// pushed.
    pub(crate) is_open: bool,
}

/// A job: a group of targets that are scraped alike.
#[derive(Debug)]
pub(crate) struct Job<'t> {
    pub(crate) name: Node<'t>,
    /// The labels `job` that its targets are given instead of its name.
    pub(crate) labels: Vec<Node<'t>>,
    /// The addresses that are stated, `host:port`; none where they are replaced by others.
    pub(crate) targets: Vec<Node<'t>>,
    /// Whether its series may have a label `job` that the configuration does not show.
    pub(crate) is_relabelled: bool,
}

impl<'t> Scraper<'t> {
    /// The values of the label `job` that series may have; nothing where they are not all known.
    pub(crate) fn job_labels(&self) -> Option<Vec<Node<'t>>> {
        let is_known = !self.is_open && self.jobs.iter().all(|job| !job.is_relabelled);
        let labels = self.jobs.iter().flat_map(|job| {
            let own = job.labels.iter().copied();
            own.chain([job.name])
        });
        is_known.then(|| labels.collect())
    }

    /// Every address that is stated: of what is scraped, and of whom alerts are sent to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Node<'t>> {
        let targets = self.jobs.iter().flat_map(|job| job.targets.iter());
        targets.chain(&self.alertmanagers).copied()
    }
}
