use crate::compose::ComposeFile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let Some(listing) = cx.project().listing_for(file.node().place()) else { return };
    for (name, at) in listing.lacks(file.taken_variables()) {
        cx.report(
            at,
            format!("`{name}` has no default here, and {} does not list it", listing.example),
        )
        .help(format!(
            "who copies that file starts with an empty `{name}`: add it there, or give it a default"
        ));
    }
}
