use crate::k8s::volume::add_scratch;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::{Need, Obstacle, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let node = container.node();
    let is_read_only = container.own_security("readOnlyRootFilesystem").is_some();
    let may_be = is_read_only || node.at(&["volumeMounts"]).is_some();
    if container.workload().is_windows() || !may_be {
        return;
    }
    let project = cx.project();
    let process = cx.process_of(Runner::Container(container));
    let mut is_first = true;
    for hindered in project.hindered(&process) {
        let (whose, written) = (container.describe(), &hindered.written);
        let (at, message) = match &hindered.obstacle {
            Obstacle::Root(_) => (
                container.grip_at(&["volumeMounts"]).place(),
                format!(
                    "{whose} has a read-only root file system and no volume for {}",
                    written.what
                ),
            ),
            Obstacle::Volume(mount) => (
                mount.read_only_at,
                format!("{whose} has only a read-only volume for {}", written.what),
            ),
            Obstacle::Owner(_) => continue,
        };
        let found = cx
            .report(at, message)
            .help("what cannot be written fails with `Read-only file system`: mount a volume there that can be written, or write elsewhere")
            .confidence(written.confidence)
            .milder_where(written.need == Need::Lesser)
            .related_to(hindered.places(&process).into_iter());
        if let Some(folder) = hindered.scratch(&process) {
            found.unsafe_fix(
                &format!("mount an emptyDir at `{folder}`, whose files end with the pod"),
                || add_scratch(container, folder, std::mem::take(&mut is_first)),
            );
        }
    }
}
