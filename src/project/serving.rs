//! Where containers and services listen: what their command lines, their variables, their images and
//! the configurations of their agents say of it, and who asks them on which port.

use super::Project;
use super::images::Link;
use super::runner::{Reads, Runner};
use crate::address::Address;
use crate::agent::AgentConfig;
use crate::build::UNKNOWN;
use crate::command::{CommandLine, place_in};
use crate::compose::{Service, interpolated, interpolated_or};
use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, ExposedPort, Image, Pair};
use crate::image::{ImageRef, speaks_of};
use crate::k8s::ports::PortRef;
use crate::k8s::probe::Probe;
use crate::k8s::{self, Container};
use crate::listen::{Basis, Listening, Said, listening};
use crate::source::Place;
use crate::tree::Node;

/// Ports of what programs have beside what they are for: metrics, profiles, debuggers, gRPC.
///
/// Sources: github.com/prometheus/prometheus/wiki/Default-port-allocations; the documentation of
/// debugpy, Node.js, Istio and gRPC.
const BESIDE: [u16; 15] =
    [2112, 5005, 5678, 6060, 8125, 9090, 9091, 9100, 9102, 9113, 9121, 9229, 9464, 15020, 50051];

/// Words in the names of such ports.
const BESIDE_WORDS: [&str; 9] =
    ["admin", "debug", "grpc", "health", "manage", "metric", "mgmt", "prof", "prom"];

/// Where somebody listens, and what that rests on.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) listening: Listening,
    pub(crate) confidence: Confidence,
    /// What says that the image, or the configuration, is the one that is run.
    pub(crate) evidence: Option<(Place, String)>,
}

/// An image that a Dockerfile of the project makes for somebody.
#[derive(Debug)]
pub(crate) struct Made<'p> {
    pub(crate) dockerfile: &'p Dockerfile,
    pub(crate) image: Image<'p>,
    /// How sure it is that it is this one.
    pub(crate) confidence: Confidence,
    /// What says so.
    pub(crate) evidence: Option<(Place, String)>,
}

/// The ports that an image exposes, and what says that it is the one that is run.
type Exposed = (Vec<ExposedPort>, Option<(Place, String)>);

/// That somebody asks a container on a port.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) port: u16,
    pub(crate) place: Place,
    /// `its readiness probe asks for port 8080`
    pub(crate) how: String,
    /// Who asks.
    by: By,
    /// Whether it may be a port of what the program has beside what it is for.
    is_beside: bool,
}

/// Who asks a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// It only says so, and nobody asks because of it.
    Declaration,
    /// The kubelet.
    Probe,
    /// A Service, or the host of a service.
    Network,
}

/// All that asks a container or a service.
#[derive(Debug, Default)]
pub(crate) struct AskedPorts(Vec<Asked>);

impl AskedPorts {
    fn push(&mut self, by: By, port: u16, (place, how): (Place, String), name: Option<&str>) {
        let name = name.map(str::to_ascii_lowercase).unwrap_or_default();
        let is_beside = BESIDE.contains(&port) || BESIDE_WORDS.iter().any(|it| name.contains(it));
        self.0.push(Asked { port, place, how, by, is_beside });
    }

    /// What asks on other ports than those where somebody listens; nothing where one is asked, or
    /// where all may be meant for something else.
    pub(crate) fn missing(&self, listens: impl Fn(u16) -> bool) -> Vec<&Asked> {
        if self.0.iter().any(|asked| listens(asked.port)) {
            return Vec::new();
        }
        self.0.iter().filter(|asked| !asked.is_beside).collect()
    }

    /// The same where it is known on which port its server listens. That this one is declared says that it
    /// is the right one, and not that anybody asks there; others that are declared may be another server's.
    fn missing_server(&self, own: u16) -> Vec<&Asked> {
        let (declared, asked): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|asked| asked.by == By::Declaration);
        if !declared.iter().any(|it| it.port == own) || asked.iter().any(|it| it.port == own) {
            return self.missing(|port| port == own);
        }
        let is_declared = |port: u16| declared.iter().any(|it| it.port == port);
        asked.into_iter().filter(|it| !it.is_beside && !is_declared(it.port)).collect()
    }

    /// Whether anybody asks there.
    fn asks_on(&self, port: u16) -> bool {
        self.0.iter().any(|asked| asked.port == port)
    }

    /// Whether anybody asks.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What somebody asks for in vain, and why.
#[derive(Debug)]
pub(crate) struct Missed {
    /// Where to change it.
    pub(crate) place: Place,
    pub(crate) port: u16,
    pub(crate) why: String,
    pub(crate) confidence: Confidence,
    pub(crate) others: Vec<(Place, String)>,
    /// Whether the port is only declared, and nobody asks.
    pub(crate) is_declared_only: bool,
}

