use crate::compose::Service;
use crate::project::{Need, Obstacle, Runner};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let process = project.process_of(Runner::Service(service));
    let mut is_first = true;
    for hindered in project.hindered(&process) {
        let (name, written) = (service.name(), &hindered.written);
        let (at, message) = match &hindered.obstacle {
            Obstacle::Root(at) => (
                *at,
                format!(
                    "compose service `{name}` has a read-only root file system and nothing is mounted for {}",
                    written.what
                ),
            ),
            Obstacle::Volume(mount) => (
                mount.read_only_at,
                format!(
                    "compose service `{name}` has only a read-only volume for {}",
                    written.what
                ),
            ),
            Obstacle::Owner(_) => continue,
        };
        let Some(owner) = service.owner_of(at) else { continue };
        let found = cx
            .report(at, message)
            .help("what cannot be written fails with `Read-only file system`: mount a volume or a tmpfs there, or write elsewhere")
            .about(owner)
            .confidence(written.confidence)
            .milder_where(written.need == Need::Lesser)
            .related_to(hindered.places(&process).into_iter().filter(|(place, _)| *place != at));
        if let Some(folder) = hindered.scratch(&process) {
            let title = format!("mount a tmpfs at `{folder}`, whose files end with the container");
            found.unsafe_fix(&title, || match service.node().at(&["tmpfs"]) {
                Some(list) if list.is_list() => edit::append_among(list, &folder.into()),
                // Two fixes would make the same list.
                _ if !std::mem::take(&mut is_first) => Err(Refusal::Occupied),
                Some(one) => {
                    let list = edit::Value::List(vec![one.text().into(), folder.into()]);
                    edit::replace(one, &list)
                }
                None => {
                    let list = edit::Value::List(vec![folder.into()]);
                    edit::set(service.node(), &["tmpfs"], &list)
                }
            });
        }
    }
}
