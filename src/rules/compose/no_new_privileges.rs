use crate::compose::{ComposeFile, Lack, Service};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Edits, Value};

pub(crate) const CHECK: Check = Check::Compose(check);

const FIELD: &str = "security_opt";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let mut services = file.deployed();
    // Swarm does not read security_opt.
    services.retain(|service| !service.is_privileged() && !service.is_for_swarm());
    let gains = Service::may_gain_privileges;
    for lack in Lack::of_field(file, services, &[FIELD], gains, |it| cx.is_ignored(it)) {
        cx.about(lack.subject());
        let message = lack
            .with_verb("lets its programs gain privileges", "let their programs gain privileges");
        let found = cx
            .report(lack.grip(), message)
            .help("add no-new-privileges:true to security_opt, so that setuid programs cannot make anybody root");
        found
            .related_to(lack.places())
            .parts(lack.parts())
            .unsafe_fix("set no-new-privileges; `sudo` stops working in the service", || {
                lack.mend(deny)
            });
    }
}

fn deny(service: Service<'_>) -> Edits {
    let option = "no-new-privileges:true";
    let stated = service.security_options().into_iter().find(|it| it.name == "no-new-privileges");
    match (stated, service.node().at(&[FIELD])) {
        (Some(stated), _) => edit::reword(stated.node, option),
        (None, Some(list)) => edit::append(list, &option.into()),
        (None, None) => edit::set(service.node(), &[FIELD], &Value::List(vec![option.into()])),
    }
}
