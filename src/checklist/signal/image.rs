//! How images are built and named.

use std::borrow::Cow;

use super::{Answer, Proof, Signal, View, name_of};
use crate::agent::AgentConfig;
use crate::compose::{Service, interpolated};
use crate::docker::{Action, Dockerfile, Image, Stage, heeds_signals};
use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClass, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::repo::deployment::is_left_out;
use crate::repo::signal::Kind;
use crate::source::Place;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "image/containers",
        about: "what runs here runs in containers",
        look: containers,
    },
    Signal {
        name: "image/healthcheck",
        about: "every image has a complete HEALTHCHECK, or is probed by all that runs it",
        look: healthcheck,
    },
    Signal {
        name: "image/init",
        about: "every image is started by an init, or by a program that heeds signals",
        look: init,
    },
    Signal {
        name: "image/multi-stage",
        about: "every image takes what it runs from a build stage, and ships no build tools",
        look: multi_stage,
    },
    Signal {
        name: "image/non-root",
        about: "every image that is built here runs as another user than root",
        look: non_root,
    },
    Signal {
        name: "image/pinned-base",
        about: "every base image is named with a version or a digest",
        look: pinned_base,
    },
    Signal {
        name: "image/supported-base",
        about: "every image is built on releases that their makers support",
        look: supported_base,
    },
    Signal {
        name: "image/versioned",
        about: "every image that is run is named with a version or a digest",
        look: versioned,
    },
];

/// Why nothing is asked of images where none is built.
const NO_IMAGE: &str = "no image is built here";

/// The Dockerfiles of what is deployed.
fn dockerfiles<'p>(view: &View<'p>) -> impl Iterator<Item = &'p Dockerfile> {
    let own = view.dockerfiles().filter(|(file, _)| !is_left_out(file.source().path_in_run()));
    own.map(|(_, dockerfile)| dockerfile)
}

/// The images that they build: those of the stages that something here runs, or else of the last one.
pub(super) fn images<'p>(view: &View<'p>) -> Vec<Image<'p>> {
    let project = view.project();
    let mut found: Vec<Image<'p>> = Vec::new();
    for dockerfile in dockerfiles(view) {
        let mut own: Vec<Image<'p>> = Vec::new();
        for runner in project.deployed_runners(dockerfile) {
            let image = match runner {
                Runner::Container(container) => {
                    project.image_of_container(container).map(|(image, _)| image)
                }
                Runner::Service(service) => project.image_built_for(service),
            };
            own.extend(image.filter(|image| !own.iter().any(|it| it.stage.is(image.stage))));
        }
        if own.is_empty() {
            own.extend(dockerfile.image().filter(|image| !image.is_for_tests()));
        }
        let path = project.source(dockerfile.file()).map_or("", |it| it.path_in_run());
        let is_one =
            |it: &Image<'_>| it.is_started() && !it.is_windows() && !it.is_for_development(path);
        found.extend(own.into_iter().filter(is_one));
    }
    found
}

/// Whether all of a Dockerfile was read, so that its stages are what they seem to be.
fn is_known(dockerfile: &Dockerfile) -> bool {
    dockerfile.is_complete() && !dockerfile.is_fragment()
}

/// Where an image begins.
fn start(image: &Image<'_>) -> Option<Place> {
    image.stage.image().map(|word| word.place)
}

/// Asks the same of every image that is built here. The place is that which shows it; without one it is not shown.
fn ask_all<'p>(
    view: &View<'p>,
    lack: &str,
    shows: impl Fn(&Image<'p>) -> Option<(Place, String)>,
) -> Answer {
    let images = images(view);
    let asked = images.iter().filter_map(|image| {
        let (place, says) = match shows(image).filter(|_| is_known(image.dockerfile())) {
            Some((place, says)) => return Some((Proof::new(place, says), true)),
            None => (start(image)?, format!("the image of {}", image.stage.describe())),
        };
        Some((Proof::new(place, says), false))
    });
    Answer::all(asked, NO_IMAGE, lack)
}

