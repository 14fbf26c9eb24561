//! Joins of how long an agent works, how many of it there are, and what ends it.

use super::{Project, Run, Runner};
use crate::agent::{AgentConfig, BoundKind};
use crate::diagnostic::Confidence;
use crate::docker::Dockerfile;
use crate::k8s::route::is_ingress;
use crate::k8s::{Container, ContainerClasses, Object, Workload, WorkloadKind};
use crate::source::Place;
use crate::tree::Node;

/// Nothing is told of more runners of one image.
const TOLD: usize = 3;

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
    /// Whether each has a file system of its own, too.
    pub(crate) are_containers: bool,
    pub(crate) confidence: Confidence,
}

impl<'p> Project<'p> {
    /// What of a process takes longest, of what its configurations bound by a time that somebody
    /// wrote down. What goes on after a crash need not come to its end.
    pub(crate) fn longest_work_of(&self, runner: Runner<'_>) -> Option<Work> {
        let works = self.agents_of(runner).filter(|(agent, _)| is_cut_off(agent)).flat_map(
            |(agent, reads)| {
                let bounds = agent.bounds_of(BoundKind::Time);
                let bounds = bounds.map(|bound| (bound.what.to_string(), &bound.limit));
                let request = std::iter::once(("a request".to_owned(), &agent.server.request_time));
                bounds.chain(request).filter_map(move |(what, limit)| {
                    let because = limit.when(|seconds| seconds > 0.0).filter(|it| it.stated)?;
                    Some(Work {
                        what,
                        seconds: limit.value()?,
                        at: because.at.place(),
                        because: reads.stated(),
                        confidence: reads.confidence(),
                    })
                })
            },
        );
        works.max_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }

    /// What needs most time once a process is told to stop: its longest work, or what its server is
    /// told to wait for.
    pub(crate) fn longest_stop_of(&self, runner: Runner<'_>) -> Option<Work> {
        let server = self.server_of(runner);
        let finish = server.as_ref().and_then(|it| Some((it.program, it.time_to_finish()?)));
        let finish = finish.map(|(program, (seconds, at))| Work {
            what: format!("what {program} finishes"),
            seconds,
            at,
            because: None,
            confidence: Confidence::High,
        });
        // A server that is told how long to wait cuts the work off by itself.
        finish.or_else(|| self.longest_work_of(runner))
    }

    /// The same of all containers of a pod that run beside each other.
    pub(crate) fn longest_stop_in(&self, workload: Workload<'_>) -> Option<Work> {
        let works = lasting(workload).filter_map(|it| self.longest_stop_of(Runner::Container(it)));
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

    fn replicas_running(&self, run: Run<'_>) -> Option<Copies> {
        let (what, at) = match run.runner {
            Runner::Container(container) => {
                let workload = container.workload();
                let (count, at) = self.most_replicas_of(workload)?;
                if count < 2 || self.is_sticky(workload) {
                    return None;
                }
                (format!("{count} replicas of {}", workload.describe()), at.place())
            }
            Runner::Service(service) => {
                let (count, at) = service.replicas().filter(|(count, _)| *count > 1)?;
                (format!("{count} replicas of {}", run.runner.describe()), at.place())
            }
        };
        Some(Copies { what, at, are_containers: true, confidence: run.reads.confidence() })
    }

    fn workers_running(&self, run: Run<'_>) -> Option<Copies> {
        let server = self.server_of(run.runner)?;
        let (count, at) = server.workers().filter(|(count, _)| *count > 1.0)?;
        let what = format!("{count} {} workers of {}", server.program, run.runner.describe());
        let confidence = run.reads.confidence();
        Some(Copies { what, at, are_containers: false, confidence })
    }

    /// How many pods there are, or may be where something scales them.
    fn most_replicas_of<'w>(&self, workload: Workload<'w>) -> Option<(i64, Node<'w>)>
    where
        'p: 'w,
    {
        let stated = self.replicas_of(workload).map(|replicas| (replicas.count, replicas.at));
        let several = stated.filter(|(count, _)| *count > 1);
        several.or_else(|| {
            let autoscaler = self.autoscaler_of(workload)?;
            Some((autoscaler.max()?, autoscaler.stated_max()?))
        })
    }

    /// Whether something sends each caller back to the pod that it had before, or each pod has a name
    /// that callers ask for.
    fn is_sticky(&self, workload: Workload<'_>) -> bool {
        let says = |object: Object<'_>, path: &[&str], value: &str| {
            object.node().at(path).is_some_and(|it| it.text() == value)
        };
        let affinity =
            ["metadata", "annotations", "nginx.ingress.kubernetes.io/affinity"].as_slice();
        workload.kind() == WorkloadKind::StatefulSet
            || self.services_of(workload).any(|it| says(it, &["spec", "sessionAffinity"], "ClientIP"))
            || self
                .objects_beside(workload.object(), ("networking.k8s.io", "Ingress"))
                .into_iter()
                .any(|it| is_ingress(it) && says(it, affinity, "cookie"))
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

/// Whether the work of an agent is lost when its process ends.
fn is_cut_off(agent: &AgentConfig<'_>) -> bool {
    agent.is_of_agent() && agent.platform.crash_recovery.on().is_none()
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
    Some(Copies { what, at, are_containers: false, confidence: Confidence::High })
}
