//! Signals of what goes on when a process, a node or a zone is lost: replicas, where they run, and who asks
//! them how they are.

use std::collections::HashSet;

use super::running::{
    NO_WORKLOAD, REPLICATED, each, is_off, is_replicated, is_store_service, is_sure, lacks,
    lasting, lasting_services, main_containers, nobody, says,
};
use super::{Answer, Proof, Signal, View, name_of};
use crate::agent::AgentConfig;
use crate::compose::{Health, Service, interpolated};
use crate::k8s::budget::Budget;
use crate::k8s::probe::Probe;
use crate::k8s::{
    Container, ContainerClasses, LabelSelector, Object, Spread, Workload, WorkloadKind,
    is_templated,
};
use crate::project::{Project, Runner};
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "availability/budget",
        about: "a PodDisruptionBudget that lets a pod go covers every replicated workload",
        look: budget,
    },
    Signal {
        name: "availability/health-checks",
        about: "every container is asked for its health: by a liveness and a readiness probe, or by Compose",
        look: health_checks,
    },
    Signal {
        name: "availability/liveness",
        about: "every container has a liveness probe that states its numbers",
        look: liveness,
    },
    Signal {
        name: "availability/load-balancing",
        about: "every workload behind a Service tells by a readiness probe whether it takes requests",
        look: load_balancing,
    },
    Signal {
        name: "availability/nodes",
        about: "the pods of every replicated workload are spread over nodes",
        look: nodes,
    },
    Signal {
        name: "availability/orchestrator",
        about: "controllers of Kubernetes, or Swarm, run every workload, and a Service distributes requests",
        look: orchestrator,
    },
    Signal {
        name: "availability/readiness",
        about: "every container has a readiness probe that differs from its liveness probe",
        look: readiness,
    },
    Signal {
        name: "availability/regions",
        about: "a configuration names several regions, and how data come from one to the others",
        look: regions,
    },
    Signal {
        name: "availability/replicas",
        about: "everything that is deployed runs at least twice",
        look: replicas,
    },
    Signal {
        name: "availability/startup-probe",
        about: "every container that starts slowly has a startup probe",
        look: startup_probe,
    },
    Signal {
        name: "availability/zones",
        about: "the pods of every replicated workload are spread over zones",
        look: zones,
    },
];

/// Kinds that a budget and a spread can keep together.
static GUARDED: [WorkloadKind; 3] =
    [WorkloadKind::Deployment, WorkloadKind::StatefulSet, WorkloadKind::Rollout];

const ALONE: &str = "no workload here runs more than one pod";

/// The workloads of which more than one pod runs, or may.
fn replicated<'p>(view: &View<'p>) -> Vec<Workload<'p>> {
    let mut all = lasting(view);
    all.retain(|it| GUARDED.contains(&it.kind()) && is_replicated(*it, view.project()));
    all
}

/// The budget that covers the workload and lets one of its pods go; none where several of one namespace do,
/// since no pod of several can be evicted.
///
/// Source: kubernetes.io/docs/concepts/scheduling-eviction/api-eviction ("misconfiguration").
pub(super) fn budget_of<'p>(
    workload: Workload<'p>,
    project: &Project<'p>,
) -> Option<(Object<'p>, Budget<'p>)> {
    let budgets: Vec<_> = project.budgets_of(workload).collect();
    let mut namespaces = HashSet::new();
    let is_alone = budgets.iter().all(|it| namespaces.insert(it.namespace()));
    // Where the number is not known, only a budget that lets one go of two will do.
    let pods = project.replicas_of(workload).map_or(REPLICATED, |it| it.count);
    let fits = |object: &Object<'p>| {
        let selector = object.node().at(&["spec", "selector"]).map(LabelSelector::of)?;
        let is_sure = selector.surely_matches(workload.pod_labels());
        let budget = Budget::of(*object).filter(|it| !it.allows_none() && it.allows(pods) > 0)?;
        (is_sure && !project.is_doubted(*object)).then_some((*object, budget))
    };
    budgets.iter().find_map(fits).filter(|_| is_alone)
}

fn budget(view: &View<'_>) -> Answer {
    let project = view.project();
    let asked = replicated(view).into_iter().map(|workload| match budget_of(workload, project) {
        Some((object, budget)) => {
            let what = format!("`{}` for {}", budget.quote(), workload.describe());
            (says(budget.entry.value.place(), &object.subject(), &what), is_sure(workload, project))
        }
        None => (lacks(workload, &workload.subject()), false),
    });
    let lack = "without a PodDisruptionBudget that lets a pod go";
    each(asked, nobody(view, ALONE), "replicated workload", lack)
}

