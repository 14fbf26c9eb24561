use super::report_capabilities;
use crate::compose::{Reach, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let help = "find out which call needs it, and whether that can go";
    report_capabilities(service, Reach::Lesser, help, cx);
}
