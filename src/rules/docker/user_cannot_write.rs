use std::collections::HashSet;

use crate::docker::{Dockerfile, edit};
use crate::project::{Need, Obstacle};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let project = cx.project();
    let mut said = HashSet::new();
    for runner in project.deployed_runners(dockerfile) {
        let process = project.process_of(runner);
        let Some(user) = process.user().filter(|user| user.is_of_image) else { continue };
        let Some(image) = process.image().filter(|image| !image.is_windows()) else {
            continue;
        };
        for hindered in project.hindered(&process) {
            let written = &hindered.written;
            let mut is_new = || said.insert((user.at, written.anywhere.clone()));
            if !matches!(hindered.obstacle, Obstacle::Owner(_)) || !is_new() {
                continue;
            }
            let (whose, name, what) = (image.stage.describe(), &user.name, &written.what);
            let found = cx
                .report(user.at, format!("{whose} runs as `{name}`, who cannot write {what}"))
                .help("make the folder before USER, as root, and give it to the user")
                .about(image.stage.subject())
                .confidence(written.confidence)
                .milder_where(written.need == Need::Lesser)
                .related_to(hindered.places(&process).into_iter());
            let folder = &written.folder;
            if image.has_shell() && image.is_root_before_user() && folder != "/" {
                let step = format!("RUN mkdir -p {folder} && chown {name} {folder}");
                let title =
                    format!("give `{folder}` to `{name}`; volumes that are there keep their owner");
                found.unsafe_fix(&title, || edit::before_instruction(dockerfile, user.at, &step));
            }
        }
    }
}