fn containers(view: &View<'_>) -> Answer {
    let of_workloads = view.containers(WorkloadKind::ALL, ContainerClasses::ALL).map(|it| {
        let image = it.node().at(&["image"]);
        let place = image.unwrap_or_else(|| it.grip()).place();
        (Proof::new(place, name_of(&it.subject())), image.is_some())
    });
    let of_services = view.services().map(|service| {
        let image = service.node().at(&["image"]).or_else(|| Some(service.build()?.node()));
        let place = image.unwrap_or_else(|| service.node()).place();
        (Proof::new(place, name_of(&service.subject())), image.is_some())
    });
    let project = view.project();
    let images = images(view);
    let unrun =
        images.iter().filter(|it| project.deployed_runners(it.dockerfile()).next().is_none());
    let of_images = unrun.filter_map(|it| {
        Some((Proof::new(start(it)?, format!("the image of {}", it.stage.describe())), true))
    });
    let asked = of_workloads.chain(of_services).chain(of_images);
    match Answer::all(asked, "", "of what runs here names no image") {
        Answer::Moot(_) => {
            Answer::Lacking("nothing here runs in a container".to_owned(), Vec::new())
        }
        answer => answer,
    }
}

fn multi_stage(view: &View<'_>) -> Answer {
    let lack = "of the images built here come from a single stage, or ship build tools";
    let images = images(view);
    // What is only copied together needs no other stage.
    let runs = |image: &&Image<'_>| {
        let mut lineage = image.dockerfile().lineage(image.stage);
        lineage.any(|stage| stage.actions().any(|it| it.run().is_some()))
            || taken_from(image).is_some()
    };
    let asked = images.iter().filter(runs).filter_map(|image| {
        let dockerfile = image.dockerfile();
        let taken = taken_from(image);
        let is_shown =
            taken.is_some() && is_known(dockerfile) && dockerfile.build_tool(image).is_none();
        let (place, says) = match taken.filter(|_| is_shown) {
            Some((place, from)) => (place, format!("takes what {from} has built")),
            None => (start(image)?, format!("the image of {}", image.stage.describe())),
        };
        Some((Proof::new(place, says), is_shown))
    });
    let nobody =
        if images.is_empty() { NO_IMAGE } else { "no image here is built in steps of its own" };
    Answer::all(asked, nobody, lack)
}

/// The first word by which an image takes files from another stage, and which one.
fn taken_from(image: &Image<'_>) -> Option<(Place, String)> {
    let dockerfile = image.dockerfile();
    let uses = dockerfile.lineage(image.stage).flat_map(Stage::uses);
    let mut stages = uses.filter_map(|it| Some((it.word.place, dockerfile.used(it)?.describe())));
    stages.next()
}

fn non_root(view: &View<'_>) -> Answer {
    ask_all(
        view,
        "of the images built here are not shown to run as another user than root",
        |image| {
            let Some(user) = &image.user else {
                let base = image.base().filter(|base| ImageRef::parse(base).is_non_root())?;
                return Some((start(image)?, format!("`{base}` runs as another user than root")));
            };
            if let Some(base) = image.base().filter(|base| is_user_of_base(&user.word.text, base)) {
                let says = format!("the image runs as the user that `{base}` brings");
                return Some((user.word.place, says));
            }
            let name = user.name()?;
            let is_root = name == "root" || name.parse() == Ok(0_u32);
            (!is_root).then(|| (user.word.place, format!("the image runs as user `{name}`")))
        },
    )
}

/// Whether a word is the variable by which the images of .NET name their own user.
///
/// Source: learn.microsoft.com, ".NET container images", "Environment variables" (`APP_UID`, 1654, since .NET 8).
fn is_user_of_base(word: &str, base: &str) -> bool {
    matches!(word, "$APP_UID" | "${APP_UID}") && base.starts_with("mcr.microsoft.com/dotnet/")
}

/// Of a health check. Source: production-agent, "Implement Health Checks".
const TIMES: [&str; 4] = ["interval", "timeout", "start-period", "retries"];

fn healthcheck(view: &View<'_>) -> Answer {
    let project = view.project();
    ask_all(view, "of the images built here have no complete health check", |image| {
        let dockerfile = image.dockerfile();
        let own = dockerfile.at_end(image.stage).healthcheck();
        let is_whole = |it: &&crate::docker::Instruction| {
            matches!(it.action, Action::Healthcheck(Some(_)))
                && TIMES.iter().all(|flag| it.flag(flag).is_some())
        };
        if let Some(own) = own.filter(is_whole) {
            let says = "HEALTHCHECK with interval, timeout, start period and retries";
            return Some((own.keyword.place, says.to_owned()));
        }
        let all: Vec<_> = project.deployed_runners(dockerfile).collect();
        let mut asked = all.iter().map(|runner| asked_at(*runner));
        let first = asked.next()??;
        asked.all(|it| it.is_some()).then_some(first)
    })
}

