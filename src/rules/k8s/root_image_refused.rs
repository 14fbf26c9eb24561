use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for refusal in cx.project().refusals_of(dockerfile) {
        let Some(at) = refusal.image.root().filter(|_| !refusal.image.is_windows()) else {
            continue;
        };
        let stage = refusal.image.stage;
        let message = format!(
            "{} runs as root, which {} refuses with runAsNonRoot",
            stage.describe(),
            refusal.describe()
        );
        cx.report(at, message)
            .help("the kubelet does not start the container: end the stage with a USER above 0, by its number, or give the container a runAsUser that the image can run as")
            .confidence(refusal.confidence())
            .about(stage.subject())
            .related_to(refusal.places());
    }
}
