//! What is traced, measured and logged, and where it goes.

use std::collections::HashMap;

use super::{Answer, Proof, Signal, View, name_of};
use crate::agent::collector::{Section, is_output, kind};
use crate::agent::{AgentConfig, is_console, is_loopback};
use crate::image::ImageRef;
use crate::k8s::monitor::is_for_metrics;
use crate::k8s::telemetry::{declares_tracing, is_about_tracing, propagates_w3c, ratio};
use crate::k8s::{Container, ContainerClasses, Service, Workload, WorkloadKind, is_templated};
use crate::project::Runner;
use crate::source::Place;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "telemetry/tracing",
        about: "everything that is set up for traces makes them, and something is",
        look: tracing,
    },
    Signal {
        name: "telemetry/trace-backend",
        about: "everything that makes traces says where they go",
        look: trace_backend,
    },
    Signal {
        name: "telemetry/sampling",
        about: "a part of all requests is traced: more than none, and fewer than all",
        look: sampling,
    },
    Signal {
        name: "telemetry/propagation",
        about: "everything that makes traces hands on the trace context of the W3C",
        look: propagation,
    },
    Signal {
        name: "telemetry/metrics-endpoint",
        about: "every agent has an endpoint for its metrics",
        look: metrics_endpoint,
    },
    Signal {
        name: "telemetry/metrics-collected",
        about: "whatever has an endpoint for metrics is scraped, or a collector takes metrics in",
        look: metrics_collected,
    },
    Signal {
        name: "telemetry/infrastructure",
        about: "an agent on the machines measures CPU, memory, network and disks",
        look: infrastructure,
    },
    Signal {
        name: "telemetry/logs-collected",
        about: "a collector, a shipper or the driver of each container takes logs to one place",
        look: logs_collected,
    },
];

type Said = (Proof, bool);

fn said(at: Place, says: impl Into<String>, yes: bool) -> Said {
    (Proof::new(at, says), yes)
}

/// A process, and what its variables say.
struct Process<'p> {
    who: String,
    container: Option<Container<'p>>,
    /// The values, where they are known, and where they stand.
    variables: HashMap<String, (Option<String>, Place)>,
    /// Whether others may come from what is not among the files.
    is_open: bool,
    /// Whether an operator instruments it.
    is_instrumented: bool,
    at: Place,
}

impl<'p> Process<'p> {
    fn all(view: &View<'p>) -> Vec<Process<'p>> {
        let containers = view.containers(WorkloadKind::SERVING, ContainerClasses::LONG_RUNNING);
        let services = view.services().map(|service| {
            let of = |it: crate::compose::Variable<'p>| {
                (it.name.to_owned(), (it.known_value(), it.place))
            };
            Process {
                who: format!("service `{}`", service.name()),
                container: None,
                variables: service.environment().into_iter().map(of).collect(),
                is_open: service.given_variables().is_none(),
                is_instrumented: false,
                at: service.node().place(),
            }
        });
        containers.map(|it| Process::of_container(view, it)).chain(services).collect()
    }

    fn of_container(view: &View<'p>, container: Container<'p>) -> Self {
        let variables = view.project().variables_of(container);
        let of = |it: &crate::k8s::Variable<'_>| {
            let known = it.value.as_deref().filter(|value| !is_templated(value));
            (it.name.clone().into_owned(), (known.map(str::to_owned), it.at.place()))
        };
        let is_declared = declares_tracing(container, &variables);
        let all: HashMap<_, _> = variables.iter().map(of).collect();
        Process {
            who: name_of(&container.subject()),
            container: Some(container).filter(|_| is_declared),
            variables: all,
            is_open: variables.is_open(),
            is_instrumented: view.project().is_instrumented(container.workload()),
            at: container.grip().place(),
        }
    }

    fn get(&self, name: &str) -> Option<(&str, Place)> {
        let (value, at) = self.variables.get(name)?;
        Some((value.as_deref()?, *at))
    }

    /// The variable that says that it makes traces, and is not switched off.
    fn traced(&self) -> Option<Place> {
        let is = |name: &str, words: &[&str]| {
            let value = self.get(name).map(|(value, _)| value.trim().to_ascii_lowercase());
            value.is_some_and(|value| words.contains(&value.as_str()))
        };
        let is_off = is("OTEL_SDK_DISABLED", &["true"])
            || is("OTEL_TRACES_EXPORTER", &["none", "console", "logging"]);
        // A collector of its own has such variables as well.
        let mut about: Vec<_> =
            self.variables.iter().filter(|(name, _)| is_about_tracing(name)).collect();
        about.sort_by_key(|(name, _)| name.as_str());
        about.first().filter(|_| !is_off).map(|(_, (_, at))| *at)
    }

    /// Where its traces go.
    fn endpoint(&self) -> Option<(&str, Place)> {
        let names = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
        names.into_iter().find_map(|name| self.get(name)).filter(|(value, _)| !value.is_empty())
    }
}