/// Where it is said how somebody who runs an image asks for its health.
fn asked_at(runner: Runner<'_>) -> Option<(Place, String)> {
    match runner {
        Runner::Container(container) => {
            let kinds = ["livenessProbe", "readinessProbe"];
            let kind = kinds.into_iter().find(|kind| {
                container.probe(kind).is_some_and(|probe| probe.handler().is_some())
            })?;
            let says = format!("{kind} of {}", name_of(&container.subject()));
            Some((container.grip_at(&[kind]).place(), says))
        }
        Runner::Service(service) => {
            let check = service.node().at(&["healthcheck"])?;
            let keys = TIMES.map(|it| if it == "start-period" { "start_period" } else { it });
            let test = check.at(&["test"])?;
            let first = interpolated(test.items().next().unwrap_or(test))?;
            let is_whole = first != "NONE" && keys.iter().all(|key| check.at(&[key]).is_some());
            let says = || format!("the health check of {}", name_of(&service.subject()));
            is_whole.then(|| (test.place(), says()))
        }
    }
}

fn init(view: &View<'_>) -> Answer {
    let project = view.project();
    let code = || view.repositories().iter().flat_map(crate::repo::Repository::signals);
    let is_handled = code().any(|signal| signal.kind == Kind::GracefulShutdown);
    ask_all(view, "of the images built here are not shown to heed signals", |image| {
        let mut runners = project.deployed_runners(image.dockerfile());
        if !is_handled && runners.any(replaces_process) {
            return None;
        }
        if let Some(word) = image.heeding_process() {
            return Some((word.place, format!("process 1 is `{}`", word.text)));
        }
        let dockerfile = image.dockerfile();
        if project.has_init(dockerfile) {
            let service = project.services_running(dockerfile).first();
            let init = service.and_then(|it| it.node().at(&["init"]));
            let of_pod = || {
                let container = project.containers_running(dockerfile).first()?;
                Some(container.workload().pod_grip(&["shareProcessNamespace"]))
            };
            return Some((init.or_else(of_pod)?.place(), "an init starts it".to_owned()));
        }
        let word = image.first_process().filter(|_| is_handled)?;
        Some((word.place, format!("process 1 is `{}`, and the code handles signals", word.text)))
    })
}

/// Whether who runs an image starts something else in it, which is not known to heed signals.
fn replaces_process(runner: Runner<'_>) -> bool {
    let own = match runner {
        // Nobody stops it to take it away.
        Runner::Container(container) if container.class() == ContainerClass::Init => None,
        Runner::Container(container) => container.node().at(&["command"]),
        Runner::Service(service) if service.has_init() => None,
        Runner::Service(service) => {
            let keys = ["entrypoint", "command"];
            keys.iter().find_map(|key| service.node().at(&[key]))
        }
    };
    let heeds =
        |own: crate::tree::Node<'_>| heeds_signals(own.items().map(crate::tree::Node::text));
    own.is_some_and(|own| !own.is_null() && !heeds(own))
}

fn pinned_base(view: &View<'_>) -> Answer {
    let stages = dockerfiles(view).flat_map(|it| it.stages().iter().map(move |stage| (it, stage)));
    let of_stages = stages.filter(|(_, stage)| stage.is_external()).filter_map(|(of, stage)| {
        let word = stage.image()?;
        let image = stage.resolved_image();
        let is_pinned = image.is_some_and(|it| ImageRef::parse(it).names_version()) && is_known(of);
        let says = format!("{} builds on `{}`", stage.describe(), image.unwrap_or(&word.text));
        Some((Proof::new(word.place, says), is_pinned))
    });
    let of_agents = view.agents().filter_map(|agent| {
        let version = &agent.server.version;
        if let Some(unset) = version.unset() {
            return Some((Proof::new(unset.at.place(), unset.text), false));
        }
        let stated = version.said(|_| true)?;
        Some((Proof::new(stated.at.place(), stated.text), true))
    });
    let asked: Vec<_> = of_stages.chain(of_agents).collect();
    Answer::all(asked, NO_IMAGE, "of the base images are not pinned to a version that is known")
}

