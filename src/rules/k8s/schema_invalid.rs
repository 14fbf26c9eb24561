use crate::k8s::{Object, schema};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&[], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let is_moved = cx.project().is_moved(object);
    for fault in schema::faults(object, is_moved, cx.project().faultless()) {
        cx.report(fault.at, fault.message).help(fault.help);
    }
}