/// That nobody hears what is sent to a port.
#[derive(Debug)]
pub(crate) struct ListensElsewhere {
    /// `uvicorn listens on port 8000`
    pub(crate) why: String,
    /// Where that is said.
    pub(crate) place: Place,
    pub(crate) confidence: Confidence,
}

/// An image whose server is not reached from outside of its container.
#[derive(Debug)]
pub(crate) struct DeafImage<'p> {
    pub(crate) image: Image<'p>,
    pub(crate) place: Place,
    pub(crate) why: String,
    /// Whether something says that others are meant to reach it.
    pub(crate) is_sure: bool,
    /// Who asks in vain.
    pub(crate) missed: Vec<(Place, String)>,
}

/// As many readers of a configuration are looked at.
const MOST_READERS: usize = 64;

/// As many others are told beside a finding.
const MOST_RELATED: usize = 4;

/// What a check of a container's health runs.
#[derive(Debug)]
pub(crate) struct HealthCommand {
    pub(crate) line: CommandLine,
    /// Whether a shell of the container runs it.
    pub(crate) by_shell: bool,
    pub(crate) place: Place,
}

impl<'p> Project<'p> {
    /// The images of a Dockerfile that somebody runs, else the one that it builds; each once.
    pub(crate) fn images_run_of(&self, dockerfile: &'p Dockerfile) -> Vec<Image<'p>> {
        let runners = self.runners_of_image(dockerfile);
        let mut images: Vec<Image<'p>> = Vec::new();
        let run = runners.into_iter().filter_map(|runner| self.image_of(runner));
        for image in run.chain(dockerfile.image()) {
            if !images.iter().any(|known| known.stage.is(image.stage)) {
                images.push(image);
            }
        }
        if images.len() > 1 {
            images.retain(|image| !image.is_for_tests());
        }
        images
    }

    /// Who runs what a Dockerfile builds.
    pub(crate) fn runners_of_image(&self, dockerfile: &Dockerfile) -> Vec<Runner<'p>> {
        let services = self.services_running(dockerfile).iter().copied().map(Runner::Service);
        let containers = self.containers_running(dockerfile).iter().copied();
        containers.map(Runner::Container).chain(services).collect()
    }