fn supported_base(view: &View<'_>) -> Answer {
    let today = view.today();
    let images = images(view);
    let of_images = images.iter().filter(|image| !image.origin.is_scratch()).filter_map(|image| {
        let word = image.origin.image()?;
        let base = image.origin.resolved_image().unwrap_or(&word.text);
        let supported = ImageRef::parse(base).supported(today);
        let what = supported.as_deref().map_or(Cow::Borrowed(""), |it| format!(": {it}").into());
        let says = format!("{} is built on `{base}`{what}", image.stage.describe());
        Some((Proof::new(word.place, says), supported.is_some() && is_known(image.dockerfile())))
    });
    let of_agents = view.agents().flat_map(|agent| runtimes(agent, today));
    let asked: Vec<_> = of_images.chain(of_agents).collect();
    Answer::all(asked, NO_IMAGE, "of the base images are not known to be supported, and recent")
}

fn runtimes(agent: &AgentConfig<'_>, today: jiff::civil::Date) -> Vec<(Proof, bool)> {
    let runtimes = agent.server.runtimes.iter().map(|runtime| {
        let image = format!("{}:{}", runtime.image, runtime.version.text());
        let is_supported = ImageRef::parse(&image).supported(today).is_some();
        let says = format!("the server is built with `{image}`");
        (Proof::new(runtime.version.place(), says), is_supported)
    });
    runtimes.collect()
}

fn versioned(view: &View<'_>) -> Answer {
    let of_containers = view.containers(WorkloadKind::ALL, ContainerClasses::ALL);
    let of_containers = of_containers.filter_map(|it| of_container(view, it));
    let of_services = view.services().map(of_service);
    let agents = view.agents().flat_map(|agent| &agent.images);
    let of_agents = agents.map(|(who, image)| {
        let says = format!("{who} runs `{}`", image.text());
        (Proof::new(image.place(), says), ImageRef::parse(image.text()).names_version())
    });
    let asked: Vec<_> = of_containers.chain(of_services).chain(of_agents).collect();
    let answer =
        Answer::all(asked, NO_IMAGE, "of the images that run are not named with a version");
    match answer {
        Answer::Moot(_) if dockerfiles(view).next().is_some() => Answer::Lacking(
            "nothing here says under which name an image runs".to_owned(),
            Vec::new(),
        ),
        answer => answer,
    }
}

fn of_container(view: &View<'_>, container: Container<'_>) -> Option<(Proof, bool)> {
    let image = container.node().at(&["image"])?;
    let stated = container.stated_image().map(|it| ImageRef::parse(it.text()));
    let is_pinned = stated.is_some_and(|it| {
        it.names_version() || view.project().pins_image(container.workload(), &it)
    });
    let says = format!("{} runs `{}`", name_of(&container.subject()), image.text());
    Some((Proof::new(image.place(), says), is_pinned))
}

