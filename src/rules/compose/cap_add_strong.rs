use super::report_capabilities;
use crate::compose::{Reach, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let help = match service.host_network() {
        Some(_) => "with the host's network, it reaches the routes and the firewall of the host",
        None => {
            "it reaches into the kernel, which the host shares; find out which call needs it, and whether that can go"
        }
    };
    report_capabilities(service, Reach::Kernel, help, cx);
}
