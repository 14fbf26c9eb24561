use std::collections::BTreeMap;

use crate::docker::{Dockerfile, Stage};
use crate::project::Evidence;
use crate::rules::{Check, Cx, most_alike};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// As many places as a finding shows.
const SHOWN: usize = 8;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(last) = dockerfile.final_stage() else { return };
    let mut wanted: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
    for (name, evidence) in cx.project().absent_stages_of(dockerfile) {
        wanted.entry(name).or_default().push(evidence);
    }
    for (name, evidence) in wanted {
        let names = dockerfile.stages().iter().filter_map(Stage::name);
        let help = match most_alike(name, names.map(|name| name.text.as_str())) {
            Some(meant) => format!("the build fails; is `{meant}` meant?"),
            None => "the build fails: name the stage so, or build another one".to_owned(),
        };
        let places = evidence.iter().filter_map(|evidence| evidence.place()).take(SHOWN);
        cx.report(
            last.from().keyword.place,
            format!("no stage of this file is called `{name}`, which something builds"),
        )
        .help(help)
        .about(last.subject())
        .related_to(places.map(|place| (place, format!("builds stage `{name}`"))));
    }
}
