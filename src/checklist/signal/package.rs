//! Which packages are installed, and who keeps them up to date.

use super::image::images;
use super::{Answer, Proof, Signal, View};
use crate::docker::package::{Manager, PackageCommand, Source, Task};
use crate::docker::{Image, Step};
use crate::repo::dependencies::locks_all;
use crate::repo::updates::{Cover, Interval, Updates};
use crate::source::Place;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "package/locked",
        about: "images install what a lock file names, without what only developers need",
        look: locked,
    },
    Signal {
        name: "package/updated",
        about: "something updates the packages of every manifest, base images included",
        look: |view| updated(view, false),
    },
    Signal {
        name: "package/updated-weekly",
        about: "something looks for updates of every manifest at least once a week",
        look: |view| updated(view, true),
    },
];

/// Source: paladin, "Dependency Updates" (`interval: "weekly"`).
const WEEK: i64 = 7;

fn locked(view: &View<'_>) -> Answer {
    let images = images(view);
    let asked = images.iter().flat_map(|image| {
        let dockerfile = image.dockerfile();
        let steps = dockerfile.steps().filter(|step| dockerfile.reaches_final(step.stage));
        steps.flat_map(|step| installs(view, image, step)).collect::<Vec<_>>()
    });
    let nobody = "no image that is built here installs packages of Python, Node.js or Rust";
    let lack =
        "of the installations do not follow a lock file, or bring along what only developers need";
    Answer::all(asked, nobody, lack)
}

/// What a step installs for a language, and whether that is locked and for production.
fn installs(view: &View<'_>, image: &Image<'_>, step: Step<'_>) -> Vec<(Proof, bool)> {
    let asked = step.packages().filter_map(|asked| {
        let is_good = is_locked(view, image, step, &asked)?;
        let says = format!("`{}` of {}", asked.describe(), step.stage.describe());
        Some((Proof::new(asked.subcommand.place, says), is_good))
    });
    asked.collect()
}

/// Nothing for what installs no packages of the program.
fn is_locked(
    view: &View<'_>,
    image: &Image<'_>,
    step: Step<'_>,
    asked: &PackageCommand<'_>,
) -> Option<bool> {
    let has = |names: &[&str]| asked.arguments.option(names).is_some();
    let word = asked.subcommand.text.as_str();
    if asked.manager == Manager::Cargo {
        return matches!(word, "build" | "install").then(|| has(&["--locked", "--frozen"]));
    }
    let is_of_program = asked.manager.is_node() || asked.manager.is_python();
    if !is_of_program || asked.task != Task::Install {
        return None;
    }
    if !asked.packages.is_empty() && !has(&["-r", "--requirement"]) {
        // A tool of its own, of which another rule asks for the version.
        let is_exact = asked.packages.iter().all(|package| {
            let version = package.version.unwrap_or_default();
            package.source == Source::Index && is_exact(version)
        });
        return Some(is_exact);
    }
    Some(match asked.manager {
        Manager::Npm => matches!(word, "ci" | "clean-install") && leaves_tools(image, step, asked),
        Manager::Yarn | Manager::Pnpm | Manager::Bun => {
            has(&["--frozen-lockfile", "--immutable"]) && leaves_tools(image, step, asked)
        }
        Manager::Uv => {
            word == "sync"
                && has(&["--frozen", "--locked"])
                && has(&["--no-dev", "--no-default-groups", "--only-group"])
        }
        Manager::Poetry => has(&["--only", "--without", "--no-dev"]),
        Manager::Pip => {
            let lists: Vec<_> = asked.arguments.values(&["-r", "--requirement"]).collect();
            has(&["--require-hashes"])
                || !lists.is_empty()
                    && asked.packages.is_empty()
                    && lists.iter().all(|list| names_versions(view, list))
        }
        _ => false,
    })
}

/// `==1.2.3`, `@1.2.3`, `1.2.3`
fn is_exact(version: &str) -> bool {
    let number = version.trim_start_matches(['=', '@', ':', 'v']);
    number.starts_with(|c: char| c.is_ascii_digit())
        && number.contains('.')
        && !number.contains(['*', '$', ',', '|', 'x', '>', '<'])
}

/// Whether what only developers need does not reach the image: it is left out, taken away, or left
/// behind in the stage that builds.
fn leaves_tools(image: &Image<'_>, step: Step<'_>, asked: &PackageCommand<'_>) -> bool {
    const PRODUCTION: [&str; 4] = ["--production", "--prod", "-P", "-p"];
    let says = |option: &str, value: &str| asked.arguments.values(&[option]).any(|it| it == value);
    let is_left_out = asked.arguments.option(&PRODUCTION).is_some()
        || says("--omit", "dev")
        || says("--only", "production")
        || says("--only", "prod")
        || step
            .state()
            .env("NODE_ENV")
            .is_some_and(|(_, value)| value.as_deref() == Some("production"));
    let dockerfile = image.dockerfile();
    let drops = |step: Step<'_>| {
        let prunes = |it: PackageCommand<'_>| {
            it.manager.is_node() && matches!(it.subcommand.text.as_str(), "prune" | "autoclean")
        };
        dockerfile.reaches_final(step.stage) && step.packages().any(prunes)
    };
    let copies_modules = || {
        let transfers = dockerfile.lineage(image.stage).flat_map(crate::docker::Stage::actions);
        let mut paths =
            transfers.filter_map(|it| it.transfer()).flat_map(crate::docker::Transfer::paths);
        paths.any(|path| path.text.contains("node_modules"))
    };
    is_left_out
        || dockerfile.steps().any(drops)
        || !dockerfile.is_in_image(step.stage) && !copies_modules()
}

