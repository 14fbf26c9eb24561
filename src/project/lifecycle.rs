//! Joins of how long an agent works, how many of it there are, and what ends it.

use std::collections::HashSet;

use super::process::Process;
use super::resources::Workers;
use super::{Project, Run, Runner};
use crate::agent::{AgentConfig, BoundKind};
use crate::compose::{Mount, interpolated};
use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, Fitting};
use crate::image::ImageRef;
use crate::k8s::route::Patience;
use crate::k8s::volume::Volume;
use crate::k8s::{Container, ContainerClasses, Object, Workload, is_model_server};
use crate::source::Place;
use crate::tree::Node;

/// Nothing is told of more runners of one image.
const TOLD: usize = 3;

/// Servers that start several processes, or have limits of time, and that are known here.
///
/// Sources: docs.gunicorn.org, "Settings"; uvicorn.org, "Settings"; the documentation of Hypercorn,
/// Granian and of the command line of `FastAPI`.
const SERVERS: [&str; 5] = ["fastapi", "granian", "gunicorn", "hypercorn", "uvicorn"];

/// Something that a process does, and how long it may take.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// What it is, as a message names it: ``workflow `triage` ``.
    pub(crate) what: String,
    pub(crate) seconds: f64,
    /// Where the time is stated.
    pub(crate) at: Place,
    /// What says that the process does it.
    pub(crate) because: Option<(Place, &'static str)>,
    pub(crate) confidence: Confidence,
}

impl Work {
    /// ``workflow `triage` may take 300 seconds``
    pub(crate) fn describe(&self) -> String {
        format!("{} may take {} seconds", self.what, self.seconds)
    }

    /// Whole seconds that are enough.
    #[allow(clippy::cast_possible_truncation)] // a limit in seconds
    pub(crate) fn enough(&self) -> i64 {
        self.seconds.ceil() as i64
    }

    /// Where it is stated, and what says that the process does it.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Place, String)> {
        let stated = (self.at, self.describe());
        let because = self.because.map(|(place, why)| (place, why.to_owned()));
        std::iter::once(stated).chain(because)
    }
}

/// What is there several times, each with a memory of its own.
#[derive(Clone, Debug)]
pub(crate) struct Copies {
    /// ``3 replicas of Deployment `web` ``
    pub(crate) what: String,
    /// Where the number stands.
    pub(crate) at: Place,
    /// Whether each has files of its own, too: no volume is there for all of them.
    pub(crate) has_own_files: bool,
    pub(crate) confidence: Confidence,
}

impl Process<'_> {
    /// For how many seconds its server goes on with its requests once it is told to stop, where the
    /// command line says so, and where.
    fn time_to_finish(&self) -> Option<(&'static str, (f64, Place))> {
        let server = self.last_program(&SERVERS)?;
        let option = match server.name {
            "gunicorn" | "hypercorn" => "--graceful-timeout",
            "uvicorn" => "--timeout-graceful-shutdown",
            _ => return None,
        };
        let said = server.option(&[option])?;
        Some((server.name, (said.text.parse().ok()?, said.place)))
    }
}

