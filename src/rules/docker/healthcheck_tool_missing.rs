use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let is_for_pods = cx.project().is_for_pods_only(dockerfile);
    for image in cx.project().images_run_of(dockerfile) {
        let Some((line, by_shell)) = dockerfile.health_line(&image) else { continue };
        let Some(at) = dockerfile.health_place(&image) else { continue };
        let lacks = |program: &str| dockerfile.lacks(&image, program);
        let Some((program, place)) = line.missing_program(by_shell.then_some(at), lacks) else {
            continue;
        };
        let help = format!(
            "the check fails every time, and the container never gets healthy: {}",
            image.instead(&program)
        );
        cx.report(
            place,
            format!(
                "the HEALTHCHECK of {} runs `{program}`, which the image has not",
                image.stage.describe()
            ),
        )
        .help(help)
        .about(image.stage.subject())
        .milder_where(is_for_pods)
        .related(
            image.stage.image().map_or(place, |from| from.place),
            "the base, to which nothing adds it",
        );
    }
}
