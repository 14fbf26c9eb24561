//! Workflows of Argo: templates of steps, each of which makes a pod.

use super::Object;
use crate::tree::{Entry, Node};

/// What describes a workflow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workflow<'t> {
    object: Object<'t>,
    spec: Entry<'t>,
}

impl<'t> Workflow<'t> {
    /// The kinds that describe one.
    pub(crate) const KINDS: &'static [&'static str] =
        &["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"];

    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        let is_one = object.group() == "argoproj.io" && Self::KINDS.contains(&object.kind());
        let path: &[&str] = match object.kind() {
            "CronWorkflow" => &["spec", "workflowSpec"],
            _ => &["spec"],
        };
        let spec = object.node().path(path).filter(|spec| is_one && spec.value.is_map())?;
        Some(Workflow { object, spec })
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.object
    }

    /// The entry that holds what is run.
    pub(crate) fn spec(self) -> Entry<'t> {
        self.spec
    }

    /// Whether it runs by itself, and is not there for others to refer to.
    pub(crate) fn runs(self) -> bool {
        ["Workflow", "CronWorkflow"].contains(&self.object.kind())
    }

    /// The templates of its steps, and what holds for all of them.
    pub(crate) fn templates(self) -> impl Iterator<Item = Node<'t>> {
        let spec = self.spec.value;
        let templates = spec.at(&["templates"]).into_iter().flat_map(Node::items);
        templates.chain(spec.at(&["templateDefaults"]))
    }
}
