use crate::alert::AlertSet;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    for fault in set.faults() {
        cx.report(fault.at, format!("`{}` {}", fault.field, fault.problem)).help(fault.help);
    }
}
