use crate::compose::Service;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

/// Options by which a protection is off.
///
/// Source: Docker, `docker run`, "Security configuration (--security-opt)".
const OFF: [(&str, &str); 4] = [
    ("seccomp", "unconfined"),
    ("apparmor", "unconfined"),
    ("label", "disable"),
    ("systempaths", "unconfined"),
];

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    if service.is_privileged() {
        return;
    }
    for option in service.security_options() {
        let node = option.node;
        let Some(owner) = service.owner_of(node.place()) else { continue };
        if !OFF.contains(&(option.name.as_str(), option.value.as_str())) {
            continue;
        }
        let what = match option.name.as_str() {
            "seccomp" => "without a seccomp profile",
            "apparmor" => "without an AppArmor profile",
            "label" => "without SELinux labels",
            _ => "with all of /proc and /sys open",
        };
        cx.report(node, format!("{} `{}` runs {what}", owner.kind, owner.name))
            .help("take the option away, or name a profile that allows the calls that the service needs")
            .about(owner)
            .note_in_development()
            .unsafe_fix("take the option away; see that the service still starts", || {
                service.without("security_opt", node)
            });
    }
}
