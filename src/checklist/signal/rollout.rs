//! Signals of how one version takes the place of another, and how the way back is kept open.

use std::collections::HashMap;

use super::pipeline::in_any;
use super::running::{
    NO_WORKLOAD, each, is_store_service, is_sure, lacks, lasting, lasting_services,
    main_containers, nobody, says, stateless,
};
use super::{Answer, Proof, Signal, View};
use crate::k8s::schedule::is_quiet;
use crate::k8s::{Object, Workload, WorkloadKind};
use crate::project::Project;
use crate::repo::documents::Topic;
use crate::repo::pipeline::Does;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "rollout/blue-green",
        about: "the new version is deployed beside the old one, and all requests are switched to it at once",
        look: blue_green,
    },
    Signal {
        name: "rollout/graceful-termination",
        about: "every container behind a Service waits in its preStop hook, for less than its grace period",
        look: graceful_termination,
    },
    Signal {
        name: "rollout/maintenance-window",
        about: "maintenance is scheduled for the night or for a weekend",
        look: maintenance_window,
    },
    Signal {
        name: "rollout/previous-version",
        about: "the old version is kept running beside the new one, so that requests can be switched back at once",
        look: previous_version,
    },
    Signal {
        name: "rollout/revisions",
        about: "every workload keeps old versions to go back to",
        look: revisions,
    },
    Signal {
        name: "rollout/rollback-document",
        about: "a document tells how to go back to the old version",
        look: rollback_document,
    },
    Signal {
        name: "rollout/rolling-update",
        about: "an update of every workload behind a Service starts a new pod before it takes an old one away",
        look: rolling_update,
    },
];

const NO_REQUESTS: &str = "no workload here is behind a Service";

/// Compose stops a container before it starts the next one, unless Swarm is told otherwise.
///
/// Source: docs.docker.com/reference/compose-file/deploy, "`update_config`" (`order`).
fn update_of_services(view: &View<'_>) -> Answer {
    let services = lasting_services(view).into_iter().filter(|it| !is_store_service(*it));
    let open = services.filter(|it| it.node().get("ports").is_some());
    let asked = open.map(|service| {
        let order = service.node().at(&["deploy", "update_config", "order"]);
        match order.filter(|it| it.text() == "start-first") {
            Some(at) => (says(at.place(), &service.subject(), "`order: start-first`"), true),
            None => (lacks(service.key().place(), &service.subject()), false),
        }
    });
    let lack = "that an update stops before it starts the new version";
    each(asked, NO_WORKLOAD, "service", lack)
}

fn rolling_update(view: &View<'_>) -> Answer {
    if lasting(view).is_empty() {
        return update_of_services(view);
    }
    let project = view.project();
    let mut workloads = stateless(view);
    workloads.retain(|it| project.services_of(*it).next().is_some());
    let asked = workloads.into_iter().map(|workload| match workload.keeps_all_pods() {
        Some(at) => {
            let what = if at.text() == "blueGreen" {
                "blue and green".to_owned()
            } else {
                format!("`maxUnavailable: {}`", at.text())
            };
            (says(at.place(), &workload.subject(), &what), is_sure(workload, project))
        }
        None => (lacks(workload, &workload.subject()), false),
    });
    let lack = "whose update does not state `maxUnavailable: 0`";
    each(asked, nobody(view, NO_REQUESTS), "workload", lack)
}

fn graceful_termination(view: &View<'_>) -> Answer {
    let project = view.project();
    let mut workloads = lasting(view);
    // What is stopped before its successor starts drops requests in any case.
    workloads.retain(|it| !it.must_run_alone() && project.services_of(*it).next().is_some());
    let containers = main_containers(&workloads).into_iter().filter(|it| it.takes_requests());
    let asked = containers.map(|container| {
        let (workload, subject) = (container.workload(), container.subject());
        let known = container.sleep_before_stop().zip(workload.grace());
        match known.filter(|((sleep, _), grace)| *sleep > 0 && sleep < grace) {
            Some(((sleep, at), grace)) => {
                let what = format!("waits {sleep} s of its {grace} s before it is stopped");
                (says(at.place(), &subject, &what), is_sure(workload, project))
            }
            None => (lacks(container, &subject), false),
        }
    });
    let lack = "that [does|do] not wait in a preStop hook within the grace period";
    each(asked, nobody(view, NO_REQUESTS), "container", lack)
}