fn of_service(service: Service<'_>) -> (Proof, bool) {
    let name = name_of(&service.subject());
    let Some(image) = service.node().at(&["image"]) else {
        let at = service.build().map_or_else(|| service.node(), crate::compose::Build::node);
        return (
            Proof::new(at.place(), format!("{name} builds an image without a version")),
            false,
        );
    };
    let stated = interpolated(image).filter(|text| !text.contains("{{"));
    let is_pinned = stated.as_deref().is_some_and(|it| ImageRef::parse(it).names_version());
    (Proof::new(image.place(), format!("{name} runs `{}`", image.text())), is_pinned)
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const GOOD: &str = "FROM python:3.13-slim AS build\nRUN pip install uv==0.9.1\n\
        FROM python:3.13-slim\nCOPY --from=build /venv /venv\nUSER 1001\n\
        HEALTHCHECK --interval=30s --timeout=3s --start-period=45s --retries=3 CMD /ok\n\
        CMD [\"uvicorn\", \"api:app\"]\n";

    const POOR: &str = "FROM python\nRUN pip install uv\nHEALTHCHECK CMD /ok\nUSER $WHO\n\
        CMD [\"/srv/start\"]\n";

    fn image(signal: &str, dockerfile: &str) -> String {
        ask(signal, &[("README.md", "# Orders\n"), ("Dockerfile", dockerfile)])
    }

    #[test]
    fn an_image_shows_how_it_is_built() {
        for (signal, expected) in [
            ("image/multi-stage", "shown\nDockerfile:4: takes what stage `build` has built"),
            ("image/non-root", "shown\nDockerfile:5: the image runs as user `1001`"),
            ("image/init", "shown\nDockerfile:7: process 1 is `uvicorn`"),
            (
                "image/healthcheck",
                "shown\nDockerfile:6: HEALTHCHECK with interval, timeout, start period and retries",
            ),
            (
                "image/supported-base",
                "shown\nDockerfile:3: stage 2 is built on `python:3.13-slim`: Python 3.13",
            ),
            ("image/containers", "shown\nDockerfile:3: the image of stage 2"),
        ] {
            assert_eq!(image(signal, GOOD), expected, "{signal}");
        }
        assert!(image("image/pinned-base", GOOD).starts_with("shown\nDockerfile:1: stage `build`"));
    }

    #[test]
    fn what_an_image_does_not_say_is_lacking() {
        for signal in [
            "image/multi-stage",
            "image/non-root",
            "image/init",
            "image/healthcheck",
            "image/supported-base",
            "image/pinned-base",
        ] {
            let answer = image(signal, POOR);
            assert!(answer.starts_with("lacking: 1 of the"), "{signal}: {answer}");
        }
        let variable = image("image/pinned-base", "ARG V\nFROM python:$V\nCMD [\"a\"]\n");
        assert!(variable.starts_with("lacking: 1"), "{variable}");
    }

    #[test]
    fn without_an_image_nothing_is_asked_of_it() {
        let readme = [("README.md", "# Orders\n")];
        for signal in ["image/multi-stage", "image/non-root", "image/init", "image/versioned"] {
            assert_eq!(ask(signal, &readme), "moot: no image is built here", "{signal}");
        }
        assert_eq!(ask("image/containers", &readme), "lacking: nothing here runs in a container");
        let development = ask("image/non-root", &[("Dockerfile.dev", POOR)]);
        assert_eq!(development, "moot: no image is built here");
    }

    #[test]
    fn every_image_that_runs_names_a_version() {
        let compose = |image: &str| {
            let text =
                format!("services:\n  api:\n    image: {image}\n  cache:\n    image: redis:8.2\n");
            ask("image/versioned", &[("compose.yaml", &text)])
        };
        assert!(compose("acme/api:1.4.2").starts_with("shown\ncompose.yaml:3: "));
        for image in ["acme/api", "acme/api:main", "acme/api:${TAG}", "acme/api:latest"] {
            let answer = compose(image);
            assert!(answer.starts_with("lacking: 1 of the images"), "{image}: {answer}");
        }
        let built = "services:\n  api:\n    build: .\n";
        let answer = ask("image/versioned", &[("compose.yaml", built), ("Dockerfile", GOOD)]);
        assert!(answer.contains("builds an image without a version"), "{answer}");
    }

    #[test]
    fn who_runs_an_image_may_start_something_else() {
        let compose = "services:\n  api:\n    build: .\n    image: acme/api:1\n    command: [python, -m, api]\n";
        let files = [("README.md", "# Orders\n"), ("Dockerfile", GOOD), ("compose.yaml", compose)];
        assert!(ask("image/init", &files).starts_with("lacking: 1"));
        let code = ("api/stop.py", "import signal\nsignal.signal(signal.SIGTERM, stop)\n");
        let [readme, dockerfile, compose] = files;
        assert!(ask("image/init", &[readme, dockerfile, compose, code]).starts_with("shown"));
    }

    #[test]
    fn images_of_dotnet_bring_a_user() {
        let of = |base: &str| {
            let text =
                format!("FROM {base}\nUSER $APP_UID\nENTRYPOINT [\"dotnet\", \"Bot.dll\"]\n");
            ask("image/non-root", &[("Dockerfile", &text)])
        };
        assert!(of("mcr.microsoft.com/dotnet/aspnet:10.0").starts_with("shown\nDockerfile:2"));
        assert!(of("acme/aspnet:10.0").starts_with("lacking: 1 of the images built here is not"));
    }
}
