//! What a mesh, a gateway or an Ingress does for calls on their way. See [`crate::k8s::mesh`].

use super::{Answer, Proof, Signal, View, name_of};
use crate::k8s::Object;
use crate::k8s::mesh;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "mesh/authentication",
        about: "a gateway, a mesh or an Ingress asks callers who they are",
        look: |view| {
            let absent = "no gateway, mesh or Ingress here asks callers who they are";
            found(view, mesh::authentication, "asks callers who they are", absent)
        },
    },
    Signal {
        name: "mesh/circuit-breaker",
        about: "a mesh or a gateway stops calls of what fails",
        look: |view| {
            let absent = "no mesh or gateway here stops calls of what fails";
            found(view, mesh::breaker, "stops calls of what fails", absent)
        },
    },
    Signal {
        name: "mesh/rate-limit",
        about: "a gateway or an Ingress limits how often a client may call",
        look: |view| {
            let absent = "no gateway or Ingress here limits how often a client may call";
            found(view, mesh::rate_limit, "limits how often a client may call", absent)
        },
    },
    Signal {
        name: "mesh/retries",
        about: "a mesh or a gateway tries failed calls again, with pauses that grow",
        look: |view| {
            let absent = "no mesh or gateway here tries failed calls again";
            found(view, mesh::retries, "tries failed calls again, with pauses that grow", absent)
        },
    },
];

/// What one object is enough for.
pub(super) fn found<'p>(
    view: &View<'p>,
    find: fn(Object<'p>) -> Option<Node<'p>>,
    does: &str,
    absent: &str,
) -> Answer {
    let proofs = view.objects().filter_map(|object| {
        let at = find(object)?;
        Some(Proof::new(at.place(), format!("{} {does}", name_of(&object.subject()))))
    });
    Answer::any(proofs, absent)
}