    /// The image that somebody runs, where a Dockerfile of the project makes it.
    pub(crate) fn built_by(&self, runner: Runner<'_>) -> Option<Made<'p>> {
        let link = match runner {
            Runner::Container(container) => Some(self.link_of_container(container)?),
            Runner::Service(service) if service.built_image().is_some() => None,
            Runner::Service(service) => Some(self.link_of_service(service)?),
        };
        if let Some(link) = link {
            let (confidence, evidence) = (link.confidence(), link.stated());
            let (dockerfile, image) = (link.dockerfile, link.image()?);
            return Some(Made { dockerfile, image, confidence, evidence });
        }
        let image = self.image_built_for(runner.service()?)?;
        let dockerfile = image.dockerfile();
        Some(Made { dockerfile, image, confidence: Confidence::High, evidence: None })
    }

    /// Where somebody listens: by the command line, else by the configuration that is read.
    pub(crate) fn serving(&self, runner: Runner<'p>) -> Option<Serving> {
        let process = self.process_of(runner);
        let built = process.built();
        if built.is_some_and(|Made { dockerfile, image, .. }| dockerfile.has_proxy(image)) {
            return None;
        }
        let heard = process.line().and_then(|line| listening(line, &|name| process.lookup(name)));
        let Some(listening) = heard else {
            let configured = self.serving_by_configuration(runner);
            return configured.or_else(|| self.serving_by_port_variable(runner));
        };
        let file = runner.node().place().file;
        let is_elsewhere = |place: Place| place.file != file;
        let said = [
            listening.host.as_ref().map(|it| it.place),
            listening.port.as_ref().map(|it| it.place),
        ];
        let takes_image = said.into_iter().flatten().any(is_elsewhere);
        let (confidence, evidence) = match built.filter(|_| takes_image) {
            Some(made) => (made.confidence, made.evidence.clone()),
            None => (Confidence::High, None),
        };
        let is_usual = [
            listening.host.as_ref().map(|it| &it.basis),
            listening.port.as_ref().map(|it| &it.basis),
        ];
        let is_guess = built.is_none()
            && !process.is_of_known_image()
            && is_usual.contains(&Some(&Basis::Default));
        let confidence = if is_guess { confidence.min(Confidence::Medium) } else { confidence };
        Some(Serving { listening, confidence, evidence })
    }

    /// Where an agent listens by the only configuration that its process reads.
    fn serving_by_configuration(&self, runner: Runner<'p>) -> Option<Serving> {
        let all = self.agents_of(runner).filter_map(|(agent, reads)| {
            let listening = listening_of_agent(agent)?;
            Some((agent, listening, reads))
        });
        let mut all: Vec<_> = all.collect();
        // What is mounted lies over what the image is built with.
        if all.iter().any(|(.., reads)| matches!(reads, Reads::Mounted(_))) {
            all.retain(|(.., reads)| matches!(reads, Reads::Mounted(_)));
        }
        let (agent, listening, reads) = all.pop().filter(|_| all.is_empty())?;
        if self.may_overrule(runner) {
            return None;
        }
        // Of several that read it, the server may be another one.
        let own = runner.node().place();
        let mut others = self.runners_of(agent).into_iter().take(MOST_READERS);
        if others.any(|run| {
            run.runner.node().place() != own && run.runner.describe() != runner.describe()
        }) {
            return None;
        }
        let evidence = reads.stated().map(|(place, text)| (place, text.to_owned()));
        let confidence = reads.confidence().min(Confidence::Medium);
        let confidence =
            if matches!(reads, Reads::Mounted(_)) { Confidence::High } else { confidence };
        Some(Serving { listening, confidence, evidence })
    }

    /// Where a program listens that takes its port from `PORT`: the image has that variable and exposes
    /// its value, and who runs it gives it another one.
    fn serving_by_port_variable(&self, runner: Runner<'p>) -> Option<Serving> {
        const NAME: &str = "PORT";
        let Made { dockerfile, image, confidence, evidence } = self.built_by(runner)?;
        let (_, usual) = image.variable(NAME)?;
        let exposed = dockerfile.exposed_by(&image)?;
        let number: u16 = usual.parse().ok()?;
        let process = self.process_of(runner);
        let is_said_otherwise = process.words().iter().any(|word| word.text.contains(&usual));
        if is_said_otherwise || !exposed.iter().any(|it| it.number == number) {
            return None;
        }
        let given = process.variable(NAME)?;
        let value: u16 = given.text.parse().ok().filter(|value| *value != number)?;
        let basis = Basis::Variable(NAME.to_owned());
        let port = Some(Said { value, place: given.place, basis });
        let listening = Listening { program: "its program".to_owned(), host: None, port };
        Some(Serving { listening, confidence: confidence.min(Confidence::Medium), evidence })
    }

    /// Why nobody hears what is sent to a port of a container or a service, where it is known on which
    /// port its server listens and nothing speaks of that one.
    pub(crate) fn listens_elsewhere(
        &self,
        runner: Runner<'p>,
        port: u16,
    ) -> Option<ListensElsewhere> {
        let Serving { listening, confidence, .. } = self.serving(runner)?;
        let said = listening.port.as_ref().filter(|said| said.value != port)?;
        let exposes = |(ports, _): &Exposed| ports.iter().any(|exposed| exposed.number == port);
        if BESIDE.contains(&port)
            || self.exposed_for(runner).as_ref().is_some_and(exposes)
            || self.speaks_of(runner, port)
        {
            return None;
        }
        let place = said.place;
        Some(ListensElsewhere { why: listening.describe_port()?, place, confidence })
    }

    /// Whether variables or the command line may well say another port than the configuration.
    fn may_overrule(&self, runner: Runner<'p>) -> bool {
        let tells = |name: &str| {
            let name = name.to_ascii_uppercase();
            ["PORT", "HOST", "BIND", "LISTEN", "ADDR"]
                .iter()
                .any(|word| name == *word || name.contains("SERVER") && name.contains(word))
        };
        let by_variable = match runner {
            Runner::Container(container) => {
                self.variables_of(container).iter().any(|it| tells(&it.name))
            }
            Runner::Service(service) => service.environment().iter().any(|it| tells(it.name)),
        };
        let by_word = ["command", "args", "entrypoint"].iter().any(|key| {
            let words = runner.node().at(&[key]);
            let words =
                words.into_iter().flat_map(|it| it.items().chain(it.is_scalar().then_some(it)));
            words.into_iter().any(|word| {
                ["port", "host", "bind", "listen"].iter().any(|it| word.text().contains(it))
            })
        });
        by_variable || by_word
    }

    /// Who asks a container on which port; nothing where a template says so.
    pub(crate) fn asked(&self, container: Container<'p>) -> Option<AskedPorts> {
        let mut asked = AskedPorts::default();
        if container.node().at(&["ports"]).is_some_and(Node::is_scalar) {
            return None;
        }
        for port in container.ports().filter(|port| port.protocol() == "TCP") {
            let number = port.number()?;
            let value = u16::try_from(number.as_int()?).ok()?;
            let name = port.name().map(Node::text);
            let how = format!("declares port {value}");
            asked.push(By::Declaration, value, (number.place(), how), name);
        }
        for (kind, title) in [
            ("readinessProbe", "readiness probe"),
            ("livenessProbe", "liveness probe"),
            ("startupProbe", "startup probe"),
        ] {
            let Some((handler, node)) = container.probe(kind).and_then(Probe::handler) else {
                continue;
            };
            if !["httpGet", "tcpSocket"].contains(&handler) || node.at(&["host"]).is_some() {
                continue;
            }
            let Some(at) = node.at(&["port"]) else { continue };
            let (value, name) = resolved_port(container, PortRef::of(at)?)?;
            // All containers of a pod have one address, and a probe may ask through a proxy beside.
            if is_of_another(container, value) {
                continue;
            }
            let how = format!("the {title} asks port {value}");
            asked.push(By::Probe, value, (at.place(), how), name);
        }
        let workload = container.workload();
        if workload.long_running().count() == 1 {
            for object in self.services_of(workload) {
                let Some(service) = k8s::Service::of(object) else { continue };
                for port in service.ports().filter(|port| port.protocol() == "TCP") {
                    let (target, at) = port.target()?;
                    let Some((value, name)) = resolved_port(container, target) else { continue };
                    let name = name.or_else(|| port.name().map(Node::text));
                    if service.is_headless() && matches!(target, PortRef::Number(_)) {
                        continue;
                    }
                    let how = format!("{} sends to port {value}", object.describe());
                    asked.push(By::Network, value, (at.place(), how), name);
                }
            }
        }
        Some(asked)
    }

    /// The ports that an image exposes where nothing tells that its program listens elsewhere.
    pub(crate) fn exposed_for(&self, runner: Runner<'p>) -> Option<Exposed> {
        let Made { dockerfile, image, evidence, .. } = self.built_by(runner)?;
        let ports = dockerfile.exposed_by(&image).filter(|_| dockerfile.is_complete())?;
        (!ports.is_empty()).then_some((ports, evidence))
    }

    /// Whether a number stands anywhere in what a container or a service, or its image, is told.
    pub(crate) fn speaks_of(&self, runner: Runner<'p>, port: u16) -> bool {
        let number = port.to_string();
        let has = |text: &str| {
            text.match_indices(&number).any(|(at, _)| {
                let digit = |c: char| c.is_ascii_digit();
                let before = text.get(..at).and_then(|it| it.chars().next_back());
                let after = text.get(at + number.len()..).and_then(|it| it.chars().next());
                !before.is_some_and(digit) && !after.is_some_and(digit)
            })
        };
        let of_list = |key: &str| {
            let node = runner.node().at(&[key]);
            node.into_iter()
                .flat_map(|it| it.items().chain(it.is_scalar().then_some(it)))
                .any(|it| has(it.text()))
        };
        let of_variables = match runner {
            Runner::Container(container) => {
                let variables = self.variables_of(container);
                // A value that nobody sees may be the number.
                let tells = |it: &k8s::Variable<'_>| match &it.value {
                    Some(value) => has(value),
                    None => it.name.to_ascii_uppercase().contains("PORT"),
                };
                variables.is_open() || variables.iter().any(tells)
            }
            Runner::Service(service) => {
                // A value that nobody sees may be the number.
                let tells = |name: &str| {
                    let name = name.to_ascii_uppercase();
                    ["PORT", "ADDR", "BIND", "LISTEN"].iter().any(|word| name.contains(word))
                };
                let variables = service.environment();
                variables.iter().any(|it| has(it.value) || it.value.contains('$') && tells(it.name))
            }
        };
        let of_image = self.built_by(runner).is_some_and(|Made { dockerfile, image, .. }| {
            let lines = dockerfile.line_of_image(&image);
            let in_line = lines.is_some_and(|line| line.words().any(|word| has(&word.text)));
            let stages = dockerfile.lineage(image.stage);
            let mut instructions = stages.flat_map(crate::docker::Stage::instructions);
            in_line
                || instructions.any(|it| {
                    it.keyword.text.eq_ignore_ascii_case("ENV") && has(dockerfile.written(it.span))
                })
        });
        let configured = self.agents_of(runner).any(|(agent, _)| {
            agent.server.port.value().is_some_and(|it| (it - f64::from(port)).abs() < 0.5)
        });
        of_variables
            || of_image
            || configured
            || ["command", "args", "entrypoint"].iter().any(|key| of_list(key))
    }
}