fn spread(view: &View<'_>, is_wanted: impl Fn(Spread<'_>) -> bool, lack: &str) -> Answer {
    let project = view.project();
    // Ports of the node keep pods on its network apart.
    let asked = replicated(view).into_iter().filter(|it| !it.is_on_host_network());
    let asked = asked.map(|workload| {
        let spreads = workload.spreads().unwrap_or_default();
        // What the node selector keeps in one place is not spread over several.
        let is_free = |it: &Spread<'_>| !workload.selects_node_by(it.topology());
        let found =
            spreads.into_iter().find(|it| it.is_sure(workload) && is_free(it) && is_wanted(*it));
        match found {
            Some(spread) => {
                let what = format!("spread by `{}`", spread.topology());
                let at = spread.node.at(&["topologyKey"]).unwrap_or(spread.node);
                (says(at.place(), &workload.subject(), &what), is_sure(workload, project))
            }
            None => (lacks(workload, &workload.subject()), false),
        }
    });
    each(asked, nobody(view, ALONE), "replicated workload", lack)
}

fn nodes(view: &View<'_>) -> Answer {
    spread(view, |_| true, "whose pods may all run on one node")
}

/// Over what Swarm spreads the replicas of a service: `node.labels.zone`.
///
/// Source: docs.docker.com/reference/compose-file/deploy, "placement".
fn swarm_zone(service: Service<'_>) -> Option<Node<'_>> {
    let preferences = service.node().at(&["deploy", "placement", "preferences"])?;
    let spreads = preferences.items().filter_map(|it| it.at(&["spread"]));
    spreads.into_iter().find(|it| {
        let label = it.text().to_ascii_lowercase();
        ["zone", "region", "datacenter"].iter().any(|place| label.ends_with(place))
    })
}

/// Without a cluster, only Swarm knows of more than one machine.
fn zones_of_services(view: &View<'_>) -> Answer {
    let services = lasting_services(view);
    let asked = services.iter().filter(|it| !is_store_service(**it)).map(|service| {
        let subject = service.subject();
        match swarm_zone(*service) {
            Some(at) => (says(at.place(), &subject, &format!("spread by `{}`", at.text())), true),
            None => (lacks(service.key().place(), &subject), false),
        }
    });
    each(asked, NO_WORKLOAD, "service", "that nothing spreads over zones")
}

fn zones(view: &View<'_>) -> Answer {
    if lasting(view).is_empty() {
        return zones_of_services(view);
    }
    #[allow(clippy::redundant_closure_for_method_calls)] // the type is not to be seen from here
    spread(view, |it| it.is_by_zone(), "whose pods may all run in one zone")
}

fn replicas(view: &View<'_>) -> Answer {
    let project = view.project();
    let workloads: Vec<_> = view
        .workloads_of(&GUARDED)
        .filter(|it| (it.has_pods() || it.borrows_from().is_some()) && !is_off(*it, project))
        .collect();
    let of_workloads = workloads.iter().map(|&workload| {
        let known = project.replicas_of(workload).filter(|it| it.count >= REPLICATED);
        match known {
            Some(replicas) => {
                let what = match replicas.by {
                    Some(by) => format!("at least {} pods, by {}", replicas.count, by.describe()),
                    None => format!("{} pods", replicas.count),
                };
                (says(replicas.at.place(), &workload.subject(), &what), is_sure(workload, project))
            }
            None => (lacks(workload, &workload.subject()), false),
        }
    });
    let platforms: Vec<_> = view.agents().filter_map(|agent| copies_of(agent)).collect();
    let has_platform = !workloads.is_empty() || !platforms.is_empty();
    // One beside a cluster is for those who have none.
    let services = if has_platform { Vec::new() } else { lasting_services(view) };
    let of_services = services.into_iter().filter(|it| !is_store_service(*it)).map(|service| {
        let subject = service.subject();
        match service.replicas().filter(|(count, _)| *count >= REPLICATED) {
            Some((count, at)) => (says(at.place(), &subject, &format!("{count} replicas")), true),
            None => (lacks(service.key().place(), &subject), false),
        }
    });
    let asked: Vec<_> = of_workloads.chain(platforms).chain(of_services).collect();
    if asked.is_empty() && lasting(view).is_empty() {
        return Answer::Lacking("nothing here says how many replicas run".to_owned(), Vec::new());
    }
    let nobody = "nothing here runs that could have replicas";
    each(asked, nobody, "deployment", "without a second replica")
}

fn regions(view: &View<'_>) -> Answer {
    let platforms = view.agents().map(|agent| &agent.platform);
    let spread = platforms.filter(|it| {
        let names: HashSet<_> = it.regions.iter().map(|region| region.text()).collect();
        names.len() > 1
    });
    let asked = spread.flat_map(|platform| {
        let is_replicated = !platform.replication.is_empty();
        let regions = platform.regions.iter().filter(|it| !is_templated(it.text()));
        let regions = regions.map(move |region| {
            (Proof::new(region.place(), format!("region `{}`", region.text())), is_replicated)
        });
        let ways = platform.replication.iter().filter(|it| !is_templated(it.value.text()));
        regions.chain(ways.map(|way| {
            let said = format!("replication of `{}`: {}", way.key.text(), way.value.text());
            (Proof::new(way.value.place(), said), true)
        }))
    });
    match each(asked, "", "region", "of which nothing says how data come there") {
        Answer::Moot(_) => {
            Answer::Lacking("nothing here names several regions".to_owned(), Vec::new())
        }
        answer => answer,
    }
}

/// How many of itself a configuration asks its platform for.
fn copies_of(agent: &AgentConfig<'_>) -> Option<(Proof, bool)> {
    let settings = [&agent.replicas, &agent.platform.instances];
    let (setting, count) = settings.into_iter().find_map(|it| Some((it, it.value()?)))?;
    let why = setting.when(|_| true)?;
    #[allow(clippy::cast_precision_loss)] // it is a handful
    let is_enough = count >= REPLICATED as f64;
    (count > 0.0).then(|| (Proof::new(why.at.place(), why.text), is_enough))
}

/// What a probe asks, in words.
fn question(probe: Probe<'_>) -> String {
    let Some((kind, node)) = probe.handler() else { return "a probe".to_owned() };
    let text = |key: &str| node.at(&[key]).map(Node::text);
    match kind {
        "httpGet" => format!("`{}` by HTTP", text("path").unwrap_or("/")),
        "tcpSocket" => format!("port {} by TCP", text("port").unwrap_or_default()),
        "grpc" => format!("port {} by gRPC", text("port").unwrap_or_default()),
        _ => "a command".to_owned(),
    }
}

/// The key that says how a probe asks.
fn asked_at(probe: Probe<'_>) -> Option<Node<'_>> {
    Some(probe.node().get(probe.handler()?.0)?.key)
}

/// A probe of which it is known what it asks.
fn known<'p>(container: Container<'p>, kind: &str) -> Option<Probe<'p>> {
    container.probe(kind).filter(|probe| probe.is_known())
}

