//! Workflows of Argo: templates of steps, each of which makes a pod.

use super::Object;
use crate::tree::{Entry, Node};

/// What is run in a pod of its own, under the account of its template.
const PODS: [&str; 5] = ["container", "containerSet", "data", "resource", "script"];

/// What a pod of the whole workflow runs.
const BY_AGENT: [&str; 2] = ["http", "plugin"];

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

    /// Whether each template that makes a pod names an account other than `default`, so that none runs under
    /// that of the workflow.
    pub(crate) fn names_all_accounts(self) -> bool {
        let spec = self.spec.value;
        let by_default = spec.at(&["templateDefaults", "serviceAccountName"]);
        let is_named = |template: &Node<'t>| {
            let account = template.at(&["serviceAccountName"]).or(by_default);
            account.is_some_and(|it| !["", "default"].contains(&it.text()))
        };
        let templates: Vec<_> = spec.items_at(&["templates"]).collect();
        let has_one =
            |template: &Node<'t>, keys: &[&str]| keys.iter().any(|key| template.get(key).is_some());
        let (pods, others): (Vec<_>, Vec<_>) =
            templates.into_iter().partition(|it| has_one(it, &PODS));
        // Of templates from elsewhere nothing is known.
        let refers = |template: &Node<'t>| {
            let steps = template.items_at(&["steps"]).flat_map(Node::items);
            let mut steps = steps.chain(template.items_at(&["dag", "tasks"]));
            steps.any(|step| has_one(&step, &["templateRef", "inline"]))
        };
        !pods.is_empty()
            && pods.iter().all(is_named)
            && !others.iter().any(|it| has_one(it, &BY_AGENT) || refers(it))
    }
}