impl<'p> Project<'p> {
    /// Who is meant to reach somebody from outside of its network, where others say so: what asks it
    /// by its address. Nothing where it shares the network with others, which may pass requests on.
    fn askers(&self, runner: Runner<'p>) -> Option<Vec<(Place, String)>> {
        match runner {
            Runner::Container(container) => {
                let workload = container.workload();
                if workload.is_on_host_network() {
                    return None;
                }
                let asked = self.asked(container)?;
                let is_alone = workload.long_running().count() == 1;
                let all = asked.0.iter().filter(|it| is_alone || it.by == By::Probe);
                let all: Vec<_> = all.map(|it| (it.place, it.how.clone())).collect();
                (!all.is_empty()).then_some(all)
            }
            Runner::Service(service) if service.shares_network() => None,
            Runner::Service(service) => {
                let ports = service.ports().into_iter();
                let how = |port: &crate::compose::Port<'_>| {
                    (port.node.place(), format!("publishes port {}", port.describe()))
                };
                Some(ports.map(|port| how(&port)).collect())
            }
        }
    }

    /// The images of a Dockerfile that listen on an address that nobody else reaches, by the words of
    /// the Dockerfile itself.
    pub(crate) fn deaf_images(&self, dockerfile: &'p Dockerfile) -> Vec<DeafImage<'p>> {
        let path =
            self.path_of(Place { file: dockerfile.file(), span: crate::source::Span::new(0, 0) });
        let mut deaf = Vec::new();
        for image in self.images_run_of(dockerfile) {
            if image.is_for_development(path) || image.is_for_tests() {
                continue;
            }
            let Some(listening) = listening_of_image(dockerfile, &image) else { continue };
            let (Some(said), Some(why)) = (listening.loopback(), listening.describe_host()) else {
                continue;
            };
            let place = said.place;
            let runners = self.runners_of_image(dockerfile).into_iter().filter(|runner| {
                self.image_of(*runner).is_some_and(|own| own.stage.is(image.stage))
            });
            let runners: Vec<_> = runners.collect();
            let takes = |runner: &&Runner<'p>| {
                let serving = self.serving(**runner);
                // A file of variables that is not here may say where, unless a word does.
                let is_open = match runner {
                    Runner::Service(service) => service.given_variables().is_none(),
                    Runner::Container(_) => false,
                };
                serving.is_some_and(|it| {
                    it.listening.loopback().is_some_and(|said| {
                        said.place == place && (!is_open || said.basis == Basis::Flag)
                    })
                })
            };
            let reached: Vec<_> = runners
                .iter()
                .filter(takes)
                .filter_map(|it| {
                    let place = it.place().unwrap_or_else(|| it.node().place());
                    Some((place, it.describe(), self.askers(*it)?))
                })
                .collect();
            if !runners.is_empty() && reached.is_empty() {
                continue;
            }
            let is_sure =
                !image.ports.is_empty() || reached.iter().any(|(.., asked)| !asked.is_empty());
            let missed =
                reached.into_iter().map(|(place, who, asked)| match asked.into_iter().next() {
                    Some((place, how)) => (place, format!("{who}: {how}")),
                    None => (place, format!("{who} runs it")),
                });
            let missed = missed.take(MOST_RELATED).collect();
            deaf.push(DeafImage { image, place, why, is_sure, missed });
        }
        deaf
    }

    /// That a server listens where nobody else reaches it, by what its container or its service says.
    pub(crate) fn missed_on_loopback(&self, runner: Runner<'p>) -> Option<Missed> {
        let serving = self.serving(runner)?;
        let said = serving.listening.loopback()?;
        // Of its image and of its configuration the finding stands there.
        if matches!(said.basis, Basis::Key(_)) || self.is_of_image(runner, said.place) {
            return None;
        }
        let reached = self.askers(runner)?;
        let (place, why) = (said.place, serving.listening.describe_host()?);
        let confidence = if reached.is_empty() { Confidence::Medium } else { serving.confidence };
        let others = reached.into_iter().take(MOST_RELATED).collect();
        Some(Missed { place, port: 0, why, confidence, others, is_declared_only: false })
    }

    /// That an agent listens where nobody reaches it who is meant to, by its configuration.
    pub(crate) fn agent_on_loopback<'a>(&self, agent: &AgentConfig<'a>) -> Option<Missed>
    where
        'p: 'a,
    {
        let said_by_agent = listening_of_agent(agent)?;
        let place = said_by_agent.loopback()?.place;
        let mut others = Vec::new();
        let mut confidence = Confidence::Low;
        for run in self.runners_of(agent) {
            let Some(serving) = self.serving(run.runner) else { continue };
            let is_this = serving.listening.loopback().is_some_and(|said| said.place == place);
            let Some(reached) = self.askers(run.runner).filter(|_| is_this) else { continue };
            let Some((at, how)) = reached.into_iter().next() else { continue };
            others.push((at, format!("{}: {how}", run.runner.describe())));
            others.extend(run.reads.stated().map(|(place, text)| (place, text.to_owned())));
            confidence = confidence.max(serving.confidence);
        }
        others.truncate(MOST_RELATED);
        let why = said_by_agent.describe_host()?;
        let missed = Missed { place, port: 0, why, confidence, others, is_declared_only: false };
        (!missed.others.is_empty()).then_some(missed)
    }

    /// Whether what an image is asked for its health may be another server than the one that listens on `own`.
    pub(crate) fn may_be_asked_beside(
        &self,
        dockerfile: &Dockerfile,
        image: &Image<'p>,
        (port, own): (u16, u16),
    ) -> bool {
        may_serve_beside(dockerfile, image, port, own) || self.all_serve_on(dockerfile, image, port)
    }

    /// Whether all that run an image, and of which that is known, make it listen on that port.
    fn all_serve_on(&self, dockerfile: &Dockerfile, image: &Image<'p>, port: u16) -> bool {
        let runners = self.runners_of_image(dockerfile).into_iter();
        let own =
            runners.filter(|it| self.image_of(*it).is_some_and(|own| own.stage.is(image.stage)));
        let mut ports =
            own.filter_map(|it| Some(self.serving(it)?.listening.port?.value)).peekable();
        ports.peek().is_some() && ports.all(|own| own == port)
    }

    /// Whether only Kubernetes, which does not look at a HEALTHCHECK, is known to run what a Dockerfile
    /// builds.
    pub(crate) fn is_for_pods_only(&self, dockerfile: &Dockerfile) -> bool {
        self.services_running(dockerfile).is_empty()
            && !self.containers_running(dockerfile).is_empty()
    }

    /// Whether a place is in the Dockerfile of what somebody runs, and not in its own words.
    fn is_of_image(&self, runner: Runner<'p>, place: Place) -> bool {
        let is_inside = runner.node().place().contains(place);
        let file = self.built_by(runner).map(|made| made.dockerfile.file());
        !is_inside && file == Some(place.file)
    }

    /// That a container or a service is asked on a port on which nothing in it listens.
    pub(crate) fn port_not_served(&self, runner: Runner<'p>) -> Option<Missed> {
        // Of most images nothing is known, and whoever asks is looked for among many.
        let serving = self.serving(runner).filter(|serving| serving.listening.port.is_some());
        let exposed = if serving.is_none() { Some(self.exposed_for(runner)?) } else { None };
        let asked = match runner {
            Runner::Container(container) if !container.workload().is_on_host_network() => {
                self.asked(container)?
            }
            Runner::Container(_) => return None,
            Runner::Service(service) => asked_of_service(service)?,
        };
        if asked.is_empty() {
            return None;
        }
        if let Some(serving) = serving
            && let Some(said) = &serving.listening.port
        {
            let wrong = asked.missing_server(said.value);
            let may_be_another = |it: &&Asked| self.speaks_of(runner, it.port);
            if asked.asks_on(said.value) && wrong.iter().any(may_be_another) {
                return None;
            }
            let mut missed = told(&wrong, serving.listening.describe_port()?, serving.confidence)?;
            missed.others.push((said.place, "what says where it listens".to_owned()));
            missed.others.extend(serving.evidence);
            return Some(missed);
        }
        let (exposed, evidence) = exposed?;
        let wrong = asked.missing(|port| exposed.iter().any(|it| it.number == port));
        if wrong.iter().any(|it| self.speaks_of(runner, it.port)) {
            return None;
        }
        let numbers: Vec<_> = exposed.iter().map(|it| it.number.to_string()).collect();
        let ports = if numbers.len() == 1 { "port" } else { "ports" };
        let why = format!("its image exposes {ports} {} only", numbers.join(", "));
        let mut missed = told(&wrong, why, Confidence::Medium)?;
        missed
            .others
            .extend(exposed.first().map(|it| (it.place, "what the image exposes".to_owned())));
        missed.others.extend(evidence);
        Some(missed)
    }

    /// That an HTTP call to a service of its file asks a port on which its server does not listen. Where
    /// the service itself states that port, the finding is there.
    pub(crate) fn missed_by_call(&self, service: Service<'p>, address: &Address) -> Option<Missed> {
        let runner = Runner::Service(service);
        let port = address.port.filter(|_| address.is_http())?;
        let serving = self.serving(runner)?;
        let said = serving.listening.port.as_ref().filter(|said| said.value != port)?;
        let asked = asked_of_service(service)?;
        let exposed = self.exposed_for(runner).map(|(exposed, _)| exposed).unwrap_or_default();
        let is_stated = asked.asks_on(port)
            || BESIDE.contains(&port)
            || service.node().get("expose").is_some()
            || exposed.iter().any(|it| it.number == port);
        if is_stated || !service.is_alone_on_localhost() || self.speaks_of(runner, port) {
            return None;
        }
        Some(Missed {
            place: said.place,
            port,
            why: format!("{} of service `{}`", serving.listening.describe_port()?, service.name()),
            confidence: serving.confidence,
            others: serving.evidence.into_iter().collect(),
            is_declared_only: false,
        })
    }

    /// That the health check of a service asks another port than the one on which its server
    /// listens. Where both are words of the Dockerfile, the finding stands there.
    pub(crate) fn health_port_not_served(&self, service: Service<'p>) -> Option<Missed> {
        let runner = Runner::Service(service);
        let serving = self.serving(runner)?;
        let said = serving.listening.port.as_ref()?;
        let why = serving.listening.describe_port()?;
        let confidence = serving.confidence;
        let of = |place, port, others| Missed {
            place,
            port,
            why: why.clone(),
            confidence,
            others,
            is_declared_only: false,
        };
        let made = self.built_by(runner);
        let is_beside = |port: u16| {
            made.as_ref()
                .is_some_and(|it| may_serve_beside(it.dockerfile, &it.image, port, said.value))
        };
        if let Some(health) = HealthCommand::of(service) {
            let (port, place) = health.line.own_port().filter(|(port, _)| *port != said.value)?;
            if is_beside(port) || states_beside(service, port) {
                return None;
            }
            return Some(of(
                place,
                port,
                vec![(said.place, "what says where it listens".to_owned())],
            ));
        }
        if service.health() != crate::compose::Health::OfTheImage
            || self.is_of_image(runner, said.place)
        {
            return None;
        }
        let Made { dockerfile, image, .. } = made.as_ref()?;
        let (line, _) = dockerfile.health_line(image)?;
        let (port, place) = line.own_port().filter(|(port, _)| *port != said.value)?;
        if is_beside(port) || states_beside(service, port) {
            return None;
        }
        Some(of(said.place, port, vec![(place, "the HEALTHCHECK of the image".to_owned())]))
    }

    /// Whether somebody surely has no such program: neither the image brings it nor what is mounted.
    pub(crate) fn lacks(&self, runner: Runner<'p>, program: &str) -> bool {
        if self.process_of(runner).may_have_mounted(program) {
            return false;
        }
        if let Some(Made { dockerfile, image, .. }) = self.built_by(runner) {
            return dockerfile.lacks(&image, program);
        }
        let is_built = runner.service().is_some_and(|it| it.built_image().is_some());
        let Some(node) = runner.node().at(&["image"]).filter(|_| !is_built) else { return false };
        // What is mounted may bring it, and a shell may install it first.
        let may_bring = ["command", "entrypoint", "args"].iter().any(|key| {
            let node = runner.node().at(&[key]);
            let texts =
                node.into_iter().flat_map(|it| it.items().chain(it.is_scalar().then_some(it)));
            texts.into_iter().any(|it| speaks_of(it.text(), program) || it.text().contains(".sh"))
        });
        let image = interpolated(node);
        !may_bring && image.is_some_and(|image| ImageRef::parse(&image).lacks(program))
    }

    /// How sure it is which image somebody runs.
    pub(crate) fn sureness_of_image(&self, runner: Runner<'p>) -> Confidence {
        self.built_by(runner).map_or(Confidence::High, |made| made.confidence)
    }

    /// What the image of somebody is built upon, and what says that it is the one that is run.
    pub(crate) fn bases_of(&self, runner: Runner<'p>) -> Vec<(Place, String)> {
        if let Some(Made { image, evidence, .. }) = self.built_by(runner) {
            let base = image
                .stage
                .image()
                .map(|it| (it.place, "the base, to which nothing adds it".to_owned()));
            return base.into_iter().chain(evidence).collect();
        }
        runner.place().map(|place| (place, "the image".to_owned())).into_iter().collect()
    }
}

