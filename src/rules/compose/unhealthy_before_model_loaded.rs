use std::collections::HashSet;

use crate::compose::{Awaited, ComposeFile, Health};
use crate::project::Runner;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Value};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let mut seen = HashSet::new();
    for Awaited { waiter, condition, service } in file.awaited_healthy() {
        if service.health() != Health::Given || !seen.insert(service.name()) {
            continue;
        }
        let Some(time) = service.time_until_unhealthy() else { continue };
        let least = cx.number("model-seconds");
        if time >= cx.decimal("model-seconds")
            || !cx.project().serves_a_model(Runner::Service(service))
        {
            continue;
        }
        let stated = service.node().at(&["healthcheck", "start_period"]);
        let at = stated.unwrap_or_else(|| service.grip(&["healthcheck", "start_period"]));
        let Some(owner) = service.owner_of(at.place()) else { continue };
        let (name, other) = (service.name(), waiter.name());
        let message = format!(
            "service `{name}` counts as unhealthy after {time} seconds, which its model may need to load"
        );
        cx.report(at, message)
            .help("`docker compose up` gives up on what waits for it: give it a start_period as long as the slowest load")
            .about(owner)
            .related(condition, format!("service `{other}` waits for it"))
            .unsafe_fix(&format!("wait {least} seconds; see how long the model takes at worst"), || {
                let period = Value::Str(format!("{least}s"));
                edit::set(service.node(), &["healthcheck", "start_period"], &period)
            });
    }
}
