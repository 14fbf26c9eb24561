use crate::repo::Repository;
use crate::repo::updates::{Dependabot, Updates};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    for (_, updates) in repository.updates() {
        for problem in updates.problems() {
            cx.report(problem.place, problem.message.clone())
                .help(problem.help)
                .confidence(problem.confidence);
        }
        if let Updates::Dependabot(dependabot) = updates
            && repository.is_whole()
        {
            empty_folders(dependabot, repository, cx);
        }
    }
}

fn empty_folders(dependabot: &Dependabot, repository: &Repository<'_>, cx: &mut Cx<'_>) {
    for (entry, directory) in dependabot.empty(repository) {
        let (folder, named) = (&directory.said, &entry.named);
        let message = if directory.is_pattern() {
            format!("no folder that `{folder}` matches holds a manifest of `{named}`")
        } else {
            format!("`{folder}` holds no manifest of `{named}`")
        };
        let others = repository.ecosystems().into_iter();
        let others = others.filter(|of| Some(of.ecosystem) == entry.ecosystem);
        let nearest = others.flat_map(|of| of.manifests).next();
        let help = match nearest {
            Some(manifest) => format!(
                "Dependabot reports an error that nobody sees, and updates nothing; there is one in `/{}`",
                manifest.folder()
            ),
            None => "Dependabot reports an error that nobody sees, and updates nothing".to_owned(),
        };
        cx.report(directory.place, message).help(help);
    }
}
