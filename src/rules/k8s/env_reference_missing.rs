use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{Object, Reference, Use, Workload, WorkloadKind, is_templated};
use crate::project::Known;
use crate::rules::{Check, Cx};
use crate::schema::MOST_WORDS;
use crate::words::likeness;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// How alike two keys are when one is taken for a slip of the other.
const ALIKE: f64 = 0.9;

/// Places of further references that a finding shows.
const SHOWN: usize = 4;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let mut needed: Vec<Vec<Reference<'_>>> = Vec::new();
    for reference in workload.references() {
        if reference.is_optional || is_templated(reference.name.text()) {
            continue;
        }
        let is_like = |group: &Vec<Reference<'_>>| {
            group.first().is_some_and(|first| {
                first.kind == reference.kind && first.name.text() == reference.name.text()
            })
        };
        match needed.iter_mut().find(|group| is_like(group)) {
            Some(group) => group.push(reference),
            None => needed.push(vec![reference]),
        }
    }
    for group in needed {
        let Some(first) = group.first() else { continue };
        match cx.project().keyed(workload.object(), first.kind, first.name.text()) {
            Known::Open => {}
            Known::Keys(by, keys) => missing_keys(workload, &group, (by, &keys), cx),
            Known::Absent(elsewhere) => missing(workload, &group, elsewhere, cx),
        }
    }
}

/// Reports an object that is not there.
fn missing(
    workload: Workload<'_>,
    group: &[Reference<'_>],
    elsewhere: Option<Object<'_>>,
    cx: &mut Cx<'_>,
) {
    let Some((first, rest)) = group.split_first() else { return };
    let (object, kind) = (workload.object(), first.kind);
    let Some(confidence) = cx.dangles(object, ("", kind.as_str()), first.name.text()) else {
        return;
    };
    let is_certain_of_place = elsewhere
        .is_some_and(|other| other.names_namespace() && workload.object().names_namespace());
    let is_expected = is_certain_of_place || cx.project().has_keyed_beside(object, kind);
    let may_come_along = cx.project().has_unseen_company(object)
        || cx.project().pod_makers_beside(object).next().is_some();
    let confidence = match confidence {
        Confidence::Low if is_expected && !may_come_along => Confidence::Medium,
        Confidence::Medium if may_come_along => Confidence::Low,
        confidence => confidence,
    };
    let is_needed_to_start = group.iter().any(|it| it.used != Use::Pull);
    let severity = match confidence {
        Confidence::Low => Severity::Note,
        _ if !is_needed_to_start => Severity::Warning,
        _ => Severity::Error,
    };
    let what = match first.used {
        Use::Variable | Use::Variables => "takes variables from",
        Use::Volume => "mounts",
        Use::Pull => "pulls its images with",
    };
    let named = format!("{} `{}`", kind.as_str(), first.name.text());
    let mut found = cx
        .report(
            first.name,
            format!("{} {what} {named}, which is not in this project", workload.describe()),
        )
        .confidence(confidence)
        .severity(severity)
        .help(if is_needed_to_start {
            "the pods do not start until it is there; if it is made elsewhere, list it under `external`"
        } else {
            "without it a private image is not pulled; if it is made elsewhere, list it under `external`"
        });
    for other in rest.iter().take(SHOWN) {
        found = found.related(other.name, "needed here too");
    }
    if let Some(other) = elsewhere {
        let where_ = format!("{} is in namespace `{}`", other.describe(), other.namespace());
        found.related(other, where_);
    }
}

/// Reports the keys that an object does not have, each once.
fn missing_keys(
    workload: Workload<'_>,
    group: &[Reference<'_>],
    (by, keys): (Object<'_>, &[&str]),
    cx: &mut Cx<'_>,
) {
    let is_partial = cx.project().has_unseen_company(by);
    let mut seen = Vec::new();
    for reference in group {
        let Some(key) = reference.key.filter(|key| !is_templated(key.text())) else { continue };
        if keys.contains(&key.text()) || seen.contains(&key.text()) {
            continue;
        }
        seen.push(key.text());
        let wanted = format!("{} `{}`", reference.kind.as_str(), reference.name.text());
        let found = cx
            .report(
                key,
                format!(
                    "{} asks for key `{}` of {wanted}, which has no such key",
                    workload.describe(),
                    key.text()
                ),
            )
            .confidence(if is_partial { Confidence::Low } else { Confidence::High })
            .related(by, format!("its keys: {}", listed(keys)));
        match nearest(key.text(), keys) {
            Some(meant) => found.help(format!("did you mean `{meant}`?")),
            None => found.help("the pods do not start until the key is there"),
        };
    }
}

fn nearest<'k>(wanted: &str, keys: &[&'k str]) -> Option<&'k str> {
    let plain = |key: &str| key.to_ascii_lowercase().replace(['_', '.'], "-");
    let wanted = plain(wanted);
    let keys = Some(keys).filter(|keys| keys.len() <= MOST_WORDS)?;
    let alike = keys.iter().filter_map(|key| Some((likeness(&plain(key), &wanted, ALIKE)?, *key)));
    alike.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, key)| key)
}

fn listed(keys: &[&str]) -> String {
    const FEW: usize = 8;
    let mut all: Vec<_> = keys.iter().take(FEW).map(|key| format!("`{key}`")).collect();
    if keys.len() > FEW {
        all.push(format!("and {} more", keys.len() - FEW));
    }
    all.join(", ")
}