/// What makes traces: processes by their variables, and agents by their configurations.
fn traced<'p>(view: &View<'p>) -> impl Iterator<Item = (Process<'p>, Place)> {
    Process::all(view).into_iter().filter_map(|process| {
        let at = process.traced()?;
        Some((process, at))
    })
}

/// The agents whose format can say whether anything is traced.
fn agents<'a, 'p>(view: &'a View<'p>) -> impl Iterator<Item = &'a AgentConfig<'p>> {
    view.agents().filter(|agent| agent.is_of_agent() && agent.telemetry.tracing.is_in_format())
}

fn tracing(view: &View<'_>) -> Answer {
    let of_agents = agents(view).map(|agent| {
        let tracing = &agent.telemetry.tracing;
        let who = name_of(&agent.subject());
        if let Some(on) = tracing.on() {
            said(on.at.place(), format!("{who}: {}", on.text), true)
        } else {
            let at = tracing.at().unwrap_or(agent.root());
            said(at.place(), format!("{who} is not set up for traces"), false)
        }
    });
    let of_agents: Vec<_> = of_agents.collect();
    let mut all: Vec<Said> = traced(view)
        .map(|(process, at)| said(at, format!("{} makes traces", process.who), true))
        .collect();
    let instrumented = Process::all(view).into_iter().filter(|it| it.is_instrumented);
    all.extend(instrumented.map(|it| said(it.at, format!("{} is instrumented", it.who), true)));
    // An agent that another configuration of the same process says nothing of may be traced by its
    // variables.
    let is_by_variables = !all.is_empty();
    all.extend(of_agents.into_iter().filter(|(_, yes)| *yes || !is_by_variables));
    Answer::demanded(all, "nothing here is set up for traces")
}

/// The pipelines of collectors for a kind of data, with whether they end anywhere but in the
/// collector's own output.
fn pipelines<'a, 'p>(
    view: &'a View<'p>,
    data: &'a str,
) -> impl Iterator<Item = (&'a AgentConfig<'p>, Node<'p>, bool)> {
    view.agents().filter_map(|agent| Some((agent, agent.collector.as_ref()?))).flat_map(
        move |(agent, collector)| {
            let of = collector.pipelines.iter().filter(move |it| kind(it.name.text()) == data);
            let of = of.filter(|it| !it.exporters.is_empty());
            of.map(move |it| {
                let is_sent = it.exporters.iter().any(|id| {
                    !is_output(id.text())
                        && collector.component(Section::Exporters, id.text()).is_some()
                });
                (agent, it.sink, is_sent)
            })
        },
    )
}

fn of_pipelines(view: &View<'_>, data: &str) -> Vec<Said> {
    let of = pipelines(view, data).map(|(agent, sink, is_sent)| {
        let who = name_of(&agent.subject());
        let says = if is_sent { "sends on" } else { "keeps to its own output" };
        said(sink.place(), format!("{who} {says} {data}"), is_sent)
    });
    of.collect()
}

