use crate::docker::Dockerfile;
use crate::project::listening_of_image;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let project = cx.project();
    for image in project.images_run_of(dockerfile) {
        let Some((line, _)) = dockerfile.health_line(&image) else { continue };
        let Some(listening) = listening_of_image(dockerfile, &image) else { continue };
        let (Some(said), Some(why)) = (&listening.port, listening.describe_port()) else {
            continue;
        };
        let Some(asked) = line.own_port().filter(|(port, _)| *port != said.value) else { continue };
        if project.may_be_asked_beside(dockerfile, &image, (asked.0, said.value)) {
            continue;
        }
        cx.report(
            asked.1,
            format!(
                "the HEALTHCHECK of {} asks port {}, but {why}",
                image.stage.describe(),
                asked.0
            ),
        )
        .help("the container never gets healthy; ask the port on which the program listens")
        .about(image.stage.subject())
        .milder_where(project.is_for_pods_only(dockerfile))
        .related(said.place, "what says where it listens");
    }
}
