//! How many containers a service has, and how they come to their end.

use super::{Service, interpolated};
use crate::duration;
use crate::tree::Node;

/// How many seconds Docker waits between the signal and the kill unless told otherwise.
///
/// Source: docs.docker.com/reference/compose-file/services, `stop_grace_period`.
const DEFAULT_GRACE: f64 = 10.0;

impl<'t> Service<'t> {
    /// Where the service says how long its containers have to stop.
    pub(crate) fn stated_grace(self) -> Option<Node<'t>> {
        self.node().at(&["stop_grace_period"])
    }

    /// How many seconds the containers have from the signal until they are killed; nothing where a
    /// variable decides.
    pub(crate) fn grace(self) -> Option<f64> {
        match self.stated_grace() {
            Some(stated) => duration::seconds(&interpolated(stated)?),
            None => Some(DEFAULT_GRACE),
        }
    }

    /// How many containers run the service, and where it says so.
    pub(crate) fn replicas(self) -> Option<(i64, Node<'t>)> {
        let fields: [&[&str]; 2] = [&["deploy", "replicas"], &["scale"]];
        let stated = fields.iter().find_map(|field| self.node().at(field))?;
        Some((interpolated(stated)?.trim().parse().ok()?, stated))
    }

    /// The signal that stops the containers in place of the image's own.
    pub(crate) fn stop_signal(self) -> Option<(String, Node<'t>)> {
        let stated = self.node().at(&["stop_signal"])?;
        Some((interpolated(stated)?, stated))
    }
}

#[cfg(test)]
mod tests {
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn how_services_end() {
        for (text, grace, replicas, signal) in [
            ("image: a", Some(10.0), None, None),
            ("stop_grace_period: 1m30s, scale: 2", Some(90.0), Some(2), None),
            ("stop_grace_period: '${G}', deploy: {replicas: '${N}'}", None, None, None),
            (
                "deploy: {replicas: '${N:-3}'}, stop_signal: SIGINT",
                Some(10.0),
                Some(3),
                Some("SIGINT"),
            ),
        ] {
            let tree = tree(&format!("services: {{a: {{{text}}}}}"));
            let service = services_of(&tree)[0];
            assert_eq!(service.grace(), grace, "{text}");
            assert_eq!(service.replicas().map(|(count, _)| count), replicas, "{text}");
            let found = service.stop_signal().map(|(signal, _)| signal);
            assert_eq!(found.as_deref(), signal, "{text}");
        }
    }
}
