use crate::compose::{Service, interpolated};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Service(check);

/// What Docker's own options forbid.
///
/// Source: Docker, `docker run`, "Mount tmpfs (--tmpfs)".
const LOOSE: [&str; 3] = ["exec", "suid", "dev"];

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(tmpfs) = service.node().at(&["tmpfs"]) else { return };
    for item in tmpfs.items().chain(tmpfs.is_scalar().then_some(tmpfs)) {
        let Some(text) = interpolated(item) else { continue };
        let Some((path, options)) = text.split_once(':') else { continue };
        let loose: Vec<_> = options.split(',').filter(|option| LOOSE.contains(option)).collect();
        let Some(owner) = service.owner_of(item.place()) else { continue };
        if loose.is_empty() {
            continue;
        }
        let message = format!(
            "the tmpfs at `{path}` of {} `{}` is mounted with `{}`",
            owner.kind,
            owner.name,
            loose.join(",")
        );
        cx.report(item, message)
            .help(
                "leave it out, so that nothing that is written there can be run or gain privileges",
            )
            .about(owner)
            .unsafe_fix(
                "mount it as Docker does by default; programs there can no longer be run",
                || {
                    let (path, options) = item.text().split_once(':').unwrap_or_default();
                    let kept: Vec<_> =
                        options.split(',').filter(|option| !LOOSE.contains(option)).collect();
                    // What a variable brings is not here to take out.
                    if options.split(',').count() != kept.len() + loose.len() {
                        return Err(Refusal::Occupied);
                    }
                    let colon = if kept.is_empty() { "" } else { ":" };
                    edit::reword(item, &format!("{path}{colon}{}", kept.join(",")))
                },
            );
    }
}