/// Two Deployments of which a Service selects one, by a label that is to be changed.
struct Pair<'p> {
    service: Object<'p>,
    /// The value of the label.
    at: Node<'p>,
    colors: [Workload<'p>; 2],
}

const COLORS: [&str; 2] = ["blue", "green"];

fn pairs<'p>(view: &View<'p>) -> Vec<Pair<'p>> {
    let mut by_name: HashMap<(&str, String), [Option<Workload<'p>>; 2]> = HashMap::new();
    for workload in view.workloads_of(&[WorkloadKind::Deployment]) {
        let color =
            COLORS.iter().position(|color| workload.name().split('-').any(|it| it == *color));
        let Some((color, name)) = color.and_then(|it| Some((it, COLORS.get(it)?))) else {
            continue;
        };
        let rest: Vec<_> = workload.name().split('-').filter(|part| part != name).collect();
        let both = by_name.entry((workload.namespace(), rest.join("-"))).or_default();
        if let Some(slot) = both.get_mut(color) {
            *slot = Some(workload);
        }
    }
    let switched = |workload: Workload<'p>| {
        view.project().services_of(workload).find_map(|service| {
            let labels = service.served_labels()?.entries().into_iter();
            let mut colored = labels.filter(|it| COLORS.contains(&it.value.text()));
            Some((service, colored.next()?.value))
        })
    };
    let pairs = by_name.into_values().filter_map(|both| {
        let [Some(blue), Some(green)] = both else { return None };
        let (service, at) = switched(blue).or_else(|| switched(green))?;
        Some(Pair { service, at, colors: [blue, green] })
    });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_by_key(|pair| pair.at.place());
    pairs
}

impl Pair<'_> {
    fn proof(&self) -> Proof {
        let [blue, green] = self.colors.map(Workload::describe);
        says(
            self.at.place(),
            &self.service.subject(),
            &format!("switches between {blue} and {green}"),
        )
    }

    /// Whether pods of both are there.
    fn is_kept(&self, project: &Project<'_>) -> bool {
        self.colors.iter().all(|it| project.replicas_of(*it).is_some_and(|it| it.count > 0))
    }
}

/// The Rollouts of Argo that switch all requests at once, with their strategy.
fn switching<'p>(view: &View<'p>) -> Vec<(Workload<'p>, Node<'p>)> {
    let rollouts = view.workloads_of(&[WorkloadKind::Rollout]);
    let blue_green = rollouts.filter_map(|it| Some((it, it.strategy("blueGreen")?.value)));
    blue_green
        .filter(|(it, strategy)| {
            strategy.at(&["activeService"]).is_some() && is_sure(*it, view.project())
        })
        .collect()
}

/// The canaries of Flagger that never share the requests out: blue and green.
///
/// Source: docs.flagger.app, "Deployment Strategies", "Blue/Green" (`iterations`, no weights).
fn flagged(object: Object<'_>) -> Option<Proof> {
    if !object.is("flagger.app", "Canary") {
        return None;
    }
    let analysis = object.node().at(&["spec", "analysis"])?;
    let has = |key: &str| analysis.get(key).is_some();
    let at = analysis.at(&["iterations"]).filter(|it| it.as_int().is_some_and(|it| it > 0))?;
    let is_shared = ["stepWeight", "stepWeights", "maxWeight", "match"].iter().any(|it| has(it));
    (!is_shared).then(|| says(at.place(), &object.subject(), "switches all requests at once"))
}

