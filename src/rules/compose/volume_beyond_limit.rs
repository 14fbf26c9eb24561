use crate::compose::{Resource, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some((limit, most)) = service.stated_limit(Resource::Memory) else { return };
    for (at, size, bytes) in service.memory_volumes() {
        if bytes < most {
            continue;
        }
        let (name, limit_text) = (service.name(), limit.text());
        cx.report(at, format!("{size} of files in memory for service `{name}`, which may take {limit_text}"))
            .help("what is written there counts as memory of the service, which is killed before they are full")
            .related(limit, "the limit that they count towards");
    }
}
