use crate::k8s::Object;
use crate::k8s::autoscaler::Autoscaler;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler", "ScaledObject"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let (least, field) = (cx.number("min"), autoscaler.min_field());
    // To scale to none is meant: nothing runs until there is work.
    let Some(min) = autoscaler.min().filter(|min| (1..least).contains(min)) else { return };
    if autoscaler.has_idle_count() {
        return;
    }
    let (name, s) = (object.describe(), if min == 1 { "" } else { "s" });
    let target = autoscaler.target_name().map_or("its target", |name| name.text());
    let stated = autoscaler.stated_min();
    let grip = || object.node().grip(&["spec", field]).unwrap_or_else(|| object.grip());
    let found = cx
        .report(
            stated.unwrap_or_else(grip),
            match stated {
                Some(_) => format!("{name} may scale `{target}` down to {min} replica{s}"),
                None => {
                    format!("{name} may scale `{target}` down to {min} replica{s}, the default")
                }
            },
        )
        .help("with a single pod, every crash, drained node and slow start is an outage");
    if autoscaler.max().is_some_and(|max| max >= least) {
        found.unsafe_fix(
            &format!("keep at least {least}, if the pods may run beside each other"),
            || {
                let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
                edit::set(spec, &[field], &least.into())
            },
        );
    }
}
