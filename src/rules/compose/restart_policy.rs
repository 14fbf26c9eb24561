use crate::compose::{ComposeFile, Lack, Service, interpolated};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Compose(check);

/// Source: CIS Docker Benchmark 1.7, 5.15.
const ATTEMPTS: &str = "on-failure:5";

const FIELD: &str = "restart";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    for service in file.deployed() {
        report_endless(service, cx);
    }
    for lack in Lack::of_field(file, file.lasting(), &[FIELD], stays_down, |it| cx.is_ignored(it)) {
        cx.about(lack.subject());
        let message = lack.with_verb(
            "has no restart policy, so that it stays down after a crash or a reboot",
            "have no restart policy, so that they stay down after a crash or a reboot",
        );
        cx.report(lack.grip(), message)
            .help("set restart: unless-stopped")
            .related_to(lack.places())
            .parts(lack.parts())
            .unsafe_fix(
                "set restart: unless-stopped; what is meant to end would be started again",
                || {
                    lack.mend(|service| {
                        edit::set(service.node(), &[FIELD], &"unless-stopped".into())
                    })
                },
            );
    }
}

fn stays_down(service: Service<'_>) -> bool {
    let has = |path: &[&str]| service.node().at(path).is_some();
    !has(&[FIELD]) && !has(&["deploy", "restart_policy"]) && !service.is_for_swarm()
}

fn report_endless(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(restart) = service.node().at(&[FIELD]) else { return };
    let Some(owner) = service.owner_of(restart.place()) else { return };
    if !interpolated(restart)
        .is_some_and(|it| ["on-failure", "on-failure:0"].contains(&it.as_str()))
    {
        return;
    }
    cx.report(
        restart,
        format!("{} `{}` is restarted without end when it fails", owner.kind, owner.name),
    )
    .severity(Severity::Note)
    .help("say how often, e.g. on-failure:5, so that one that cannot start is seen")
    .about(owner)
    .unsafe_fix("give up after five attempts", || edit::reword(restart, ATTEMPTS));
}
