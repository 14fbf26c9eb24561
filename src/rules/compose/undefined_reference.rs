use std::collections::{HashMap, HashSet};

use crate::compose::ComposeFile;
use crate::rules::{Check, Cx};

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
    for service in file.services() {
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
            let help = match nearest.filter(|known| likeness(known) >= LIKE) {
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
            cx.report(reference.node, message).help(help).about(owner);
        }
    }
}
