use crate::k8s::Object;
use crate::project::ConfigCopy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["ConfigMap"], check);

/// As many keys as a message names, and as many places as it shows.
const FEW: usize = 4;

fn check(map: Object<'_>, cx: &mut Cx<'_>) {
    for ConfigCopy { key, path, differing } in cx.project().differing_copies(map) {
        let names = differing.iter().take(FEW).map(|(name, ..)| format!("`{name}`"));
        let names = names.collect::<Vec<_>>().join(", ");
        let more = match differing.len().saturating_sub(FEW) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "`{}` of {} is a copy of {path} but for {names}{more}",
            key.text(),
            map.describe()
        );
        let places = differing.iter().take(FEW).flat_map(|(name, file, copy)| {
            let of_file = file.map(|place| (place, format!("`{name}` in the file")));
            of_file.into_iter().chain(copy.map(|place| (place, format!("`{name}` in the copy"))))
        });
        cx.report(key, message)
            .help("one of the two was changed and the other forgotten: make the ConfigMap from the file, as with a configMapGenerator")
            .related_to(places);
    }
}
