use std::collections::HashMap;

use crate::compose::{ComposeFile, Mount, Origin, Service};
use crate::project::MOST;
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let services = file.running();
    let mounts: HashMap<_, _> = services.iter().map(|it| (it.name(), it.mounts())).collect();
    let mut writers: HashMap<&str, Vec<(Service<'_>, &Mount<'_>)>> = HashMap::new();
    for &service in &services {
        let own = mounts.get(service.name()).into_iter().flatten();
        let lenders = service.lenders().into_iter().filter(|(_, is_read_only)| !is_read_only);
        let lent = lenders.filter_map(|(name, _)| mounts.get(name)).flatten().take(MOST);
        for mount in own.chain(lent).filter(|mount| mount.is_writable()) {
            let Origin::Named(name) = &mount.origin else { continue };
            let others = writers.entry(name).or_default();
            // Where a service mounts a volume at several paths, that is in a row.
            if others.last().is_none_or(|(other, _)| other.name() != service.name()) {
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
        let here = |node: &Node<'_>| file.brings(node.place());
        let own = || writers.iter().map(|(_, mount)| mount.grip()).find(here);
        let own = || own().filter(|_| file.is_laid_over());
        let Some(at) = Some(volume.key).filter(here).or_else(own) else { continue };
        let names: Vec<_> = writers.iter().map(|(it, _)| format!("`{}`", it.name())).collect();
        let places = writers.iter().map(|(service, mount)| {
            (mount.grip().place(), format!("`{}` writes there", service.name()))
        });
        cx.report(at, format!("services {} write to volume `{name}`", names.join(", ")))
            .help("mount it read-only where a service only reads")
            .related_to(places);
    }
}
