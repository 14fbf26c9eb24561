use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for refusal in cx.project().refusals_of(dockerfile) {
        let Some((at, name)) = refusal.image.user_name().filter(|_| !refusal.image.is_windows())
        else {
            continue;
        };
        let stage = refusal.image.stage;
        let message = format!(
            "{} runs as `{name}`, which {} refuses with runAsNonRoot because it is no number",
            stage.describe(),
            refusal.describe()
        );
        cx.report(at, message)
            .help("the kubelet cannot tell that a name is not root and does not start the container: give the USER by its number, or give the container a runAsUser")
            .confidence(refusal.confidence())
            .about(stage.subject())
            .related_to(refusal.places());
    }
}