/// What to say of ports on which nothing listens: at the first of them, with the others beside it.
fn told(wrong: &[&Asked], why: String, confidence: Confidence) -> Option<Missed> {
    let (first, rest) = wrong.split_first()?;
    let others = rest.iter().take(MOST_RELATED).map(|it| (it.place, it.how.clone()));
    Some(Missed {
        place: first.place,
        port: first.port,
        why,
        confidence,
        others: others.collect(),
        is_declared_only: wrong.iter().all(|it| it.by == By::Declaration),
    })
}

/// The ports of a service that its host has as well; nothing where a variable says so.
fn asked_of_service(service: Service<'_>) -> Option<AskedPorts> {
    let mut asked = AskedPorts::default();
    let ports = service.ports();
    let stated = service.node().at(&["ports"]).map_or(0, |list| list.items().len());
    if ports.len() != stated {
        return None;
    }
    for port in ports.iter().filter(|port| port.is_tcp()) {
        let (first, last) = port.target;
        if first != last {
            return None;
        }
        let at = port.target_node();
        let mut place = place_in(at, &format!(":{first}"));
        if place != at.place() {
            // Without the colon.
            place.span.start += 1;
        }
        let how = format!("publishes port {first} of the container");
        asked.push(By::Network, first, (place, how), None);
    }
    Some(asked)
}

