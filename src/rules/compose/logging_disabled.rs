use crate::compose::{Service, interpolated};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(driver) = service.node().at(&["logging", "driver"]) else { return };
    let Some(owner) = service.owner_of(driver.place()) else { return };
    if interpolated(driver).as_deref() != Some("none") {
        return;
    }
    cx.report(driver, format!("{} `{}` has its output thrown away", owner.kind, owner.name))
        .help("nobody can read afterwards what happened; hold logs down with max-size and max-file")
        .about(owner)
        .safe_fix("let the daemon's own driver keep the output", || {
            let entry = service.node().get("logging").ok_or(Refusal::Occupied)?;
            edit::delete(service.node(), entry)
        });
}