impl<'p> Project<'p> {
    /// What of a process takes longest, of what its configurations bound by a time that somebody
    /// wrote down. What goes on after a crash need not come to its end.
    fn longest_of(
        &self,
        runner: Runner<'_>,
        counts: impl Fn(&AgentConfig<'_>) -> bool,
    ) -> Option<Work> {
        let goes_on = |agent: &AgentConfig<'_>| agent.platform.crash_recovery.on().is_some();
        let ends = |agent: &AgentConfig<'_>| agent.is_of_agent() && !goes_on(agent);
        let agents = self.agents_of(runner).filter(|(agent, _)| ends(agent) && counts(agent));
        let works = agents.flat_map(|(agent, reads)| {
            let bounds = agent.bounds_of(BoundKind::Time);
            let bounds = bounds.map(|bound| (bound.what.to_string(), &bound.limit));
            let request = std::iter::once(("a request".to_owned(), &agent.server.request_time));
            bounds.chain(request).filter_map(move |(what, limit)| {
                let stated = limit.when(|seconds| seconds > 0.0).filter(|it| it.stated)?;
                Some(Work {
                    what,
                    seconds: limit.value()?,
                    at: stated.at.place(),
                    because: reads.stated(),
                    confidence: reads.confidence(),
                })
            })
        });
        works.max_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }

    /// What of a process takes longest, whoever waits for it.
    fn longest_work_of(&self, runner: Runner<'_>) -> Option<Work> {
        self.longest_of(runner, |_| true)
    }

    /// What of a process takes longest of all that a caller waits for.
    fn longest_request_of(&self, runner: Runner<'_>) -> Option<Work> {
        self.longest_of(runner, |agent| !agent.is_benchmark())
    }

    /// What needs most time once a process is told to stop: its longest work, or what its server is
    /// told to wait for.
    pub(crate) fn longest_stop_of(&self, runner: Runner<'_>) -> Option<Work> {
        let finish = self.process_of(runner).time_to_finish();
        let finish = finish.map(|(program, seconds)| Work {
            what: format!("the last requests of {program}"),
            seconds: seconds.0,
            at: seconds.1,
            because: None,
            confidence: Confidence::High,
        });
        // A server that is told how long to wait cuts the work off by itself.
        finish.or_else(|| self.longest_request_of(runner))
    }

    /// The same of all containers of a pod that run beside each other.
    pub(crate) fn longest_stop_in(&self, workload: Workload<'_>) -> Option<Work> {
        let works = lasting(workload).filter_map(|it| self.longest_stop_of(Runner::Container(it)));
        works.max_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }

    /// What takes longest of all containers of a pod that answer requests.
    fn longest_request_in(&self, workload: Workload<'_>) -> Option<Work> {
        let works =
            lasting(workload).filter_map(|it| self.longest_request_of(Runner::Container(it)));
        works.max_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }

    /// What takes longest of all containers of a pod.
    pub(crate) fn longest_work_in(&self, workload: Workload<'_>) -> Option<Work> {
        let works = lasting(workload).filter_map(|it| self.longest_work_of(Runner::Container(it)));
        works.max_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }

    /// What runs an agent several times, so that each knows only what it was told itself. Nothing where
    /// callers come back to the same one.
    pub(crate) fn copies_of(&self, agent: &AgentConfig<'_>) -> Option<Copies> {
        let runs = self.runners_of(agent);
        let deployed: Vec<_> = runs.iter().filter(|run| run.runner.is_deployed()).collect();
        let replicas = deployed.iter().find_map(|run| self.replicas_running(**run));
        replicas.or_else(|| {
            let workers = deployed.iter().find_map(|run| self.workers_running(**run));
            workers.or_else(|| workers_in(agent))
        })
    }

    /// The same where each has files of its own as well.
    pub(crate) fn copies_with_files_of(&self, agent: &AgentConfig<'_>) -> Option<Copies> {
        self.copies_of(agent).filter(|copies| copies.has_own_files)
    }

    fn replicas_running(&self, run: Run<'_>) -> Option<Copies> {
        let confidence = run.reads.confidence();
        match run.runner {
            Runner::Container(container) => {
                let workload = container.workload();
                let (count, at) = self.most_replicas_of(workload)?;
                let has_own_files = !workload.volumes().iter().any(Volume::is_of_all_pods);
                let what = format!("{count} replicas of {}", workload.describe());
                let copies = Copies { what, at: at.place(), has_own_files, confidence };
                (!self.is_sticky(workload)).then_some(copies)
            }
            Runner::Service(service) => {
                let (count, at) = service.replicas().filter(|(count, _)| *count > 1)?;
                let has_own_files = !service.mounts().iter().any(Mount::is_writable);
                let what = format!("{count} replicas of {}", run.runner.describe());
                Some(Copies { what, at: at.place(), has_own_files, confidence })
            }
        }
    }

    fn workers_running(&self, run: Run<'_>) -> Option<Copies> {
        let workers = self.process_of(run.runner).workers().filter(|workers| workers.count > 1)?;
        let Workers { program, count, place: at } = workers;
        let what = format!("{count} {program} workers of {}", run.runner.describe());
        let confidence = run.reads.confidence();
        Some(Copies { what, at, has_own_files: false, confidence })
    }

    /// How many pods there are, or may be where something scales them, if that is more than one.
    fn most_replicas_of<'w>(&self, workload: Workload<'w>) -> Option<(String, Node<'w>)>
    where
        'p: 'w,
    {
        let stated = self.replicas_of(workload).filter(|replicas| replicas.count > 1);
        let stated = stated.map(|replicas| (replicas.count.to_string(), replicas.at));
        stated.or_else(|| {
            let autoscaler = self.autoscaler_of(workload)?;
            let most = autoscaler.max().filter(|most| *most > 1)?;
            Some((format!("up to {most}"), autoscaler.stated_max()?))
        })
    }

    /// Whether something sends each caller back to the pod that it had before.
    fn is_sticky(&self, workload: Workload<'_>) -> bool {
        let says = |object: Object<'_>, path: &[&str], value: &str| {
            object.node().at(path).is_some_and(|it| it.text() == value)
        };
        let affinity = ["metadata", "annotations", "nginx.ingress.kubernetes.io/affinity"];
        self.services_of(workload).any(|it| says(it, &["spec", "sessionAffinity"], "ClientIP"))
            || self
                .objects_beside(workload.object(), ("networking.k8s.io", "Ingress"))
                .into_iter()
                .any(|it| says(it, &affinity, "cookie"))
    }

