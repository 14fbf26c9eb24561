use crate::docker::Dockerfile;
use crate::project::{listening_of_image, wrongly_exposed};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image().filter(|_| dockerfile.is_complete()) else { return };
    let Some(listening) = listening_of_image(dockerfile, &image) else { return };
    let (Some(said), Some(why)) = (&listening.port, listening.describe_port()) else { return };
    let Some(exposed) = dockerfile.exposed_by(&image) else { return };
    let Some(first) = wrongly_exposed(&exposed, said.value) else { return };
    cx.report(
        first.place,
        format!("{} exposes port {}, but {why}", image.stage.describe(), first.number),
    )
    .help(
        "`docker run -P`, proxies that look for the port of a container, and readers go by EXPOSE",
    )
    .about(image.stage.subject())
    .related(said.place, "what says where it listens");
}