/// Where the server of an image listens, by what its Dockerfile says.
pub(crate) fn listening_of_image(dockerfile: &Dockerfile, image: &Image<'_>) -> Option<Listening> {
    let line = dockerfile.line_of_image(image).filter(|_| !dockerfile.has_proxy(image))?;
    listening(&line, &|name| dockerfile.lookup(image, name))
}

/// The first of the ports that an image exposes, where it exposes others than the one on which it
/// listens, and none of them is of what programs have besides.
pub(crate) fn wrongly_exposed(exposed: &[ExposedPort], port: u16) -> Option<ExposedPort> {
    let is_known = exposed.iter().any(|it| it.number == port);
    exposed.iter().copied().find(|it| !is_known && !BESIDE.contains(&it.number))
}

/// The address and the port that an agent listens on by its configuration.
fn listening_of_agent(agent: &AgentConfig<'_>) -> Option<Listening> {
    let host = agent.server.host.when(|_| true).zip(agent.server.host.value());
    let port = agent.server.port.when(|_| true).zip(agent.server.port.value());
    // The text of a reason is `` `key` is value ``.
    let key = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let host = host.map(|(because, value)| Said {
        value: value.to_owned(),
        place: because.at.place(),
        basis: Basis::Key(key(&because.text)),
    });
    let port = port.and_then(|(because, value)| {
        // A port is a small whole number.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let whole = value as u16;
        let is_whole = (f64::from(whole) - value).abs() < f64::EPSILON && whole > 0;
        let (place, basis) = (because.at.place(), Basis::Key(key(&because.text)));
        is_whole.then_some(Said { value: whole, place, basis })
    });
    let program = "the agent".to_owned();
    (host.is_some() || port.is_some()).then_some(Listening { program, host, port })
}