/// Where a pipeline switches to what was deployed beside the old version.
fn switches(view: &View<'_>) -> Vec<Proof> {
    let flows = view.repositories().iter().map(crate::repo::Repository::flow);
    flows
        .flat_map(|flow| flow.doing(|does| matches!(does, Does::Switches(_))))
        .map(|activity| {
            Proof::new(activity.place, format!("the pipeline {}", activity.does.describe()))
        })
        .collect()
}

fn blue_green(view: &View<'_>) -> Answer {
    let rollouts = switching(view).into_iter().map(|(rollout, strategy)| {
        let at = strategy.at(&["activeService"]).unwrap_or(strategy);
        says(at.place(), &rollout.subject(), "blue and green")
    });
    let pairs = pairs(view);
    let pairs = pairs.iter().map(Pair::proof);
    let flagged = view.objects().filter_map(flagged);
    let found = rollouts.chain(pairs).chain(flagged).chain(switches(view));
    Answer::any(found, "nothing here deploys blue and green")
}

/// How long the old pods are kept unless told otherwise, in seconds, which is for routers and not for people.
///
/// Source: argo-rollouts.readthedocs.io, "`BlueGreen` Deployment Strategy" (`scaleDownDelaySeconds`).
const SHORT: i64 = 30;

fn previous_version(view: &View<'_>) -> Answer {
    let rollouts = switching(view).into_iter().filter_map(|(rollout, strategy)| {
        let at = strategy.at(&["scaleDownDelaySeconds"])?;
        // With zero the old pods are kept until the next release.
        let what = match at.as_int()? {
            0 => "keeps the old pods until the next release".to_owned(),
            seconds if seconds > SHORT => format!("keeps the old pods for {seconds} s"),
            _ => return None,
        };
        Some(says(at.place(), &rollout.subject(), &what))
    });
    let pairs = pairs(view);
    let pairs = pairs.iter().filter(|it| it.is_kept(view.project())).map(Pair::proof);
    let found = rollouts.chain(pairs).chain(switches(view));
    Answer::any(found, "nothing here keeps the old version running after a switch")
}

fn revisions(view: &View<'_>) -> Answer {
    const KINDS: &[WorkloadKind] = &[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::Rollout,
    ];
    let asked = view.workloads_of(KINDS).map(|workload| {
        let subject = workload.subject();
        let sure = is_sure(workload, view.project());
        match workload.object().node().at(&["spec", "revisionHistoryLimit"]) {
            // Ten, as Kubernetes and Argo Rollouts have it.
            None => (says(workload, &subject, "keeps 10 old versions, the default"), sure),
            Some(limit) => match limit.as_int().filter(|limit| *limit > 0) {
                Some(count) => {
                    (says(limit.place(), &subject, &format!("keeps {count} old versions")), sure)
                }
                None => (lacks(limit.place(), &subject), false),
            },
        }
    });
    each(asked, NO_WORKLOAD, "workload", "that [keeps|keep] no old version, for all that is known")
}

fn rollback_document(view: &View<'_>) -> Answer {
    in_any(view, "no document tells how to go back to the old version", |repository| {
        let documents = repository.written(Topic::Rollback).into_iter();
        let tells = |path: &str| format!("`{path}` tells how to go back");
        documents.map(|(path, place)| Proof::new(place, tells(path))).collect()
    })
}

