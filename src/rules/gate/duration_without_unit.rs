use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for (key, at) in policy.load.iter().flat_map(|load| &load.without_unit) {
        cx.report(*at, format!("`{key}` is {}, without a unit", at.text().trim()))
            .help("seconds to one reader are minutes to the next: write 30s, 30m or 30h");
    }
}
