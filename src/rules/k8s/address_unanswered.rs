use std::cell::OnceCell;

use crate::address::Address;
use crate::k8s::Container;
use crate::project::{Call, StatedVariable};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Variable(check);

fn check(variable: &StatedVariable<'_>, cx: &mut Cx<'_>) {
    let (project, container) = (cx.project(), variable.container);
    for call in calls(variable, container, cx).into_iter().filter(|it| !it.is_telemetry()) {
        let Some(why) = project.unanswered(&call, container.workload()) else { continue };
        let object = container.workload().object();
        let is_elsewhere = why.missing().is_some_and(|(namespace, name)| {
            cx.dangles_in(object, &[namespace], ("", "Service"), name).is_none()
        });
        if is_elsewhere {
            continue;
        }
        let message =
            format!("`{}` names `{}`, but {}", call.name, call.address.describe(), why.describe());
        cx.report(variable.at, message)
            .help(why.help())
            .confidence(why.confidence())
            .related_to(why.related().into_iter())
            .note_where_unsure();
    }
}

fn calls(variable: &StatedVariable<'_>, container: Container<'_>, cx: &Cx<'_>) -> Vec<Call> {
    let all = OnceCell::new();
    let value = |name: &str| {
        let all = all.get_or_init(|| cx.project().variables_of(container));
        all.get(name)?.value.as_deref()
    };
    let found = variable.under_any_name(|name, text| {
        let found = Address::of_variable(name, text, value);
        (!found.is_empty()).then_some(found)
    });
    let Some((name, addresses)) = found else { return Vec::new() };
    let at = variable.at.place();
    let call = |address| Call { address, name: name.to_owned(), at, is_implied: false };
    addresses.into_iter().map(call).collect()
}