/// Whether another container of the pod declares that port.
fn is_of_another(container: Container<'_>, port: u16) -> bool {
    let others = container.workload().long_running().filter(|it| it.node() != container.node());
    let mut ports = others.flat_map(Container::ports).filter_map(|it| it.number()?.as_int());
    ports.any(|it| it == i64::from(port))
}

/// Whether a variable of a service says the port of another server than its first one.
fn states_beside(service: Service<'_>, port: u16) -> bool {
    let number = port.to_string();
    service.environment().iter().any(|variable| {
        let name = variable.name.to_ascii_lowercase();
        variable.value == number && BESIDE_WORDS.iter().any(|word| name.contains(word))
    })
}

/// Whether an image may have another server at a port than the one that listens on `own`: it exposes both, or a
/// variable says so whose name tells what that one is for.
fn may_serve_beside(dockerfile: &Dockerfile, image: &Image<'_>, port: u16, own: u16) -> bool {
    let exposed = dockerfile.exposed_by(image).unwrap_or_default();
    let opens = |port: u16| exposed.iter().any(|it| it.number == port);
    let number = port.to_string();
    let says_so = |(name, _, value): (&str, &Pair, Option<String>)| {
        let name = name.to_ascii_lowercase();
        value.is_some_and(|it| it == number) && BESIDE_WORDS.iter().any(|word| name.contains(word))
    };
    opens(port) && opens(own) || image.environment().into_iter().any(says_so)
}