fn trace_backend(view: &View<'_>) -> Answer {
    let mut all = of_pipelines(view, "traces");
    let has_collector = all.iter().any(|(_, is_sent)| *is_sent);
    for (process, at) in traced(view) {
        match process.endpoint() {
            Some((endpoint, at)) => {
                all.push(said(at, format!("{} sends traces to {endpoint}", process.who), true));
            }
            // The pod may hold a collector, or what is not among the files may say it.
            None if process.is_open || has_collector => {}
            None => {
                let grip = process.container.map_or(at, |it| it.grip_at(&["env"]).place());
                all.push(said(grip, format!("{} has no endpoint for traces", process.who), false));
            }
        }
    }
    for agent in agents(view).filter(|agent| agent.telemetry.tracing.on().is_some()) {
        let exporter = &agent.telemetry.trace_exporter;
        let Some(console) = exporter.when(is_console) else { continue };
        all.push(said(console.at.place(), console.text, false));
    }
    Answer::demanded(all, "nothing here says where traces go")
}

fn sampling(view: &View<'_>) -> Answer {
    let fits = |rate: f64| rate > 0.0 && rate < 1.0;
    let shown = |rate: f64| {
        format!("{} % of requests are traced", crate::gate::value::rounded(rate * 100.0))
    };
    let collectors: Vec<_> = view.agents().filter_map(|agent| agent.collector.as_ref()).collect();
    let sampled: Vec<Said> = collectors.iter().filter_map(|it| of_sampler(it)).collect();
    if sampled.iter().any(|(_, yes)| *yes) {
        return Answer::demanded(sampled, "");
    }
    let mut all = sampled;
    for agent in view.agents().filter(|agent| agent.telemetry.tracing.off().is_none()) {
        let rate = &agent.telemetry.sample_rate;
        // A default says nothing of who makes no traces.
        let is_asked = rate.unset().is_none() || agent.telemetry.tracing.on().is_some();
        let Some((value, at)) = rate.value().zip(rate.at()).filter(|_| is_asked) else { continue };
        all.push(said(at.place(), shown(value), fits(value)));
    }
    for (process, at) in traced(view) {
        let argument = process.get("OTEL_TRACES_SAMPLER_ARG").map(|(value, _)| value);
        let stated = process.get("OTEL_TRACES_SAMPLER");
        let rate = stated.and_then(|(sampler, at)| Some((ratio(sampler, argument)?, at)));
        match rate {
            Some((rate, at)) => {
                all.push(said(at, format!("{}: {}", process.who, shown(rate)), fits(rate)));
            }
            None => {
                all.push(said(at, format!("{} says no part that is traced", process.who), false));
            }
        }
    }
    Answer::demanded(all, "nothing here says which part of all requests is traced")
}

/// What a collector's sampler keeps, where a pipeline for traces uses it.
fn of_sampler(collector: &crate::agent::Collector<'_>) -> Option<Said> {
    let traces = collector.pipelines.iter().filter(|it| kind(it.name.text()) == "traces");
    let mut used = traces.flat_map(|it| it.processors.iter());
    let id =
        used.find(|id| matches!(kind(id.text()), "probabilistic_sampler" | "tail_sampling"))?;
    let component = collector.component(Section::Processors, id.text())?;
    if component.kind() == "tail_sampling" {
        let policies = component.settings.at(&["policies"])?;
        let has_some = policies.items().len() > 0;
        return Some(said(component.id.place(), "a collector chooses which traces stay", has_some));
    }
    let percent = component.settings.at(&["sampling_percentage"])?;
    let share = percent.as_number()?;
    let says = format!("a collector keeps {share} % of the traces");
    Some(said(percent.place(), says, share > 0.0 && share < 100.0))
}

fn propagation(view: &View<'_>) -> Answer {
    let mut all: Vec<Said> = Vec::new();
    for (process, at) in traced(view) {
        match process.get("OTEL_PROPAGATORS") {
            Some((stated, at)) => {
                let says = format!("{} propagates {stated}", process.who);
                all.push(said(at, says, propagates_w3c(stated)));
            }
            // What the specification says where nothing is stated: `tracecontext,baggage`.
            None if !process.variables.contains_key("OTEL_PROPAGATORS") && !process.is_open => {
                let says = format!("{} propagates tracecontext, the default", process.who);
                all.push(said(at, says, true));
            }
            None => all.push(said(at, format!("{} may propagate anything", process.who), false)),
        }
    }
    Answer::demanded(all, "nothing here is set up for traces by OpenTelemetry")
}