    /// What takes longest of all that an Ingress or a route waits for.
    pub(crate) fn longest_work_behind(
        &self,
        object: Object<'_>,
        patience: &Patience<'_>,
    ) -> Option<Work> {
        let mut seen = HashSet::new();
        let mut longest: Option<Work> = None;
        for backend in &patience.backends {
            let namespaces = match backend.namespace {
                Some(namespace) => vec![namespace],
                None => self.namespaces_of(object),
            };
            for service in self.services_named(&namespaces, backend.service.text()) {
                if !seen.insert(service.object().node().place()) {
                    continue;
                }
                let works = self.served_by(service).into_iter();
                let works = works.filter_map(|workload| self.longest_request_in(workload));
                longest = works.chain(longest).max_by(|a, b| a.seconds.total_cmp(&b.seconds));
            }
        }
        longest
    }

    /// What says that the image of a container has no shell and no programs beside its own, and that
    /// program neither.
    pub(crate) fn lack_of_tools(
        &self,
        container: Container<'_>,
        program: &str,
    ) -> Option<(Place, Confidence)> {
        if let Some((image, link)) = self.image_of_container(container) {
            let is_without = link.dockerfile.lacks_tools(&image, program);
            let from = image.origin.image().filter(|_| is_without)?;
            return Some((from.place, link.confidence()));
        }
        let stated = container.stated_image()?;
        let is_bare = ImageRef::parse(stated.text()).has_no_shell();
        is_bare.then(|| (stated.place(), Confidence::High))
    }

    /// What somebody runs, the signal on which it finishes its work, and what says that it is that.
    pub(crate) fn fitting_signal_of(&self, runner: Runner<'_>) -> Option<(Fitting, Option<Place>)> {
        if let Some(server) = self.process_of(runner).last_program(&SERVERS) {
            return Some((Fitting::of_program(server.name)?, Some(server.at)));
        }
        let is_own = ["command", "entrypoint"].iter().all(|key| runner.node().at(&[key]).is_none());
        if let Some(image) = self.image_of(runner).filter(|_| is_own) {
            let start = image.entrypoint.or(image.cmd).map(|start| start.command.place);
            return Some((image.fitting_signal()?, image.stopsignal.map(|it| it.place).or(start)));
        }
        let name = runner.node().at(&["image"]).filter(|_| is_own)?;
        let text = interpolated(name)?;
        Some((Fitting::of_image(&ImageRef::parse(&text))?, Some(name.place())))
    }

    /// Whether somebody runs a server of models, or an image that goes on from that of one.
    pub(crate) fn serves_a_model(&self, runner: Runner<'_>) -> bool {
        let is_one = |image: &str| is_model_server(ImageRef::parse(image).short_name());
        let named = runner.node().at(&["image"]).and_then(interpolated);
        named.is_some_and(|image| is_one(&image))
            || self.image_of(runner).is_some_and(|image| image.base().is_some_and(is_one))
    }

    /// Who is killed in the end because the process that a Dockerfile starts does not hear that it is
    /// to stop: after how many seconds, and where that stands.
    pub(crate) fn killed_running(&self, dockerfile: &Dockerfile) -> Vec<(Place, String)> {
        let containers = self.containers_running(dockerfile).iter().filter_map(|container| {
            // One that is started otherwise does not start what the image says.
            let is_own = container.node().at(&["command"]).is_none();
            let grace = container.workload().grace().filter(|_| is_own)?;
            let at = container.workload().stated_grace();
            let at = at.map_or_else(|| container.grip().place(), Node::place);
            Some((at, format!("{} is killed after {grace} seconds", container.describe())))
        });
        let services = self.services_running(dockerfile).iter().filter_map(|service| {
            let is_own = service.node().at(&["entrypoint"]).is_none();
            let at = service.stated_grace().filter(|_| is_own && service.is_deployed())?;
            let grace = service.grace()?;
            let name = service.name();
            Some((at.place(), format!("service `{name}` is killed after {grace} seconds")))
        });
        containers.chain(services).take(TOLD).collect()
    }
}

