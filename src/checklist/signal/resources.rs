//! Signals of how much of its machine a process gets, and is kept from taking.

use super::running::{each, is_store_service, is_sure, lacks, lasting, lasting_services, says};
use super::{Answer, Proof, Signal, View};
use crate::compose::{Resource, Service};
use crate::k8s::quantity::Quantity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Project;
use crate::repo::signal::Kind;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "resources/connections",
        about: "the code or a configuration says how many connections there are at most",
        look: connections,
    },
    Signal {
        name: "resources/limits",
        about: "every container has a limit of CPU and of memory",
        look: limits,
    },
    Signal {
        name: "resources/minimum",
        about: "every replica gets at least half a CPU and 1 GB of memory, and has limits",
        look: minimum,
    },
    Signal {
        name: "resources/requests-and-limits",
        about: "every container has requests and limits of CPU and memory",
        look: requests_and_limits,
    },
    Signal {
        name: "resources/requests-below-limits",
        about: "every container requests CPU and memory, has a memory limit, and requests no more than its limits",
        look: requests_below_limits,
    },
];

/// The least that a replica gets.
///
/// Source: the MSFT agent's production checklist, "Minimum Requirements" (0.5+ cores and 1GB+ per replica).
const LEAST: [(&str, &str); 2] = [("cpu", "500m"), ("memory", "1G")];

