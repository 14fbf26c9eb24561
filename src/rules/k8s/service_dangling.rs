use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{LabelSelector, Object, Workload};
use crate::rules::{Check, Cx, Pending};
use crate::tree::{Entry, Node};
use crate::words;

pub(crate) const CHECK: Check = Check::Object(&["Service"], check);

/// How alike two values are when one is taken for a slip of the other.
const ALIKE: f64 = 0.85;

/// Of so many workloads in one namespace one is like any other.
const MOST_COMPARED: usize = 1000;

/// Labels that a replicated store gives its pods as they run, to say which of them leads.
const GIVEN_AT_RUN_TIME: [&str; 5] = ["role", "leader", "primary", "master", "active"];

fn check(service: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(wanted) = service.served_labels() else { return };
    let selector = LabelSelector::of_labels(wanted);
    let namespaces = project.namespaces_of(service);
    let selects_some =
        |namespace: &&str| project.workloads_matching(namespace, &selector).next().is_some();
    if namespaces.iter().any(selects_some)
        || project.is_for_operated(service, &selector)
        || project.may_hide_workloads()
    {
        return;
    }
    let here = project.workloads_in(&namespaces);
    let near = here.iter().take(MOST_COMPARED);
    let near = near.filter_map(|it| Some((likeness(service, wanted, *it)?, *it)));
    let nearest = near.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, workload)| workload);
    let stray = project.first_matching(&selector);
    let is_doubtful = match (nearest, stray) {
        (Some(workload), _) => lacks_only_run_time_labels(wanted, workload),
        // What names no namespace lands in the one that it is applied to.
        (None, Some(workload)) => {
            !(service.names_namespace() && workload.object().names_namespace())
        }
        (None, None) => {
            here.is_empty()
                || project.has_unseen_company(service)
                || project.pod_makers_beside(service).next().is_some()
        }
    };
    let found = cx
        .report(
            service.node().grip(&["spec", "selector"]).unwrap_or_else(|| service.grip()),
            format!(
                "{} selects no pods: in this project, no workload of namespace `{}` labels its pods {}",
                service.describe(),
                project.namespace_of(service),
                pairs(&wanted.entries())
            ),
        )
        .confidence(if is_doubtful { Confidence::Low } else { Confidence::Medium });
    let found = match (project.workloads().next().is_none(), is_doubtful) {
        // Files without any workload are a part of something: a hook that sees one file, a chart.
        (true, _) => found.severity(Severity::Note),
        (_, true) => found.severity(Severity::Warning),
        _ => found,
    };
    tell(found, wanted, nearest, stray);
}

/// Adds what the Service may have been meant to select.
fn tell(
    found: Pending<'_>,
    wanted: Node<'_>,
    nearest: Option<Workload<'_>>,
    stray: Option<Workload<'_>>,
) {
    if let Some(workload) = nearest {
        let labels = workload.pod_labels().node().map(Node::entries).unwrap_or_default();
        let name = workload.describe();
        let what = match labels.as_slice() {
            [] => format!("the pods of {name} have no labels"),
            labels => format!("the pods of {name} are labelled {}", pairs(labels)),
        };
        let found = found.related(workload.labels_grip(), what);
        match slip(wanted, workload) {
            Some(meant) => found.help(format!("did you mean {}?", pairs(&[meant]))),
            None => found.help(HELP),
        };
    } else if let Some(workload) = stray {
        let (name, namespace) = (workload.describe(), workload.namespace());
        found
            .help("a Service selects pods of its own namespace only")
            .related(workload, format!("{name} matches, but is in namespace `{namespace}`"));
    } else {
        found.help(HELP);
    }
}

const HELP: &str = "a Service without pods refuses every connection";

fn holds(wanted: &Entry<'_>, workload: Workload<'_>) -> bool {
    workload.pod_labels().get(wanted.key.text()) == Some(wanted.value.text())
}

/// How near the pods are to what is wanted; nothing when they have nothing to do with it. Near is
/// a workload of the Service's name, one that lacks a single label of several, and one whose
/// labels look like a slip.
fn likeness(service: Object<'_>, wanted: Node<'_>, workload: Workload<'_>) -> Option<f64> {
    let named = workload.name() == service.name();
    let (mut likeness, mut missing, mut slips) = (if named { 0.25 } else { 0.0 }, 0, 0);
    for pair in wanted.entries() {
        if holds(&pair, workload) {
            likeness += 1.0;
            continue;
        }
        missing += 1;
        if meant(&pair, workload).is_some() {
            likeness += 0.5;
            slips += 1;
        }
    }
    let all_but_one = missing == 1 && wanted.entries().len() > 1;
    (named || all_but_one || missing == slips).then_some(likeness)
}

/// The label of the pods that a wanted one is probably a slip of.
fn meant<'t>(wanted: &Entry<'_>, workload: Workload<'t>) -> Option<Entry<'t>> {
    let labels = workload.pod_labels().node().map(Node::entries).unwrap_or_default();
    let alike = labels.into_iter().filter_map(|entry| {
        let likeness = words::likeness(entry.value.text(), wanted.value.text(), ALIKE)?;
        Some((likeness, entry))
    });
    alike.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, entry)| entry)
}

/// What was probably meant, if a single label is wrong.
fn slip<'t>(wanted: Node<'_>, workload: Workload<'t>) -> Option<Entry<'t>> {
    let wrong: Vec<_> =
        wanted.entries().into_iter().filter(|pair| !holds(pair, workload)).collect();
    match wrong.as_slice() {
        [pair] => meant(pair, workload),
        _ => None,
    }
}

fn lacks_only_run_time_labels(wanted: Node<'_>, workload: Workload<'_>) -> bool {
    wanted.entries().iter().filter(|pair| !holds(pair, workload)).all(|pair| {
        let key = pair.key.text();
        workload.pod_labels().get(key).is_none()
            && GIVEN_AT_RUN_TIME.iter().any(|word| key.contains(word))
    })
}

fn pairs(entries: &[Entry<'_>]) -> String {
    let pair = |entry: &Entry<'_>| format!("`{}: {}`", entry.key.text(), entry.value.text());
    entries.iter().map(pair).collect::<Vec<_>>().join(", ")
}