/// Where a workload says that it has metrics: the name of a port, or an annotation.
fn exposure(view: &View<'_>, workload: Workload<'_>) -> Option<Place> {
    let ports = workload.long_running().flat_map(|container| container.ports().collect::<Vec<_>>());
    let mut names = ports.filter_map(crate::k8s::ports::ContainerPort::name);
    let port = names.find(|name| is_for_metrics(name.text()));
    let of_pod = workload.pod_annotation("prometheus.io/scrape");
    let asked = of_pod.filter(|it| it.text() == "true");
    let services = view.project().services_of(workload).filter_map(Service::of);
    let of_service = || {
        services.take(crate::project::MOST).find_map(|service| {
            let asked = service.object().annotation("prometheus.io/scrape");
            let mut names = service.ports().filter_map(crate::k8s::service::ServicePort::name);
            let port = names.find(|name| is_for_metrics(name.text()));
            port.or(asked.filter(|it| it.text() == "true"))
        })
    };
    Some(port.or(asked).or_else(of_service)?.place())
}

fn serving<'p>(view: &View<'p>) -> impl Iterator<Item = Workload<'p>> {
    let all = view.workloads_of(WorkloadKind::SERVING);
    all.filter(|workload| workload.has_pods() && !workload.runs_to_completion())
}

/// Hosts of what looks at others: its metrics say nothing of what it looks at.
const WATCHERS: [&str; 11] = [
    "alertmanager",
    "cadvisor",
    "grafana",
    "jaeger",
    "kube-state-metrics",
    "loki",
    "node-exporter",
    "prometheus",
    "promtail",
    "tempo",
    "zipkin",
];

