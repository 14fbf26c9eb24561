use std::collections::HashMap;

use crate::compose::{ComposeFile, Mount, Origin, Service};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let mut writers: HashMap<String, Vec<(Service<'_>, Mount<'_>)>> = HashMap::new();
    for service in file.services() {
        for mount in service.mounts().into_iter().filter(Mount::is_writable) {
            let Origin::Named(name) = &mount.origin else { continue };
            let others = writers.entry(name.clone()).or_default();
            if !others.iter().any(|(other, _)| other.name() == service.name()) {
                others.push((service, mount));
            }
        }
    }
    for volume in file.defined("volumes") {
        let name = volume.key.text();
        let Some(writers) = writers.get(name) else { continue };
        let Some((first, rest)) = writers.split_first() else { continue };
        if !rest.iter().any(|(other, _)| first.0.may_meet(*other)) {
            continue;
        }
        let names: Vec<_> = writers.iter().map(|(it, _)| format!("`{}`", it.name())).collect();
        let places = writers.iter().map(|(service, mount)| {
            (mount.grip().place(), format!("`{}` writes there", service.name()))
        });
        cx.report(volume.key, format!("services {} write to volume `{name}`", names.join(", ")))
            .help("mount it read-only where a service only reads")
            .related_to(places);
    }
}
