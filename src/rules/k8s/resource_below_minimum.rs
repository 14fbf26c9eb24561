use crate::diagnostic::Severity;
use crate::k8s::quantity::Quantity;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// Less than this nothing starts in.
///
/// Source: <https://docs.docker.com/engine/containers/resource_constraints>, on `--memory`.
const STARTS_IN: &str = "6Mi";

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let mut is_odd = false;
    for container in workload.containers() {
        for (kind, what) in [("requests", "request"), ("limits", "limit")] {
            let Some(memory) = container.node().at(&["resources", kind, "memory"]) else {
                continue;
            };
            let Some(amount) = too_little(memory.text()) else { continue };
            is_odd = true;
            let text = memory.text();
            let message =
                format!("the memory {what} `{text}` of {} is {amount}", container.describe());
            let found = cx.report(memory, message).help(HELP);
            let found = if what == "limit" { found.severity(Severity::Error) } else { found };
            if let Some(meant) = meant(text) {
                found.unsafe_fix(&format!("write {meant}, if that is what was meant"), || {
                    edit::reword(memory, &meant)
                });
            }
        }
    }
    if !is_odd && WorkloadKind::SERVING.contains(&workload.kind()) {
        below_floor(workload, "memory", "Mi", cx);
        below_floor(workload, "cpu", "m", cx);
    }
}

const HELP: &str = "memory without a suffix is counted in bytes, and `m` is a thousandth of one; nothing starts in that";

/// An amount of memory that nothing can start in, in words; a zero is no amount.
fn too_little(text: &str) -> Option<String> {
    let amount = Quantity::parse(text).filter(|amount| !amount.is_zero())?;
    let bytes = amount.in_units_of(Quantity::parse("1")?);
    (amount < Quantity::parse(STARTS_IN)?).then(|| match bytes {
        0 => "less than a byte".to_owned(),
        1 => "one byte".to_owned(),
        bytes => format!("{bytes} bytes"),
    })
}

/// `512m` and `512` were probably meant as `512Mi`.
fn meant(text: &str) -> Option<String> {
    let number = text.strip_suffix('m').unwrap_or(text);
    let is_plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    (is_plain && number.len() <= 5).then(|| format!("{number}Mi"))
}

/// Reports pods that ask for less than the configuration wants, all their containers together.
fn below_floor(workload: Workload<'_>, resource: &str, unit: &str, cx: &mut Cx<'_>) {
    let parse = |count: u128| Quantity::parse(&format!("{count}{unit}"));
    let floor = u128::try_from(cx.number(resource)).unwrap_or(0);
    let (Some(least), Some(one)) = (parse(floor), parse(1)) else { return };
    for (kind, what) in [("requests", "request"), ("limits", "are limited to")] {
        let Some((sum, at)) = workload.pod_amount(kind, resource) else { continue };
        if sum < least {
            let (whose, sum) = (workload.describe(), sum.in_units_of(one));
            cx.report(
                at,
                format!("the pods of {whose} {what} {sum}{unit} of {resource}, which is below {floor}{unit}"),
            )
            .help("the least that a replica needs is what this rule was configured with");
            return;
        }
    }
}