/// The number that a port of a container means, and its name there.
fn resolved_port<'t>(
    container: Container<'t>,
    port: PortRef<'_>,
) -> Option<(u16, Option<&'t str>)> {
    let own = container.ports().find(|own| own.is(port, None));
    let name = own.and_then(k8s::ports::ContainerPort::name).map(Node::text);
    let number = match port {
        PortRef::Number(number) => number,
        PortRef::Name(_) => own?.number()?.as_int()?,
    };
    Some((u16::try_from(number).ok()?, name))
}

impl HealthCommand {
    /// What a service says itself of how it is asked.
    pub(crate) fn of(service: Service<'_>) -> Option<Self> {
        let asks = service.node().at(&["healthcheck", "test"])?;
        let mut line = CommandLine::default();
        let mut items = asks.items();
        let Some(first) = items.next() else {
            let text = interpolated(asks)?;
            line.push_script(&text, &|word| place_in(asks, word));
            return Some(HealthCommand { line, by_shell: true, place: asks.place() });
        };
        let by_shell = match first.text() {
            "CMD" => false,
            "CMD-SHELL" => true,
            _ => return None,
        };
        for item in items {
            let text = interpolated_or(item, UNKNOWN)?;
            if by_shell {
                line.push_script(&text, &|word| place_in(item, word));
            } else {
                line.push(&text, &|word| place_in(item, word));
            }
        }
        Some(HealthCommand { line, by_shell, place: asks.place() })
    }
}

impl Link<'_> {
    /// Where it is said that the Dockerfile builds the image.
    pub(crate) fn stated(&self) -> Option<(Place, String)> {
        let evidence = self.evidence.first()?;
        Some((evidence.place()?, evidence.kind.describe().to_owned()))
    }
}
