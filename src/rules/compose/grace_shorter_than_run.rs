use crate::compose::Service;
use crate::project::Runner;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    if !service.is_deployed() || service.ends_by_itself() {
        return;
    }
    let Some(grace) = service.grace() else { return };
    let work = cx.project().longest_stop_of(Runner::Service(service));
    let Some(work) = work.filter(|work| work.seconds > grace) else { return };
    let name = service.name();
    let message = match service.stated_grace() {
        Some(_) => format!("service `{name}` is killed {grace} seconds after it is stopped"),
        None => format!("service `{name}` is killed, by default, after {grace} seconds"),
    };
    let at = service.stated_grace().unwrap_or_else(|| service.grip(&["stop_grace_period"]));
    let enough = work.enough();
    cx.report(at, format!("{message}, and {}", work.describe()))
        .help("what takes longer is cut off by every update: give it the time, or let it go on after a restart")
        .confidence(work.confidence)
        .related_to(work.places())
        .unsafe_fix(&format!("give it {enough} seconds"), || {
            let period = edit::Value::Str(format!("{enough}s"));
            edit::set(service.node(), &["stop_grace_period"], &period)
        });
}
