//! Settings that a pod's `securityContext` may hold for all its containers and that each container
//! may make for itself.

use super::{Container, ContainerClasses, Workload};
use crate::diagnostic::Subject;
use crate::source::Place;
use crate::tree::Node;
use crate::tree::edit::{self, Edits, Refusal, Value};

/// Whether a setting holds for a container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Setting<'t> {
    Holds,
    /// That value, of the container or of the pod, says the opposite.
    Denied(Node<'t>),
    Unset,
}

impl<'t> Setting<'t> {
    /// Whether the user or the group of that field has at least that number. Root is left to the
    /// rules about it, and a placeholder may be any number.
    pub(crate) fn at_least(container: Container<'t>, field: &str, least: i64) -> Option<Self> {
        let Some(id) = container.security(field) else { return Some(Setting::Unset) };
        match id.as_int()? {
            0 => None,
            number if number < least => Some(Setting::Denied(id)),
            _ => Some(Setting::Holds),
        }
    }
}

/// A setting that does not hold: one for the whole workload where one change mends it.
#[derive(Debug)]
pub(crate) struct Lack<'t> {
    /// The value that says the opposite; where nothing is said, the key that should hold it.
    pub(crate) at: Node<'t>,
    workload: Workload<'t>,
    containers: Vec<Container<'t>>,
    /// Whether the pod is at fault, and not a container.
    of_pod: bool,
    /// Whether `at` says the opposite.
    is_denied: bool,
}

/// The field that holds the settings.
const CONTEXT: [&str; 1] = ["securityContext"];

/// Where a setting is lacking; `judge` says what it is for one container, or nothing where the
/// container is exempt. Where no container has it, the pod is to hold it for all of them, unless that of
/// one `is_ignored`, which is then to stay as it is.
pub(crate) fn lacks<'t>(
    workload: Workload<'t>,
    judge: impl Fn(Container<'t>) -> Option<Setting<'t>>,
    is_ignored: impl Fn(Node<'t>) -> bool,
) -> Vec<Lack<'t>> {
    let settings: Vec<_> = workload
        .containers()
        .into_iter()
        .filter(|container| ContainerClasses::ALL.contains(container.class()))
        .filter_map(|container| Some((container, judge(container)?)))
        .collect();
    let of_all = workload.pod_grip(&CONTEXT);
    let nobody = settings.iter().all(|(_, setting)| *setting == Setting::Unset)
        && (settings.iter().all(|(container, _)| !is_ignored(container.grip_at(&CONTEXT)))
            || is_ignored(of_all));
    let mut lacks: Vec<Lack<'t>> = Vec::new();
    for (container, setting) in settings {
        let own = container.node().at(&CONTEXT);
        let (at, of_pod) = match setting {
            Setting::Holds => continue,
            Setting::Denied(value) => {
                (value, !own.is_some_and(|context| is_within(value, context)))
            }
            Setting::Unset if nobody => (of_all, true),
            Setting::Unset => (container.grip_at(&CONTEXT), false),
        };
        let same = |lack: &&mut Lack<'t>| lack.of_pod && of_pod && lack.at == at;
        if let Some(lack) = lacks.iter_mut().find(same) {
            lack.containers.push(container);
            continue;
        }
        let is_denied = matches!(setting, Setting::Denied(_));
        lacks.push(Lack { at, workload, containers: vec![container], of_pod, is_denied });
    }
    lacks
}

/// Whether `node` is a value of the mapping, or of a mapping in it.
fn is_within(node: Node<'_>, mapping: Node<'_>) -> bool {
    mapping
        .entries()
        .iter()
        .any(|entry| entry.value == node || entry.value.is_map() && is_within(node, entry.value))
}

impl<'t> Lack<'t> {
    /// The container, or how many there are, as messages name them.
    pub(crate) fn describe(&self) -> String {
        match self.containers.as_slice() {
            [container] => container.describe(),
            containers => {
                format!("{} containers of {}", containers.len(), self.workload.describe())
            }
        }
    }

    /// What the finding is about.
    pub(crate) fn subject(&self) -> Subject {
        match self.containers.as_slice() {
            [container] if !self.of_pod => container.subject(),
            _ => self.workload.subject(),
        }
    }

    /// Whether the opposite is said, and not just nothing.
    pub(crate) fn is_denied(&self) -> bool {
        self.is_denied
    }

    /// Edits that give `field`, a path below the `securityContext` at fault, that value; or that
    /// put it in the place of what says the opposite.
    pub(crate) fn mend(&self, field: &[&str], value: &Value) -> Edits {
        let path = [&["securityContext"], field].concat();
        match self.containers.as_slice() {
            _ if self.is_denied => edit::replace(self.at, value),
            [container] if !self.of_pod => edit::set(container.node(), &path, value),
            _ => {
                let spec = self.workload.pod_spec().ok_or(Refusal::Occupied)?;
                edit::set_first(spec, &path, value)
            }
        }
    }

    /// The containers that a lack of the pod concerns.
    pub(crate) fn concerned(&self) -> &[Container<'t>] {
        if self.of_pod { &self.containers } else { &[] }
    }

    /// What would be found of each container where others had the setting.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Place, Subject)> {
        let unset = self.concerned().iter().filter(|_| !self.is_denied);
        unset.map(|container| (container.grip_at(&CONTEXT).place(), container.subject()))
    }
}
