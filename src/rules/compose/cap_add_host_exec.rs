use super::report_capabilities;
use crate::compose::{Reach, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let help = "whoever takes the container over has the host with it";
    report_capabilities(service, Reach::Host, help, cx);
}