/// Asks every container that does the work of its pod for a probe; `found` says where it is well, and what
/// is there.
fn ask_containers<'p>(
    view: &View<'p>,
    probe: &str,
    found: impl Fn(Container<'p>) -> Option<(Node<'p>, String)>,
) -> Vec<(Proof, bool)> {
    let containers = main_containers(&lasting(view)).into_iter();
    containers
        .map(|container| match found(container) {
            Some((at, what)) => {
                let is_sure = is_sure(container.workload(), view.project());
                (says(at.place(), &container.subject(), &what), is_sure)
            }
            // Where findings about the probe stand.
            None => (lacks(container.grip_at(&[probe]).place(), &container.subject()), false),
        })
        .collect()
}

fn both_probes(container: Container<'_>) -> Option<(Node<'_>, String)> {
    let liveness = known(container, "livenessProbe")?;
    let readiness = known(container, "readinessProbe")?;
    let what = format!("asks for {} and {}", question(liveness), question(readiness));
    Some((asked_at(liveness)?, what))
}

/// Whether Docker asks a service for its health, and where that is said.
fn health_of<'p>(service: Service<'p>, project: &Project<'p>) -> Option<Proof> {
    let subject = service.subject();
    match service.health() {
        Health::Given => {
            let test = service.node().at(&["healthcheck", "test"])?;
            let is_known = |node: Node<'_>| interpolated(node).is_some();
            let is_open = test.is_scalar() && !is_known(test) || !test.items().all(is_known);
            (!is_open).then(|| says(test.place(), &subject, "health check"))
        }
        Health::Disabled(_) => None,
        Health::OfTheImage => {
            if service.image_has_healthcheck() == Some(true) {
                let image = service.node().at(&["image"])?;
                return Some(says(image.place(), &subject, "health check of the image"));
            }
            let image = project.image_built_for(service)?;
            let place = project.dockerfile_of(service)?.health_place(&image)?;
            Some(says(place, &subject, "health check of the image"))
        }
    }
}