/// What a container is known to be given.
struct Given<'p> {
    container: Container<'p>,
    cpu: [Option<(Quantity, Node<'p>)>; 2],
    memory: [Option<(Quantity, Node<'p>)>; 2],
    is_sure: bool,
}

impl<'p> Given<'p> {
    fn of(container: Container<'p>, project: &Project<'p>) -> Self {
        let known = |resource: &str| {
            ["requests", "limits"].map(|kind| project.known_amount(container, kind, resource))
        };
        let is_sure = is_sure(container.workload(), project);
        Given { container, cpu: known("cpu"), memory: known("memory"), is_sure }
    }

    fn has_limits(&self) -> bool {
        let [_, cpu] = self.cpu;
        let [_, memory] = self.memory;
        self.is_sure && cpu.is_some() && memory.is_some()
    }

    fn has_all(&self) -> bool {
        self.is_sure && [self.cpu, self.memory].iter().flatten().all(Option::is_some)
    }

    /// Whether it requests both, has a memory limit, and requests no more than it may take.
    fn is_in_order(&self) -> bool {
        let is_below = |[request, limit]: [Option<(Quantity, Node<'p>)>; 2]| match (request, limit)
        {
            (Some((request, _)), Some((limit, _))) => request <= limit,
            (request, _) => request.is_some(),
        };
        let [_, memory] = self.memory;
        self.is_sure && memory.is_some() && is_below(self.cpu) && is_below(self.memory)
    }

    /// `cpu 250m to 1, memory 256Mi to 512Mi`
    fn describe(&self) -> String {
        let text = |amount: Option<(Quantity, Node<'p>)>| amount.map(|(_, at)| at.text());
        let said = [("cpu", self.cpu), ("memory", self.memory)].map(|(name, [request, limit])| {
            match (text(request), text(limit)) {
                (Some(request), Some(limit)) if request != limit => {
                    Some(format!("{name} {request} to {limit}"))
                }
                (Some(request), Some(_)) => Some(format!("{name} {request}")),
                (Some(request), None) => Some(format!("{name} {request} or more")),
                (None, Some(limit)) => Some(format!("{name} up to {limit}")),
                (None, None) => None,
            }
        });
        said.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn proof(&self, holds: bool) -> (Proof, bool) {
        let subject = self.container.subject();
        let stated = self.container.node().get("resources").map(|entry| entry.key);
        let at = stated.unwrap_or_else(|| self.container.grip());
        let proof = if holds {
            says(at.place(), &subject, &self.describe())
        } else {
            lacks(at.place(), &subject)
        };
        (proof, holds)
    }
}

/// The containers of Kubernetes that are asked: those that run once included.
fn given<'p>(view: &View<'p>) -> Vec<Given<'p>> {
    let containers = view.containers(WorkloadKind::BUT_SANDBOXES, ContainerClasses::ALL);
    containers.map(|container| Given::of(container, view.project())).collect()
}

/// Compose knows limits, and what Swarm reserves; a machine of its own has nothing to share out.
fn of_service(service: Service<'_>) -> (Proof, bool) {
    let limits = [("cpus", Resource::Cpu), ("memory", Resource::Memory)]
        .map(|(name, resource)| Some((name, service.stated_limit(resource)?.0)));
    let [cpu, memory] = limits;
    let subject = service.subject();
    let Some(((cpu, cores), (memory, bytes))) = cpu.zip(memory) else {
        return (lacks(service.key().place(), &subject), false);
    };
    let what = format!("{cpu} {}, {memory} {}", cores.text(), bytes.text());
    (says(bytes.place(), &subject, &what), true)
}

fn services(view: &View<'_>) -> Vec<(Proof, bool)> {
    lasting_services(view).into_iter().map(of_service).collect()
}

const NOBODY: &str = "no container runs here";

fn requests_and_limits(view: &View<'_>) -> Answer {
    let containers = given(view).into_iter().map(|it| it.proof(it.has_all()));
    let asked = containers.chain(services(view));
    each(asked, NOBODY, "container", "without a known request or limit of CPU or memory")
}

fn limits(view: &View<'_>) -> Answer {
    let containers = given(view).into_iter().map(|it| it.proof(it.has_limits()));
    let asked = containers.chain(services(view));
    each(asked, NOBODY, "container", "without a known limit of CPU or memory")
}

fn requests_below_limits(view: &View<'_>) -> Answer {
    let containers = given(view).into_iter().map(|it| it.proof(it.is_in_order()));
    let asked = containers.chain(services(view));
    each(asked, NOBODY, "container", "without known requests within a known memory limit")
}

fn minimum(view: &View<'_>) -> Answer {
    let workloads = lasting(view).into_iter();
    let workloads =
        workloads.filter(|it| WorkloadKind::REPLICATED.contains(&it.kind()) && !it.keeps_data());
    let of_workloads = workloads.map(|workload| {
        let subject = workload.subject();
        let amounts = LEAST.map(|(resource, least)| {
            let (amount, at) = workload.pod_amount("requests", resource)?;
            workload.pod_amount("limits", resource)?;
            (amount >= Quantity::parse(least)?).then_some((resource, amount, at))
        });
        let [Some((_, cpu, at)), Some((_, memory, _))] = amounts else {
            return (lacks(workload, &subject), false);
        };
        let megabytes = memory.in_units_of(Quantity::parse("1M").unwrap_or(memory));
        let what = format!("requests {cpu} CPU and {megabytes} MB of memory");
        (says(at.place(), &subject, &what), is_sure(workload, view.project()))
    });
    let services = lasting_services(view).into_iter().filter(|it| !is_store_service(*it));
    let of_services = services.map(|service| {
        let limits = [Resource::Cpu, Resource::Memory].map(|it| service.stated_limit(it));
        let subject = service.subject();
        match limits {
            [Some((cpu, cores)), Some((memory, bytes))] if cores >= 0.5 && bytes >= 1e9 => {
                let what = format!("{} CPU and {} of memory", cpu.text(), memory.text());
                (says(memory.place(), &subject, &what), true)
            }
            _ => (lacks(service.key().place(), &subject), false),
        }
    });
    let asked = of_workloads.chain(of_services).chain(machines(view));
    each(
        asked,
        "nothing runs here",
        "replica",
        "with less than half a CPU, 1 GB of memory, or without limits",
    )
}

/// The machines that a platform of agents is asked for.
fn machines(view: &View<'_>) -> Vec<(Proof, bool)> {
    let machines = view.agents().flat_map(|agent| agent.machines.iter().map(move |it| (agent, it)));
    let asked = machines.filter(|(_, it)| it.cpu.value().is_some() || it.memory.value().is_some());
    asked
        .map(|(agent, machine)| {
            let enough =
                [machine.cpu.when(|cores| cores >= 0.5), machine.memory.when(|bytes| bytes >= 1e9)];
            if let [Some(cpu), Some(memory)] = enough {
                let said = format!("{}: {} and {}", machine.what, cpu.text, memory.text);
                (Proof::new(memory.at.place(), said), true)
            } else {
                let some = machine.cpu.when(|_| true).or_else(|| machine.memory.when(|_| true));
                let at = some.map_or_else(|| agent.root().place(), |it| it.at.place());
                (Proof::new(at, machine.what.clone().into_owned()), false)
            }
        })
        .collect()
}

fn connections(view: &View<'_>) -> Answer {
    let pools = view.agents().flat_map(|agent| &agent.calls).filter_map(|call| {
        let bound = call.pool.when(|most| most > 0.0)?;
        Some(Proof::new(bound.at.place(), format!("{}: {}", call.what, bound.text)))
    });
    let signals = view.repositories().iter().flat_map(crate::repo::Repository::signals);
    let in_code = signals.filter(|signal| signal.kind == Kind::ConnectionPool);
    let in_code =
        in_code.map(|it| Proof::new(it.place, format!("{}: `{}`", it.kind.describe(), it.what)));
    Answer::any(pools.chain(in_code), "nothing bounds the connections")
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn pod(resources: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  replicas: 2\n  template:\n    \
             spec:\n      containers:\n        - name: api\n          resources: {resources}\n"
        )
    }

    const ALL: &str = "{requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 2, memory: 2Gi}}";

    #[test]
    fn requests_and_limits_of_containers() {
        let ask = |text: &str| ask("resources/requests-and-limits", &[("api.yaml", text)]);
        assert_eq!(
            ask(&pod(ALL)),
            "shown\napi.yaml:10: container `api` of Deployment `api`: cpu 500m to 2, memory 1Gi to 2Gi"
        );
        // Kubernetes requests the limit where there is no request.
        let limits = pod("{limits: {cpu: 1, memory: 1Gi}}");
        assert!(ask(&limits).ends_with("cpu 1, memory 1Gi"));
        for lacking in [
            "{}",
            "{requests: {cpu: 500m, memory: 1Gi}}",
            "{requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 2, memory: '${MEMORY}'}}",
            "{requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 0, memory: 1Gi}}",
        ] {
            assert!(
                ask(&pod(lacking)).starts_with("lacking: 1 container without a known"),
                "{lacking}"
            );
        }
        let range = "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{type: Container, \
                     default: {cpu: 1, memory: 1Gi}, defaultRequest: {cpu: 100m, memory: 128Mi}}]}\n";
        assert!(
            ask(&format!("{}{range}", pod("{}"))).ends_with("cpu 100m to 1, memory 128Mi to 1Gi")
        );
        assert_eq!(
            super::super::asked::ask("resources/limits", &[]),
            "moot: no container runs here"
        );
    }

    #[test]
    fn limits_of_services() {
        let ask = |text: &str| {
            ask("resources/limits", &[("compose.yaml", &format!("services: {{api: {text}}}\n"))])
        };
        assert_eq!(
            ask("{image: 'a:1', cpus: 0.5, mem_limit: 512m}"),
            "shown\ncompose.yaml:1: compose service `api`: cpus 0.5, memory 512m"
        );
        assert!(ask("{image: 'a:1', mem_limit: 512m}").starts_with("lacking: 1 container"));
        assert!(ask("{image: 'a:1', cpus: 1, mem_limit: '${M}'}").starts_with("lacking"));
        assert!(ask("{image: 'a:1', cpus: 1, mem_limit: '${M:-1g}'}").starts_with("shown"));
    }

    #[test]
    fn requests_stay_within_limits() {
        let ask = |text: &str| ask("resources/requests-below-limits", &[("api.yaml", &pod(text))]);
        assert!(ask(ALL).starts_with("shown"));
        assert!(
            ask("{requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}")
                .contains("cpu 1 or more")
        );
        assert!(
            ask("{requests: {cpu: 1, memory: 2Gi}, limits: {memory: 1Gi}}").starts_with("lacking")
        );
        assert!(ask("{limits: {memory: 1Gi}}").starts_with("lacking"));
    }

    #[test]
    fn replicas_have_what_they_need() {
        let asked = |text: &str| ask("resources/minimum", &[("api.yaml", &pod(text))]);
        assert_eq!(
            asked(ALL),
            "shown\napi.yaml:10: Deployment `api`: requests 500m CPU and 1073 MB of memory"
        );
        assert!(
            asked("{requests: {cpu: 250m, memory: 1Gi}, limits: {cpu: 2, memory: 2Gi}}")
                .starts_with("lacking: 1 replica")
        );
        assert!(asked("{requests: {cpu: 500m, memory: 1Gi}}").starts_with("lacking"));
        let compose =
            "services: {api: {image: 'a:1', cpus: 1, mem_limit: 1g}, db: {image: 'redis:8'}}\n";
        assert!(ask("resources/minimum", &[("compose.yaml", compose)]).starts_with("shown"));
        assert_eq!(ask("resources/minimum", &[]), "moot: nothing runs here");
    }

    #[test]
    fn connections_are_bounded() {
        let readme = ("README.md", "# Orders\n");
        assert_eq!(
            ask("resources/connections", &[readme]),
            "lacking: nothing bounds the connections"
        );
    }
}