pub(super) fn is_watcher(host: &str) -> bool {
    let name = host.split('.').next().unwrap_or(host).to_ascii_lowercase().replace('_', "-");
    let mut rest = WATCHERS.iter().filter_map(|known| name.strip_prefix(known));
    rest.any(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// What a Prometheus of the project scrapes besides itself and its like.
fn scraped(view: &View<'_>) -> Vec<(String, Place)> {
    let scrapers = view.agents().filter_map(|agent| agent.scraper.as_ref());
    let targets = scrapers.flat_map(|it| &it.jobs).flat_map(|job| &job.targets);
    let of = targets.filter_map(|target| {
        let host = target.text().split([':', '/']).next()?;
        let is_known = !host.is_empty()
            && !is_loopback(host)
            && !is_watcher(host)
            && !is_templated(target.text());
        is_known.then(|| (target.text().to_owned(), target.place()))
    });
    of.collect()
}

fn metrics_endpoint(view: &View<'_>) -> Answer {
    let mut all: Vec<Said> = Vec::new();
    for workload in serving(view) {
        let who = name_of(&workload.subject());
        let mut containers = workload.long_running();
        let runs_agent = containers.any(|container| {
            let mut read = view.project().agents_of(Runner::Container(container));
            read.any(|(agent, _)| agent.is_of_agent())
        });
        match exposure(view, workload) {
            Some(at) => all.push(said(at, format!("{who} has metrics"), true)),
            None if runs_agent => {
                all.push(said(
                    workload.object().grip().place(),
                    format!("{who} has no endpoint for metrics"),
                    false,
                ));
            }
            None => {}
        }
    }
    for agent in view.agents().filter(|agent| agent.is_of_agent()) {
        let metrics = &agent.telemetry.metrics;
        let who = name_of(&agent.subject());
        if let Some(on) = metrics.on() {
            all.push(said(on.at.place(), format!("{who}: {}", on.text), true));
        } else if let Some(off) = metrics.off() {
            all.push(said(off.at.place(), format!("{who}: {}", off.text), false));
        }
    }
    all.extend(
        scraped(view)
            .into_iter()
            .map(|(target, at)| said(at, format!("{target} is scraped"), true)),
    );
    Answer::demanded(all, "nothing here has an endpoint for metrics")
}

fn metrics_collected(view: &View<'_>) -> Answer {
    let mut all = of_pipelines(view, "metrics");
    let scraped = scraped(view);
    let is_configured = !scraped.is_empty();
    all.extend(
        scraped.into_iter().map(|(target, at)| said(at, format!("{target} is scraped"), true)),
    );
    for workload in serving(view) {
        let Some(at) = exposure(view, workload) else { continue };
        let who = name_of(&workload.subject());
        if let Some(monitor) = view.project().monitor_of(workload) {
            let says = format!("{} has {who} scraped", name_of(&monitor.subject()));
            all.push(said(monitor.grip().place(), says, true));
        } else if asks(view, workload) {
            all.push(said(at, format!("{who} asks to be scraped"), true));
        } else if !is_configured && !view.project().scrapes_by_configuration() {
            all.push(said(at, format!("nothing scrapes {who}"), false));
        }
    }
    Answer::demanded(all, "nothing here collects metrics")
}

fn asks(view: &View<'_>, workload: Workload<'_>) -> bool {
    let says = |annotation: Option<Node<'_>>| annotation.is_some_and(|it| it.text() == "true");
    says(workload.pod_annotation("prometheus.io/scrape"))
        || view
            .project()
            .services_of(workload)
            .any(|service| says(service.annotation("prometheus.io/scrape")))
}

/// Programs that measure the machine that they run on: the beginning of their image's name.
const MACHINE_AGENTS: [&str; 9] = [
    "agent-datadog",
    "azuremonitor",
    "cadvisor",
    "cloudwatch-agent",
    "datadog-agent",
    "netdata",
    "newrelic-infra",
    "node-exporter",
    "telegraf",
];

/// Programs that take the logs of others to one place.
const SHIPPERS: [&str; 10] = [
    "alloy",
    "datadog-agent",
    "filebeat",
    "fluent-bit",
    "fluentd",
    "grafana-agent",
    "logspout",
    "logstash",
    "promtail",
    "vector",
];

/// The images of containers and services.
fn images<'p>(view: &View<'p>) -> Vec<(String, Node<'p>)> {
    let containers = view.containers(WorkloadKind::BUT_SANDBOXES, ContainerClasses::LONG_RUNNING);
    let containers =
        containers.filter_map(|it| Some((name_of(&it.subject()), it.node().at(&["image"])?)));
    let services = view.services();
    let services =
        services.filter_map(|it| Some((format!("service `{}`", it.name()), it.foreign_image()?)));
    containers.chain(services).collect()
}

fn running(view: &View<'_>, known: &[&str], does: &str) -> Vec<Said> {
    let of = images(view).into_iter().filter_map(|(who, image)| {
        let name = ImageRef::parse(image.text()).short_name();
        let is_one = known.iter().any(|known| {
            name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        is_one.then(|| said(image.place(), format!("{who} {does}"), true))
    });
    of.collect()
}

/// Receivers of the collector that measure machines.
///
/// Source: open-telemetry/opentelemetry-collector-contrib, `receiver/`.
const HOST_RECEIVERS: [&str; 4] = ["docker_stats", "dockerstats", "hostmetrics", "kubeletstats"];

fn infrastructure(view: &View<'_>) -> Answer {
    let mut all = running(view, &MACHINE_AGENTS, "measures its machine");
    for collector in view.agents().filter_map(|agent| agent.collector.as_ref()) {
        let used = collector.pipelines.iter().flat_map(|it| it.receivers.iter());
        let host = used.filter(|id| HOST_RECEIVERS.contains(&kind(id.text())));
        all.extend(
            host.map(|id| {
                said(id.place(), format!("a collector measures by `{}`", id.text()), true)
            }),
        );
    }
    let scrapers = view.agents().filter_map(|agent| agent.scraper.as_ref());
    let jobs = scrapers.flat_map(|it| &it.jobs).filter(|job| {
        let name = job.name.text().to_ascii_lowercase().replace('_', "-");
        ["node-exporter", "cadvisor", "kubelet"].iter().any(|known| name.contains(known))
    });
    all.extend(jobs.map(|job| said(job.name.place(), format!("job `{}`", job.name.text()), true)));
    Answer::demanded(all, "nothing here measures CPU, memory, network and disks")
}

/// Drivers of Docker that keep logs on the machine, or nowhere.
const LOCAL_DRIVERS: [&str; 4] = ["journald", "json-file", "local", "none"];

fn logs_collected(view: &View<'_>) -> Answer {
    let mut all = of_pipelines(view, "logs");
    all.extend(running(view, &SHIPPERS, "ships logs"));
    if !all.is_empty() {
        return Answer::demanded(all, "");
    }
    let drivers = view.services().map(|service| {
        let driver = service.node().at(&["logging", "driver"]);
        let who = format!("service `{}`", service.name());
        match driver.filter(|it| !it.text().is_empty() && !it.text().contains('$')) {
            Some(driver) if !LOCAL_DRIVERS.contains(&driver.text()) => {
                said(driver.place(), format!("{who} logs by `{}`", driver.text()), true)
            }
            Some(driver) => {
                said(driver.place(), format!("{who} keeps its logs by `{}`", driver.text()), false)
            }
            None => said(service.node().place(), format!("{who} keeps its logs"), false),
        }
    });
    let drivers: Vec<_> = drivers.collect();
    // Where nobody has a driver, the machine may ship what Docker keeps.
    if drivers.iter().all(|(_, yes)| !*yes) {
        return Answer::Lacking("nothing here takes logs to one place".to_owned(), Vec::new());
    }
    Answer::demanded(drivers, "")
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn pod(env: &str, more: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  template:\n    \
             metadata: {{labels: {{app: api}}}}\n    spec:\n      containers:\n      - name: api\n        \
             image: acme/api:1\n        env: {env}\n{more}"
        )
    }

    const TRACED: &str = "[{name: OTEL_SERVICE_NAME, value: api}, \
        {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: 'http://otel:4317'}, \
        {name: OTEL_TRACES_SAMPLER, value: parentbased_traceidratio}, \
        {name: OTEL_TRACES_SAMPLER_ARG, value: '0.1'}]";

    const TRACE_SIGNALS: [&str; 4] = [
        "telemetry/tracing",
        "telemetry/trace-backend",
        "telemetry/sampling",
        "telemetry/propagation",
    ];

    #[test]
    fn variables_say_what_is_traced() {
        let pod = pod(TRACED, "");
        for signal in TRACE_SIGNALS {
            let answer = ask(signal, &[("api.yaml", &pod)]);
            assert!(answer.starts_with("shown\napi.yaml:11:"), "{signal}: {answer}");
            let none = ask(signal, &[("README.md", "# Orders\n")]);
            assert!(none.starts_with("lacking: nothing here"), "{signal}: {none}");
        }
    }

    #[test]
    fn what_is_traced_badly_shows_nothing() {
        for (signal, old, new, why) in [
            (
                "telemetry/tracing",
                "[{",
                "[{name: OTEL_SDK_DISABLED, value: 'true'}, {",
                "nothing here is set up",
            ),
            (
                "telemetry/trace-backend",
                "http://otel:4317",
                "${OTEL}",
                "has no endpoint for traces",
            ),
            ("telemetry/sampling", "'0.1'", "'1.0'", "100 % of requests"),
            ("telemetry/sampling", "'0.1'", "'0'", "0 % of requests"),
            ("telemetry/sampling", "parentbased_traceidratio", "my_sampler", "says no part"),
            (
                "telemetry/propagation",
                "[{",
                "[{name: OTEL_PROPAGATORS, value: b3}, {",
                "propagates b3",
            ),
        ] {
            let pod = pod(&TRACED.replacen(old, new, 1), "");
            let answer = ask(signal, &[("api.yaml", &pod)]);
            assert!(answer.starts_with("lacking") && answer.contains(why), "{new}: {answer}");
        }
    }

    const COLLECTOR: &str = "receivers: {otlp: {protocols: {grpc: {}}}, hostmetrics: {}}
processors: {probabilistic_sampler: {sampling_percentage: 20}}
exporters: {otlp: {endpoint: 'telemetry:4317'}, debug: {}}
service:
  pipelines:
    traces: {receivers: [otlp], processors: [probabilistic_sampler], exporters: [otlp]}
    metrics: {receivers: [otlp, hostmetrics], exporters: [otlp]}
    logs: {receivers: [otlp], exporters: [otlp]}
";

    #[test]
    fn collectors_take_in_and_send_on() {
        for signal in [
            "telemetry/trace-backend",
            "telemetry/sampling",
            "telemetry/metrics-collected",
            "telemetry/infrastructure",
            "telemetry/logs-collected",
        ] {
            let answer = ask(signal, &[("otel.yaml", COLLECTOR)]);
            assert!(answer.starts_with("shown\notel.yaml:"), "{signal}: {answer}");
        }
        let kept = COLLECTOR.replace("exporters: [otlp]", "exporters: [debug]");
        for signal in ["telemetry/trace-backend", "telemetry/logs-collected"] {
            let answer = ask(signal, &[("otel.yaml", &kept)]);
            assert!(answer.contains("keeps to its own output"), "{signal}: {answer}");
        }
    }

    #[test]
    fn metrics_are_exposed_and_scraped() {
        let port = pod("[]", "        ports: [{name: metrics, containerPort: 9090}]\n");
        let files = [("api.yaml", port.as_str())];
        assert!(ask("telemetry/metrics-endpoint", &files).starts_with("shown\napi.yaml:12:"));
        let alone = ask("telemetry/metrics-collected", &files);
        assert!(alone.starts_with("lacking: nothing scrapes Deployment `api`"), "{alone}");
        let monitor = "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: api}\n\
             spec: {selector: {matchLabels: {app: api}}, podMetricsEndpoints: [{port: metrics}]}\n";
        let files = [files[0], ("monitor.yaml", monitor)];
        let both = ask("telemetry/metrics-collected", &files);
        assert!(both.starts_with("shown\nmonitor.yaml:"), "{both}");
    }

    #[test]
    fn what_watches_is_not_what_is_watched() {
        let scraping = |target: &str| {
            let text = format!(
                "scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: ['{target}']\n"
            );
            let files = [("prometheus.yml", text.as_str())];
            ["telemetry/metrics-collected", "telemetry/metrics-endpoint"]
                .map(|signal| ask(signal, &files).starts_with("shown\nprometheus.yml:4:"))
        };
        for target in ["api:9090", "jaegermeister:9090", "orders.shop.svc:80"] {
            assert_eq!(scraping(target), [true; 2], "{target}");
        }
        for target in ["localhost:9090", "jaeger:14268", "node_exporter:9100", "tempo-query.obs:80"]
        {
            assert_eq!(scraping(target), [false; 2], "{target}");
        }
    }

    #[test]
    fn drivers_take_logs_away() {
        let of = |driver: &str| {
            let compose =
                format!("services:\n  api: {{image: a, logging: {{driver: {driver}}}}}\n");
            ask("telemetry/logs-collected", &[("compose.yaml", &compose)])
        };
        assert!(of("gelf").starts_with("shown\ncompose.yaml:2:"), "{}", of("gelf"));
        assert!(of("json-file").starts_with("lacking: nothing here takes logs"));
        assert!(of("'${DRIVER}'").starts_with("lacking"));
        let shipper = "services:\n  api: {image: a}\n  ship: {image: 'grafana/promtail:3'}\n";
        let shipper = ask("telemetry/logs-collected", &[("compose.yaml", shipper)]);
        assert!(shipper.starts_with("shown\ncompose.yaml:3:"), "{shipper}");
    }
}