fn health_checks(view: &View<'_>) -> Answer {
    let services = lasting_services(view).into_iter().map(|service| {
        match health_of(service, view.project()) {
            Some(proof) => (proof, true),
            None => (lacks(service.key().place(), &service.subject()), false),
        }
    });
    let asked = ask_containers(view, "livenessProbe", both_probes).into_iter().chain(services);
    each(asked, "no container runs here", "container", "without a known health check")
}

/// The numbers that a liveness probe states.
///
/// Source: the reliability chapter of Paladin ("Health Checks").
const NUMBERS: [&str; 3] = ["periodSeconds", "timeoutSeconds", "failureThreshold"];

fn liveness(view: &View<'_>) -> Answer {
    let found = |container| {
        let probe = known(container, "livenessProbe")?;
        // A startup probe holds the others back until the container has started.
        let waits =
            probe.states("initialDelaySeconds") || container.probe("startupProbe").is_some();
        let is_complete = waits && NUMBERS.iter().all(|number| probe.states(number));
        let at = asked_at(probe)?;
        let patience = probe.patience()?;
        let what = format!("asks for {}, restarted after {patience} s", question(probe));
        is_complete.then_some((at, what))
    };
    let asked = ask_containers(view, "livenessProbe", found);
    each(asked, NO_WORKLOAD, "container", "without a liveness probe that states its numbers")
}

fn readiness(view: &View<'_>) -> Answer {
    let found = |container| {
        let probe = known(container, "readinessProbe")?;
        let liveness = container.probe("livenessProbe");
        let differs = liveness.is_none_or(|liveness| {
            !liveness.asks_the_same(probe) || liveness.is_more_patient(probe) == Some(true)
        });
        let at = asked_at(probe)?;
        differs.then(|| (at, format!("asks for {}", question(probe))))
    };
    let asked = ask_containers(view, "readinessProbe", found);
    let lack = "without a readiness probe that differs from the liveness probe";
    each(asked, NO_WORKLOAD, "container", lack)
}

fn load_balancing(view: &View<'_>) -> Answer {
    let project = view.project();
    let workloads = lasting(view);
    if workloads.is_empty() {
        return balanced_by_swarm(view);
    }
    let behind: Vec<_> = workloads
        .into_iter()
        .filter_map(|it| {
            let mut services = project.services_of(it);
            let first = services.next()?;
            // One for the members to find each other may know those that are not ready, too.
            let is_heeded = |service: &Object<'_>| !ignores_readiness(*service);
            let heeding = is_heeded(&first).then_some(first).or_else(|| services.find(is_heeded));
            Some((it, heeding.ok_or(first)))
        })
        .collect();
    let containers = behind.iter().flat_map(|(workload, service)| {
        let containers = main_containers(std::slice::from_ref(workload)).into_iter();
        containers.filter(|it| it.takes_requests()).map(move |container| (container, *service))
    });
    let probe = |container| known(container, "readinessProbe");
    let asked = containers.map(|(container, service)| match service.ok().zip(probe(container)) {
        Some((service, probe)) => {
            let at = asked_at(probe).unwrap_or_else(|| container.grip());
            let what = format!(
                "gets requests of {} while {} answers",
                service.describe(),
                question(probe)
            );
            (says(at.place(), &container.subject(), &what), is_sure(container.workload(), project))
        }
        None => (lacks(container, &container.subject()), false),
    });
    let lack = "that [gets|get] requests without being asked whether [it is|they are] ready";
    each(asked, "no workload here is behind a Service", "container", lack)
}

/// Whether a Service sends requests to pods that are not ready.
fn ignores_readiness(service: Object<'_>) -> bool {
    let stated = service.node().at(&["spec", "publishNotReadyAddresses"]);
    stated.is_some_and(|it| it.as_bool() != Some(false))
}

/// What is said of something that only a cluster does, where there is none.
fn without_cluster(view: &View<'_>, absent: &str) -> Answer {
    let services = lasting_services(view);
    if services.is_empty() {
        return Answer::Lacking(absent.to_owned(), Vec::new());
    }
    let at = services.iter().map(|it| lacks(it.key().place(), &it.subject())).collect();
    Answer::Lacking(format!("{absent}: Compose runs everything on one machine"), at)
}