fn maintenance_window(view: &View<'_>) -> Answer {
    let jobs = view.workloads_of(&[WorkloadKind::CronJob]).filter_map(|job| {
        let at = job.object().node().at(&["spec", "schedule"])?;
        let suspended = job.object().node().at(&["spec", "suspend"]);
        let is_on = suspended.is_none_or(|it| it.as_bool() == Some(false));
        let is_one = is_on && job.name().split('-').any(|word| word == "maintenance");
        let what = format!("runs at `{}`", at.text());
        (is_one && is_quiet(at.text())).then(|| says(at.place(), &job.subject(), &what))
    });
    // Source: argo-cd.readthedocs.io, "Sync Windows".
    let projects = view.objects().filter(|it| it.is("argoproj.io", "AppProject"));
    let windows = projects.flat_map(|project| {
        let windows = project.node().at(&["spec", "syncWindows"]).into_iter().flat_map(Node::items);
        windows.filter_map(move |window| {
            let at = window.at(&["schedule"]).filter(|it| is_quiet(it.text()))?;
            let is_open = window.at(&["kind"]).is_some_and(|kind| kind.text() == "allow");
            let what = format!("lets changes in at `{}`", at.text());
            is_open.then(|| says(at.place(), &project.subject(), &what))
        })
    });
    let found: Vec<_> = jobs.chain(windows).collect();
    Answer::any(found, "no maintenance is scheduled here")
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn workload(kind: &str, name: &str, spec: &str, pods: &str, container: &str) -> String {
        let api = if kind == "Rollout" { "argoproj.io/v1alpha1" } else { "apps/v1" };
        format!(
            "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  {{{spec}\n  template: {{metadata: {{labels: \
             {{app: {name}, slot: {name}}}}}, spec: {{{pods}\n  containers: [{{name: c, image: 'acme/api:1', {container}}}]}}}}}}\n"
        )
    }

    fn service(name: &str) -> String {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n"
        )
    }

    fn asked(signal: &str, text: &str) -> String {
        ask(signal, &[("api.yaml", text)])
    }

    #[test]
    fn updates_take_no_pod_away_first() {
        let text = |rolling: &str| {
            let spec = format!(
                "replicas: 3, strategy: {{type: RollingUpdate, rollingUpdate: {{{rolling}}}}},"
            );
            format!("{}{}", workload("Deployment", "api", &spec, "", ""), service("api"))
        };
        assert_eq!(
            asked("rollout/rolling-update", &text("maxSurge: 1, maxUnavailable: 0")),
            "shown\napi.yaml:5: Deployment `api`: `maxUnavailable: 0`"
        );
        for other in
            ["", "maxUnavailable: 1", "maxUnavailable: '${N}'", "maxSurge: 0, maxUnavailable: 0"]
        {
            let answer = asked("rollout/rolling-update", &text(other));
            assert!(
                answer.starts_with("lacking: 1 workload whose update does"),
                "{other}: {answer}"
            );
        }
        let nobody = workload("Deployment", "api", "replicas: 3,", "", "");
        assert_eq!(
            asked("rollout/rolling-update", &nobody),
            "moot: no workload here is behind a Service"
        );
        assert_eq!(ask("rollout/rolling-update", &[]), "moot: no workload of Kubernetes here");
    }

    #[test]
    fn pods_are_stopped_gently() {
        let text = |pods: &str, container: &str| {
            format!(
                "{}{}",
                workload("Deployment", "api", "replicas: 3,", pods, container),
                service("api")
            )
        };
        let sleep = "lifecycle: {preStop: {sleep: {seconds: 15}}}";
        let asked = |text: &str| asked("rollout/graceful-termination", text);
        assert!(
            asked(&text("terminationGracePeriodSeconds: 60,", sleep))
                .ends_with("waits 15 s of its 60 s before it is stopped")
        );
        assert!(asked(&text("", sleep)).starts_with("shown"));
        for (pods, container) in [
            ("terminationGracePeriodSeconds: 15,", sleep),
            ("terminationGracePeriodSeconds: '${GRACE}',", sleep),
            ("", ""),
            ("", "lifecycle: {preStop: {exec: {command: [nginx, -s, quit]}}}"),
        ] {
            assert!(asked(&text(pods, container)).starts_with("lacking"), "{pods} {container}");
        }
    }

    #[test]
    fn versions_run_side_by_side() {
        let rollout = |strategy: &str| {
            workload(
                "Rollout",
                "api",
                &format!("strategy: {{blueGreen: {{activeService: api{strategy}}}}},"),
                "",
                "",
            )
        };
        assert!(asked("rollout/blue-green", &rollout("")).starts_with("shown"));
        assert!(
            asked("rollout/previous-version", &rollout(", scaleDownDelaySeconds: 3600"))
                .ends_with("for 3600 s")
        );
        for delay in ["", ", scaleDownDelaySeconds: 30", ", scaleDownDelaySeconds: '${D}'"] {
            assert!(
                asked("rollout/previous-version", &rollout(delay)).starts_with("lacking"),
                "{delay}"
            );
        }
        let pair = |green: &str| {
            let blue = workload("Deployment", "blue", "replicas: 2,", "", "");
            let green = workload("Deployment", "green", green, "", "");
            let service = service("api").replace("{app: api}", "{slot: blue}");
            format!("{blue}---\n{green}{service}")
        };
        let text = pair("replicas: 2,");
        assert!(
            asked("rollout/previous-version", &text).ends_with(
                "Service `api`: switches between Deployment `blue` and Deployment `green`"
            )
        );
        assert!(asked("rollout/previous-version", &pair("replicas: 0,")).starts_with("lacking"));
        assert!(asked("rollout/blue-green", &pair("replicas: 0,")).starts_with("shown"));
        let alone = workload("Deployment", "api-blue", "replicas: 2,", "", "");
        assert!(asked("rollout/blue-green", &alone).starts_with("lacking"));
        let flagger = "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: api}\nspec: {analysis: {iterations: 10}}\n";
        assert!(asked("rollout/blue-green", flagger).starts_with("shown"));
        let weighted = flagger.replace("iterations: 10", "iterations: 10, maxWeight: 50");
        assert!(asked("rollout/blue-green", &weighted).starts_with("lacking"));
        let pipeline = "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      \
                        - run: az webapp deployment slot swap --name api --slot staging\n";
        let files = [("README.md", "# Orders\n"), (".github/workflows/deploy.yml", pipeline)];
        assert_eq!(
            ask("rollout/blue-green", &files),
            "shown\n.github/workflows/deploy.yml:6: the pipeline switches to the new version with slots of Azure App Service"
        );
        // What is switched to was deployed before, which is another thing.
        assert!(ask("pipeline/deploys", &files).starts_with("lacking"));
    }

    #[test]
    fn there_is_a_way_back() {
        let text = |limit: &str| workload("Deployment", "api", limit, "", "");
        assert!(
            asked("rollout/revisions", &text("revisionHistoryLimit: 5,"))
                .ends_with("keeps 5 old versions")
        );
        assert!(asked("rollout/revisions", &text("")).starts_with("shown"));
        for limit in ["revisionHistoryLimit: 0,", "revisionHistoryLimit: '${N}',"] {
            assert!(asked("rollout/revisions", &text(limit)).starts_with("lacking"), "{limit}");
        }
        let readme = ("README.md", "# Orders\n");
        let runbook = (
            "docs/runbook.md",
            "# Runbook\n\n## Rollback\n\nSwitch the Service back to the old version with `kubectl patch`.\n",
        );
        assert!(
            ask("rollout/rollback-document", &[readme, runbook])
                .starts_with("shown\ndocs/runbook.md:3")
        );
        let heading = ("docs/runbook.md", "# Runbook\n\n## Rollback\n\nTBD\n");
        for files in [&[readme][..], &[readme, heading]] {
            assert!(ask("rollout/rollback-document", files).starts_with("lacking"));
        }
    }

    #[test]
    fn maintenance_has_its_time() {
        let job = |name: &str, schedule: &str| {
            format!(
                "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\nspec:\n  schedule: \"{schedule}\"\n  jobTemplate: \
                 {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: 'a:1'}}]}}}}}}}}\n"
            )
        };
        let asked = |text: &str| asked("rollout/maintenance-window", text);
        assert!(asked(&job("db-maintenance", "0 2 * * 0")).ends_with("runs at `0 2 * * 0`"));
        assert!(asked(&job("db-maintenance", "0 14 * * 1")).starts_with("lacking"));
        assert!(asked(&job("report", "0 2 * * 0")).starts_with("lacking"));
        let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: p}\nspec: {syncWindows: \
                       [{kind: allow, schedule: '0 22 * * *', duration: 1h}]}\n";
        assert!(asked(project).starts_with("shown"));
    }
}
