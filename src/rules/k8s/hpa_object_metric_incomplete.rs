use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::autoscaler::Autoscaler;
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler"], check);

/// What describes the object, in each version that has such metrics, and what is needed of it.
///
/// Source: Kubernetes API reference, `ObjectMetricSource`.
const CURRENT: [&[&str]; 5] = [
    &["describedObject", "kind"],
    &["describedObject", "name"],
    &["describedObject", "apiVersion"],
    &["metric", "name"],
    &["target", "type"],
];
const OF_V2BETA1: [&[&str]; 5] = [
    &["target", "kind"],
    &["target", "name"],
    &["target", "apiVersion"],
    &["metricName"],
    &["targetValue"],
];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let wanted = match object.api_version() {
        "autoscaling/v2beta1" => OF_V2BETA1,
        _ => CURRENT,
    };
    let is_object =
        |metric: &Node<'_>| metric.at(&["type"]).is_some_and(|it| it.text() == "Object");
    for metric in autoscaler.metrics().filter(is_object) {
        let kind = metric.get("type").map_or(metric, |entry| entry.key);
        let Some(source) = metric.get("object").filter(|entry| !entry.value.is_null()) else {
            cx.report(kind, format!("an Object metric of {} has no `object`", object.describe()))
                .help("it needs the object to ask about, the metric and a target")
                .severity(Severity::Error);
            continue;
        };
        // A part that is written as one scalar is filled in by a template.
        let is_open = |keys: &[&str]| {
            let parent = keys.split_last().and_then(|(_, parent)| parent.first());
            let parent = parent.map_or(Some(source.value), |key| source.value.at(&[key]));
            !source.value.is_scalar()
                && source.value.at(keys).is_none()
                && !parent.is_some_and(Node::is_scalar)
        };
        let Some(lacking) = wanted.into_iter().find(|keys| is_open(keys)) else { continue };
        let found = cx
            .report(
                source.value.grip(lacking).unwrap_or(source.key),
                format!("an Object metric of {} lacks `{}`", object.describe(), lacking.join(".")),
            )
            .help("without it the metric cannot be found, and the autoscaler stays where it is");
        // The version alone is optional: then only objects of the core group are found.
        if lacking.last() != Some(&"apiVersion") {
            found.severity(Severity::Error);
        }
    }
}