fn orchestrator(view: &View<'_>) -> Answer {
    let project = view.project();
    let workloads = lasting(view);
    if workloads.is_empty() {
        return swarm(view);
    }
    let behind = workloads.iter().filter_map(|it| project.services_of(*it).next());
    let mut seen = HashSet::new();
    let services: Vec<_> = behind
        .filter(|service| seen.insert(service.node().place()))
        .map(|service| says(service, &service.subject(), "distributes requests"))
        .collect();
    let controlled = workloads.iter().map(|workload| {
        let is_controlled = workload.kind() != WorkloadKind::Pod;
        let proof = Proof::new((*workload).into(), name_of(&workload.subject()));
        (proof, is_controlled && is_sure(*workload, project))
    });
    match each(controlled, NO_WORKLOAD, "Pod", "without a controller that brings [it|them] back") {
        Answer::Shown(_) if services.is_empty() => {
            Answer::Lacking("no Service here distributes requests".to_owned(), Vec::new())
        }
        Answer::Shown(mut proofs) => {
            proofs.extend(services);
            Answer::Shown(proofs)
        }
        answer => answer,
    }
}

/// Swarm sends requests to those of its tasks whose health check says that they are well.
fn balanced_by_swarm(view: &View<'_>) -> Answer {
    let services = lasting_services(view);
    if !services.iter().any(|it| it.is_for_swarm()) {
        return without_cluster(view, "no load balancer here");
    }
    let open = services.into_iter().filter(|it| it.node().get("ports").is_some());
    let asked = open.map(|service| match health_of(service, view.project()) {
        Some(proof) => (proof, service.is_for_swarm()),
        None => (lacks(service.key().place(), &service.subject()), false),
    });
    each(asked, "no service here has a port", "service", "without a health check for Swarm")
}

/// Swarm starts what ends again, on another machine if need be, and distributes requests by itself.
fn swarm(view: &View<'_>) -> Answer {
    let services = lasting_services(view);
    if !services.iter().any(|it| it.is_for_swarm()) {
        return without_cluster(view, "no orchestrator here");
    }
    let asked = services.iter().map(|service| {
        let subject = service.subject();
        match service.node().get("deploy").filter(|_| service.is_for_swarm()) {
            Some(deploy) => (says(deploy.key.place(), &subject, "for Swarm"), true),
            None => (lacks(service.key().place(), &subject), false),
        }
    });
    each(asked, NO_WORKLOAD, "service", "that [says|say] nothing for Swarm")
}

/// From which delay of its liveness probe on a container counts as one that starts slowly, in seconds.
///
/// Source: the reliability chapter of Paladin ("Health Checks": `initialDelaySeconds: 30`).
const QUICK: i64 = 30;