fn lasting(workload: Workload<'_>) -> impl Iterator<Item = Container<'_>> {
    let containers = workload.containers().into_iter();
    containers.filter(|it| ContainerClasses::LONG_RUNNING.contains(it.class()))
}

/// The processes that the configuration itself asks for.
fn workers_in(agent: &AgentConfig<'_>) -> Option<Copies> {
    let workers = &agent.server.workers;
    let several = workers.when(|count| count > 1.0).filter(|it| it.stated)?;
    let (what, at) = (format!("{} worker processes", workers.value()?), several.at.place());
    Some(Copies { what, at, has_own_files: false, confidence: Confidence::High })
}

#[cfg(test)]
mod tests {
    use crate::project::Runner;
    use crate::project::tests::linked;

    const AGENT: &str = "llm_type: openai\nllm_url: https://api.openai.com/v1\n\
                         server: {host: 0.0.0.0, port: 8080}\ntimeouts: {max_seconds: 90}\n";

    #[test]
    fn what_runs_several_times() {
        let service = |fields: &str| {
            let volumes = "volumes: ['./config.yml:/etc/config.yml:ro']";
            format!("services:\n  api: {{image: acme/api, {volumes}{fields}}}\n")
        };
        for (fields, expected) in [
            ("", None),
            (", deploy: {replicas: 1}", None),
            (", deploy: {replicas: 2}", Some(("2 replicas of service `api`", true))),
            (", scale: 3", Some(("3 replicas of service `api`", true))),
            (", scale: '${N}'", None),
            (", scale: 2, profiles: [dev]", None),
            (", command: gunicorn -w 2 a", Some(("2 gunicorn workers of service `api`", false))),
        ] {
            let compose = service(fields);
            let files = [("config.yml", AGENT), ("compose.yaml", compose.as_str())];
            linked(&files, |project| {
                let agent = project.agents().next().unwrap();
                let found = project.copies_of(agent).map(|it| (it.what, it.has_own_files));
                let expected = expected.map(|(what, own)| (what.to_owned(), own));
                assert_eq!(found, expected, "{fields}");
            });
        }
    }

    #[test]
    fn what_takes_longest() {
        let service = |command: &str| {
            let volumes = "volumes: ['./config.yml:/etc/config.yml:ro']";
            format!("services:\n  api: {{image: acme/api, {volumes}{command}}}\n")
        };
        for (command, expected) in [
            ("", "a request may take 90 seconds"),
            (", command: uvicorn a:b", "a request may take 90 seconds"),
            (
                ", command: uvicorn a:b --timeout-graceful-shutdown 20",
                "the last requests of uvicorn may take 20 seconds",
            ),
        ] {
            let compose = service(command);
            let files = [("config.yml", AGENT), ("compose.yaml", compose.as_str())];
            linked(&files, |project| {
                let mut services = project.subjects.iter().flat_map(|it| &it.services);
                let runner = Runner::Service(*services.next().unwrap());
                let work = project.longest_stop_of(runner).unwrap();
                assert_eq!(work.describe(), expected, "{command}");
            });
        }
    }

    #[test]
    fn images_without_tools() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  \
                   containers: [{name: c, image: ghcr.io/acme/api:1}]\n";
        for (dockerfile, expected) in [
            ("FROM scratch\nCOPY --from=b /api /api\n", true),
            ("FROM gcr.io/distroless/static\nCOPY --from=b /api /usr/local/bin/\n", true),
            ("FROM gcr.io/distroless/static:debug\nCOPY --from=b /api /api\n", false),
            ("FROM scratch\nCOPY --from=busybox /bin/ /bin/\n", false),
            ("FROM scratch\nCOPY --from=b /bin/busybox /tools/\n", false),
            ("FROM scratch\nCOPY --from=b /bin/cp /bin/mkdir /tools/\n", false),
            ("FROM scratch\nCOPY --from=b /bin/cp /tools/\n", true),
            ("FROM scratch\nCOPY rootfs /\n", false),
            ("FROM debian:13\n", false),
            ("FROM cgr.dev/chainguard/static\n", false),
        ] {
            let files = [("api/Dockerfile", dockerfile), ("pod.yaml", pod)];
            linked(&files, |project| {
                let container = project.workloads().next().unwrap().containers()[0];
                let found = project.lack_of_tools(container, "mkdir");
                assert_eq!(found.is_some(), expected, "{dockerfile}");
            });
        }
    }
}
