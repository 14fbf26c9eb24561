use crate::compose::Service;
use crate::docker::{Fitting, UNCAUGHT, signal};
use crate::project::Runner;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some((text, at)) = service.stop_signal().filter(|_| service.is_deployed()) else { return };
    let Some(own) = signal(&text) else { return };
    let name = service.name();
    if UNCAUGHT.contains(&own.as_str()) {
        cx.report(at, format!("service `{name}` is stopped by {own}, which no process can catch"))
            .help("requests in flight are lost and files stay half written: send a signal that the service handles")
            .unsafe_fix("send SIGTERM; make sure that the service ends when it gets it", || {
                edit::reword(at, "SIGTERM")
            });
        return;
    }
    let Some((Fitting { program, signal: wanted }, because)) =
        cx.project().fitting_signal_of(Runner::Service(service))
    else {
        return;
    };
    if wanted != own {
        let found = cx
            .report(at, format!("{program} of service `{name}` is stopped by {own}"))
            .help(format!("it finishes its work on {wanted} only, and drops it on another signal"))
            .safe_fix(&format!("send {wanted}"), || edit::reword(at, wanted));
        found.related_to(because.into_iter().map(|at| (at, format!("this is {program}"))));
    }
}
