use crate::compose::{ComposeFile, Lack, Service};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Value};

pub(crate) const CHECK: Check = Check::Compose(check);

const FIELD: &str = "cap_drop";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let mut services = file.deployed();
    services.retain(|service| !service.is_privileged());
    let keeps_some = |service: Service<'_>| !service.drops_all_capabilities();
    for lack in Lack::of_field(file, services, &[FIELD], keeps_some, |it| cx.is_ignored(it)) {
        cx.about(lack.subject());
        let message =
            lack.with_verb("does not drop all capabilities", "do not drop all capabilities");
        let mut found = cx.report(lack.grip(), message);
        found = if lack.is_of_images_that_step_down() {
            found
                .severity(Severity::Note)
                .help("set cap_drop: [ALL]; what begins as root mostly needs CHOWN, DAC_OVERRIDE, FOWNER, SETGID and SETUID in cap_add")
        } else {
            found.help("set cap_drop: [ALL] and add back what is needed, e.g. NET_BIND_SERVICE")
        };
        found.related_to(lack.places()).parts(lack.parts()).unsafe_fix(
            "drop ALL capabilities; add back those that the service uses",
            || {
                lack.mend(|service| match service.node().at(&[FIELD]) {
                    Some(list) => edit::append(list, &"ALL".into()),
                    None => edit::set(service.node(), &[FIELD], &Value::List(vec!["ALL".into()])),
                })
            },
        );
    }
}