fn startup_probe(view: &View<'_>) -> Answer {
    let project = view.project();
    let workloads = lasting(view);
    let containers = workloads.iter().flat_map(|workload| workload.containers());
    let lasting = containers.filter(|it| ContainerClasses::LONG_RUNNING.contains(it.class()));
    let asked = lasting.filter_map(|container| {
        let delay =
            container.probe("livenessProbe").and_then(|it| it.number("initialDelaySeconds"));
        let is_slow = delay.is_some_and(|delay| delay > QUICK)
            || project.serves_a_model(Runner::Container(container));
        match known(container, "startupProbe") {
            Some(probe) => {
                let at = asked_at(probe)?;
                let what = match probe.time_to_start() {
                    Some(seconds) => format!("has {seconds} s to start"),
                    None => "startup probe".to_owned(),
                };
                Some((
                    says(at.place(), &container.subject(), &what),
                    is_sure(container.workload(), project),
                ))
            }
            None => is_slow.then(|| (lacks(container, &container.subject()), false)),
        }
    });
    let none = nobody(view, "no container here is known to start slowly");
    each(asked, none, "slow container", "without a startup probe")
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    /// A Deployment of that name with those fields, and those of its pods and of their container.
    fn deployment(fields: &str, pods: &str, container: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  \
             {{{fields}, selector: {{matchLabels: {{app: api}}}}, template: {{metadata: {{labels: {{app: api}}}},\n   \
             spec: {{{pods}\n    containers: [{{name: api, image: 'acme/api:1', {container}}}]}}}}}}\n"
        )
    }

    const BUDGET: &str = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\n\
                          spec: {minAvailable: MIN, selector: {matchLabels: {app: APP}}}\n";
    const SERVICE: &str = "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n\
                           spec: {selector: {app: api}, ports: [{port: 80}]}\n";

    fn asked(signal: &str, text: &str) -> String {
        ask(signal, &[("deploy/api.yaml", text)])
    }

    #[test]
    fn budgets_cover_what_is_replicated() {
        let three = deployment("replicas: 3", "", "");
        let with = |min: &str, app: &str| {
            let budget = BUDGET.replace("MIN", min).replace("APP", app);
            asked("availability/budget", &format!("{three}{budget}"))
        };
        let shown = "shown\ndeploy/api.yaml:12: PodDisruptionBudget `b`: `minAvailable: 2` for Deployment `api`";
        assert_eq!(with("2", "api"), shown);
        let lacking = "lacking: 1 replicated workload without a PodDisruptionBudget that lets a pod go\n\
                       deploy/api.yaml:3: Deployment `api`";
        // One that lets none go, one of other pods, one that a template decides, and one that selects by one.
        assert_eq!(with("3", "api"), lacking);
        assert_eq!(with("2", "web"), lacking);
        assert_eq!(with("'{{ min }}'", "api"), lacking);
        assert_eq!(with("2", "'${APP}'"), lacking);
        let twice = format!("{}{}", BUDGET.replace("name: b", "name: c"), BUDGET);
        let twice = twice.replace("MIN", "2").replace("APP", "api");
        assert_eq!(asked("availability/budget", &format!("{three}{twice}")), lacking);
        let single = deployment("replicas: 1", "", "");
        assert_eq!(
            asked("availability/budget", &single),
            "moot: no workload here runs more than one pod"
        );
        assert_eq!(ask("availability/budget", &[]), "moot: no workload of Kubernetes here");
    }

    #[test]
    fn pods_are_spread() {
        let by = |key: &str, app: &str| {
            deployment(
                "replicas: 3",
                &format!(
                    "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: {key}, whenUnsatisfiable: \
                     ScheduleAnyway, labelSelector: {{matchLabels: {{app: {app}}}}}}}],"
                ),
                "",
            )
        };
        let host = by("kubernetes.io/hostname", "api");
        let zone = by("topology.kubernetes.io/zone", "api");
        assert_eq!(
            asked("availability/zones", &zone),
            "shown\ndeploy/api.yaml:6: Deployment `api`: spread by `topology.kubernetes.io/zone`"
        );
        assert!(asked("availability/nodes", &zone).starts_with("shown"));
        assert!(asked("availability/nodes", &host).starts_with("shown"));
        assert!(
            asked("availability/zones", &host).starts_with("lacking: 1 replicated workload whose")
        );
        for other in [
            by("topology.kubernetes.io/zone", "web"),
            by("'${KEY}'", "api"),
            deployment("replicas: 2", "", ""),
        ] {
            assert!(asked("availability/nodes", &other).starts_with("lacking"), "{other}");
        }
        let single = deployment("replicas: 1", "", "");
        assert!(asked("availability/zones", &single).starts_with("moot"));
    }

    #[test]
    fn replicas_are_counted() {
        let two = deployment("replicas: 2", "", "");
        assert_eq!(
            asked("availability/replicas", &two),
            "shown\ndeploy/api.yaml:5: Deployment `api`: 2 pods"
        );
        for other in ["replicas: 1", "replicas: '${N}'", "paused: false"] {
            let answer = asked("availability/replicas", &deployment(other, "", ""));
            assert!(
                answer.starts_with("lacking: 1 deployment without a second replica"),
                "{answer}"
            );
        }
        let scaled = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\n\
                      spec: {scaleTargetRef: {kind: Deployment, name: api}, minReplicas: 2, maxReplicas: 5}\n";
        assert_eq!(
            asked(
                "availability/replicas",
                &format!("{}{scaled}", deployment("replicas: 1", "", ""))
            ),
            "shown\ndeploy/api.yaml:12: Deployment `api`: at least 2 pods, by HorizontalPodAutoscaler `api`"
        );
        let compose = "services: {api: {image: 'acme/api:1', deploy: {replicas: 2}}, db: {image: 'postgres:17'}}\n";
        assert_eq!(
            ask("availability/replicas", &[("compose.yaml", compose)]),
            "shown\ncompose.yaml:1: compose service `api`: 2 replicas"
        );
        let development =
            [("compose.dev.yaml", "services: {api: {image: a, deploy: {replicas: 2}}}\n")];
        assert_eq!(
            ask("availability/replicas", &development),
            "lacking: nothing here says how many replicas run"
        );
    }

    const LIVE: &str = "livenessProbe: {httpGet: {path: /live, port: 80}, initialDelaySeconds: 30, \
                        periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3}";
    const READY: &str = "readinessProbe: {httpGet: {path: /ready, port: 80}}";

    #[test]
    fn probes_ask() {
        let both = deployment("replicas: 2", "", &format!("{LIVE}, {READY}"));
        assert_eq!(
            asked("availability/health-checks", &both),
            "shown\ndeploy/api.yaml:7: container `api` of Deployment `api`: asks for `/live` by HTTP and `/ready` by HTTP"
        );
        assert!(asked("availability/health-checks", &both).starts_with("shown"));
        assert!(asked("availability/liveness", &both).contains("restarted after 30 s"));
        assert!(asked("availability/readiness", &both).starts_with("shown"));
        let implicit = LIVE.replace("timeoutSeconds: 5, ", "");
        let implicit = deployment("replicas: 2", "", &format!("{implicit}, {READY}"));
        assert!(asked("availability/liveness", &implicit).starts_with("lacking: 1 container"));
        assert!(asked("availability/health-checks", &implicit).starts_with("shown"));
        let same = READY.replace("/ready", "/live");
        let same = deployment("replicas: 2", "", &format!("{LIVE}, {same}"));
        assert!(asked("availability/readiness", &same).starts_with("lacking"));
        let template = READY.replace("80", "'${PORT}'");
        let template = deployment("replicas: 2", "", &format!("{LIVE}, {template}"));
        assert!(asked("availability/health-checks", &template).starts_with("lacking"));
        assert_eq!(ask("availability/health-checks", &[]), "moot: no container runs here");
    }

    #[test]
    fn compose_asks_for_health() {
        let compose = |check: &str| {
            let text =
                format!("services: {{api: {{image: 'acme/api:1', healthcheck: {check}}}}}\n");
            ask("availability/health-checks", &[("compose.yaml", &text)])
        };
        assert_eq!(
            compose("{test: [CMD, /check]}"),
            "shown\ncompose.yaml:1: compose service `api`: health check"
        );
        for check in ["{disable: true}", "{interval: 5s}", "{test: '${CHECK}'}"] {
            assert!(compose(check).starts_with("lacking"), "{check}");
        }
    }

    #[test]
    fn services_send_requests_to_who_is_ready() {
        let ready = format!("{}{SERVICE}", deployment("replicas: 2", "", READY));
        assert_eq!(
            asked("availability/load-balancing", &ready),
            "shown\ndeploy/api.yaml:7: container `api` of Deployment `api`: gets requests of Service `api` while \
             `/ready` by HTTP answers"
        );
        let unready = format!("{}{SERVICE}", deployment("replicas: 2", "", ""));
        assert!(asked("availability/load-balancing", &unready).starts_with("lacking: 1 container"));
        assert_eq!(
            asked("availability/load-balancing", &deployment("replicas: 2", "", READY)),
            "moot: no workload here is behind a Service"
        );
        for (stated, is_shown) in [("true", false), ("false", true)] {
            let spec = format!("spec: {{publishNotReadyAddresses: {stated}, selector");
            let answer = asked(
                "availability/load-balancing",
                &ready.replace("spec: {selector: {app", &format!("{spec}: {{app")),
            );
            assert_eq!(answer.starts_with("shown"), is_shown, "{stated}: {answer}");
        }
        let compose = [("compose.yaml", "services: {api: {image: 'acme/api:1'}}\n")];
        assert_eq!(
            ask("availability/load-balancing", &compose),
            "lacking: no load balancer here: Compose runs everything on one machine\n\
             compose.yaml:1: compose service `api`"
        );
        assert!(
            asked("availability/orchestrator", &ready)
                .ends_with("Service `api`: distributes requests")
        );
        assert!(
            ask("availability/orchestrator", &compose).starts_with("lacking: no orchestrator here")
        );
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'a:1'}]}\n";
        assert_eq!(
            asked("availability/orchestrator", pod),
            "lacking: 1 Pod without a controller that brings it back\ndeploy/api.yaml:3: Pod `p`"
        );
        let swarm = "services: {api: {image: 'acme/api:1', deploy: {update_config: {order: start-first}}}}\n";
        assert_eq!(
            ask("availability/orchestrator", &[("compose.yaml", swarm)]),
            "shown\ncompose.yaml:1: compose service `api`: for Swarm"
        );
    }

    #[test]
    fn stateful_sets_are_asked_too() {
        let set = |replicas: &str| {
            deployment(replicas, "", READY).replace("kind: Deployment", "kind: StatefulSet")
        };
        let replicas = |text: &str| asked("availability/replicas", text);
        assert_eq!(
            replicas(&set("replicas: 1")),
            "lacking: 1 deployment without a second replica\ndeploy/api.yaml:3: StatefulSet `api`"
        );
        assert!(replicas(&set("replicas: 2")).starts_with("shown"));
        let scaled = asked("scaling/autoscaler", &format!("{}{SERVICE}", set("replicas: 2")));
        assert!(scaled.starts_with("lacking: 1 workload without an autoscaler"), "{scaled}");
    }

    #[test]
    fn what_is_kept_in_one_zone_is_not_spread() {
        const ZONE: &str = "topology.kubernetes.io/zone";
        let spread = format!(
            "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: {ZONE}, whenUnsatisfiable: DoNotSchedule, \
             labelSelector: {{matchLabels: {{app: api}}}}}}],"
        );
        let among = |values: &str| {
            format!(
                "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: \
                 [{{matchExpressions: [{{key: {ZONE}, operator: In, values: [{values}]}}]}}]}}}}}},"
            )
        };
        for (pods, is_shown) in [
            (String::new(), true),
            ("nodeSelector: {disk: ssd},".to_owned(), true),
            (format!("nodeSelector: {{{ZONE}: eu-1a}},"), false),
            (among("eu-1a, eu-1b"), true),
            (among("eu-1a"), false),
        ] {
            let text = deployment("replicas: 2", &format!("{pods} {spread}"), "");
            let answer = asked("availability/zones", &text);
            assert_eq!(answer.starts_with("shown"), is_shown, "{pods}: {answer}");
        }
        let compose = |deploy: &str| {
            let text = format!(
                "services: {{api: {{image: 'acme/api:1', ports: ['80:80'], deploy: {{replicas: 2, {deploy}}}}}}}\n"
            );
            ["availability/zones", "rollout/rolling-update"]
                .map(|signal| ask(signal, &[("compose.yaml", &text)]).starts_with("shown"))
        };
        assert_eq!(compose(""), [false, false]);
        assert_eq!(
            compose("placement: {preferences: [{spread: node.labels.zone}]}"),
            [true, false]
        );
        assert_eq!(compose("update_config: {order: start-first}"), [false, true]);
        assert_eq!(compose("update_config: {order: stop-first}"), [false, false]);
    }

    #[test]
    fn nothing_of_tests_and_charts_is_taken_for_what_runs() {
        let api = deployment("replicas: 2", "", READY);
        for path in ["examples/api.yaml", "tests/e2e/api.yaml"] {
            let answer = ask("availability/replicas", &[(path, &api)]);
            assert!(answer.starts_with("lacking: nothing here says"), "{path}: {answer}");
        }
        let template = api.replace("replicas: 2", "replicas: {{ .Values.replicas }}");
        let chart = [
            ("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
            ("shop/templates/api.yaml", template.as_str()),
        ];
        assert_eq!(
            ask("availability/budget", &chart),
            "lacking: no workload of Kubernetes here, but a template of manifests is not rendered\n\
             shop/templates/api.yaml:1: a template, which is not read before it is rendered"
        );
    }

    #[test]
    fn numbers_agree() {
        let web = |text: &str| text.replace("api", "web").replace("webVersion", "apiVersion");
        let two = format!(
            "{}{SERVICE}---\n{}{}",
            deployment("replicas: 2", "", ""),
            web(&deployment("replicas: 2", "", "")),
            web(SERVICE),
        );
        for (signal, what) in [
            (
                "availability/load-balancing",
                "2 containers that get requests without being asked whether they are ready",
            ),
            (
                "rollout/graceful-termination",
                "2 containers that do not wait in a preStop hook within the grace period",
            ),
        ] {
            let answer = asked(signal, &two);
            assert!(answer.starts_with(&format!("lacking: {what}")), "{answer}");
        }
    }

    #[test]
    fn slow_starts_are_waited_for() {
        let slow = LIVE.replace("30", "120");
        assert!(
            asked("availability/startup-probe", &deployment("replicas: 2", "", &slow))
                .starts_with("lacking: 1 slow container")
        );
        let probe = "startupProbe: {httpGet: {path: /live, port: 80}, periodSeconds: 5, failureThreshold: 24}";
        let quick = deployment("replicas: 2", "", &format!("{slow}, {probe}"));
        assert!(asked("availability/startup-probe", &quick).ends_with("has 120 s to start"));
        assert!(
            asked("availability/startup-probe", &deployment("replicas: 2", "", LIVE))
                .starts_with("moot: no container here")
        );
    }

    #[test]
    fn several_regions_are_named() {
        let text = "garrison: {garrison_type: sqlite}\nllm: {default_provider: openai}\nregions:\n  - {name: us-east-1}\n  \
                    - {name: eu-west-1}\n";
        let ask =
            |more: &str| ask("availability/regions", &[("config.yml", &format!("{text}{more}"))]);
        assert_eq!(
            ask("replication: {garrison: async}\n"),
            "shown\nconfig.yml:4: region `us-east-1`\nconfig.yml:5: region `eu-west-1`\n\
             config.yml:6: replication of `garrison`: async"
        );
        assert!(ask("").starts_with("lacking: 2 regions of which"));
    }
}