/// Whether a list of requirements names an exact version of everything in it. Where several files
/// have that name, all of them.
fn names_versions(view: &View<'_>, list: &str) -> bool {
    let name = list.rsplit('/').next().unwrap_or(list);
    let mut found = view.files().filter(|file| file.source().name() == name).peekable();
    found.peek().is_some() && found.all(|file| locks_all(file.source().text()))
}

fn updated(view: &View<'_>, weekly: bool) -> Answer {
    let mut asked = Vec::new();
    for repository in view.repositories() {
        for of in repository.ecosystems() {
            let what = of.ecosystem.describe();
            for manifest in &of.manifests {
                let (place, by) = match repository.updating(&of, manifest) {
                    Cover::By(tool, place) => (place, Some(tool)),
                    _ => (manifest.place, None),
                };
                let is_often = !weekly
                    || repository.updates().any(|(file, updates)| {
                        file.id() == place.file && is_weekly(updates, place)
                    });
                let says = match by {
                    Some(tool) => format!("{tool} updates the {what} of `{}`", manifest.path),
                    None => format!("{what} of `{}`", manifest.path),
                };
                asked.push((Proof::new(place, says), by.is_some() && is_often));
            }
        }
    }
    let lack = if weekly {
        "of the lists of packages are not known to be looked after every week"
    } else {
        "of the lists of packages are not known to be updated by anything"
    };
    Answer::all(asked, "no packages are named here", lack)
}

/// Whether what says at that place that it updates looks at least once a week.
fn is_weekly(updates: &Updates, place: Place) -> bool {
    let often = |interval: &Interval| interval.days <= WEEK;
    match updates {
        Updates::Dependabot(it) => it.entries.iter().any(|entry| {
            entry.directories.iter().any(|directory| directory.place == place)
                && entry.interval.as_ref().is_some_and(often)
        }),
        // Renovate looks at any time, unless it is told when.
        Updates::Renovate(it) => it.interval.as_ref().is_none_or(often),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn installs(dockerfile: &str, requirements: &str) -> String {
        let files = [
            ("README.md", "# Orders\n"),
            ("Dockerfile", dockerfile),
            ("requirements.txt", requirements),
        ];
        ask("package/locked", &files)
    }

    #[test]
    fn what_is_installed_follows_a_lock_file() {
        let pip = "FROM python:3.13\nRUN pip install -r requirements.txt\nCMD [\"a\"]\n";
        assert_eq!(
            installs(pip, "httpx==0.28.1\n"),
            "shown\nDockerfile:2: `pip install` of stage 1"
        );
        for open in ["httpx\n", "httpx>=0.28\n", "httpx==0.28.1\n-r more.txt\n", ""] {
            assert!(installs(pip, open).starts_with("lacking: 1"), "{open}");
        }
        let node =
            |run: &str| installs(&format!("FROM node:24\nRUN {run}\nCMD [\"node\", \"a\"]\n"), "");
        assert!(node("npm ci --omit=dev").starts_with("shown"));
        assert!(node("npm ci && npm prune --omit=dev").starts_with("shown"));
        for open in ["npm ci", "npm install", "npm install --omit=dev", "yarn --production"] {
            assert!(node(open).starts_with("lacking: 1"), "{open}");
        }
        assert!(node("apt-get update").starts_with("moot"));
    }

    #[test]
    fn something_updates_every_list_of_packages() {
        let files = |updates: &'static str| {
            [
                ("README.md", "# Orders\n"),
                ("requirements.txt", "httpx==0.28.1\n"),
                ("Dockerfile", "FROM python:3.13\n"),
                (".github/dependabot.yml", updates),
            ]
        };
        let both = "version: 2\nupdates:\n- {package-ecosystem: pip, directory: /, schedule: {interval: weekly}}\n\
                    - {package-ecosystem: docker, directory: /, schedule: {interval: monthly}}\n";
        assert!(ask("package/updated", &files(both)).starts_with("shown\n"));
        assert!(ask("package/updated-weekly", &files(both)).starts_with("lacking: 1 of the lists"));
        let one = "version: 2\nupdates:\n- {package-ecosystem: pip, directory: /, schedule: {interval: weekly}}\n";
        assert!(ask("package/updated", &files(one)).starts_with("lacking: 1 of the lists"));
        assert_eq!(
            ask("package/updated", &[("README.md", "# A\n")]),
            "moot: no packages are named here"
        );
    }
}
