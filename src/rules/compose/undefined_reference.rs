use std::collections::{HashMap, HashSet};

use crate::compose::{ComposeFile, Service};
use crate::rules::{Check, Cx};

use super::completed;

pub(crate) const CHECK: Check = Check::Compose(check);

/// The sections that define what services refer to.
const SECTIONS: [&str; 6] = ["configs", "models", "networks", "secrets", "services", "volumes"];

/// Of more names none is proposed for another one.
const MOST_NAMES: usize = 500;

/// How alike two names are, at least, for one to be a mistyped other.
const LIKE: f64 = 0.8;

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    if file.is_part() {
        return;
    }
    let names = |section| file.defined(section).iter().map(|it| it.key.text()).collect::<Vec<_>>();
    let defined: HashMap<_, _> =
        SECTIONS.iter().map(|section| (*section, names(*section))).collect();
    let is_defined: HashSet<_> = SECTIONS
        .iter()
        .flat_map(|section| defined.get(section).into_iter().flatten().map(|it| (*section, *it)))
        .collect();
    let everybody = file.everybody();
    let by_name: HashMap<_, _> = everybody.iter().map(|it| (it.name(), *it)).collect();
    for service in file.services() {
        report_disabled(service, &by_name, cx);
        report_extended(service, cx);
        for reference in service.references() {
            if is_defined.contains(&(reference.section, reference.name)) {
                continue;
            }
            let known = defined.get(reference.section).map_or(&[][..], Vec::as_slice);
            let Some(owner) = service.owner_of(reference.node.place()) else { continue };
            let (what, name) = (reference.what, reference.name);
            let message = format!(
                "{} `{}` refers to {what} `{name}`, which is not defined",
                owner.kind, owner.name
            );
            let likeness = |known: &str| strsim::jaro_winkler(known, name);
            let known = if known.len() > MOST_NAMES { &[][..] } else { known };
            let nearest = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
            let is_path = reference.section == "volumes" && name.contains('/');
            let overriding = file.overriding(reference.section, name);
            let help = match nearest.filter(|known| likeness(known) >= LIKE) {
                _ if overriding.is_some() => "only the override file defines it: Compose refuses this file wherever it runs without that one"
                    .to_owned(),
                Some(known) => format!("did you mean `{known}`?"),
                None if is_path => {
                    "begin a path with `./`: what begins otherwise is the name of a volume"
                        .to_owned()
                }
                None => format!(
                    "Compose refuses the file: define it under the top-level `{}`",
                    reference.section
                ),
            };
            let found = cx.report(reference.node, message).help(help).about(owner);
            completed(found, overriding.map(|it| it.key));
        }
    }
}

/// A service that always starts, and waits for one that a profile keeps away.
fn report_disabled<'t>(
    service: Service<'t>,
    by_name: &HashMap<&'t str, Service<'t>>,
    cx: &mut Cx<'_>,
) {
    // The `.env` may start profiles.
    let variables = service.node().home().tree().variables();
    let is_started = variables.is_some_and(|known| known.contains_key("COMPOSE_PROFILES"));
    if is_started || !service.profiles().is_empty() {
        return;
    }
    for dependency in service.dependencies().into_iter().filter(|it| it.is_required) {
        let Some(other) = by_name.get(dependency.name) else { continue };
        let Some(profiles) = other.node().at(&["profiles"]) else { continue };
        let Some(owner) = service.owner_of(dependency.node.place()) else { continue };
        let Some(profile) = profiles.items().next().filter(|it| !it.text().contains('$')) else {
            continue;
        };
        let message = format!(
            "{} `{}` waits for service `{}`, which does not start without its profile `{}`",
            owner.kind,
            owner.name,
            other.name(),
            profile.text()
        );
        cx.report(dependency.node, message)
            .help("Compose stops there unless the profile is asked for: say `required: false`, or give both the profile")
            .about(owner)
            .related(profiles, "what keeps it away");
    }
}

/// A service that extends one that the other file does not have.
fn report_extended(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(node) = service.extended_in_vain() else { return };
    let Some(owner) = service.owner_of(node.place()) else { return };
    let message = format!(
        "{} `{}` extends service `{}`, which that file does not have",
        owner.kind,
        owner.name,
        node.text()
    );
    cx.report(node, message)
        .help("Compose refuses the file: name a service of the other one")
        .about(owner);
}
