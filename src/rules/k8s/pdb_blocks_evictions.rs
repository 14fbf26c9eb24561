use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::budget::Budget;
use crate::k8s::{Object, Workload};
use crate::project::Project;
use crate::rules::{Check, Cx};
use crate::source::Source;
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Object(&["PodDisruptionBudget"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(budget) = Budget::of(object).filter(|_| object.group() == "policy") else { return };
    let project = cx.project();
    let workloads = project.workloads_under(object);
    if let Some((workload, other)) = workloads.iter().find_map(|it| other_budget(object, *it, cx)) {
        let selector = object.node().grip(&["spec", "selector"]).unwrap_or_else(|| object.grip());
        let (name, twin) = (object.describe(), other.describe());
        cx.report(selector, format!("{name} lets no pod of {} be evicted beside {twin}", workload.describe()))
            .help("Kubernetes evicts no pod that two budgets cover, so that no node that runs one can be drained: leave one of them")
            .related(other, "it covers the same pods")
            .related(workload, "its pods are covered");
        return;
    }
    let pods = most_pods(&workloads, project);
    let message = match pods {
        _ if budget.allows_none() => {
            format!("{} lets no pod be evicted (`{}`)", object.describe(), budget.quote())
        }
        Some(pods) if pods > 0 && budget.allows(pods) == 0 => format!(
            "{} lets no pod be evicted: `{}` of {}",
            object.describe(),
            budget.quote(),
            if pods == 1 { "a single pod".to_owned() } else { format!("at most {pods} pods") }
        ),
        _ => return,
    };
    let found = cx
        .report(budget.entry.value, message)
        .help("no node that runs such a pod can be drained, so upgrades of the cluster stop there");
    let found = match workloads.first() {
        Some(&workload) => found.related(workload, "its pods are covered"),
        None => found,
    };
    found.unsafe_fix("let one pod go at a time, if the service bears it", || {
        let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
        match budget.entry.key.text() {
            "maxUnavailable" => edit::replace(budget.entry.value, &1.into()),
            _ => edit::replace_entry(spec, budget.entry, "maxUnavailable", &1.into()),
        }
    });
}

/// The workload and another budget for its pods. Of overlays for several environments each may bring one, so
/// that those count which lie together; of two, the first one is right.
fn other_budget<'p>(
    budget: Object<'_>,
    workload: Workload<'p>,
    cx: &Cx<'p>,
) -> Option<(Workload<'p>, Object<'p>)> {
    let place = |it: Object<'_>| it.node().place();
    let folder = |it: Object<'_>| cx.project().source(place(it).file).map(Source::folder);
    let before = cx.project().budgets_of(workload).find(|other| {
        let (own, others) = (place(budget), place(*other));
        (others.file, others.span.start) < (own.file, own.span.start)
            && other.name() != budget.name()
            && other.namespace() == budget.namespace()
            && folder(*other) == folder(budget)
    });
    Some((workload, before?))
}

/// How many pods the workloads have together at the most; nothing where that is not known.
fn most_pods(workloads: &[Workload<'_>], project: &Project<'_>) -> Option<i64> {
    let most = |workload: &Workload<'_>| {
        let replicas = project.replicas_of(*workload)?;
        match replicas.by.and_then(Autoscaler::of) {
            Some(autoscaler) => autoscaler.max(),
            None => Some(replicas.count),
        }
    };
    let counts: Option<Vec<i64>> = workloads.iter().map(most).collect();
    counts?.into_iter().reduce(i64::saturating_add)
}
