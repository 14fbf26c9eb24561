use crate::k8s::Object;
use crate::k8s::autoscaler::{Autoscaler, Utilization};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit::{self, Refusal, Value};

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler"], check);

/// The share of the requested CPU that the fix aims at.
///
/// Source: the performance chapter of Paladin ("Horizontal Pod Autoscaler": CPU 70 %, memory 80 %).
const CPU: i64 = 70;

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    // KEDA's triggers say what is measured; it has a cool-down of its own.
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let has_behavior = ["autoscaling/v2", "autoscaling/v2beta2"].contains(&object.api_version());
    check_metrics(autoscaler, has_behavior, cx);
    if has_behavior {
        check_scale_down(autoscaler, cx);
    }
}

fn check_metrics(autoscaler: Autoscaler<'_>, has_behavior: bool, cx: &mut Cx<'_>) {
    let object = autoscaler.object();
    let spec = || object.node().at(&["spec"]).ok_or(Refusal::Occupied);
    if !autoscaler.names_metrics() {
        let found = cx
            .report(
                object.node().grip(&["spec", "metrics"]).unwrap_or_else(|| object.grip()),
                format!("{} does not say what it scales by", object.describe()),
            )
            .help("it gets a target of 80 % of the requested CPU, which an agent that waits for its model seldom reaches");
        if has_behavior {
            found.unsafe_fix(
                &format!(
                    "scale by {CPU} % of the requested CPU, if that is what the pods run short of"
                ),
                || edit::set(spec()?, &["metrics"], &Value::List(vec![by_cpu()])),
            );
        }
        return;
    }
    let most = cx.number("utilization");
    for Utilization { resource, at, .. } in autoscaler.utilizations() {
        let Some(percent) = at.as_int().filter(|percent| *percent > most) else { continue };
        cx.report(
            at,
            format!(
                "{} scales up only when the pods use {percent} % of the `{resource}` that they request",
                object.describe()
            ),
        )
        .help("new pods take a while to start, and until then the others have no room left")
        .unsafe_fix(&format!("scale up at {most} %; see what the pods use at the peak"), || {
            edit::replace(at, &most.into())
        });
    }
}

fn by_cpu() -> Value {
    let target = Value::map([("type", "Utilization".into()), ("averageUtilization", CPU.into())]);
    let cpu = Value::map([("name", "cpu".into()), ("target", target)]);
    Value::map([("type", "Resource".into()), ("resource", cpu)])
}

fn check_scale_down(autoscaler: Autoscaler<'_>, cx: &mut Cx<'_>) {
    let object = autoscaler.object();
    let least = cx.number("window");
    let is_off = autoscaler.scale_down("selectPolicy").is_some_and(|it| it.text() == "Disabled");
    let behavior = object.node().at(&["spec", "behavior"]);
    let scale_down = behavior.and_then(|behavior| behavior.at(&["scaleDown"]));
    let is_templated = [behavior, scale_down].into_iter().flatten().any(Node::is_scalar);
    let keys = ["behavior", "scaleDown", "stabilizationWindowSeconds"];
    let stated = autoscaler.scale_down("stabilizationWindowSeconds");
    let found = match stated.map(Node::as_int) {
        _ if is_off || is_templated => return,
        None => cx
            .report(
                object
                    .node()
                    .grip(&["spec", "behavior", "scaleDown", "stabilizationWindowSeconds"])
                    .unwrap_or_else(|| object.grip()),
                format!("{} does not say how long it waits before it scales down", object.describe()),
            )
            .help("it waits as long as the cluster is configured to, 300 seconds unless somebody changed that"),
        Some(Some(seconds)) if seconds < least => cx
            .report(
                stated.unwrap_or_else(|| object.grip()),
                format!("{} scales down after {seconds} seconds of less load", object.describe()),
            )
            .help("pods that are stopped between two waves of requests are missing in the second"),
        Some(_) => return,
    };
    found.unsafe_fix(&format!("wait for {least} seconds of less load"), || {
        let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
        edit::set(spec, &keys, &least.into())
    });
}
